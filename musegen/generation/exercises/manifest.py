"""Manifests read back: which sheet a returned file is, and where that sheet's phrases end."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from musegen.errors import UnreadableFile, UsageError
from musegen.rules.packs import declared_field
from musegen.score.model import Score

NAME = "manifest.json"
_MAX_BYTES = 64 << 20

Entry = Mapping[str, Any]


def read_manifest(path: str | os.PathLike[str]) -> list[Entry]:
    """The entries of a manifest's sheets.

    Raises:
        UnreadableFile: there is no such file, or it is no manifest of ours.
    """
    try:
        if os.path.getsize(path) > _MAX_BYTES:
            raise UnreadableFile(f"it is larger than {_MAX_BYTES >> 20} MB", file=str(path))
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile((error.strerror or str(error)).lower(), file=str(path)) from None
    except (ValueError, RecursionError):
        raise UnreadableFile("it is not a manifest: no JSON", file=str(path)) from None
    sheets = content.get("sheets") if isinstance(content, dict) else None
    if not isinstance(sheets, list) or not all(isinstance(sheet, dict) and "phrases" in sheet for sheet in sheets):
        raise UnreadableFile(
            "it is not a manifest of exercises", file=str(path), hint="name an exercise's manifest.json"
        )
    return sheets


def entry_of(sheets: list[Entry], score: Score, file: str) -> Entry | None:
    """The entry of the sheet that a score is, by the name that the sheet carries or by its file name; else None."""
    carried, stem = declared_field(score, "musegen-sheet"), os.path.basename(file)
    for sheet in sheets:
        name = str(sheet.get("name"))
        if name == carried or (not carried and stem.startswith((f"{name}-", f"{name}."))):
            return sheet
    return None


def named_entry(sheets: list[Entry], score: Score, file: str) -> Entry:
    """As `entry_of`, but a manifest with one sheet is taken at its word.

    Raises:
        UsageError: several sheets stand in it, and nothing says which one this is.
    """
    found = entry_of(sheets, score, file)
    if found is None and len(sheets) == 1:
        return sheets[0]
    if found is None:
        names = ", ".join(str(sheet.get("name")) for sheet in sheets[:4])
        raise UsageError(
            f"{file} is none of the sheets of this manifest", hint=f"name the file after one: {names}, ..."
        )
    return found


def phrase_ends(entry: Entry, score: Score) -> tuple[int, ...]:
    """Where the phrases of a sheet end in a score, in ticks: when each phrase's last chord is over.

    Raises:
        UnreadableFile: the entry says no such thing, or the score has no such measure.
    """
    measures = {measure.number: measure for measure in reversed(score.measures)}
    ends = []
    for phrase in entry["phrases"]:
        try:
            end = phrase["end"]
            beat, quarters = Fraction(end["beat"]), Fraction(end["quarters"])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            raise UnreadableFile(f"the manifest does not say where the phrases of {entry.get('name')} end") from None
        measure = measures.get(str(end["measure"]))
        if measure is None:
            raise UnreadableFile(f"it has no measure {end['measure']}, where a phrase of the exercise ends")
        offset = (beat - 1) * measure.time_signature.beat_quarters + quarters
        ends.append(measure.onset + int(offset * score.ticks_per_quarter))
    return tuple(ends)
