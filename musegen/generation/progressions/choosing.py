"""Of several progressions the one that goes somewhere: neither turning in a circle nor standing still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from musegen.generation.progressions.closes import closing_pairs
from musegen.theory.progressions.chords import FUNCTIONS, vocabulary
from musegen.theory.progressions.progression import Progression

_TURNS, _STANDS, _LONG, _RETURNS = 0.5, 0.6, 1.5, 1.5
"""What counts, in nats a chord: a chord that only goes on with a seesaw; a measure over one root beyond `_LONG`;
all chords but the first two being the one before the last."""
_FEW, _ROOTS = 0.4, 5
"""Nats for each root that there is less than so many."""
_SLOW, _CHORDS = {"song": 1.0, "chorale": 0.6}, {"song": 1.1, "chorale": 2.3}
"""Nats for each chord a measure that there is less than so many; lead sheets have 1.2."""
_CIRCLES, _WINDOW = 1.5, 5
"""Nats where all runs of so many chords stand on two roots only, as VII III VII III."""
_LATE, _UNPREPARED, _WEAK, _IMPERFECT = 0.3, 0.3, 1.0, 0.6
"""Nats for a last chord that begins inside its measure, a last dominant between tonics, an end without dominant; with
one that is not in root position."""


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
    """Measures through which the music stays over one root, at the most."""
    changes = np.diff(vocabulary().root[piece.chords], prepend=-99) != 0
    lengths = Counter(np.cumsum(changes).tolist())
    return max(lengths.values()) / int(piece.grid.pulses[0])


def returns(piece: Progression) -> float:
    """The share of chords that are the one before the last: in I V I IV I all but two."""
    chords = piece.chords[piece.begins]
    return float((chords[2:] == chords[:-2]).mean()) if len(chords) > 2 else 0.0


def circling(piece: Progression) -> float:
    """The share of runs of five chords that stand on two roots only: VII III VII6 III VII."""
    roots = [vocabulary().sounds[chord].root for chord in piece.chords[piece.begins].tolist()]
    runs = [set(roots[start : start + _WINDOW]) for start in range(len(roots) - _WINDOW + 1)]
    return sum(len(run) <= 2 for run in runs) / max(len(runs), 1)


def most_telling(pieces: Sequence[Progression], log_probability: npt.NDArray[np.float64]) -> Progression:
    """The one that turns and stands least, and is neither likelier nor less likely than most of them, a chord."""
    likely = log_probability / [max(int(piece.begins.sum()), 1) for piece in pieces]
    prices = np.abs(likely - np.median(likely)) + [_dull(piece) + _ending(piece) for piece in pieces]
    return pieces[int(np.argmin(prices))]


def _dull(piece: Progression) -> float:
    """What speaks against how a piece goes on."""
    stands, few = max(longest_stand(piece) - _LONG, 0), max(min(_ROOTS, len(piece.grid)) - _roots(piece), 0)
    density = int(piece.begins.sum()) / (int(piece.grid.measure[-1]) + 1)
    slow = _SLOW[piece.style] * max(_CHORDS[piece.style] - density, 0) + _CIRCLES * circling(piece)
    return _TURNS * loops(piece) + _STANDS * stands + _RETURNS * returns(piece) + _FEW * few + slow


def _roots(piece: Progression) -> int:
    return len({vocabulary().sounds[chord].root for chord in piece.chords[piece.begins].tolist()})


def _ending(piece: Progression) -> float:
    """What speaks against how a piece ends."""
    starts = np.flatnonzero(piece.begins)
    chords: list[int] = piece.chords[starts].tolist()
    late = _LATE * (not piece.grid.begins_measure[starts[-1]])
    if len(chords) < 2:
        return late
    led = int(vocabulary().function[int(piece.key.minor), chords[-2]])
    between_tonics = len(chords) > 2 and chords[-3] == chords[-1]
    weak = led != FUNCTIONS.index("D")
    imperfect = not weak and not closing_pairs("PAC", piece.style, piece.key.minor)[chords[-2], chords[-1]]
    return late + _WEAK * weak + _IMPERFECT * imperfect + _UNPREPARED * between_tonics
