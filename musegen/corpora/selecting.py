"""Which pieces are meant: corpora, folders and files by name, and conditions on what is known of each piece."""

from __future__ import annotations

import operator
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from musegen.corpora.manifests import corpus, corpus_names
from musegen.corpora.pieces import SPLITS, Piece
from musegen.corpora.sources import pieces_below, pieces_named
from musegen.errors import UnreadableFile, UsageError, nearest

OWN = ("name", "corpus", "group", "split", "faults")
"""What conditions may speak of besides the labels."""
_CONDITION = re.compile(r"\s*([\w-]+)\s*(!=|<=|>=|!~|=|<|>|~)\s*(.*?)\s*", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge
}  # fmt: skip


class Where(NamedTuple):
    """One condition on a label: `composer=Haydn`, `date<1600`, `genre~mass`.

    `=` and `!=` compare whole texts, `~` and `!~` look for a regular expression, all without regard to case. `<` and
    its kind compare the numbers in the label, all of them: `date<1600` holds for `1525-1594`, not for `1567-1643`.
    """

    label: str
    sign: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Where:
        """The condition that a text says.

        Raises:
            UsageError: it says none.

        >>> Where.parse("date < 1600")
        Where(label='date', sign='<', value='1600')
        """
        found = _CONDITION.fullmatch(text)
        if not found:
            raise UsageError(
                f"`{text[:80]}` is no condition", hint="write it like composer=Haydn, date<1600, genre~mass"
            )
        made = cls(*found.groups())
        if made.sign in _ORDER and not _NUMBER.fullmatch(made.value):
            raise UsageError(f"`{text[:80]}`: {made.sign} compares numbers", hint="write it like date<1600")
        if "~" in made.sign:
            try:
                re.compile(made.value)
            except (re.error, OverflowError, RecursionError) as error:
                raise UsageError(f"`{text[:80]}` holds no regular expression ({error})") from None
        return made

    def holds(self, piece: Piece) -> bool:
        """Whether the piece is as the condition says; what is not known of it is an empty text.

        >>> Where.parse("date<1600").holds(Piece("a", labels={"date": "1567-1643"}))
        False
        """
        known = value_of(piece, self.label)
        if self.sign in _ORDER:
            numbers = [float(number) for number in _NUMBER.findall(known)]
            return bool(numbers) and all(_ORDER[self.sign](number, float(self.value)) for number in numbers)
        if "~" in self.sign:
            return (re.search(self.value, known, re.IGNORECASE) is None) == (self.sign == "!~")
        return (known.casefold() == self.value.casefold()) == (self.sign == "=")


def value_of(piece: Piece, label: str) -> str:
    """What is known of a piece under that name: one of its labels, or its name, corpus, group, split or faults.

    >>> value_of(Piece("a", labels={"place": "Rome"}), "place"), value_of(Piece("a", split="test"), "split")
    ('Rome', 'test')
    """
    if label in piece.labels or label not in OWN:
        return piece.labels.get(label, "")
    return "; ".join(piece.faults) if label == "faults" else str(getattr(piece, label))


def pieces_of(names: Sequence[str], where: Sequence[str] = (), split: str = "") -> tuple[Piece, ...]:
    """The pieces that these names mean, each once, in the order of the names.

    A name is that of a corpus (`bach-chorales`), a folder, whose scores are taken with those of the folders in it, a
    file, a name of music21's corpus (`bach/bwv66.6`), or a tune of a collection (`tunes.abc#12`). What a corpus is
    called is a corpus; write `./NAME` for a folder of that name.

    Raises:
        UsageError: no name, a condition that cannot be read, an unknown label, or no piece is left.
        UnreadableFile: there is no such corpus, folder or file.
        PackError: the manifest of a corpus has a fault.

    >>> len(pieces_of(["bach-chorales"], split="test")), pieces_of(["bach/bwv66.6"])[0].sha256[:8]
    (70, '4fd93bb1')
    """
    if not names:
        raise UsageError("no pieces are named", hint="name a corpus (`musegen corpus list`), a folder or a file")
    if split and split not in SPLITS:
        raise UsageError(f"there is no split `{split}`", hint=f"there are {', '.join(SPLITS)}")
    found = tuple(_distinct(piece for name in names for piece in _named(name)))
    conditions = [Where.parse(text) for text in where]
    _check_labels(conditions, found)
    left = tuple(
        piece for piece in found
        if (not split or piece.split == split) and all(condition.holds(piece) for condition in conditions)
    )  # fmt: skip
    if not left:
        asked = ", ".join((*where, *([f"split {split}"] if split else [])))
        raise UsageError(
            f"none of {len(found)} pieces is left by {asked}", hint="`musegen corpus show` tells the labels"
        )
    return left


def _named(name: str) -> Iterable[Piece]:
    if name in corpus_names():
        found = corpus(name)
        if found.is_template:
            how = f"get its files, then: musegen corpus add {name} FOLDER"
            raise UsageError(f"the corpus {name} holds no pieces yet", hint=how)
        if found.origin.folder and not os.path.isdir(found.origin.folder):
            how = f"put it back, or: musegen corpus add {name} FOLDER --replace"
            raise UnreadableFile(f"the folder of the corpus {name} is not there", file=found.origin.folder, hint=how)
        return found.pieces
    if name and "\0" not in name and os.path.isdir(name):
        return pieces_below(name)
    try:
        return list(pieces_named(name))
    except UnreadableFile as error:
        if "/" in name or os.path.lexists(name.rpartition("#")[0] or name):
            raise
        hint = nearest(name, corpus_names(), "`musegen corpus list` names all corpora")
        raise UnreadableFile("there is no such corpus, folder or file", file=error.file, hint=hint) from None


def _distinct(pieces: Iterable[Piece]) -> Iterator[Piece]:
    seen: set[tuple[str, str]] = set()
    for piece in pieces:
        if (piece.folder, piece.name) not in seen:
            seen.add((piece.folder, piece.name))
            yield piece


def _check_labels(conditions: Sequence[Where], pieces: Sequence[Piece]) -> None:
    known = set(OWN).union(*(piece.labels for piece in pieces)) if conditions else set()
    for condition in conditions:
        if condition.label not in known:
            raise UsageError(f"no piece has a label `{condition.label[:80]}`", hint=nearest(condition.label, known))
