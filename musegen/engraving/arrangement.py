"""From the score to what stands on the sheet: parts on two or four staves, hidden parts, system breaks, note names."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.engraving.four_parts import FOUR_NAMES, in_four_parts, is_in_four_parts
from musegen.engraving.marks import Sheet
from musegen.score.model import BASS, TREBLE, Direction, Part, Score
from musegen.score.table import Flag, NoteTable, Rows

_ID = re.compile(r"[A-Za-z_][\w.-]*$", re.ASCII)
_PAIRS = ("Soprano\nAlto", "S.\nA.", "Tenor\nBass", "T.\nB.")
_TWO_LINES = {pair.replace("\n", " "): pair for pair in _PAIRS}


class Place(NamedTuple):
    """A voice on the sheet; staff and voice 0 stand for all of the part."""

    part: int
    staff: int = 0
    voice: int = 0


class Staging(NamedTuple):
    """What the notes that are left on a sheet no longer tell about its voices."""

    shared: frozenset[Place] = frozenset()  # voices with fixed stems, even where they stand alone
    quiet: frozenset[Place] = frozenset()  # voices whose rests are not printed


def staging(score: Score, sheet: Sheet) -> Staging:
    """Which voices of the arranged sheet keep their stems or print no rests."""
    if _is_closed(_singers(score, sheet), sheet):
        places = [_place(part, choir=sheet.arrangement == "choir") for part in range(4)]
        return Staging(frozenset(places), frozenset(places[part] for part in sheet.hidden_parts))
    return Staging(quiet=frozenset(Place(part) for part in sheet.hidden_parts))


def arrange(score: Score, sheet: Sheet) -> Score:
    """The score as the sheet prints it. Note ids stay; what the sheet hides is gone for good, its ids included.

    A score that is not of four voices stays on the staves that it has: `four_parts.why_not_in_four_parts` says why.
    """
    score = _singers(score, sheet)
    shown = _with_singers_apart(_with_final_barline(_with_breaks(score, sheet), sheet))
    if sheet.hidden_parts:
        shown = _without(shown, _is_shown(score, sheet))
    if not sheet.harmonies:
        shown = replace(shown, harmonies=())
    if not sheet.figures:
        shown = replace(shown, figures=())
    if _is_closed(score, sheet):
        return _closed(shown, choir=sheet.arrangement == "choir")
    return _open(shown) if is_in_four_parts(score) and sheet.arrangement == "open" else shown


def _singers(score: Score, sheet: Sheet) -> Score:
    """The score in four parts where the sheet wants four voices and it has them."""
    return score if sheet.arrangement == "as written" else in_four_parts(score) or score


def _is_closed(score: Score, sheet: Sheet) -> bool:
    return is_in_four_parts(score) and sheet.arrangement in ("keyboard", "choir")


def printed_names(score: Score) -> dict[int, str]:
    """The XML id of every note: `score.note_name`, mended where two notes share one or one is no legal id."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    for note in score.notes["id"].tolist():
        wanted = score.note_name(note)
        name = wanted if _ID.match(wanted) else f"n{note}"
        while name in taken:
            name += "x"
        taken.add(name)
        names[note] = name
    return names


def renumbered(score: Score, sheet: Sheet) -> dict[int, str]:
    """The XML ids of a sheet's notes. Where it hides some, the others are counted anew, so that gaps tell nothing."""
    if not sheet.hidden_parts:
        return printed_names(score)
    return {note: f"n{number}" for number, note in enumerate(score.notes["id"].tolist())}


def _with_breaks(score: Score, sheet: Sheet) -> Score:
    if not sheet.system_starts and not sheet.measures_per_system:
        return score
    starts = set(sheet.system_starts) or {n for n, measure in enumerate(score.measures) if measure.new_system}
    edges = [0, *sorted(start for start in starts if 0 < start < len(score.measures)), len(score.measures)]
    broken: set[int] = set(edges[1:-1])
    for first, last in pairwise(edges):
        broken |= _even_breaks(score, first, last, sheet.measures_per_system)
    measures = tuple(measure._replace(new_system=n in broken) for n, measure in enumerate(score.measures))
    return replace(score, measures=measures)


