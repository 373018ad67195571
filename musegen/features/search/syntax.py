"""How a pattern is written: words between blanks, choices, options and gaps; faults are told with their position.

`a b` is one after the other, `(a|b c)` a choice, `a?` may be missing, `!a` anything but a, `*` anything, `...` a gap of
any length within a phrase. What a word means, each kind of pattern says for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Generic, Literal, NamedTuple, TypeVar

from musegen.errors import UsageError

LONGEST = 400
"""Letters of a pattern."""
MOST_READINGS, MOST_WORDS = 256, 40
"""Into how many plain sequences choices and options may unfold, and how long one may be."""
ANYTHING = "*"

Joint = Literal["next", "gap", "changes"]
"""How an item joins the one before: it follows, it comes later in the phrase, it follows in another key (`>`)."""
Atom = TypeVar("Atom")
_WORD = re.compile(r"\s+|\.\.\.|[()|?!>]|[^\s()|?!>]+")
_JOINTS: dict[str, Joint] = {"...": "gap", ">": "changes"}


class QueryError(UsageError):
    """A pattern that cannot be read; `position` counts its letters from 1."""

    def __init__(self, message: str, query: str, position: int, *, hint: str = "") -> None:
        told = message if len(message) <= LONGEST else f"{message[:LONGEST]}..."
        super().__init__(f"{told} (letter {position} of the pattern `{query[:LONGEST]}`)", hint=hint)
        self.query = query
        self.position = position


class Item(NamedTuple, Generic[Atom]):
    """One thing of a plain sequence."""

    joint: Joint
    atom: Atom | None  # None is anything
    negated: bool = False


@dataclass(frozen=True)
class Pattern(Generic[Atom]):
    """A pattern as it was written, and the plain sequences of which one must be found."""

    text: str
    readings: tuple[tuple[Item[Atom], ...], ...]

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """Every atom in it."""
        found = (item.atom for reading in self.readings for item in reading if item.atom is not None)
        return tuple(dict.fromkeys(found))


class _Token(NamedTuple):
    text: str
    position: int


def read_pattern(text: str, read_atom: Callable[[str], Atom]) -> Pattern[Atom]:
    """The pattern that a text says; `read_atom` reads a word and raises `UsageError` where it is none.

    Raises:
        QueryError: it cannot be read; says where and why.

    >>> pattern = read_pattern("(ii|IV) V7? I", str)
    >>> [" ".join(item.atom for item in reading) for reading in pattern.readings]
    ['ii V7 I', 'ii I', 'IV V7 I', 'IV I']
    """
    if len(text) > LONGEST:
        raise QueryError(f"{len(text)} letters are too many", text, LONGEST, hint=f"at most {LONGEST}")
    parser = _Parser(text, read_atom)
    readings = [_checked(reading, text) for reading in parser.whole()]
    return Pattern(text, tuple(dict.fromkeys(readings)))


def _checked(reading: tuple[Item[Atom], ...], text: str) -> tuple[Item[Atom], ...]:
    if not reading:
        raise QueryError("the pattern may be found in nothing at all", text, 1, hint="name at least one thing in it")
    if len(reading) > MOST_WORDS:
        raise QueryError(f"{len(reading)} things in a row are too many", text, 1, hint=f"at most {MOST_WORDS}")
    return (reading[0]._replace(joint="next"), *reading[1:])


_Readings = list[tuple[Item[Atom], ...]]


class _Parser(Generic[Atom]):
    """Reads a pattern from left to right; each method takes what it is named after."""

    def __init__(self, text: str, read_atom: Callable[[str], Atom]) -> None:
        self.text, self.read_atom = text, read_atom
        self.tokens = list(_tokens(text))
        self.place, self.depth = 0, 0

    def whole(self) -> _Readings[Atom]:
        found = self.choice()
        if self.next is not None:
            raise self.fault(f"`{self.next.text}` closes nothing")
        return found

    @property
    def next(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, text: str) -> bool:
        taken = self.next is not None and self.next.text == text
        self.place += taken
        return taken

    def fault(self, message: str, hint: str = "") -> QueryError:
        position = self.next.position if self.next else len(self.text.rstrip()) + 1
        return QueryError(message, self.text, position, hint=hint)

    def choice(self) -> _Readings[Atom]:
        found = self.sequence()
        while self.take("|"):
            found = found + self.sequence()
        return found

    def sequence(self) -> _Readings[Atom]:
        found: _Readings[Atom] = [()]
        count = 0
        while self.next is not None and self.next.text not in ("|", ")"):
            joint = self.joint(opens=count == 0)
            one = self.optional(joint)
            if len(found) * len(one) > MOST_READINGS:
                raise self.fault("too many choices", hint=f"they unfold to more than {MOST_READINGS} patterns")
            found = [before + after for before, after in product(found, one)]
            count += 1
        if not count:
            raise self.fault("there is nothing to find here", hint="write something like V65/V V")
        return found

    def joint(self, *, opens: bool) -> Joint:
        if self.next is None or self.next.text not in _JOINTS:
            return "next"
        if opens and not self.depth:
            raise self.fault(f"`{self.next.text}` stands between two things, not at the beginning")
        joint = _JOINTS[self.next.text]
        self.place += 1
        if self.next is None or self.next.text in ("|", ")", *_JOINTS):
            raise self.fault("nothing follows here")
        return joint

    def optional(self, joint: Joint) -> _Readings[Atom]:
        found = self.single()
        while self.take("?"):
            found = [*found, ()]
        if joint != "next" and () in found:
            raise self.fault("what stands after `...` or `>` cannot be missing")
        joined = ((reading[0]._replace(joint=joint), *reading[1:]) if reading else reading for reading in found)
        return list(dict.fromkeys(joined))

    def single(self) -> _Readings[Atom]:
        if self.take("("):
            self.depth += 1
            found = self.choice()
            if not self.take(")"):
                raise self.fault("a bracket is not closed")
            self.depth -= 1
            return found
        negated = self.take("!")
        token = self.next
        if token is None or token.text in ("(", ")", "|", "?", "!", *_JOINTS):
            raise self.fault("a word is missing here")
        self.place += 1
        return [(Item("next", self.atom(token), negated),)]

    def atom(self, token: _Token) -> Atom | None:
        if token.text == ANYTHING:
            return None
        try:
            return self.read_atom(token.text)
        except QueryError:
            raise
        except UsageError as error:
            raise QueryError(error.message, self.text, token.position, hint=error.hint) from None


def _tokens(text: str) -> Iterator[_Token]:
    for found in _WORD.finditer(text):
        if not found[0].isspace():
            yield _Token(found[0], found.start() + 1)
