"""A plan: the slots of a piece and what is asked of each, every request droppable by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from musegen.errors import UnreadableFile
from musegen.generation.cadence_keys import cadence_keys
from musegen.generation.conditions import CadenceAsked, Condition
from musegen.generation.given import Asked, Given, Request, chords_given
from musegen.generation.home_key import likely_key
from musegen.generation.melody import MAX_BEATS, Melody, MelodySlot, melody_of, within_limits
from musegen.generation.requests.figured import figures_given
from musegen.rules.packs import load_pack
from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import assign_voices
from musegen.theory.keys import Key
from musegen.theory.statistics import ChoraleStatistics, statistics, strength_class

VOICES = 4
_LETTERS = "SATB"


class Note(NamedTuple):
    """A note that is given: MIDI pitch and place on the line of fifths."""

    pitch: int
    fifths: int


Sung = tuple[Note, ...]
"""What one given voice sings in a slot, in order; empty where the voice is free."""
FREE: tuple[Sung, ...] = ((),) * VOICES


class Wish(NamedTuple):
    """What is asked of one slot."""

    chord: Asked = None  # a numeral, a chord symbol, or pitch classes over a bass
    figures: Asked = None  # thoroughbass over the given bass
    cadence: CadenceAsked | None = None  # that this slot's chord closes
    notes: tuple[Sung, ...] = FREE  # S A T B
    heights: tuple[float, ...] = ()  # what every MIDI pitch costs a soprano that is free, in nats; empty: nothing

    @property
    def states_chord(self) -> bool:
        """The chord is not ours to choose.

        >>> Wish().states_chord
        False
        """
        return self.chord is not None or self.figures is not None


Lines = Mapping[int, NoteTable]
"""The sounding notes of each given voice, 0 the soprano."""


@dataclass(frozen=True)
class Plan:
    """Slots with their wishes, the key round which free chords are looked for, and the rules to keep.

    A slot without rows is a bare one: no melody is given there. A given voice that rests in a slot is free there.
    """

    score: Score  # its measures tell where a slot stands
    home: Key
    pack: str
    slots: tuple[MelodySlot, ...]
    wishes: tuple[Wish, ...]
    melody: Melody | None = None  # whose slots these are
    lines: Lines = field(default_factory=dict, compare=False, repr=False)
    lenient: bool = True  # a rule of chords that the chords asked for must break is priced; else it is a conflict
    may_pass: bool = True  # a passing setting between two chords asked for may mend a fault (`easing`)


def plan_of(
    source: Score,
    condition: Condition,
    *,
    chords: Mapping[int, Request] | None = None,
    counted: ChoraleStatistics | None = None,
) -> Plan:
    """The plan of a score: its given voices, and the chords, figures and cadences that it or the condition asks for.

    Without `condition.left` the top line is given; with it, the voices that it does not name, which the lines of the
    score are from the top; of four lines, all notes outside what it names. A score without notes is a row of measures.

    Args:
        source: the score.
        condition: what is asked for.
        chords: chords asked for at the slots that hold these onsets, before all others; `given.notes_given` makes them.
        counted: the chorale statistics that find the home key; the shipped ones unless given.

    Raises:
        NoSolution: no key near the signature has chords for the melody.
        UnreadableFile: the score is too long, or has not the voices that are given.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.model import HarmonyLabel
    >>> asked = Condition(key=Key.parse("C"), harmonies=(HarmonyLabel(0, "numeral", "V6", "C"),))
    >>> plan = plan_of(parse_grid("meter: 2/4\\nS: d5 g4"), asked)
    >>> [(wish.chord.text, wish.notes[0]) for wish in plan.wishes]
    [('V6', (Note(pitch=74, fifths=2),)), ('V6', (Note(pitch=67, fifths=1),))]
    """
    lines = given_lines(source, condition)
    melody = _melody(source, condition, lines)
    slots = melody.slots if melody is not None else bare_slots(source, condition)
    given = chords_given(source, slots, condition)
    home = condition.key or _home(source, melody, given, condition.pack, counted or statistics())
    stated = [_at(slot, chords or {}, asked) for slot, asked in zip(slots, given.asked, strict=True)]
    wishes = [
        Wish(chord, _figures_at(source, condition, slot, lines), _cadence_at(condition, slot), _sung(slot, lines))
        for slot, chord in zip(slots, stated, strict=True)
    ]
    return Plan(source, home, condition.pack, tuple(slots), tuple(wishes), melody, lines)


def _melody(source: Score, condition: Condition, lines: Lines) -> Melody | None:
    """The soprano, where all of it is given."""
    if 0 not in lines or (condition.left is not None and condition.left.measures):
        return None
    melody = melody_of(replace(source, harmonies=condition.harmonies or source.harmonies))
    within_limits(melody)
    return melody


def given_lines(source: Score, condition: Condition) -> dict[int, NoteTable]:
    """The notes that are given, by voice.

    Raises:
        UnreadableFile: the score has not as many lines as voices are given.
    """
    if not len(source.notes):
        return {}
    voices = assign_voices(source)
    tables = [voices.notes.where(voices.line == line) for line in range(len(voices.names))]
    if condition.left is None:
        return {0: tables[0]}
    free = set(condition.left.voices)
    kept = [number for number, letter in enumerate(_LETTERS) if letter not in free]
    if len(tables) == VOICES:
        outside = {n: _outside(source, tables[n], condition.left.measures) for n in range(VOICES) if n not in kept}
        whole = {n: tables[n] for n in kept}
        return dict(sorted({n: table for n, table in (whole | outside).items() if len(table)}.items()))
    if len(tables) != len(kept):
        told = f"{len(kept)} voices are given, and the score has {len(tables)}"
        raise UnreadableFile(told, file=source.path, hint="say which voices are left")
    return dict(zip(kept, tables, strict=True))


def _outside(source: Score, table: NoteTable, measures: tuple[str, ...]) -> NoteTable:
    """The notes of a voice outside the measures that are left; none where all are."""
    numbers = [source.measures[source.measure_index_at(int(onset))].number for onset in table["onset"]]
    return table.where(np.array([bool(measures) and number not in measures for number in numbers], dtype=bool))


def bare_slots(score: Score, condition: Condition) -> tuple[MelodySlot, ...]:
    """A slot a pulse over all measures, divided where figures change; phrases end at the cadences asked for.

    Raises:
        UnreadableFile: there are too many.
    """
    times: set[int] = set()
    for measure in score.measures:
        length = score.ticks(measure.time_signature.pulse_quarters)
        first = measure.onset + (measure.length % length if measure.is_pickup else 0)
        times |= {measure.onset, *range(first, measure.onset + measure.length, length)}
    end = score.measures[-1].onset + score.measures[-1].length
    times |= {figured.onset for figured in condition.figures or score.figures if 0 < figured.onset < end}
    if len(times) > MAX_BEATS:
        raise UnreadableFile(
            f"{len(times)} beats are too many to set", file=score.path, hint=f"at most {MAX_BEATS}: divide it"
        )
    closing = {asked.onset for asked in condition.cadences}
    slots: list[MelodySlot] = []
    for start, stop in pairwise(sorted({*times, end})):
        closes, begins = any(start <= onset < stop for onset in closing), not slots or slots[-1].is_phrase_end
        slots.append(MelodySlot(start, stop - start, (), strength_class(score, start), begins, closes))
    return (*slots[:-1], replace(slots[-1], is_phrase_end=True, is_last=True))


def _home(source: Score, melody: Melody | None, given: Given, pack: str, prices: ChoraleStatistics) -> Key:
    """The key that numerals state at the end, the likely one of a melody, or that of the signature."""
    stated = [asked.key for asked in given.asked if asked is not None and asked.kind == "numeral" and asked.key]
    if stated:
        return Key.parse(stated[-1])
    if melody is not None:
        return likely_key(melody, prices, cadence_keys().costs(melody), given, load_pack(pack))
    signature = source.measures[0].key_signature
    return Key.of_signature(signature.fifths, minor=signature.mode == "minor")


def _at(slot: MelodySlot, chords: Mapping[int, Request], asked: Asked) -> Asked:
    return next((chords[onset] for onset in chords if slot.onset <= onset < slot.onset + slot.duration), asked)


def _sung(slot: MelodySlot, lines: Lines) -> tuple[Sung, ...]:
    end = slot.onset + slot.duration
    return tuple(notes_between(lines[voice], slot.onset, end) if voice in lines else () for voice in range(VOICES))


def notes_between(table: NoteTable, start: int, end: int) -> Sung:
    """What a voice sings from one tick to another, in order."""
    rows = table.rows[(table["onset"] < end) & (table.end > start)]
    return tuple(Note(int(row["pitch"]), int(row["fifths"])) for row in rows[np.argsort(rows["onset"], kind="stable")])


def _cadence_at(condition: Condition, slot: MelodySlot) -> CadenceAsked | None:
    end = slot.onset + slot.duration
    return next((asked for asked in condition.cadences if slot.onset <= asked.onset < end), None)


def _figures_at(source: Score, condition: Condition, slot: MelodySlot, lines: Lines) -> Asked:
    """The figures over the bass note that sounds as a slot begins; where none stand, a triad is asked for."""
    labels = condition.figures or source.figures
    if not labels or VOICES - 1 not in lines:
        return None
    bass = notes_between(lines[VOICES - 1], slot.onset, slot.onset + slot.duration)
    if not bass:
        return None
    held = [label for label in labels if label.onset <= slot.onset < label.onset + label.duration]
    signature = source.measures[source.measure_index_at(slot.onset)].key_signature.fifths
    return figures_given(held[-1].figures if held else (), bass[0].fifths, signature)
