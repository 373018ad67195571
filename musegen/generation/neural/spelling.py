"""The names of notes that the network gives as MIDI pitches: they follow from the local key and the chord."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import VOICES, Bools, Frames, Ints
from musegen.generation.neural.said import FIGURES, key_number
from musegen.score.pitch import pitch_class_of
from musegen.theory.keys import Key, scale_tones
from musegen.theory.vocabulary import numerals

_CHROMATIC = {False: (7, 9, 6, 8, -2), True: (-5, 4, 6)}
"""Notes outside the scale, as they are called where nothing tells more: in C major C# D# F# G# Bb."""
_NO_KEY = key_number(Key(0))
_UP = 5
"""Fifths that a note lies above the note a minor second over it: B is five above C."""
_FLATTEST, _SHARPEST = -6, 10
"""The names that a key has, counted from its tonic: in C G flat to A sharp. From F a line falls to E, never F flat.

In a whole piece there are as many, counted from its signature: of 57,000 notes in Bach's chorales none is sharper.
"""
_ONE_FLAT_EACH, _ONE_SHARP_EACH = -8, 12
"""F flat and B sharp: beyond them names have two accidentals."""


class _Names(NamedTuple):
    """(mode, figure, semitones above the tonic); the last figure is for frames whose chord is UNSAID."""

    fifths: Ints  # counted from the tonic
    rank: Ints  # 2 where the note belongs to the chord, 1 to the scale, 0 to neither


def spelled(pitch: Ints, local: Ints, figure: Ints) -> Ints:
    """(n, notes) places on the line of fifths of MIDI pitches (n, notes) in local keys and chords (n,), as in `Said`.

    Chord notes first, else the scale; an UNSAID figure leaves the key alone. 0 where a voice is silent.

    >>> a_minor, dominant = key_number(Key.parse("a")), [numeral.figure for numeral in numerals(True)].index("V")
    >>> pitch, local = np.array([[68, 64, 0, 52], [66, 61, 58, 70]]), np.array([a_minor, a_minor])
    >>> spelled(pitch, local, np.array([dominant, -1])).tolist()
    [[8, 4, 0, 4], [6, 7, -2, -2]]
    """
    tonic, place = _looked_up(pitch, local, figure)
    return np.where(pitch > 0, tonic + _names().fifths[place], 0).astype(np.int16)


def context_spelled(frames: Frames, local: Ints, figure: Ints, home: Ints | None = None) -> Ints:
    """(frames, 4): the same for whole lines. A note has one name; chromatic ones rise as sharps and fall as flats.

    A note that belongs to the chord, or else to the scale, of any of its frames is named after the first such frame.
    One that belongs to neither has never two accidentals, nor a name that is foreign to the keys of the piece, `home`
    (`Said.home`; without it the local keys).
    """
    tonic, place = _looked_up(frames.pitch, local, figure)
    note = note_numbers(frames)
    rank = _names().rank[place].T.ravel()
    first = _deciding_frames(note, rank)
    tonics = np.broadcast_to(tonic, frames.pitch.shape).T.ravel()[first]
    names = tonics + _names().fifths[place].T.ravel()[first]
    leads = (rank[first] == 0) & _goes_on(note)
    signature = _signatures(local if home is None else np.where(home < 0, local, home))[first % len(frames.pitch)]
    names = _led(names, (tonics, signature), frames.pitch.T.ravel()[first].astype(np.int64), leads)
    names = np.where(rank[first] == 0, _near(names, signature), names)
    return np.where(note >= 0, np.append(names, 0)[note], 0).astype(np.int16)


def well_spelled(drawn: Drawn, free: Bools | None = None) -> Drawn:
    """An answer whose notes are named in context; with `free`, those that were given keep their names."""
    names = context_spelled(drawn.frames, drawn.said.local, drawn.said.figure, drawn.said.home)
    kept = names if free is None else np.where(free, names, drawn.frames.fifths)
    return drawn._replace(frames=drawn.frames._replace(fifths=kept))


