"""Places of a piece in words, for the lines that tell of an aspect."""

from __future__ import annotations

from musegen.score.model import Score


def measures(score: Score, onset: int, end: int) -> str:
    """The measures from a moment to the last one before another, times in ticks.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5 | e5 f5 | g5 .")
    >>> measures(piece, 0, 20160), measures(piece, 10080, 50400)
    ('measure 1', 'measures 1 to 3')
    """
    first, last = score.place(onset).measure, score.place(max(onset, end - 1)).measure
    return f"measure {first}" if first == last else f"measures {first} to {last}"
