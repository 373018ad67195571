"""When two readings of a moment agree: in key, chord, numeral and function. One truth for reports and benchmarks."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.theory.analysis import ChordSpan
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral

_BRACKETS = re.compile(r"\[[^]]*\]")


class Reading(NamedTuple):
    """A chord in a key."""

    key: Key
    numeral: Numeral

    def __str__(self) -> str:
        return f"{self.key}: {self.numeral.figure}"

    @property
    def tones(self) -> tuple[int, ...]:
        """Its notes on the line of fifths, root first."""
        return self.numeral.tones(self.key)


class Agreed(NamedTuple):
    """In what two readings of a moment agree."""

    key: bool
    numeral: bool  # key, root, quality, inversion and what the chord is applied to
    chord: bool  # root, quality and inversion, whatever the key
    function: bool


NOTHING = Agreed(False, False, False, False)


def reading(chord: ChordSpan) -> Reading:
    """A chord in its key, without the changes of its brackets."""
    return Reading(chord.key, plain(chord.numeral))


def named_reading(text: str, key: Key) -> Reading:
    """What `G: ii` names, or `ii` in a key; without the changes of its brackets.

    Raises:
        UsageError: it names no chord.
    """
    name, colon, figure = text.rpartition(": ")
    key = Key.parse(name) if colon else key
    return Reading(key, plain(parse_numeral(figure, minor=key.minor)))


def readings_of(chord: ChordSpan) -> tuple[Reading, ...]:
    """What a given chord is called: a pivot has two names.

    >>> from fractions import Fraction
    >>> vi = parse_numeral("vi", minor=False)
    >>> chord = ChordSpan(0, 1, "1", Fraction(1), Key.parse("C"), vi, None, runner_up="G: ii")
    >>> [str(name) for name in readings_of(chord)]
    ['C: vi', 'G: ii']
    """
    found = [reading(chord)]
    if ": " in chord.runner_up:
        with suppress(UsageError):
            found.append(named_reading(chord.runner_up, chord.key))
    return tuple(found)


@cache
def plain(numeral: Numeral) -> Numeral:
    """A numeral without the changes of its brackets: a suspension does not make another chord.

    >>> plain(parse_numeral("V7[no3][add4]", minor=False)).figure
    'V7'
    """
    return parse_numeral(_BRACKETS.sub("", numeral.figure), minor=numeral.minor) if numeral.is_changed else numeral


def agree(one: Reading, other: Reading) -> Agreed:
    """In what two readings agree. A cadential six-four is one chord under either name.

    >>> six_four = parse_numeral("I64", minor=False)
    >>> agree(Reading(Key(0), six_four), Reading(Key(0), parse_numeral("Cad64", minor=False))).numeral
    True
    """
    same_key, chord = one.key == other.key, same_chord(one, other)
    numeral = same_key and chord and one.numeral.applied_tonic == other.numeral.applied_tonic
    return Agreed(same_key, numeral, chord, same_key and one.numeral.function == other.numeral.function)


def agree_either_way(human: ChordSpan, machine: Reading) -> Agreed:
    """The same, with both names of a pivot accepted."""
    found = [agree(name, machine) for name in readings_of(human)]
    return Agreed(*(any(column) for column in zip(*found, strict=True)))


def same_root(one: Reading, other: Reading) -> bool:
    """Whether two chords have one root, whatever the key."""
    return one.key.tonic + one.numeral.root == other.key.tonic + other.numeral.root


def same_chord(one: Reading, other: Reading) -> bool:
    """Whether two chords have one root, quality and inversion, whatever the key."""
    same_quality = one.numeral.quality == other.numeral.quality
    return same_root(one, other) and same_quality and one.numeral.inversion == other.numeral.inversion
