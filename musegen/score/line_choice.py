"""Which lines are voices of their own where a score has more than four: doublings go, and instruments beside voices."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable

Rows = npt.NDArray[np.intp]

FOUR_PARTS = ("S", "A", "T", "B")
_DOUBLING_SHARE = 0.9
_VOICE_NAME = re.compile(
    r"(sopran\w*|s|cantus|canto|discant\w*|alt|alto|altus|a|tenor\w*|t|bass|basso|bassus|b)[\s.]*$", re.I
)
_OTHER_VOICE = re.compile(r"quint|sext|sest|sett|voice|voce|vox|singer|chor", re.I)


def without_doubles(score: Score, notes: NoteTable, lines: list[Rows]) -> tuple[list[Rows], list[tuple[Rows, str]]]:
    """More than four lines, without those that only double another at the unison or octave; singers stay."""
    if len(lines) <= len(FOUR_PARTS):
        return lines, []
    singing = {lyric.note for lyric in score.lyrics}

    def sings(rows: Rows) -> tuple[bool, bool]:
        return bool(named_voice(score, notes, rows)), bool(singing & set(notes["id"][rows].tolist()))

    kept: list[int] = []
    doubles: list[tuple[Rows, str]] = []
    for number in sorted(range(len(lines)), key=lambda number: sings(lines[number]), reverse=True):
        model = next((other for other in kept if _doubles(notes, lines[number], lines[other])), None)
        if model is None:
            kept.append(number)
        else:
            doubles.append((lines[number], f"doubles {part_name(score, notes, lines[model])}"))
    return [lines[number] for number in sorted(kept)], doubles


def named_only(score: Score, notes: NoteTable, lines: list[Rows]) -> tuple[list[Rows], list[tuple[Rows, str]]]:
    """More than four lines, where S, A, T and B are all named: the voices without the instruments."""
    named = {named_voice(score, notes, rows) for rows in lines}
    if len(lines) <= len(FOUR_PARTS) or not named >= set(FOUR_PARTS):
        return lines, []

    def is_voice(rows: Rows) -> bool:
        return bool(named_voice(score, notes, rows) or _OTHER_VOICE.search(part_name(score, notes, rows)))

    strangers = [(rows, "an instrument beside named voices") for rows in lines if not is_voice(rows)]
    return [rows for rows in lines if is_voice(rows)], strangers


def _doubles(notes: NoteTable, rows: Rows, model: Rows) -> bool:
    """Nine tenths of the notes begin with a note of the model, always at the same distance of octaves."""
    pitch_at = dict(zip(notes["onset"][model].tolist(), notes["pitch"][model].tolist(), strict=True))
    pairs = zip(notes["onset"][rows].tolist(), notes["pitch"][rows].tolist(), strict=True)
    distances = [pitch - pitch_at[onset] for onset, pitch in pairs if onset in pitch_at]
    octaves = [distance for distance in distances if distance % 12 == 0]
    return bool(octaves) and max(octaves.count(size) for size in set(octaves)) >= _DOUBLING_SHARE * len(rows)


def named_voice(score: Score, notes: NoteTable, rows: Rows) -> str:
    """S, A, T or B where the part of these notes is named so, else an empty text."""
    found = _VOICE_NAME.match(part_name(score, notes, rows).strip())
    return found[0][0].upper().replace("C", "S").replace("D", "S") if found else ""


def part_name(score: Score, notes: NoteTable, rows: Rows) -> str:
    """The name of the part that these notes stand in; `part 2` where it has none, empty beyond the last."""
    part = int(notes["part"][rows[0]]) if len(rows) else 0
    return score.parts[part].name or f"part {part + 1}" if part < len(score.parts) else ""
