"""Ranges as people write them: `G3-D5`."""

from __future__ import annotations

import re

from musegen.errors import UsageError
from musegen.score.pitch import parse_pitch

_RANGE = re.compile(r"\s*([A-Ga-g](?:#|b|)\d)\s*(?:-|to|\.\.|–)\s*([A-Ga-g](?:#|b|)\d)\s*$")


def range_named(text: str) -> tuple[int, int]:
    """The MIDI numbers of the lowest and the highest note.

    Raises:
        UsageError: the text is no range, or the first note is not the lower one.

    >>> range_named("G3-D5"), range_named("Bb3 to c5")
    ((55, 74), (58, 72))
    """
    found = _RANGE.match(text)
    if not found:
        raise UsageError(f"`{text[:80]}` is no range", hint="write two notes, such as G3-D5")
    low, high = (parse_pitch(name).pitch for name in found.groups())
    if low >= high:
        raise UsageError(f"`{text[:80]}` goes down", hint="write the lower note first, such as G3-D5")
    return low, high
