"""Which pieces are one piece: equal notes in any transposition and at any speed, and melodies with shared turns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import Flag

COMMON = 60
"""Melodies that may share a turn; one that more have says nothing of kinship."""
FEWEST = 5
"""Turns that kin must share at least, however short they are: a scale or a triad makes no family."""
FEWEST_NOTES = 4
Melody = npt.NDArray[np.int8]


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


def melody_of(score: Score) -> Melody:
    """The intervals of the first part's upper line, in semitones, repeated notes left out.

    >>> from musegen.score.textgrid import parse_grid
    >>> melody_of(parse_grid("meter: 4/4\\nS: c4 c4 e4 d4")).tolist()
    [4, -2]
    """
    notes = score.notes.sounding()
    rows = notes.rows[(notes["part"] == 0) & ~notes.has(Flag.GRACE)]
    rows = rows[np.lexsort((-rows["pitch"].astype(np.int64), rows["onset"]))]
    top = rows["pitch"][np.unique(rows["onset"], return_index=True)[1]].astype(np.int64)
    steps = np.diff(top)
    intervals: Melody = np.clip(steps[steps != 0], -127, 127).astype(np.int8)
    return intervals


def kin(melodies: Sequence[Melody], *, notes: int, share: float) -> Iterable[tuple[int, int]]:
    """Pairs of melodies that share so many of their turns of so many notes (up to 8), by the shorter one's count.

    >>> tune = np.array([2, 2, 1, 2, 2, 2, 1, -1, -2, 5, -5, 3], np.int8)
    >>> list(kin([tune, tune[::-1], tune[2:]], notes=5, share=0.5))
    [(0, 2)]
    """
    from scipy.sparse import csr_matrix, triu

    turns = [_turns(melody, notes - 1) for melody in melodies]
    sizes = np.array([len(found) for found in turns], np.int64)
    rows = np.repeat(np.arange(len(turns)), sizes)
    _, columns = np.unique(np.concatenate([*turns, np.zeros(0, np.int64)]), return_inverse=True)
    rare = np.bincount(columns)[columns] <= COMMON if len(columns) else np.zeros(0, bool)
    shape = (len(turns), int(columns.max(initial=0)) + 1)
    table = csr_matrix((np.ones(int(rare.sum()), np.int32), (rows[rare], columns[rare])), shape=shape)
    shared = triu(table @ table.T, k=1).tocoo()
    near = shared.data >= np.maximum(FEWEST, share * np.minimum(sizes[shared.row], sizes[shared.col]))
    return sorted(zip(shared.row[near].tolist(), shared.col[near].tolist(), strict=True))


def _turns(melody: Melody, length: int) -> npt.NDArray[np.int64]:
    """Every run of so many intervals, once, as a number."""
    if len(melody) < length:
        return np.zeros(0, np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(melody.astype(np.int64), length)
    return np.unique((windows * 257 ** np.arange(length, dtype=np.int64)).sum(axis=1))
