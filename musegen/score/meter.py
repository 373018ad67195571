"""Time signatures: lengths, beats (denominator units), pulses (felt beats) and metrical strength, in ticks."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from musegen.errors import UsageError

TICKS_PER_QUARTER = 10_080
"""Divides a quarter into 32 (128th notes), 9, 5 and 7 equal parts."""
_WRITTEN_PARTS = 12
"""Into so many parts tuplets divide a beat; performances into any number."""


class TimeSignature(NamedTuple):
    """`numerator / denominator`, for example 6/8.

    >>> TimeSignature.parse("6/8").pulse_quarters
    Fraction(3, 2)
    """

    numerator: int
    denominator: int

    @classmethod
    def parse(cls, text: str) -> TimeSignature:
        """Read `3/4`.

        Raises:
            UsageError: the text is no time signature.

        >>> TimeSignature.parse("6/8")
        TimeSignature(numerator=6, denominator=8)
        """
        found = re.match(r"(\d{1,2})/(\d{1,3})$", text.strip())
        numbers = (int(found[1]), int(found[2])) if found else (0, 0)
        if numbers[0] < 1 or numbers[1] not in (1, 2, 4, 8, 16, 32, 64, 128):
            raise UsageError(f"`{text}` is not a time signature", hint="write it like 4/4, 3/4 or 6/8")
        return cls(*numbers)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def beat_quarters(self) -> Fraction:
        """The length of a printed beat: one denominator unit.

        >>> TimeSignature(6, 8).beat_quarters
        Fraction(1, 2)
        """
        return Fraction(4, self.denominator)

    @property
    def quarters(self) -> Fraction:
        """The length of a full measure.

        >>> TimeSignature(3, 8).quarters
        Fraction(3, 2)
        """
        return self.numerator * self.beat_quarters

    @property
    def is_compound(self) -> bool:
        """6/8, 9/8, 12/8: three units to a felt beat.

        >>> TimeSignature(6, 8).is_compound, TimeSignature(3, 4).is_compound
        (True, False)
        """
        return self.numerator % 3 == 0 and self.numerator > 3 and self.denominator >= 8

    @property
    def pulse_quarters(self) -> Fraction:
        """The length of a felt beat: a dotted quarter in 6/8, a quarter in 4/4.

        >>> TimeSignature(6, 8).pulse_quarters, TimeSignature(2, 2).pulse_quarters
        (Fraction(3, 2), Fraction(2, 1))
        """
        return self.beat_quarters * (3 if self.is_compound else 1)

    def strength(self, offset: Fraction) -> Fraction:
        """How strong a place in the measure is: 1 at the barline, 1/2 mid-measure, halving with each level below.

        `offset` is in quarters from the barline.

        >>> [str(TimeSignature(4, 4).strength(Fraction(beat))) for beat in range(4)]
        ['1', '1/4', '1/2', '1/4']
        """
        return _strength(self, offset)


@lru_cache(maxsize=4096)
def _strength(meter: TimeSignature, offset: Fraction) -> Fraction:
    if offset % meter.quarters == 0:
        return Fraction(1)
    pulses = int(meter.quarters / meter.pulse_quarters)
    level, weight = meter.quarters, Fraction(1)
    while pulses % 2 == 0:
        pulses //= 2
        level, weight = level / 2, weight / 2
        if offset % level == 0:
            return weight
    if level != meter.pulse_quarters:
        level, weight = meter.pulse_quarters, weight / 2
        if offset % level == 0:
            return weight
    level, weight = meter.beat_quarters, weight / 2
    for _ in range(6):
        if offset % level == 0:
            return weight
        level, weight = level / 2, weight / 2
    return weight


def beat_words(beat: Fraction) -> str:
    """A beat as a musician reads it: exactly in written rhythms, else to the nearest eighth or sixth of a beat.

    >>> [beat_words(Fraction(beat)) for beat in ("5/2", "6/5", "1339/1024", "4093/1024")]
    ['beat 5/2', 'beat 6/5', 'beat 4/3', 'just before beat 4']
    """
    if beat.denominator <= _WRITTEN_PARTS or beat.denominator in (16, 24, 32):
        return f"beat {beat}"
    near = min((Fraction(round(beat * parts), parts) for parts in (8, 6)), key=lambda other: abs(other - beat))
    return f"{'just before ' * (near.denominator == 1 and near > beat)}beat {near}"


def ticks(quarters: Fraction | int, ticks_per_quarter: int = TICKS_PER_QUARTER) -> int:
    """Quarters as whole ticks; a length that needs a finer grid is an error of the caller.

    >>> ticks(Fraction(1, 3))
    3360
    """
    exact = Fraction(quarters) * ticks_per_quarter
    if exact.denominator != 1:
        raise ValueError(f"{quarters} quarters are no whole number of ticks at {ticks_per_quarter} a quarter")
    return exact.numerator
