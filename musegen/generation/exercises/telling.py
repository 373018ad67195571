"""An exercise as the network hears it: frames of sixteenths, and what its plan says of each of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.scores import measures_of
from musegen.generation.exercises.setting import Setting
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames, Ints, frame_onsets
from musegen.generation.neural.said import CADENCES, UNSAID, Said, distances_to, key_number, metric_of, nothing_said
from musegen.generation.voicings import PARTS, Chord
from musegen.score.meter import ticks
from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.theory.vocabulary import index_of


def task_of(setting: Setting, free: tuple[int, ...], *, tells_chords: bool) -> Task:
    """The voices numbered `free` are to be drawn where a chord sounds; the others are given, and the plan is said.

    With `tells_chords` the encoder is told the chords, else the keys and kinds of cadences alone.
    """
    columns = _columns(setting.plan)
    given = _frames(setting, len(columns["home"]))
    if tells_chords:
        columns = columns | chord_columns(setting, len(given.pitch))
    joined = np.ones(len(given.pitch), dtype=np.bool_)
    joined[0] = False
    is_free = np.isin(np.arange(VOICES), free) & (given.pitch[:, VOICES - 1 :] > 0)
    return Task(given, is_free, Said(**columns), joined)


def _frames(setting: Setting, count: int) -> Frames:
    """The voices on the grid."""
    frames = Frames(
        np.zeros((count, VOICES), dtype=np.int16),
        np.zeros((count, VOICES), dtype=np.int16),
        np.zeros((count, VOICES), dtype=np.bool_),
    )
    for voice, notes in enumerate(setting.voices):
        for note in notes:
            first, last = (int((time + setting.plan.pickup) * A_QUARTER) for time in (note.onset, note.end))
            frames.pitch[first:last, voice], frames.fifths[first:last, voice] = note.pitch, note.fifths
            frames.attack[first, voice] = True
    return frames


@lru_cache(maxsize=16)
def _columns(plan: Plan) -> dict[str, Ints]:
    """Meter, phrases, cadences and the home key."""
    paper = Score(NoteTable.of([]), measures_of(plan), PARTS)
    onset = frame_onsets(paper)
    columns = nothing_said(len(onset))._asdict() | metric_of(paper, onset)
    last = [plan.slots[plan.slots_of(number)[-1]] for number in range(len(plan.phrases))]
    closes = [(ticks(slot.onset + plan.pickup), ticks(slot.onset + slot.duration + plan.pickup)) for slot in last]
    distances, phrase = distances_to(closes, onset, paper.ticks_per_quarter)
    kinds = np.array([CADENCES.index(each.cadence) for each in plan.phrases], dtype=np.int16)
    home = np.full(len(onset), key_number(plan.key), dtype=np.int16)
    return columns | distances | {"cadence": kinds[phrase], "home": home}


def chord_columns(setting: Setting, frames: int) -> dict[str, Ints]:
    """`local`, `figure` and `inversion` of every frame: the chord of its slot."""
    begins = [int((slot.onset + setting.plan.pickup) * A_QUARTER) for slot in setting.plan.slots]
    slot = np.searchsorted(begins, np.arange(frames), side="right") - 1
    rows = np.array([_numbers(chord) for chord in setting.chords], dtype=np.int16)[slot]
    return dict(zip(("local", "figure", "inversion"), rows.T.copy(), strict=True))


def _numbers(chord: Chord) -> tuple[int, int, int]:
    place = index_of(chord.numeral)
    return key_number(chord.key), UNSAID if place is None else place, min(chord.numeral.inversion, 3)
