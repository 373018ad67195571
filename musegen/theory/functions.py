"""Functions in context: T, PD and D as the neighbours of a chord decide them."""

from __future__ import annotations

from musegen.theory.analysis import ChordSpan, Phrase
from musegen.theory.numerals import Function
from musegen.theory.prolongation import frames, passes_down


def in_context(chords: tuple[ChordSpan, ...], phrases: tuple[Phrase, ...] = ()) -> tuple[ChordSpan, ...]:
    """The chords with the functions that their neighbours give them.

    vi and iii before a dominant prepare it, elsewhere they stand for the tonic; the augmented mediant of minor is a
    dominant. Passing, neighbouring and pedal chords take the function that they prolong (design.md, section 10;
    `prolongation.frames`).
    """
    functions = [
        _function(chord, chords[number - 1 : number], chords[number + 1 : number + 2])
        for number, chord in enumerate(chords)
    ]
    for frame in frames(chords, frozenset(phrase.onset for phrase in phrases)):
        functions[frame.first + 1 : frame.last] = [functions[frame.first]] * (frame.last - frame.first - 1)
    return tuple(chord._replace(function=found) for chord, found in zip(chords, functions, strict=True))


def _function(chord: ChordSpan, before: tuple[ChordSpan, ...], after: tuple[ChordSpan, ...]) -> Function:
    numeral = chord.numeral
    own: Function = "D" if numeral.figure.startswith("III+") else numeral.function
    if numeral.is_cadential or numeral.applied_to:
        return own
    is_inside = bool(before and after) and before[0].key == chord.key == after[0].key
    if is_inside and passes_down(before[0].numeral, numeral, after[0].numeral):
        return before[0].numeral.function
    if numeral.inversion == 2 and not numeral.is_seventh and before and after:
        around = before[0].numeral.function
        return around if around == after[0].numeral.function else own
    if numeral.degree in (3, 6) and after and after[0].key == chord.key and not after[0].numeral.applied_to:
        follows = after[0].numeral
        return "PD" if follows.function == "D" and follows.degree != 3 else own
    return own
