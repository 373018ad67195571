"""A line in a voice's range: another key where that helps, and octaves changed where nobody minds most."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from musegen.generation.restyle.choosing import cheapest_row
from musegen.generation.restyle.lines import Line, Note
from musegen.generation.restyle.modes import FOURTH, SEVENTH, SIXTH, interval_breaks
from musegen.generation.restyle.reducing import leap
from musegen.theory.keys import Key
from musegen.theory.tunes.symbols import (
    ALTERS,
    FIRST,
    HIGHEST,
    LOWEST,
    MODES,
    Home,
    alter_symbol,
    home_of,
    symbol_of,
)

_OCTAVE, _WIDEST = 7, 12
_LARGEST = {1: 2, 3: 5, 4: 7}
"""Semitones of a step, a fourth and a fifth that are not augmented, by staff steps."""
_TO_NATURAL, _FIRM = 1.0, 9.0
_MOVABLE = {(SEVENTH, -1): 2.0, (SEVENTH, 1): 2.0, (FOURTH, 1): 2.5, (SIXTH, 1): 2.5}
"""What it costs to take a sign away, to give one, and to give one to degrees that have it often."""
_FAULTY, _ODD = 100.0, 10.0
"""What a faulty leap costs, and one of another size that singers mind, where a note was changed."""
_OUTSIDE, _TURN, _BREATH = 6.0, 3.0, 0.5
"""What a semitone outside, a change of octave inside a phrase, and one between phrases cost."""
_MOST_SIGNS = 4
"""Of a key that nobody asked for."""


class Range(NamedTuple):
    """The lowest and the highest note, MIDI numbers."""

    low: int
    high: int

    def beyond(self, pitch: int) -> int:
        """Semitones outside."""
        return max(self.low - pitch, pitch - self.high, 0)


SOPRANO, FIDDLE, CANTUS = Range(62, 79), Range(55, 88), Range(55, 71)
COMPASS = 13
"""Semitones of a hymn, a ninth at most: of 36 of Bach's (one file in eight) 12 is the median."""


def in_range(line: Line, reach: Range, key: Key | None = None) -> Line:
    """The line where a voice can sing it: in the key that is asked for, its own, or the nearest that fits better.

    Notes that lie outside all the same are sung in another octave, with their neighbours, so that no leap is worse
    than it need be.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> high = line_of(parse_grid("key: C; meter: 4/4\\nS: c6 b5 a5 g5 | a5 b5 c6 ."))
    >>> in_range(high, SOPRANO).home.words, min(in_range(high, SOPRANO).pitches)
    ('C major', 67)
    """
    homes = _homes(line, key)
    best = min(homes, key=lambda home: _cost(line, home, reach))
    moved = line._replace(home=best)
    return moved if all(not reach.beyond(pitch) for pitch in moved.pitches) else _folded(moved, reach)


def narrowed(line: Line, reach: Range, width: int) -> Line:
    """The line within so many semitones of a range, those where most of it lies; what is outside changes its octave."""
    lows = range(reach.low, reach.high - width + 1)
    windows = [Range(low, low + width) for low in lows]
    weighed = list(zip(line.pitches, line.notes, strict=True))
    best = min(windows, key=lambda window: sum(window.beyond(pitch) * note.length for pitch, note in weighed))
    return _folded(line, best)


def in_key(line: Line, key: Key) -> Line:
    """The line in another key, by the shorter way; its mode changes only between the major and the minor ones."""
    homes = _homes(line, key)
    middle = _middle(line, line.home)
    return line._replace(home=min(homes, key=lambda home: abs(_middle(line, home) - middle)))


def _homes(line: Line, key: Key | None) -> list[Home]:
    mode = MODES[line.home.mode]
    tonics = range(-7, 9) if key is None else [key.tonic]
    found = [home_of(tonic, mode, octave) for tonic in tonics for octave in range(2, 7)]
    near = [home for home in found if abs(home.signature) <= _MOST_SIGNS or home.fifths == line.home.fifths]
    return near if key is None else found


