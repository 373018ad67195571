"""The chords that progressions are made of: every figure of the shared vocabulary, and those of lead sheets.

A chord is its members on the line of fifths, counted from the home tonic, over one of them; so C major's V/vi and
A minor's V are one chord, and one list serves both modes and all keys. Chords of lead sheets stand on any of the twelve
roots, in ten kinds (`KINDS`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.pitch import fifths_name
from musegen.theory.keys import Key
from musegen.theory.naming import named_chord
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.songs.sheet import SheetChord
from musegen.theory.vocabulary import numerals

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

KINDS: dict[str, tuple[int, ...]] = {
    "M": (4, 1), "m": (-3, 1), "7": (4, 1, -2), "m7": (-3, 1, -2), "M7": (4, 1, 5), "6": (4, 1, 3), "m6": (-3, 1, 3),
    "h": (-3, -6, -2), "d7": (-3, -6, -9), "+": (4, 8),
}  # fmt: skip
"""Chords of lead sheets, and their members above the root on the line of fifths."""
WRITTEN = {
    "M": "",
    "m": "m",
    "7": "7",
    "m7": "m7",
    "M7": "maj7",
    "6": "6",
    "m6": "m6",
    "h": "m7b5",
    "d7": "o7",
    "+": "+",
}
"""How each kind is written after its root."""
_KIND_OF = {"d": "d7", "s": "M"}
_SIXTH = 3
_OTHERS = {
    (-3, -6): "dim", (4, -6, -2): "7alterb5", (-3, 1, 5): "mM7", (4, 8, 5): "maj7alter#5", (4, 8, -2): "7+",
    (-10, -6): "7omit5", (-10, -6, -9): "7",
}  # fmt: skip
"""How chords are written that lead sheets hardly have."""
_AUGMENTED_SIXTHS, _SIXTH_TO_ROOT = ((-10, -6), (-10, -6, -9)), -10
"""It and Ger are read as dominant sevenths on their lowest note."""
_ROOTS = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
"""Roots of lead sheets on the line of fifths, by semitones above the tonic."""
_LEADING_ROOTS = {1: 7, 3: 9, 6: 6, 8: 8}
"""Those of diminished sevenths, which lead upwards."""
FUNCTIONS = ("T", "PD", "D")


class Sound(NamedTuple):
    """A chord, counted from the home tonic on the line of fifths."""

    members: tuple[int, ...]  # root first
    bass: int
    is_cadential: bool = False  # a six-four that leans on its dominant

    @property
    def root(self) -> int:
        """The root."""
        return self.members[0]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The list, in columns; `[mode]` is 0 in major and 1 in minor."""

    sounds: tuple[Sound, ...]
    numerals: tuple[tuple[Numeral | None, ...], ...]  # [mode][chord]; None: no figure of ours names it there
    in_chorales: Bools  # (mode, chord): a figure of the shared vocabulary
    in_songs: Bools  # (chord,)
    function: Ints  # (mode, chord): a place in FUNCTIONS
    kind: Ints  # (chord,): a place in `shapes`
    shapes: tuple[tuple[int, ...], ...]  # members above the root

    def __len__(self) -> int:
        return len(self.sounds)

    @property
    def root(self) -> Ints:
        """(chord,): the root above the tonic on the line of fifths."""
        return np.array([sound.root for sound in self.sounds])

    @property
    def inversion(self) -> Ints:
        """(chord,): which member is in the bass."""
        return np.array([sound.members.index(sound.bass) for sound in self.sounds])


@cache
def vocabulary() -> Vocabulary:
    """The list.

    >>> known = vocabulary()
    >>> dominant = known.sounds.index(Sound((1, 5, 2, -1), 5))
    >>> known.numerals[1][dominant].figure, FUNCTIONS[known.function[1, dominant]]
    ('V65', 'D')
    """
    named = [{_sound(numeral): numeral for numeral in reversed(numerals(minor))} for minor in (False, True)]
    songs = [song_sound(semitones, kind) for kind in KINDS for semitones in range(12)]
    sounds = tuple(dict.fromkeys((*map(_sound, numerals(False)), *map(_sound, numerals(True)), *songs)))
    names = tuple(
        tuple(named[mode].get(sound) or _name(sound, minor=bool(mode)) for sound in sounds) for mode in (0, 1)
    )
    shapes = tuple(dict.fromkeys(tuple(tone - sound.root for tone in sound.members) for sound in sounds))
    return Vocabulary(
        sounds,
        names,
        np.array([[sound in named[mode] for sound in sounds] for mode in (0, 1)]),
        np.isin(range(len(sounds)), [sounds.index(sound) for sound in songs]),
        np.array([[FUNCTIONS.index(name.function) if name else 1 for name in row] for row in names]),
        np.array([shapes.index(tuple(tone - sound.root for tone in sound.members)) for sound in sounds]),
        shapes,
    )


