"""The rhythm of a style on the notes of a melody: the lilt of a jig, running eighths, dots, syncopation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from musegen.errors import UsageError
from musegen.generation.restyle.lines import ADDED, Line, Note
from musegen.generation.restyle.meters import closed, with_onsets
from musegen.generation.restyle.modes import interval_breaks
from musegen.generation.restyle.reducing import leap
from musegen.theory.tunes.symbols import ALTERS, GRID, alter_symbol, symbol_of

_EIGHTH, _SIXTEENTH = GRID // 2, GRID // 4
_PULSE, _HALF = 3 * _EIGHTH, 2 * GRID
_LILTS = {1: (0,), 2: (0, 24), 3: (0, 12, 24), 4: (0, 12, 18, 24)}
"""Where so many notes of a pulse of three eighths begin."""
_SYNCOPATED = {(0, 24): (0, 12), (0, 24, 36): (0, 12, 36), (0, 12, 24): (0, 12, 36)}
"""Onsets in a half measure, and what a rag makes of them."""
_DOMINANT = 4
"""The fifth degree, and a fifth, in staff steps."""
_ROUND = 4
"""Measures after which the rhythm of a waltz comes again."""
_FILLED = 3
"""So many notes of a pulse a free jig has at most."""


def in_rhythm(line: Line, name: str, *, free: bool) -> Line:
    """The line in a rhythm of this name; empty is as it comes. What is `free` may lose and win notes off the beat.

    Raises:
        UsageError: there is no such rhythm.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> line = line_of(parse_grid("meter: 4/4; unit: 1/8\\nS: c5 . e5 f5 g5 . . . | c5 . . . . . . ."))
    >>> [note.onset // 12 for note in in_rhythm(line, "syncopated", free=True).notes]
    [0, 1, 3, 4, 8]
    """
    if not name:
        return line
    if name not in _RHYTHMS:
        raise UsageError(f"there is no rhythm `{name}`", hint=f"there are {', '.join(_RHYTHMS)}")
    return _RHYTHMS[name](line, free)


def lilting(line: Line, free: bool) -> Line:
    """Three eighths to a pulse, or a quarter and an eighth; a fourth note makes two sixteenths, or leaves.

    Where it is free, every other quarter inside a phrase is filled, and so are dotted quarters.
    """
    notes: list[Note] = []
    groups = _groups(line.notes, _PULSE)
    for pulse, following in zip(groups, [*(group[0] for group in groups[1:]), None], strict=True):
        on_grid = all(note.onset % _EIGHTH == 0 for note in pulse) and len(pulse) <= _FILLED
        if len(pulse) not in _LILTS or pulse[0].onset % _PULSE or on_grid:
            notes += pulse
            continue
        around = [*notes[-1:], *pulse, *([following] if following else [])]
        kept = _without_weakest(line, around, pulse) if free and len(pulse) > _FILLED else pulse
        notes += [
            note._replace(onset=pulse[0].onset + place) for note, place in zip(kept, _LILTS[len(kept)], strict=True)
        ]
    lilted = line._replace(notes=_joined(line, notes))
    return _filled(lilted) if free else lilted


def _filled(line: Line) -> Line:
    """The line with eighths added where a quarter or a dotted one begins a pulse inside a phrase."""
    notes: list[Note] = []
    ends = set(line.phrases)
    for note, following in zip(line.notes, (*line.notes[1:], None), strict=True):
        odd = (note.onset // _PULSE) % 2 == 1
        plain = note.length == _PULSE or (note.length == GRID and odd)
        if following is None or note.onset % _PULSE or note.end in ends or not plain:
            notes.append(note)
            continue
        left = GRID if note.length == _PULSE else _EIGHTH
        added = _between(line, note, following, turn=0)
        notes += [note._replace(length=left), added._replace(onset=note.onset + left, length=_EIGHTH)]
    return line._replace(notes=tuple(notes))


def _without_weakest(line: Line, around: Sequence[Note], pulse: Sequence[Note]) -> list[Note]:
    """The pulse without the note off the beat that the line misses least, with its neighbours on both sides."""

    def missed(gone: Note) -> float:
        left = [note for note in around if note is not gone]
        return sum(leap(line, one, two) for one, two in pairwise(left))

    weakest = min(pulse[1:], key=missed)
    return [note for note in pulse if note is not weakest]


def running(line: Line, free: bool) -> Line:
    """Eighths: quarters inside phrases are filled with neighbours and passing notes in every other half measure."""
    if not free:
        return line
    line = _evened(line)
    notes: list[Note] = []
    ends = set(line.phrases)
    for note, following in zip(line.notes, (*line.notes[1:], None), strict=True):
        short = note.length == GRID and (note.onset // _HALF) % 2 == 0
        plain = note.length in (GRID, _HALF, _HALF + GRID) and note.onset % GRID == 0
        if following is None or note.end in ends or short or not plain:
            notes.append(note)
            continue
        beats = note.length // GRID
        for beat in range(beats):
            onset = note.onset + beat * GRID
            aim = following if beat == beats - 1 else note
            notes.append(note._replace(onset=onset, length=_EIGHTH))
            notes.append(_between(line, note, aim, turn=beat)._replace(onset=onset + _EIGHTH, length=_EIGHTH))
    return line._replace(notes=tuple(notes))


def _evened(line: Line) -> Line:
    """The line with notes off the eighths on the eighth before them, where nothing begins there."""
    taken = {note.onset for note in line.notes}
    onsets = [
        near if note.onset > 0 and (near := note.onset // _EIGHTH * _EIGHTH) not in taken else note.onset
        for note in line.notes
    ]
    return line._replace(notes=with_onsets(line.notes, onsets)) if len(set(onsets)) == len(onsets) else line


def _between(line: Line, one: Note, two: Note, turn: int) -> Note:
    """An eighth between two notes: what passes, else a chord's third under or over the first, or its neighbour."""
    steps = two.place - one.place
    up = 1 if steps > 0 else -1
    ways = {0: (-2, 1, -1) if turn % 2 == 0 else (1, -1), 1: (2, -2, 1), 2: (1,), 3: (2, 1), 4: (2, 1)}.get(
        abs(steps), (up * 2, up)
    )
    sign = up if abs(steps) in (2, 3, 4) else 1
    if abs(steps) == 1:
        ways = (-2 * up, 2 * up, -up)
    for way in ways:
        other = _moved(one, sign * way)
        if not _breaks(line, one, other) and not _breaks(line, other, two) and abs(other.place - two.place) <= 4:
            return other
    return one._replace(source=ADDED)


def _moved(note: Note, steps: int) -> Note:
    return note._replace(symbol=note.symbol - int(alter_symbol(note.symbol)) + ALTERS * steps, source=ADDED)


def _breaks(line: Line, one: Note, two: Note) -> bool:
    return interval_breaks(two.place - one.place, line.pitch(two).pitch - line.pitch(one).pitch)


def dotted(line: Line, free: bool) -> Line:
    """Two eighths on a strong beat are a dotted one and a sixteenth."""
    onsets = []
    for before, note in zip((None, *line.notes[:-1]), line.notes, strict=True):
        pair = before is not None and before.length == _EIGHTH and note.length == _EIGHTH
        strong = before is not None and before.onset % _HALF == 0 and note.onset == before.onset + _EIGHTH
        onsets.append(note.onset + _SIXTEENTH if pair and strong else note.onset)
    return line._replace(notes=with_onsets(line.notes, onsets))


def syncopated(line: Line, free: bool) -> Line:
    """Half measures of two or three notes put the second off the beat; the ends of phrases stay where they are."""
    onsets: list[int] = []
    ends = set(line.phrases)
    for group in _groups(line.notes, _HALF):
        begin = group[0].onset // _HALF * _HALF
        places = tuple(note.onset - begin for note in group)
        closes = any(note.end in ends for note in group)
        new = places if closes else _SYNCOPATED.get(places, places)
        onsets += [begin + place for place in new]
    return line._replace(notes=with_onsets(line.notes, onsets))


def swaying(line: Line, free: bool) -> Line:
    """Of every four measures of three quarters the first has a dot; where it is free, the third ends with two eighths.

    Where it is free, halves on downbeats are filled, too: by turns with an eighth at their end, and with a quarter; and
    a tune without an upbeat gets the dominant below.
    """
    onsets = [note.onset + _EIGHTH if _has_dot(line, number) else note.onset for number, note in enumerate(line.notes)]
    dotted_line = line._replace(notes=with_onsets(line.notes, onsets))
    return _with_upbeat(_with_eighths(_with_halves_filled(dotted_line))) if free else dotted_line


def _is_even(line: Line, first: int) -> bool:
    """Whether a measure of three quarters, inside a phrase, begins with the note of this number."""
    three = line.notes[first : first + 3]
    begins = first >= 0 and len(three) == 3 and three[0].onset >= 0 and three[0].onset % line.bar == 0
    return begins and all(note.length == GRID for note in three) and three[-1].end not in line.phrases


def _has_dot(line: Line, number: int) -> bool:
    """Whether the note of this number is the second one of a measure that gets a dot."""
    return _is_even(line, number - 1) and line.notes[number].onset // line.bar % _ROUND == 0


def _with_eighths(line: Line) -> Line:
    """The line with an eighth after the last quarter of every fourth measure that is even."""
    notes: list[Note] = []
    for number, note in enumerate(line.notes):
        third = _is_even(line, number - 2) and note.onset // line.bar % _ROUND == 2
        if third and number + 1 < len(line.notes):
            added = _between(line, note, line.notes[number + 1], turn=0)
            half = note._replace(length=_EIGHTH)
            notes += [half, added._replace(onset=note.onset + _EIGHTH, length=_EIGHTH)]
        else:
            notes.append(note)
    return line._replace(notes=tuple(notes))


def _with_upbeat(line: Line) -> Line:
    """The line with an upbeat of a quarter, where it has none: the dominant below its first note, at most a fifth."""
    first = line.notes[0]
    below = next(place for place in range(first.place - 1, first.place - 8, -1) if place % 7 == _DOMINANT)
    upbeat = Note(-GRID, GRID, symbol_of(below), ADDED)
    if first.onset != 0 or first.place - below > _DOMINANT or _breaks(line, upbeat, first):
        return line
    return closed(line._replace(notes=(upbeat, *line.notes)))


def _with_halves_filled(line: Line) -> Line:
    notes: list[Note] = []
    ends = set(line.phrases)
    for note, following in zip(line.notes, (*line.notes[1:], None), strict=True):
        if following is None or note.length != _HALF or note.onset % line.bar or note.end in ends:
            notes.append(note)
            continue
        filled = GRID if (note.onset // line.bar) % 2 else _EIGHTH
        notes.append(note._replace(length=_HALF - filled))
        between = _between(line, note, following, turn=0)
        notes.append(between._replace(onset=note.end - filled, length=filled))
    return line._replace(notes=tuple(notes))


def _groups(notes: Sequence[Note], length: int) -> list[list[Note]]:
    """Notes by the stretch of time in which they begin."""
    found: dict[int, list[Note]] = {}
    for note in notes:
        found.setdefault(note.onset // length, []).append(note)
    return list(found.values())


def _joined(line: Line, notes: Sequence[Note]) -> tuple[Note, ...]:
    """Notes at new places, each up to the next where it was, else as long as it was."""
    given = {note.source: number for number, note in enumerate(line.notes)}
    found = []
    for number, note in enumerate(notes):
        if number + 1 == len(notes):
            found.append(note._replace(length=line.end - note.onset))
            continue
        old = line.notes[given[note.source]]
        following = line.notes[given[note.source] + 1]
        rest = max(following.onset - old.end, 0)
        found.append(note._replace(length=max(notes[number + 1].onset - rest - note.onset, _SIXTEENTH)))
    return tuple(found)


_RHYTHMS: dict[str, Callable[[Line, bool], Line]] = {
    "lilting": lilting, "running": running, "dotted": dotted, "syncopated": syncopated, "swaying": swaying,
}  # fmt: skip
