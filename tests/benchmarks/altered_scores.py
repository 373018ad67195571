"""What may become of a tune on paper: transposed, ornamented, dotted, with wrong notes; all within its key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from numpy.random import Generator

from musegen.score.model import Score
from musegen.score.table import Flag, NoteTable

Note = dict[str, int]
ORNAMENTED, WRONG = 0.2, 0.15
"""Shares of notes."""


def transposed(score: Score, rng: Generator) -> Score:
    """One to three fifths up or down, in the nearest octave."""
    fifths = int(rng.choice((-3, -2, -1, 1, 2, 3)))
    rows = score.notes.rows.copy()
    rows["pitch"] += (7 * fifths + 6) % 12 - 6
    rows["fifths"] += fifths
    measures = tuple(
        measure._replace(key_signature=measure.key_signature._replace(fifths=measure.key_signature.fifths + fifths))
        for measure in score.measures
    )
    return replace(score, notes=NoteTable(rows), measures=measures, harmonies=())


def ornamented(score: Score, rng: Generator) -> Score:
    """A share of the notes with a mordent, a neighbour after it or an appoggiatura before it, in its own time."""
    found: list[Note] = []
    for note in _line(score):
        length = note["duration"]
        if rng.random() >= ORNAMENTED or length % 4:
            found.append(note)
            continue
        beside = _beside(score, note, int(rng.choice((-1, 1))))
        kinds = (((note, 2), (beside, 1), (note, 1)), ((note, 2), (beside, 2)), ((beside, 2), (note, 2)))
        onset = note["onset"]
        for sounding, quarters in kinds[int(rng.integers(3))]:
            found.append(sounding | {"onset": onset, "duration": length * quarters // 4})
            onset += length * quarters // 4
    return _written(score, found)


def dotted(score: Score, _rng: Generator) -> Score:
    """Of two equal notes that fill a place of their own in the measure, the first is three times as long."""
    line, found = _line(score), []
    while line:
        first, second = line[0], line[1] if len(line) > 1 else {"onset": -1, "duration": 0}
        length = first["duration"]
        place = first["onset"] - score.measures[score.measure_index_at(first["onset"])].onset
        pair = second["duration"] == length and second["onset"] == first["onset"] + length
        if pair and place % (2 * length) == 0 and length % 2 == 0:
            half = length // 2
            longer = first | {"duration": length + half}
            found += [longer, second | {"onset": second["onset"] + half, "duration": half}]
            line = line[2:]
        else:
            found.append(first)
            line = line[1:]
    return _written(score, found)


def misremembered(score: Score, rng: Generator) -> Score:
    """A share of the notes one to three steps of the scale too high or too low."""
    found = []
    for note in _line(score):
        if rng.random() < WRONG:
            way = int(rng.choice((-1, 1)))
            for _ in range(int(rng.integers(1, 4))):
                note = _beside(score, note, way)  # step by step
        found.append(note)
    return _written(score, found)


ALTERATIONS: dict[str, Callable[[Score, Generator], Score]] = {
    "transposed": transposed, "ornamented": ornamented, "dotted": dotted, "wrong notes": misremembered,
}  # fmt: skip


def _line(score: Score) -> list[Note]:
    notes = score.notes.sounding()
    rows = notes.rows[(notes["duration"] > 0) & ~notes.has(Flag.GRACE)]
    return [{name: int(row[name]) for name in ("onset", "duration", "pitch", "fifths")} for row in rows]


def _beside(score: Score, note: Note, way: int) -> Note:
    """The next note of the key signature's scale."""
    signature = score.measures[0].key_signature.fifths
    spelled = {7 * fifths % 12: fifths for fifths in range(signature - 1, signature + 6)}
    pitch = note["pitch"] + way
    while pitch % 12 not in spelled:
        pitch += way
    return note | {"pitch": pitch, "fifths": spelled[pitch % 12]}


def _written(score: Score, line: list[Note]) -> Score:
    placed = (note | {"measure_index": score.measure_index_at(note["onset"])} for note in line)
    return replace(score, notes=NoteTable.of(placed), lyrics=(), harmonies=(), note_names=())
