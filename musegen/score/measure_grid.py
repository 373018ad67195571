"""One measure grid for all parts: how long each measure is when the parts of a source tell different stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from musegen.errors import MalformedScore
from musegen.score.meter import TimeSignature
from musegen.score.model import KeySignature, Measure, Notice

COMMON_TIME = TimeSignature(4, 4)
MAX_MEASURE_QUARTERS = 4096


@dataclass(slots=True)
class MeasureFacts:
    """What one part says about one measure. Times in ticks from its barline."""

    number: str
    implicit: bool = False  # a pickup or the second half of a split measure
    extent: int = 0  # where the last note or rest ends
    reach: int = 0  # the same, skipped time included
    sounding: bool = False  # holds a note
    time: TimeSignature | None = COMMON_TIME  # None: without measure (a cadenza)
    key: KeySignature | None = None
    barline: str = ""
    repeat_start: bool = False
    repeat_end: bool = False
    ending: str = ""
    new_system: bool = False


def shared_measures(
    parts: Sequence[Sequence[MeasureFacts]], ticks_per_quarter: int
) -> tuple[tuple[Measure, ...], tuple[Notice, ...]]:
    """The measures of the piece, each as long as its longest part, and a notice for each that the parts disagree on.

    Raises:
        MalformedScore: a measure is longer than a thousand whole notes.
    """
    measures: list[Measure] = []
    notices: list[Notice] = []
    onset = 0
    for index, column in enumerate(zip(*parts, strict=True)):
        first = column[0]
        last = len(measures) + 1 == len(parts[0])
        length, notice = _length(column, index, last, ticks_per_quarter)
        if length > MAX_MEASURE_QUARTERS * ticks_per_quarter:
            raise MalformedScore("the measure is longer than 1024 whole notes", measure=first.number)
        if notice:
            notices.append(Notice(notice, first.number))
        time = first.time or _free_time(Fraction(length, ticks_per_quarter))
        full = full_length(time, ticks_per_quarter)
        short = first.time is not None and length < full
        before = measures[-1] if measures else None
        rest_of_split = before is not None and not before.is_pickup and before.length + length == full
        measures.append(
            Measure(
                _printed_number(column, index, parts[0], short),
                onset, length, time, _common_key(column), short and (index == 0 or rest_of_split),
                first.barline, first.repeat_start, first.repeat_end, first.ending, first.new_system,
            )
        )  # fmt: skip
        onset += length
    return tuple(measures), tuple(notices)


def _length(column: Sequence[MeasureFacts], index: int, last: bool, unit: int) -> tuple[int, str]:
    """The length of a measure in ticks, and what has to be said about it.

    Time that is skipped counts like a rest, but not after the last note of the piece (old Finale fills up there).
    """
    first = column[0]
    time = first.time or next((facts.time for facts in column if facts.time), None)
    full = full_length(time, unit) if time else 0
    if not last and all(facts.sounding and facts.extent == facts.reach == first.extent for facts in column):
        return _snapped(first.extent, full, unit), ""
    told = {
        _snapped(facts.extent if last else max(facts.extent, facts.reach), full, unit)
        for facts in column
        if facts.sounding
    }
    rests = {facts.extent or facts.reach for facts in column if not facts.sounding} - {0}
    if told:
        waiting = 0 if _may_be_short(column, index) else max((rest for rest in rests if rest <= full), default=0)
        length = max(*told, waiting)
    else:
        length = max(rests, default=full or 4 * unit)
    told |= rests
    if len(told) < 2:
        return length, ""
    lengths = ", ".join(str(Fraction(one, unit)) for one in sorted(told))
    return length, f"the parts fill {lengths} quarters: read as {Fraction(length, unit)}"


def _may_be_short(column: Sequence[MeasureFacts], index: int) -> bool:
    """Pickups and split measures, where a whole-measure rest says nothing about the length."""
    return index == 0 or any(facts.implicit for facts in column)


def _snapped(extent: int, full: int, unit: int) -> int:
    """A measure that misses its time signature by less than any real note is an exporter's rounding."""
    excess = extent - full
    if not full or not excess:
        return extent
    if excess < 0:
        return full if -excess < unit // 16 else extent
    meant = excess > unit // 2 or excess % (unit // 16) == 0 or excess % (unit // 12) == 0
    return extent if meant else full


def full_length(time: TimeSignature, ticks_per_quarter: int) -> int:
    """Ticks in a full measure (the grid divides a 128th note)."""
    return 4 * ticks_per_quarter * time.numerator // time.denominator


def _free_time(quarters: Fraction) -> TimeSignature:
    """A time signature that fits a measure which has none."""
    whole_notes = quarters / 4
    for denominator in (4, 8, 16, 32, 64):
        if (whole_notes * denominator).denominator == 1 and 1 <= whole_notes * denominator <= 99:
            return TimeSignature(int(whole_notes * denominator), denominator)
    return COMMON_TIME


def _common_key(column: Sequence[MeasureFacts]) -> KeySignature:
    """The key signature of most parts; of the upper ones where they are even."""
    first = column[0].key
    if first is not None and all(facts.key == first for facts in column):
        return first
    stated = Counter(facts.key for facts in column if facts.key is not None)
    return stated.most_common(1)[0][0] if stated else KeySignature(0)


def _printed_number(column: Sequence[MeasureFacts], index: int, part: Sequence[MeasureFacts], short: bool) -> str:
    """As printed; a pickup that the source counts as no measure is `0`."""
    if index == 0 and short and (column[0].implicit or (len(part) > 1 and part[1].number == "1")):
        return "0"
    return column[0].number
