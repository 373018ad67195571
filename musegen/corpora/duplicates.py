"""Which pieces are one piece: equal notes in any transposition, and at any speed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from musegen.score.model import Score
from musegen.score.table import Flag

FEWEST_NOTES = 4


def digest(score: Score, *, at_any_speed: bool = False) -> str:
    """A digest of what sounds, whatever the transposition, spelling, parts, measures and leading rests are.

    `at_any_speed`: also whatever the note values are, as long as all are longer or shorter by one factor. "" is a
    score of too few notes to be taken for another.

    >>> from musegen.score.textgrid import parse_grid
    >>> one, higher = (parse_grid(f"meter: 4/4\\nS: {notes}") for notes in ("c4 d4 e4 f4", "d4 e4 f#4 g4"))
    >>> digest(one) == digest(higher), digest(one) == digest(parse_grid("meter: 4/4\\nS: c4 d4 e4 g4"))
    (True, False)
    """
    notes = score.notes.sounding()
    rows = notes.rows[~notes.has(Flag.GRACE)]
    if len(rows) < FEWEST_NOTES:
        return ""
    onset = rows["onset"].astype(np.int64) - int(rows["onset"].min())
    duration, pitch = rows["duration"].astype(np.int64), rows["pitch"].astype(np.int64)
    unit = int(np.gcd.reduce(np.concatenate([onset, duration])))
    if not at_any_speed:
        unit = int(np.gcd(unit, score.ticks_per_quarter))
    facts = np.unique(np.stack([onset // unit, duration // unit, pitch - pitch.min()], axis=1), axis=0)
    quarter = 0 if at_any_speed else score.ticks_per_quarter // unit
    return hashlib.sha256(f"{quarter} ".encode() + facts.astype("<i8").tobytes()).hexdigest()


def equal_groups(digests: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Names of pieces with one digest, two or more each, in the order given; "" equals nothing.

    >>> equal_groups({"a": "1", "b": "2", "c": "1", "d": "", "e": ""})
    (('a', 'c'),)
    """
    found: dict[str, list[str]] = {}
    for name, value in digests.items():
        found.setdefault(value or f" {name}", []).append(name)
    return tuple(tuple(names) for names in found.values() if len(names) > 1)
