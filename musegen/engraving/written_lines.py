"""One voice of one measure as it is written: values and beams, found once for each rhythm that measures share."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from musegen.engraving.beams import beams
from musegen.engraving.values import Span, Value, write_values
from musegen.score.meter import TimeSignature

_RHYTHMS = 4096
"""So many are remembered."""


class Stretch(NamedTuple):
    """A chord, or a rest, of a voice. Times in ticks from the barline."""

    start: int
    end: int
    sounds: bool = False
    tied_in: bool = False
    tied_out: bool = False


class Written(NamedTuple):
    """One written value; `stretch` is the number of the stretch that it writes, or a part of which, -1 for a rest."""

    value: Value
    beams: tuple[str, ...]
    stretch: int
    start: int  # ticks from the barline
    ticks: int


@lru_cache(_RHYTHMS)
def written(stretches: tuple[Stretch, ...], quarter: int, meter: TimeSignature) -> tuple[Written, ...]:
    """What stretches that follow each other without gaps write; a quarter has so many ticks.

    >>> [each.value.type for each in written((Stretch(0, 5, True), Stretch(5, 8, True)), 2, TimeSignature(4, 4))]
    ['half', 'eighth', 'quarter']
    """
    spans = [
        Span(Fraction(each.start, quarter), Fraction(each.end, quarter), (number,) if each.sounds else (), *each[3:])
        for number, each in enumerate(stretches)
    ]
    values = write_values(spans, meter)
    return tuple(
        Written(value, words, value.span.rows[0] if value.span.rows else -1, *_ticks(value.span, quarter))
        for value, words in zip(values, beams(values, meter), strict=True)
    )


def _ticks(span: Span, quarter: int) -> tuple[int, int]:
    return int(span.start * quarter), int((span.end - span.start) * quarter)
