"""A cantus firmus made of a melody: its structural notes in long values, in a church mode, with a close by step."""

from __future__ import annotations

from itertools import pairwise

from musegen.generation.restyle.hymn import with_rests_sung
from musegen.generation.restyle.lines import ADDED, Line, Note
from musegen.generation.restyle.ranges import CANTUS, in_range
from musegen.generation.restyle.reducing import leap, skeleton
from musegen.score.meter import TimeSignature
from musegen.theory.keys import Key
from musegen.theory.tunes.symbols import GRID, symbol_of

WHOLE = 4 * GRID
MOST = 64
"""Notes of a cantus; of a longer melody whole phrases that are not more."""
_SUPERTONIC = 1
_SIXTH, _SEVENTH = 5, 6
_RISING_MINOR_SIXTH = 8
_HARD = 6.0
"""From this cost on a leap is not sung in a cantus."""


def cantus_of(line: Line, key: Key | None = None, kept: frozenset[int] = frozenset()) -> Line:
    """The cantus: a whole note for every note of the melody, or for one of each beat where they are too many.

    It has no accidentals; between notes that no singer joins another stands; and the final is come to by step from
    above.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> made = cantus_of(line_of(parse_grid("key: D dorian; meter: 4/4\\nS: d4 f4 e4 d4 | g4 . d4 .")))
    >>> " ".join(made.pitch(note).name for note in made.notes)
    'D4 F4 E4 D4 G4 E4 D4'
    """
    plain = line._replace(notes=tuple(_diatonic(note) for note in with_rests_sung(line).notes))
    bare = skeleton(plain, GRID // 2, ornaments=False, kept=kept)
    sung = in_range(bare._replace(notes=_within(bare, _once(list(bare.notes)))), CANTUS, key)
    notes = _closed(sung, _bridged(sung, list(sung.notes)))
    placed = tuple(note._replace(onset=number * WHOLE, length=WHOLE) for number, note in enumerate(notes))
    end = len(placed) * WHOLE
    return sung._replace(notes=placed, meter=TimeSignature(4, 4), phrases=(end,), sections=(end,))


def _diatonic(note: Note) -> Note:
    return note._replace(symbol=symbol_of(note.place))


def _within(line: Line, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes of the phrases from the beginning that are not too many."""
    ends = [sum(note.onset < end for note in notes) for end in line.phrases]
    most = max([count for count in ends if count <= MOST], default=MOST)
    return notes[:most]


def _once(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(notes[:1] + [two for one, two in pairwise(notes) if two.symbol != one.symbol])


def is_sung(line: Line, one: Note, two: Note) -> bool:
    """Whether a cantus goes from one note to the other: no tritone, seventh, or sixth but the rising minor one."""
    steps, semitones = two.place - one.place, line.pitch(two).pitch - line.pitch(one).pitch
    if abs(steps) == _SIXTH:
        return semitones == _RISING_MINOR_SIXTH
    return steps != 0 and leap(line, one, two) < _HARD


def _bridged(line: Line, notes: list[Note]) -> list[Note]:
    """The notes with one more wherever two do not follow each other in song."""
    found = notes[:1]
    for note in notes[1:]:
        if not is_sung(line, found[-1], note):
            found += _bridge(line, found[-1], note)
        found.append(note)
    return found


def _bridge(line: Line, one: Note, two: Note) -> list[Note]:
    """The note that joins two, nearest to the middle between them; none where none does."""
    middle = (one.place + two.place) / 2
    places = sorted(range(min(one.place, two.place) - 2, max(one.place, two.place) + 3), key=lambda p: abs(p - middle))
    between = [Note(0, WHOLE, symbol_of(place), ADDED) for place in places]
    fitting = [note for note in between if is_sung(line, one, note) and is_sung(line, note, two)]
    return fitting[:1]


def _closed(line: Line, notes: list[Note]) -> list[Note]:
    """The notes with supertonic and final at the end."""
    last = notes[-1]
    if last.place % 7:
        tonic = min((-7, 0, 7), key=lambda place: abs(place - last.place))
        final = Note(0, WHOLE, symbol_of(tonic), ADDED)
    else:
        final, notes = last, notes[:-1]
    above = Note(0, WHOLE, symbol_of(final.place + _SUPERTONIC), ADDED)
    if notes and notes[-1].symbol == above.symbol:
        return [*notes, final]
    bridge = _bridge(line, notes[-1], above) if notes and not is_sung(line, notes[-1], above) else []
    return [*notes, *bridge, above, final]
