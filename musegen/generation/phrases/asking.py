"""What sheets of phrases are asked to be: key, how each phrase begins and closes; drawn where nobody says."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.chorales.counted import drawn, habits
from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan, check_home, measures_for
from musegen.generation.phrases.encoding import BEATS, Wish, shift_of
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.theory.keys import Key

MOST = 12
"""Phrases of a sheet."""
_METER = TimeSignature(4, 4)
_STARTS = {3: 773, 0: 288}
"""Of Bach's phrases in the training split that a row can be made of: those on the fourth beat, and on the first."""
_CLOSES = {3: (587, 4, 182), 0: (11, 241, 36)}
"""Of each of these, last chords of one beat, two, three or more."""
_DEGREES = (461, 302, 298)
"""Phrases that close on the tonic of the whole piece, on its dominant, on something else."""


def draw_wish(rng: Generator, count: int, key: Key | None) -> tuple[Key, Wish]:
    """What is said of so many phrases of one sheet, as is usual in Bach's chorales in 4/4; the last one closes at home.

    Raises:
        UsageError: the key has too many sharps or flats, or there is no such number of phrases.
    """
    if not isinstance(count, int) or not 1 <= count <= MOST:
        raise UsageError(f"{count} phrases cannot be made", hint=f"ask for 1 to {MOST}")
    if key is not None:
        check_home(key)
    home = key or Key.parse(drawn(habits().homes, [], rng) or "G")
    start = int(rng.choice(list(_STARTS), p=_shares(_STARTS.values())))
    close = rng.choice(3, count, p=_shares(_CLOSES[start]))
    degree = rng.choice(3, count, p=_shares(_DEGREES))
    degree[-1] = 0
    same = (int(home.minor), shift_of(home.tonic), start)
    minor, shift, starts = (np.full(count, value) for value in same)
    return home, Wish(minor, shift, starts, close, degree)


def _shares(counts: Iterable[int]) -> npt.NDArray[np.float64]:
    found = np.array(list(counts), dtype=np.float64)
    return np.asarray(found / found.sum())


def plan_for(home: Key, wish: Wish) -> ChoralePlan:
    """The measures and phrases of a sheet; cadences are left free.

    >>> home, wish = draw_wish(np.random.default_rng(1), 2, Key.parse("G"))
    >>> plan = plan_for(home, wish)
    >>> plan.end // TICKS_PER_QUARTER, len(plan.phrases)
    (16, 2)
    """
    count, beat = len(wish.start), TICKS_PER_QUARTER
    pickup = Fraction(-int(wish.start[0]) % 4)
    measures = measures_for(home, _METER, pickup, count * BEATS // 4)
    phrases = tuple(
        PhrasePlan(
            number * BEATS * beat, ((number + 1) * BEATS - 1 - int(close)) * beat, (number + 1) * BEATS * beat, home
        )
        for number, close in enumerate(wish.close.tolist())
    )
    return ChoralePlan(home, measures, phrases, home)
