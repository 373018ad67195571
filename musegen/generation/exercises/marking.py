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
    "chords": ("Chords", "chords of the level that fit the melody, complete and well doubled{chords}"),
    "voice-leading": (
        "Voice leading",
        "off for each fault: 3 for parallels, 2 for an unresolved leading note or seventh, 1 for an awkward leap; "
        "the same fault counts three times at most",
    ),
    "cadences": ("Cadences", "{each} for each cadence marked: the right chords, rightly led"),
    "numerals": ("Key and numerals", "{named}; numerals and figures agree with the chords written{numerals}"),
    "non-chord-tones": (
        "Non-chord tones",
        "each lettered, its part of the marks; 1 off for each in the lower voices wrongly led",
    ),
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


def mark_scheme(
    level: Level, measures: int, cadences: int, *, has_tones: bool, chords: int = 0, modulates: bool = False
) -> tuple[MarkRow, ...]:
    """What the marks of a sheet are for; they add up to `total_marks(measures)`.

    `has_tones` says whether the sheet asks for non-chord tones, `chords` how many chords it asks for (0 is not said),
    `modulates` whether there is more than one key to name.

    >>> from musegen.generation.levels import level_named
    >>> [(row.aspect, row.marks) for row in mark_scheme(level_named(1), 8, 2, has_tones=False)]
    [('chords', 7), ('voice-leading', 6), ('cadences', 4), ('numerals', 3)]
    """
    parts = dict(level.marks)
    each = parts.pop(_CADENCE)
    if not has_tones:
        parts.pop("non-chord-tones", None)
    marks = _shared(total_marks(measures) - each * cadences, parts) | {"cadences": each * cadences}
    said = {
        "each": each,
        "named": "every key named" if modulates else "the key named",
        "chords": _rate(marks["chords"], chords),
        "numerals": _rate(marks["numerals"], chords),
    }
    return tuple(
        MarkRow(aspect, title, words.format(**said), marks[aspect])
        for aspect, (title, words) in _WORDS.items()
        if aspect in marks
    )


def _rate(marks: int, chords: int) -> str:
    """How many wrong chords cost a mark.

    >>> _rate(7, 19)
    '; one off for every 3 wrong of the 19'
    """
    if not marks or not chords:
        return ""
    wrong = max(round(chords / marks), 1)
    return f"; one off for every {wrong if wrong > 1 else 'one'} wrong of the {chords}"


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
