"""Where the bass and a line above it are heard again at another pitch: the raw material of sequences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.voices import Slices

Ints = npt.NDArray[np.int64]

LETTERS = 7
LONGEST_PULSES, LONGEST_MEASURES = 8, 4
"""The longest models that are tried."""
REPEATED = 1.0
"""How much of the model must be heard again, as a share of its length."""


@dataclass(frozen=True)
class Line:
    """The notes of one line: where each begins, its staff step, its place on the line of fifths, its row."""

    onset: Ints
    diatonic: Ints
    fifths: Ints
    row: Ints


class Run(NamedTuple):
    """From `onset` to `end` (ticks) every note of a line is heard again, the same number of letters higher."""

    onset: int
    end: int
    letters: int  # 1 to 6: the octave does not count


class Repeat(NamedTuple):
    """Bass and at least one other line, heard again `shift` ticks later at another step; the first of them."""

    onset: int
    end: int  # of what is heard again: the music of the repeat lasts `shift` longer
    shift: int
    letters: int
    lines: tuple[int, ...]  # which lines go along with the bass
    notes: int  # how many notes of bass and lines are heard again
    share: float  # of the notes of all voices
    real: bool  # each by the same interval exactly


def lines_of(slices: Slices) -> list[Line]:
    """The lowest sounding line first, then each voice from the top.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 .")
    >>> [line.diatonic.tolist() for line in lines_of(slices_of(assign_voices(piece)))]
    [[21], [35, 36], [21]]
    """
    lowest = slices.lowest
    begins = (lowest >= 0) & (np.append(-2, lowest[:-1]) != lowest)
    found = [_line(slices, slices.onset[begins], lowest[begins])]
    for voice in range(slices.row.shape[1]):
        attacks = slices.attack[:, voice]
        found.append(_line(slices, slices.onset[attacks], slices.row[attacks, voice].astype(np.int64)))
    return found


def _line(slices: Slices, onset: Ints, row: Ints) -> Line:
    notes = slices.notes
    return Line(onset, notes.diatonic[row].astype(np.int64), notes["fifths"][row].astype(np.int64), row)


def structural_lines(slices: Slices, grid: Ints) -> list[Line]:
    """What the same lines sound at the moments of a grid: their notes without ornaments between the beats.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> piece = parse_grid("meter: 2/4\\nS: r r | c5 d5\\nB: r r | c3 .")
    >>> structural_lines(slices_of(assign_voices(piece)), pulses_of(piece))[1].onset.tolist()
    [20160, 30240]
    """
    grid = grid[grid >= slices.onset[0]]
    at = slices.at(grid)
    rows = [slices.lowest[at], *slices.row[at].T]
    return [_line(slices, grid[row >= 0], row[row >= 0].astype(np.int64)) for row in rows]


def pulses_of(score: Score) -> Ints:
    """Every felt beat of every measure, in ticks."""
    found: list[int] = []
    for measure in score.measures:
        pulse = score.ticks(measure.time_signature.pulse_quarters)
        end = measure.onset + measure.length
        found += sorted(range(end - pulse, measure.onset - 1, -pulse))
    return np.array(found, dtype=np.int64)


def shifts_of(score: Score) -> list[int]:
    """The lengths of a model that are tried, in ticks: felt beats and measures of each meter of the piece."""
    found = set()
    for meter in {measure.time_signature for measure in score.measures}:
        pulse, measure = score.ticks(meter.pulse_quarters), score.ticks(meter.quarters)
        found |= {pulse * number for number in range(1, LONGEST_PULSES + 1)}
        found |= {measure * number for number in range(1, LONGEST_MEASURES + 1)}
    return sorted(found)


def repeats(lines: list[Line], shifts: list[int]) -> list[Repeat]:
    """Every stretch in which the lowest line and another one are heard again at another pitch."""
    return [repeat for shift in shifts for repeat in _repeats_after(lines, shift)]


def _repeats_after(lines: list[Line], shift: int) -> Iterator[Repeat]:
    runs = [_runs(line, shift) for line in lines]
    for bass in runs[0]:
        stretches = {both for upper in runs[1:] for both in _together(bass, upper, shift)}
        for onset, end in sorted(stretches):
            repeat = _repeat(lines, runs, Run(onset, end, bass.letters), shift)
            if repeat is not None:
                yield repeat


def _together(bass: Run, upper: list[Run], shift: int) -> Iterator[tuple[int, int]]:
    """From when to when runs of another line go with the bass; the runs of a line follow each other."""
    first = bisect_left(upper, bass.onset + shift, key=lambda run: run.end)
    for run in islice(upper, first, None):
        if run.onset + shift > bass.end:
            return
        both = max(bass.onset, run.onset), min(bass.end, run.end)
        if run.letters == bass.letters and both[1] - both[0] >= REPEATED * shift:
            yield both


def _repeat(lines: list[Line], runs: list[list[Run]], here: Run, shift: int) -> Repeat | None:
    """The lines that go along, if one of them is more than the bass or its double."""
    along = tuple(
        number
        for number, found in enumerate(runs)
        if number and any(_together(here, found, here.end - here.onset)) and not _follows(lines[number], lines[0], here)
    )
    if not along:
        return None
    intervals = [_intervals(lines[number], here, shift) for number in (0, *along)]
    rows = [line.row[within(line, here.onset, here.end)] for line in lines]
    notes = sum(len(np.unique(rows[number])) for number in (0, *along))
    share = notes / max(len(np.unique(np.concatenate(rows))), 1)
    real = len(np.unique(np.concatenate(intervals))) == 1
    return Repeat(here.onset, here.end, shift, here.letters, along, notes, share, real)


def within(line: Line, onset: int, end: int) -> slice:
    """The notes of a line that begin between two times."""
    first, last = np.searchsorted(line.onset, (onset, end))
    return slice(int(first), int(last))


def _intervals(line: Line, here: Run, shift: int) -> Ints:
    """By how many fifths each note is heard transposed."""
    inside = within(line, here.onset, here.end)
    return line.fifths[np.searchsorted(line.onset, line.onset[inside] + shift)] - line.fifths[inside]


def _follows(line: Line, bass: Line, here: Run) -> bool:
    """The line is the bass itself, doubles it, or is silent."""
    mine, its = within(line, here.onset, here.end), within(bass, here.onset, here.end)
    if mine.stop == mine.start:
        return True
    same = np.intersect1d(line.row[mine], bass.row[its])
    if 2 * len(same) >= mine.stop - mine.start:
        return True
    return _is_parallel(line, bass, here) and bool(
        (line.diatonic[mine.start] - bass.diatonic[its.start]) % LETTERS == 0
    )


def is_uniform(lines: list[Line], repeat: Repeat) -> bool:
    """Bass and lines do nothing but go on by one interval, or in parallel: scales and arpeggios side by side."""
    here = Run(repeat.onset, repeat.end + repeat.shift, repeat.letters)
    notes = [lines[number].diatonic[within(lines[number], here.onset, here.end)] for number in (0, *repeat.lines)]
    if all(len(np.unique(np.diff(line) % LETTERS)) <= 1 for line in notes):
        return True
    return all(_is_parallel(lines[number], lines[0], here) for number in repeat.lines)


def _is_parallel(line: Line, bass: Line, here: Run) -> bool:
    """The line goes with the bass, note against note, at one interval."""
    mine, its = within(line, here.onset, here.end), within(bass, here.onset, here.end)
    if not np.array_equal(line.onset[mine], bass.onset[its]):
        return False
    return len(np.unique((line.diatonic[mine] - bass.diatonic[its]) % LETTERS)) == 1


def _runs(line: Line, shift: int) -> list[Run]:
    """Where the notes of a line come again after `shift`, in the same rhythm and all by the same letters."""
    onset, count = line.onset, len(line.onset)
    if not count:
        return []
    later = np.minimum(np.searchsorted(onset, onset + shift), count - 1)
    again = onset[later] == onset + shift
    letters = (line.diatonic[later] - line.diatonic) % LETTERS
    linked = again[:-1] & again[1:] & (np.diff(later) == 1) & (np.diff(letters) == 0)
    first = np.flatnonzero(again & (letters > 0) & ~np.append(False, linked))
    last = np.flatnonzero(again & (letters > 0) & ~np.append(linked, False))
    following = np.append(onset[1:], onset[-1] + shift)
    end = np.minimum(following[last], following[later[last]] - shift)
    long = end - onset[first] >= REPEATED * shift
    columns = (onset[first][long], end[long], letters[first][long])
    return [Run(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
