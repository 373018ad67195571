"""The nodes of a graph: notes, slices, chords and phrases."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.pitch import pitch_name
from musegen.score.table import Flag, NoteTable
from musegen.theory.analysis import Analysis
from musegen.theory.graph import schema
from musegen.theory.graph.harmony import Chords, Times, span_at
from musegen.theory.graph.lines import Lines
from musegen.theory.graph.schema import CADENCES, FUNCTIONS, NO, NON_CHORD_TONES, QUALITIES, Tendency
from musegen.theory.graph.structure import Rows, table
from musegen.theory.motion import pitch_class_set
from musegen.theory.sonority import Sonority

_LEANING = {"suspension": Tendency.SUSPENSION, "retardation": Tendency.RETARDATION}


def notes_of(score: Score, lines: Lines, chords: Chords, slices: Rows, note_in_chord: Rows) -> Rows:
    """A row for each sounding note, as they stand in the sounding table."""
    notes = lines.notes
    onset = notes["onset"].astype(np.int64)
    begins = np.searchsorted(slices["onset"], onset)
    chord = chords.at(onset)
    fifths = notes["fifths"].astype(np.int64)
    degree, alteration = chords.degree(chord, fifths)
    spelled = zip(notes["pitch"].tolist(), fifths.tolist(), strict=True)
    columns = {
        "note_id": [score.note_name(note) for note in notes["id"].tolist()],
        "note": notes["id"],
        **{name: notes[name] for name in ("onset", "duration", "pitch", "fifths", "part", "staff", "measure_index")},
        "name": [pitch_name(*note) for note in spelled],
        "voice": lines.home,
        "fermata": notes.has(Flag.FERMATA),
        "slice": begins, "chord": chord, "degree": degree, "alteration": alteration,
        "member": chords.member(chord, fifths),
        "non_chord_tone": _first_figure(note_in_chord, len(notes)),
        "tendency": _tendency(notes, chords, note_in_chord),
    }  # fmt: skip
    places = {name: slices[name][begins] for name in ("measure", "beat", "beat_strength")}
    return table(schema.NOTE, len(notes), columns | places)


def slices_in(score: Score, lines: Lines, chords: Chords) -> Rows:
    """A row for each slice, silent ones included."""
    slices = lines.slices
    columns: dict[str, Any] = {
        "onset": slices.onset, "duration": slices.duration, "size": slices.sounds.sum(axis=1),
        "bass": slices.lowest,
        "pitch_classes": pitch_class_set(Sonority.of(slices)),
        "chord": chords.at(slices.onset),
        "beat_strength": [float(score.strength(moment)) for moment in slices.onset.tolist()],
    }  # fmt: skip
    return table(schema.SLICE, len(slices), columns | _places(score, slices.onset))


def chords_in(chords: Chords, phrases: Rows) -> Rows:
    """A row for each chord of the analysis."""
    spans = chords.spans
    columns = {
        "onset": chords.onset, "duration": chords.end - chords.onset,
        "measure": [chord.measure for chord in spans], "beat": [str(chord.beat) for chord in spans],
        "key": [str(chord.key) for chord in spans],
        "tonic": chords.columns.tonic, "minor": chords.columns.minor, "degree": chords.columns.degree,
        "numeral": [chord.numeral.figure for chord in spans],
        "function": [FUNCTIONS.index(chord.function or "") for chord in spans],
        "root": chords.members[:, 0], "bass": chords.columns.bass,
        "quality": [_quality(chord.numeral.quality) for chord in spans],
        "inversion": chords.columns.inversion,
        "confidence": [chord.confidence for chord in spans],
        "phrase": span_at(chords.onset, phrases["onset"], phrases["onset"] + phrases["duration"]),
    }  # fmt: skip
    return table(schema.CHORD, len(spans), columns)


def _quality(name: str) -> int:
    return QUALITIES.index(name) if name in QUALITIES else QUALITIES.index("other")


def phrases_in(score: Score, analysis: Analysis | None) -> Rows:
    """A row for each phrase of the analysis, with the kind of its last cadence."""
    found = analysis.phrases if analysis else ()
    onset, end = np.array([(phrase.onset, phrase.end) for phrase in found], dtype=np.int64).reshape(-1, 2).T
    cadences = analysis.cadences if analysis else ()
    ended = span_at(np.array([item.onset for item in cadences], dtype=np.int64), onset, end)
    cadence = np.zeros(len(found), dtype=np.int8)
    for number, item in zip(ended.tolist(), cadences, strict=True):
        if number != NO:
            cadence[number] = CADENCES.index(item.kind)
    columns = {"onset": onset, "duration": end - onset, "cadence": cadence}
    return table(schema.PHRASE, len(found), columns | _places(score, onset))


def _places(score: Score, onset: Times) -> dict[str, npt.NDArray[Any]]:
    """Measure and beat of these times."""
    places = [score.place(moment) for moment in onset.tolist()]
    return {
        "measure": np.array([place.measure for place in places], dtype=str),
        "beat": np.array([str(place.beat) for place in places], dtype=str),
    }


def _first_figure(note_in_chord: Rows, count: int) -> npt.NDArray[np.int8]:
    figure = np.zeros(count, dtype=np.int8)
    foreign = note_in_chord[note_in_chord["non_chord_tone"] != 0][::-1]
    figure[foreign["source"]] = foreign["non_chord_tone"]
    return figure


def _tendency(notes: NoteTable, chords: Chords, note_in_chord: Rows) -> npt.NDArray[np.int8]:
    """What each note wants in the last chord in which it sounds."""
    last = np.full(len(notes), NO, dtype=np.intp)
    figure = np.zeros(len(notes), dtype=np.int8)
    last[note_in_chord["source"]] = note_in_chord["target"]  # of equal sources the last one stays
    figure[note_in_chord["source"]] = note_in_chord["non_chord_tone"]
    tendency = chords.tendency(last, notes["fifths"])
    for name, kind in _LEANING.items():
        tendency[figure == NON_CHORD_TONES.index(name)] = kind
    return tendency
