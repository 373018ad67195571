"""Manifests read back: which sheet a returned file is, and where that sheet's phrases end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from musegen.errors import UnreadableFile, UsageError
from musegen.generation.exercises.entries import Entry, read_entry
from musegen.rules.packs import declared_field
from musegen.score.files import regular_file
from musegen.score.model import Score

NAME = "manifest.json"
_MAX_BYTES = 16 << 20


def manifest_in(exercise: str | os.PathLike[str]) -> Path:
    """The manifest that is named by itself or by its folder; whether it is there is not asked.

    >>> manifest_in("out/manifest.json").name
    'manifest.json'
    """
    return Path(exercise, NAME) if os.path.isdir(exercise) else Path(exercise)


def manifest_beside(score: str) -> str:
    """Where the manifest of a returned sheet lies, if it is there.

    >>> manifest_beside("out/sheet-1.musicxml")
    'out/manifest.json'
    """
    return os.path.join(os.path.dirname(score), NAME)


def read_manifest(path: str | os.PathLike[str]) -> list[Entry]:
    """The entries of a manifest's sheets: a regular file of at most 16 MB.

    Raises:
        UnreadableFile: there is no such file, or it is no manifest of ours; names the key at fault.
    """
    name = str(path)
    data = regular_file(Path(path), _MAX_BYTES)
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableFile("it is not a manifest: no JSON", file=name) from None
    sheets = content.get("sheets") if isinstance(content, dict) else None
    if not isinstance(sheets, list):
        hint = f"name an exercise's {NAME}"
        raise UnreadableFile("it is not a manifest of exercises: no list `sheets`", file=name, hint=hint)
    if not sheets:
        raise UnreadableFile("its list `sheets` is empty", file=name, hint="make the exercise again")
    return [read_entry(sheet, name, number) for number, sheet in enumerate(sheets)]


def check_room(folder: Path, names: Iterable[str]) -> None:
    """Nothing, where sheets of these names can be written into a folder: its manifest, if there is one, knows no other.

    Raises:
        UsageError: sheets of another exercise lie there, which a new manifest would no longer know.
    """
    if not os.path.lexists(folder / NAME):
        return
    try:
        known = [sheet.name for sheet in read_manifest(folder / NAME)]
    except UnreadableFile:
        known = [f"a {NAME} that is none of ours"]
    others = sorted(set(known) - set(names))
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise UsageError(
            f"`{folder}` is that of another exercise: it holds {others[0]}{more}", hint="name another folder"
        )


def entry_of(sheets: list[Entry], score: Score, file: str) -> Entry | None:
    """The entry of the sheet that a score is, by the name that the sheet carries or by its file name; else None."""
    carried, stem = declared_field(score, "musegen-sheet"), os.path.basename(file)
    for sheet in sheets:
        if sheet.name == carried or (not carried and stem.startswith((f"{sheet.name}-", f"{sheet.name}."))):
            return sheet
    return None


def named_entry(sheets: list[Entry], score: Score, file: str) -> Entry:
    """As `entry_of`, but a manifest with one sheet is taken at its word by an answer that names none.

    Raises:
        UnreadableFile: several sheets stand in it, and nothing says which one this is; or it is another sheet.
    """
    found = entry_of(sheets, score, file)
    if found is None and len(sheets) == 1 and not declared_field(score, "musegen-sheet"):
        return sheets[0]
    if found is None:
        hint = f"let its name begin with that of its sheet, such as {sheets[0].name}" if sheets else ""
        raise UnreadableFile("it is none of the sheets of this manifest", file=file, hint=hint)
    return found


def phrase_ends(entry: Entry, score: Score) -> tuple[int, ...]:
    """Where the phrases of a sheet end in a score, in ticks: when each phrase's last chord is over.

    Raises:
        UnreadableFile: the score has no such measure.
    """
    measures = {measure.number: measure for measure in reversed(score.measures)}
    ends = []
    for (number, beat), quarters, _ in entry.phrases:
        measure = measures.get(number)
        if measure is None:
            raise UnreadableFile(f"it has no measure {number}, where a phrase of the exercise ends")
        offset = (beat - 1) * measure.time_signature.beat_quarters + quarters
        ends.append(min(measure.onset + int(offset * score.ticks_per_quarter), score.end))
    return tuple(ends)
