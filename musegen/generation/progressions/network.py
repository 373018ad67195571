"""The network of progressions at run time: latents of measures in and out, and one pulse after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.progressions.encoding import Floats, Past, lag_places, measure_means, past_of, positions_of
from musegen.models.networks import network
from musegen.theory.progressions.chords import Ints
from musegen.theory.progressions.progression import Grid, Progression

NAME = "chords"


class Latents(NamedTuple):
    """What measures hold, each a Gaussian: (measure, size)."""

    mean: Floats
    log_variance: Floats


class Odds(NamedTuple):
    """What the network says of a pulse, for pieces side by side."""

    change: npt.NDArray[np.float64]  # (piece,): log-odds that a new chord begins
    chord: npt.NDArray[np.float64]  # (piece, chord): log-probabilities of which; never the one before


@dataclass(frozen=True)
class ChordNetwork:
    """The parts that ship."""

    latent: int  # size of a measure's latent
    memory: int

    @staticmethod
    @cache
    def shipped() -> ChordNetwork:
        """The network of `musegen/models/weights/chords`."""
        step = network(NAME, "step")
        return ChordNetwork(step.size("latent", 2) // 2, step.size("state", 2))

    def latents(self, piece: Progression) -> Latents:
        """What the measures of a progression hold."""
        past = past_of(piece.chords, lag_places(piece.grid))
        found = network(NAME, "encoder").run(
            chord=piece.chords[None],
            held=np.append(past.held[1:], 0)[None],
            position=positions_of(piece.grid)[None],
            means=measure_means(piece.grid)[None],
        )
        return Latents(found["mean"][0], found["log_variance"][0])

    def begin(self, pieces: int) -> Floats:
        """The memory before the first pulse."""
        return np.zeros((1, pieces, self.memory), np.float32)

    def step(
        self, past: Past, position: Floats, said: Floats, latent: Floats | None, state: Floats
    ) -> tuple[Odds, Floats]:
        """The odds of one pulse of pieces side by side, and the memory after it; all arrays are (piece, ...)."""
        count = len(past.chord)
        known = np.full((count, 1, 1), float(latent is not None), np.float32)
        shown = np.zeros((count, 2 * self.latent), np.float32) if latent is None else latent
        found = network(NAME, "step").run(
            before=past.chord[:, None], held=past.held[:, None], lag=past.lag[:, None], agreed=past.agreed[:, None],
            position=position[:, None], said=said[:, None], latent=shown[:, None], known=known, state=state,
        )  # fmt: skip
        chord = np.round(found["chord"][:, 0].astype(np.float64) * 1024) / 1024
        return Odds(np.round(found["change"][:, 0].astype(np.float64) * 1024) / 1024, chord), found["after"]


def at_pulses(latent: Floats, grid: Grid) -> Floats:
    """(pulse, twice the size): the latents of each pulse's measure and of the next, of (measure, size)."""
    after = np.concatenate([latent[1:], np.zeros_like(latent[:1])])
    return np.concatenate([latent, after], axis=1)[grid.measure]


