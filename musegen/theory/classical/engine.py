"""A piece read by the classical engine: the home keys that may be, each frame decoded, chords set right."""

from __future__ import annotations

import math

import numpy as np

from musegen.score.model import Score
from musegen.score.table import distinct
from musegen.score.voices import Slices, assign_voices
from musegen.score.whole_texture import whole_slices
from musegen.theory.analysis import Analysis
from musegen.theory.classical.decoding import Decoded, decode
from musegen.theory.classical.exact_chords import closes_in, declared_key, exact_chords, keys_of
from musegen.theory.classical.frames import Frames, frames_of
from musegen.theory.classical.spans import Reading
from musegen.theory.home_key import HomeKey, home_keys
from musegen.theory.keys import Key
from musegen.theory.statistics import ChoraleStatistics

RIVALS, RIVAL = 3, 0.02
"""How many home keys are tried at most, and how probable one must be to be tried."""


def read(score: Score, slices: Slices, key: Key | None, counts: ChoraleStatistics) -> Analysis:
    """Keys and chords, around the stated global key or the one that explains the piece best."""
    declared = declared_key(score)
    if key is None and declared is not None and closes_in(score, declared):
        key = declared
    homes = (HomeKey(key, 1.0),) if key else home_keys(score, counts)
    frames = frames_of(score, slices)
    if not len(frames):
        return Analysis(homes[0].key, (), ())
    home, decoded = _decode(frames, homes, counts)
    reading = Reading(score, frames, decoded, home, _trust(frames))
    heard = reading.chords()
    everything = whole_slices(assign_voices(score))
    chords = exact_chords(heard, everything, declared if declared == key else None)
    moved = [chord.key for chord in chords] != [chord.key for chord in heard]
    return Analysis(home, keys_of(chords, reading.keys()) if moved else reading.keys(), chords)


def _decode(frames: Frames, homes: tuple[HomeKey, ...], counts: ChoraleStatistics) -> tuple[Key, Decoded]:
    """The reading around the home key that explains the piece best; what the key alone says counts twice."""
    likely = [home for home in homes[:RIVALS] if home.probability >= RIVAL] or [homes[0]]
    readings = [(home, decode(frames, home.key, counts)) for home in likely]
    explained = [read.likely.log_total + 2 * math.log(max(home.probability, RIVAL)) for home, read in readings]
    best = readings[int(np.argmax(explained))]
    return best[0].key, best[1]


def _trust(frames: Frames) -> float:
    """How far the texture carries chords: 1 with three notes at a time on average, 1/4 in a single line."""
    heard = len(distinct(np.stack([frames.notes.frame, frames.notes.fifths], axis=1), axis=0)) / len(frames)
    return float(np.clip((heard - 0.7) / 2, 0.25, 1.0))
