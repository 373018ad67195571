"""A line in a voice's range: another key where that helps, and octaves changed where nobody minds most."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.restyle.choosing import cheapest_row
from musegen.generation.restyle.lines import Line, Note
from musegen.generation.restyle.reducing import leap
from musegen.theory.keys import Key
from musegen.theory.tunes.symbols import ALTERS, FIRST, HIGHEST, LOWEST, MODES, Home, home_of

_OCTAVE, _WIDEST = 7, 12
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


def without_wide_leaps(line: Line) -> Line:
    """The line with notes brought nearer by an octave where a leap is wider than one."""
    notes = list(line.notes[:1])
    for note in line.notes[1:]:
        rise = line.pitch(note).pitch - line.pitch(notes[-1]).pitch
        other = octave_away(note, -1 if rise > 0 else 1) if abs(rise) > _WIDEST else None
        notes.append(other or note)
    return line._replace(notes=tuple(notes))


def octave_away(note: Note, octaves: int) -> Note | None:
    """The note so many octaves higher; None where no symbol is there."""
    symbol = note.symbol + ALTERS * _OCTAVE * octaves
    return note._replace(symbol=symbol) if FIRST <= symbol < FIRST + ALTERS * (HIGHEST - LOWEST + 1) else None
