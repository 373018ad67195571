"""What is told of a melody where sets of them are compared: pitches, lengths, meter, form; a function each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from musegen.evaluation.melodies.lines import Floats, Ints, MelodyLine
from musegen.features.counting import parts

LENGTHS = (0.125, 0.25, 1 / 3, 0.375, 0.5, 2 / 3, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Note values in quarters; others count for the nearest, by ratio."""
LAGS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Measures between two that are compared."""
CYCLE = 8
"""Measures after which places in a tune are taken for the same."""
SEGMENTS = 8
_LEVELS = 7
_LONG = 1.5
"""Times the middle note that a note must last to close something."""
_WIDEST = 12


class Description(NamedTuple):
    """One thing that is told of a melody, as one number or several."""

    name: str
    what: str
    dims: tuple[str, ...]
    tell: Callable[[MelodyLine], Floats]


def pitch_count(tune: MelodyLine) -> Floats:
    """How many different pitches."""
    return np.array([len(set(tune.pitch.tolist()))], dtype=np.float64)


def pitch_range(tune: MelodyLine) -> Floats:
    """Semitones from the lowest note to the highest."""
    return np.array([np.ptp(tune.pitch)], dtype=np.float64)


def pitch_classes(tune: MelodyLine) -> Floats:
    """Shares of the twelve pitch classes, by time."""
    return parts(np.bincount(tune.pitch % 12, tune.length, minlength=12))


def scale_degrees(tune: MelodyLine) -> Floats:
    """Shares of the twelve semitones over the tonic, by time."""
    return parts(np.bincount(tune.degrees, tune.length, minlength=12))


def degree_pairs(tune: MelodyLine) -> Floats:
    """Shares of successions of two scale degrees, in semitones over the tonic."""
    return _shares(tune.degrees[:-1] * 12 + tune.degrees[1:], 144)


def interval_shares(tune: MelodyLine) -> Floats:
    """Shares of melodic intervals from an octave down to an octave up."""
    return _shares(np.clip(tune.intervals, -_WIDEST, _WIDEST) + _WIDEST, 2 * _WIDEST + 1)


def note_lengths(tune: MelodyLine) -> Floats:
    """Shares of note values."""
    return _shares(_length_codes(tune.length), len(LENGTHS))


def length_pairs(tune: MelodyLine) -> Floats:
    """Shares of successions of two note values."""
    codes = _length_codes(tune.length)
    return _shares(codes[:-1] * len(LENGTHS) + codes[1:], len(LENGTHS) ** 2)


def density(tune: MelodyLine) -> Floats:
    """Notes a measure."""
    whole = (tune.grid.length / tune.grid.levels[:, 0]).sum()
    return np.array([len(tune.pitch) / whole if whole else 0.0])


def beat_strengths(tune: MelodyLine) -> Floats:
    """Shares of notes that begin on a barline, on the levels below it, and off them all; and of the time they sound."""
    level = np.minimum(tune.grid.level, _LEVELS - 1)
    return np.concatenate([_shares(level, _LEVELS), parts(np.bincount(level, tune.length, minlength=_LEVELS))])


def rests(tune: MelodyLine) -> Floats:
    """The share of time that is silent between notes, and the share of notes that a rest follows."""
    gaps = np.maximum(tune.step - tune.length, 0)
    return np.array([gaps.sum() / tune.step.sum(), (gaps > 0).mean()])


def repetition(tune: MelodyLine) -> Floats:
    """How much of the tune is heard before: the mean likeness of measures to the earlier one that is most like each."""
    if len(tune.likeness) < 2:
        return np.zeros(1)
    earlier = np.tril(tune.likeness, -1)[1:]
    return np.array([earlier.max(axis=1).mean()])


def form(tune: MelodyLine) -> Floats:
    """The mean likeness of measures that lie 1, 2, 3, 4, 6, 8, 12, 16 apart; of all, where the tune is shorter."""
    same = tune.likeness
    if len(same) < 2:
        return np.zeros(len(LAGS))
    every = same[np.triu_indices(len(same), 1)].mean()
    return np.array([np.diagonal(same, lag).mean() if lag < len(same) else every for lag in LAGS])


def cadence_places(tune: MelodyLine) -> Floats:
    """How long the longest note is in the first to eighth of every eight measures of a section, against all measures.

    In parts of a measure, the rest after a note counted with it: where a tune comes to rest.
    """
    longest = longest_of_measures(tune)
    cycle = tune.in_section % CYCLE
    found = np.zeros(CYCLE)
    kept = (tune.in_section >= 0) & (longest > 0)
    if kept.any():
        sums = np.bincount(cycle[kept], longest[kept] - longest[kept].mean(), minlength=CYCLE)
        found = sums / np.maximum(np.bincount(cycle[kept], minlength=CYCLE), 1)
    return found


def longest_of_measures(tune: MelodyLine) -> Floats:
    """(measures,): the time to the next onset of the longest note that begins in each, in whole measures; 0 in none."""
    found = np.zeros(len(tune.grid.onset))
    whole = tune.grid.full_of_note / tune.score.ticks_per_quarter
    np.maximum.at(found, tune.measure, tune.step / whole)
    return found


def cadence_degrees(tune: MelodyLine) -> Floats:
    """On which degrees long notes and notes before rests stand: shares of semitones over the tonic."""
    return _shares(tune.degrees[closing_notes(tune)], 12)


def contour(tune: MelodyLine) -> Floats:
    """Semitones over the tune's mean pitch in each eighth of its time."""
    middle = tune.onset + tune.step / 2
    where = np.minimum((SEGMENTS * (middle - tune.onset[0]) / tune.step.sum()).astype(np.int64), SEGMENTS - 1)
    time = np.bincount(where, tune.length, minlength=SEGMENTS)
    mean = np.average(tune.pitch, weights=tune.length)
    sums = np.bincount(where, tune.length * (tune.pitch - mean), minlength=SEGMENTS)
    return np.divide(sums, time, out=np.zeros(SEGMENTS), where=time > 0)