def _even_breaks(score: Score, first: int, last: int, most: int) -> set[int]:
    """Where systems of at most so many measures begin, as evenly filled as can be (9 measures by 4 are 3, 3, 3)."""
    pickup = int(score.measures[first].is_pickup)
    count = last - first - pickup
    if not most or count <= most:
        return set()
    systems = -(-count // most)
    return {first + pickup + -(-count * number // systems) for number in range(1, systems)}


def _with_singers_apart(score: Score) -> Score:
    """Two singers of one staff under each other, where a file brought them back in one line."""
    return replace(
        score,
        parts=tuple(
            part._replace(
                name=_TWO_LINES.get(part.name, part.name),
                abbreviation=_TWO_LINES.get(part.abbreviation, part.abbreviation),
            )
            for part in score.parts
        ),
    )


def _with_final_barline(score: Score, sheet: Sheet) -> Score:
    if not sheet.final_barline or not score.measures or score.measures[-1].barline or score.measures[-1].repeat_end:
        return score
    return replace(score, measures=(*score.measures[:-1], score.measures[-1]._replace(barline="final")))


def _is_shown(score: Score, sheet: Sheet) -> npt.NDArray[np.bool_]:
    shown = ~np.isin(score.notes["part"], list(sheet.hidden_parts))
    if sheet.first_chord and len(score.notes):
        shown |= score.notes["onset"] == score.notes["onset"].min()
    return np.asarray(shown)


def _without(score: Score, shown: npt.NDArray[np.bool_]) -> Score:
    left = of_notes(score, NoteTable(_whole_ties(score.notes.rows[shown].copy())))
    sounding = set(left.notes["part"].tolist())
    return replace(left, directions=tuple(d for d in left.directions if d.kind == "tempo" or d.part in sounding))


def of_notes(score: Score, notes: NoteTable) -> Score:
    """The score with these notes in place of its own: what hung on others goes, and it is no longer the file's."""
    kept = set(notes["id"].tolist())
    return replace(
        score,
        notes=notes,
        lyrics=tuple(lyric for lyric in score.lyrics if lyric.note in kept),
        colors=tuple(color for color in score.colors if color[0] in kept),
        note_names=tuple(name for name in score.note_names if name[0] in kept),
        source=None,
        notices=(),
        stream=None,
    )


def _closed(score: Score, *, choir: bool) -> Score:
    """Four one-voice parts on two staves: one keyboard part, or two choir parts."""
    rows = _one_fermata_a_chord(score.notes.rows.copy())
    line = score.notes["part"]
    places = np.array([_place(part, choir=choir) for part in range(4)], dtype=np.int16)
    rows["part"], rows["staff"], rows["voice"] = places[line].T
    parts: tuple[Part, ...]
    if choir:
        women, men = _PAIRS[:2], _PAIRS[2:]
        parts = (Part("P1", *women, (TREBLE,)), Part("P2", *men, (BASS,)))
    else:
        parts = (Part("P1", clefs=(TREBLE, BASS)),)
    place = [_place(part, choir=choir) for part in range(4)]
    return replace(
        score,
        notes=NoteTable(rows).ordered(),
        parts=parts,
        harmonies=tuple(h._replace(part=place[h.part].part, staff=place[h.part].staff) for h in score.harmonies),
        figures=tuple(f._replace(part=place[f.part].part, staff=place[f.part].staff) for f in score.figures),
        directions=_closed_directions(score, place),
    )


def _closed_directions(score: Score, place: list[Place]) -> tuple[Direction, ...]:
    """Tempos, and of dynamics that stand at several voices of a staff one."""
    found: dict[Direction, None] = {}
    for one in score.directions:
        home = place[one.part] if one.part < len(place) else place[-1]
        found[one if one.kind == "tempo" else one._replace(part=home.part, staff=home.staff)] = None
    return tuple(found)


def _one_fermata_a_chord(rows: Rows) -> Rows:
    """Four parts without the fermata of a voice that moves while the other one of its staff stands under one.

    Each voice has its own over its last note, as in Bach's scores; of two on one staff the soprano's stays, or else the
    one that begins with it.
    """
    held = rows["flags"] & Flag.FERMATA > 0
    melody = set(rows["onset"][held & (rows["part"] == 0)].tolist())
    numbers = sorted(np.flatnonzero(held).tolist(), key=lambda n: (rows["onset"][n] not in melody, rows["part"][n]))
    kept: list[int] = []
    for number in numbers:
        if any(_is_another_moment(rows[number], rows[other]) for other in kept):
            rows["flags"][number] &= ~np.uint16(Flag.FERMATA)
        else:
            kept.append(number)
    return rows


def _is_another_moment(row: np.void, other: np.void) -> bool:
    """Whether notes of one of two staves sound together and do not begin together."""
    overlap = row["onset"] < other["onset"] + other["duration"] and other["onset"] < row["onset"] + row["duration"]
    return bool(overlap and row["onset"] != other["onset"] and row["part"] // 2 == other["part"] // 2)


def _place(part: int, *, choir: bool) -> Place:
    """Where one of four parts stands on two staves."""
    return Place(part // 2, 1, 1 + part % 2) if choir else Place(0, 1 + part // 2, 1 + part)


def _open(score: Score) -> Score:
    """Four staves, named and with the clefs of a choir score where the parts say nothing themselves."""
    parts = []
    for part, (name, short) in zip(score.parts, FOUR_NAMES, strict=True):
        known = part.name if len(part.name) > 1 else name
        parts.append(part._replace(name=known, abbreviation=part.abbreviation or (short if known == name else "")))
    return replace(score, parts=tuple(parts))


def for_drawing(score: Score, *, by_height: bool) -> Score:
    """Without what we draw ourselves (labels) and what verovio complains of (half ties, odd barlines).

    With `by_height` the voices of each staff are counted from the highest, as verovio takes them. Where voices of one
    staff share a fermata, only the upper voice keeps it.
    """
    rows = _whole_ties(_one_fermata_a_staff(score.notes.rows.copy()))
    notes = NoteTable(_voices_by_height(rows) if by_height else rows).ordered()
    measures = tuple(m._replace(barline="") if m.barline == "heavy-light" else m for m in score.measures)
    return replace(score, notes=notes, measures=measures, harmonies=(), figures=())


def _one_fermata_a_staff(rows: Rows) -> Rows:
    seen: set[tuple[int, int, int]] = set()
    for number in np.flatnonzero(rows["flags"] & Flag.FERMATA):
        place = (int(rows["onset"][number]), int(rows["part"][number]), int(rows["staff"][number]))
        if place in seen:
            rows["flags"][number] &= ~np.uint16(Flag.FERMATA)
        seen.add(place)
    return rows


def _voices_by_height(rows: Rows) -> Rows:
    for part, staff in {(int(row["part"]), int(row["staff"])) for row in rows}:
        here = (rows["part"] == part) & (rows["staff"] == staff)
        numbers = np.unique(rows["voice"][here])
        heights = [-rows["pitch"][here & (rows["voice"] == number)].mean() for number in numbers]
        ranks = np.argsort(np.argsort(heights, kind="stable"))
        rows["voice"][here] = staff * 100 + ranks[np.searchsorted(numbers, rows["voice"][here])]
    return rows


def _whole_ties(rows: Rows) -> Rows:
    """Drops tie flags that have no other half."""
    ends = {_tie_place(row, int(row["onset"] + row["duration"])) for row in rows if row["flags"] & Flag.TIED_TO_NEXT}
    starts = {_tie_place(row, int(row["onset"])) for row in rows if row["flags"] & Flag.TIED_FROM_PREVIOUS}
    for number in np.flatnonzero(rows["flags"] & (Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS)):
        row = rows[number]
        if _tie_place(row, int(row["onset"] + row["duration"])) not in starts:
            rows["flags"][number] &= ~np.uint16(Flag.TIED_TO_NEXT)
        if _tie_place(row, int(row["onset"])) not in ends:
            rows["flags"][number] &= ~np.uint16(Flag.TIED_FROM_PREVIOUS)
    return rows


def _tie_place(row: np.void, onset: int) -> tuple[int, ...]:
    return int(row["part"]), int(row["staff"]), int(row["pitch"]), int(row["fifths"]), onset
