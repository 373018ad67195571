"""What the critic of tunes looks at: a tune as one row of numbers, from its columns alone, in a few milliseconds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from musegen.features.counting import entropy, mean, shares
from musegen.generation.tunes.figures import directions, interval_shares, move_pairs, runs, shapes
from musegen.generation.tunes.line import LENGTH_CLASSES, Line, length_class, means_by
from musegen.theory.tunes.symbols import GRID

Floats = npt.NDArray[np.float64]
_CYCLE = 8
"""Measures after which places in a section are taken for the same."""
_LAGS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Measures between two that are compared."""
_CONTRASTED = (1, 2, 4, 8)
"""Those of which it is told, too, how much more alike they are than any two."""
_SEGMENTS, _PARTS = 8, 16
_LONG = 1.5
"""Times the middle note that a note lasts which closes something."""
_SUBDIVISIONS = 5
"""Classes of places in a measure: its beginning, its half, pulses, beats, halves of beats; all others are the last."""


def traits(line: Line) -> Floats:
    """(columns,): shares, means and entropies of pitches, moves, lengths, places in the measure, form and closes.

    NaN where a tune has nothing that a number could tell of. What depends on nothing but the request, such as the key
    and the meter, is left out.
    """
    return np.concatenate([np.asarray(tell(line), dtype=np.float64) for tell in _ALL])


def _pitches(line: Line) -> list[float]:
    pitch, weights = line.pitch, line.length
    by_time = shares(line.pitch % 12, 12, weights)
    each = np.sort(shares(pitch - pitch.min(), 1))[::-1]
    last, middle = pitch[-1], float(np.average(pitch, weights=weights))
    low, half, high = np.percentile(pitch, [10, 50, 90]).tolist()
    return [
        *by_time, *shares(pitch % 12, 12), *shares(pitch[line.is_first] % 12, 12), *np.sort(by_time)[:5:-1],
        each[0], each[:2].sum(), entropy(each), entropy(by_time), len(set(pitch.tolist())), np.ptp(pitch),
        np.ptp(line.place), middle - last, pitch.std(), np.average(pitch < last, weights=weights), half - last,
        mean(abs(pitch - half)), high - low, *_altered(line), pitch.max() - middle, middle - pitch.min(),
        mean(pitch == pitch.max()), mean(pitch == pitch.min()), np.argmax(pitch) / len(pitch),
        np.argmin(pitch) / len(pitch),
    ]  # fmt: skip


def _altered(line: Line) -> list[float]:
    """Of each scale degree, and of all notes, the share that is raised or lowered."""
    return [*np.nan_to_num(means_by(line.degree, line.alter != 0, 7)), mean(line.alter != 0)]


def _degree_pairs(line: Line) -> Floats:
    return shares(line.degree[:-1] * 7 + line.degree[1:], 49)


def _lengths(line: Line) -> list[float]:
    kinds, relative = length_class(line.length), length_class(line.length * 24 / np.median(line.length))
    ratio = np.log2(line.step[1:] / line.step[:-1])
    halves, wholes = np.rint(2 * ratio).astype(np.int64), np.rint(ratio).astype(np.int64)
    fine, coarse, longer = np.clip(halves, -4, 4) + 4, np.clip(wholes, -2, 2) + 2, np.sign(halves) + 1
    count = LENGTH_CLASSES
    return [
        *shares(kinds, count), *shares(kinds[:-1] * count + kinds[1:], count**2), *shares(fine, 9),
        *shares(coarse[:-1] * 5 + coarse[1:], 25), *shares(longer[:-2] * 9 + longer[1:-1] * 3 + longer[2:], 27),
        *shares(relative, count), mean(abs(np.diff(line.step)) / (line.step[1:] + line.step[:-1])),
        entropy(shares(kinds, count)), line.length.max() / GRID, line.length.min() / GRID,
        line.length.std() / line.length.mean(), len(set(kinds.tolist())), len(kinds) / line.tune.bars,
        len(kinds) * GRID / max(line.tune.end, 1),
    ]  # fmt: skip


