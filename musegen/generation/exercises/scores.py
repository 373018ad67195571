"""Scores from settings: four parts with numerals, and the sheet that a student gets, which holds no trace of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from musegen.generation.exercises.formulas import pivot_reading
from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.setting import Note, Setting
from musegen.generation.voicings import PARTS
from musegen.score.barlines import split_at_barlines, tied_at
from musegen.score.meter import ticks
from musegen.score.model import HarmonyLabel, KeySignature, Measure, Metadata, Score
from musegen.score.table import NoteTable


def answer_score(setting: Setting, title: str) -> Score:
    """All four parts, with Roman numerals under the bass."""
    return _score(setting.plan, dict(enumerate(setting.voices)), _labels(setting), title)


def student_score(setting: Setting, title: str, *, first_chord: bool) -> Score:
    """The soprano over empty parts; with `first_chord` the other voices have their first notes."""
    shown = {0: setting.voices[0]}
    if first_chord:
        shown |= {voice: _first_notes(setting, voice) for voice in (1, 2, 3)}
    return _score(setting.plan, shown, (), title)


def measures_of(plan: Plan) -> tuple[Measure, ...]:
    """The measure grid: a pickup is measure 0, and the last measure gives back what the pickup took."""
    signature = KeySignature(plan.key.signature, plan.key.mode)
    measures = []
    if plan.pickup:
        measures.append(Measure("0", 0, ticks(plan.pickup), plan.meter, signature, is_pickup=True))
    starts = {phrase.first for phrase in plan.phrases}
    for number in range(1, plan.measures + 1):
        start = (number - 1) * plan.meter.quarters
        length = min(plan.meter.quarters, max(plan.end - start, plan.meter.quarters - plan.pickup))
        last = number == plan.measures
        measures.append(
            Measure(
                str(number),
                ticks(start + plan.pickup),
                ticks(length if last else plan.meter.quarters),
                plan.meter,
                signature,
                barline="final" if last else "",
                new_system=number in starts and number > 1,
            )
        )
    return tuple(measures)


def chord_onsets(plan: Plan) -> tuple[int, ...]:
    """Where a new chord begins, in ticks: what the asterisks of a student's sheet mark."""
    return tuple(ticks(slot.onset + plan.pickup) for slot in plan.slots if not slot.is_held)


def _score(plan: Plan, voices: dict[int, tuple[Note, ...]], labels: tuple[HarmonyLabel, ...], title: str) -> Score:
    measures = measures_of(plan)
    chords = chord_onsets(plan)
    records = [
        piece
        for part, notes in voices.items()
        for note in notes
        for piece in tied_at(chords, _record(note, part, plan.pickup))
    ]
    table = NoteTable.of(split_at_barlines(records, measures))
    return Score(table, measures, PARTS, harmonies=labels, metadata=Metadata(title=title))


def _record(note: Note, part: int, pickup: Fraction) -> dict[str, int]:
    return {
        "onset": ticks(note.onset + pickup),
        "duration": ticks(note.duration),
        "pitch": note.pitch,
        "fifths": note.fifths,
        "part": part,
    }


def _first_notes(setting: Setting, voice: int) -> tuple[Note, ...]:
    """The voice's first note, cut to the length of the first slot."""
    first = setting.voices[voice][0]
    return (replace(first, duration=min(first.duration, setting.plan.slots[0].duration)),)


def _labels(setting: Setting) -> tuple[HarmonyLabel, ...]:
    """A numeral at every new chord; where the key turns, the chord before also has its reading in the new key."""
    labels: list[HarmonyLabel] = []
    plan, key = setting.plan, setting.plan.key
    for number, (slot, chord) in enumerate(zip(plan.slots, setting.chords, strict=True)):
        if slot.is_held:
            continue
        onset = ticks(slot.onset + plan.pickup)
        if chord.key != key and plan.slots[number - 1].phrase == slot.phrase:
            pivot = pivot_reading(setting.chords[number - 1], chord.key)
            if pivot is not None and labels:
                labels.append(labels[-1]._replace(text=pivot.figure, key=str(chord.key), alternate=True))
        key = chord.key
        labels.append(HarmonyLabel(onset, "numeral", chord.numeral.figure, str(chord.key), part=3))
    return tuple(labels)
