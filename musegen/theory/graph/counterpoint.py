"""Simultaneity and motion: what pairs of lines sound together, and how they move from sonority to sonority."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import Flag, distinct
from musegen.score.voices import SILENT, Slices
from musegen.theory.graph import schema
from musegen.theory.graph.lines import Lines
from musegen.theory.graph.schema import Begins, Consonance
from musegen.theory.graph.structure import Rows, table
from musegen.theory.motion import FIFTH, FOURTH, OCTAVE, Motion, interval_fifths, interval_steps, motion
from musegen.theory.sonority import Sonority
from musegen.theory.succession import Arrivals, units_at

Columns = dict[str, npt.NDArray[Any]]
_THIRDS_AND_SIXTHS = (-4, -3, 3, 4)
_AT_ONCE = 1 << 20
"""Pairs of lines laid out at a time: a score of thirty voices must fit in memory."""


def simultaneities(lines: Lines) -> Rows:
    """An edge for each pair of notes that sound together, in order of the slice where they meet."""
    slices = lines.slices
    whole = Sonority.of(slices)
    parts = [_meetings(slices, whole[part], part) for part in _blocks(len(slices), slices.row.shape[1])]
    columns = _joined(parts)
    return table(schema.SIMULTANEITY, len(columns["source"]), columns)


def _meetings(slices: Slices, sonority: Sonority, part: slice) -> Columns:
    row, attack = slices.row[part], sonority.attack
    upper, lower = sonority.pairs
    at, pair = np.nonzero(sonority.together & (attack[:, upper] | attack[:, lower]))
    high, low = upper[pair], lower[pair]
    source, target = row[at, high], row[at, low]
    kept = _first_of_each(source, target)
    at, pair, source, target = at[kept], pair[kept], source[kept], target[kept]
    high, low = upper[pair], lower[pair]
    notes, pitch = slices.notes, sonority.pitch.astype(np.int64)
    fifths = interval_fifths(sonority)[at, pair]
    on_bass = np.minimum(pitch[at, high], pitch[at, low]) == notes["pitch"][slices.lowest[part][at]]
    return {
        "source": source, "target": target, "slice": at + part.start,
        "duration": np.minimum(notes.end[source], notes.end[target]) - slices.onset[part][at],
        "semitones": pitch[at, high] - pitch[at, low],
        "steps": interval_steps(sonority)[at, pair],
        "fifths": fifths,
        "consonance": _consonance(fifths, on_bass),
        "begins": np.where(~attack[at, low], Begins.SOURCE, np.where(~attack[at, high], Begins.TARGET, Begins.BOTH)),
    }  # fmt: skip


def _first_of_each(source: npt.NDArray[np.int32], target: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
    """A note that two lines share meets another once, and itself never."""
    if not len(source):
        return np.zeros(0, dtype=np.intp)
    pairs = np.stack([source, target], axis=1)
    first = np.sort(np.unique(pairs, axis=0, return_index=True)[1])
    return np.asarray(first[source[first] != target[first]])


def _consonance(fifths: npt.NDArray[np.integer], on_bass: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    perfect = (fifths == OCTAVE) | (fifths == FIFTH) | ((fifths == FOURTH) & ~on_bass)
    imperfect = np.isin(fifths, _THIRDS_AND_SIXTHS)
    kinds = [int(kind) for kind in (Consonance.PERFECT, Consonance.IMPERFECT)]
    return np.select([perfect, imperfect], kinds, int(Consonance.DISSONANT)).astype(np.int8)


def motions(score: Score, lines: Lines) -> Rows:
    """An edge for each pair of lines and each slice where one of them has a new note, in order of time.

    The two earlier notes sounded together, and no rest of a denominator unit in both lines lies between.
    """
    arrivals = lines.arrivals
    unit = units_at(score, arrivals.onset[arrivals.target])
    breaks = _phrase_breaks(lines)
    parts = [
        _moves(arrivals, unit[part], breaks, part) for part in _blocks(len(arrivals.source), arrivals.after.shape[1])
    ]
    columns = _joined(parts)
    return table(schema.MOTION, len(columns["source"]), columns)


def _moves(arrivals: Arrivals, unit: npt.NDArray[np.int64], breaks: npt.NDArray[np.int64], part: slice) -> Columns:
    here = arrivals.part(part)
    first, second = _heard(here, here.before), _heard(here, here.after, here.attack)
    upper, lower = second.pairs
    silence = np.minimum(here.silence[:, upper], here.silence[:, lower]) < unit[:, None]
    new = here.attack[:, upper] | here.attack[:, lower]
    at, pair = np.nonzero(second.together & new & silence & here.overlapped(upper, lower))
    high, low = upper[pair], lower[pair]
    kind = motion(first, second)[at, pair]
    one, two = interval_fifths(first)[at, pair], interval_fifths(second)[at, pair]
    rows = {"upper_from": here.before[at, high], "lower_from": here.before[at, low],
            "upper_to": here.after[at, high], "lower_to": here.after[at, low]}  # fmt: skip
    perfect = (one == two) & ((one == FIFTH) | (one == OCTAVE))
    return {
        "source": here.source[at], "target": here.target[at], "upper": high, "lower": low, **rows,
        "motion": kind, "first": one, "second": two,
        "first_steps": interval_steps(first)[at, pair], "second_steps": interval_steps(second)[at, pair],
        "antiparallel": (kind == Motion.CONTRARY) & perfect,
        "connected": _connected(here, rows, at, breaks),
    }  # fmt: skip


def _heard(arrivals: Arrivals, row: npt.NDArray[np.int32], attack: npt.NDArray[np.bool_] | None = None) -> Sonority:
    sounds = row != SILENT
    pitch, fifths = (arrivals.column(name, row).astype(np.int16) for name in ("pitch", "fifths"))
    return Sonority(pitch, fifths, sounds, sounds if attack is None else attack)


def _phrase_breaks(lines: Lines) -> npt.NDArray[np.int64]:
    notes = lines.notes
    return distinct(notes.end[notes.has(Flag.FERMATA)])


def _connected(
    arrivals: Arrivals, rows: Columns, at: npt.NDArray[np.intp], breaks: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """No fermata ended while or after the earlier notes of the pair were last heard."""
    notes = arrivals.notes
    moment = arrivals.onset[arrivals.target[at]]
    number = np.searchsorted(breaks, moment, side="right")
    connected = np.ones(len(at), dtype=bool)
    for name in ("upper_from", "lower_from"):
        left = np.minimum(notes.end[rows[name]], moment) - 1
        connected &= np.searchsorted(breaks, left, side="right") == number
    return connected


def _blocks(times: int, voices: int) -> Iterator[slice]:
    """Times in blocks whose pairs of lines fit in memory; at least one block."""
    step = max(_AT_ONCE // max(voices * (voices - 1) // 2, 1), 1)
    for start in range(0, max(times, 1), step):
        yield slice(start, min(start + step, times))


def _joined(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