def note_numbers(frames: Frames) -> npt.NDArray[np.intp]:
    """(frames, 4): a number for each note, counted through the soprano first; -1 where a voice is silent.

    A note begins where it is struck, and where the pitch is another than before.
    """
    changes = np.diff(frames.pitch, axis=0, prepend=0) != 0
    begins = (frames.pitch > 0) & (frames.attack | changes)
    number = np.cumsum(begins.T.ravel()).reshape(VOICES, -1).T - 1
    return np.where(frames.pitch > 0, number, -1)


def _looked_up(pitch: Ints, local: Ints, figure: Ints) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
    """The tonics (n, 1), and where each note stands in the table of names."""
    key = np.where(local < 0, _NO_KEY, local)[:, None]
    tonic = key // 2 - 12
    return tonic, (key % 2, figure[:, None], (pitch - 7 * tonic) % 12)


@cache
def _names() -> _Names:
    fifths = np.zeros((2, max(FIGURES.values()) + 1, 12), dtype=np.int16)
    names = _Names(fifths, np.zeros_like(fifths))
    for minor in (False, True):
        everywhere = slice(None)
        _enter(names, minor, everywhere, _CHROMATIC[minor], 0)
        _enter(names, minor, everywhere, scale_tones(minor=minor), 1)
        for place, numeral in enumerate(numerals(minor)):
            _enter(names, minor, place, numeral.members, 2)
    return names


def _enter(names: _Names, minor: bool, figure: int | slice, tones: tuple[int, ...], rank: int) -> None:
    sounds = pitch_class_of(tones)
    names.fifths[int(minor)][figure, sounds] = tones
    names.rank[int(minor)][figure, sounds] = rank


def _deciding_frames(note: npt.NDArray[np.intp], rank: Ints) -> npt.NDArray[np.intp]:
    """(notes,): of the frames of each note the first one of the highest rank; frames are counted voice by voice."""
    flat = note.T.ravel()
    sounding = np.flatnonzero(flat >= 0)
    order = sounding[np.lexsort((sounding, -rank[sounding], flat[sounding]))]
    return order[np.flatnonzero(np.diff(flat[order], prepend=-1))]


def _goes_on(note: npt.NDArray[np.intp]) -> Bools:
    """(notes,): another note follows in the same voice, without a rest."""
    goes_on = np.zeros(int(note.max(initial=-1)) + 1, dtype=bool)
    before, after = note[:-1], note[1:]
    goes_on[before[(before >= 0) & (after > before)]] = True
    return goes_on


def _led(names: Ints, centres: tuple[Ints, Ints], pitch: npt.NDArray[np.int64], leads: Bools) -> Ints:
    """The names, those that lead on being called after the step by which they do, if both keys can have such a name."""
    step = np.append(np.diff(pitch), 0)
    called = np.append(names[1:], 0) + _UP * step
    fits = (called >= _ONE_FLAT_EACH) & (called <= _ONE_SHARP_EACH)
    for centre in centres:
        fits &= (called - centre >= _FLATTEST) & (called - centre <= _SHARPEST)
    return np.where(leads & (np.abs(step) == 1) & fits, called, names).astype(np.int16)


def _signatures(key: Ints) -> Ints:
    """The sharps of keys, which may be UNSAID; flats are negative."""
    known = np.where(key < 0, _NO_KEY, key)
    return np.asarray(known // 2 - 12 - 3 * (known % 2), dtype=np.int16)


def _near(names: Ints, signature: Ints) -> Ints:
    """The names, those that are too sharp or too flat for a piece replaced by the other name of the same key."""
    sharp = (names > _ONE_SHARP_EACH) | (names - signature > _SHARPEST)
    flat = (names < _ONE_FLAT_EACH) | (names - signature < _FLATTEST)
    return np.asarray(names - 12 * sharp + 12 * flat, dtype=np.int16)
