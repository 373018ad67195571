"""Conditions on what is known of a piece: `composer=Haydn`, `date<1600`, `genre~mass`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from musegen.corpora.expressions import expression, is_found
from musegen.corpora.pieces import Piece
from musegen.errors import UsageError, nearest

OWN = ("name", "corpus", "group", "split", "faults")
"""What conditions may speak of besides the labels."""
_CONDITION = re.compile(r"\s*([\w-]+)\s*(!=|<=|>=|!~|=|<|>|~)\s*(.*?)\s*", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge
}  # fmt: skip


class Where(NamedTuple):
    """One condition on a label: `composer=Haydn`, `date<1600`, `genre~mass`.

    `=` and `!=` compare whole texts, `~` and `!~` look for a short regular expression, all without regard to case.
    `<` and its kind compare the numbers in the label, all of them: `date<1600` holds for `1525-1594`, not for
    `1567-1643`.
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
            expression(made.value)
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
            return is_found(self.value, known) == (self.sign == "~")
        return (known.casefold() == self.value.casefold()) == (self.sign == "=")


def value_of(piece: Piece, label: str) -> str:
    """What is known of a piece under that name: one of its labels, or its name, corpus, group, split or faults.

    >>> value_of(Piece("a", labels={"place": "Rome"}), "place"), value_of(Piece("a", split="test"), "split")
    ('Rome', 'test')
    """
    if label in piece.labels or label not in OWN:
        return piece.labels.get(label, "")
    return "; ".join(piece.faults) if label == "faults" else str(getattr(piece, label))


def meeting(pieces: Sequence[Piece], where: Sequence[str]) -> Iterator[Piece]:
    """The pieces of which all conditions hold.

    Raises:
        UsageError: a condition cannot be read, or no piece has such a label.

    >>> [piece.name for piece in meeting([Piece("a", split="test"), Piece("b")], ["split=test"])]
    ['a']
    """
    conditions = [Where.parse(text) for text in where]
    _check_labels(conditions, pieces)
    return (piece for piece in pieces if all(condition.holds(piece) for condition in conditions))


def _check_labels(conditions: Sequence[Where], pieces: Sequence[Piece]) -> None:
    known = set(OWN).union(*(piece.labels for piece in pieces)) if conditions else set()
    for condition in conditions:
        if condition.label not in known:
            raise UsageError(f"no piece has a label `{condition.label[:80]}`", hint=nearest(condition.label, known))
