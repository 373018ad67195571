"""What the melody network makes of a tune: its thoughts before every event, whatever the key and the octave."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from musegen.models.networks import shipped_weights
from musegen.theory.tunes.form import form_of
from musegen.theory.tunes.hearing import Heard, heard, without_named
from musegen.theory.tunes.network import NAME, Floats, thoughts_of
from musegen.theory.tunes.symbols import ALTERS, FIRST, SYMBOLS, place_of
from musegen.theory.tunes.telling import HEAD, UNSAID, Told, Wish, told
from musegen.theory.tunes.tune import Tune

WIDTH = 192
"""Numbers of a thought."""
_USUAL = 4
"""The mean staff place above the tonic of the tunes that the network learned from, an octave's width around it."""
_OCTAVE = 7


def thoughts(tune: Tune) -> Floats:
    """(events + 1, WIDTH): what the shipped network thinks before each event of a tune, and before its end.

    It is told meter and mode alone, as a reader is by the head of a sheet; how the tune goes on is not said. The same
    tune in another key or octave is thought of alike.
    """
    moved = in_its_octave(tune)
    form = form_of(moved)
    return thoughts_of(*said_only(heard(moved, form), told(moved, form, Wish()), HEAD))


def summary(found: Floats) -> Floats:
    """(2 * WIDTH,): the mean of some thoughts, and how far they spread.

    >>> summary(np.array([[1.0, 2.0], [3.0, 2.0]], dtype=np.float32)).tolist()
    [2.0, 2.0, 1.0, 0.0]
    """
    return np.concatenate([found.mean(axis=0), found.std(axis=0)]).astype(np.float32)


def said_only(heard: Heard, known: Told, said: Sequence[str]) -> tuple[Heard, Told]:
    """What is heard and told of a tune where of `telling.Told` only these columns are said."""
    left = {name: column if name in said else np.full_like(column, UNSAID) for name, column in known._asdict().items()}
    return heard if "kinship" in said else without_named(heard), Told(**left)


def in_its_octave(tune: Tune) -> Tune:
    """The tune by whole octaves higher or lower, so that it lies about its tonic as most tunes do.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.tune import tune_of
    >>> low, high = (tune_of(parse_grid(f"meter: 4/4\\nS: {notes}")) for notes in ("c4 e4 g4 c5", "c5 e5 g5 c6"))
    >>> low.symbol.tolist() == high.symbol.tolist(), low.symbol.tolist() == in_its_octave(high).symbol.tolist()
    (False, True)
    """
    mean = float(place_of(tune.symbol[tune.is_note]).mean())
    steps = ALTERS * _OCTAVE * int(np.floor((_USUAL - mean) / _OCTAVE + 0.5))
    symbol = np.where(tune.is_note, tune.symbol + steps, tune.symbol)
    notes = symbol[tune.is_note]
    return tune._replace(symbol=symbol) if notes.min() >= FIRST and notes.max() < SYMBOLS else tune


@cache
def thinker_id() -> str:
    """16 letters that change with the weights of the network, and with every line that says what it hears."""
    digest = hashlib.sha256()
    for _, weights in sorted(shipped_weights(NAME).items()):
        digest.update(weights)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
