"""A tune as columns: its notes and rests in symbols, where its bars and sections begin, its home and its meter.

This is what networks read and write. Judges of made melodies read `evaluation.melodies.lines` instead, from the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from musegen.errors import MalformedScore
from musegen.score.meter import TimeSignature
from musegen.score.model import Measure, Score
from musegen.score.table import Flag, NoteTable
from musegen.theory.tunes.symbols import END, GRID, LENGTHS, METERS, MODES, REST, Home, Ints, home_of

_LENGTH_OF = {length: number for number, length in enumerate(LENGTHS)}
_OTHER_TONICS = ("mixolydian", "dorian", "minor")
FEWEST = 4
"""Notes that a tune has at least."""


class Section(NamedTuple):
    """A part of a tune between double bars or repeat signs. Times in parts of the grid."""

    onset: int
    end: int
    is_repeated: bool


class Tune(NamedTuple):
    """One line: a row an event, which is a note or a rest.

    Times are parts of the grid (`GRID` a quarter) from the first full bar, so that a bar begins wherever the length of
    a bar divides the time; what a pickup has lies before 0.
    """

    symbol: Ints  # (events,): REST or a note's
    length: Ints  # (events,): place in LENGTHS
    onset: Ints  # (events,)
    end: int
    home: Home
    meter: TimeSignature
    sections: tuple[Section, ...]

    @property
    def bar(self) -> int:
        """The length of a full bar."""
        return int(self.meter.quarters * GRID)

    @property
    def bars(self) -> int:
        """How many bars it has, the pickup not counted and a last one that a pickup completes counted."""
        return -(-self.end // self.bar)

    @property
    def is_note(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(events,): what is no rest."""
        return self.symbol > REST


def tune_of(score: Score, fewest: int = FEWEST, home: Home | None = None) -> Tune:
    """The top line of the first part as a tune of so many notes or more.

    Grace notes and what sounds below the top line are left out. Where a key signature says major and the tune ends
    on another degree that it also dwells on more, that degree is the tonic: `K:D` is often written for E dorian. A
    `home` with the signature of the score is taken as it is.

    Raises:
        MalformedScore: it changes its meter or key signature, has a length or note that symbols do not know, or too few
            notes.

    >>> from musegen.score.textgrid import parse_grid
    >>> tune = tune_of(parse_grid("key: G; meter: 3/4; pickup: 1\\nS: d4 | g4 b4 d5 | g4 . r"))
    >>> tune.onset.tolist(), tune.bars, tune.home.mode
    ([-24, 0, 24, 48, 72, 120], 2, 1)
    """
    meter = _the_meter(score)
    times = _BarTimes(score, meter)
    notes = _top_line(score.notes.sounding())
    if len(notes) < fewest:
        raise _refused(score, f"{len(notes)} notes are too few", f"{fewest} are needed")
    home = _home(score, notes, home)
    rows = notes.rows
    begin = times.of(rows["onset"])
    stop = np.minimum(times.of(rows["onset"] + rows["duration"]), np.append(begin[1:], np.iinfo(np.int64).max))
    symbols = [home.symbol(int(row["pitch"]), int(row["fifths"])) for row in rows]
    if END in symbols:
        raise _refused(
            score, "a note lies too far from the tonic", "tunes have three octaves", rows["onset"][symbols.index(END)]
        )
    bar = int(meter.quarters * GRID)
    symbol, onset, length = _with_rests(np.array(symbols), begin, stop, times.start, times.end, bar)
    known = [_LENGTH_OF.get(int(value), -1) for value in length]
    if -1 in known:
        told = f"a length of {int(length[known.index(-1)])}/{GRID} of a quarter is none that tunes have"
        raise _refused(score, told, "binary lengths and triplets are")
    return Tune(symbol, np.array(known), onset, times.end, home, meter, _sections(score, times))


def tune_times(score: Score, onsets: Sequence[int]) -> list[int]:
    """Ticks of a score in the time of its tune."""
    found: list[int] = _BarTimes(score, _the_meter(score)).of(np.array(onsets, dtype=np.int64)).tolist()
    return found


class _BarTimes:
    """From ticks to the time of a tune, in which bars stand in line even where a section begins with an upbeat."""

    def __init__(self, score: Score, meter: TimeSignature) -> None:
        full = score.ticks(meter.quarters)
        self._grid = score.ticks_per_quarter // GRID
        self._onsets = np.array([measure.onset for measure in score.measures], dtype=np.int64)
        self._shift = np.zeros(len(score.measures), dtype=np.int64)
        bar, filled = 0, 0  # the number of the bar, and how much of it has been
        for number, measure in enumerate(score.measures):
            if measure.length > full:
                raise _refused(score, f"measure {measure.number} is longer than its meter", "split it")
            if filled + measure.length > full:
                bar, filled = bar + 1, 0
            if not filled and measure.length < full and _begins_section(score.measures, number):
                bar, filled = bar - (number == 0), full - measure.length
            self._shift[number] = bar * full + filled - measure.onset
            filled += measure.length
            if filled == full:
                bar, filled = bar + 1, 0
        self.start = int(self.of(np.array([0]))[0])
        last = score.measures[-1]
        self.end = int(last.onset + last.length + self._shift[-1]) // self._grid

    def of(self, ticks: Ints) -> Ints:
        """(...): in parts of the grid."""
        place = np.searchsorted(self._onsets, ticks, side="right") - 1
        return (ticks + self._shift[place]) // self._grid


