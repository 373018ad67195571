"""The layout of a music21 stream: which piece it is, its staves, what its parts are called, its title page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from musegen.errors import UsageError
from musegen.score.model import BASS, TREBLE, Clef, Metadata, Notice, Part
from musegen.score.music21_marks import clef_of
from musegen.score.musicxml_attributes import Transposition, spelled_transposition

METADATA_CUSTOM = ("date", "place", "genre", "edition")
"""What stands under the same names among the custom metadata of music21, whose own dates take no other form."""


@dataclass
class Staff:
    """One music21 Part or PartStaff: its measures, and where it belongs."""

    stream: Any
    measures: list[Any]
    part: int
    staff: int


def one_piece(stream: Any) -> tuple[Any, list[Notice]]:
    """One piece with parts in it, whatever kind of stream was given."""
    kinds: frozenset[str] = getattr(stream, "classSet", frozenset())
    if "Stream" not in kinds:
        raise UsageError(f"a {type(stream).__name__} is no stream", hint="put it into a music21 stream first")
    if "Opus" in kinds:
        tunes = list(stream.scores)
        if not tunes:
            raise UsageError("the opus holds no score")
        notices = [Notice(f"the collection holds {len(tunes)} tunes: the first is read")] if len(tunes) > 1 else []
        return tunes[0], notices
    return stream, []


def staves_of(whole: Any) -> Iterator[Staff]:
    """The staves from the top, with PartStaffs of one StaffGroup as one part."""
    streams = list(getattr(whole, "parts", [])) or [whole]
    groups = [list(group.getSpannedElements()) for group in whole.recurse().getElementsByClass("StaffGroup")]
    groups = [group for group in groups if len(group) > 1 and all("PartStaff" in one.classSet for one in group)]
    number, staff = -1, 1
    open_group: list[Any] = []
    for stream in streams:
        if open_group and any(stream is one for one in open_group):
            staff += 1
        else:
            number, staff = number + 1, 1
            open_group = next((group for group in groups if any(stream is one for one in group)), [])
        yield Staff(stream, _measures_of(stream), number, staff)


def _measures_of(stream: Any) -> list[Any]:
    if "Measure" in stream.classSet:
        return [stream]
    measures = list(stream.getElementsByClass("Measure"))
    return measures or list(stream.makeNotation(inPlace=False).getElementsByClass("Measure"))


def parts_of(staves: Sequence[Staff]) -> tuple[Part, ...]:
    """The parts, with a clef for each staff."""
    groups: dict[int, list[Staff]] = {}
    for staff in staves:
        groups.setdefault(staff.part, []).append(staff)
    return tuple(_part(group) for group in groups.values())


def _part(group: Sequence[Staff]) -> Part:
    first = group[0].stream
    instruments = list(first.recurse().getElementsByClass("Instrument"))
    instrument = instruments[0] if instruments else None
    name = getattr(first, "partName", None) or getattr(instrument, "partName", None) or ""
    short = getattr(first, "partAbbreviation", None) or getattr(instrument, "partAbbreviation", None) or ""
    interval = getattr(instrument, "transposition", None)
    transposition = (
        spelled_transposition(interval.generic.staffDistance, round(interval.chromatic.semitones))
        if interval is not None
        else Transposition()
    )
    program = getattr(instrument, "midiProgram", None)
    label = first.id if isinstance(first.id, str) else f"P{group[0].part + 1}"
    return Part(
        re.sub(r"-Staff1$", "", label) if len(group) > 1 else label,
        name,
        short,
        tuple(_first_clef(staff) for staff in group),
        (transposition.steps, transposition.semitones),
        0 if program is None else program + 1,
    )


def _first_clef(staff: Staff) -> Clef:
    for measure in staff.measures[:1]:
        for element in measure.recurse().getElementsByClass("Clef"):
            return clef_of(element)
    for element in staff.stream.recurse().getElementsByClass("Clef"):
        return clef_of(element)
    pitches = [pitch.ps for measure in staff.measures[:8] for pitch in measure.pitches]
    return BASS if pitches and sum(pitches) / len(pitches) < 57 else TREBLE


def metadata_of(whole: Any) -> Metadata:
    """The title page; a file name that music21 puts where there is no title is none."""
    data = whole.metadata
    if data is None:
        return Metadata()
    title = str(data.title or data.movementName or "")
    if re.search(r"\.(mxl|xml|musicxml|krn|abc|mid|mei|rntxt)$", title):
        title = ""
    people = (data.composer or "", data.lyricist or "")
    custom = {name: "; ".join(str(text) for text in data.getCustom(name)) for name in METADATA_CUSTOM}
    return Metadata(title, *people, str(data.copyright or ""), editor=data.editor or "", **custom)
