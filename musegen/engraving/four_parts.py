"""A score in four parts of a voice each, whatever staves it stands on: what an open or a closed layout is made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from musegen.score.line_choice import FOUR_PARTS
from musegen.score.model import BASS, TREBLE, Clef, Part, Score
from musegen.score.table import Flag, NoteTable, Rows
from musegen.score.voices import Voices, assign_voices

FOUR_NAMES = (("Soprano", "S."), ("Alto", "A."), ("Tenor", "T."), ("Bass", "B."))
_CLEFS = (TREBLE, TREBLE, Clef("G", 2, -1), BASS)
_Lines = npt.NDArray[np.int16]


def in_four_parts(score: Score) -> Score | None:
    """The score with a part for each of its four voices; the score itself where it is so; None where it cannot be.

    Notes keep their ids. One that two voices share stands in both parts, with a new id in the second; a fermata that
    stands once over two voices of a staff stands over each. Numerals and figures go to the lowest voice of their staff,
    chord symbols to its highest.

    >>> from musegen.score.textgrid import parse_grid
    >>> in_four_parts(parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 .")) is None
    True
    """
    if is_in_four_parts(score):
        return score
    if not score.parts or why_not_in_four_parts(score):
        return None
    voices = assign_voices(score)
    rows, line = score.notes.rows.copy(), _lines_of(score.notes, voices)
    rows["flags"][_under_a_fermata(rows)] |= np.uint16(Flag.FERMATA)
    staves = np.stack([rows["part"], rows["staff"]], axis=1)
    doubled, origin = _doubled(score.notes, rows, voices)
    rows["part"], rows["staff"], rows["voice"] = line, 1, 1
    names = dict(score.colors)
    return replace(
        score,
        notes=NoteTable(np.concatenate([rows, doubled])).ordered(),
        parts=tuple(
            Part(f"P{n}", *name, (clef,)) for n, (name, clef) in enumerate(zip(FOUR_NAMES, _CLEFS, strict=True), 1)
        ),
        harmonies=tuple(
            label._replace(
                part=_home(staves, line, label.part, label.staff, lowest=label.kind != "chord_symbol"), staff=1
            )
            for label in score.harmonies
        ),
        figures=tuple(
            figured._replace(part=_home(staves, line, figured.part, figured.staff, lowest=True), staff=1)
            for figured in score.figures
        ),
        directions=tuple(
            one
            if one.kind == "tempo"
            else one._replace(part=_home(staves, line, one.part, one.staff, lowest=False), staff=1)
            for one in score.directions
        ),
        colors=(*score.colors, *((copy, names[note]) for copy, note in origin if note in names)),
        source=None,
        notices=(),
        stream=None,
    )


def is_in_four_parts(score: Score) -> bool:
    """Four parts of a staff each."""
    return len(score.parts) == 4 and all(len(part.clefs) == 1 for part in score.parts)


def why_not_in_four_parts(score: Score) -> str:
    """Why a score cannot be laid out in four parts; an empty text where it can be.

    >>> from musegen.score.textgrid import parse_grid
    >>> why_not_in_four_parts(parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 ."))
    'it has 2 voices, not four'
    """
    if is_in_four_parts(score):
        return ""
    voices = assign_voices(score)
    count, lost = len(voices.names), len(voices.unassigned)
    if count != len(FOUR_PARTS):
        return f"it has {count} voice{'s' * (count != 1)}, not four"
    if lost:
        return f"{lost} note{'s' * (lost != 1)} would be lost ({voices.unassigned[0].reason})"
    return "it has notes without a pitch" if score.notes.has(Flag.UNPITCHED).any() else ""


def _lines_of(notes: NoteTable, voices: Voices) -> _Lines:
    """The line of every written note: what is tied goes with its first note, a grace note with what it leans on."""
    known = dict(zip(voices.notes["id"].tolist(), voices.line.tolist(), strict=True))
    line = [known.get(note, -1) for note in notes["id"].tolist()]
    for number, found in enumerate(line):
        if found < 0:
            line[number] = int(voices.line[_neighbour(notes.rows[number], voices.notes)])
    return np.array(line, dtype=np.int16)


def _neighbour(row: np.void, sounding: NoteTable) -> int:
    """The sounding note that a written one is part of, or leans on: the nearest in time, place and pitch."""
    far_part = sounding["part"] != row["part"]
    far_staff = (sounding["staff"] != row["staff"]) | (sounding["voice"] != row["voice"])
    away = np.abs(sounding["pitch"].astype(np.int64) - row["pitch"])
    if row["flags"] & Flag.GRACE:
        late = np.where(sounding["onset"] >= row["onset"], sounding["onset"] - row["onset"], 1 << 40)
        keys = (away, late, far_staff, far_part)
    else:
        outside = (row["onset"] < sounding["onset"]) | (row["onset"] >= sounding.end)
        keys = (far_staff, outside, away, far_part)
    return int(np.lexsort(keys)[0])


def _under_a_fermata(rows: Rows) -> npt.NDArray[np.bool_]:
    """Every note that begins on a staff together with one that has a fermata."""
    places = [(int(row["onset"]), int(row["part"]), int(row["staff"])) for row in rows]
    held = {place for place, flags in zip(places, rows["flags"].tolist(), strict=True) if flags & Flag.FERMATA}
    return np.array([place in held for place in places], dtype=bool)


def _doubled(notes: NoteTable, rows: Rows, voices: Voices) -> tuple[Rows, list[tuple[int, int]]]:
    """The notes of a second voice that shares them, and (new id, id of the note that is shared)."""
    following = int(notes["id"].max(initial=-1)) + 1
    copies: list[np.void] = []
    origin: list[tuple[int, int]] = []
    for shared in voices.shared:
        for number in _written(notes, voices.notes, shared.row):
            copy = rows[number].copy()
            origin.append((following + len(copies), int(copy["id"])))
            copy["id"], copy["part"], copy["staff"], copy["voice"] = origin[-1][0], shared.line, 1, 1
            copies.append(copy)
    return np.array(copies, dtype=rows.dtype), origin


def _written(notes: NoteTable, sounding: NoteTable, row: int) -> Iterator[int]:
    """The written notes, tied to each other, that sound as this one."""
    one = sounding.rows[row]
    inside = (notes["onset"] >= one["onset"]) & (notes.end <= one["onset"] + one["duration"]) & (notes["duration"] > 0)
    same = (notes["part"] == one["part"]) & (notes["voice"] == one["voice"]) & (notes["pitch"] == one["pitch"])
    yield from np.flatnonzero(inside & same).tolist()


def _home(staves: npt.NDArray[np.int16], line: _Lines, part: int, staff: int, *, lowest: bool) -> int:
    """The voice that what is written at a staff belongs to."""
    here = line[(staves == (part, staff)).all(axis=1)]
    if not len(here):
        return len(FOUR_PARTS) - 1
    return int(here.max() if lowest else here.min())
