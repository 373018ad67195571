"""Likely slips in a human analysis, found where the notes contradict it and a small change would mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.score.model import Score
from musegen.score.pitch import fifths_name
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.comparison.agreement import plain
from musegen.theory.comparison.note_time import Floats, NoteTime, mask
from musegen.theory.comparison.umpire import scale_mask
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.romantext import beat_quarters

SlipKind = Literal["moved", "key", "inversion", "case", "accidental", "not_in_notes"]
FITS, AMISS, STRANGE = 0.85, 0.7, 0.34
"""Shares of the notes: a reading that explains so much fits; one below the others does not, or not at all."""
_RUN, _SHORT_KEY = 3, 2
"""A run of displaced chords, and chords under one mistaken key, are at least so many."""
_FULL = 2.8
"""Notes that must sound together on average before single chords are judged: less leaves the harmony to the analyst."""
_ALL, _CASE, _CLEARLY = 0.99, 0.9, 0.2


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
    >>> from musegen.theory.given import given_analysis
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5 | c5 .\\nA: g4 g4 | g4 .\\nT: c4 b3 | e4 .\\nB: c3 f3 | c3 .\\n"
    ...                    "H: I V65 | I .")
    >>> [(slip.kind, slip.told) for slip in suspects(piece, given_analysis(piece))]
    [('inversion', 'V65 has B in the bass, but F sounds there all through: V42?')]
    """
    time = NoteTime(score)
    fits = _Fits(human.chords, time, machine.chords if machine else ())
    found: list[Suspect] = []
    blamed: set[int] = set()
    for search in (_wrong_keys, _moved, _wrong_chords):
        for first, last, kind, told in search(score, human, fits):
            if not blamed & set(range(first, last)):
                chord = human.chords[first]
                found.append(
                    Suspect(chord.onset, _end(human.chords[last - 1]), chord.measure, chord.beat, kind, told, first)
                )
                blamed |= set(range(first, last))
    return tuple(sorted(found))


_Found = list[tuple[int, int, SlipKind, str]]  # first chord, the one after the last, kind, clause


class _Fits:
    """How much of the notes under each chord belongs to it."""

    def __init__(self, chords: Sequence[ChordSpan], time: NoteTime, others: Sequence[ChordSpan] = ()) -> None:
        self.chords, self.time = chords, time
        self.onset = np.array([chord.onset for chord in chords])
        self.end = np.array([_end(chord) for chord in chords])
        self.tones = (
            np.stack([mask(chord.numeral.tones(chord.key)) for chord in chords]) if chords else np.zeros((0, 0))
        )
        self.shares = _part(self.tones, time.between(self.onset, self.end), in_silence=1.0)
        self.voices = time.between(self.onset, self.end).sum(axis=1) / np.maximum(self.end - self.onset, 1)
        self.rival = self._explained_by(others)

    def _explained_by(self, others: Sequence[ChordSpan]) -> Floats:
        """The share of the notes under each chord that another reading's chords there explain."""
        inside = np.zeros(len(self.chords))
        for other in others:
            first = int(np.searchsorted(self.end, other.onset, side="right"))
            for number in range(first, len(self.chords)):
                onset, end = max(other.onset, self.onset[number]), min(_end(other), self.end[number])
                if onset >= end:
                    break
                inside[number] += self.time.between(onset, end) @ mask(other.numeral.tones(other.key))
        shares: Floats = inside / np.maximum(self.time.between(self.onset, self.end).sum(axis=1), 1)
        return shares

    def holds_on(self, lowest: int, number: int) -> bool:
        """Whether the bass note of a chord is that of the chords beside it too: a pedal."""
        first, last = max(number - 1, 0), min(number + 2, len(self.chords))
        return all(
            self.time.bass_between(self.onset[beside], self.end[beside]).argmax() == lowest
            for beside in range(first, last)
        )

    def moved_by(self, ticks: int) -> Floats:
        """The share of the notes that each chord would explain, so many ticks later."""
        return _part(self.tones, self.time.between(self.onset + ticks, self.end + ticks))

    def read_as(self, chords: Sequence[ChordSpan], first: int) -> Floats:
        """The shares of these chords in the place of as many from `first` on."""
        last = first + len(chords)
        tones = np.stack([mask(chord.numeral.tones(chord.key)) for chord in chords])
        return _part(tones, self.time.between(self.onset[first:last], self.end[first:last]), in_silence=1.0)


def _part(tones: Floats, sounding: Floats, *, in_silence: float = 0.0) -> Floats:
    total = sounding.sum(axis=1)
    return np.where(total > 0, (tones * sounding).sum(axis=1) / np.maximum(total, 1), in_silence)


def _moved(score: Score, human: Analysis, fits: _Fits) -> _Found:
    """Runs of chords that fit a beat or a measure earlier or later, and not where they stand."""
    if not score.measures or not human.chords:
        return []
    meter = score.measures[score.measure_index_at(human.chords[0].onset)].time_signature
    steps = {"beat": round(beat_quarters(meter) * score.ticks_per_quarter)}
    steps["measure"] = round(meter.quarters * score.ticks_per_quarter)
    found: _Found = []
    length = fits.end - fits.onset
    for word, step in steps.items():
        for way, sign in (("later", 1), ("earlier", -1)):
            there = fits.moved_by(sign * step)
            first, last = _best_run((there - fits.shares - 0.1) * length)
            here, moved = _mean(fits.shares, length, first, last), _mean(there, length, first, last)
            if last - first >= _RUN and here <= AMISS and moved >= FITS:
                told = f"{last - first} chords fit one {word} {way} ({moved:.0%} of the notes instead of {here:.0%})"
                found.append((first, last, "moved", told))
    return sorted(found, key=lambda item: item[0] - item[1])


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
    return float(np.average(shares[first:last], weights=length[first:last])) if last > first else 0.0


