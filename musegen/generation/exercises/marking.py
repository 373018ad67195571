"""Mark schemes: what the marks of a sheet are for, shared out by the `[marks]` table of its level.

A sheet is worth two and a half marks a measure. Each cadence has its own; the rest is shared out in the level's parts.
"""

from __future__ import annotations

from typing import NamedTuple

from musegen.engraving.marks import Table
from musegen.generation.levels import Level

_MARKS_A_MEASURE = 2.5
_CADENCE = "cadence"
_WORDS = {
    "chords": ("Chords", "on each * a chord of the level that fits the melody, complete and well doubled"),
    "voice-leading": (
        "Voice leading",
        "one off for each fault: parallels, awkward leaps, an unresolved leading note or seventh",
    ),
    "cadences": ("Cadences", "{each} for each cadence marked: the right chords, rightly led"),
    "numerals": ("Key and numerals", "every key named; numerals and figures agree with the chords written"),
    "non-chord-tones": ("Non-chord tones", "lettered, and those of the lower voices rightly led"),
}


class MarkRow(NamedTuple):
    """One line of a mark scheme."""

    aspect: str
    title: str
    words: str  # how to give them
    marks: int


def total_marks(measures: int) -> int:
    """What a sheet of so many measures is worth.

    >>> total_marks(8)
    20
    """
    return round(_MARKS_A_MEASURE * measures)


def mark_scheme(level: Level, measures: int, cadences: int, *, has_tones: bool) -> tuple[MarkRow, ...]:
    """What the marks of a sheet are for; they add up to `total_marks(measures)`.

    `has_tones` says whether the sheet asks for non-chord tones.

    >>> from musegen.generation.levels import level_named
    >>> [(row.aspect, row.marks) for row in mark_scheme(level_named(1), 8, 2, has_tones=False)]
    [('chords', 7), ('voice-leading', 6), ('cadences', 4), ('numerals', 3)]
    """
    parts = dict(level.marks)
    each = parts.pop(_CADENCE)
    if not has_tones:
        parts.pop("non-chord-tones", None)
    marks = _shared(total_marks(measures) - each * cadences, parts) | {"cadences": each * cadences}
    return tuple(
        MarkRow(aspect, title, words.format(each=each), marks[aspect])
        for aspect, (title, words) in _WORDS.items()
        if aspect in marks
    )


def mark_table(scheme: tuple[MarkRow, ...]) -> Table:
    """The scheme as a table with room for the marks given."""
    total = sum(row.marks for row in scheme)
    lines = [(row.title, row.words, f"{row.marks}", "") for row in scheme]
    return Table((("Marks for", "", "marks", "given"), *lines, ("Total", "", f"{total}", "")), (0.19, 0.61, 0.08, 0.12))


def _shared(total: int, parts: dict[str, int]) -> dict[str, int]:
    """The total in whole marks, as near to the parts as whole numbers go: largest remainders are rounded up."""
    whole = sum(parts.values())
    shares = {name: divmod(total * part, whole) for name, part in parts.items()}
    left = total - sum(share for share, _ in shares.values())
    up = sorted(shares, key=lambda name: -shares[name][1])[:left]
    return {name: share + (name in up) for name, (share, _) in shares.items()}
