"""Beams: which neighbouring short notes of a voice hang together, by meter."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby

from musegen.engraving.values import QUARTERS, Value
from musegen.score.meter import TimeSignature

_FLAGS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4, "128th": 5, "256th": 6, "512th": 7, "1024th": 8}


def beams(values: list[Value], meter: TimeSignature) -> list[tuple[str, ...]]:
    """For every value the MusicXML beam words, level 1 first; empty where it hangs on no beam.

    >>> from musegen.engraving.values import Span, write_values
    >>> eighths = [Span(Fraction(n, 2), Fraction(n + 1, 2), (n,)) for n in range(6)]
    >>> meter = TimeSignature(6, 8)
    >>> [words[0] for words in beams(write_values(eighths, meter), meter)]
    ['begin', 'continue', 'end', 'begin', 'continue', 'end']
    """
    words: list[tuple[str, ...]] = [()] * len(values)
    edges = _edges(values, meter)
    short = [bool(value.span.rows) and value.type in _FLAGS for value in values]
    keys = [(short[n], sum(edge <= value.span.start for edge in edges)) for n, value in enumerate(values)]
    for (is_short, _), members in groupby(range(len(values)), key=keys.__getitem__):
        numbers = list(members)
        if is_short and len(numbers) > 1:
            for number, word in zip(numbers, _words([_FLAGS[values[n].type] for n in numbers]), strict=True):
                words[number] = word
    return words


def _edges(values: list[Value], meter: TimeSignature) -> list[Fraction]:
    """Where beams break, in quarters from the barline."""
    groups = _groups(meter)
    edges = [sum(groups[:number], Fraction(0)) for number in range(len(groups) + 1)]
    joined = [edge for edge in edges if not _joins(edge, values, meter)]
    return joined or edges


def _groups(meter: TimeSignature) -> list[Fraction]:
    """Lengths of the beam groups of a measure: felt beats, and 3+2 or 2+2+3 where those are uneven."""
    beat = meter.beat_quarters
    if meter.denominator >= 8 and not meter.is_compound:
        threes = {3: [3], 5: [3, 2], 7: [2, 2, 3]}.get(meter.numerator)
        counts = threes or [2] * (meter.numerator // 2) + [1] * (meter.numerator % 2)
        return [beat * count for count in counts]
    return [meter.pulse_quarters] * int(meter.quarters / meter.pulse_quarters)


def _joins(edge: Fraction, values: list[Value], meter: TimeSignature) -> bool:
    """Two beats of plain eighths share a beam inside a half-measure, six in 3/4; a tie over the beat parts them."""
    if meter.denominator != 4 or any(value.span.start == edge and value.span.tied_in for value in values):
        return False
    if meter.numerator in (2, 4):
        start = edge - 1
        return edge % 2 == 1 and _only_eighths(values, start, start + 2)
    return meter.numerator == 3 and 0 < edge < 3 and _only_eighths(values, Fraction(0), Fraction(3))


def _only_eighths(values: list[Value], start: Fraction, end: Fraction) -> bool:
    inside = [value for value in values if start < value.span.end and value.span.start < end]
    plain = all(value.type == "eighth" and not value.dots and value.actual == 1 and value.span.rows for value in inside)
    return plain and len(inside) == (end - start) / QUARTERS["eighth"]


def _words(flags: list[int]) -> list[tuple[str, ...]]:
    """The beam words of one group from the number of flags of its notes."""
    found = []
    for number, count in enumerate(flags):
        before = flags[number - 1] if number else 0
        after = flags[number + 1] if number + 1 < len(flags) else 0
        found.append(tuple(_word(level, before, after) for level in range(1, count + 1)))
    return found


def _word(level: int, before: int, after: int) -> str:
    if before >= level:
        return "continue" if after >= level else "end"
    if after >= level:
        return "begin"
    return "backward hook" if before else "forward hook"
