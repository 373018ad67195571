"""Of several progressions the one that goes somewhere: neither turning in a circle nor standing still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from musegen.theory.progressions.progression import Progression

_TURNS, _STANDS = 0.5, 0.25
"""What a chord that only goes on with a seesaw, and a measure without change beyond two, count, in nats a chord."""


def loops(piece: Progression) -> int:
    """Chords that only go on with a seesaw of two chords: I V I V I V.

    >>> from musegen.score.meter import TimeSignature
    >>> from musegen.theory.keys import Key
    >>> from musegen.theory.progressions.progression import grid_of
    >>> meter = TimeSignature(4, 4)
    >>> turning = Progression(Key(0), meter, "song", grid_of(meter, 2, phrase=2), np.arange(8) % 2)
    >>> loops(turning)
    4
    """
    chords = piece.chords[piece.begins]
    back = [
        place
        for place in range(4, len(chords))
        if chords[place] == chords[place - 2] == chords[place - 4] and chords[place - 1] == chords[place - 3]
    ]
    return len(back)


def longest_stand(piece: Progression) -> float:
    """Measures through which one chord goes on, at the most."""
    lengths = Counter(np.cumsum(piece.begins).tolist())
    return max(lengths.values()) / int(piece.grid.pulses[0])


def fewest_loops(pieces: Sequence[Progression], log_probability: npt.NDArray[np.float64]) -> Progression:
    """The likeliest a chord, but for what turning and standing cost."""
    prices = []
    for piece, nats in zip(pieces, log_probability.tolist(), strict=True):
        many = int(piece.begins.sum())
        prices.append((_TURNS * loops(piece) + _STANDS * max(longest_stand(piece) - 2, 0)) - nats / max(many, 1))
    return pieces[int(np.argmin(prices))]