def _sound(numeral: Numeral) -> Sound:
    return Sound(numeral.members[:4], numeral.bass, numeral.is_cadential)


def _name(sound: Sound, *, minor: bool) -> Numeral | None:
    return None if sound.is_cadential else named_chord(sound.members, sound.bass, Key(0, minor))


def song_sound(semitones: int, kind: str) -> Sound:
    """The chord of a lead sheet on a root so many semitones above the tonic, of one of KINDS.

    >>> song_sound(7, "7")
    Sound(members=(1, 5, 2, -1), bass=1, is_cadential=False)
    """
    root = _LEADING_ROOTS.get(semitones, _ROOTS[semitones]) if kind == "d7" else _ROOTS[semitones]
    return Sound((root, *(root + step for step in KINDS[kind])), root)


@cache
def _places() -> dict[tuple[int, frozenset[int], int, bool], int]:
    found: dict[tuple[int, frozenset[int], int, bool], int] = {}
    for place, sound in enumerate(vocabulary().sounds):
        found.setdefault((sound.root, frozenset(sound.members), sound.bass, sound.is_cadential), place)
    return found


def place_of_numeral(numeral: Numeral, key: Key, home: Key) -> int:
    """The place in the list of a chord that a key names, in a piece of a home key; -1 where none is like it.

    A chord that the list lacks is taken without its seventh, then in root position; a cadential six-four away from home
    as the dominant that it leans on.

    >>> from musegen.theory.numerals import parse_numeral
    >>> place = place_of_numeral(parse_numeral("ii65", minor=False), Key.parse("G"), Key.parse("C"))
    >>> vocabulary().numerals[0][place].figure
    'vi65'
    """
    up = key.tonic - home.tonic
    if numeral.is_cadential and up:
        numeral = parse_numeral("V", minor=key.minor)
    members = tuple(tone + up for tone in numeral.members[:4])
    bass = numeral.bass + up if numeral.bass + up in members else members[0]
    cadential = numeral.is_cadential
    for held, low in ((members, bass), (members[:3], bass), (members, members[0]), (members[:3], members[0])):
        place = _places().get((members[0], frozenset(held), low, cadential), -1)
        if place >= 0:
            return place
    return -1


def place_of_symbol(chord: SheetChord, home: Key) -> int:
    """The place in the list of a chord of a lead sheet: by kind, spelled as is usual over this tonic.

    Inversions that the list lacks stand in root position; what a chord adds beyond sixth and seventh is left out.

    >>> from musegen.theory.songs.sheet import read_symbol
    >>> chords = [read_symbol(text) for text in ("G9", "Dm7/C", "F#dim7")]
    >>> [vocabulary().numerals[0][place_of_symbol(chord, Key.parse("C"))].figure for chord in chords]
    ['V7', 'ii42', 'viio7/V']
    """
    steps = tuple(tone - chord.root for tone in chord.members)
    kind = _KIND_OF.get(chord.quality, chord.quality)
    if kind in ("M", "m") and _SIXTH in steps:
        kind = {"M": "6", "m": "m6"}[kind]
    plain = song_sound((chord.pitch_class - 7 * home.tonic) % 12, kind)
    over = plain.root + (chord.bass - chord.root)
    places = _places()
    held = frozenset(plain.members)
    turned = places.get((plain.root, held, over, False), -1)
    return turned if turned >= 0 else places[plain.root, held, plain.root, False]


def symbol_of(sound: Sound, key: Key) -> str:
    """The chord symbol of a chord in a home key, flats as `-`.

    >>> symbol_of(Sound((1, 5, 2, -1), 5), Key.parse("B-"))
    'F7/A'
    >>> symbol_of(Sound((6, -4, 0, -3), -4), Key.parse("C"))
    'A-7'
    """
    steps = tuple(tone - sound.root for tone in sound.members[1:])
    written = next((WRITTEN[kind] for kind, shape in KINDS.items() if shape == steps), _OTHERS.get(steps, ""))
    root = sound.root + _SIXTH_TO_ROOT if steps in _AUGMENTED_SIXTHS else sound.root
    text = fifths_name(key.tonic + root) + written
    return text if sound.bass == root else f"{text}/{fifths_name(key.tonic + sound.bass)}"