def _wrong_keys(score: Score, human: Analysis, fits: _Fits) -> _Found:
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
    """A key of which every tonic chord is of the other mode, whose scale holds more of the notes: `f` written for F."""
    tonics = [
        c.numeral for c in chords if c.numeral.degree == 1 and not c.numeral.applied_to and not c.numeral.is_cadential
    ]
    other = Key(key.tonic, not key.minor)
    if len(tonics) < _SHORT_KEY or any((numeral.members[1] == -3) == key.minor for numeral in tonics):
        return ""
    sounding = time.between(chords[0].onset, _end(chords[-1]))
    if sounding @ scale_mask(other) <= sounding @ scale_mask(key):
        return ""
    found, due = ("I", "i") if key.minor else ("i", "I")
    return f"in {key} every tonic chord is {found}, never {due}: {other}?"


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


def _wrong_chords(score: Score, human: Analysis, fits: _Fits) -> _Found:
    """Single chords: the wrong inversion, case or accidental, or hardly a note of them there."""
    found: _Found = []
    for number, chord in enumerate(human.chords):
        if chord.duration < score.ticks_per_quarter or fits.voices[number] < _FULL:
            continue
        for kind, search in _SEARCHES:
            told = search(chord, fits, number)
            if told:
                found.append((number, number + 1, kind, told))
                break
    return found


def _wrong_inversion(chord: ChordSpan, fits: _Fits, number: int) -> str:
    """All notes are the chord's, all its members sound, and one other member than it says is the lowest all through."""
    onset, end = chord.onset, _end(chord)
    numeral = plain(chord.numeral)
    tones = numeral.tones(chord.key)
    bass = fits.time.bass_between(onset, end)
    lowest = int(bass.argmax())
    sounding = next((tone for tone in tones if mask((tone,))[lowest]), None)
    claimed = chord.key.tonic + numeral.bass
    if sounding in (None, claimed) or bass[lowest] < _ALL * bass.sum() or numeral.is_cadential:
        return ""
    if fits.holds_on(lowest, number):
        return ""
    if fits.time.share(tones, onset, end) < FITS or not all(fits.time.share((tone,), onset, end) for tone in tones):
        return ""
    better = _inverted(numeral, sounding - chord.key.tonic)
    names = fifths_name(claimed), fifths_name(sounding)
    told = f"{numeral.figure} has {names[0]} in the bass, but {names[1]} sounds there all through"
    return told + (f": {better}?" if better else "")


def _inverted(numeral: Numeral, bass: int) -> str:
    """The figure of the same chord over another of its members."""
    head, slash, goal = numeral.figure.partition("/")
    stem = head.rstrip("0123456789")
    for figures in ("", "6", "64", "7", "65", "43", "42"):
        try:
            other = parse_numeral(f"{stem}{figures}{slash}{goal}", minor=numeral.minor)
        except UsageError:
            continue
        if other.members == numeral.members and other.bass == bass:
            return other.figure
    return ""


def _wrong_case(chord: ChordSpan, fits: _Fits, number: int) -> str:
    """The same numeral in the other case holds every note, where this one does not: `iv` for `IV`."""
    head, slash, goal = plain(chord.numeral).figure.partition("/")
    if fits.shares[number] > _CASE:
        return ""
    try:
        other = parse_numeral(head.swapcase() + slash + goal, minor=chord.numeral.minor)
    except UsageError:
        return ""
    third = fits.time.share((chord.key.tonic + chord.numeral.members[1],), chord.onset, _end(chord))
    if third or other.root != chord.numeral.root:
        return ""
    share = fits.time.share(other.tones(chord.key), chord.onset, _end(chord))
    told = f"{chord.numeral.figure} holds {fits.shares[number]:.0%} of the notes, {other.figure} all of them"
    return told if share >= _ALL else ""


def _wrong_accidental(chord: ChordSpan, fits: _Fits, number: int) -> str:
    """The chord a chromatic semitone higher or lower holds the notes, where this one does not."""
    here = fits.shares[number]
    if here > AMISS:
        return ""
    for shift, way in ((7, "higher"), (-7, "lower")):
        tones = [tone + shift for tone in chord.numeral.tones(chord.key)]
        there = fits.time.share(tones, chord.onset, _end(chord))
        if there >= FITS and there - here >= AMISS:
            words = f"a semitone {way} it would hold {there:.0%}"
            return f"{chord.key}: {chord.numeral.figure} holds {here:.0%} of the notes, {words}"
    return ""


def _strange(chord: ChordSpan, fits: _Fits, number: int) -> str:
    """Hardly a note of the chord sounds, and another reading explains the notes."""
    share = fits.shares[number]
    if share > STRANGE or fits.rival[number] < FITS:
        return ""
    return f"{chord.key}: {chord.numeral.figure} holds only {share:.0%} of the notes"


_SEARCHES: tuple[tuple[SlipKind, Callable[[ChordSpan, _Fits, int], str]], ...] = (
    ("inversion", _wrong_inversion),
    ("case", _wrong_case),
    ("accidental", _wrong_accidental),
    ("not_in_notes", _strange),
)


def _end(chord: ChordSpan) -> int:
    return chord.onset + chord.duration