def _cost(line: Line, home: Home, reach: Range) -> tuple[float, int, float]:
    """What is outside first; then another key, and how far it is."""
    pitches = [home.pitch(note.symbol).pitch for note in line.notes]
    outside = sum(reach.beyond(pitch) * note.length for pitch, note in zip(pitches, line.notes, strict=True))
    moved = abs(home.natural(0).pitch - line.home.natural(0).pitch)
    octaves = moved % 12 == 0
    wide = max(pitches) - min(pitches) > reach.high - reach.low
    return (
        float(round(outside / (24 * 8))) if wide else float(outside),
        0 if octaves else 1 + abs(home.signature),
        moved,
    )


def _middle(line: Line, home: Home) -> float:
    pitches = [home.pitch(note.symbol).pitch for note in line.notes]
    return (max(pitches) + min(pitches)) / 2


class _Sung(NamedTuple):
    """A note in one of its octaves."""

    octave: int
    note: Note


def _folded(line: Line, reach: Range) -> Line:
    """Each note an octave lower or higher where that is cheapest for the whole line."""
    ends = set(line.phrases)
    options = [
        [_Sung(octave, other) for octave in (0, -1, 1) if (other := octave_away(note, octave)) is not None]
        for note in line.notes
    ]

    def turn(place: int, one: _Sung, two: _Sung) -> float:
        if one.octave == two.octave:
            return 0.0
        return _BREATH if line.notes[place].onset in ends else _TURN + leap(line, one.note, two.note)

    sung = cheapest_row(options, lambda _, one: _OUTSIDE * reach.beyond(line.pitch(one.note).pitch), turn)
    return line._replace(notes=tuple(one.note for one in sung))


def mended(line: Line) -> Line:
    """The line without augmented leaps and leaps beyond an octave: an octave or a sign changes where that is least.

    A line that has none comes back as it is.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> line = line_of(parse_grid("key: C; meter: 4/4\\nS: e4 f4 b4 a4 | g4 c6 g5 e5 | d5 e5 c5 ."))
    >>> " ".join(line.pitch(note).name for note in mended(line).notes)
    'E4 F4 B-4 A4 G4 C5 G5 E5 D5 E5 C5'
    """
    if not has_faulty_leaps(line):
        return line
    options = [list(_readings(note)) for note in line.notes]
    sung = cheapest_row(options, lambda _, one: one.cost, lambda _, one, two: _joined(line, one, two))
    return line._replace(notes=tuple(one.note for one in sung))


def has_faulty_leaps(line: Line) -> bool:
    """Whether a leap is augmented, or wider than an octave."""
    return any(_is_faulty(line, one, two) for one, two in pairwise(line.notes))


class _Reading(NamedTuple):
    """What a note might be instead, and what that costs."""

    cost: float
    note: Note


def _readings(note: Note) -> Iterator[_Reading]:
    """The note as it is, in other octaves, and with other signs: the natural seventh of a mode, a raised fourth."""
    yield _Reading(0.0, note)
    alter = int(alter_symbol(note.symbol))
    for other in (0, -1, 1):
        if other != alter:
            price = _TO_NATURAL if other == 0 else _MOVABLE.get((note.place % _OCTAVE, other), _FIRM)
            yield _Reading(price, note._replace(symbol=symbol_of(note.place, other)))
    for octaves in (-1, 1):
        moved = octave_away(note, octaves)
        if moved is not None:
            yield _Reading(_TURN, moved)


def _joined(line: Line, one: _Reading, two: _Reading) -> float:
    """What it costs that one reading follows the other: of notes that stay, only what is faulty."""
    if _is_faulty(line, one.note, two.note):
        return _FAULTY
    if one.cost == two.cost == 0:
        return 0.0
    odd = interval_breaks(two.note.place - one.note.place, line.pitch(two.note).pitch - line.pitch(one.note).pitch)
    return leap(line, one.note, two.note) / _OCTAVE + _ODD * odd


def _is_faulty(line: Line, one: Note, two: Note) -> bool:
    steps, semitones = abs(two.place - one.place), abs(line.pitch(two).pitch - line.pitch(one).pitch)
    return semitones > _WIDEST or semitones > _LARGEST.get(steps, _WIDEST)


def octave_away(note: Note, octaves: int) -> Note | None:
    """The note so many octaves higher; None where no symbol is there."""
    symbol = note.symbol + ALTERS * _OCTAVE * octaves
    return note._replace(symbol=symbol) if FIRST <= symbol < FIRST + ALTERS * (HIGHEST - LOWEST + 1) else None
