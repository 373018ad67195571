"""Rows of a pattern: cells of equal length that fill one measure or several, read as what is struck when."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from musegen.errors import PackError
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature

HOLD, REST = ".", "r"
BASS_CELLS = ("1", "3", "5", "6", "7", "8", "o", "w", "a")
"""What a bass plays: the chord's bass, members over its root, the bass an octave higher, or both (`o`), a walking note,
an approach to what follows."""
WHOLE, UPPER = "x", "u"
"""What chords are struck as: all voices, or all but the lowest; else voices by number from the lowest, `1+3`."""
HIT, SOFT = "x", "o"
_MOST_CELLS = 96


class Act(NamedTuple):
    """Something struck; times in quarters from the barline."""

    start: Fraction
    end: Fraction
    cell: str


Bar = tuple[Act, ...]
"""What one measure strikes."""


def parse_row(text: str, meter: TimeSignature, layer: str) -> tuple[Bar, ...]:
    """The measures of a row; `|` stands between them. `.` goes on with the note or rest before it; drums only strike.

    Raises:
        PackError: an unknown cell, a hold where nothing sounds, or cells that do not divide the measure.

    >>> [(str(act.start), str(act.end), act.cell) for act in parse_row("1 . 5 r", TimeSignature(4, 4), "bass")[0]]
    [('0', '2', '1'), ('2', '3', '5')]
    """
    return tuple(_bar(part.split(), meter, layer, text) for part in text.strip().strip("|").split("|"))


def _bar(cells: list[str], meter: TimeSignature, layer: str, text: str) -> Bar:
    length = meter.quarters / len(cells) if cells else Fraction(0)
    if not cells or len(cells) > _MOST_CELLS or (length * TICKS_PER_QUARTER).denominator != 1:
        hint = "every cell is as long as the others, such as 8 eighths in 4/4"
        raise PackError(f"{len(cells)} cells do not divide a measure of {meter}: `{text[:80]}`", hint=hint)
    acts: list[Act] = []
    is_sounding = False
    for number, cell in enumerate(cells):
        start = number * length
        if cell == HOLD and layer != "drums":
            if not number:
                raise PackError(f"a measure of {layer} begins with a hold: `{text[:80]}`", hint="a rest is `r`")
            if is_sounding:
                acts[-1] = acts[-1]._replace(end=start + length)
        elif cell in (HOLD, REST):
            is_sounding = False
        else:
            _check_cell(cell, layer, text)
            acts.append(Act(start, start + length, cell))
            is_sounding = True
    return tuple(acts)


def _check_cell(cell: str, layer: str, text: str) -> None:
    known = {"bass": BASS_CELLS, "chords": (WHOLE, UPPER), "drums": (HIT, SOFT)}[layer]
    is_voices = layer == "chords" and all(part.isdigit() and part != "0" and len(part) == 1 for part in cell.split("+"))
    if cell not in known and not is_voices:
        more = ", or voices by number such as 2 or 1+3" if layer == "chords" else ""
        hint = f"there are {' '.join(known)}{more}, `.` and `r`"
        raise PackError(f"`{cell[:20]}` is no cell of a row of {layer}: `{text[:80]}`", hint=hint)


def scaled(bar: Bar, factor: Fraction) -> Bar:
    """The same bar so many times as long."""
    return tuple(Act(act.start * factor, act.end * factor, act.cell) for act in bar)


def between(bar: Bar, start: Fraction, end: Fraction) -> Bar:
    """What a bar strikes from one time to another, counted from the first; what sounds over the end is cut."""
    return tuple(Act(act.start - start, min(act.end, end) - start, act.cell) for act in bar if start <= act.start < end)


def joined(bars: Iterable[tuple[Bar, Fraction]]) -> Bar:
    """Bars of given lengths one after the other as one bar.

    >>> half = parse_row("1 5", TimeSignature(2, 4), "bass")[0]
    >>> [str(act.start) for act in joined([(half, Fraction(2)), (half, Fraction(2))])]
    ['0', '1', '2', '3']
    """
    found: list[Act] = []
    time = Fraction(0)
    for bar, length in bars:
        found += [Act(act.start + time, act.end + time, act.cell) for act in bar]
        time += length
    return tuple(found)
