"""The clock of a MusicXML part: divisions and durations as exact ticks."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from musegen.errors import MalformedScore
from musegen.score.musicxml_attributes import decimal

MAX_QUARTERS = 1024
"""The longest single duration, in quarters."""
MAX_DIVISIONS = 10_000_000


class Clock:
    """Durations as ticks under the divisions of the moment.

    A duration that needs a finer grid is noted in `needed` (denominators of a quarter) and rounded up for now: the
    caller reads the document again on a finer grid.
    """

    def __init__(self, ticks_per_quarter: int) -> None:
        self.ticks_per_quarter = ticks_per_quarter
        self.needed: set[int] = set()
        self.known: dict[str | None, int] = {}
        self._per_division: Fraction | None = None
        self._factor = 0  # ticks of a division, where they are whole
        self._rounds_thirds = 0  # the divisions, where a third of a quarter is no whole number of them

    def new_part(self) -> None:
        """Forget the divisions: each part states its own."""
        self._per_division, self._factor, self._rounds_thirds = None, 0, 0
        self.known.clear()

    def set_divisions(self, text: str | None) -> None:
        """Divisions of a quarter.

        Raises:
            MalformedScore: zero, negative or no number.
        """
        plain = text is not None and text.isascii() and text.isdecimal() and len(text) < 9
        divisions = int(text or 0) if plain else decimal(text, "the number of divisions")
        if not 0 < divisions <= MAX_DIVISIONS:
            raise MalformedScore(f"the number of divisions is {divisions}", hint="it must be 1 or more")
        self._per_division = Fraction(self.ticks_per_quarter) / divisions
        self._factor = int(self._per_division) if self._per_division.denominator == 1 else 0
        self._rounds_thirds = int(divisions) if divisions % 64 == 0 and divisions % 3 else 0
        self.known.clear()

    def ticks(self, text: str | None) -> int:
        """A duration in ticks.

        Raises:
            MalformedScore: negative, absurdly long, no number, or before any divisions.
        """
        found = self.known.get(text)
        if found is not None:
            return found
        is_plain = text is not None and text.isascii() and text.isdecimal() and len(text) < 7
        if is_plain and self._factor and not self._rounds_thirds:
            found = self.known[text] = self._bounded(int(text or 0) * self._factor)
            return found
        amount = decimal(text, "the duration")
        if amount < 0:
            raise MalformedScore(f"the duration is {amount}", hint="it cannot be negative")
        self.known[text] = found = self._converted(amount)
        return found

    def signed_ticks(self, text: str | None) -> int:
        """An offset in ticks, forwards or backwards.

        Raises:
            MalformedScore: as `ticks` does.
        """
        return self._converted(decimal(text, "the offset"))

    def rounded_ticks(self, text: str | None) -> int:
        """An offset of a word or sign, which needs no finer grid: it stands at the tick before.

        Raises:
            MalformedScore: no number, absurdly long, or before any divisions.
        """
        amount = decimal(text, "the offset")
        if self._per_division is None:
            raise MalformedScore("an offset before any <divisions>", hint="say how many divisions a quarter has")
        return self._bounded(floor(amount * self._per_division))

    def _converted(self, amount: Fraction) -> int:
        if self._per_division is None:
            raise MalformedScore("a duration before any <divisions>", hint="say how many divisions a quarter has")
        exact = self._unrounded(amount) * self._per_division
        if exact.denominator != 1:
            self.needed.add(exact.denominator)
        return self._bounded(ceil(exact))

    def _unrounded(self, amount: Fraction) -> Fraction:
        """Triplets exactly, where the divisions cannot: 85 and 86 of 256 are a third of a quarter."""
        divisions = self._rounds_thirds
        if not divisions or amount * 64 % divisions == 0:
            return amount
        exact = Fraction(round(amount * 24 / divisions) * divisions, 24)
        return exact if abs(exact - amount) < 1 else amount

    def _bounded(self, ticks: int) -> int:
        if abs(ticks) > MAX_QUARTERS * self.ticks_per_quarter:
            raise MalformedScore(f"the duration is longer than {MAX_QUARTERS} quarters")
        return ticks
