"""The measures of a kern file as they are met: where each barline stands, and which meter and key hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from musegen.errors import MalformedScore
from musegen.score.kern_barlines import BarSign
from musegen.score.kern_spines import Column
from musegen.score.kern_tandem import SpineFacts
from musegen.score.limits import MAX_MEASURES
from musegen.score.measure_grid import COMMON_TIME, MeasureFacts, full_length
from musegen.score.meter import TimeSignature
from musegen.score.model import KeySignature, Notice

_Told = TypeVar("_Told")


class Bars:
    """The measures that have ended, and what is known of the one that runs. Times in ticks."""

    def __init__(self, ticks_per_quarter: int) -> None:
        self.unit = ticks_per_quarter
        self.measures: list[MeasureFacts] = []
        self.notices: list[Notice] = []
        self.start = 0
        self.section = ""
        self.meter: TimeSignature | None = COMMON_TIME
        self.key: KeySignature | None = None
        self.is_fresh = True  # nothing has sounded since the barline
        self.is_barred = False  # there has been a barline
        self._opened = BarSign()
        self._is_uneven = False
        self._has_news = False  # a meter or key that counts from the next barline on

    @property
    def number(self) -> str:
        """The number of the measure that runs, as printed or else counted."""
        return self._opened.number or str(len(self.measures) + 1)

    def told(self, spines: Sequence[SpineFacts]) -> None:
        """Meter and key of a measure are those told before its first note; where parts differ, of most of them."""
        self._has_news = not self.is_fresh
        if self._has_news:
            return
        metered = [one for one in spines if one.meter or one.is_free]
        self.meter = _most([one.meter for one in metered]) if metered else COMMON_TIME
        keys = [key for one in spines if (key := one.key) is not None]
        self.key = _most(keys) if keys else None

    def out_of_step(self) -> None:
        """Say, once a measure, that the durations of its parts contradict each other."""
        if not self._is_uneven:
            self._is_uneven = True
            said = "the durations of the parts do not add up: read line by line"
            self.notices.append(Notice(said, self.number))

    def barline(self, sign: BarSign, end: int, spines: Sequence[SpineFacts]) -> None:
        """One measure ends and another begins; of two barlines in a row the second adds to the first."""
        number, start = sign.number, sign.repeat_start
        if end == self.start:
            number, start = number or self._opened.number, start or self._opened.repeat_start
        self.close(sign, end)
        self._opened = BarSign(number, repeat_start=start)
        self.is_barred = self.is_fresh = True
        self._is_uneven = False
        if self._has_news:
            self.told(spines)

    def close(self, sign: BarSign, end: int) -> None:
        """The measure that runs ends here, if it has begun.

        Raises:
            MalformedScore: there are more measures than any score has.
        """
        length, self.start = end - self.start, end
        if length:
            opened = self._opened
            self.measures.append(
                MeasureFacts(
                    opened.number, False, length, length, True, self.meter, self.key, sign.style,
                    opened.repeat_start, sign.repeat_end, self.section,
                )
            )  # fmt: skip
            if len(self.measures) > MAX_MEASURES:
                raise MalformedScore(f"the score has more than {MAX_MEASURES} measures")
        elif self.measures:
            last = self.measures[-1]
            last.repeat_end |= sign.repeat_end
            last.barline = "" if last.repeat_end else sign.style or last.barline

    def end(self, columns: Sequence[Column], now: int) -> int:
        """Where a barline stands: where all notes end, or where the meter wants it if a note lasts beyond it."""
        ends = [column.end for column in columns] or [now]
        latest = max(ends)
        if min(ends) == latest:
            return latest
        full = self.start + full_length(self.meter or COMMON_TIME, self.unit)
        end = full if full in ends and full >= now else latest
        for column in columns:
            if column.end < end:
                self.out_of_step()
                column.end = end
        return end


def _most(told: list[_Told]) -> _Told:
    """What most say; of equally many, the first."""
    return told[0] if told.count(told[0]) == len(told) else Counter(told).most_common(1)[0][0]
