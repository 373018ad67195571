"""Sequences as the outer lines tell them, beat by beat: cheaper than `theory.form.sequences`, which asks the chords."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.features.accents import felt_beats, measure_count
from musegen.features.chord_columns import is_chordal
from musegen.features.counting import NAN, Floats, Ints, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

SHORTEST, LONGEST = 2, 8
"""Felt beats of a model."""
HEARD_AGAIN = 4
"""Felt beats that must be heard again at least: a model of two of them needs three statements."""
_LETTERS = 7
_RISING, _FALLING = 1, 2
_SOURCE = "musegen; Aldwell & Schachter on sequences"


@feature("form", unit="share of time", dims=("all", "falling"), needs="voices", confounds=("meter", "format"),
         source=_SOURCE)  # fmt: skip
def outer_voice_sequences(view: PieceView) -> Floats:
    """How much of a piece is sequence, and how much falling sequence: what the highest and lowest notes do on two to
    eight felt beats is done again at once, both moved by the same steps but not by octaves.

    Models in which either line stays or only goes on by one interval do not count: scales and repeated notes are none.
    """
    covered = _covered(view)
    if covered is None:
        return undefined(2)
    return np.array([share(np.count_nonzero(which), len(covered)) for which in (covered > 0, covered == _FALLING)])


@feature("form", unit="in 100 measures", high=float("inf"), needs="voices", confounds=("meter", "format"),
         source=_SOURCE)  # fmt: skip
def outer_voice_sequences_per_100_measures(view: PieceView) -> float:
    """How often such a sequence begins where none was, as `outer_voice_sequences` finds them."""
    covered = _covered(view)
    if covered is None:
        return NAN
    heard = np.concatenate([[0], covered > 0])
    return share(np.count_nonzero(heard[1:] > heard[:-1]), measure_count(view.grid), 100)


def _covered(view: PieceView) -> Ints | None:
    """For each felt beat whether it lies in a sequence, and in a falling one; None where lines are too few or short."""
    return kept(view, "sequence_beats", _cover)


def _cover(view: PieceView) -> Ints | None:
    beats = _beats(view) if is_chordal(view) else None
    if beats is None:
        return None
    covered = np.zeros(len(beats[0]), dtype=np.int64)
    for start, end, letters in _runs(*beats):
        way = _FALLING if letters > _LETTERS // 2 else _RISING
        covered[start:end] = np.maximum(covered[start:end], way)
    return covered


def _beats(view: PieceView) -> tuple[Ints, Ints] | None:
    """The highest and lowest notes in staff steps on every felt beat of the first meter; -1 in silence."""
    slices, grid = view.slices, view.grid
    if not len(slices) or not len(grid.onset):
        return None
    end = int(slices.onset[-1] + slices.duration[-1])
    unit = int(felt_beats(grid)[0])
    moments = np.arange((grid.onset[0] - grid.missing[0]) % unit, end, unit)
    at, diatonic = slices.at(moments), slices.notes.diatonic
    rows = slices.highest[at], slices.lowest[at]
    high, low = (np.where(row >= 0, diatonic[row], -1) for row in rows)
    return (high, low) if len(moments) > HEARD_AGAIN else None


def _runs(high: Ints, low: Ints) -> list[tuple[int, int, int]]:
    """(first beat, end, letters) of what is heard again, with its repetitions, for models of all lengths."""
    lags = np.arange(SHORTEST, min(LONGEST, len(high) - 1) + 1)[:, None]
    here = np.arange(len(high))[None, :]
    later = np.minimum(here + lags, len(high) - 1)
    move = (low[later] - low) % _LETTERS
    same = (move == (high[later] - high) % _LETTERS) & (here + lags < len(high)) & (low >= 0) & (low[later] >= 0)
    code = np.concatenate([np.where(same, move, 0), np.zeros_like(lags)], axis=1).ravel()
    edges = np.concatenate([[0], np.flatnonzero(code[1:] != code[:-1]) + 1, [len(code)]])
    size, kind = edges[1:] - edges[:-1], code[edges[:-1]]
    found = []
    for run in np.flatnonzero((kind > 0) & (size >= HEARD_AGAIN)).tolist():
        number, start = divmod(int(edges[run]), len(high) + 1)
        lag, length = number + SHORTEST, int(size[run])
        model = slice(start, start + lag + 1)
        if length >= lag and _varies(high[model]) and _varies(low[model]):
            found.append((start, start + length + lag, int(kind[run])))
    return found


def _varies(line: npt.NDArray[np.int64]) -> bool:
    """The line does not go by one interval all the time."""
    moves = line[1:] - line[:-1]
    return bool((moves != moves[0]).any())
