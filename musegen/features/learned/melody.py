"""The top line as the melody network thinks of it."""

from __future__ import annotations

import math

import numpy as np

from musegen.errors import MalformedScore
from musegen.features.counting import Floats, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.theory.tunes.thinking import WIDTH, summary, thoughts
from musegen.theory.tunes.tune import tune_of

_DIMS = tuple(f"{what}_{number:03}" for what in ("mean", "spread") for number in range(WIDTH))


@feature(
    "learned", dims=_DIMS, unit="activation", low=-math.inf, high=math.inf, source="musegen",
    confounds=("meter", "note_values", "parts", "format"),
)  # fmt: skip
def melody_thoughts(view: PieceView) -> Floats:
    """What the melody network thinks before each note of the first part's top line: mean and spread over the line.

    The network is told meter and mode, and nothing else. Key and octave do not matter. Undefined of lines that are no
    tunes for it: those that change meter or key signature, or have other lengths than binary ones and triplets.
    """
    try:
        tune = tune_of(view.score)
    except MalformedScore:
        return undefined(len(_DIMS))
    return np.asarray(summary(thoughts(tune)), dtype=np.float64)
