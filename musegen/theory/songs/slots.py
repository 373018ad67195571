"""A melody cut into slots that may each have a chord, with what is sung in each."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile
from musegen.score.model import Measure, Score
from musegen.theory.form.phrases import phrase_end_notes, top_line

Every = Literal["measure", "half", "beat"]
EVERY: tuple[Every, ...] = get_args(Every)
"""How often a chord may change: at barlines, in 4/4 at mid-measure too, at every felt beat."""
SECTION, STRESSES = 16, 3
"""Measures of a section; the values of `Slot.stress`."""


class Slot(NamedTuple):
    """A stretch of a melody. Times in ticks."""

    onset: int
    end: int
    stress: int  # 0 inside a measure, 1 on the downbeat of every second one, 2 on the others, from the first
    place: int  # the measure, 0 to 15, from the first of each sixteen
    ends_phrase: bool
    sung: npt.NDArray[np.float64]  # (3, 12) by pitch class: quarters, whether it sounds first, whether last


def slots_of(score: Score, every: Every, *, pickup: bool = False) -> list[Slot]:
    """The slots from the first full measure (from the pickup, if asked) to the last note of the melody.

    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("meter: 4/4; pickup: 1\\nS: g4 | c5 . d5 e5 | c5 . . .")
    >>> [slot.onset // 10080 for slot in slots_of(tune, "half")]
    [1, 3, 5, 7]
    """
    line = top_line(score)
    if not len(line):
        return []
    last, ends = int(line.end.max()), {onset for onset, _ in phrase_end_notes(score)}
    found = []
    number = -1
    for measure in score.measures:
        number += not measure.is_pickup
        if measure.onset >= last or (measure.is_pickup and not pickup):
            continue
        length = _length(score, measure, every)
        stop = measure.onset + measure.length
        for onset in range(measure.onset, stop, length):
            end = min(onset + length, stop)
            phrase_end = any(onset <= place < end for place in ends)
            stress = 0 if onset > measure.onset else 2 - number % 2
            found.append(Slot(onset, end, stress, number % SECTION, phrase_end, np.zeros((3, 12))))
    _sing(score, found)
    return found


def sung_slots(score: Score, every: Every, *, pickup: bool = False) -> list[Slot]:
    """The slots, one at least.

    Raises:
        UnreadableFile: there is no melody.
    """
    found = slots_of(score, every, pickup=pickup)
    if not found:
        raise UnreadableFile(
            "there is no melody to set chords over", file=score.path, hint="the top voice has no notes"
        )
    return found


def _length(score: Score, measure: Measure, every: Every) -> int:
    meter = measure.time_signature
    pulses = meter.quarters / meter.pulse_quarters
    if every == "beat":
        return score.ticks(meter.pulse_quarters)
    if every == "half" and pulses == 4:
        return score.ticks(meter.quarters / 2)
    return max(score.ticks(meter.quarters), 1)


def _sing(score: Score, slots: list[Slot]) -> None:
    """Fill in what is sung."""
    onsets = np.array([slot.onset for slot in slots])
    for row in top_line(score).rows:
        start, stop, place = int(row["onset"]), int(row["onset"] + row["duration"]), int(row["pitch"]) % 12
        first = max(int(np.searchsorted(onsets, start, side="right")) - 1, 0)
        for slot in slots[first:]:
            if slot.onset >= stop:
                break
            shared = min(stop, slot.end) - max(start, slot.onset)
            if shared > 0:
                slot.sung[0, place] += shared / score.ticks_per_quarter
                slot.sung[1, place] = 1.0 if start <= slot.onset else slot.sung[1, place]
                slot.sung[2] = np.arange(12) == place
