"""What predicates about parts, staves and symbols share: the notes of a moment, a staff, the melody; hits on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.rules.pulses import Times
from musegen.rules.registry import Hit
from musegen.rules.view import View
from musegen.score.table import distinct
from musegen.theory.sonority import Bools

Rows = npt.NDArray[np.intp]
Staves = dict[tuple[int, int], Rows]


def hit_at(view: View, onset: int, rows: list[int], voices: tuple[int, ...] = (), **facts: Any) -> Hit:
    """A finding at a time, about these sounding notes; the part's name among the facts where they have one part."""
    place = max(int(np.searchsorted(view.onset, onset, side="right")) - 1, 0)
    parts = {int(view.notes["part"][row]) for row in rows}
    if len(parts) == 1:
        facts = {"part": part_name(view, parts.pop()), **facts}
    return Hit(place, place, voices, facts=facts, onset=onset, rows=tuple(rows))


def note_hit(view: View, row: int, **facts: Any) -> Hit:
    """A finding about one sounding note, at its beginning; its name among the facts."""
    onset, voices = int(view.notes["onset"][row]), lines_of(view, [row])
    return hit_at(view, onset, [row], voices, note=view.note_name(row), **facts)


def lines_of(view: View, rows: list[int]) -> tuple[int, ...]:
    """The voices that sing these notes, each once; a note that was left out has none."""
    lines = [int(view.voices.line[row]) for row in rows]
    return tuple(dict.fromkeys(line for line in lines if line >= 0))


def part_name(view: View, part: int) -> str:
    """What a part is called in a sentence."""
    parts = view.score.parts
    name = " ".join(parts[part].name.split()) if part < len(parts) else ""
    return name or f"part {part + 1}"


def staves_of(view: View) -> Staves:
    """The sounding notes of every staff by (part, staff), in time."""
    notes = view.notes
    keys = list(zip(notes["part"].tolist(), notes["staff"].tolist(), strict=True))
    found: dict[tuple[int, int], list[int]] = {}
    for row, key in enumerate(keys):
        found.setdefault(key, []).append(row)
    return {key: np.array(found[key], dtype=np.intp) for key in sorted(found)}


def attacks(view: View, rows: Rows) -> Iterator[tuple[int, list[int]]]:
    """(onset, notes that begin there, from the lowest up), in time."""
    onset, pitch = view.notes["onset"][rows], view.notes["pitch"][rows]
    order = np.lexsort((pitch, onset))
    cuts = np.flatnonzero(np.diff(onset[order])) + 1
    for group in np.split(rows[order], cuts) if len(rows) else ():
        yield int(view.notes["onset"][group[0]]), group.tolist()


def sounding_at(view: View, rows: Rows, onset: int) -> list[int]:
    """Those of these notes that sound at a time, from the lowest up."""
    notes = view.notes
    here = rows[(notes["onset"][rows] <= onset) & (notes.end[rows] > onset)]
    return [int(row) for row in here[np.argsort(notes["pitch"][here], kind="stable")]]


def melody_and_rest(view: View) -> tuple[Rows, Rows]:
    """(the notes of the melody, all others): the melody is the first part; in a single part its highest voice."""
    part = view.notes["part"]
    parts = distinct(part)
    is_melody = part == parts[0] if len(parts) > 1 else view.voices.line == 0
    return np.flatnonzero(is_melody), np.flatnonzero(~is_melody)


def tops(view: View, rows: Rows, times: Times) -> npt.NDArray[np.int64]:
    """The highest pitch of these notes from each time to the next; -1 where none sounds."""
    notes = view.notes
    first = np.searchsorted(times, notes["onset"][rows]).tolist()
    last = np.searchsorted(times, notes.end[rows]).tolist()
    found = np.full(len(times), -1, dtype=np.int64)
    for start, stop, pitch in zip(first, last, notes["pitch"][rows].tolist(), strict=True):
        np.maximum(found[start:stop], pitch, out=found[start:stop])
    return found


def times_of(view: View, rows: Rows) -> Times:
    """All times at which one of these notes begins or ends."""
    return np.asarray(distinct(np.concatenate([view.notes["onset"][rows], view.notes.end[rows]])))


def begins(state: Bools) -> list[int]:
    """Where a state begins that may last over several positions."""
    return np.flatnonzero(state & ~np.append(False, state[:-1])).tolist()


def left_by_step(view: View, row: int, among: Rows | None = None) -> bool:
    """The next to begin once a note has ended, of these notes or else of its part and staff, lies a step away."""
    notes = view.notes
    same = (notes["part"] == notes["part"][row]) & (notes["staff"] == notes["staff"][row])
    others = np.flatnonzero(same) if among is None else among
    later = others[notes["onset"][others] >= notes.end[row]]
    if not len(later):
        return False
    after = later[notes["onset"][later] == notes["onset"][later].min()]
    return bool((np.abs(notes.diatonic[after] - notes.diatonic[row]) == 1).any())
