"""Frames: a piece cut at every half pulse, with how each note in a frame stands in its line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from musegen.score.meter import TimeSignature
from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import SILENT, Slices, Voices, assign_voices
from musegen.score.whole_texture import whole_slices
from musegen.theory.broken_chords import heard_ends
from musegen.theory.form.phrases import phrase_end_notes
from musegen.theory.limits import refuse_length
from musegen.theory.statistics import strength_class

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ATTACKS = ("on", "off", "held")
HELD = ATTACKS.index("held")
APPROACHES = ("step", "same", "leap")
DEPARTURES = ("down", "up", "other")
NOTE_CLASSES = tuple(
    f"{line}.{attack}.{approach}.{departure}"
    for line in ("upper", "bass")
    for attack in ATTACKS
    for approach in APPROACHES
    for departure in DEPARTURES
)
"""How a note stands in its line: the classes by which an analyst forgives it for not belonging to the chord."""


@dataclass(frozen=True)
class FrameNotes:
    """A note in a frame: one row for every slice that it sounds in. Columns of equal length."""

    frame: Ints
    mass: Floats  # share of the frame that it fills, so that a frame of four voices holds 4 at most
    fifths: Ints
    kind: Ints  # index into NOTE_CLASSES
    goal: Ints  # the next note of the line, on the line of fifths; NOWHERE unless it is a step away
    is_bass: Bools  # sounds lowest
    attack: Ints  # index into ATTACKS


NOWHERE = 99


@dataclass(frozen=True)
class Frames:
    """The frames of a piece: times in ticks."""

    onset: Ints
    duration: Ints
    strength: Ints  # see `statistics.strength_class`
    pulse: Ints  # the number of the pulse that holds the frame
    soprano: Ints  # the top sounding note on the line of fifths, NOWHERE in silence
    ends_phrase: Bools  # the last frame of a phrase's last note
    under_end: Bools  # any frame of that note
    starts_phrase: Bools  # the first frame after it
    bass_moves: Bools  # the lowest line attacks another note here
    notes: FrameNotes

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def begins(self) -> Bools:
        """(frame,): a note or a phrase begins here, or the piece: in all others no chord can change."""
        found = self.starts_phrase.copy()
        found[self.notes.frame[self.notes.attack != HELD]] = True
        found[:1] = True
        return found

    def between(self, first: int, last: int) -> Frames:
        """A stretch of frames with its notes."""
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "notes"}
        inside = (self.notes.frame >= first) & (self.notes.frame < last)
        notes = {name: getattr(self.notes, name)[inside] for name in self.notes.__dataclass_fields__}
        notes["frame"] = notes["frame"] - first
        return Frames(**{name: column[first:last] for name, column in columns.items()}, notes=FrameNotes(**notes))


def frame_quarters(meter: TimeSignature) -> Fraction:
    """Half a pulse; a unit in compound meters; never less than an eighth.

    >>> [str(frame_quarters(TimeSignature.parse(text))) for text in ("4/4", "6/8", "3/2", "3/8")]
    ['1/2', '1/2', '1', '1/2']
    """
    shortest = meter.beat_quarters if meter.is_compound else meter.pulse_quarters / 2
    return max(shortest, Fraction(1, 2))


def frames_of(score: Score, slices: Slices | None = None) -> Frames:
    """Cut a score into frames; empty where nothing sounds. `slices` are the score's own, where they are at hand.

    All that sounds is in the frames, also what belongs to no voice; broken chords are held.

    Raises:
        UnreadableFile: the piece is too long to be analysed.
    """
    voices = assign_voices(score)
    heard = heard_ends(score, voices.notes)
    if (heard > voices.notes.end).any():
        slices = whole_slices(_held(voices, heard))
    elif voices.unassigned or slices is None:
        slices = whole_slices(voices)
    onset, duration, pulse = _grid(score, slices)
    refuse_length(len(onset))
    strength = np.array([strength_class(score, int(time)) for time in onset], dtype=np.int64)
    notes = _notes(slices, onset, duration, strength)
    ends, under, starts = _phrases(score, onset, duration)
    return Frames(
        onset, duration, strength, pulse, _soprano(slices, onset), ends, under, starts, _moves(slices, onset), notes
    )


def _held(voices: Voices, ends: Ints) -> Voices:
    """The voices with the notes of broken chords held, each in a line of its own."""
    rows = voices.notes.rows.copy()
    is_held = ends > voices.notes.end
    rows["duration"] = ends - rows["onset"]
    return replace(voices, notes=NoteTable(rows), line=np.where(is_held, SILENT, voices.line), shared=())


def _grid(score: Score, slices: Slices) -> tuple[Ints, Ints, Ints]:
    if not len(slices):
        return (np.zeros(0, dtype=np.int64),) * 3
    last = int(slices.onset[-1] + slices.duration[-1])
    onsets, durations, pulses, pulse = [], [], [], 0
    for measure in score.measures:
        step = score.ticks(frame_quarters(measure.time_signature))
        per_pulse = max(int(measure.time_signature.pulse_quarters / frame_quarters(measure.time_signature)), 1)
        shift = (-measure.length) % step if measure.is_pickup else 0
        starts = range(measure.onset - shift, min(measure.onset + measure.length, last), step)
        for number, start in enumerate(starts):
            end = min(start + step, measure.onset + measure.length)
            start = max(start, measure.onset)
            onsets.append(start)
            durations.append(end - start)
            pulses.append(pulse + number // per_pulse)
        pulse += len(starts) // per_pulse + 1
    return np.array(onsets, dtype=np.int64), np.array(durations, dtype=np.int64), np.array(pulses, dtype=np.int64)


def _notes(slices: Slices, onset: Ints, duration: Ints, strength: Ints) -> FrameNotes:
    """Every (slice, voice) that sounds, cut at the frames."""
    first = np.searchsorted(onset, slices.onset, side="right") - 1
    last = np.searchsorted(onset, slices.onset + slices.duration, side="left") - 1
    spans = np.maximum(last - first + 1, 0)
    piece = np.repeat(np.arange(len(slices)), spans)
    frame = np.concatenate([np.arange(a, b + 1) for a, b in zip(first, last, strict=True)] or [np.zeros(0, np.int64)])
    frame = np.maximum(frame, 0)
    begin = np.maximum(slices.onset[piece], onset[frame])
    end = np.minimum(slices.onset[piece] + slices.duration[piece], onset[frame] + duration[frame])
    share = np.maximum(end - begin, 0) / duration[frame]
    crowd = np.maximum(slices.sounds.sum(axis=1), 4)[piece]
    at, voice = np.nonzero(slices.sounds[piece])
    row = slices.row[piece[at], voice]
    kinds = _Lines(slices)
    is_bass = kinds.is_bass[piece[at], voice]
    attack = _attacks(slices.notes["onset"][row], onset, strength, frame[at])
    kind = ((is_bass * 3 + attack) * 3 + kinds.approach[row]) * 3 + kinds.departure[row]
    return FrameNotes(
        frame[at],
        share[at] * 4 / crowd[at],
        slices.notes["fifths"][row].astype(np.int64),
        kind,
        kinds.goal[row],
        is_bass,
        attack,
    )


def _attacks(begin: Ints, onset: Ints, strength: Ints, frame: Ints) -> Ints:
    """0: attacked in this frame on a pulse; 1: attacked in this frame off the pulse; 2: held from before."""
    held = begin < onset[frame]
    off = (strength[frame] == 3) | (begin > onset[frame])
    return np.where(held, HELD, off.astype(np.int64))


class _Lines:
    """For every note row: how its line comes to it and leaves it; for every slice: which voice is lowest."""

    def __init__(self, slices: Slices) -> None:
        count = len(slices.notes)
        self.approach = np.full(count, 2, dtype=np.int64)
        self.departure = np.full(count, 2, dtype=np.int64)
        self.goal = np.full(count, NOWHERE, dtype=np.int64)
        diatonic, pitch = slices.notes.diatonic, slices.notes["pitch"].astype(np.int64)
        for voice in range(slices.row.shape[1]):
            line = slices.row[slices.attack[:, voice], voice]
            steps, semitones = np.diff(diatonic[line]), np.diff(pitch[line])
            close = np.abs(semitones) <= 2
            self.approach[line[1:]] = np.where(semitones == 0, 1, np.where((np.abs(steps) == 1) & close, 0, 2))
            moves = (steps != 0) & close | (steps == 0) & (np.abs(semitones) == 1)
            self.departure[line[:-1]] = np.where(moves, np.where(semitones < 0, 0, 1), 2)
            self.goal[line[:-1]] = np.where(moves, slices.notes["fifths"][line[1:]], NOWHERE)
        lowest = np.where(slices.sounds, slices.column("pitch"), 999)
        self.is_bass = slices.sounds & (lowest == lowest.min(axis=1, keepdims=True, initial=999))


def _soprano(slices: Slices, onset: Ints) -> Ints:
    top = slices.highest[slices.at(onset)]
    return np.where(top >= 0, slices.notes["fifths"][top].astype(np.int64), NOWHERE)


def _moves(slices: Slices, onset: Ints) -> Bools:
    """Whether the lowest sounding pitch at each frame differs from that at the frame before."""
    lowest = slices.lowest[slices.at(onset)]
    pitch = np.where(lowest >= 0, slices.notes["pitch"][lowest].astype(np.int64), -1)
    return np.append(True, np.diff(pitch) != 0)[: len(onset)]


def _phrases(score: Score, onset: Ints, duration: Ints) -> tuple[Bools, Bools, Bools]:
    ends, under, starts = (np.zeros(len(onset), dtype=bool) for _ in range(3))
    for begin, end in phrase_end_notes(score):
        inside = np.flatnonzero((onset < end) & (onset + duration > begin))
        if len(inside):
            under[inside] = True
            ends[inside[-1]] = True
            starts[min(inside[-1] + 1, len(onset) - 1)] |= inside[-1] + 1 < len(onset)
    return ends, under, starts
