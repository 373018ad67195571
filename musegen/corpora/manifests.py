"""Corpora: a manifest (NAME.toml) says what a corpus is, the list beside it (NAME.csv) names its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from musegen.corpora.conditions import meeting
from musegen.corpora.labelling import labelled, rules_of
from musegen.corpora.lists import read_list
from musegen.corpora.pieces import Piece, Split
from musegen.errors import PackError, UnreadableFile, UsageError, nearest
from musegen.score.data_folder import data_folder
from musegen.score.files import regular_file
from musegen.score.toml_text import parse_toml
from musegen.score.user_folders import own_folder

__all__ = ["Corpus", "Origin", "Piece", "Split", "corpus", "corpus_names", "read_manifest", "user_folder"]

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
"""What a corpus may be called: no path can be made of it."""
_MOST_BYTES = 8 << 20
KINDS = ("music21", "folder", "corpora")


@dataclass(frozen=True)
class Origin:
    """Where the files of a corpus come from."""

    kind: str = "music21"  # or "folder", or "corpora": pieces that other corpora list
    globs: tuple[str, ...] = ()  # below that folder; each is a name with * and ?
    folder: str = ""  # of kind "folder": where it is
    corpora: tuple[str, ...] = ()
    every: Mapping[str, int] = field(default_factory=dict, hash=False)  # of these corpora only each n-th piece
    where: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)  # of these only the pieces so labelled
    made_by: str = ""  # the command that makes the list, where it is not the common one
    version: str = ""  # of music21, when the list was made


@dataclass(frozen=True)
class Corpus:
    """What must be known of a list of pieces; the list itself is read when it is asked for."""

    name: str
    title: str
    licence: str  # an SPDX expression, `LicenseRef-...` where there is none
    manifest: Path
    licence_url: str = ""
    licence_notes: str = ""  # what the expression cannot say
    redistribution: bool = False
    commercial: str = "unclear"  # yes, no or unclear
    selection: str = ""  # the rule by which pieces were chosen, and what group, split and faults mean here
    origin: Origin = Origin()
    rules: Mapping[str, Any] = field(default_factory=dict, hash=False)  # how labels, groups and splits are made
    excluded: Mapping[str, str] = field(default_factory=dict, hash=False)  # near misses, and why they are none

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces, in the order of the list; none where the manifest waits for a folder of the user's.

        Raises:
            PackError: the list has a fault.

        >>> len(corpus("bach-chorales").pieces)
        365
        """
        if self.origin.kind == "corpora":
            return self._placed(self.gathered()) if self.is_divided_anew else self.gathered()
        return () if self.is_template else read_list(self.list_file, self.origin.folder)

    @property
    def is_divided_anew(self) -> bool:
        """Whether a corpus of corpora has groups and splits of its own, and so a list."""
        return self.origin.kind == "corpora" and not {"group", "split"}.isdisjoint(self.rules)

    def gathered(self) -> tuple[Piece, ...]:
        """The pieces that a corpus of corpora is made of, with the groups and splits that they have there.

        Raises:
            PackError: another corpus has a fault, or is not there.
        """
        try:
            return tuple(self._of_others())
        except (UsageError, TypeError, ValueError) as error:
            raise PackError(f"the manifest has a fault ({error})", file=str(self.manifest)) from None
        except RecursionError:
            raise PackError("the corpus names itself among its sources", file=str(self.manifest)) from None

    def _placed(self, found: Sequence[Piece]) -> tuple[Piece, ...]:
        """The pieces that are listed, in the groups and splits of the list; labels and faults are those of `found`."""
        anew = f"python -m musegen.corpora.freeze {self.name}"
        if not self.list_file.exists():
            raise PackError("the corpus has no list of pieces yet", file=str(self.list_file), hint=f"make it: {anew}")
        known = {piece.name: piece for piece in reversed(found)}
        listed = read_list(self.list_file)
        lost = next((piece.name for piece in listed if piece.name not in known), "")
        if lost:
            reason = f"{lost} is no longer in the corpora that this one is made of"
            raise PackError(reason, file=str(self.list_file), hint=f"make the list anew: {anew}")
        return tuple(replace(known[piece.name], group=piece.group, split=piece.split) for piece in listed)

    def _of_others(self) -> Iterator[Piece]:
        """The pieces of other corpora, with the labels that this one gives them besides."""
        rules = {label: rules_of(found) for label, found in self.rules.get("labels", {}).items()}
        for name in self.origin.corpora:
            for piece in meeting(
                corpus(name).pieces[:: self.origin.every.get(name, 1)], self.origin.where.get(name, ())
            ):
                if piece.name in self.excluded:
                    continue
                labels = {**piece.labels, **labelled(rules, {**piece.labels, "name": piece.name, "corpus": name})}
                yield replace(piece, labels=labels)

    @property
    def list_file(self) -> Path:
        """The frozen list of pieces, beside the manifest."""
        return self.manifest.with_suffix(".csv")

    @property
    def is_template(self) -> bool:
        """Whether the manifest only describes what `musegen corpus add` makes of a folder."""
        return self.origin.kind == "folder" and not self.origin.folder

    def __len__(self) -> int:
        """How many pieces are listed, without reading them.

        >>> len(corpus("bach-chorales"))
        365
        """
        if self.origin.kind == "corpora" and not self.is_divided_anew:
            return len(self.pieces)
        try:
            return 0 if self.is_template else max(0, self.list_file.read_bytes().count(b"\n") - 1)
        except OSError as error:
            raise PackError(f"the list of pieces cannot be read ({error})", file=str(self.list_file)) from None

    def __bool__(self) -> bool:
        return True

    @cached_property
    def _by_name(self) -> dict[str, Piece]:
        return {piece.name: piece for piece in self.pieces}

    def __getitem__(self, name: str) -> Piece:
        """The piece of that name.

        Raises:
            UsageError: it is not in the corpus.
        """
        if name not in self._by_name:
            raise UsageError(f"`{name}` is not in the corpus {self.name}", hint=self.excluded.get(name, ""))
        return self._by_name[name]

    def split(self, split: Split) -> tuple[Piece, ...]:
        """The pieces of one split.

        >>> len(corpus("bach-chorales").split("test"))
        70
        """
        return tuple(piece for piece in self.pieces if piece.split == split)


