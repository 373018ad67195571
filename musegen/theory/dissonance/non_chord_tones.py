"""Non-chord tones: every note that its chord does not contain, named by how its line comes to it and leaves it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import Flag
from musegen.score.voices import Slices
from musegen.theory.analysis import ChordSpan, NonChordTone, NonChordToneKind, Phrase

_FIGURES = (2, 3, 4)
_LEAP = 3
"""Notes of a figure of broken chords; semitones of its leaps, at least."""


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
    comes_down: bool  # the step below comes with one of the three next notes
    in_figure: tuple[int, int]  # steps (1 up, -1 down) from and to its like in the figures around it; 0 for none


def non_chord_tones(
    slices: Slices, chords: tuple[ChordSpan, ...], score: Score, phrases: tuple[Phrase, ...], *, given: bool
) -> tuple[NonChordTone, ...]:
    """One entry for each note and each chord that it does not belong to, in order of time.

    A note that is struck with its chord, foreign to it and lasts as long is no figure; nor is a suspension one that
    ends a phrase, be it under a fermata or, if it lasts as long as its chord, where a phrase was heard to end.
    """
    starts = np.array([chord.onset for chord in chords], dtype=np.int64)
    tones = [set(chord.tones) for chord in chords]
    sure, heard = set(slices.notes.end[slices.notes.has(Flag.FERMATA)].tolist()), {phrase.end for phrase in phrases}
    found = []
    for note in _line_notes(slices, _foreign(slices, starts, tones)):
        first = max(int(np.searchsorted(starts, note.onset, side="right")) - 1, 0)
        last = int(np.searchsorted(starts, note.end, side="left"))
        inside = [note.fifths in tones[number] for number in range(first, last)]
        for number, is_member in zip(range(first, last), inside, strict=True):
            if not is_member:
                at = max(chords[number].onset, note.onset)
                later = any(inside[number - first + 1 :])
                follows = tones[number + 1] if number + 1 < len(chords) else set()
                fills = is_foreign_throughout(score, chords[number], (note.onset, note.end, note.fifths), given=given)
                ends_phrase = note.end in sure or (fills and note.end in heard)
                kind = _kind(note, at, later, follows, fills, ends_phrase)
                found.append(NonChordTone(note.id, at, kind))
    return tuple(sorted(found, key=lambda tone: (tone.onset, tone.note)))


def _foreign(slices: Slices, starts: npt.NDArray[np.int64], tones: list[set[int]]) -> npt.NDArray[np.bool_]:
    """(note,): sounds in a chord that it does not belong to; `starts` and `tones` are the chords'."""
    notes = slices.notes
    first = np.maximum(np.searchsorted(starts, notes["onset"], side="right") - 1, 0)
    count = np.maximum(np.searchsorted(starts, notes.end, side="left") - first, 0)
    row = np.repeat(np.arange(len(notes)), count)
    number = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + first[row]
    names, name = np.unique(notes["fifths"], return_inverse=True)
    belongs = np.array([[fifths in own for fifths in names.tolist()] for own in tones], dtype=bool)
    found = np.zeros(len(notes), dtype=bool)
    found[row[~belongs.reshape(len(tones), len(names))[number, name[row]]]] = True
    return found


def is_foreign_throughout(score: Score, chord: ChordSpan, note: tuple[int, int, int], *, given: bool) -> bool:
    """Whether a note (onset and end in ticks, place on the line of fifths) sounds all through a chord of a felt beat.

    Longer than a beat where chords are heard and not `given`: one that lasts a beat may be heard wrongly. A note with
    the letter or the sound of a chord note, or the sound of a third, is not foreign but altered or misspelled.
    """
    onset, end, fifths = note
    if onset > chord.onset or end < chord.end:
        return False
    meter = score.measures[score.measure_index_at(chord.onset)].time_signature
    apart = [fifths - tone for tone in chord.tones]
    is_third = 7 * apart[0] % 12 in (3, 4)
    is_long = chord.duration >= score.ticks(meter.pulse_quarters) + (not given)
    return is_long and not is_third and all(distance % 7 and distance % 12 for distance in apart)


