"""Slips in single chords of a human analysis: inversion, case, accidental, and chords that are not in the notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from musegen.errors import UsageError
from musegen.score.model import Score
from musegen.score.pitch import fifths_name
from musegen.theory.analysis import ChordSpan
from musegen.theory.comparison.agreement import plain
from musegen.theory.comparison.fits import Fits
from musegen.theory.comparison.note_time import mask
from musegen.theory.numerals import Numeral, parse_numeral

SlipKind = Literal["moved", "key", "inversion", "case", "accidental", "not_in_notes"]
FITS, AMISS, STRANGE = 0.85, 0.7, 0.34
"""Shares of the notes: a reading that explains so much fits; one below the others does not, or not at all."""
_FULL = 2.8
"""Notes that must sound together on average before single chords are judged: less leaves the harmony to the analyst."""
_ALL, _CASE = 0.99, 0.9


def wrong_chords(score: Score, fits: Fits) -> Iterator[tuple[int, SlipKind, str]]:
    """Chords that the notes contradict: number, kind and a clause. The first reason found counts."""
    for number, chord in enumerate(fits.chords):
        if chord.duration < score.ticks_per_quarter or fits.voices[number] < _FULL:
            continue
        found = ((kind, search(chord, fits, number)) for kind, search in _SEARCHES)
        kind, told = next(((kind, told) for kind, told in found if told), (None, ""))
        if kind:
            yield number, kind, told


def _wrong_inversion(chord: ChordSpan, fits: Fits, number: int) -> str:
    """All notes are the chord's, all its members sound, and one other member than it says is the lowest all through."""
    onset, end = chord.onset, chord.end
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


def _wrong_case(chord: ChordSpan, fits: Fits, number: int) -> str:
    """The same numeral in the other case holds every note, where this one does not: `iv` for `IV`."""
    head, slash, goal = plain(chord.numeral).figure.partition("/")
    if fits.shares[number] > _CASE:
        return ""
    try:
        other = parse_numeral(head.swapcase() + slash + goal, minor=chord.numeral.minor)
    except UsageError:
        return ""
    third = fits.time.share((chord.key.tonic + chord.numeral.members[1],), chord.onset, chord.end)
    if third or other.root != chord.numeral.root:
        return ""
    share = fits.time.share(other.tones(chord.key), chord.onset, chord.end)
    told = f"{chord.numeral.figure} holds {fits.shares[number]:.0%} of the notes, {other.figure} all of them"
    return told if share >= _ALL else ""


def _wrong_accidental(chord: ChordSpan, fits: Fits, number: int) -> str:
    """The chord a chromatic semitone higher or lower holds the notes, where this one does not."""
    here = fits.shares[number]
    if here > AMISS:
        return ""
    for shift, way in ((7, "higher"), (-7, "lower")):
        tones = [tone + shift for tone in chord.tones]
        there = fits.time.share(tones, chord.onset, chord.end)
        if there >= FITS and there - here >= AMISS:
            words = f"a semitone {way} it would hold {there:.0%}"
            return f"{chord.key}: {chord.numeral.figure} holds {here:.0%} of the notes, {words}"
    return ""


def _strange(chord: ChordSpan, fits: Fits, number: int) -> str:
    """Hardly a note of the chord sounds, and another reading explains the notes."""
    share = fits.shares[number]
    if share > STRANGE or fits.rival[number] < FITS:
        return ""
    return f"{chord.key}: {chord.numeral.figure} holds only {share:.0%} of the notes"


_SEARCHES: tuple[tuple[SlipKind, Callable[[ChordSpan, Fits, int], str]], ...] = (
    ("inversion", _wrong_inversion),
    ("case", _wrong_case),
    ("accidental", _wrong_accidental),
    ("not_in_notes", _strange),
)
