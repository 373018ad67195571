"""What is written rather than heard: lengths of measures and notes, ties, overlaps, doubled notes, signs at the end."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from musegen.rules.bounds import Count
from musegen.rules.places import Rows, hit_at, note_hit, part_name
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.model import Measure, Score
from musegen.score.pitch import alter_of
from musegen.score.table import Flag, NoteTable

_SHORTEST = Fraction(1, 32)
_MOST_ACCIDENTALS = 2
_PLAYED = "midi"
"""The format that knows no barlines and no voices of a staff."""


@predicate("phrase", facts=("measure", "beats", "meter"))
def measure_length(view: View) -> Iterator[Hit]:
    """A measure is longer or shorter than its time signature says.

    A pickup is free; a short last measure may make up for it, and so may the two halves of a measure that a repeat or
    double bar divides.
    """
    measures = view.score.measures
    lengths = {meter: view.score.ticks(meter.quarters) for meter in {measure.time_signature for measure in measures}}
    for number, measure in enumerate(measures):
        full = lengths[measure.time_signature]
        if measure.length == full or measure.is_pickup or _makes_up(view.score, number, full):
            continue
        beats = view.score.quarters(measure.length) / measure.time_signature.beat_quarters
        told = f"{beats} beat{'s' * (beats != 1)}"
        facts = {"beats": told, "meter": str(measure.time_signature), "measure": measure.number}
        if len(view):
            yield Hit(0, 0, (), facts=facts, onset=measure.onset)


@predicate("phrase", facts=("part", "notes"))
def overlapping_notes(view: View) -> Iterator[Hit]:
    """A note begins while another of its part, staff and written voice still sounds that began before it.

    Overlaps shorter than a 128th come from rounded triplets and pass.
    """
    written, shortest = _written(view), view.score.ticks_per_quarter // _SHORTEST.denominator
    for rows in _voices(written) if _format(view) != _PLAYED else ():
        told = -1  # up to here the overlap is named
        ends = np.maximum.accumulate(written.end[rows] - shortest).tolist()
        onsets = written["onset"][rows].tolist()
        for place, row in enumerate(rows.tolist()):
            earlier = int(np.searchsorted(onsets, onsets[place]))
            if earlier and told < onsets[place] <= ends[earlier - 1]:
                held = rows[int(np.searchsorted(ends, onsets[place]))]
                told = ends[earlier - 1]
                yield hit_at(
                    view, onsets[place], _heard(view, written, [int(held), row]), part=_part(view, written, row)
                )


@predicate("phrase", facts=("part", "note"))
def dangling_tie(view: View) -> Iterator[Hit]:
    """A tie begins, and its part has no note of that pitch when the note ends; at a repeat sign it may lead back."""
    written = _written(view)
    begins = {
        (part, pitch, onset)
        for part, pitch, onset in zip(*(written[name].tolist() for name in ("part", "pitch", "onset")), strict=True)
    }
    repeats = {measure.onset + measure.length for measure in view.score.measures if measure.repeat_end}
    for row in np.flatnonzero(written.has(Flag.TIED_TO_NEXT)).tolist():
        end, pitch, part = int(written.end[row]), int(written["pitch"][row]), int(written["part"][row])
        if (part, pitch, end) not in begins and end not in repeats:
            heard = _heard(view, written, [row])
            voices = tuple(int(line) for line in view.voices.line[heard] if line >= 0)
            note = view.note_name(heard[0]) if heard else ""
            yield hit_at(view, int(written["onset"][row]), heard, voices, part=part_name(view, part), note=note)


@predicate("phrase", facts=("part", "note"))
def triple_accidental(view: View) -> Iterator[Hit]:
    """A note has three sharps or flats, or more."""
    for row in np.flatnonzero(np.abs(alter_of(view.notes["fifths"])) > _MOST_ACCIDENTALS).tolist():
        yield note_hit(view, row)


@predicate("phrase", facts=("part", "note", "quarters"))
def tiny_note(view: View) -> Iterator[Hit]:
    """A note, ties merged, is shorter than a 128th."""
    duration = view.notes["duration"]
    for row in np.flatnonzero(duration * _SHORTEST.denominator < view.score.ticks_per_quarter).tolist():
        quarters = str(view.score.quarters(int(duration[row])))
        yield note_hit(view, row, quarters=quarters)


@predicate("phrase", facts=("part", "note", "quarters"))
def long_note(view: View, *, most: Count = 8) -> Iterator[Hit]:
    """A note, ties merged, lasts longer than `most` full measures of its time signature."""
    notes, measures = view.notes, view.score.measures
    for row in range(len(notes)):
        meter = measures[view.score.measure_index_at(int(notes["onset"][row]))].time_signature
        if notes["duration"][row] > most * view.score.ticks(meter.quarters):
            quarters = f"{float(view.score.quarters(int(notes['duration'][row]))):g}"
            yield note_hit(view, row, quarters=quarters)


@predicate("phrase", facts=("part", "note"))
def duplicate_note(view: View) -> Iterator[Hit]:
    """A note is written twice at one time in one part, staff and written voice."""
    written = _written(view)
    found: dict[tuple[int, ...], list[int]] = {}
    columns = (written[name].tolist() for name in ("onset", "part", "staff", "voice", "pitch"))
    for row, place in enumerate(zip(*columns, strict=True)):
        found.setdefault(place, []).append(row)
    for place, rows in found.items():
        if len(rows) > 1:
            heard = _heard(view, written, rows)
            yield hit_at(view, place[0], heard, part=part_name(view, place[1]), note=view.note_name(heard[0]))


@predicate("phrase", facts=("part",))
def empty_part(view: View) -> Iterator[Hit]:
    """A part has no note."""
    full = set(view.score.notes["part"].tolist())
    for part in range(len(view.score.parts)):
        if part not in full and len(view):
            yield hit_at(view, view.score.measures[0].onset, [], part=part_name(view, part))


@predicate("phrase", facts=("measure",))
def missing_final_barline(view: View) -> Iterator[Hit]:
    """The last measure ends with neither a final barline nor a repeat sign."""
    if not len(view) or _format(view) == _PLAYED:
        return
    last = view.score.measures[-1]
    if last.barline != "final" and not last.repeat_end:
        yield hit_at(view, last.onset, [], measure=last.number)


@predicate("phrase", four_parts=True, facts=("notes", "count"))
def fermata_not_aligned(view: View) -> Iterator[Hit]:
    """A fermata stands on some voices, and another that sounds meanwhile has none on any note of that time.

    Where one voice alone has all the fermatas of a piece, the first stands for all.
    """
    notes, line = view.notes, view.voices.line
    held = np.flatnonzero(notes.has(Flag.FERMATA) & (line >= 0))
    told = -1
    for row in held[np.argsort(notes["onset"][held], kind="stable")].tolist():
        start, end = int(notes["onset"][row]), int(notes.end[row])
        if start < told:
            continue
        here = np.flatnonzero((notes["onset"] < end) & (notes.end > start) & (line >= 0))
        waiting = {int(voice) for voice in line[here[notes.has(Flag.FERMATA)[here]]]}
        if waiting != set(line[here].tolist()):
            yield hit_at(view, start, [row], count=len(waiting))
            if len(set(line[held].tolist())) == 1:
                return
        told = end


def _format(view: View) -> str:
    return view.score.source.format if view.score.source else ""


def _written(view: View) -> NoteTable:
    """The written rows that take time, as the score has them."""
    notes = view.score.notes
    return notes.where(~notes.has(Flag.GRACE) & ~notes.has(Flag.UNPITCHED) & (notes["duration"] > 0))


def _voices(written: NoteTable) -> Iterator[Rows]:
    """The rows of each written voice, in time."""
    keys = np.stack([written[name].astype(np.int64) for name in ("part", "staff", "voice")], axis=1)
    order = np.lexsort((written["onset"], *keys.T[::-1]))
    cuts = np.flatnonzero((np.diff(keys[order], axis=0) != 0).any(axis=1)) + 1
    yield from np.split(order, cuts) if len(order) else ()


def _heard(view: View, written: NoteTable, rows: list[int]) -> list[int]:
    """The sounding notes that written rows are, or are the continuation of."""
    notes, found = view.notes, []
    for row in rows:
        alike = [notes[name] == written[name][row] for name in ("part", "pitch", "fifths")]
        tied = np.all([*alike, notes["onset"] <= written["onset"][row], notes.end > written["onset"][row]], axis=0)
        choices = (notes["id"] == written["id"][row], tied & (notes["staff"] == written["staff"][row]), tied)
        found += next((np.flatnonzero(mask).tolist()[:1] for mask in choices if mask.any()), [])
    return found


def _part(view: View, written: NoteTable, row: int) -> str:
    return part_name(view, int(written["part"][row]))


def _makes_up(score: Score, number: int, full: int) -> bool:
    """This short measure completes the pickup at the end of a section, or the measure before or after it."""
    measures = score.measures
    measure = measures[number]
    if measure.length > full:
        return False
    after = measures[number + 1] if number + 1 < len(measures) else None
    pickups = {item.length for item in measures if item.is_pickup}
    if _ends_section(measure, after) and full - measure.length in pickups:
        return True
    near = [item for item in measures[max(number - 1, 0) : number + 2] if item is not measure]
    return any(item.length + measure.length == full and _is_divided(measure, item) for item in near)


def _ends_section(measure: Measure, after: Measure | None) -> bool:
    return after is None or bool(measure.barline or measure.repeat_end or after.repeat_start)


def _is_divided(measure: Measure, other: Measure) -> bool:
    first, second = sorted((measure, other), key=lambda item: item.onset)
    return _ends_section(first, second) or bool(first.ending) or _printed(first) == _printed(second)


def _printed(measure: Measure) -> str:
    """The number that both parts of a split measure share: 5 and 5a are one measure."""
    return measure.number.rstrip("abcdefghijklmnopqrstuvwxyz")
