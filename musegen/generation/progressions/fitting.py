"""What a tune asks of chords set over it: which of its notes belong to them, and where its phrases close.

A note outside its chord is explained where it goes on by step into a note of the chord: passing and neighbouring notes
between beats, appoggiaturas and suspensions on them (Kostka & Payne, *Tonal Harmony*, chs. 11 and 12).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.theory.form.phrases import phrase_end_notes, top_line
from musegen.theory.keys import Key, scale_tones
from musegen.theory.progressions.chords import Bools, Ints
from musegen.theory.songs.slots import Slot

Floats64 = npt.NDArray[np.float64]

_PLAIN, _QUARTER = (0.6, 1.4, 1.8), 0.6
"""Nats for a note that nothing explains: between beats, on a beat, on the downbeat; and for each quarter of it."""
_EXPLAINED = (0.1, 0.6, 0.9)
"""Nats a quarter for one that is explained."""
_LONGEST_LEANING = 2
"""Quarters that such a note lasts at most."""
_CHROMATIC = 1.6
"""So much more speaks a note outside the key."""
_LONGEST_PHRASE, _USUAL_PHRASE = 8, 4
"""Measures: where no sign ends a phrase for longer, every fourth measure may."""


class Fit(NamedTuple):
    """What a tune asks of its slots."""

    foreign: Floats64  # (slot, chord): what its notes say against each chord, in nats
    closes: Floats64  # (slot,): 1 where the last note of a phrase begins, .5 where one probably does, else 0
    held: Bools  # (slot,): the last note of a phrase goes on
    last: int  # the slot in which the last note begins


def fit_of(score: Score, slots: list[Slot], key: Key, chords: Bools) -> Fit:
    """The fit of slots to chords; `chords` is (chord, pitch class), from the tonic of `key`.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.songs.slots import slots_of
    >>> tune = parse_grid("meter: 2/4\\nS: e5 d5 | c5 .")
    >>> one, five = np.isin(range(12), (0, 4, 7)), np.isin(range(12), (7, 11, 2))
    >>> found = fit_of(tune, slots_of(tune, "measure"), Key.parse("C"), np.stack([one, five]))
    >>> found.closes.tolist(), bool((found.foreign[:, 0] < found.foreign[:, 1]).all())
    ([0.0, 1.0], True)
    """
    line = top_line(score)
    onsets = np.array([slot.onset for slot in slots])
    closes, held = _phrases(score, slots, onsets)
    last = int(np.searchsorted(onsets, int(line["onset"].max()), side="right")) - 1
    return Fit(_foreign(score, line, slots, key, chords), closes, held, max(last, 0))


class _Sung(NamedTuple):
    """A note of the tune inside a slot."""

    place: int  # semitones above the tonic
    quarters: float
    strength: int  # 0 between beats, 1 on a beat, 2 on the downbeat
    goes_to: int  # semitones above the tonic, by step; -1: by a leap, or to nothing


def _foreign(score: Score, line: NoteTable, slots: list[Slot], key: Key, chords: Bools) -> Floats64:
    scale = {7 * tone % 12 for tone in scale_tones(minor=key.minor)}
    found = np.zeros((len(slots), len(chords)))
    for number, slot in enumerate(slots):
        for note in _sung(score, line, slot, key):
            plain = _PLAIN[note.strength] + _QUARTER * min(note.quarters, 4)
            plain *= 1.0 if note.place in scale else _CHROMATIC
            lesser = min(_EXPLAINED[note.strength] * max(note.quarters, 0.5), plain)
            resolves = chords[:, note.goes_to] & (note.goes_to >= 0) & (note.quarters <= _LONGEST_LEANING)
            found[number] += np.where(chords[:, note.place], 0.0, np.where(resolves, lesser, plain))
    return found


def _sung(score: Score, line: NoteTable, slot: Slot, key: Key) -> Iterator[_Sung]:
    rows, tonic = line.rows, 7 * key.tonic
    for row in np.flatnonzero((rows["onset"] < slot.end) & (rows["onset"] + rows["duration"] > slot.onset)).tolist():
        begin, end = int(rows["onset"][row]), int(rows["onset"][row] + rows["duration"][row])
        pitch, begin = int(rows["pitch"][row]), max(begin, slot.onset)
        after = int(rows["pitch"][row + 1]) if row + 1 < len(rows) else pitch
        goes_to = (after - tonic) % 12 if abs(after - pitch) in (1, 2) else -1
        quarters = (min(end, slot.end) - begin) / score.ticks_per_quarter
        yield _Sung((pitch - tonic) % 12, quarters, _strength(score, begin), goes_to)


def _strength(score: Score, onset: int) -> int:
    measure = score.measures[score.measure_index_at(onset)]
    pulse = score.ticks(measure.time_signature.pulse_quarters)
    first = measure.onset + measure.length % pulse if measure.is_pickup else measure.onset
    return int((onset - first) % pulse == 0) + int(onset == first and not measure.is_pickup)


def _phrases(score: Score, slots: list[Slot], onsets: Ints) -> tuple[Floats64, Bools]:
    closes, held = np.zeros(len(slots)), np.zeros(len(slots), dtype=np.bool_)
    for onset, end in phrase_end_notes(score):
        at = max(int(np.searchsorted(onsets, onset, side="right")) - 1, 0)
        closes[at] = 1.0
        held |= (onsets > onset) & (onsets < end)
    marked = np.flatnonzero(closes).tolist()
    for before, after in pairwise([-1, *marked]):
        closes[_between(slots, before, after)] = 0.5
    return closes, held


def _between(slots: list[Slot], before: int, after: int) -> list[int]:
    """The slots where phrases probably end between two that surely do: in every fourth measure, where that is even."""
    firsts = [number for number in range(before + 1, after + 1) if slots[number].stress]
    if len(firsts) < _LONGEST_PHRASE:
        return []
    return [firsts[place] for place in range(_USUAL_PHRASE - 1, len(firsts) - 2, _USUAL_PHRASE)]
