"""The structural notes of melody and bass: what sounds on half beats, and what an accented dissonance resolves to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.voices import Slices
from musegen.theory.analysis import Analysis
from musegen.theory.form.repeats import pulses_of

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NONE = -99
"""No note: far outside the line of fifths."""
FIGURED = 3
"""A lower line with so many different notes in two beats is a broken chord."""


@dataclass(frozen=True)
class OuterLines:
    """What can be heard as melody, bass and root at each moment of a grid: places on the line of fifths, or NONE."""

    time: Ints  # (moment,) in ticks
    melody: Ints  # (moment, 2): what sounds, and what it resolves to by step if it is dissonant
    late: Ints  # (moment,): a step from a consonant note of the melody that comes in the same beat
    bass: Ints  # (moment, 2): the lowest note, and what it resolves to
    figured: Ints  # (moment, notes): the other notes of a broken chord that begins here
    root: Ints  # (moment,)


def outer_lines(score: Score, analysis: Analysis, slices: Slices) -> OuterLines:
    """The outer lines of a piece with chords, at every half of a felt beat."""
    pulses = pulses_of(score)
    half = np.diff(np.append(pulses, score.end)) // 2
    time = np.sort(np.concatenate([pulses, pulses + half]))
    time = time[time < score.end]
    length = np.repeat(half * 2, 2)[: len(time)]
    which = analysis.chord_indices(time)
    tones = [set(chord.tones) for chord in analysis.chords]
    roots = np.array([chord.key.tonic + chord.numeral.root for chord in analysis.chords], dtype=np.int64)
    has_one_player = len(score.parts) == 1  # whose chords were dealt to voices
    melody = np.where(slices.sounds[:, 0] | (not has_one_player), slices.row[:, 0], slices.highest)
    chords = [tones[number] for number in which.tolist()]
    heard = _heard(slices, melody, time, length, chords)
    return OuterLines(
        time,
        heard[:, :2],
        heard[:, 2],
        _heard(slices, slices.lowest, time, length, chords)[:, :2],
        _figured(slices, time, length),
        roots[which],
    )


def _heard(slices: Slices, rows: Ints, time: Ints, length: Ints, chords: list[set[int]]) -> Ints:
    """What a line sounds at each moment, or half a beat late; its resolution if it is dissonant; if not, its step."""
    notes = slices.notes
    found = np.full((len(time), 3), NONE)
    starts = slices.onset
    for place, (moment, beat) in enumerate(zip(time.tolist(), length.tolist(), strict=True)):
        at = int(np.searchsorted(starts, moment, side="right")) - 1
        last = int(np.searchsorted(starts, moment + beat, side="right"))
        line = [row for row in rows[max(at, 0) : last].tolist() if row >= 0]
        if not line or (rows[max(at, 0)] < 0 and notes["onset"][line[0]] > moment + beat // 2):
            continue
        first = int(notes["fifths"][line[0]])
        found[place, 0] = first
        following = next((row for row in line if row != line[0]), None)
        if following is not None and abs(int(notes.diatonic[following]) - int(notes.diatonic[line[0]])) == 1:
            found[place, 2 if first in chords[place] else 1] = int(notes["fifths"][following])
    return found


def _figured(slices: Slices, time: Ints, length: Ints) -> Ints:
    """The notes of the lowest voice that begin within two beats of each moment, where it breaks a chord."""
    row = slices.row[slices.attack[:, -1], -1]
    onset, fifths = slices.notes["onset"][row], slices.notes["fifths"][row].astype(np.int64)
    first = np.searchsorted(onset, time)
    last = np.searchsorted(onset, time + 2 * length)
    found = np.full((len(time), 8), NONE)
    for place, (start, stop) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        inside = np.unique(fifths[start:stop])
        if FIGURED <= len(inside) <= found.shape[1]:
            found[place, : len(inside)] = inside
    return found
