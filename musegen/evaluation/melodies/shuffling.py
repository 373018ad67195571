"""The control: real tunes with their measures in another order, which a judge must tell from the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.score.model import Score
from musegen.score.table import NoteTable


def measures_shuffled(score: Score, rng: Generator) -> Score:
    """The tune with its whole measures in a random order; pickups, short measures and the last one stay in place.

    Measures that a note is held across stay together, so nothing but the order is other than before.

    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("meter: 2/4\\nS: c5 d5 | e5 f5 | g5 a5 | c5 .")
    >>> measures_shuffled(tune, np.random.default_rng(2)).notes["pitch"].tolist()
    [79, 81, 72, 74, 76, 77, 72]
    """
    blocks = list(_blocks(score))
    if len(blocks) < 2:
        return score
    lengths = np.array([len(block) for block in blocks])
    source = np.arange(len(score.measures))
    for size in np.unique(lengths):  # blocks of one size change places
        same = np.flatnonzero(lengths == size)
        for here, there in zip(same, rng.permutation(same), strict=True):
            source[list(blocks[here])] = list(blocks[there])
    return _with_measures_from(score, source)


def _with_measures_from(score: Score, source: npt.NDArray[np.intp]) -> Score:
    """The score whose measure number n holds the notes of measure `source[n]`."""
    goes_to = np.argsort(source)
    onset = np.array([measure.onset for measure in score.measures])
    rows = score.notes.rows.copy()
    before = rows["measure_index"]
    after = goes_to[before]
    rows["onset"] += onset[after] - onset[before]
    rows["measure_index"] = after
    notes = NoteTable(rows).ordered()
    return replace(score, notes=notes, lyrics=(), harmonies=(), figures=(), stream=None, source=None)


def _blocks(score: Score) -> Iterator[range]:
    """Runs of whole measures that no note is held into or out of; the last measure belongs to none."""
    notes, measures = score.notes, score.measures
    sounding = notes.sounding()
    crossed = {
        score.measure_index_at(int(onset)) + step
        for onset, end in zip(sounding["onset"].tolist(), sounding.end.tolist(), strict=True)
        for step in range(1, score.measure_index_at(int(end) - 1) - score.measure_index_at(int(onset)) + 1)
    }
    full = [measure.length == measure.time_signature.quarters * score.ticks_per_quarter for measure in measures]
    first = 0
    for number in range(1, len(measures)):
        if number not in crossed:
            block = range(first, number)
            if all(full[place] and not measures[place].is_pickup for place in block):
                yield block
            first = number
