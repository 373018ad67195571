"""Major into minor and back: degrees keep their places, and where minor has two sixths or sevenths lines decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.generation.restyle.choosing import cheapest_row
from musegen.generation.restyle.lines import Line, is_minor
from musegen.score.pitch import SpelledPitch
from musegen.theory.keys import MOST_SIGNS
from musegen.theory.tunes.symbols import MODES, Home, alter_symbol, symbol_of

FOURTH, SIXTH, SEVENTH = 3, 5, 6
_STAYS_RAISED = FOURTH
"""The degree whose raised form both modes have, on its way to the dominant."""
_BROKEN = 50.0
"""What an augmented second, another augmented or diminished interval, or a note beside its own alteration costs."""
_RAISED = {SIXTH: 1.0, SEVENTH: 0.6}
"""What a raised degree costs by itself: minor without a leading tone is minor, too."""
_LOWERED = 6.0
"""What a lowered seventh costs in major: it stands where the raised one would make an augmented fourth."""
_LEADS, _CLOSES = 2.0, 4.0
"""What a natural seventh costs before the tonic, and before one that ends a phrase."""
_USUAL = {0: (0,), 1: (1, 2), 2: (3, 4), 3: (5,), 4: (6, 7), 5: (8, 9), 6: (10, 11), 7: (12,)}
"""Semitones of the intervals that singers do not mind, by staff steps."""
_ASTRAY = {SIXTH: 5.0, SEVENTH: 0.7}
"""What a raised degree costs that goes nowhere: the seventh not to the tonic, the sixth not to the seventh."""


class Tone(NamedTuple):
    """A note as the choice of its alteration sees it."""

    place: int  # on the staff, counted from the tonic
    alter: int  # from the key signature, in semitones
    pitch: int

    @property
    def degree(self) -> int:
        """0 to 6."""
        return self.place % 7


def in_mode(line: Line, mode: str) -> Line:
    """The line in minor or in major, on the same tonic.

    A sixth or seventh of minor is raised where the line leads it up, and at closes; augmented seconds are avoided.

    Raises:
        UsageError: it is in that mode.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> line = line_of(parse_grid("key: C; meter: 4/4\\nS: e5 d5 c5 b4 | a4 g4 a4 b4 | c5 . . ."))
    >>> minor = in_mode(line, "minor")
    >>> " ".join(minor.pitch(note).name for note in minor.notes)
    'E-5 D5 C5 B-4 A-4 G4 A4 B4 C5'
    """
    home = other_home(line.home, mode)
    notes = line.notes
    options = [tones_of(home, note.place, int(alter_symbol(note.symbol))) for note in notes]
    closing = [note.end in line.phrases for note in notes]
    chosen = chosen_tones(options, closing)
    moved = [note._replace(symbol=symbol_of(tone.place, tone.alter)) for note, tone in zip(notes, chosen, strict=True)]
    return line._replace(home=home, notes=tuple(moved))


def other_home(home: Home, mode: str) -> Home:
    """Minor or major on the same tonic.

    Raises:
        UsageError: it is in that mode.
    """
    if is_minor(home) == (mode == "minor"):
        raise UsageError(f"the piece is in {home.words}, which is {mode} already", hint="name another style")
    other = home._replace(mode=MODES.index(mode))
    if abs(other.signature) > MOST_SIGNS:
        raise UsageError(f"{other.words} has too many sharps or flats", hint="--key names another tonic")
    return other


def tones_of(home: Home, place: int, alter: int) -> list[Tone]:
    """How a note of a staff place, so altered, may be in its new mode, the plainest first."""
    degree = place % 7
    alters = [1] if alter > 0 and degree == _STAYS_RAISED else [0]
    if is_minor(home) and degree in _RAISED:
        alters = [0, 1]
    elif degree == SEVENTH:
        alters = [0, -1]
    return [Tone(place, one, spelled(home, place, one).pitch) for one in alters]


def spelled(home: Home, place: int, alter: int) -> SpelledPitch:
    """The note of a staff place, counted from the tonic, altered by so many semitones; in any octave."""
    octaves, inside = divmod(place, 7)
    near = home.pitch(symbol_of(inside, alter))
    return SpelledPitch(near.pitch + 12 * octaves, near.fifths)


def chosen_tones(
    options: Sequence[Sequence[Tone]],
    closing: Sequence[bool],
    heard: Callable[[int, Tone], float] = lambda _place, _tone: 0.0,
) -> list[Tone]:
    """The cheapest row of tones.

    Args:
        options: of each note.
        closing: which notes end phrases.
        heard: what a tone costs at the place of a number because of other voices.
    """
    return cheapest_row(
        options,
        lambda place, tone: _alone(tone) + heard(place, tone),
        lambda place, one, two: _between(one, two, closes=closing[place], apart=closing[place - 1]),
    )


def _alone(tone: Tone) -> float:
    if tone.alter < 0:
        return _LOWERED
    return _RAISED[tone.degree] if tone.alter > 0 and tone.degree in _RAISED else 0.0


def _between(one: Tone, two: Tone, *, closes: bool, apart: bool) -> float:
    """What it costs that one tone follows the other; `apart` has the end of a phrase between them."""
    if apart:
        return 0.0
    steps, semitones = abs(two.place - one.place), two.pitch - one.pitch
    cost = _BROKEN if interval_breaks(steps, semitones) else 0.0
    up = two.place - one.place == 1
    if one.degree == SEVENTH:
        if up and semitones == 2:
            cost += _CLOSES if closes else _LEADS
        elif one.alter > 0 and not up and steps:
            cost += _ASTRAY[SEVENTH]
    if one.degree == SIXTH and one.alter > 0 and not (up and two.alter > 0):
        cost += _ASTRAY[SIXTH]
    return cost


def interval_breaks(steps: int, semitones: int) -> bool:
    """Whether an interval of an octave at most is augmented or diminished; a diminished fifth is not minded.

    >>> interval_breaks(1, 3), interval_breaks(-3, -6), interval_breaks(4, 6)
    (True, True, False)
    """
    return abs(steps) in _USUAL and abs(semitones) not in _USUAL[abs(steps)]
