"""How long ABC notes are, in whole ticks: the unit length, written multiples, tuplets and broken rhythm."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from musegen.errors import MalformedScore
from musegen.score.limits import FinerGrid
from musegen.score.meter import TimeSignature

MOST_HALVINGS = 8
_TUPLETS = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
"""So many notes in the time of so many; 5, 7 and 9 depend on the meter."""


class Lengths:
    """The lengths of a voice's notes, one after the other."""

    def __init__(self, ticks_per_quarter: int, unit: Fraction) -> None:
        self._ticks_per_quarter = ticks_per_quarter
        self._left, self._tuplet = 0, Fraction(1)  # how many notes of a tuplet are left, and how long each is
        self._broken = Fraction(1)  # of the note after `>` or `<`
        self._scale: Fraction | None = None  # both together; None: as written
        self.set_unit(unit)

    def set_unit(self, unit: Fraction) -> None:
        """The unit length, in quarters."""
        self._unit = whole(self._ticks_per_quarter * unit.numerator, unit.denominator)

    def ticks(self, length: str) -> int:
        """The ticks of a written length at this place."""
        numerator, denominator = parts_of(length) if length else (1, 1)
        if self._scale is not None:
            numerator, denominator = numerator * self._scale.numerator, denominator * self._scale.denominator
        return whole(self._unit * numerator, denominator)

    def passed(self) -> None:
        """One note, chord or rest has gone by."""
        if self._scale is None:
            return
        self._broken = Fraction(1)
        if self._left:
            self._left -= 1
            self._tuplet = self._tuplet if self._left else Fraction(1)
        self._rescale()

    def tuplet(self, notes: int, time: int, count: int, meter: TimeSignature | None) -> None:
        """`(p:q:r`: the next `count` notes, `notes` in the time of `time`; 0 is what is usual.

        Raises:
            MalformedScore: there is no such tuplet.
        """
        time = time or _TUPLETS.get(notes, 3 if meter is not None and meter.is_compound else 2)
        if not 0 < notes < 100 or not 0 < time < 100:
            raise MalformedScore(f"`({notes}:{time}` is no tuplet", hint="write it like (3abc or (3:2:4")
        self._left, self._tuplet = count or notes, Fraction(time, notes)
        self._rescale()

    def broken(self, signs: str) -> Fraction:
        """`>`, `<<`, ...: by how much the note before it changes; the next one is changed when it comes."""
        short = Fraction(1, 2 ** len(signs))
        before, self._broken = (2 - short, short) if signs[0] == ">" else (short, 2 - short)
        self._rescale()
        return before

    def _rescale(self) -> None:
        scale = self._tuplet * self._broken
        self._scale = None if scale == 1 and not self._left else scale


def whole(numerator: int, denominator: int) -> int:
    """A quotient that must be whole ticks.

    Raises:
        FinerGrid: it is none.

    >>> whole(10080 * 3, 2)
    15120
    """
    quotient, rest = divmod(numerator, denominator)
    if rest:
        raise FinerGrid(Fraction(numerator, denominator).denominator)
    return quotient


@lru_cache(512)
def parts_of(length: str) -> tuple[int, int]:
    """A written note length as a fraction: `3/2`, `/` (a half), `//` (a quarter).

    Raises:
        MalformedScore: it is nothing, or smaller than any note.

    >>> parts_of("3/2"), parts_of("/"), parts_of("2")
    ((3, 2), (1, 2), (2, 1))
    """
    before, divisor, slashes = length.partition("/")[0], length.rpartition("/")[2], length.count("/")
    numerator = int(before or 1)
    denominator = int(divisor) if slashes and divisor else 2 ** min(slashes, MOST_HALVINGS + 1)
    if not numerator or not denominator or denominator > 1024 or slashes > MOST_HALVINGS:
        raise MalformedScore(f"`{length[:20]}` is no length of a note", hint="write it like 2, 3/2 or /4")
    return numerator, denominator
