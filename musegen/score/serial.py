"""A Score as one JSON value and one block of note rows, for pipes and caches; never pickle."""

from __future__ import annotations

from typing import Any

import numpy as np

from musegen.score.meter import TimeSignature
from musegen.score.model import (
    Clef,
    Direction,
    Drum,
    FiguredBass,
    HarmonyLabel,
    KeySignature,
    Lyric,
    Measure,
    Metadata,
    Notice,
    Part,
    Score,
)
from musegen.score.table import NOTE_DTYPE, NoteTable


def packed(score: Score) -> tuple[dict[str, Any], bytes]:
    """Everything but `source` and `stream`, as JSON values, and the note rows as bytes."""
    facts = {
        "measures": score.measures,
        "parts": score.parts,
        "harmonies": score.harmonies,
        "figures": score.figures,
        "lyrics": score.lyrics,
        "note_names": score.note_names,
        "colors": score.colors,
        "metadata": score.metadata,
        "ticks_per_quarter": score.ticks_per_quarter,
        "directions": score.directions,
        "notices": score.notices,
    }
    return facts, score.notes.rows.tobytes()


def unpacked(facts: dict[str, Any], rows: bytes) -> Score:
    """The Score of `packed`.

    >>> from musegen.score.files import read
    >>> score = read("bach/bwv66.6")
    >>> unpacked(*packed(score)) == score
    True
    """
    return Score(
        NoteTable(np.frombuffer(rows, dtype=NOTE_DTYPE).copy()),
        tuple(_measure(values) for values in facts["measures"]),
        tuple(_part(values) for values in facts["parts"]),
        harmonies=tuple(HarmonyLabel(*values) for values in facts["harmonies"]),
        figures=tuple(
            FiguredBass(onset, duration, tuple(figures), part, staff)
            for onset, duration, figures, part, staff in facts["figures"]
        ),
        lyrics=tuple(Lyric(*values) for values in facts["lyrics"]),
        note_names=tuple((number, name) for number, name in facts["note_names"]),
        colors=tuple((number, color) for number, color in facts["colors"]),
        metadata=Metadata(*facts["metadata"]),
        ticks_per_quarter=facts["ticks_per_quarter"],
        directions=tuple(Direction(*values) for values in facts["directions"]),
        notices=tuple(Notice(*values) for values in facts["notices"]),
    )


def _measure(values: list[Any]) -> Measure:
    number, onset, length, time, key, *rest = values
    return Measure(number, onset, length, TimeSignature(*time), KeySignature(*key), *rest)


def _part(values: list[Any]) -> Part:
    name, title, short, clefs, transpose, program, kit = values
    known = tuple(Clef(*clef) for clef in clefs)
    return Part(name, title, short, known, (transpose[0], transpose[1]), program, tuple(Drum(*drum) for drum in kit))
