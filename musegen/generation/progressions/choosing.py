"""Of several progressions the one that goes somewhere: neither turning in a circle nor standing still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from musegen.theory.progressions.progression import Progression

_TURNS, _STANDS, _RETURNS = 0.5, 0.25, 1.5
"""What counts, in nats a chord: a chord that only goes on with a seesaw; a measure without change beyond two; all
chords but the first two being the one before the last."""


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


def returns(piece: Progression) -> float:
    """The share of chords that are the one before the last: in I V I IV I all but two."""
    chords = piece.chords[piece.begins]
    return float((chords[2:] == chords[:-2]).mean()) if len(chords) > 2 else 0.0


def most_telling(pieces: Sequence[Progression], log_probability: npt.NDArray[np.float64]) -> Progression:
    """The one that turns and stands least, and is neither likelier nor less likely than most of them, a chord."""
    likely = log_probability / [max(int(piece.begins.sum()), 1) for piece in pieces]
    prices = np.abs(likely - np.median(likely))
    for number, piece in enumerate(pieces):
        prices[number] += _TURNS * loops(piece) + _STANDS * max(longest_stand(piece) - 2, 0) + _RETURNS * returns(piece)
    return pieces[int(np.argmin(prices))]
