"""Functions in context: T, PD and D as the neighbours of a chord decide them."""

from __future__ import annotations

from musegen.theory.analysis import ChordSpan
from musegen.theory.numerals import Function


def in_context(chords: tuple[ChordSpan, ...]) -> tuple[ChordSpan, ...]:
    """The chords with the functions that their neighbours give them.

    vi and iii before a dominant prepare it, elsewhere they stand for the tonic; a six-four that is not cadential
    takes the function that it prolongs (design.md, section 10).
    """
    return tuple(
        chord._replace(function=_function(chord, chords[number - 1 : number], chords[number + 1 : number + 2]))
        for number, chord in enumerate(chords)
    )


def _function(chord: ChordSpan, before: tuple[ChordSpan, ...], after: tuple[ChordSpan, ...]) -> Function:
    numeral = chord.numeral
    own = numeral.function
    if numeral.is_cadential or numeral.applied_to:
        return own
    if numeral.inversion == 2 and not numeral.is_seventh and before and after:
        around = before[0].numeral.function
        return around if around == after[0].numeral.function else own
    if numeral.degree in (3, 6) and after and after[0].key == chord.key and not after[0].numeral.applied_to:
        follows = after[0].numeral
        return "PD" if follows.function == "D" and follows.degree != 3 else own
    return own