def _kind(note: _Note, at: int, later: bool, follows: set[int], fills: bool, ends_phrase: bool) -> NonChordToneKind:
    if note.onset < at or (note.before == 0 and note.semitones_before == 0):
        kind = _held(note, later)
        return "unexplained" if ends_phrase and kind in ("suspension", "retardation") else kind
    if fills and not note.is_lowest:
        return "unexplained"
    comes, goes = _step(note.before, note.semitones_before), _step(note.after, note.semitones_after)
    if later or (note.after == 0 and note.semitones_after == 0 and note.fifths in follows):
        return "anticipation"
    if not (comes and goes) and all(note.in_figure):
        comes, goes = note.in_figure
    if comes and goes:
        return "passing" if (comes > 0) == (goes > 0) else "neighbor"
    if goes:
        return "appoggiatura"
    if comes and note.after is not None:
        return "escape"
    return "unexplained"


def _held(note: _Note, later: bool) -> NonChordToneKind:
    """A note that sounded before the chord came: what it does next names it; a resolution may be ornamented."""
    goes = _step(note.after, note.semitones_after)
    if later or (note.is_lowest and not goes):
        return "pedal"
    if goes > 0:
        return "retardation"
    return "suspension" if goes < 0 or note.comes_down else "unexplained"


def _step(staff_steps: int | None, semitones: int) -> int:
    """1 up, -1 down, 0 no step; a chromatic semitone is a step too."""
    if staff_steps is None or not 1 <= abs(semitones) <= 2 or abs(staff_steps) > 1:
        return 0
    return 1 if semitones > 0 else -1


def _line_notes(slices: Slices, wanted: npt.NDArray[np.bool_]) -> list[_Note]:
    """The wanted rows of the note table, line by line."""
    notes, found = slices.notes, []
    diatonic = notes.diatonic
    pitch, fifths, onset, end = notes["pitch"].astype(int), notes["fifths"], notes["onset"], notes.end
    length = notes["duration"]
    lowest = _lowest_rows(slices)
    for voice in range(slices.row.shape[1]):
        line = slices.row[slices.attack[:, voice], voice]
        joined = end[line[:-1]] == onset[line[1:]]
        alike = np.append(0, np.cumsum(joined & (length[line[:-1]] == length[line[1:]])))
        for place in np.flatnonzero(wanted[line]).tolist():
            row = line[place]
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
                    _comes_down(diatonic[line[place : place + 4]], joined[place : place + 3]),
                    _in_figure(slices, line, alike, place),
                )
            )  # fmt: skip
    return found


def _comes_down(heights: npt.NDArray[np.int64], joined: npt.NDArray[np.bool_]) -> bool:
    """Whether one of the notes after the first, before a rest, lies a step below it."""
    follow = np.logical_and.accumulate(joined)
    return bool((follow & (heights[1:] == heights[0] - 1)).any())


def _in_figure(slices: Slices, line: npt.NDArray[np.intp], alike: npt.NDArray[np.int64], place: int) -> tuple[int, int]:
    """The steps to a note from its like in the figure before, and from it to its like in the next one; 0 for none.

    `alike` counts how often before each note two neighbours of the line follow at once and last equally long.

    Figures are two to four equal notes that leap up and down alike: broken chords, whose every note belongs to a line
    of its own (Piston, *Harmony*, ch. 8).
    """
    notes = slices.notes
    beats = int(notes["onset"][line[place]]) // max(int(notes["duration"][line[place]]), 1)
    for size in _FIGURES:
        first = place - beats % size - size
        last = first + 3 * size - 1
        if first < 0 or last >= len(line) or alike[last] - alike[first] < last - first:
            continue
        rows = line[first : last + 1]
        if _are_figures(slices, rows, size):
            likes = rows[beats % size :: size]
            steps, semitones = (
                np.diff(notes.diatonic[likes]).tolist(),
                np.diff(notes["pitch"][likes].astype(int)).tolist(),
            )
            comes, goes = (_step(*move) for move in zip(steps, semitones, strict=True))
            if comes and goes:
                return comes, goes
    return 0, 0


def _are_figures(slices: Slices, rows: npt.NDArray[np.intp], size: int) -> bool:
    """Whether three groups of so many notes go up and down alike, by leaps alone."""
    moves = np.diff(slices.notes["pitch"][rows.reshape(3, size)].astype(int), axis=1)
    return bool((np.sign(moves) == np.sign(moves[1])).all() and (np.abs(moves) >= _LEAP).all())


def _lowest_rows(slices: Slices) -> npt.NDArray[np.bool_]:
    """(note,): sounds lowest at its attack."""
    lowest = np.zeros(len(slices.notes), dtype=bool)
    at, voice = np.nonzero(slices.attack)
    rows, pitch = slices.row[at, voice], slices.notes["pitch"]
    lowest[rows] = pitch[rows] == pitch[slices.lowest[at]]
    return lowest
