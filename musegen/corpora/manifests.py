"""Corpora: manifests (corpora/*.toml) in, checked and split pieces out. A manifest names pieces, it holds none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from musegen.errors import PackError, ScoreError, UsageError
from musegen.score.data_folder import data_folder
from musegen.score.files import find, read
from musegen.score.model import Notice, Score
from musegen.score.toml_text import parse_toml

Split = Literal["train", "valid", "test", "none"]
SPLITS: tuple[Split, ...] = ("train", "valid", "test", "none")


@dataclass(frozen=True)
class Piece:
    """One piece of a corpus.

    `split` is where it belongs in learning ("none": in neither set, yet perhaps a setting of a test melody: keep
    `group`, pieces on one melody, on one side). `faults` are known errors of the source, by measure. `labels` are what
    else is known of it: composer, place, date, genre, editor.
    """

    name: str  # what `read` takes: `bach/bwv66.6`
    sha256: str
    split: Split = "none"
    group: str = ""
    faults: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def path(self) -> Path:
        """Where the file is.

        Raises:
            UnreadableFile: it is not there.
        """
        return find(self.name)

    def read(self) -> Score:
        """The score; a file other than the one that the manifest was made from is said in its notices.

        Raises:
            UnreadableFile, MalformedScore: as `musegen.score.files.read` does.

        >>> len(corpus("bach-chorales")["bach/bwv66.6"].read().parts)
        4
        """
        score = read(self.name)
        if score.source is not None and score.source.digest != self.sha256:
            changed = Notice(f"{self.name} is not the file that the manifest was made from")
            return replace(score, notices=(*score.notices, changed))
        return score


@dataclass(frozen=True)
class Corpus:
    """A list of pieces with what must be known about them."""

    name: str
    title: str
    licence: str
    source: str
    selection: str  # the rule by which pieces were chosen
    redistribution: bool
    pieces: tuple[Piece, ...]
    excluded: dict[str, str] = field(default_factory=dict)  # near misses, and why they are none

    def __getitem__(self, name: str) -> Piece:
        """The piece of that name.

        Raises:
            UsageError: it is not in the corpus.
        """
        for piece in self.pieces:
            if piece.name == name:
                return piece
        raise UsageError(f"`{name}` is not in the corpus {self.name}", hint=self.excluded.get(name, ""))

    def split(self, split: Split) -> tuple[Piece, ...]:
        """The pieces of one split.

        >>> len(corpus("bach-chorales").split("test"))
        70
        """
        return tuple(piece for piece in self.pieces if piece.split == split)

    def verify(self) -> tuple[tuple[str, str], ...]:
        """Names of pieces that are missing, unreadable or other files than the manifest's, each with the reason."""
        found = []
        for piece in self.pieces:
            try:
                score = piece.read()
            except ScoreError as error:
                found.append((piece.name, str(error)))
                continue
            if score.source is not None and score.source.digest != piece.sha256:
                found.append((piece.name, "another file than the manifest's"))
        return tuple(found)


def corpus_names() -> tuple[str, ...]:
    """The corpora that musegen knows.

    >>> "bach-chorales" in corpus_names()
    True
    """
    return tuple(sorted(path.stem for path in data_folder("corpora").glob("*.toml")))


@cache
def corpus(name: str) -> Corpus:
    """The corpus of that name.

    Raises:
        UsageError: there is none.
        PackError: its manifest has a fault.

    >>> len(corpus("bach-chorales").pieces)
    365
    """
    if name not in corpus_names():
        raise UsageError(f"there is no corpus `{name}`", hint=f"there are {', '.join(corpus_names())}")
    return read_manifest(data_folder("corpora") / f"{name}.toml")


def read_manifest(path: Path) -> Corpus:
    """The corpus of a manifest file.

    Raises:
        PackError: no TOML, or a key is missing or of the wrong kind.
    """
    try:
        found = parse_toml(path.read_text(encoding="utf-8"))
        pieces = tuple(_piece(entry) for entry in found["pieces"])
        made = Corpus(
            path.stem, found["title"], found["licence"], found["source"], found["selection"],
            bool(found["redistribution"]), pieces, dict(found.get("excluded", {})),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise PackError(f"the manifest has a fault ({type(error).__name__}: {error})", file=str(path)) from None
    names = [piece.name for piece in pieces]
    if len(set(names)) < len(names):
        raise PackError("the manifest names a piece twice", file=str(path))
    return made


def _piece(entry: dict[str, Any]) -> Piece:
    split = entry.get("split", "none")
    if split not in SPLITS or len(entry["sha256"]) != 64:
        raise KeyError(f"{entry['name']}: split or sha256")
    return Piece(entry["name"], entry["sha256"], split, entry.get("group", ""), tuple(entry.get("faults", ())))
