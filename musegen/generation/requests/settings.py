"""The settings of one slot: every voicing of every chord that may stand there, round the notes that are given."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from musegen.generation.requests.plan import VOICES, Note, Sung
from musegen.generation.requests.scoring import Array, Settings
from musegen.generation.voicings import (
    COMFORTABLE,
    LIMITS,
    Chord,
    doubling_cost,
    notes_within,
    spacing_cost,
    together,
    voicings_of,
)

_UNTAUGHT = 6.0  # a doubling or an omission that a textbook forbids
_INCOMPLETE = 3.0  # an omission on top of what a textbook asks for it: all that was asked for should sound
LOST = 60.0  # the same of what gives a chord its character: any member but the perfect fifth
_DISCOMFORT, _STRAIN = 0.6, 8.0  # a semitone outside the comfortable range, and outside the limits of a voice

_WIDE, _GAPS = ((57, 81), (52, 76), (47, 71), (36, 64)), (16, 16, 26)
"""How far voices may go at the most: S A3-A5, A E3-E5, T B2-B4, B C2-E4; semitones between neighbours."""
TAUGHT, WIDER, EVERY = range(3)
"""How freely a slot is set: as textbooks teach in comfortable ranges, within the limits of voices, in every way."""

_RANGES = (((60, 79), (55, 74), (48, 67), (40, 60)), LIMITS)
"""S C4-G5, A G3-D5, T C3-G4, B E2-C4, which strict counters allow; then the limits of voices."""

Pinned = tuple[Note | None, ...]


def settings_of(chords: tuple[Chord, ...], notes: tuple[Sung, ...], freedom: int) -> Settings:
    """All settings of these chords round what the given voices sing in the slot.

    As free as `freedom` says; freer where a given note is none of the chord's, or where nothing else is left.
    """
    for free in range(freedom, EVERY + 1):
        parts = [
            (number, pitch, fifths, cost)
            for number, chord in enumerate(chords)
            for pitch, fifths, cost in _of_chord(chord, notes, free)
        ]
        if sum(len(part[3]) for part in parts):
            break
    if not parts:
        empty = np.zeros((0, VOICES), dtype=np.int16)
        return Settings(empty, empty, np.zeros(0, dtype=np.intp), np.zeros(0), chords)
    chord = np.concatenate([np.full(len(cost), number) for number, _, _, cost in parts])
    pitch, fifths, cost = (np.concatenate([part[place] for part in parts]) for place in (1, 2, 3))
    return Settings(pitch.astype(np.int16), fifths.astype(np.int16), chord, cost, chords)


def _of_chord(chord: Chord, notes: tuple[Sung, ...], freedom: int) -> Iterator[tuple[Array, Array, Array]]:
    pinned = pinned_to(chord, notes)
    if pinned is None:
        return
    if freedom < EVERY and all(note is None or sounds_in(chord, note) for note in pinned):
        ranges = _RANGES[freedom]
        spans = tuple(
            span if note is None else (note.pitch, note.pitch) for span, note in zip(ranges, pinned, strict=True)
        )
        taught = voicings_of(chord, spans)
        cost = taught.cost + _omitted(chord, taught.pitch) + _discomfort(taught.pitch, pinned)
        yield taught.pitch, _respelled(taught.fifths, pinned), cost
        return
    yield every_setting(chord, pinned)


def pinned_to(chord: Chord, notes: tuple[Sung, ...]) -> Pinned | None:
    """The note of each given voice that the slot is set round: the first in the chord, else the first.

    None where the given bass never sings the bass of the chord.

    >>> from musegen.theory.keys import Key
    >>> from musegen.theory.numerals import parse_numeral
    >>> one = Chord(Key.parse("C"), parse_numeral("I", minor=False))
    >>> pinned_to(one, ((Note(74, 2), Note(72, 0)), (), (), ()))
    (Note(pitch=72, fifths=0), None, None, None)
    """
    pinned = [next((note for note in sung if sounds_in(chord, note)), (*sung, None)[0]) for sung in notes]
    if notes[-1]:
        bass = 7 * (chord.key.tonic + chord.numeral.bass) % 12
        pinned[-1] = next((note for note in notes[-1] if note.pitch % 12 == bass), None)
        if pinned[-1] is None:
            return None
    return tuple(pinned)


def sounds_in(chord: Chord, note: Note) -> bool:
    """Whether a note is one of the chord's, by its sound."""
    return any(7 * tone % 12 == note.pitch % 12 for tone in chord.tones)


@lru_cache(maxsize=4000)
def every_setting(chord: Chord, pinned: Pinned) -> tuple[Array, Array, Array]:
    """(pitch, fifths, cost) of every way to set a chord, whatever a textbook says of doublings; it is priced."""
    tones, bass = sorted(set(chord.tones)), chord.key.tonic + chord.numeral.bass
    free = [notes_within(tones, span) for span in _WIDE[:3]] + [notes_within([bass], _WIDE[3])]
    choices = [options if note is None else [tuple(note)] for options, note in zip(free, pinned, strict=True)]
    pitch, fifths = together(choices)  # type: ignore[arg-type]
    ours = [note is None for note in pinned]
    kept = np.ones(len(pitch), dtype=bool)
    for upper in range(VOICES - 1):
        if ours[upper] or ours[upper + 1]:
            gap = pitch[:, upper] - pitch[:, upper + 1]
            kept &= (gap >= 0) & (gap <= _GAPS[upper])
    pitch, fifths = pitch[kept], fifths[kept]
    sounding = pitch % 12
    times = np.stack([(sounding == 7 * tone % 12).sum(axis=1) for tone in chord.tones], axis=1)
    cost = doubling_cost(chord.numeral, times, _UNTAUGHT) + spacing_cost(pitch) + _omitted(chord, pitch)
    return pitch, fifths, cost + _discomfort(pitch, pinned)


def _discomfort(pitch: Array, pinned: Pinned) -> Array:
    """(settings,): the price of semitones outside the comfortable ranges and the limits of the voices that are free."""
    ours = np.array([note is None for note in pinned])
    cost = np.zeros(pitch.shape)
    for ranges, price in ((COMFORTABLE, _DISCOMFORT), (LIMITS, _STRAIN)):
        low, high = np.array(ranges).T
        cost += price * (np.maximum(low - pitch, 0) + np.maximum(pitch - high, 0))
    return np.asarray(cost[:, ours].sum(axis=1))


def _omitted(chord: Chord, pitch: Array) -> Array:
    sounding, root = pitch % 12, chord.tones[0]
    prices = [_INCOMPLETE if tone == root + 1 else LOST for tone in chord.tones]
    return np.asarray(
        sum(price * ~(sounding == 7 * tone % 12).any(axis=1) for tone, price in zip(chord.tones, prices, strict=True))
    )


def _respelled(fifths: Array, pinned: Pinned) -> Array:
    """Given notes keep the spelling that they have."""
    spelled = fifths.copy()
    for voice, note in enumerate(pinned):
        if note is not None:
            spelled[:, voice] = note.fifths
    return spelled
