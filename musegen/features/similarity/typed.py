"""A melody typed note by note, `g4 a4 b4:2 c5`, as a score."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from musegen.errors import MalformedScore, UsageError
from musegen.features.similarity.lines import FEWEST_NOTES
from musegen.score.model import Score
from musegen.score.pitch import parse_pitch
from musegen.score.textgrid import parse_grid

_MOST_NOTES, _FINEST, _LONGEST = 500, 48, 16


def typed_melody(notes: str) -> Score:
    """A melody typed as `g4 a4 b4 c5`, each note with its length in quarters after a colon where wanted: `g4:1.5`.

    A note without a length is as long as the one before it, the first a quarter; `r` is a rest. It is barred in 4/4.

    Raises:
        UsageError: a word is no note or no length, or there are fewer than five notes.

    >>> typed_melody("g4:1/2 a4 b4 c5 d5:2").notes["duration"].tolist()
    [5040, 5040, 5040, 5040, 20160]
    """
    cells, length = [], Fraction(1)
    for word in notes.split():
        name, _, told = word.partition(":")
        length = _length(told, word) if told else length
        cells.append((name if name == "r" else _checked(name), length))
    sounding = sum(name != "r" for name, _ in cells)
    if not FEWEST_NOTES <= sounding <= _MOST_NOTES:
        hint = f"name {FEWEST_NOTES} to {_MOST_NOTES}, such as g4 a4 b4 c5 d5:2"
        raise UsageError(f"{sounding} notes are no melody to look for", hint=hint)
    return _barred(cells)


def _barred(cells: list[tuple[str, Fraction]]) -> Score:
    parts = lcm(1, *(length.denominator for _, length in cells))  # of a quarter
    if parts > _FINEST:
        raise UsageError("these lengths have no common measure that can be written", hint="use 1, 1/2, 1/3, 1.5")
    row = [
        cell for name, length in cells for cell in (name, *("." if name != "r" else "r" for _ in _rest(length, parts)))
    ]
    row += ["r"] * (-len(row) % (4 * parts))
    bars = [" ".join(row[first : first + 4 * parts]) for first in range(0, len(row), 4 * parts)]
    try:
        return parse_grid(f"meter: 4/4; unit: 1/{4 * parts}\nS: " + " | ".join(bars))
    except MalformedScore as error:
        raise UsageError(error.full_message) from None


def _rest(length: Fraction, parts: int) -> range:
    return range(int(length * parts) - 1)


def _checked(name: str) -> str:
    if not name.strip("^~") == name or "+" in name:
        raise UsageError(f"`{name[:40]}` is not a note", hint="write it like c4, f#4 or bb3")
    parse_pitch(name)
    return name


def _length(text: str, word: str) -> Fraction:
    try:
        length = Fraction(text) if len(text) < 12 else Fraction(0)
    except (ValueError, ZeroDivisionError):
        length = Fraction(0)
    if not 0 < length <= _LONGEST:
        raise UsageError(f"`{word[:40]}` has no length", hint="write it like c4:1/2, c4:1.5 or c4:2")
    return length