def closing_notes(tune: MelodyLine) -> Ints:
    """The notes that close something: begun on a strong level, half as long again as the middle note and as the next.

    The last note is always one. What counts is the time to the next onset, so a rest makes a note close as well.

    >>> from musegen.evaluation.melodies.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> music = "meter: 4/4; unit: 1/8\\nS: c5 d5 e5 f5 g5 . . r | c5 d5 e5 d5 c5 . . ."
    >>> closing_notes(line_of(parse_grid(music))).tolist()
    [4, 9]
    """
    step, following = tune.step, np.append(tune.step[1:], 0.0)
    strong = tune.grid.level <= 2
    closes = strong & (step >= _LONG * np.median(step)) & (step >= _LONG * following)
    closes[-1] = True
    return np.flatnonzero(closes)


def _length_codes(lengths: Floats) -> Ints:
    return np.asarray(np.abs(np.log2(lengths)[:, None] - np.log2(np.array(LENGTHS))).argmin(axis=1))


def _shares(codes: Ints, size: int) -> Floats:
    counts = np.bincount(codes, minlength=size)
    return np.asarray(counts / max(counts.sum(), 1))


_TWELVE = tuple(map(str, range(12)))
_VALUES = tuple(f"{length:.3g}" for length in LENGTHS)
DESCRIPTIONS = tuple(
    Description(name, " ".join((tell.__doc__ or "").split()), tuple(dims), tell)
    for name, tell, dims in (
        ("pitch count", pitch_count, [""]),
        ("pitch range", pitch_range, [""]),
        ("pitch classes", pitch_classes, _TWELVE),
        ("scale degrees", scale_degrees, _TWELVE),
        ("degree pairs", degree_pairs, [f"{a}-{b}" for a in _TWELVE for b in _TWELVE]),
        ("intervals", interval_shares, [str(size) for size in range(-_WIDEST, _WIDEST + 1)]),
        ("note lengths", note_lengths, _VALUES),
        ("length pairs", length_pairs, [f"{a}-{b}" for a in _VALUES for b in _VALUES]),
        ("density", density, [""]),
        ("beat strengths", beat_strengths, [f"{kind} {n}" for kind in ("notes", "time") for n in range(_LEVELS)]),
        ("rests", rests, ["time", "notes"]),
        ("repetition", repetition, [""]),
        ("form", form, [f"lag {lag}" for lag in LAGS]),
        ("cadence places", cadence_places, [f"measure {n}" for n in range(1, CYCLE + 1)]),
        ("cadence degrees", cadence_degrees, _TWELVE),
        ("contour", contour, [f"part {n}" for n in range(1, SEGMENTS + 1)]),
    )
)
"""All that is told, in the order of the report."""


def described(tunes: Sequence[MelodyLine], description: Description) -> Floats:
    """(tunes, dims): one description of each, NaN nowhere."""
    rows = np.array([description.tell(tune) for tune in tunes], dtype=np.float64)
    return np.nan_to_num(rows.reshape(len(tunes), len(description.dims)))
