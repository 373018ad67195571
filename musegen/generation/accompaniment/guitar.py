"""Chords as a guitar plays them: on which strings and frets, with no more than four fingers, or a barre."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product

from musegen.score.pitch import pitch_class_of
from musegen.theory.songs.sheet import SheetChord

STRINGS = (40, 45, 50, 55, 59, 64)
"""E A D G B E, the lowest first, as they sound."""
HIGHEST_FRET, REACH, FINGERS = 9, 3, 4
"""How far up chords lie, how many frets the hand spans over its first, and how many fingers there are."""
_FEWEST = 3
_MOST_SHAPES = 48


def shapes(chord: SheetChord) -> tuple[tuple[int, ...], ...]:
    """Pitches of the shapes that have a chord's bass lowest and all that tells it, easiest first.

    >>> from musegen.theory.songs.sheet import read_symbol
    >>> (48, 52, 55, 60, 64) in shapes(read_symbol("C"))
    True
    """
    tones = frozenset(int(pitch_class_of(tone)) for tone in chord.members)
    perfect = int(pitch_class_of(chord.root + 1)) if chord.root + 1 in chord.members else -1
    bass = int(pitch_class_of(chord.bass))
    needed = frozenset(tones - {perfect})
    while True:
        found = _shapes(tones | {bass}, needed, bass)
        if found or not needed:
            return found
        needed = frozenset(sorted(needed)[:-1])


@lru_cache(1024)
def _shapes(tones: frozenset[int], needed: frozenset[int], bass: int) -> tuple[tuple[int, ...], ...]:
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    for lowest in range(len(STRINGS) - _FEWEST + 1):
        for position in range(HIGHEST_FRET - REACH + 1):
            for frets in _in_position(lowest, position, tones):
                pitches = tuple(string + fret for string, fret in zip(STRINGS[lowest:], frets, strict=False))
                is_chord = needed <= {pitch % 12 for pitch in pitches} and all(
                    one < two for one, two in pairwise(pitches)
                )
                if pitches[0] % 12 == bass and is_chord and can_finger(frets):
                    found.setdefault(pitches, frets)
    easiest = sorted(found, key=lambda pitches: (_effort(found[pitches]), pitches))
    return tuple(easiest[:_MOST_SHAPES])


def _in_position(lowest: int, position: int, tones: frozenset[int]) -> Iterator[tuple[int, ...]]:
    """Frets of the strings from one up, each open or inside the reach of the hand; upper strings may stay silent."""
    rooms = [
        [fret for fret in (0, *range(max(position, 1), position + REACH + 1)) if (string + fret) % 12 in tones]
        for string in STRINGS[lowest:]
    ]
    for count in range(_FEWEST, len(rooms) + 1):
        yield from product(*rooms[:count])


def can_finger(frets: Sequence[int]) -> bool:
    """Whether one hand can hold frets of neighbouring strings (0 is open), with a barre where no string is open.

    >>> can_finger((3, 2, 0, 1, 0)), can_finger((1, 3, 3, 2, 1, 1)), can_finger((1, 5, 3))
    (True, True, False)
    """
    pressed = [fret for fret in frets if fret]
    if not pressed:
        return True
    if max(pressed) - min(pressed) > REACH:
        return False
    barred = 0 not in frets and pressed.count(min(pressed)) > 1
    fingers = len(pressed) - (pressed.count(min(pressed)) - 1 if barred else 0)
    return fingers <= FINGERS


def _effort(frets: Sequence[int]) -> float:
    """High positions, pressed strings and few strings are harder, or poorer."""
    pressed = [fret for fret in frets if fret]
    return sum(pressed) / max(len(pressed), 1) + 0.5 * len(pressed) - 1.0 * len(frets)