def _the_meter(score: Score) -> TimeSignature:
    stated = [measure.time_signature for measure in score.measures]
    meters = set(stated)
    if len(meters) != 1 or not meters <= set(METERS):
        told = " and ".join(sorted(map(str, meters))) or "no meter"
        hint = f"meters are {', '.join(map(str, METERS))}"
        raise _refused(score, f"{told} is not one meter of tunes", hint, _change(stated, score))
    return meters.pop()


def _change(values: Sequence[object], score: Score) -> int | None:
    """Where the first measure begins that has another value than the one before; the beginning, where none has."""
    places = (number for number, (before, here) in enumerate(pairwise(values), start=1) if before != here)
    return score.measures[next(places, 0)].onset if values else None


def _begins_section(measures: tuple[Measure, ...], number: int) -> bool:
    if number == 0 or measures[number].repeat_start:
        return True
    before = measures[number - 1]
    return before.repeat_end or bool(before.barline)


def _top_line(notes: NoteTable) -> NoteTable:
    """Of the first part what sounds highest, a note an onset, from the notes that have a pitch and a length."""
    rows = notes.rows
    heard = (rows["part"] == 0) & (rows["duration"] > 0) & ~notes.has(Flag.GRACE) & ~notes.has(Flag.UNPITCHED)
    rows = rows[heard]
    rows = rows[np.lexsort((-rows["pitch"], rows["onset"]))]
    first = np.diff(rows["onset"], prepend=-1) != 0
    return NoteTable(rows[first].copy())


def _home(score: Score, notes: NoteTable, asked: Home | None) -> Home:
    """What is asked for; else the tonic of the key signature, or of the last note where the tune dwells on it more."""
    signatures = [measure.key_signature.fifths for measure in score.measures]
    if len(set(signatures)) > 1:
        raise _refused(score, "the key signature changes", "tunes have one", _change(signatures, score))
    signature = signatures[0]
    if asked is not None and asked.signature == signature:
        return asked
    stated = score.measures[0].key_signature.mode or "major"
    mode = {"aeolian": "minor", "ionian": "major"}.get(stated, stated)
    if mode not in MODES:
        raise _refused(score, f"no tune is {stated}", f"modes are {', '.join(MODES)}")
    tonic = signature + MODES.index(mode) - 1
    last = int(notes.rows["fifths"][-1])
    if mode == "major":
        for other in _OTHER_TONICS:
            here = signature + MODES.index(other) - 1
            if last == here and _dwelling(notes, here) > _dwelling(notes, tonic):
                tonic, mode = here, other
                break
    return home_of(tonic, mode)


def _dwelling(notes: NoteTable, fifths: int) -> int:
    return int(notes.rows["duration"][notes.rows["fifths"] == fifths].sum())


def _with_rests(symbol: Ints, begin: Ints, stop: Ints, start: int, end: int, bar: int) -> tuple[Ints, Ints, Ints]:
    """Symbols, onsets and lengths, silences written as rests, one for each bar."""
    gaps = [
        (max(first, line), min(last, line + bar))
        for first, last in zip([start, *stop.tolist()], [*begin.tolist(), end], strict=True)
        for line in range(first // bar * bar, last, bar)
        if last > first
    ]
    onset = np.concatenate([begin, np.array([first for first, _ in gaps], dtype=np.int64)])
    length = np.concatenate([stop - begin, np.array([last - first for first, last in gaps], dtype=np.int64)])
    order = np.argsort(onset, kind="stable")
    symbols = np.concatenate([symbol, np.full(len(gaps), REST)])
    return symbols[order], onset[order], length[order]


def _sections(score: Score, times: _BarTimes) -> tuple[Section, ...]:
    begins = [number for number in range(len(score.measures)) if _begins_section(score.measures, number)]
    found = []
    for number, following in zip(begins, [*begins[1:], len(score.measures)], strict=True):
        first, last = score.measures[number], score.measures[following - 1]
        onset, end = times.of(np.array([first.onset, last.onset + last.length - 1])).tolist()
        found.append(Section(onset, end + 1, last.repeat_end))
    return tuple(found)


def _refused(score: Score, told: str, hint: str, place: int | None = None) -> MalformedScore:
    if place is None:
        return MalformedScore(told, file=score.path, hint=hint)
    measure, beat = score.place(place)
    return MalformedScore(told, file=score.path, measure=measure, beat=beat, hint=hint)
