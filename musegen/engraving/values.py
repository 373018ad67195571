"""Note values: how a stretch of time is written as types, dots, ties and tuplets. All times in quarters."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import lcm
from typing import NamedTuple

from musegen.score.meter import TimeSignature

_NAMES = ("maxima", "long", "breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th", "256th",
          "512th", "1024th")  # fmt: skip
QUARTERS = {name: Fraction(32) / 2**number for number, name in enumerate(_NAMES)}
_LARGEST_TUPLET = 15


class Span(NamedTuple):
    """A stretch of one voice before it is written: the note rows that sound in it, none for a rest."""

    start: Fraction
    end: Fraction
    rows: tuple[int, ...] = ()
    tied_in: bool = False  # continues the span before it
    tied_out: bool = False


class Value(NamedTuple):
    """A written value: `actual` notes in the time of `normal` where it is part of a tuplet."""

    span: Span
    type: str
    dots: int = 0
    actual: int = 1
    normal: int = 1
    tuplet: str = ""  # "start", "stop" or "startstop" at the ends of a bracket


@cache
def single_value(quarters: Fraction) -> tuple[str, int] | None:
    """The type and dots of a length that one undotted, dotted or double dotted value fills; None where none does.

    >>> single_value(Fraction(3, 2)), single_value(Fraction(5, 4))
    (('quarter', 1), None)
    """
    dots = {1: 0, 3: 1, 7: 2}.get(quarters.numerator >> _trailing_zeros(quarters.numerator))
    if dots is None or not is_dyadic(quarters):
        return None
    plain = quarters * Fraction(2**dots, 2 ** (dots + 1) - 1)
    names = [name for name, length in QUARTERS.items() if length == plain]
    return (names[0], dots) if names else None


def is_dyadic(number: Fraction) -> bool:
    """Whether plain note values reach this point: its denominator is a power of two."""
    return number.denominator & (number.denominator - 1) == 0


def write_values(spans: list[Span], meter: TimeSignature) -> list[Value]:
    """The written values of one voice in one measure; `spans` follow each other without gaps.

    Spans that one value cannot fill become tied values (notes) or rests that keep to the beats.
    """
    pieces = [piece for span in spans for piece in (_cut_note if span.rows else _cut_rest)(span, meter)]
    values: list[Value] = []
    group: list[Span] = []
    for piece in pieces:
        group.append(piece)
        if is_dyadic(piece.end) or piece is pieces[-1]:
            values += _write_group(group)
            group = []
    return values


def split(span: Span, *points: Fraction) -> list[Span]:
    """The span cut at points inside it; the pieces of a note are tied."""
    edges = [span.start, *(point for point in sorted(set(points)) if span.start < point < span.end), span.end]
    count = len(edges) - 1
    return [
        Span(
            edges[i],
            edges[i + 1],
            span.rows,
            span.tied_in if i == 0 else True,
            span.tied_out if i == count - 1 else True,
        )
        for i in range(count)
    ]


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _cut_note(span: Span, meter: TimeSignature) -> list[Span]:
    length = span.end - span.start
    if is_dyadic(span.start) and is_dyadic(span.end):
        if single_value(length):
            return [span]
        points = _strongest_points(span, meter)
    else:
        actual, normal = _ratio([span.start, span.end])
        if single_value(length * actual / normal):
            return [span]
        points = _pulses_inside(span, meter)
    pieces = split(span, *points)
    return pieces if len(pieces) == 1 else [small for piece in pieces for small in _cut_note(piece, meter)]


def _strongest_points(span: Span, meter: TimeSignature) -> list[Fraction]:
    """The strongest moment inside a span: where an engraver ties."""
    grain = Fraction(1, lcm(span.start.denominator, span.end.denominator))
    inside = [span.start + grain * number for number in range(1, int((span.end - span.start) / grain))]
    return [max(inside, key=lambda point: (meter.strength(point), -point))] if inside else []


def _pulses_inside(span: Span, meter: TimeSignature) -> list[Fraction]:
    """The first and the last felt beat inside a span."""
    pulse = meter.pulse_quarters
    return [pulse * (span.start // pulse + 1), pulse * -((-span.end) // pulse + 1)]


def _cut_rest(span: Span, meter: TimeSignature) -> list[Span]:
    if not (is_dyadic(span.start) and is_dyadic(span.end)):
        pieces = split(span, *_pulses_inside(span, meter))
        whole = [piece for piece in pieces if piece is not span]
        return pieces if len(pieces) == 1 else [small for piece in whole for small in _cut_rest(piece, meter)]
    rests, start = [], span.start
    while start < span.end:
        length = _longest_rest(start, span.end, meter)
        rests.append(Span(start, start + length))
        start += length
    return rests


def _longest_rest(start: Fraction, end: Fraction, meter: TimeSignature) -> Fraction:
    """The longest rest that begins here and hides no beat."""
    pulse, within = meter.pulse_quarters, meter.beat_quarters
    if start % pulse == 0:
        if meter.numerator == 4 and start % (2 * pulse) == 0 and start + 2 * pulse <= end:
            return 2 * pulse
        if start + pulse <= end:
            return pulse
        within = pulse / 3 if meter.is_compound else pulse / 2
        if meter.is_compound and start + 2 * within <= end:
            return 2 * within
    length = within
    while length > QUARTERS["1024th"] and (start % length or start + length > end):
        length /= 2
    return min(length, end - start)


def _ratio(points: list[Fraction]) -> tuple[int, int]:
    """The tuplet that reaches these points: 3 in the time of 2, 5 of 4, 7 of 4."""
    grain = lcm(*(point.denominator for point in points))
    actual = grain >> _trailing_zeros(grain)
    return actual, 1 << (actual.bit_length() - 1)


def _write_group(group: list[Span]) -> list[Value]:
    actual, normal = _ratio([span.end for span in group])
    if actual > _LARGEST_TUPLET:
        return [_nearest_value(span) for span in group]
    if actual == 1:
        actual = normal = 1
    pieces = [piece for span in group for piece in _single_pieces(span, Fraction(actual, normal))]
    values = [_value(piece, actual, normal) for piece in pieces]
    if actual > 1:
        values[0] = values[0]._replace(tuplet="start")
        values[-1] = values[-1]._replace(tuplet=values[-1].tuplet + "stop")
    return values


def _single_pieces(span: Span, stretch: Fraction) -> list[Span]:
    """Inside a tuplet: tied pieces that one value each can fill, longest first."""
    points, start = [], span.start
    grain = Fraction(1, lcm(span.start.denominator, span.end.denominator))  # whole ticks, which pieces stay
    while not single_value((span.end - start) * stretch):
        lengths = (length / stretch for length in QUARTERS.values())
        fitting = [length for length in lengths if start + length < span.end and length % grain == 0]
        if not fitting:
            break
        start += fitting[0]
        points.append(start)
    pieces = split(span, *points)
    return pieces if span.rows else [Span(piece.start, piece.end) for piece in pieces]


def _value(span: Span, actual: int, normal: int) -> Value:
    written = single_value((span.end - span.start) * actual / normal)
    return Value(span, *written, actual, normal) if written else _nearest_value(span)


def _nearest_value(span: Span) -> Value:
    """For lengths finer than notation: the exact duration under the nearest printed type."""
    length = span.end - span.start
    return Value(span, min(QUARTERS, key=lambda name: abs(QUARTERS[name] - length)))
