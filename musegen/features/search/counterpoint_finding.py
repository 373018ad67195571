"""Counterpoint modules and kinds of motion between pairs of lines of a piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.search.chord_finding import CONTEXT, Found
from musegen.features.search.counterpoint_words import Contact, MotionWord
from musegen.features.search.matching import Bools, Row, Span, matches
from musegen.features.search.piece_rows import Arrays, Lines
from musegen.features.search.syntax import Pattern

Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]
"""Two lines by their numbers from the top, the upper one first."""


class _Events(NamedTuple):
    """What two lines sound at some moments: rows of notes, the lower sound and the upper one; -1 in silence."""

    lower: Ints
    upper: Ints
    sings: Bools
    steps: Ints  # staff steps from the lower voice up
    fifths: Ints
    moves: tuple[Ints, Ints, Ints]  # of the lower voice to the next moment: steps, semitones, fifths


def find_modules(pattern: Pattern[Contact], lines: Lines, pair: Pair, times: Ints | None) -> Iterator[Found]:
    """Every place of a module between two lines, heard at these times (None: wherever one of them begins a note).

    At every moment something moves; shorter notes between the times are passing. The voice that sounds lower is the
    lower one.

    Source: Antila and Cumming, The VIS Framework (2014).
    """
    at = _onsets(lines, pair) if times is None else times
    if not len(at) or not len(lines.times):
        return
    events = _events(lines, pair, at)
    sings = events.sings
    moved = (np.diff(lines.notes["pitch"][events.lower]) != 0) | (np.diff(lines.notes["pitch"][events.upper]) != 0)
    follows = np.concatenate([[False], sings[1:] & sings[:-1] & moved])
    row = Row(follows, follows & False, np.cumsum(~sings))
    name = f"{lines.names[pair[0]]}-{lines.names[pair[1]]}"
    for span in matches(pattern, row, lambda word: _is_contact(word, events)):
        if sings[span.first] and sings[span.last]:
            yield _found(lines, events, at, span, name)


def _is_contact(word: Contact, events: _Events) -> Bools:
    good = events.sings.copy()
    if word.interval is not None:
        good &= word.interval.fits(events.steps, events.fifths)
    if word.lower is not None:
        good &= np.concatenate([word.lower.fits(*events.moves) & events.sings[1:], [False]])
    return good


def _events(lines: Lines, pair: Pair, at: Ints) -> _Events:
    slices = np.searchsorted(lines.times, at, side="right") - 1
    rows = np.where((slices >= 0)[:, None], lines.row[np.maximum(slices, 0)][:, list(pair)], -1)
    sings = (rows[:, 0] >= 0) & (rows[:, 1] >= 0)
    pitch, fifths, diatonic = (
        column.astype(np.int64) for column in (lines.notes["pitch"], lines.notes["fifths"], lines.notes.diatonic)
    )
    upper, lower = rows[:, 0], rows[:, 1]
    crossed = sings & (pitch[upper] < pitch[lower])
    upper, lower = np.where(crossed, lower, upper), np.where(crossed, upper, lower)
    steps, apart = diatonic[upper] - diatonic[lower], fifths[upper] - fifths[lower]
    moves = (np.diff(diatonic[lower]), np.diff(pitch[lower]), np.diff(fifths[lower]))
    return _Events(lower, upper, sings, steps, apart, moves)


def _onsets(lines: Lines, pair: Pair) -> Ints:
    """Where one of two lines begins a note."""
    rows = lines.row[:, list(pair)]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    return np.asarray(lines.times[: len(rows)][new])


def _found(lines: Lines, events: _Events, at: Ints, span: Span, voices: str) -> Found:
    first, last = span
    rows = np.concatenate([events.upper[first : last + 1], events.lower[first : last + 1]])
    ids = dict.fromkeys(lines.notes["id"][rows].tolist())
    ends = lines.notes.end
    end = int(min(ends[events.upper[last]], ends[events.lower[last]]))
    return Found(
        int(at[first]), int(at[last]), max(end, int(at[last]) + 1),
        _told(events, max(first - CONTEXT, 0), first), _told(events, first, last + 1),
        _told(events, last + 1, min(last + 1 + CONTEXT, len(at))), tuple(ids), voices,
    )  # fmt: skip


def _told(events: _Events, start: int, end: int) -> str:
    """Intervals with the steps of the lower voice between them: `7_1 6_-2 8`, `r` in silence."""
    words = []
    for number in range(start, end):
        if not events.sings[number]:
            words.append("r")
            continue
        word = str(int(events.steps[number]) + 1)
        if number + 1 < end and events.sings[number + 1]:
            step = int(events.moves[0][number])
            word += f"_{step - 1 if step < 0 else step + 1}"
        words.append(word)
    return " ".join(words)


def find_motions(word: MotionWord, motions: Arrays, lines: Lines, pairs: list[Pair]) -> Iterator[Found]:
    """Every place where two of these lines move as a pattern says, from the edges of the voice-leading graph."""
    good = np.isin(motions["upper"] * 64 + motions["lower"], [upper * 64 + lower for upper, lower in pairs])
    if word.motion is not None:
        good &= motions["motion"] == word.motion
    if word.is_antiparallel:
        good &= motions["antiparallel"] != 0
    for asked, name in ((word.first, "first"), (word.second, "second")):
        if asked is not None:
            good &= asked.fits(motions[f"{name}_steps"].astype(np.int64), motions[name].astype(np.int64))
    for number in np.flatnonzero(good).tolist():
        yield _motion(motions, number, lines)


def _motion(motions: Arrays, number: int, lines: Lines) -> Found:
    before = [int(motions[name][number]) for name in ("upper_from", "lower_from")]
    after = [int(motions[name][number]) for name in ("upper_to", "lower_to")]
    onset, end = lines.notes["onset"], lines.notes.end
    ids = dict.fromkeys(lines.notes["id"][[*before, *after]].tolist())
    sizes = [int(motions[f"{name}_steps"][number]) for name in ("first", "second")]
    told = " ".join(str(size + 1 if size >= 0 else size - 1) for size in sizes)
    names = "-".join(lines.names[int(motions[name][number])] for name in ("upper", "lower"))
    first, arrival = max(int(onset[row]) for row in before), max(int(onset[row]) for row in after)
    return Found(first, arrival, min(int(end[row]) for row in after), "", told, "", tuple(ids), names)
