"""Levels of tunes, 1 to 8: how far they leap and reach, how short their notes are, what they alter."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import DURATIONS, GRID, MODES, alter_symbol, is_leading_tone, place_of
from musegen.theory.tunes.tune import Tune


class Limits(NamedTuple):
    """What a tune of a level may do at most."""

    leap: int  # staff places
    span: int  # staff places between its lowest and its highest note
    shortest: float  # of a printed beat; all lengths are so many of it
    dotted: bool  # lengths that are no power of two of a printed beat, nor three of them in compound time
    altered: bool  # notes besides the leading tone of minor
    triplets: bool


LIMITS = (
    Limits(2, 5, 1, False, False, False),
    Limits(4, 7, 1, True, False, False),
    Limits(4, 7, 1 / 2, True, False, False),
    Limits(5, 8, 1 / 2, True, False, False),
    Limits(7, 9, 1 / 2, True, True, False),
    Limits(7, 10, 1 / 4, True, True, False),
    Limits(7, 11, 1 / 4, True, True, True),
    Limits(31, 31, 1 / 8, True, True, True),
)
LEVELS = len(LIMITS)
_WHOLE_BEATS = 4
"""The last level whose exercises in compound time divide no printed beat."""


def level_of(tune: Tune) -> int:
    """The lowest level that allows all of a tune.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.tune import tune_of
    >>> [level_of(tune_of(parse_grid(f"meter: 2/4\\nS: {notes}"))) for notes in ("c5 d5 | e5 c5", "c5 g5 | c6 c5")]
    [1, 5]
    """
    notes = tune.symbol[tune.is_note].tolist()
    places = [place_of(symbol) for symbol in notes]
    leap = max((abs(after - before) for before, after in pairwise(places)), default=0)
    leads = is_leading_tone(tune.home.mode) & (MODES[tune.home.mode] == "minor")
    altered = any(alter_symbol(symbol) and not leads[symbol] for symbol in notes)
    for number, limits in enumerate(LIMITS, start=1):
        fits = leap <= limits.leap and max(places) - min(places) <= limits.span
        if fits and (limits.altered or not altered) and allowed_lengths(tune.meter, limits)[tune.length].all():
            return number
    return LEVELS


def exercise_lengths(meter: TimeSignature, level: int) -> npt.NDArray[np.bool_]:
    """(DURATIONS,): the same of exercises of a level; in compound time easy ones divide no printed beat.

    >>> DURATIONS[exercise_lengths(TimeSignature(6, 8), 3)][:3].tolist()
    [12, 24, 36]
    """
    found = allowed_lengths(meter, LIMITS[level - 1])
    if meter.is_compound and level <= _WHOLE_BEATS:
        found &= DURATIONS % int(meter.beat_quarters * GRID) == 0
    return found


def allowed_lengths(meter: TimeSignature, limits: Limits) -> npt.NDArray[np.bool_]:
    """(DURATIONS,): which lengths a level allows in a meter.

    >>> DURATIONS[allowed_lengths(TimeSignature(6, 8), LIMITS[0])].tolist()
    [12, 24, 36, 48, 72, 96, 144, 192, 288]
    """
    beat = int(meter.beat_quarters * GRID)
    triplet = DURATIONS % 3 != 0
    even = DURATIONS if not meter.is_compound else np.where(DURATIONS % (3 * beat) == 0, DURATIONS // 3, DURATIONS)
    ratio = np.log2(even / beat)
    plain = ratio == np.round(ratio)
    fits = (DURATIONS % int(limits.shortest * beat) == 0) & (plain | limits.dotted) & ~triplet
    return np.asarray(fits | (triplet & limits.triplets))
