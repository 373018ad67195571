"""Answers that come back: what their sheet asked for, read from its manifest and from the student's sheet beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from musegen.errors import ScoreError, UnreadableFile
from musegen.generation.exercises.manifest import Entry, phrase_ends
from musegen.rules.grading import Assignment, place_of_slot
from musegen.rules.packs import Pack
from musegen.score.files import read
from musegen.score.model import Place, Score
from musegen.score.table import NoteTable
from musegen.theory.phrases import top_line


def assignment(entry: Entry, answer: Score, pack: Pack, folder: str) -> Assignment:
    """What a sheet asks for, laid on an answer; `folder` is that of the manifest, where the student's sheet lies.

    Raises:
        UnreadableFile: the manifest does not say what the sheet asks for, or the answer lacks its measures.
    """
    try:
        scheme = {str(row["for"]): float(row["marks"]) for row in entry["mark_scheme"]}
        slots = _onsets(answer, entry["numerals"])
        ends = _onsets(answer, [phrase["end"] for phrase in entry["phrases"]])
        kinds = [str(phrase["cadence"]) for phrase in entry["phrases"]]
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        raise UnreadableFile(
            f"the manifest does not say what {entry.get('name')} asks for", hint="make the exercise again"
        ) from None
    return Assignment(
        str(entry.get("name")), pack, scheme, slots, phrase_ends(entry, answer), tuple(zip(ends, kinds, strict=True)),
        _melody(entry, folder),
    )  # fmt: skip


def _onsets(answer: Score, places: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    found = []
    for place in places:
        onset = place_of_slot(answer, Place(str(place["measure"]), Fraction(place["beat"])))
        if onset is None:
            raise UnreadableFile(f"it has no measure {place['measure']}, where the exercise asks for a chord")
        found.append(onset)
    return tuple(dict.fromkeys(found))


def _melody(entry: Entry, folder: str) -> NoteTable | None:
    """The melody of the student's sheet; None where the sheet is not beside its manifest any more."""
    files = entry.get("files")
    names = files.get("student", []) if isinstance(files, Mapping) else []
    sheet = next((name for name in names if isinstance(name, str) and name.endswith(".musicxml")), "")
    path = os.path.join(folder, os.path.basename(sheet))
    if not sheet or not os.path.isfile(path):
        return None
    try:
        return top_line(read(path))
    except ScoreError:
        return None
