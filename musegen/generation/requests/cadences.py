"""Cadences that are asked for: which two chords, under which soprano, close as they should."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from musegen.generation.conditions import CadenceAsked
from musegen.generation.voicings import Chord
from musegen.theory.analysis import ChordSpan
from musegen.theory.form.cadences import closes_at
from musegen.theory.form.phrases import LastNote

_ON_TONIC = ("PAC", "IAC", "PC")


def may_close(asked: CadenceAsked, last: Chord) -> bool:
    """Whether a phrase could end with this chord as asked, whatever comes before.

    >>> from musegen.theory.keys import Key
    >>> from musegen.theory.numerals import parse_numeral
    >>> five = Chord(Key.parse("C"), parse_numeral("V", minor=False))
    >>> may_close(CadenceAsked(0, "HC"), five), may_close(CadenceAsked(0, "PAC"), five)
    (True, False)
    """
    numeral = last.numeral
    if asked.key is not None and last.key != asked.key:
        return False
    plain = len(numeral.members) == 3 and not numeral.applied_to and not numeral.is_cadential
    if asked.kind is None:
        return plain and numeral.inversion < 2
    if asked.kind == "HC":
        return plain and numeral.degree == 5 and numeral.inversion == 0 and numeral.is_dominant
    if asked.kind in _ON_TONIC:
        return plain and numeral.degree == 1 and (numeral.inversion == 0 or asked.kind == "IAC")
    return plain and (numeral.degree != 1 or asked.kind == "EC")


def closes(asked: CadenceAsked, before: Chord, last: Chord, sung: int) -> bool:
    """Whether these chords make the cadence that is asked for; `sung` is the soprano's last place in fifths.

    The judge is `theory.form.cadences`: what is asked for here is what an analysis finds.

    >>> from musegen.theory.keys import Key
    >>> from musegen.theory.numerals import parse_numeral
    >>> five, one = (Chord(Key.parse("C"), parse_numeral(figure, minor=False)) for figure in ("V7", "I"))
    >>> [closes(CadenceAsked(0, "PAC"), five, one, sung) for sung in (0, 4)]
    [True, False]
    """
    if asked.kind is None or asked.kind == "HC":
        return may_close(asked, last)
    return may_close(asked, last) and _kind(before, last, sung) == asked.kind


@lru_cache(maxsize=20_000)
def _kind(before: Chord, last: Chord, sung: int) -> str:
    spans = tuple(
        ChordSpan(number, 1, "1", Fraction(number + 1), chord.key, chord.numeral, None)
        for number, chord in enumerate((before, last))
    )
    found = closes_at(spans, LastNote(1, 2, sung))
    return found.kind if found and found.key == last.key else ""
