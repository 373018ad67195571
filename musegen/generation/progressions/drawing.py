"""Progressions drawn pulse by pulse from the network's odds, among what can still be finished under the laws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.progressions.tasks import Options, Reach, Task
from musegen.theory.progressions.chords import Ints, vocabulary
from musegen.theory.progressions.encoding import AGREED, HELD, LAGS, Floats, Past, lag_places, positions_of
from musegen.theory.progressions.network import Parts, at_pulses, shipped

_CLOSES = 0.9
"""A chord that may be the last of its phrase or not mostly is: else endings go on as I V I."""

_UNLIKELY = 0.06
"""A new chord less likely than so much of the likeliest one is not drawn: chance took strange ones now and then."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Progressions on the grid of a task."""

    chords: Ints  # (piece, pulse)
    log_probability: npt.NDArray[np.float64]  # (piece,): nats, as the network says without any law


def draw(
    task: Task,
    said: Floats,
    rng: Generator | None,
    *,
    count: int = 1,
    latent: Floats | None = None,
    temperature: float = 1.0,
    network: Parts | None = None,
) -> Drawn:
    """So many progressions that keep a task; without `rng` each pulse takes what is likeliest.

    `said` is (pulse, SAID); `latent` is (piece, measure, size), the measures that each piece is drawn round, or None.
    """
    network = network or shipped()
    reach, grid = Reach(task), task.grid
    lags, position = lag_places(grid), positions_of(grid)
    pulses = len(grid)
    chords, states = np.full((count, pulses), len(vocabulary())), np.zeros(count, dtype=np.int64)
    shown = None if latent is None else np.stack([at_pulses(one, grid) for one in latent])
    memory, total = network.begin(count), np.zeros(count)
    for pulse in range(pulses):
        past = past_at(chords, lags, pulse)
        odds, memory = network.step(
            past,
            np.repeat(position[pulse][None], count, axis=0),
            np.repeat(said[pulse][None], count, axis=0),
            None if shown is None else shown[:, pulse],
            memory,
        )
        for piece in range(count):
            before = int(past.chord[piece])
            options = _options(reach, pulse, int(states[piece]), before)
            chosen, closes = _choose(options, float(odds.change[piece]), odds.chord[piece], rng, temperature)
            begins = chosen >= 0
            total[piece] += _nats(float(odds.change[piece]), odds.chord[piece], chosen, first=pulse == 0)
            chords[piece, pulse] = chosen if begins else before
            states[piece] = reach.next_state(pulse, int(states[piece]), begins=begins, closes=closes)
    return Drawn(chords, total)


def _options(reach: Reach, pulse: int, state: int, before: int) -> Options:
    return (
        reach.options(pulse, state, before)
        if pulse
        else Options(False, reach.can_begin, np.zeros_like(reach.can_begin))
    )


def past_at(chords: Ints, lags: Ints, pulse: int) -> Past:
    """What came before a pulse of (piece, pulse) chords; `lags` are the rows of `lag_places`."""
    count, none = len(chords), len(vocabulary())
    before = chords[:, pulse - 1] if pulse else np.full(count, none)
    same = chords[:, :pulse][:, ::-1] == before[:, None]
    held = np.minimum(np.where(same.all(axis=1), pulse, np.argmin(np.pad(same, ((0, 0), (0, 1))), axis=1)), HELD)
    shown = np.where(lags[pulse] >= 0, chords[:, np.maximum(lags[pulse], 0)], none)
    agreed = np.zeros((count, len(LAGS)), np.float32)
    for back in range(max(pulse - AGREED, 0), pulse):
        there = np.where(lags[back] >= 0, chords[:, np.maximum(lags[back], 0)], none)
        agreed += there == chords[:, back][:, None]
    return Past(before, held, shown, (agreed / AGREED).astype(np.float32))


def _choose(
    options: Options, change: float, chord: npt.NDArray[np.float64], rng: Generator | None, temperature: float
) -> tuple[int, bool]:
    """(the new chord, whether it is the last of its phrase); -1 goes on with the one before."""
    both = options.begins & options.closes
    stays = -np.logaddexp(0.0, change) if options.holds else -np.inf
    begins = chord - np.logaddexp(0.0, -change)
    scores = np.concatenate(
        [
            [stays],
            np.where(options.begins, begins + np.log(np.where(both, 1 - _CLOSES, 1.0)), -np.inf),
            np.where(options.closes, begins + np.log(np.where(both, _CLOSES, 1.0)), -np.inf),
        ]
    )
    if rng is None:
        place = int(scores.argmax())
    else:
        weights = np.exp((scores - scores.max()) / temperature)
        weights[1:][weights[1:] < _UNLIKELY * weights[1:].max()] = 0.0
        place = int(np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(), side="right"))
    size = len(chord)
    return (-1, False) if place == 0 else ((place - 1) % size, place > size)


def _nats(change: float, chord: npt.NDArray[np.float64], chosen: int, *, first: bool) -> float:
    if chosen < 0:
        return -float(np.logaddexp(0.0, change))
    return float(chord[chosen]) - (0.0 if first else float(np.logaddexp(0.0, -change)))
