"""Which of many likely places are worth a closer look: local alignment of all at once, in bits of shared surprise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.seeding import Candidates
from musegen.features.similarity.symbols import TRANSFORMATIONS, Tune, intervals, ratios, transformed

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
WRONG_NOTE, OTHER_RHYTHM, SKIPPED_NOTE = 3.0, 1.0, 2.0
"""Bits that a note of another pitch, another length, or on one side only takes away."""
_MARGIN = 24  # notes around the expected place that ornaments may shift a passage into
_MIDDLE = 8  # half of the notes that one diagonal of the seeds stands for
_NOWHERE = -999


class Sides(NamedTuple):
    """Tune and place of every candidate: arrays (candidate, note of the tune) and (candidate, note of the place).

    The tune is transformed and transposed as the candidate says.
    """

    tune_pitch: Ints
    tune_ratio: npt.NDArray[np.int8]
    tune_onset: Floats  # quarters
    pitch_bits: Floats
    rhythm_bits: Floats
    pitch: Ints  # -999 beyond the line
    ratio: npt.NDArray[np.int8]
    onset: Floats  # quarters from the start of the place
    place: Ints  # in the index

    def rows(self, chosen: npt.NDArray[np.intp]) -> Sides:
        """Some of the candidates."""
        return Sides._make(column[chosen] for column in self)


def laid_out(index: SimilarityIndex, tune: Tune, found: Candidates) -> Sides:
    """What is compared of each candidate."""
    sides = [_tune_side(index, transformed(tune, name)) for name in TRANSFORMATIONS]
    pitch, ratio, onset, pitch_bits, rhythm_bits = (
        np.stack(columns)[found.how] for columns in zip(*sides, strict=True)
    )
    place = (found.start - _MARGIN + _MIDDLE)[:, None] + np.arange(len(tune.pitch) + 2 * _MARGIN)
    first, last = index.begins[found.line].astype(np.int64), index.begins[found.line + 1].astype(np.int64)
    inside = (place >= first[:, None]) & (place < last[:, None])
    place = np.clip(place, 0, len(index.pitch) - 1)
    there = np.where(inside, index.pitch[place].astype(np.int64), _NOWHERE)
    rhythm = np.where(inside & (place > first[:, None]), index.ratio[place], -1).astype(np.int8)
    step = index.step[place]
    since = (np.cumsum(step, axis=1) - step).astype(np.float32)
    shifted = pitch + found.transposition[:, None]
    return Sides(shifted, ratio, onset, pitch_bits, rhythm_bits, there, rhythm, since, place)


def best_bits(sides: Sides) -> Floats:
    """The bits of each candidate's best passage (Smith and Waterman 1981), ratios of neighbours telling the rhythm."""
    count, size = sides.tune_pitch.shape
    width = sides.pitch.shape[1]
    above, best = np.zeros((count, width + 1), dtype=np.float32), np.zeros(count, dtype=np.float32)
    slope = (SKIPPED_NOTE * np.arange(width + 1)).astype(np.float32)
    for note in range(size):
        here = np.maximum(above - SKIPPED_NOTE, 0)
        np.maximum(here[:, 1:], above[:, :-1] + _gain(sides, note), out=here[:, 1:])
        here += slope
        np.maximum.accumulate(here, axis=1, out=here)
        here -= slope
        np.maximum(best, here.max(axis=1), out=best)
        above = here
    return best


def _tune_side(index: SimilarityIndex, tune: Tune) -> tuple[Ints, npt.NDArray[np.int8], Floats, Floats, Floats]:
    interval, ratio = intervals(tune.pitch), ratios(tune.step)
    pitch_bits, rhythm_bits = index.surprise.of(interval, ratio)
    ratio[:1] = -2
    return tune.pitch, ratio, tune.onset, pitch_bits, rhythm_bits


def _gain(sides: Sides, note: int) -> Floats:
    """(candidate, note of the place): what it is worth to lay one note of the tune on each note there."""
    same = sides.pitch == sides.tune_pitch[:, note, None]
    rhythm = sides.ratio == sides.tune_ratio[:, note, None]
    worth = np.where(rhythm, sides.rhythm_bits[:, note, None], -OTHER_RHYTHM) + sides.pitch_bits[:, note, None]
    gain: Floats = np.where(same, worth, -WRONG_NOTE).astype(np.float32)
    return gain