def _meter(line: Line) -> list[float]:
    bar, meter = line.tune.bar, line.tune.meter
    pulse, beat = int(meter.pulse_quarters * GRID), int(meter.beat_quarters * GRID)
    at = line.onset % bar
    level = np.select([at == 0, at * 2 % bar == 0, at % pulse == 0, at % beat == 0, at * 2 % beat == 0],
                      range(_SUBDIVISIONS), _SUBDIVISIONS)  # fmt: skip
    size = _SUBDIVISIONS + 1
    silent = np.maximum(line.step - line.length, 0)
    over = line.onset // pulse * pulse + pulse < line.onset + line.step
    counts = np.bincount(line.bar[line.bar >= 0], minlength=line.tune.bars)
    again = np.sort(shares(line.rhythm_number, 1))[::-1]
    return [
        *shares(level, size), *shares(level, size, line.length), *shares(at * _PARTS // bar, _PARTS),
        *means_by(level, line.step / bar, size), *means_by(level[1:], abs(line.moves), size),
        silent.sum() / line.step.sum(), mean(silent > 0), mean(over), counts.std(), counts.max(), counts.min(),
        len(again) / line.tune.bars, again[0], entropy(again),
    ]  # fmt: skip


def _form(line: Line) -> list[float]:
    found: list[float] = []
    bars = line.tune.bars
    earlier = np.tril(line.same, -1)[1:].max(axis=1) if bars > 1 else np.zeros(1)
    found += [mean(earlier), mean(earlier == 1), mean(earlier < 0.3), mean((earlier >= 0.5) & (earlier < 1))]
    every = np.triu_indices(bars, 1)
    for alike in (line.same, line.same_rhythm, line.same_start):
        usual = mean(alike[every])
        lags = {lag: mean(np.diagonal(alike, lag)) for lag in _LAGS}
        found += [usual, *lags.values(), *(lags[lag] - usual for lag in _CONTRASTED)]
    place = line.since % _CYCLE
    before = np.diagonal(line.same, -_CYCLE // 2)
    later = place[_CYCLE // 2 : _CYCLE // 2 + len(before)]
    return [*found, *means_by(later, before, _CYCLE)[_CYCLE // 2 :], *_last_section(line)]


def _last_section(line: Line) -> list[float]:
    """How like the first section the last one is: measure by measure at best, and any two; NaN where there is one."""
    section = np.cumsum(line.since == 0)
    alike = line.same[np.ix_(section == section[-1], section == 1)] if section[-1] > 1 else np.zeros((0, 0))
    return [mean(alike.max(axis=1)) if alike.size else np.nan, mean(alike.ravel())]


def _closes(line: Line) -> list[float]:
    """Where in a section long notes, tonics and fifths stand; on which degrees it rests; how it begins, ends."""
    bars, bar = line.tune.bars, line.tune.bar
    here = np.clip(line.bar, 0, bars - 1)
    longest = np.zeros(bars)
    np.maximum.at(longest, here, line.step / bar)
    cycle = line.since % _CYCLE
    is_last = np.append(line.is_first[1:], True)
    begins, ends = cycle[here[line.is_first]], cycle[here[is_last]]
    closing = (line.onset * 2 % bar == 0) & (line.step >= _LONG * np.median(line.step))
    closing &= line.step >= _LONG * np.append(line.step[1:], 0)
    closing[-1] = True
    degree = line.degree
    return [
        *means_by(cycle, longest, _CYCLE), *means_by(begins, np.isin(degree[line.is_first], (0, 4)), _CYCLE),
        *means_by(ends, degree[is_last] == 0, _CYCLE), *shares(line.pitch[closing] % 12, 12), mean(closing),
        *np.eye(7)[degree[0]], *np.eye(7)[degree[-2]], *np.eye(7)[degree[-3]], np.clip(line.moves[-1], -5, 5),
        line.length[-1] / bar,
    ]  # fmt: skip


def _contour(line: Line) -> list[float]:
    """Heights of eighths of the tune over its mean; moves over barlines and inside; how far measures reach."""
    middle = line.onset - line.onset[0] + line.step / 2
    segment = np.minimum(_SEGMENTS * middle // line.step.sum(), _SEGMENTS - 1).astype(np.int64)
    height = line.pitch - np.average(line.pitch, weights=line.length)
    each = np.nan_to_num(means_by(segment, height, _SEGMENTS))
    sizes, across = abs(line.intervals), line.is_first[1:]
    measures = np.split(line.place, np.flatnonzero(line.is_first)[1:])
    reach = np.array([int(places.max() - places.min()) for places in measures])
    heights = np.array([float(places.sum()) / len(places) for places in measures])
    return [
        *each, mean(sizes[across]), mean(sizes[~across]), mean(sizes[across] == 0), mean(abs(np.diff(heights))),
        mean(reach), float(reach.std()), float(reach.max()),
    ]  # fmt: skip


_Tell = Callable[[Line], Floats | list[float]]
_ALL: tuple[_Tell, ...] = (
    _pitches, _degree_pairs, interval_shares, move_pairs, directions, shapes, runs, _lengths, _meter, _form, _closes,
    _contour,
)  # fmt: skip
