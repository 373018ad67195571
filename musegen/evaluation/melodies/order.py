"""What tells whether the measures of a tune stand in a sensible order: surprise, joins at barlines, sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from musegen.evaluation.melodies.descriptions import longest_of_measures
from musegen.evaluation.melodies.lines import Floats, Ints, MelodyLine
from musegen.features.similarity.surprise import Surprise, counted
from musegen.features.similarity.symbols import intervals, ratios

_PLACES = 8
_LAGS = (1, 2, 4, 8)
_NEVER = float("nan")


def surprise_of(tunes: Sequence[MelodyLine]) -> Surprise:
    """The n-grams of a corpus: how surprising each interval and each ratio of lengths is after the three before it."""
    interval = np.concatenate([intervals(tune.pitch) for tune in tunes])
    ratio = np.concatenate([ratios(tune.step.astype(np.float32)) for tune in tunes])
    begins = np.cumsum([0, *(len(tune.pitch) for tune in tunes)])[:-1]
    return counted(interval, ratio, begins)


def order_columns() -> tuple[str, ...]:
    """What `order_numbers` tells, in its order."""
    return (
        *(f"surprise: {name}" for name in ("mean", "deviation", "at barlines", "inside measures", "of lengths")),
        *(f"barlines: {name}" for name in ("leap across", "leap inside", "same pitch", "rise of measures")),
        *(f"likeness {lag} apart: {kind}" for lag in _LAGS for kind in ("pitch", "rhythm", "first notes")),
        *(f"likeness to four before: measure {place + 1}" for place in range(4, _PLACES)),
        *(f"longest note: measure {place + 1}" for place in range(_PLACES)),
        *(f"begins on tonic or fifth: measure {place + 1}" for place in range(_PLACES)),
        *(f"ends on tonic: measure {place + 1}" for place in range(_PLACES)),
    )


def order_numbers(tune: MelodyLine, surprise: Surprise) -> Floats:
    """(columns,): NaN where a tune has no such place."""
    return np.array([
        *_surprises(tune, surprise), *_joins(tune), *_likenesses(tune), *_parallels(tune), *_rest(tune),
    ])  # fmt: skip


def _surprises(tune: MelodyLine, surprise: Surprise) -> list[float]:
    pitches, lengths = surprise.of(intervals(tune.pitch), ratios(tune.step.astype(np.float32)))
    first = np.diff(tune.measure, prepend=-1) > 0
    return [_mean(pitches), float(pitches.std()), _mean(pitches[first]), _mean(pitches[~first]), _mean(lengths)]


def _joins(tune: MelodyLine) -> list[float]:
    """Leaps into measures and inside them, pitches struck again over a barline, how far measures lie apart."""
    across = np.diff(tune.measure) > 0
    sizes = np.abs(tune.intervals)
    counts = np.bincount(tune.measure)
    means = np.bincount(tune.measure, tune.pitch)[counts > 0] / counts[counts > 0]
    return [_mean(sizes[across]), _mean(sizes[~across]), _mean(sizes[across] == 0), _mean(np.abs(np.diff(means)))]


def _likenesses(tune: MelodyLine) -> list[float]:
    """How alike measures are that lie so far apart, against any two: by pitch, by rhythm, by first notes."""
    rows = tune.sampled
    struck = np.diff(rows, axis=1, prepend=0) != 0
    rhythm = np.array([(struck == row).mean(axis=1) for row in struck]) if len(rows) else np.zeros((0, 0))
    starts = (rows[:, None, 0] == rows[None, :, 0]).astype(float) if len(rows) else np.zeros((0, 0))
    found = []
    for lag in _LAGS:
        for same in (tune.likeness, rhythm, starts):
            every = same[np.triu_indices(len(same), 1)]
            found.append(_mean(np.diagonal(same, lag)) - _mean(every) if lag < len(same) else _NEVER)
    return found


def _parallels(tune: MelodyLine) -> list[float]:
    """How like the measure four before it each of the fifth to eighth measures of a section is."""
    place = tune.in_section[tune.first_measure :] % _PLACES
    before = np.diagonal(tune.likeness, -4) if len(tune.likeness) > 4 else np.zeros(0)
    return [_mean(before[place[4 : 4 + len(before)] == wanted]) for wanted in range(4, _PLACES)]


def _rest(tune: MelodyLine) -> list[float]:
    """Where in a section long notes, and tonics and fifths, stand."""
    longest = longest_of_measures(tune)
    cycle = np.where(tune.in_section >= 0, tune.in_section % _PLACES, -1)
    first, last = _ends(tune.measure)
    measures, degrees = tune.measure[first], tune.degrees
    begins, ends = np.isin(degrees[first], (0, 7)), degrees[last] == 0
    return [
        *(_mean(longest[cycle == place]) for place in range(_PLACES)),
        *(_mean(begins[cycle[measures] == place]) for place in range(_PLACES)),
        *(_mean(ends[cycle[measures] == place]) for place in range(_PLACES)),
    ]


def _ends(measure: Ints) -> tuple[Ints, Ints]:
    """The first and the last note of each measure that has any."""
    changes = np.flatnonzero(np.diff(measure))
    return np.concatenate([[0], changes + 1]), np.append(changes, len(measure) - 1)


def _mean(values: object) -> float:
    found = np.asarray(values, dtype=np.float64)
    return float(found.mean()) if found.size else _NEVER
