"""Makes the list of a corpus: every file is read once; labels, groups, splits, faults and duplicates follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from musegen.corpora.duplicates import equal_groups
from musegen.corpora.headers import of_title_page
from musegen.corpora.kinship import COMMON_ON_BEATS, kin, sharing
from musegen.corpora.labelling import Rule, first, labelled, rules_of
from musegen.corpora.lists import list_text
from musegen.corpora.manifests import Corpus
from musegen.corpora.pieces import Piece
from musegen.corpora.scanning import Scan
from musegen.corpora.sources import files_below, music21_names, pieces_in
from musegen.corpora.splitting import Shares, divided
from musegen.errors import PackError, UnreadableFile

NEAR = {"notes": 8, "share": 0.5}
"""How near melodies of a user's own folder are where they are one group, unless the manifest says otherwise."""
MOST_NOTES, SHORTEST_RUN = 32, 8
"""What a turn and a run of equal notes may be in a manifest."""
Scanner = Callable[[Sequence[Piece]], tuple[dict[str, Scan], dict[str, str]]]
"""Pieces in, scans and the reasons of failures out, both by the name of the piece."""


@dataclass(frozen=True)
class Frozen:
    """A list as it was made, and what came to light on the way."""

    pieces: tuple[Piece, ...]
    labels: tuple[str, ...]  # the columns of the list
    unreadable: Mapping[str, str]  # names, and why
    equal: tuple[tuple[str, ...], ...]  # names of pieces with the same notes, in whatever transposition
    rescaled: tuple[tuple[str, ...], ...]  # those that are equal only at another speed
    copies: Mapping[str, str]  # names of pieces that are left out since another has the same notes, and why

    @property
    def text(self) -> str:
        """The list as its file holds it."""
        return list_text(self.pieces, self.labels)


def candidates(corpus: Corpus) -> tuple[Piece, ...]:
    """The pieces that the manifest's source means, in order; those that are excluded by name are left out.

    Raises:
        UnreadableFile: the source is not there, or holds no score.
        PackError: two pieces of the corpora that this one is made of have one name.
    """
    if corpus.origin.kind == "corpora":
        return _distinct(corpus)
    found = [
        piece
        for name, path in _files(corpus)
        for piece in pieces_in(name, path, corpus.origin.folder)
        if name not in corpus.excluded and piece.name not in corpus.excluded
    ]
    if not found:
        raise UnreadableFile("no scores in this folder", file=corpus.origin.folder or "music21's corpus")
    return tuple(found)


def _distinct(corpus: Corpus) -> tuple[Piece, ...]:
    """The pieces of a corpus of corpora, each once, though two of these list it."""
    found: dict[str, Piece] = {}
    for piece in corpus.gathered():
        if found.setdefault(piece.name, piece).folder != piece.folder:
            reason = f"two pieces of the corpora that it is made of are called {piece.name}"
            raise PackError(reason, file=str(corpus.manifest), hint="rename one of the files")
    return tuple(found.values())


def _files(corpus: Corpus) -> Iterable[tuple[str, Path]]:
    if corpus.origin.kind == "music21":
        return music21_names(corpus.origin.globs)
    folder = Path(corpus.origin.folder)
    return ((name, folder / name) for name in files_below(folder, corpus.origin.globs))


def frozen(corpus: Corpus, found: Sequence[Piece], scan: Scanner, before: Mapping[str, Piece]) -> Frozen:
    """The list of these pieces; those of the list `before` keep their groups and splits.

    Raises:
        PackError: a rule of the manifest has a fault.
    """
    rules = _rules(corpus)
    scans, unreadable = scan(found)
    readable = {piece.name: piece for piece in found if piece.name in scans}
    named = [_named(piece, scans[name], rules) for name, piece in readable.items()]
    equal = equal_groups({name: scans[name].digest for name in readable})
    at_any_speed = equal_groups({name: scans[name].shape for name in readable})
    place = {name: number for number, name in enumerate(readable)}
    together = [[place[name] for name in names] for names in (*equal, *at_any_speed)]
    together += map(list, _families([scans[name] for name in readable], rules))
    copies = _copies(at_any_speed) if rules.keeps_first else {}
    pieces = tuple(piece for piece in divided(named, together, rules.shares, before) if piece.name not in copies)
    labels = dict.fromkeys([*rules.labels, *(label for piece in pieces for label in piece.labels)])
    used = tuple(label for label in labels if any(label in piece.labels for piece in pieces))
    rescaled = tuple(names for names in at_any_speed if names not in equal)
    return Frozen(pieces, () if corpus.origin.kind == "corpora" else used, unreadable, equal, rescaled, copies)


