"""A given melody, cut into slots: the moments that may each have a chord, one a pulse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from musegen.errors import UnreadableFile
from musegen.score.model import Score
from musegen.score.table import Flag, NoteTable
from musegen.score.voices import assign_voices
from musegen.theory.statistics import strength_class

MAX_BEATS, MAX_NOTES = 1000, 64
"""How many beats a melody may have, and how many notes a beat: a beat takes about ten milliseconds."""
_SHORTEST_PHRASE = 7  # pulses


@dataclass(frozen=True)
class MelodySlot:
    """One pulse of the melody. Times in ticks; `rows` number the sounding notes that begin or go on here, in order."""

    onset: int
    duration: int
    rows: tuple[int, ...]
    strength: int  # 0 downbeat, 1 mid-measure, 2 another pulse, 3 off the pulse
    is_phrase_start: bool
    is_phrase_end: bool  # a fermata stands here, a long note or a rest tells so, or the piece ends
    rests_before: bool = False  # the melody was silent just before
    is_last: bool = False


@dataclass(frozen=True)
class Melody:
    """The top line of a score: `notes` sounding (ties merged), `written` as they stand in the source."""

    score: Score
    notes: NoteTable
    written: NoteTable
    slots: tuple[MelodySlot, ...]


def melody_of(score: Score) -> Melody:
    """The top line of a score and its slots.

    Raises:
        UnreadableFile: there is no melody to harmonise.
    """
    voices = assign_voices(score)
    chosen = voices.line == 0
    notes = voices.notes.where(chosen)
    if not len(notes):
        raise UnreadableFile("there is no melody to harmonise", file=score.path, hint="no note sounds that has a pitch")
    written = score.notes.where(written_rows(score.notes, notes))
    return Melody(score, notes, written, tuple(_slots(score, notes)))


def within_limits(melody: Melody) -> None:
    """Nothing, where a melody can be harmonised: long ones and crowded beats would take minutes.

    Raises:
        UnreadableFile: the melody is too long, or has too many notes in one beat.
    """
    if len(melody.slots) > MAX_BEATS:
        told = f"a melody of {len(melody.slots)} beats is too long to harmonise"
        raise UnreadableFile(told, file=melody.score.path, hint=f"at most {MAX_BEATS}: divide it")
    fullest = max(melody.slots, key=lambda slot: len(slot.rows))
    if len(fullest.rows) > MAX_NOTES:
        measure, beat = melody.score.place(fullest.onset)
        told = f"{len(fullest.rows)} notes in one beat are too many to harmonise"
        raise UnreadableFile(told, file=melody.score.path, measure=measure, beat=beat, hint=f"at most {MAX_NOTES}")


def written_rows(table: NoteTable, line: NoteTable) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The written rows of a line: those of its part, staff and voice."""
    places = {(int(row["part"]), int(row["staff"]), int(row["voice"])) for row in line.rows}
    heads = {int(number) for number in line["id"]}
    tied = table.has(Flag.TIED_FROM_PREVIOUS)
    spans = {(int(row["pitch"]), int(row["onset"]), int(row["onset"] + row["duration"])) for row in line.rows}

    def belongs(number: int) -> bool:
        row = table.rows[number]
        if int(row["id"]) in heads:
            return True
        if (int(row["part"]), int(row["staff"]), int(row["voice"])) not in places:
            return False
        if row["flags"] & Flag.GRACE:
            return True
        return bool(tied[number]) and any(p == row["pitch"] and start < row["onset"] < end for p, start, end in spans)

    return np.array([belongs(number) for number in range(len(table))], dtype=bool)


def _slots(score: Score, notes: NoteTable) -> list[MelodySlot]:
    onsets, ends = notes["onset"], notes.end
    ending = _phrase_ends(score, notes)
    slots: list[MelodySlot] = []
    starts_phrase, silent = True, False
    for start, end in _pulses(score, notes):
        rows = np.flatnonzero((onsets < end) & (ends > start))
        if not len(rows) or (len(rows) and onsets[rows[0]] >= end):
            silent = True
            continue
        if slots and slots[-1].is_phrase_end and slots[-1].onset + slots[-1].duration > start:
            continue
        first = max(start, int(onsets[rows[0]]))
        held = rows[ending[rows]]
        last = int(ends[held[-1]]) if len(held) else min(end, int(ends[rows[-1]]))
        is_end = bool(len(held)) or last >= int(ends.max())
        whole = [int(row) for row in np.flatnonzero((onsets < last) & (ends > first))]
        slots.append(
            MelodySlot(first, last - first, tuple(whole), strength_class(score, first), starts_phrase, is_end, silent)
        )
        starts_phrase, silent = is_end, False
    return [*slots[:-1], replace(slots[-1], is_phrase_end=True, is_last=True)]


def _phrase_ends(score: Score, notes: NoteTable) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The notes that end phrases, one chord to each: those under fermatas and the last one.

    Where there are no fermatas, a note twice as long as most, or one before a rest, ends a phrase of seven pulses or
    more. Not where chords are written that change during the note.
    """
    onsets, ends = notes["onset"], notes.end
    ending = notes.has(Flag.FERMATA)
    pulse = score.ticks(score.measures[0].time_signature.pulse_quarters)
    if not ending.any():
        rests = np.append(onsets[1:] - ends[:-1] >= pulse, True)
        long = notes["duration"] >= max(2 * pulse, 2 * int(np.median(notes["duration"])))
        begun = int(onsets[0])
        for row in np.flatnonzero(rests | long).tolist():
            if ends[row] - begun >= _SHORTEST_PHRASE * pulse:
                ending[row], begun = True, int(ends[row])
    ending[-1] = True
    for label in score.harmonies:
        ending &= ~((onsets < label.onset) & (label.onset < ends))
    return np.asarray(ending)


def _pulses(score: Score, notes: NoteTable) -> list[tuple[int, int]]:
    """Every pulse of the piece as (start, end), measure by measure; half-note beats are halved in a quick tune."""
    quick = float(np.mean(notes["duration"] <= score.ticks_per_quarter)) > 0.3
    pulses: list[tuple[int, int]] = []
    for measure in score.measures:
        unit = measure.time_signature.pulse_quarters
        if unit == 2 and quick:
            unit = Fraction(1)
        length = score.ticks(unit)
        missing = 0
        if measure.is_pickup:
            missing = (score.ticks(measure.time_signature.quarters) - measure.length) % length
        end = measure.onset + measure.length
        first = measure.onset - missing
        bounds = sorted(
            {measure.onset, end, *range(max(first, measure.onset), end, length), *range(first + length, end, length)}
        )
        pulses += list(pairwise(bounds))
    return pulses
