"""Notes of a closed score that two voices share: written once, the other voice having neither note nor visible rest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from lxml import etree

from musegen.score.model import Score
from musegen.score.table import NoteTable


class Shared(NamedTuple):
    """A row of the sounding notes that is also a note of this line."""

    row: int
    line: int


def shared_notes(score: Score, notes: NoteTable, line: npt.NDArray[np.int16]) -> tuple[Shared, ...]:
    """The notes that fill a gap of the other voice on their staff exactly, no rest being printed there.

    Only MusicXML tells a printed rest from none, so only scores read from it have any.
    """
    if score.source is None or not score.source.document:
        return ()
    found: list[Shared] = []
    for upper, lower in _two_voice_staves(notes, line):
        for quiet, singing in ((lower, upper), (upper, lower)):
            found += [Shared(row, int(line[quiet[0]])) for row in _fillers(score, notes, quiet, singing)]
    if not found:
        return ()
    rests = _printed_rests(score.source.document)
    return tuple(item for item in found if _place(notes, item.row) not in rests)


def _two_voice_staves(notes: NoteTable, line: npt.NDArray[np.int16]) -> list[list[npt.NDArray[np.intp]]]:
    """For every staff with exactly two lines: the rows of both, in order of time."""
    order = np.lexsort((notes["onset"], line, notes["staff"], notes["part"]))
    staves: dict[tuple[int, int], list[npt.NDArray[np.intp]]] = {}
    keys = np.stack([notes["part"], notes["staff"], line], axis=1)[order]
    edges = np.flatnonzero((np.diff(keys, axis=0) != 0).any(axis=1)) + 1
    for rows in np.split(order, edges) if len(order) else []:
        staff = int(notes["part"][rows[0]]), int(notes["staff"][rows[0]])
        staves.setdefault(staff, []).append(rows)
    return [lines for lines in staves.values() if len(lines) == 2 and (line[lines[0]] >= 0).all()]


def _fillers(score: Score, notes: NoteTable, quiet: npt.NDArray[np.intp], singing: npt.NDArray[np.intp]) -> list[int]:
    """Rows of the singing voice that together fill a gap of the quiet one, a gap of a measure at most."""
    found: list[int] = []
    onset, end = notes["onset"], notes.end
    for before, after in zip(quiet.tolist(), quiet[1:].tolist(), strict=False):
        start, stop = int(end[before]), int(onset[after])
        measure = score.measures[score.measure_index_at(start)]
        if start < stop <= start + measure.length:
            inside = singing[(onset[singing] >= start) & (end[singing] <= stop)]
            if int(notes["duration"][inside].sum()) == stop - start:
                found += inside.tolist()
    return found


def _place(notes: NoteTable, row: int) -> tuple[int, int, int]:
    return int(notes["part"][row]), int(notes["measure_index"][row]), int(notes["staff"][row])


def _printed_rests(document: bytes) -> set[tuple[int, int, int]]:
    """(part, measure index, staff) where a rest can be seen."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(document, parser)
    seen = set()
    for part, element in enumerate(root.findall("part")):
        for index, measure in enumerate(element.findall("measure")):
            for note in measure.findall("note"):
                if note.find("rest") is not None and note.get("print-object") != "no":
                    seen.add((part, index, int(note.findtext("staff") or 1)))
    return seen