class _Rules(NamedTuple):
    """How a manifest labels, groups and splits; how near melodies must be to be kin."""

    labels: Mapping[str, Sequence[Rule]]
    group: Sequence[Rule]
    melodies: Mapping[str, Any]
    beats: Mapping[str, Any]
    run: int  # so many equal notes in a row make kin; 0: none do
    keeps_first: bool  # of pieces with the same notes only the first is listed
    shares: Shares
    by_title_page: bool  # of a user's own scores: labels that no rule gives


def _families(scans: Sequence[Scan], rules: _Rules) -> Iterator[tuple[int, int]]:
    """Pairs of pieces that the manifest takes for variants of one melody."""
    if rules.melodies:
        yield from kin([scan.melody for scan in scans], **rules.melodies)
    if rules.beats:
        yield from kin([scan.beats for scan in scans], **rules.beats, common=COMMON_ON_BEATS)
    if rules.run:
        yield from sharing([scan.tones for scan in scans], notes=rules.run)


def _copies(equal: Iterable[Sequence[str]]) -> dict[str, str]:
    return {name: f"the same notes as {first}" for first, *others in equal for name in others}


def _named(piece: Piece, scan: Scan, rules: _Rules) -> Piece:
    """The piece with its labels, its faults, and the group that its name, its file or another corpus says."""
    labels = (of_title_page(scan.fields) if rules.by_title_page else {}) | labelled(rules.labels, scan.fields)
    group = first(rules.group, {**scan.fields, **piece.labels}) or piece.group or piece.name
    return replace(piece, labels={**piece.labels, **labels}, faults=scan.faults, group=group)


def _rules(corpus: Corpus) -> _Rules:
    kind = corpus.origin.kind
    try:
        labels = {label: rules_of(found) for label, found in corpus.rules.get("labels", {}).items()}
        group = {"melodies": NEAR if kind == "folder" else {}, **corpus.rules.get("group", {})}
        run, duplicates = group.get("run", 0), group.get("duplicates", "all")
        if not isinstance(run, int) or not (run == 0 or run >= SHORTEST_RUN):
            raise ValueError(f"group.run is a number of notes, {SHORTEST_RUN} at least")
        if duplicates not in ("all", "first"):
            raise ValueError("group.duplicates is `all` or `first`")
        shares = Shares(**corpus.rules.get("split", {}))
        if not all(isinstance(share, int) and share >= 0 for share in shares) or not any(shares[1:]):
            raise ValueError("split takes `seed`, `train`, `valid` and `test`, whole numbers")
        return _Rules(
            {} if kind == "corpora" else labels, rules_of(group.get("by", [])),
            _near(group, "melodies"), _near(group, "beats"), run, duplicates == "first", shares, kind == "folder",
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError) as error:
        raise PackError(f"the manifest has a fault ({error})", file=str(corpus.manifest)) from None


def _near(group: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    """How near melodies, or their beats, are in one family; {} where that is not asked."""
    near: Mapping[str, Any] = group.get(what, {})
    if near and not (
        set(near) == {"notes", "share"} and 2 <= int(near["notes"]) <= MOST_NOTES and float(near["share"]) > 0
    ):
        raise ValueError(f"group.{what} takes `notes` (2 to {MOST_NOTES}) and `share`")
    return near
