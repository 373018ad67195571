"""A lead sheet as a chord chart in text: four measures a row, the symbols over their numerals."""

from __future__ import annotations

from typing import NamedTuple

from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.numeral_styles import NumeralStyle, written
from musegen.theory.songs.sheet import SheetChord, sheet_chords

_ROW = 4  # measures
_SAME, _NONE = "%", "N.C."


class _Cell(NamedTuple):
    """A measure of the chart: its symbols and their numerals, each pair in one column."""

    number: str
    symbols: tuple[str, ...]
    numerals: tuple[str, ...]


def chart(analysis: Analysis, score: Score, style: NumeralStyle = "jazz") -> list[str]:
    """The lines of a chart; `%` where a chord goes on through a measure, N.C. before the first, a key where it changes.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.songs.reading import stated_by_symbols
    >>> sheet = parse_grid("key: F major; meter: 2/4\\nS: b4 g4 | a4 . | f4 .\\nC: Gm7 C7 | Fmaj7 . | . .")
    >>> print("\\n".join(chart(stated_by_symbols(sheet), sheet)))
      1 | Gm7    C7 | Fmaj7 | %
        | F: ii7 V7 | Imaj7 |
    """
    symbols = {chord.onset: chord for chord in sheet_chords(score)}
    cells = _cells(analysis.chords, score, symbols, style)
    lines = []
    for first in range(0, len(cells), _ROW):
        row = cells[first : first + _ROW]
        columns = [_columns(cell) for cell in row]
        head = f"{row[0].number:>3}"
        lines += [
            f"{head} | {' | '.join(upper for upper, _ in columns)}".rstrip(),
            f"{' ' * len(head)} | {' | '.join(lower for _, lower in columns)}".rstrip(),
        ]
    return lines


def _cells(
    chords: tuple[ChordSpan, ...], score: Score, symbols: dict[int, SheetChord], style: NumeralStyle
) -> list[_Cell]:
    by_measure: dict[int, list[tuple[str, str]]] = {}
    key = None
    for chord in chords:
        here = by_measure.setdefault(score.measure_index_at(chord.onset), [])
        sign = "" if chord.key == key else f"{chord.key}: "
        symbol = symbols.get(chord.onset)
        here.append((symbol.printed if symbol else "", sign + written(chord.numeral, style)))
        key = chord.key
    found = []
    for index, measure in enumerate(score.measures):
        goes_on = bool(chords) and chords[0].onset < measure.onset
        pairs = by_measure.get(index, [(_SAME if goes_on else _NONE, "")])
        found.append(_Cell(measure.number, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)))
    skips_pickup = score.measures[0].is_pickup and 0 not in by_measure
    return found[1:] if skips_pickup else found


def _columns(cell: _Cell) -> tuple[str, str]:
    """Both lines of a cell, as wide as each other."""
    widths = [max(len(pair[0]), len(pair[1])) for pair in zip(cell.symbols, cell.numerals, strict=True)]
    upper = " ".join(text.ljust(width) for text, width in zip(cell.symbols, widths, strict=True))
    lower = " ".join(text.ljust(width) for text, width in zip(cell.numerals, widths, strict=True))
    return upper, lower
