"""Functions in context: T, PD and D as the neighbours of a chord decide them."""

from __future__ import annotations

from itertools import zip_longest

from musegen.theory.analysis import ChordSpan, Phrase
from musegen.theory.harmony.prolongation import prolonging
from musegen.theory.numerals import Function
from musegen.theory.places import opening_chords


def in_context(chords: tuple[ChordSpan, ...], phrases: tuple[Phrase, ...] = ()) -> tuple[ChordSpan, ...]:
    """The chords with the functions that their neighbours give them.

    vi and iii before a dominant prepare it, elsewhere they stand for the tonic; the augmented mediant of minor is a
    dominant. Passing, neighbouring and pedal chords take the function that they prolong (design.md, section 10;
    `prolongation.prolonging`).
    """
    led = prolonging(chords, opening_chords(chords, phrases))
    own = [index for index in range(len(chords)) if index not in led]
    functions: list[Function] = [chord.numeral.function for chord in chords]
    for index, after in zip_longest(own, own[1:]):
        functions[index] = _function(chords[index], None if after is None else chords[after])
    for index, (model, _) in led.items():
        functions[index] = functions[model]
    return tuple(chord._replace(function=found) for chord, found in zip(chords, functions, strict=True))


def _function(chord: ChordSpan, after: ChordSpan | None) -> Function:
    """By the chord that follows."""
    numeral = chord.numeral
    own: Function = "D" if numeral.figure.startswith("III+") else numeral.function
    if after is None or after.key != chord.key or after.numeral.applied_to or numeral.applied_to:
        return own
    prepares = numeral.degree in (3, 6) and after.numeral.function == "D" and after.numeral.degree != 3
    return "PD" if prepares and own == "T" else own
