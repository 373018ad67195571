"""The rows of a style in any meter: its own, or made of those in other meters, cut, joined or stretched."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from musegen.generation.accompaniment.rows import Bar, between, joined, scaled
from musegen.generation.accompaniment.styles import Pattern
from musegen.score.meter import TimeSignature

Rows = tuple[Bar, ...]
_PULSE = Fraction(3, 2)
_PULSES = (2, 4, 3, 1)
"""Compound meters by felt beats, the best to make others of first."""


def rows_for(patterns: Sequence[Pattern], name: str, meter: TimeSignature) -> list[Rows]:
    """The rows of that name in a meter, each of one measure or more; none where nothing suits.

    What a style does not say follows from what it says: 2/2 goes as 4/4, 2/4 as the first half of 4/4, 9/8 and 12/8 as
    6/8 goes on, 6/8 as two fast measures of 3/4, 5/4 as 3/4 and 2/4, 3/2 as a slow 3/4.

    >>> from musegen.generation.accompaniment.styles import load_style
    >>> patterns = [each for each in load_style("waltz").patterns if each.level == 1]
    >>> [len(rows_for(patterns, "bass", TimeSignature.parse(meter))[0]) for meter in ("3/4", "5/4", "9/8")]
    [1, 1, 1]
    """
    own = [pattern.rows[name] for pattern in patterns if name in pattern.rows and pattern.meter == meter]
    if own:
        return own
    if meter.is_compound or meter == (3, 8):
        stretch = Fraction(8, meter.denominator)
        return _stretched(_by_pulses(patterns, name, meter.numerator // 3), stretch)
    if meter == (2, 2):
        return _by_beats(patterns, name, 4)
    return _stretched(_by_beats(patterns, name, meter.numerator), Fraction(4, meter.denominator))


def _stretched(found: list[Rows], factor: Fraction) -> list[Rows]:
    return [tuple(scaled(bar, factor) for bar in rows) for rows in found]


def _written(patterns: Sequence[Pattern], name: str, meter: tuple[int, int]) -> list[Rows]:
    return [pattern.rows[name] for pattern in patterns if name in pattern.rows and pattern.meter == meter]


def _by_pulses(patterns: Sequence[Pattern], name: str, count: int) -> list[Rows]:
    """Rows of so many dotted quarters."""
    for pulses in (count, *_PULSES):
        found = _written(patterns, name, (3 * pulses, 8))
        if found:
            return [tuple(_of_pulses(bar, pulses, count) for bar in rows) for rows in found]
    waltz = _stretched(_written(patterns, name, (3, 4)), Fraction(1, 2))
    return [tuple(joined([(bar, _PULSE)] * count) for bar in rows) for rows in waltz]


def _of_pulses(bar: Bar, pulses: int, count: int) -> Bar:
    """A bar of so many pulses, again and again; what does not come out even is its end, or its beginning."""
    if count <= pulses:
        return between(bar, Fraction(0), count * _PULSE)
    whole, rest = divmod(count, pulses)
    last = between(bar, (pulses - rest) * _PULSE, pulses * _PULSE)
    return joined([*[(bar, pulses * _PULSE)] * whole, (last, rest * _PULSE)])


def _by_beats(patterns: Sequence[Pattern], name: str, count: int) -> list[Rows]:
    """Rows of so many quarters."""
    found = _written(patterns, name, (count, 4)) or (_written(patterns, name, (2, 2)) if count == 4 else [])
    if found:
        return found
    if count == 4:
        pairs = _written(patterns, name, (2, 4))
        return [tuple(_joined(rows, rows[1:] + rows[:1], 2)[:: min(len(rows), 2)]) for rows in pairs]
    if count < 4:
        longer = next((size for size in range(count + 1, 5) if _written(patterns, name, (size, 4))), 0)
        found = _written(patterns, name, (longer, 4)) or (_by_beats(patterns, name, 4) if count != 4 else [])
        if found:
            return [tuple(between(bar, Fraction(0), Fraction(count)) for bar in rows) for rows in found]
        pairs = _written(patterns, name, (2, 4))
        return [tuple(joined([(bar, Fraction(2)), (between(bar, Fraction(1), Fraction(2)), Fraction(1))])
                      for bar in rows) for rows in pairs]  # fmt: skip
    first = 3 if count % 2 or count % 3 == 0 else 4
    left, right = _by_beats(patterns, name, first), _by_beats(patterns, name, count - first)
    return [tuple(_joined(rows, right[number % len(right)], first)) for number, rows in enumerate(left) if right]


def _joined(left: Rows, right: Rows, beats: int) -> list[Bar]:
    """Measure by measure the one after the other."""
    length = Fraction(beats)
    return [joined([(bar, length), (right[number % len(right)], length)]) for number, bar in enumerate(left)]
