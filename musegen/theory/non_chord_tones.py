"""Non-chord tones: every note that its chord does not contain, named by how its line comes to it and leaves it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.voices import Slices
from musegen.theory.analysis import ChordSpan, NonChordTone, NonChordToneKind


class _Note(NamedTuple):
    """A note of a line with its neighbours there; None beside a rest or the edge of the piece."""

    id: int
    onset: int
    end: int
    diatonic: int
    fifths: int
    before: int | None  # staff steps up (positive) from the note before
    after: int | None  # staff steps to the note after
    semitones_before: int
    semitones_after: int
    is_lowest: bool


def non_chord_tones(slices: Slices, chords: tuple[ChordSpan, ...]) -> tuple[NonChordTone, ...]:
    """One entry for each note and each chord that it does not belong to, in order of time."""
    starts = np.array([chord.onset for chord in chords], dtype=np.int64)
    tones = [set(chord.numeral.tones(chord.key)) for chord in chords]
    found = []
    for note in _line_notes(slices):
        first = max(int(np.searchsorted(starts, note.onset, side="right")) - 1, 0)
        last = int(np.searchsorted(starts, note.end, side="left"))
        inside = [note.fifths in tones[number] for number in range(first, last)]
        for number, is_member in zip(range(first, last), inside, strict=True):
            if not is_member:
                at = max(chords[number].onset, note.onset)
                later = any(inside[number - first + 1 :])
                earlier = any(inside[: number - first])
                follows = tones[number + 1] if number + 1 < len(chords) else set()
                found.append(NonChordTone(note.id, at, _kind(note, at, earlier, later, follows)))
    return tuple(sorted(found, key=lambda tone: (tone.onset, tone.note)))


def _kind(note: _Note, at: int, earlier: bool, later: bool, follows: set[int]) -> NonChordToneKind:
    if note.onset < at or (note.before == 0 and note.semitones_before == 0):
        return _held(note, later)
    comes, goes = _step(note.before, note.semitones_before), _step(note.after, note.semitones_after)
    if later:
        return "anticipation"
    if note.after == 0 and note.semitones_after == 0 and note.fifths in follows:
        return "anticipation"
    if comes and goes:
        return "passing" if (comes > 0) == (goes > 0) else "neighbor"
    if goes:
        return "appoggiatura"
    if comes and note.after is not None:
        return "escape"
    return "unexplained"


def _held(note: _Note, later: bool) -> NonChordToneKind:
    """A note that sounded before the chord came: what it does next names it."""
    goes = _step(note.after, note.semitones_after)
    if later or (note.is_lowest and not goes):
        return "pedal"
    if goes < 0:
        return "suspension"
    if goes > 0:
        return "retardation"
    return "unexplained"


def _step(staff_steps: int | None, semitones: int) -> int:
    """1 up, -1 down, 0 no step; a chromatic semitone is a step too."""
    if staff_steps is None or not 1 <= abs(semitones) <= 2 or abs(staff_steps) > 1:
        return 0
    return 1 if semitones > 0 else -1


def _line_notes(slices: Slices) -> list[_Note]:
    notes, found = slices.notes, []
    diatonic = notes.diatonic
    pitch, fifths, onset, end = notes["pitch"].astype(int), notes["fifths"], notes["onset"], notes.end
    lowest = _lowest_rows(slices)
    for voice in range(slices.row.shape[1]):
        line = slices.row[slices.attack[:, voice], voice]
        joined = end[line[:-1]] == onset[line[1:]]
        for place, row in enumerate(line):
            back = line[place - 1] if place > 0 and joined[place - 1] else None
            on = line[place + 1] if place + 1 < len(line) and joined[place] else None
            found.append(
                _Note(
                    int(notes["id"][row]), int(onset[row]), int(end[row]), int(diatonic[row]), int(fifths[row]),
                    None if back is None else int(diatonic[row] - diatonic[back]),
                    None if on is None else int(diatonic[on] - diatonic[row]),
                    0 if back is None else int(pitch[row] - pitch[back]),
                    0 if on is None else int(pitch[on] - pitch[row]),
                    bool(lowest[row]),
                )
            )  # fmt: skip
    return found


def _lowest_rows(slices: Slices) -> npt.NDArray[np.bool_]:
    """(note,): sounds lowest at its attack."""
    lowest = np.zeros(len(slices.notes), dtype=bool)
    pitch = np.where(slices.sounds, slices.column("pitch"), 999)
    if len(slices):
        at, voice = np.nonzero(slices.attack)
        lowest[slices.row[at, voice]] = pitch[at, voice] == pitch.min(axis=1)[at]
    return lowest
