"""A skeleton on paper: given voices note for note, the others in plain chords, held where nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from musegen.generation.conditions import Condition
from musegen.generation.melody import written_rows
from musegen.generation.paper import numeral_label, on_paper
from musegen.generation.requests.plan import VOICES, given_lines
from musegen.generation.requests.skeletons import Skeleton
from musegen.score.model import HarmonyLabel, Score
from musegen.score.table import NOTE_DTYPE, Flag, Rows


def plain_score(skeleton: Skeleton, condition: Condition) -> Score:
    """The score of a skeleton without ornaments, a numeral at every new chord; `condition` says what is given.

    >>> import numpy as np
    >>> from musegen.generation.requests.plan import plan_of
    >>> from musegen.generation.requests.skeletons import skeletons
    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.keys import Key
    >>> asked = Condition(key=Key.parse("C"), harmonies=(HarmonyLabel(0, "numeral", "V", "C"),))
    >>> found = skeletons(plan_of(parse_grid("meter: 2/4\\nS: d5 ."), asked))[0]
    >>> [label.text for label in plain_score(found, asked).harmonies]
    ['V']
    """
    plan = skeleton.plan
    kept = [_kept(plan.score, condition, voice) for voice in given_lines(plan.score, condition)]
    rows = np.concatenate([np.zeros(0, dtype=NOTE_DTYPE), *kept])
    records = [record for voice in range(VOICES) for record in _voice(skeleton, voice)]
    return on_paper(replace(plan.score, harmonies=()), rows, records, numerals_of(skeleton))


def _kept(score: Score, condition: Condition, voice: int) -> Rows:
    line = given_lines(score, condition)[voice]
    rows = score.notes.where(written_rows(score.notes, line)).rows.copy()
    rows["part"], rows["staff"], rows["voice"] = voice, 1, 1
    return np.asarray(rows)


def _voice(skeleton: Skeleton, voice: int) -> list[dict[str, int]]:
    """New notes of a voice: one a slot where it is free, longer where the chord is held."""
    records: list[dict[str, int]] = []
    for number, (slot, wish) in enumerate(zip(skeleton.plan.slots, skeleton.plan.wishes, strict=True)):
        if wish.notes[voice]:
            continue
        end, fermata = slot.onset + slot.duration, _fermata(skeleton, number)
        if skeleton.goes_on[number, voice] and records and _end(records[-1]) == slot.onset:
            records[-1]["duration"] = end - records[-1]["onset"]
            records[-1]["flags"] |= fermata
            continue
        pitch, fifths = int(skeleton.pitch[number, voice]), int(skeleton.fifths[number, voice])
        records.append({"onset": slot.onset, "duration": slot.duration, "pitch": pitch, "fifths": fifths,
                        "part": voice, "flags": fermata})  # fmt: skip
    return records


def _end(record: dict[str, int]) -> int:
    return record["onset"] + record["duration"]


def _fermata(skeleton: Skeleton, slot: int) -> int:
    """Under a fermata of the melody, and where a cadence is asked for."""
    plan, melody = skeleton.plan, skeleton.plan.melody
    if plan.wishes[slot].cadence is not None:
        return int(Flag.FERMATA)
    rows: Any = list(plan.slots[slot].rows)
    return int(Flag.FERMATA) if melody is not None and bool(melody.notes.has(Flag.FERMATA)[rows].any()) else 0


def numerals_of(skeleton: Skeleton) -> tuple[HarmonyLabel, ...]:
    """A numeral at every new chord of a skeleton."""
    return tuple(
        numeral_label(slot.onset, chord)
        for slot, chord, held in zip(skeleton.plan.slots, skeleton.chords, skeleton.held, strict=True)
        if not held
    )
