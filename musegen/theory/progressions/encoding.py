"""What the network of progressions reads at a pulse: where it stands, what is asked for, what came before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.progressions.chords import Ints, vocabulary
from musegen.theory.progressions.progression import MOST_PULSES, STYLES, Grid, Progression

Floats = npt.NDArray[np.float32]

LAGS = (1, 2, 4, 8, 16)
"""So many measures ago stands what may come back."""
HELD = 8
"""Pulses that a chord has lasted already, up to so many."""
AGREED = 8
"""Over so many pulses it is reckoned whether the music repeats what a lag shows."""
_LONG, _FAR, _ROUND = 9, 13, 8
"""Measures to the end of the piece, pulses to the end of the phrase, measures of a group."""
POSITION = 2 * MOST_PULSES + 3 + _ROUND + 2
GROUPS = {"style": len(STYLES), "mode": 2, "length": _LONG, "phrase": _FAR, "function": 3}
"""What may be said of a pulse, and how many columns that takes; a group of zeros says nothing."""
SAID = sum(GROUPS.values())
_LIMIT = 16
"""Places on the line of fifths, up and down, that the network tells apart."""


class Past(NamedTuple):
    """What came before a pulse."""

    chord: Ints  # the chord before; the size of the vocabulary: none
    held: Ints  # pulses that it has lasted, up to HELD; 0: none
    lag: Ints  # (..., lag): the chord so many measures ago; the size of the vocabulary: none
    agreed: Floats  # (..., lag): the share of the last pulses that equalled what the lag shows


def columns_of(group: str) -> slice:
    """The columns of a group within what is said.

    >>> columns_of("mode")
    slice(2, 4, None)
    """
    names = list(GROUPS)
    start = sum(GROUPS[name] for name in names[: names.index(group)])
    return slice(start, start + GROUPS[group])


def positions_of(grid: Grid) -> Floats:
    """(pulse, POSITION): where each pulse stands; measures are counted from the first full one."""
    number = grid.measure - int(grid.pulse[0] > 0)
    parts = (
        np.eye(MOST_PULSES)[grid.pulse],
        np.eye(MOST_PULSES)[grid.pulses - 1],
        np.eye(3)[grid.strength],
        np.eye(_ROUND)[number % _ROUND],
        np.eye(2)[number // _ROUND % 2],
    )
    return np.concatenate(parts, axis=1).astype(np.float32)


def said_of(piece: Progression) -> Floats:
    """(pulse, SAID): all that can be said of each pulse of a progression."""
    return said(piece.grid, piece.style, minor=piece.key.minor, functions=functions_of(piece))


def functions_of(piece: Progression) -> Ints:
    """(pulse,): the function of its chord, a place in FUNCTIONS."""
    return np.asarray(vocabulary().function[int(piece.key.minor), piece.chords])


def said(grid: Grid, style: str, *, minor: bool, functions: Ints | None = None) -> Floats:
    """(pulse, SAID): style and mode, how far the ends are, and the function of each pulse; -1 leaves that free."""
    count = len(grid)
    wanted = np.full(count, -1) if functions is None else functions
    ends = np.flatnonzero(grid.ends_phrase)
    far = np.clip(
        ends[np.minimum(np.searchsorted(ends, np.arange(count)), len(ends) - 1)] - np.arange(count), 0, _FAR - 1
    )
    parts = {
        "style": np.tile(np.eye(len(STYLES))[STYLES.index(style)], (count, 1)),
        "mode": np.tile(np.eye(2)[int(minor)], (count, 1)),
        "length": np.eye(_LONG)[np.minimum(grid.measure[-1] - grid.measure, _LONG - 1)],
        "phrase": np.eye(_FAR)[far],
        "function": np.eye(3)[wanted] * (wanted >= 0)[:, None],
    }
    return np.concatenate([parts[group] for group in GROUPS], axis=1).astype(np.float32)


def lag_places(grid: Grid) -> Ints:
    """(pulse, lag): the row of the pulse that stands in the same place so many measures ago; -1 where there is none."""
    rows = {place: row for row, place in enumerate(zip(grid.measure.tolist(), grid.pulse.tolist(), strict=True))}
    return np.array(
        [
            [rows.get((measure - lag, pulse), -1) for lag in LAGS]
            for measure, pulse in zip(grid.measure.tolist(), grid.pulse.tolist(), strict=True)
        ]
    ).reshape(len(grid), len(LAGS))


def past_of(chords: Ints, lags: Ints) -> Past:
    """What came before every pulse of (pulse,) chords; `lags` are the rows of `lag_places`."""
    none, count = len(vocabulary()), len(chords)
    before = np.concatenate([[none], chords[:-1]])
    starts = np.flatnonzero(np.diff(chords, prepend=-1) != 0)
    since = np.arange(count) - starts[np.searchsorted(starts, np.arange(count), side="right") - 1] + 1
    held = np.minimum(np.concatenate([[0], since[:-1]]), HELD)
    shown = np.where(lags >= 0, chords[np.maximum(lags, 0)], none)
    same = np.concatenate([np.zeros((1, len(LAGS))), np.cumsum(shown == chords[:, None], axis=0)])
    rows = np.arange(count)
    agreed = (same[rows] - same[np.maximum(rows - AGREED, 0)]) / AGREED
    return Past(before, held, shown, agreed.astype(np.float32))


def chord_features() -> Floats:
    """(chord, feature): root, bass, members on the line of fifths and kind; a row of zeros more for no chord."""
    known, width = vocabulary(), 2 * _LIMIT + 1
    line = np.eye(width)
    rows = []
    for sound, kind in zip(known.sounds, known.kind.tolist(), strict=True):
        tones = line[np.array(sound.members) + _LIMIT].sum(axis=0)
        shape = np.eye(len(known.shapes))[kind]
        rows.append(
            np.concatenate(
                [line[sound.root + _LIMIT], line[sound.bass + _LIMIT], tones, shape, [float(sound.is_cadential)]]
            )
        )
    found = np.array(rows, dtype=np.float32)
    return np.concatenate([found, np.zeros((1, found.shape[1]), np.float32)])


def measure_means(grid: Grid) -> Floats:
    """(measure, pulse): 1/n at the n pulses of each measure."""
    inside = np.arange(grid.measure[-1] + 1)[:, None] == grid.measure[None, :]
    return np.asarray((inside / np.maximum(inside.sum(axis=1, keepdims=True), 1)).astype(np.float32))
