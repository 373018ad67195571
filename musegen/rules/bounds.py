"""What a parameter of a predicate may be, where its type alone does not say it: numbers, pitches, Roman numerals.

They stand in type hints, `Annotated[int, Bounds(0)]`, so that a pack is judged as it is read.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, NamedTuple

from musegen.errors import UsageError
from musegen.score.pitch import parse_pitch
from musegen.theory.numerals import parse_numeral


class Bounds(NamedTuple):
    """A number from `low` to `high`.

    >>> Bounds(0).admits(-1), str(Bounds(0, 1))
    (False, 'a number from 0 to 1')
    """

    low: float
    high: float | None = None

    def admits(self, value: Any) -> bool:
        """Whether the number lies within."""
        return bool(self.low <= value and (self.high is None or value <= self.high))

    def __str__(self) -> str:
        return f"a number from {self.low:g}" + ("" if self.high is None else f" to {self.high:g}")


class Pitches(NamedTuple):
    """So many names of notes, none lower than the one before it.

    >>> Pitches(2).admits(["C3", "A4"]), Pitches(2).admits(["A4", "C3"]), Pitches(2).admits(["H3", "A4"])
    (True, False, False)
    """

    number: int

    def admits(self, value: Any) -> bool:
        """Whether there are as many, each a note, in order."""
        try:
            pitches = [parse_pitch(name).pitch for name in value]
        except UsageError:
            return False
        return len(pitches) == self.number and all(low <= high for low, high in pairwise(pitches))

    def __str__(self) -> str:
        return f"a list of {self.number} notes from the lowest up, written like C4 or Bb2"


class Figures(NamedTuple):
    """Roman numerals of a mode.

    >>> Figures(minor=False).admits(["I", "V65/V", "Cad64"]), Figures(minor=False).admits(["I", "IVV"])
    (True, False)
    """

    minor: bool

    def admits(self, value: Any) -> bool:
        """Whether each is a numeral."""
        try:
            return all(parse_numeral(figure, minor=self.minor).figure for figure in value)
        except UsageError:
            return False

    def __str__(self) -> str:
        return 'a list of Roman numerals, like ["I", "ii6", "V65/V", "Cad64"]'


KINDS = (Bounds, Pitches, Figures)
"""Each `admits` a value of the right type, or does not, and says as a text what would do."""
Count = Annotated[int, Bounds(0)]
Share = Annotated[float, Bounds(0, 1)]
Quarters = Annotated[float, Bounds(0)]
Range = Annotated[list[str], Pitches(2)]
EasyRange = Annotated[list[str], Pitches(4)]
MajorFigures = Annotated[list[str], Figures(minor=False)]
MinorFigures = Annotated[list[str], Figures(minor=True)]
