"""A cue on paper: stretches one after the other, the piano below them, tempo marks and dynamics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from musegen.generation.scenes.asking import CuePlan, Scene
from musegen.generation.scenes.melodies import Stretch
from musegen.score.model import (
    TREBLE,
    Direction,
    HarmonyLabel,
    KeySignature,
    Measure,
    Metadata,
    Part,
    Score,
)
from musegen.score.musicxml_directions import direction_order
from musegen.score.table import Flag, NoteTable, Rows

MELODY = Part("P1", "Violin", "Vln.", (TREBLE,), midi_program=41)
DYNAMICS = ("pp", "p", "mp", "mf", "f", "ff")


def lead_sheet(stretches: Sequence[Stretch], title: str) -> Score:
    """Melody and chord symbols of all stretches, a double bar where the mood changes."""
    measures: list[Measure] = []
    rows: list[Rows] = []
    labels: list[HarmonyLabel] = []
    for number, (scene, made, sharps, is_minor) in enumerate(stretches):
        start, first = (measures[-1].onset + measures[-1].length if measures else 0), len(measures)
        is_last = number == len(stretches) - 1
        changes = not is_last and stretches[number + 1].scene != scene
        key = KeySignature(sharps, "minor" if is_minor else "major")
        for place, measure in enumerate(made.score.measures):
            barline = ("final" if is_last else "double" if changes else "") * (place == len(made.score.measures) - 1)
            measures.append(
                Measure(
                    str(first + place + 1), start + measure.onset, measure.length, measure.time_signature, key,
                    barline=barline,
                )
            )  # fmt: skip
        rows.append(_moved(made.score.notes.rows, start, first))
        labels += [label._replace(onset=label.onset + start) for label in made.score.harmonies]
    return Score(
        _numbered(np.concatenate(rows)), tuple(measures), (MELODY,), tuple(labels), metadata=Metadata(title=title)
    )


def with_players(lead: Score, players: Sequence[tuple[Score, int, int]]) -> Score:
    """The lead sheet with what was played under each scene: (score, its first measure, the one after its last)."""
    parts: list[Part] = [*lead.parts]
    rows: list[Rows] = [lead.notes.rows]
    for played, first, last in players:
        places = {number: _place(parts, part) for number, part in enumerate(played.parts) if number >= len(lead.parts)}
        start = lead.measures[first].onset
        end = lead.measures[last - 1].onset + lead.measures[last - 1].length - start
        mine = played.notes.rows[(played.notes["part"] >= len(lead.parts)) & (played.notes["onset"] < end)].copy()
        over = mine["onset"] + mine["duration"] >= end
        mine["duration"] = np.minimum(mine["duration"], end - mine["onset"])
        mine["flags"][over] &= ~np.uint16(Flag.TIED_TO_NEXT)
        mine["part"] = [places[part] for part in mine["part"].tolist()]
        rows.append(_moved(mine, start, first))
    return replace(lead, notes=_numbered(np.concatenate(rows)), parts=tuple(parts))


def with_directions(score: Score, plan: CuePlan) -> Score:
    """The score with the tempo of every scene, the bend towards the next, and how loud each is."""
    found: list[Direction] = []
    first = 0
    for number, scene in enumerate(plan.scenes):
        after = plan.scenes[number + 1] if number + 1 < len(plan.scenes) else None
        found += _tempos(score, plan, scene, first)
        found += _loudness(score, scene, after, first)
        first += scene.timed.measures
    return replace(score, directions=tuple(sorted(found, key=direction_order)))


def _tempos(score: Score, plan: CuePlan, scene: Scene, first: int) -> Iterator[Direction]:
    pulses, quarters = scene.timed.pulses, float(plan.meter.pulse_quarters)
    for place, pulse in enumerate(pulses):
        onset, tempo = score.measures[first + place].onset, round(pulse * quarters, 6)
        if not place:
            yield Direction(onset, "tempo", scene.mood.words.capitalize(), tempo)
        elif pulse != pulses[place - 1]:
            is_first = pulses[place - 1] == pulses[0]
            words = ("accel." if pulse > pulses[0] else "rit.") if is_first else ""
            yield Direction(onset, "tempo", words, tempo, is_counted=False)


def _loudness(score: Score, scene: Scene, after: Scene | None, first: int) -> Iterator[Direction]:
    signs = [(first, scene.character.dynamic)]
    if after is not None and after.is_gradual:
        here, there = (DYNAMICS.index(one.character.dynamic) for one in (scene, after))
        bent = [place for place, pulse in enumerate(scene.timed.pulses) if pulse != scene.timed.pulses[0]]
        if bent and abs(there - here) > 1:
            signs.append((first + bent[0], DYNAMICS[(here + there) // 2]))
    for measure, sign in signs:
        for number, part in enumerate(score.parts):
            if not part.kit:
                yield Direction(score.measures[measure].onset, "dynamic", sign, part=number)


def _place(parts: list[Part], part: Part) -> int:
    """The number of a part of the whole cue; one that is not there yet comes last."""
    for number, known in enumerate(parts):
        if number and known.name == part.name:
            kit = {drum.number: drum for drum in (*known.kit, *part.kit)}
            parts[number] = known._replace(kit=tuple(kit[drum] for drum in sorted(kit)))
            return number
    parts.append(part._replace(id=f"P{len(parts) + 1}"))
    return len(parts) - 1


def _moved(rows: Rows, start: int, first: int) -> Rows:
    found = rows.copy()
    found["onset"] += start
    found["measure_index"] += first
    return found


def _numbered(rows: Rows) -> NoteTable:
    found = rows.copy()
    found["id"] = np.arange(len(found))
    return NoteTable(found).ordered()
