"""An exercise as the network hears it: frames of sixteenths, and what its plan says of each of them."""

from __future__ import annotations

import numpy as np

from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.scores import answer_score
from musegen.generation.exercises.setting import Setting
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Ints, frame_onsets, frames_of
from musegen.generation.neural.said import CADENCES, UNSAID, Said, distances_to, key_number, metric_of, nothing_said
from musegen.generation.voicings import Chord
from musegen.score.meter import ticks
from musegen.score.model import Score
from musegen.theory.vocabulary import index_of


def task_of(setting: Setting, free: tuple[int, ...], *, tells_chords: bool) -> Task:
    """The voices numbered `free` are to be drawn where a chord sounds; the others are given, and the plan is said.

    With `tells_chords` the encoder is told the chords, else the keys and kinds of cadences alone.
    """
    score = answer_score(setting, "")
    given, onset = frames_of(score), frame_onsets(score)
    sounds = given.pitch[:, VOICES - 1] > 0
    columns = _columns(setting.plan, score)
    if tells_chords:
        columns |= chord_columns(setting, len(onset))
    joined = np.ones(len(onset), dtype=np.bool_)
    joined[0] = False
    is_free = np.isin(np.arange(VOICES), free) & sounds[:, None]
    return Task(given, is_free, Said(**columns), joined)


def _columns(plan: Plan, score: Score) -> dict[str, Ints]:
    """Meter, phrases, cadences and the home key."""
    onset = frame_onsets(score)
    columns = nothing_said(len(onset))._asdict() | metric_of(score, onset)
    last = [plan.slots[plan.slots_of(number)[-1]] for number in range(len(plan.phrases))]
    closes = [(ticks(slot.onset + plan.pickup), ticks(slot.onset + slot.duration + plan.pickup)) for slot in last]
    distances, phrase = distances_to(closes, onset, score.ticks_per_quarter)
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
