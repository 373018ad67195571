"""Which melodies are of one family: they share turns, the notes on their beats, or a long run of equal notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.model import Measure, Score
from musegen.score.table import Flag, NoteTable

COMMON = 60
"""Melodies that may share a turn; one that more have says nothing of kinship."""
COMMON_ON_BEATS = 20
"""The same for turns of the notes on the beats, of which there are fewer different ones."""
FEWEST = 5
"""Turns that kin must share at least, however short they are: a scale or a triad makes no family."""
Melody = npt.NDArray[np.int8]
Tones = npt.NDArray[np.int64]


def melody_of(score: Score) -> Melody:
    """The intervals of the first part's upper line, in semitones, repeated notes left out.

    >>> from musegen.score.textgrid import parse_grid
    >>> melody_of(parse_grid("meter: 4/4\\nS: c4 c4 e4 d4")).tolist()
    [4, -2]
    """
    steps = np.diff(_upper_line(score)["pitch"].astype(np.int64))
    return _small(steps[steps != 0])


def beats_of(score: Score) -> Melody:
    """The intervals between the notes of that line on the beats, in steps of the staff: ornaments and mode are gone.

    A beat is a pulse, and in 2/2 and 2/4 half of one, so that a reel is the same in either.

    >>> from musegen.score.textgrid import parse_grid
    >>> plain, turned = "c5 . . e5 . . | g5 . . c5 . .", "c5 d5 c5 eb5 f5 d5 | g5 ab5 bb5 c5 . ."
    >>> [beats_of(parse_grid(f"meter: 6/8; unit: 1/8\\nS: {notes}")).tolist() for notes in (plain, turned)]
    [[2, 2, -4], [2, 2, -4]]
    """
    line = _upper_line(score)
    places = list(_beats(score.measures, score.ticks_per_quarter))
    sounding = np.searchsorted(line["onset"], np.array(places, np.int64), side="right") - 1
    return _small(np.diff(line.diatonic[sounding[sounding >= 0]]).astype(np.int64))


def tones_of(score: Score) -> Tones:
    """Each note of that line but the last, as a number made of its length and the semitones to the next one.

    >>> from musegen.score.textgrid import parse_grid
    >>> low, high, uneven = (tones_of(parse_grid(f"meter: 4/4\\nS: {notes}")) for notes in
    ...  ("c4 d4 e4 c4", "g4 a4 b4 g4", "c4 . d4 c4"))
    >>> bool((low == high).all()), len(uneven)
    (True, 2)
    """
    line = _upper_line(score)
    lengths = line["duration"][:-1].astype(np.int64) * TICKS_PER_QUARTER // score.ticks_per_quarter
    tones: Tones = (lengths << 8) + _small(np.diff(line["pitch"]).astype(np.int64)) + 128
    return tones


def _upper_line(score: Score) -> NoteTable:
    notes = score.notes.sounding()
    rows = notes.rows[(notes["part"] == 0) & ~notes.has(Flag.GRACE)]
    rows = rows[np.lexsort((-rows["pitch"].astype(np.int64), rows["onset"]))]
    return NoteTable(rows[np.unique(rows["onset"], return_index=True)[1]])


def _small(steps: npt.NDArray[np.int64]) -> Melody:
    small: Melody = np.clip(steps, -127, 127).astype(np.int8)
    return small


def _beats(measures: Sequence[Measure], ticks_per_quarter: int) -> Iterator[int]:
    """Where beats are, in ticks; a measure that a repeat cuts in two goes on in its second half."""
    before = 0
    for measure in measures:
        meter = measure.time_signature
        full, pulses = int(meter.quarters * ticks_per_quarter), int(meter.quarters / meter.pulse_quarters)
        step = max(1, full // (4 if pulses == 2 and not meter.is_compound else pulses))
        is_short = measure.length < full
        is_rest_of_one = is_short and (measure.is_pickup or before + measure.length == full)
        skipped = (full - measure.length) % step if is_rest_of_one else 0
        yield from range(measure.onset + (step - skipped) % step, measure.onset + measure.length, step)
        before = measure.length if is_short and not is_rest_of_one else 0


def kin(melodies: Sequence[Melody], *, notes: int, share: float, common: int = COMMON) -> Iterable[tuple[int, int]]:
    """Pairs of melodies that share so many of their turns of so many notes, by the shorter one's count.

    A turn that more than `common` melodies have, or that hardly moves, does not count.

    >>> tune = np.array([2, 2, 1, 2, 2, 2, 1, -1, -2, 5, -5, 3], np.int8)
    >>> list(kin([tune, tune[::-1], tune[2:]], notes=5, share=0.5))
    [(0, 2)]
    """
    from scipy.sparse import csr_matrix, triu

    turns = [np.unique(_turns(melody, notes - 1)) for melody in melodies]
    sizes = np.array([len(found) for found in turns], np.int64)
    rows = np.repeat(np.arange(len(turns)), sizes)
    every = np.concatenate([*turns, np.zeros(0, f"V{notes - 1}")])
    _, columns = np.unique(every, return_inverse=True)
    rare = np.bincount(columns)[columns] <= common if len(columns) else np.zeros(0, bool)
    shape = (len(turns), int(columns.max(initial=0)) + 1)
    table = csr_matrix((np.ones(int(rare.sum()), np.int32), (rows[rare], columns[rare])), shape=shape)
    shared = triu(table @ table.T, k=1).tocoo()
    near = shared.data >= np.maximum(FEWEST, share * np.minimum(sizes[shared.row], sizes[shared.col]))
    return sorted(zip(shared.row[near].tolist(), shared.col[near].tolist(), strict=True))


def _turns(melody: Melody, length: int) -> npt.NDArray[np.void]:
    """Every run of so many intervals that moves at least every other time."""
    if len(melody) < length:
        return np.zeros(0, f"V{length}")
    windows = np.lib.stride_tricks.sliding_window_view(melody, length)
    moving = windows[(windows != 0).sum(axis=1) >= length // 2]
    return np.ascontiguousarray(moving).view(f"V{length}").ravel()


def sharing(tunes: Sequence[Tones], *, notes: int) -> Iterator[tuple[int, int]]:
    """Pairs of tunes that share so many notes in a row, equal in intervals and lengths.

    Of tunes that share one run each is paired with the first; a run that hardly moves does not count.

    >>> tune = (10080 << 8) + 128 + np.array([2, 2, 1, 2, 2, 2, 1, -1, -2], np.int64)
    >>> list(sharing([tune, tune[::-1], tune[3:]], notes=7)), list(sharing([tune, tune[3:]], notes=8))
    ([(0, 2)], [])
    """
    first: dict[bytes, int] = {}
    for number, tones in enumerate(tunes):
        if len(tones) < notes - 1:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(tones, notes - 1)
        for window in windows[((windows & 255) != 128).sum(axis=1) >= (notes - 1) // 2]:
            holder = first.setdefault(window.tobytes(), number)
            if holder != number:
                yield holder, number
