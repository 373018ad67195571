"""Makes the list of a corpus: every file is read once; labels, groups, splits, faults and duplicates follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from musegen.corpora.duplicates import equal_groups, kin
from musegen.corpora.headers import of_title_page
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

    @property
    def text(self) -> str:
        """The list as its file holds it."""
        return list_text(self.pieces, self.labels)


def candidates(corpus: Corpus) -> tuple[Piece, ...]:
    """The pieces that the manifest's source means, in order; those that are excluded by name are left out.

    Raises:
        UnreadableFile: the source is not there, or holds no score.
    """
    found = [
        piece
        for name, path in _files(corpus)
        for piece in pieces_in(name, path, corpus.origin.folder)
        if name not in corpus.excluded and piece.name not in corpus.excluded
    ]
    if not found:
        raise UnreadableFile("no scores in this folder", file=corpus.origin.folder or "music21's corpus")
    return tuple(found)


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
    together: list[Sequence[int]] = [[place[name] for name in names] for names in (*equal, *at_any_speed)]
    if rules.near:
        together += kin([scans[name].melody for name in readable], **rules.near)
    pieces = divided(named, together, rules.shares, before)
    labels = dict.fromkeys([*rules.labels, *(label for piece in pieces for label in piece.labels)])
    used = tuple(label for label in labels if any(label in piece.labels for piece in pieces))
    return Frozen(pieces, used, unreadable, equal, tuple(names for names in at_any_speed if names not in equal))


class _Rules(NamedTuple):
    """How a manifest labels, groups and splits; `near`: how near melodies must be to be kin."""

    labels: Mapping[str, Sequence[Rule]]
    group: Sequence[Rule]
    near: Mapping[str, Any]
    shares: Shares
    by_title_page: bool  # of a user's own scores: labels that no rule gives


def _named(piece: Piece, scan: Scan, rules: _Rules) -> Piece:
    """The piece with its labels, its faults, and the group that its name or its file says."""
    labels = (of_title_page(scan.fields) if rules.by_title_page else {}) | labelled(rules.labels, scan.fields)
    return replace(piece, labels=labels, faults=scan.faults, group=first(rules.group, scan.fields) or piece.name)


def _rules(corpus: Corpus) -> _Rules:
    is_users = corpus.origin.kind == "folder"
    try:
        labels = {label: rules_of(found) for label, found in corpus.rules.get("labels", {}).items()}
        group = dict(corpus.rules.get("group", {}))
        near = group.pop("melodies", NEAR if is_users else {})
        if near and not (set(near) == {"notes", "share"} and 2 <= int(near["notes"]) <= 8 and float(near["share"]) > 0):
            raise ValueError("group.melodies takes `notes` (2 to 8) and `share`")
        shares = Shares(**corpus.rules.get("split", {}))
        if not all(isinstance(share, int) and share >= 0 for share in shares) or not any(shares[1:]):
            raise ValueError("split takes `seed`, `train`, `valid` and `test`, whole numbers")
        return _Rules(labels, rules_of(group.get("by", [])), near, shares, is_users)
    except (TypeError, ValueError, AttributeError) as error:
        raise PackError(f"the manifest has a fault ({error})", file=str(corpus.manifest)) from None
