"""The networks of progressions at run time: latents of measures in and out, one pulse after the other, tunes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile
from musegen.models.networks import WEIGHTS, Arrays, Network
from musegen.theory.progressions.encoding import Floats, Past, lag_places, measure_means, past_of, positions_of
from musegen.theory.progressions.progression import Grid, Progression

NAME = "chords"
_TO = 1024
"""Odds are rounded to so many parts before anything is drawn: no hardware shows in what comes out."""


class Latents(NamedTuple):
    """What measures hold, each a Gaussian: (measure, size)."""

    mean: Floats
    log_variance: Floats


class Odds(NamedTuple):
    """What the network says of a pulse, for pieces side by side."""

    change: npt.NDArray[np.float64]  # (piece,): log-odds that a new chord begins
    chord: npt.NDArray[np.float64]  # (piece, chord): log-probabilities of which; hardly ever the one before


class Parts:
    """The parts of a trained network in a folder: `encoder`, `step`, and for melodies `hearing` and `setting`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[str, Network] = {}

    def run(self, part: str, **inputs: npt.NDArray[np.generic]) -> Arrays:
        """What a part makes of its inputs."""
        return self._part(part).run(**inputs)

    def size(self, part: str, name: str, axis: int) -> int:
        """How long an axis of an input is."""
        return self._part(part).size(name, axis)

    def _part(self, part: str) -> Network:
        if part not in self._parts:
            path = self._folder / f"{part}.onnx"
            if not path.is_file():
                raise UnreadableFile("this part of the network is not there", file=str(path), hint="train it again")
            self._parts[part] = Network(path.read_bytes())
        return self._parts[part]

    def latents(self, piece: Progression) -> Latents:
        """What the measures of a progression hold."""
        past = past_of(piece.chords, lag_places(piece.grid))
        found = self.run(
            "encoder",
            chord=piece.chords[None],
            held=np.append(past.held[1:], 0)[None],
            position=positions_of(piece.grid)[None],
            means=measure_means(piece.grid)[None],
        )
        return Latents(found["mean"][0], found["log_variance"][0])

    def begin(self, pieces: int) -> Floats:
        """The memory before the first pulse."""
        return np.zeros((1, pieces, self.size("step", "state", 2)), np.float32)

    def step(
        self, past: Past, position: Floats, said: Floats, latent: Floats | None, state: Floats
    ) -> tuple[Odds, Floats]:
        """The odds of one pulse of pieces side by side, and the memory after it; all arrays are (piece, ...)."""
        count = len(past.chord)
        size = self.size("step", "latent", 2)
        found = self.run(
            "step", before=past.chord[:, None], held=past.held[:, None], lag=past.lag[:, None],
            agreed=past.agreed[:, None], position=position[:, None], said=said[:, None],
            latent=np.zeros((count, 1, size), np.float32) if latent is None else latent[:, None],
            known=np.full((count, 1, 1), float(latent is not None), np.float32), state=state,
        )  # fmt: skip
        change, chord = (np.round(found[name][:, 0].astype(np.float64) * _TO) / _TO for name in ("change", "chord"))
        return Odds(change, chord), found["after"]


@cache
def shipped() -> Parts:
    """The parts that ship."""
    return Parts(WEIGHTS / NAME)


def at_pulses(latent: Floats, grid: Grid) -> Floats:
    """(pulse, twice the size): the latents of each pulse's measure and of the next, of (measure, size)."""
    after = np.concatenate([latent[1:], np.zeros_like(latent[:1])])
    return np.concatenate([latent, after], axis=1)[grid.measure]
