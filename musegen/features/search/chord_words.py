"""What the words of a chord pattern mean: numerals, exact or in any position, degrees, applied chords, functions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, get_args

from musegen.errors import UsageError
from musegen.features.search.syntax import ANYTHING, Pattern, read_pattern
from musegen.theory.numerals import Function, Numeral, parse_numeral

_DEGREE = re.compile(r"[1-7]")
HINT = "write chords like V65/V, V. (any position), V7/*, 5 (any chord on that degree), PD (a function), * or ..."


class ChordWord(NamedTuple):
    """One chord of a pattern: `V65/V` exactly; with `any_position` any inversion, with or without a seventh.

    An empty `figure` asks for a function or a degree only; `goal` is what an applied chord is applied to, `*` for
    anything.
    """

    figure: str = ""
    any_position: bool = False
    goal: str = ""
    function: str = ""
    degree: int = 0

    def fits(self, figure: str, minor: bool, function: str) -> bool:
        """Whether a chord of an analysis is what the word asks for; `minor` is the mode that its numeral counts in.

        >>> read_chord_word("V.").fits("V65", False, "D"), read_chord_word("V").fits("V65", False, "D")
        (True, False)
        """
        return _fits(self, figure, minor, function)


def read_chord_word(text: str) -> ChordWord:
    """The chord that a word of a pattern asks for.

    Raises:
        UsageError: it is none.

    >>> read_chord_word("V7/*")
    ChordWord(figure='V7', any_position=False, goal='*', function='', degree=0)
    """
    if text in get_args(Function):
        return ChordWord(function=text)
    head, slash, goal = text.partition("/")
    any_position = head.endswith(".") or goal.endswith(".")
    head, goal = head.removesuffix("."), goal.removesuffix(".")
    if slash and not goal:
        raise UsageError(f"`{text}` is applied to nothing", hint=HINT)
    if goal and goal != ANYTHING:
        _either_mode(goal, text)
    if _DEGREE.fullmatch(head):
        return ChordWord(any_position=True, goal=goal, degree=int(head))
    if head != ANYTHING:
        _either_mode(head, text)
    return ChordWord(head, any_position, goal)


def read_chords(text: str) -> Pattern[ChordWord]:
    """A pattern of chords.

    Raises:
        QueryError: it cannot be read.

    >>> [item.atom.figure for item in read_chords("V65/V V").readings[0]]
    ['V65', 'V']
    """
    return read_pattern(text, read_chord_word)


def _either_mode(figure: str, word: str) -> None:
    for minor in (False, True):
        if _numeral(figure, minor) is not None:
            return
    raise UsageError(f"`{word}` is no chord", hint=HINT)


@lru_cache(maxsize=4096)
def _numeral(figure: str, minor: bool) -> Numeral | None:
    try:
        return parse_numeral(figure, minor=minor)
    except UsageError:
        return None


@lru_cache(maxsize=65_536)
def _fits(word: ChordWord, figure: str, minor: bool, function: str) -> bool:
    if word.function:
        return function == word.function
    found = _numeral(figure, minor)
    if found is None:
        return False
    if not word.goal:
        if found.applied_to:
            return False
        return _is_head(word, found)
    if not found.applied_to or not _is_goal(word.goal, found):
        return False
    inner = _inner(found)
    return inner is not None and _is_head(word, inner)


def _is_goal(goal: str, found: Numeral) -> bool:
    """What a chord is applied to has the root that was asked for: V/V and V/v are one."""
    asked = _numeral(goal, found.minor)
    return goal == ANYTHING or (asked is not None and asked.root == found.applied_tonic)


def _inner(found: Numeral) -> Numeral | None:
    """An applied chord as a chord of the key that it borrows."""
    goal = parse_numeral(found.applied_to, minor=found.minor)
    return _numeral(found.figure.partition("/")[0], goal.quality in ("minor", "dim"))


def _is_head(word: ChordWord, found: Numeral) -> bool:
    if word.degree:
        return found.degree == word.degree and not found.is_cadential
    if word.figure == ANYTHING:
        return True
    asked = _numeral(word.figure, found.minor)
    if asked is None or (asked.degree, asked.is_cadential) != (found.degree, found.is_cadential):
        return False
    if not word.any_position:
        return (asked.members, asked.inversion, asked.bass) == (found.members, found.inversion, found.bass)
    if asked.is_seventh:
        return set(asked.members) == set(found.members)
    return asked.root == found.root and (found.is_changed or asked.members[:3] == found.members[:3])