def user_folder() -> Path:
    """Where corpora of the user's own are listed: `MUSEGEN_CORPORA`, else the system's folder for a user's data."""
    return own_folder("data", "MUSEGEN_CORPORA", "corpora")


def manifest_files() -> dict[str, Path]:
    """Every manifest by the name of its corpus; one of the user's own stands before a shipped one of its name."""
    places = (data_folder("corpora"), user_folder())
    return {path.stem: path for place in places for path in sorted(place.glob("*.toml")) if NAME.fullmatch(path.stem)}


def corpus_names() -> tuple[str, ...]:
    """The corpora that musegen knows, the user's own among them.

    >>> "bach-chorales" in corpus_names()
    True
    """
    return tuple(sorted(manifest_files()))


def corpus(name: str) -> Corpus:
    """The corpus of that name.

    Raises:
        UsageError: there is none.
        PackError: its manifest has a fault.

    >>> corpus("bach-chorales").title
    'J. S. Bach: four-part chorales'
    """
    files = manifest_files()
    if name not in files:
        raise UsageError(f"there is no corpus `{name}`", hint=nearest(name, files, "`musegen corpus list` names all"))
    path = files[name]
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _kept(path, stamp)


@cache
def _kept(path: Path, _stamp: int) -> Corpus:
    """A manifest is read once, and again when it was written anew."""
    return read_manifest(path)


def read_manifest(path: Path) -> Corpus:
    """The corpus of a manifest file.

    Raises:
        PackError: no TOML, or a key is missing or of the wrong kind.
    """
    try:
        found = parse_toml(regular_file(path, _MOST_BYTES).decode("utf-8"))
        return Corpus(
            path.stem, _text(found, "title"), _text(found, "licence"), path,
            _text(found, "licence_url", ""), _text(found, "licence_notes", ""),
            bool(found["redistribution"]), _text(found, "commercial", "unclear"),
            _text(found, "selection", "").strip(), _origin(found["source"]),
            {key: _table(found, key) for key in ("labels", "group", "split") if key in found},
            {str(name): str(reason) for name, reason in dict(found.get("excluded", {})).items()},
        )  # fmt: skip
    except UnreadableFile as error:
        raise PackError(f"the manifest cannot be read ({error.message})", file=str(path)) from None
    except (ValueError, KeyError, TypeError) as error:
        raise PackError(f"the manifest has a fault ({type(error).__name__}: {error})", file=str(path)) from None


def _text(found: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = found[key] if default is None else found.get(key, default)
    if not isinstance(value, str):
        raise TypeError(f"{key} must be a text")
    return value


def _table(found: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = found[key]
    if not isinstance(table, dict):
        raise TypeError(f"{key} must be a table")
    return table


def _origin(found: Mapping[str, Any]) -> Origin:
    kind, globs = _text(found, "kind"), found.get("globs", [])
    if kind not in KINDS:
        raise ValueError(f"source.kind must be one of {', '.join(KINDS)}")
    if not isinstance(globs, list) or not all(isinstance(glob, str) for glob in globs):
        raise TypeError("source.globs must be a list of texts")
    corpora, every = found.get("corpora", []), found.get("every", {})
    if not isinstance(every, dict) or not all(isinstance(step, int) and step > 0 for step in every.values()):
        raise TypeError("source.every must name whole numbers")
    where = found.get("where", {})
    if not isinstance(where, dict) or not all(isinstance(asked, list) for asked in where.values()):
        raise TypeError("source.where must name lists of conditions")
    if not isinstance(corpora, list) or not all(isinstance(name, str) for name in corpora):
        raise TypeError("source.corpora must be a list of texts")
    return Origin(
        kind, tuple(globs), _text(found, "folder", ""), tuple(corpora), every, where,
        _text(found, "made_by", ""), _text(found, "version", ""),
    )  # fmt: skip
