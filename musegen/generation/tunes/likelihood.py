"""How likely the melody network holds a tune: the bits that its notes cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.tunes.form import form_of
from musegen.theory.tunes.hearing import heard
from musegen.theory.tunes.network import whole_tune
from musegen.theory.tunes.symbols import END
from musegen.theory.tunes.telling import HEAD, told, wish_of
from musegen.theory.tunes.thinking import said_only
from musegen.theory.tunes.tune import Tune


class Cost(NamedTuple):
    """What a tune costs."""

    bits: float
    notes: int


def cost_of(tune: Tune, style: str = "", genre: str = "", said: Sequence[str] = HEAD) -> Cost:
    """The bits of all that comes in a tune: pitches, lengths, rests and the end.

    Args:
        tune: any tune.
        style: whose it is, for the network.
        genre: what kind of tune, for the network.
        said: the columns of `telling.Told` that the network is told; the others are left unsaid.
    """
    form = form_of(tune)
    listened, known = said_only(heard(tune, form), told(tune, form, wish_of(tune, style, genre)), said)
    symbols, lengths = whole_tune(listened, known, np.append(tune.symbol, END))
    nats = _cost(symbols, np.append(tune.symbol, END)) + _cost(lengths[:-1], tune.length)
    return Cost(nats / float(np.log(2)), int(tune.is_note.sum()))


def bits_a_note(costs: Sequence[Cost]) -> float:
    """The mean over all notes of some tunes."""
    return sum(cost.bits for cost in costs) / max(1, sum(cost.notes for cost in costs))


def _cost(logits: npt.NDArray[np.float32], chosen: npt.NDArray[np.int64]) -> float:
    whole = logits.astype(np.float64)
    nats = np.logaddexp.reduce(whole, axis=1) - whole[np.arange(len(chosen)), chosen]
    return float(nats.sum())
