"""From one meter into another: how parts of a measure are stretched, so that stressed notes stay on stressed beats."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.generation.restyle.lines import Line, Note
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import GRID

_BUSY = 1.7
"""Notes a quarter from which a melody in quarters is felt in halves, and one in 2/4 is written as in 4/4."""


class Stretch(NamedTuple):
    """What becomes of a stretch of time: its cells, each as long as it was and as it will be, over and over."""

    cells: tuple[tuple[int, int], ...]  # (before, after) in parts of the grid

    @property
    def before(self) -> int:
        """The length of all cells."""
        return sum(before for before, _ in self.cells)

    @property
    def after(self) -> int:
        """The length of all cells afterwards."""
        return sum(after for _, after in self.cells)

    def place(self, onset: int) -> int:
        """Where a moment goes.

        >>> LONG_SHORT.place(24), LONG_SHORT.place(36), LONG_SHORT.place(-24)
        (48, 60, -24)
        """
        times, inside = divmod(onset, self.before)
        at = times * self.after
        for before, after in self.cells:
            if inside < before:
                return at + inside * after // before
            inside, at = inside - before, at + after
        return at


def _quarters(*cells: tuple[float, float]) -> Stretch:
    return Stretch(tuple((int(before * GRID), int(after * GRID)) for before, after in cells))


SAME, DOUBLED, HALVED = _quarters((1, 1)), _quarters((1, 2)), _quarters((2, 1))
LONG_SHORT = _quarters((1, 2), (1, 1))
"""Two beats become three, the first one twice as long: the Proportz of the German after-dance."""
_DOUBLE_LONG_SHORT = _quarters((0.5, 2), (0.5, 1))
_HALF_LONG_SHORT = _quarters((2, 2), (2, 1))
_JIG_TO_DUPLE = _quarters((0.5, 1), (1, 1))
"""Of the three eighths of a pulse the first becomes a quarter."""
_DUPLE_TO_JIG = _quarters((1, 1), (1, 0.5))
"""Of two quarters the second becomes an eighth: the lilt of a jig."""
_RUNNING_TO_JIG = _quarters((0.5, 0.5), (1, 0.5), (0.5, 0.5))
"""Of four eighths the inner two become sixteenths."""
_TRIPLE_TO_DUPLE = _quarters((1, 2), (2, 2))

Choice = Callable[[Line], Stretch]


def _by_density(calm: Stretch, busy: Stretch, busy_from: float = _BUSY) -> Choice:
    return lambda line: busy if line.density > busy_from else calm


def _always(stretch: Stretch) -> Choice:
    return lambda _: stretch


_ONE = _always(SAME)
TRIPLE: dict[str, Choice] = {
    "2/4": _by_density(LONG_SHORT, _DOUBLE_LONG_SHORT), "4/4": _always(LONG_SHORT), "2/2": _always(LONG_SHORT),
    "3/4": _ONE, "6/4": _ONE, "3/8": _always(DOUBLED), "6/8": _always(DOUBLED), "9/8": _always(DOUBLED),
    "12/8": _always(DOUBLED), "3/2": _always(HALVED),
}  # fmt: skip
"""Into 3/4, by the meter of the melody."""
DUPLE: dict[str, Choice] = {
    "2/4": _by_density(SAME, DOUBLED), "4/4": _ONE, "2/2": _ONE, "3/4": _always(_TRIPLE_TO_DUPLE),
    "6/4": _always(_TRIPLE_TO_DUPLE), "3/8": _always(_JIG_TO_DUPLE), "6/8": _always(_JIG_TO_DUPLE),
    "9/8": _always(_JIG_TO_DUPLE), "12/8": _always(_JIG_TO_DUPLE), "3/2": _always(_quarters((2, 2), (4, 2))),
}  # fmt: skip
"""Into 4/4."""
RUNNING: dict[str, Choice] = {
    **DUPLE, "4/4": _by_density(HALVED, SAME, 1.3), "2/2": _by_density(HALVED, SAME, 1.3),
    "3/4": _by_density(_quarters((1, 1), (2, 1)), _TRIPLE_TO_DUPLE), "3/2": _always(_quarters((2, 1), (4, 1))),
}  # fmt: skip
"""Into 4/4 in eighths."""
COMPOUND: dict[str, Choice] = {
    "2/4": _by_density(_DUPLE_TO_JIG, _quarters((0.25, 0.5), (0.5, 0.5), (0.25, 0.5))),
    "4/4": _by_density(_DUPLE_TO_JIG, _RUNNING_TO_JIG), "2/2": _by_density(_DUPLE_TO_JIG, _RUNNING_TO_JIG),
    "3/4": _always(HALVED), "6/4": _always(HALVED), "3/8": _ONE, "6/8": _ONE, "9/8": _ONE, "12/8": _ONE,
    "3/2": _always(_quarters((4, 1))),
}  # fmt: skip
"""Into 6/8."""


def stretched(line: Line, into: str) -> Line:
    """The line in another meter: `3/4`, `4/4`, `6/8`, or `running`, 4/4 in eighths.

    Phrases keep their notes and their order; the last note lasts to the end of its measure.

    Raises:
        UsageError: nothing is known of such a meter.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> waltz = stretched(line_of(parse_grid("meter: 4/4\\nS: c5 d5 e5 f5 | g5 . c5 .")), "3/4")
    >>> [note.length / 24 for note in waltz.notes]
    [2.0, 1.0, 2.0, 1.0, 3.0, 3.0]
    """
    if into not in _TABLES:
        raise UsageError(f"no melody is brought into `{into}`", hint=f"there are {', '.join(_TABLES)}")
    stretch = _TABLES[into][str(line.meter)](line)
    meter = TimeSignature.parse("4/4" if into == "running" else into)
    moved = tuple(
        Note(begin, max(stretch.place(note.end) - begin, 1), note.symbol, note.source)
        for note, begin in ((note, stretch.place(note.onset)) for note in line.notes)
    )
    phrases, sections = (tuple(map(stretch.place, places)) for places in (line.phrases, line.sections))
    beat = int(meter.pulse_quarters * GRID)
    return closed(line._replace(notes=on_beats(moved, beat), meter=meter, phrases=phrases, sections=sections))


_TABLES = {"3/4": TRIPLE, "4/4": DUPLE, "6/8": COMPOUND, "running": RUNNING}


def on_beats(notes: tuple[Note, ...], beat: int = GRID) -> tuple[Note, ...]:
    """Notes where the stretching of uneven rhythms has left them beside a beat on which nothing begins: on that beat.

    >>> on_beats((Note(0, 60, 0, 0), Note(60, 12, 0, 1)))[1].onset
    48
    """
    taken = {note.onset for note in notes}
    onsets: list[int] = []
    for note in notes:
        near = note.onset // beat * beat
        free = near not in taken and note.onset - near in (beat // 2, beat // 4, 3 * beat // 4)
        before = onsets[-1] if onsets else near
        crowded = any(near < other < note.onset for other in taken)
        moved = near if free and before < near and not crowded else note.onset
        onsets.append(moved)
        taken.add(moved)
    return with_onsets(notes, onsets)


def with_onsets(notes: tuple[Note, ...], onsets: list[int]) -> tuple[Note, ...]:
    """The notes at other places in the same order; each lasts to the next, or as long before it as it did."""
    found = []
    for number, (note, onset) in enumerate(zip(notes, onsets, strict=True)):
        following = number + 1 < len(notes)
        gap = notes[number + 1].onset - note.end if following else 0
        end = onsets[number + 1] - max(gap, 0) if following else note.end
        found.append(note._replace(onset=onset, length=max(end - onset, 1)))
    return tuple(found)


def closed(line: Line) -> Line:
    """The line with a last note that lasts to the end of its measure, less the pickup with which the line begins."""
    last, first = line.notes[-1], line.notes[0]
    pickup = -first.onset % line.bar if first.onset < 0 else 0
    end = (last.onset // line.bar + 1) * line.bar
    end = end - pickup if end - pickup > last.onset else end + line.bar - pickup
    notes = (*line.notes[:-1], last._replace(length=end - last.onset))
    phrases = tuple(place for place in line.phrases[:-1] if place <= last.onset)
    sections = tuple(place for place in line.sections[:-1] if place <= last.onset)
    return line._replace(notes=notes, phrases=(*phrases, end), sections=(*sections, end))
