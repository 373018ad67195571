"""An accompaniment on paper: the parts of its players under those of the given score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from musegen.engraving.metrical_ties import tied_in_meter
from musegen.generation.accompaniment.styles import Layer, LayerName
from musegen.score.model import BASS, TREBLE, Part, Score
from musegen.score.percussion import PERCUSSION, kit_of
from musegen.score.table import Flag, NoteTable

_PITCHED: tuple[LayerName, ...] = ("chords", "bass")
_OCTAVE = (7, 12)
"""Staff steps and semitones."""


class Played(NamedTuple):
    """A note of an accompaniment. Times in ticks."""

    onset: int
    end: int
    pitch: int
    fifths: int


def with_parts(score: Score, layers: Mapping[LayerName, Layer], played: Mapping[LayerName, Sequence[Played]]) -> Score:
    """The score with further parts below its own; two layers on staves of one part are one instrument."""
    names = list(dict.fromkeys(layers[name].part for name in _PITCHED if name in played))
    parts, records = list(score.parts), list[dict[str, int]]()
    for part in names:
        mine = [name for name in _PITCHED if name in played and layers[name].part == part]
        here = sorted((layers[name].staff, name) for name in mine)
        for staff, (_, name) in enumerate(here, start=1):
            records += _records(played[name], len(parts), staff)
        parts.append(_part(len(parts), part, [layers[name] for _, name in here], score.parts))
    if "drums" in played:
        strokes = _records(played["drums"], len(parts), 1)
        records += [record | {"flags": int(Flag.UNPITCHED)} for record in strokes]
        kit = kit_of(note.pitch for note in played["drums"])
        parts.append(Part(_free_id(len(parts), parts), "Drums", "Dr.", (PERCUSSION,), (0, 0), 1, kit))
    return _with_notes(score, tuple(parts), tied_in_meter(records, score))


def _records(played: Iterable[Played], part: int, staff: int) -> list[dict[str, int]]:
    return [
        {
            "onset": note.onset, "duration": note.end - note.onset, "pitch": note.pitch, "fifths": note.fifths,
            "part": part, "staff": staff, "voice": staff,
        }
        for note in played
    ]  # fmt: skip


def _part(number: int, name: str, layers: Sequence[Layer], others: Sequence[Part]) -> Part:
    instrument = layers[0].instrument
    octaves, short = instrument.transpose // 12, instrument.abbreviation
    clefs = tuple({"treble": TREBLE, "bass": BASS}[layer.clef] for layer in layers)
    return Part(
        _free_id(number, others), name, short, clefs, (_OCTAVE[0] * octaves, _OCTAVE[1] * octaves), layers[0].program
    )


def _free_id(number: int, others: Sequence[Part]) -> str:
    taken, wanted = {part.id for part in others}, f"P{number + 1}"
    while wanted in taken:
        wanted += "x"
    return wanted


def _with_notes(score: Score, parts: tuple[Part, ...], records: list[dict[str, int]]) -> Score:
    """The score with further notes, whose ids come after all others."""
    first = int(score.notes["id"].max()) + 1 if len(score.notes) else 0
    added = NoteTable.of(record | {"id": first + number} for number, record in enumerate(records))
    notes = NoteTable(np.concatenate([score.notes.rows, added.rows])).ordered()
    return replace(score, notes=notes, parts=parts, source=None, stream=None)
