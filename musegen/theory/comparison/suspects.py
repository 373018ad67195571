"""Likely slips in a human analysis, found where the notes contradict it and a small change would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.annotations.romantext.reading import beat_quarters
from musegen.theory.comparison.chord_slips import AMISS, FITS, SlipKind, wrong_chords
from musegen.theory.comparison.fits import Fits
from musegen.theory.comparison.note_time import Floats, NoteTime, note_time
from musegen.theory.comparison.umpire import scale_mask
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

_RUN, _SHORT_KEY = 3, 2
"""A run of displaced chords, and chords under one mistaken key, are at least so many."""
_CLEARLY, _COST = 0.2, 0.1
"""By how much another key must explain more, and what each chord of a displaced run must gain at least."""


class Suspect(NamedTuple):
    """A place where the human file looks wrong. Times in ticks."""

    onset: int
    end: int
    measure: str
    beat: Fraction
    kind: SlipKind
    told: str  # one clause for a person
    chord: int  # number of the first chord that it is about


def suspects(score: Score, human: Analysis, machine: Analysis | None = None) -> tuple[Suspect, ...]:
    """What looks like a slip, in the order of the piece: each chord is blamed once.

    A chord that is hardly in the notes is blamed only where the machine has one that is.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5 | c5 .\\nA: g4 g4 | g4 .\\nT: c4 b3 | e4 .\\nB: c3 f3 | c3 .\\n"
    ...                    "H: I V65 | I .")
    >>> [(slip.kind, slip.told) for slip in suspects(piece, given_analysis(piece))]
    [('inversion', 'V65 has B in the bass, but F sounds there all through: V42?')]
    """
    fits = Fits(human.chords, note_time(score), machine.chords if machine else ())
    found: list[Suspect] = []
    blamed: set[int] = set()
    for search in (_wrong_keys, _moved, _single):
        for first, last, kind, told in search(score, human, fits):
            meant = set(range(first, last))
            if not blamed & meant:
                chord, end = human.chords[first], human.chords[last - 1].end
                found.append(Suspect(chord.onset, end, chord.measure, chord.beat, kind, told, first))
                blamed |= meant
    return tuple(sorted(found))


_Found = list[tuple[int, int, SlipKind, str]]  # first chord, the one after the last, kind, clause


def _moved(score: Score, human: Analysis, fits: Fits) -> _Found:
    """Runs of chords that fit a beat or a measure earlier or later, and not where they stand."""
    if not score.measures or not human.chords:
        return []
    meter = score.measures[score.measure_index_at(human.chords[0].onset)].time_signature
    steps = {"beat": round(beat_quarters(meter) * score.ticks_per_quarter)}
    steps["measure"] = round(meter.quarters * score.ticks_per_quarter)
    found = [
        run
        for word, step in steps.items()
        for way, sign in (("later", 1), ("earlier", -1))
        for run in _runs(fits, fits.moved_by(sign * step), f"one {word} {way}")
    ]
    return sorted(found, key=lambda item: item[0] - item[1])


def _runs(fits: Fits, there: Floats, where: str) -> Iterator[tuple[int, int, SlipKind, str]]:
    """The runs that fit at another place, best first; a chord that would stand in silence there says nothing."""
    length = np.where(np.isnan(there), 0, fits.end - fits.onset)
    there = np.nan_to_num(there)
    gains = (there - fits.shares - _COST) * length
    while True:
        first, last = _best_run(gains)
        here, moved = _mean(fits.shares, length, first, last), _mean(there, length, first, last)
        if np.count_nonzero(length[first:last]) < _RUN:
            return
        gains[first:last] = -1
        if here <= AMISS and moved >= FITS:
            told = f"{last - first} chords fit {where} ({moved:.0%} of the notes instead of {here:.0%})"
            yield first, last, "moved", told


def _best_run(gains: npt.NDArray[np.float64]) -> tuple[int, int]:
    """The stretch with the greatest sum."""
    best, place, total, start = 0.0, (0, 0), 0.0, 0
    for number, gain in enumerate(gains.tolist()):
        if total <= 0:
            total, start = 0.0, number
        total += gain
        if total > best:
            best, place = total, (start, number + 1)
    return place


def _mean(shares: Floats, length: npt.NDArray[np.int64], first: int, last: int) -> float:
    total = int(length[first:last].sum())
    return float(shares[first:last] @ length[first:last]) / total if total else 0.0


def _wrong_keys(score: Score, human: Analysis, fits: Fits) -> _Found:
    """Spans of one key whose chords fit in its parallel, or a chromatic semitone away, and not in it."""
    found: _Found = []
    length = fits.end - fits.onset
    for key, group in groupby(range(len(human.chords)), key=lambda number: human.chords[number].key):
        numbers = list(group)
        first, last = numbers[0], numbers[-1] + 1
        here = _mean(fits.shares, length, first, last)
        other_mode = _wrong_mode(human.chords[first:last], key, fits.time)
        if other_mode:
            found.append((first, last, "key", other_mode))
            continue
        if len(numbers) < _SHORT_KEY or here > AMISS + 0.1:
            continue
        rivals = [(_mean(fits.read_as(chords, first), length[first:last], 0, last - first), other)
                  for other, chords in _in_other_keys(human.chords[first:last], key)]  # fmt: skip
        there, other = max(rivals, key=lambda item: item[0], default=(0.0, key))
        if there - here >= _CLEARLY and there >= min(FITS, here + 2 * _CLEARLY):
            found.append((first, last, "key", f"{key} explains {here:.0%} of the notes, {other} would {there:.0%}"))
    return found


def _wrong_mode(chords: Sequence[ChordSpan], key: Key, time: NoteTime) -> str:
    """A key of which every tonic chord is of the other mode, whose scale holds more of the notes: `f` written for F.

    One such chord, or one repeated, may be a Picardy third.
    """
    runs = [list(group) for is_tonic, group in groupby(chords, key=_is_tonic) if is_tonic]
    thirds = {chord.numeral.members[1] - chord.numeral.root for run in runs for chord in run}
    other = Key(key.tonic, not key.minor)
    if len(runs) < _SHORT_KEY or thirds != {4 if key.minor else -3}:
        return ""
    sounding = time.between(chords[0].onset, chords[-1].end)
    if sounding @ scale_mask(other) <= sounding @ scale_mask(key):
        return ""
    found, due = ("I", "i") if key.minor else ("i", "I")
    return f"in {key} every tonic chord is {found}, never {due}: {other}?"


def _is_tonic(chord: ChordSpan) -> bool:
    numeral = chord.numeral
    return numeral.degree == 1 and not numeral.applied_to and not numeral.is_cadential


def _in_other_keys(chords: Sequence[ChordSpan], key: Key) -> list[tuple[Key, list[ChordSpan]]]:
    """The same figures under another case of the key's letter, or another accidental."""
    found = []
    for shift in (0, 7, -7):
        for minor in (key.minor, not key.minor):
            other = Key(key.tonic + shift, minor)
            if other == key:
                continue
            read = [_figure_in(chord, other) for chord in chords]
            found.append((other, [chord for chord in read if chord is not None]))
    return [(other, read) for other, read in found if len(read) == len(chords)]


def _figure_in(chord: ChordSpan, key: Key) -> ChordSpan | None:
    try:
        return chord._replace(key=key, numeral=parse_numeral(chord.numeral.figure, minor=key.minor))
    except UsageError:
        return None


def _single(score: Score, human: Analysis, fits: Fits) -> _Found:
    return [(number, number + 1, kind, told) for number, kind, told in wrong_chords(score, fits)]
