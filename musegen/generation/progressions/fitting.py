"""What a tune asks of chords set over it: which of its notes belong to them, and where its phrases close.

A note outside its chord is explained where it goes on by step into a note of the chord: passing and neighbouring notes
between beats, appoggiaturas and suspensions on them (Kostka & Payne, *Tonal Harmony*, chs. 11 and 12). An accent that
is not so explained never stands a semitone beside a note of the chord's triad: that is a law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable, Rows
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
_REPEATED = 3
"""A note goes on past so many repetitions of itself at the most."""
_TRIAD = 3
"""Members of a chord that a melody does not stand a semitone beside: root, third and fifth come first."""
_CHROMATIC = 1.6
"""So much more speaks a note outside the key."""
_CROSS, _CROSS_BESIDE, _BESIDE = 1.5, 0.9, 2
"""Nats for a member of a chord that is foreign to the scale, and on whose letter the tune sings the note of the scale
(E flat and E, minor's two sevenths): in the same slot, and so many slots beside it."""
_LONGEST_PHRASE, _USUAL_PHRASE = 8, 4
"""Measures: where no sign ends a phrase for longer, every fourth measure may."""


class Fit(NamedTuple):
    """What a tune asks of its slots."""

    foreign: Floats64  # (slot, chord): what its notes say against each chord, in nats
    clashes: Bools  # (slot, chord): an accented note, which nothing explains, a semitone beside root, third or fifth
    closes: Floats64  # (slot,): 1 where the last note of a phrase begins, .5 where one probably does, else 0
    held: Bools  # (slot,): the last note of a phrase goes on
    last: int  # the slot in which the last note begins


def fit_of(score: Score, slots: list[Slot], key: Key, chords: Sequence[tuple[int, ...]]) -> Fit:
    """The fit of slots to chords, each its members on the line of fifths above the tonic of `key`, root first.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.songs.slots import slots_of
    >>> tune = parse_grid("meter: 2/4\\nS: e-5 d5 | c5 .")
    >>> minor, major = (0, -3, 1), (0, 4, 1)
    >>> found = fit_of(tune, slots_of(tune, "measure"), Key.parse("c"), [minor, major])
    >>> found.closes.tolist(), found.clashes.tolist()
    ([0.0, 1.0], [[False, True], [False, False]])
    """
    line = top_line(score)
    onsets = np.array([slot.onset for slot in slots])
    closes, held = _phrases(score, slots, onsets)
    last = int(np.searchsorted(onsets, int(line["onset"].max()), side="right")) - 1
    foreign, clashes = _against(score, line, slots, key, chords)
    return Fit(foreign, clashes, closes, held, max(last, 0))


class _Sung(NamedTuple):
    """A note of the tune inside a slot."""

    place: int  # semitones above the tonic
    quarters: float
    strength: int  # 0 between beats, 1 on a beat, 2 on the downbeat
    is_accented: bool  # it is heard by itself: on a downbeat, with a new chord, or on a beat and as long
    lasts: float  # quarters, beyond the slot too
    goes_to: int  # semitones above the tonic, by step; -1: by a leap, or to nothing
    rises: bool  # it goes on upwards: an appoggiatura that rises goes into the triad


def _against(
    score: Score, line: NoteTable, slots: list[Slot], key: Key, chords: Sequence[tuple[int, ...]]
) -> tuple[Floats64, Bools]:
    """(slot, chord) each: what notes say against chords, and where they clash."""
    scale = {7 * tone % 12 for tone in scale_tones(minor=key.minor)}
    held = np.array([np.isin(range(12), [7 * tone % 12 for tone in members]) for members in chords])
    triads = np.array([np.isin(range(12), [7 * tone % 12 for tone in members[:_TRIAD]]) for members in chords])
    beside = ~held & (np.roll(triads, 1, axis=1) | np.roll(triads, -1, axis=1))
    found, clashes = np.zeros((len(slots), len(chords))), np.zeros((len(slots), len(chords)), dtype=np.bool_)
    for number, slot in enumerate(slots):
        for note in _sung(score, line, slot, key):
            plain = _PLAIN[note.strength] + _QUARTER * min(note.quarters, 4)
            plain *= 1.0 if note.place in scale else _CHROMATIC
            lesser = min(_EXPLAINED[note.strength] * max(note.quarters, 0.5), plain)
            resolves = held[:, note.goes_to] & (note.goes_to >= 0) & (note.quarters <= _LONGEST_LEANING)
            found[number] += np.where(held[:, note.place], 0.0, np.where(resolves, lesser, plain))
            leans = (triads if note.rises else held)[:, note.goes_to] & (note.goes_to >= 0)
            leans = leans & (note.lasts <= _LONGEST_LEANING)
            clashes[number] |= beside[:, note.place] & ~leans & note.is_accented
    return found + _crossed(slots, key, chords), clashes


def _crossed(slots: list[Slot], key: Key, chords: Sequence[tuple[int, ...]]) -> Floats64:
    """(slot, chord): what cross relations between tune and chord cost."""
    scale = set(scale_tones(minor=key.minor))
    sung = np.stack([np.roll(slot.sung[0], -(7 * key.tonic % 12)) > 0 for slot in slots])
    beside = np.zeros_like(sung)
    for away in range(1, _BESIDE + 1):
        beside[away:] |= sung[:-away]
        beside[:-away] |= sung[away:]
    found = np.zeros((len(slots), len(chords)))
    for column, members in enumerate(chords):
        for tone in set(members) - scale:
            here = _sings(sung, tone, scale)
            found[:, column] += np.where(here, _CROSS, _CROSS_BESIDE * _sings(beside, tone, scale))
    return found


def _sings(sung: Bools, tone: int, scale: set[int]) -> Bools:
    """(slot,): a note of the key on the letter of this one is sung, and this one is not."""
    others = [7 * other % 12 for other in (tone - 7, tone + 7) if other in scale]
    return np.asarray(sung[:, others].any(axis=1) & ~sung[:, 7 * tone % 12])


def _sung(score: Score, line: NoteTable, slot: Slot, key: Key) -> Iterator[_Sung]:
    rows, tonic = line.rows, 7 * key.tonic
    for row in np.flatnonzero((rows["onset"] < slot.end) & (rows["onset"] + rows["duration"] > slot.onset)).tolist():
        begin, end = int(rows["onset"][row]), int(rows["onset"][row] + rows["duration"][row])
        pitch, begin = int(rows["pitch"][row]), max(begin, slot.onset)
        goes_to = (after - tonic) % 12 if abs((after := _after(rows, row)) - pitch) in (1, 2) else -1
        ticks, strength = min(end, slot.end) - begin, _strength(score, begin)
        pulse = score.ticks(score.measures[score.measure_index_at(begin)].time_signature.pulse_quarters)
        accented = strength > 0 and (begin == slot.onset or strength > 1 or ticks >= pulse)
        quarters, lasts = ticks / score.ticks_per_quarter, (end - begin) / score.ticks_per_quarter
        yield _Sung((pitch - tonic) % 12, quarters, strength, accented, lasts, goes_to, after > pitch)


def _after(rows: Rows, row: int) -> int:
    """The pitch that a note goes on to, past its own repetitions."""
    pitch = int(rows["pitch"][row])
    for after in range(row + 1, min(row + 1 + _REPEATED, len(rows))):
        if rows["pitch"][after] != pitch:
            return int(rows["pitch"][after])
    return pitch


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
        closes[_between(score, slots, before, after)] = 0.5
    return closes, held


def _between(score: Score, slots: list[Slot], before: int, after: int) -> list[int]:
    """The slots where phrases probably end between two that surely do: in every fourth measure, where that is even."""
    firsts = [number for number in range(before + 1, after + 1) if slots[number].stress]
    firsts = [number for number in firsts if not score.measures[score.measure_index_at(slots[number].onset)].is_pickup]
    if len(firsts) < _LONGEST_PHRASE:
        return []
    return [firsts[place] for place in range(_USUAL_PHRASE - 1, len(firsts) - 2, _USUAL_PHRASE)]
