"""What an answer loses besides the findings of rules: chords that are none, numerals, cadences, letters, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from musegen.rules.chords_asked import Chord
from musegen.rules.findings import beat_text
from musegen.rules.letters import LETTERS
from musegen.rules.marks import (
    CADENCES,
    CHORDS,
    EMPTY,
    GIVEN,
    NUMERALS,
    TONES,
    VOICE_LEADING,
    Assignment,
    Deduction,
)
from musegen.rules.messages import listed, voice_word
from musegen.rules.view import View
from musegen.score.line_choice import FOUR_PARTS
from musegen.score.pitch import pitch_name
from musegen.score.voices import SILENT

_GIVEN_COST = 1.0
GIVEN_VOICE = "S"


class Answer(NamedTuple):
    """An answer as it is judged."""

    view: View  # with the analysis of these chords
    asked: Assignment
    chords: tuple[Chord, ...]
    silent: Mapping[int, list[str]]  # the voices that are missing at each chord that lacks one
    letters: Mapping[tuple[int, int], set[str]]

    @property
    def has_numerals(self) -> bool:
        """There is a numeral to mark."""
        return any(label.kind == "numeral" for label in self.view.score.harmonies)

    def judged(self) -> Iterator[Chord]:
        """The chords that are complete enough to be judged."""
        return (chord for chord in self.chords if chord.onset not in self.silent)


def at_place(measure: str, beat: Fraction) -> str:
    """`, measure 2 beat 1.5`: the end of a sentence."""
    return f", measure {measure} beat {beat_text(beat)}"


def wrong_chord(asked: Assignment, aspect: str) -> float:
    """What one wrong chord costs: a mark is gone after as many as the printed scheme says."""
    marks = asked.scheme.get(aspect, 0)
    return 1 / max(round(len(asked.slots) / marks), 1) if marks else 0.0


def foreign_chords(answer: Answer, told: set[int]) -> Iterator[Deduction]:
    """Chords with a note that is none of theirs, of another level, or none at all; but those that rules tell."""
    cost = wrong_chord(answer.asked, CHORDS)
    for chord in answer.judged():
        figure = chord.reading[1].figure
        words = {
            "none": f"{chord.names} is no chord of this level",
            "outside": f"{figure} ({chord.names}) is not among the chords of this level",
            "near": chord.faults[0].words if chord.faults else "",
        }.get(chord.nature)
        if words and chord.onset not in told:
            item = _deduction(answer, CHORDS, cost, chord.onset, words)
            rows = [fault.row for fault in chord.faults if fault.row >= 0]
            names = (answer.view.score.note_name(answer.view.ids[row]) for row in rows)
            yield item._replace(notes=tuple(names))


def wrong_numerals(answer: Answer) -> Iterator[Deduction]:
    """Numerals that are not of the chord that stands there, or missing; one of a wrong chord is paid with the chord."""
    cost = wrong_chord(answer.asked, NUMERALS)
    for chord in answer.chords:
        silent = chord.onset in answer.silent
        if chord.written is None and not silent:
            yield _deduction(answer, NUMERALS, cost, chord.onset, "No numeral")
        elif chord.written and not silent and not chord.agrees and chord.nature != "doubtful":
            words = f"{chord.written[1].figure} is written under {chord.names}"
            relief = "" if chord.nature == "right" else "this chord is counted once"
            yield _deduction(answer, NUMERALS, 0.0 if relief else cost, chord.onset, words)._replace(relief=relief)


def missed_cadences(answer: Answer) -> Iterator[Deduction]:
    """Cadences that were asked for and that the notes do not make; each has its share of the marks for cadences."""
    view, asked = answer.view, answer.asked
    made = {item.onset: item.kind for item in view.analysis.cadences} if view.analysis else {}
    before = {two.onset: one for one, two in pairwise(answer.chords)}
    chords = {chord.onset: chord for chord in answer.chords}
    for onset, kind in asked.cadences:
        pair = [chord for chord in (before.get(onset), chords.get(onset)) if chord]
        broken = next((chord for chord in pair if not _serves(answer, chord, kind, chord.onset == onset)), None)
        if any(chord.nature == "doubtful" for chord in pair):
            continue
        if broken or made.get(onset) != kind:
            found = f"this is {made[onset]}" if onset in made and not broken else "this is no cadence"
            why = f" ({broken.names} is no {broken.reading[1].figure})" if broken else ""
            why = " (a chord is not there)" if broken and broken.onset in answer.silent else why
            share = asked.scheme.get(CADENCES, 0) / len(asked.cadences)
            place = at_place(*view.score.place(onset))
            item = _deduction(answer, CADENCES, share, onset, "")
            yield item._replace(words=f"{kind} was asked for{place}; {found}{why}")


def _serves(answer: Answer, chord: Chord, kind: str, is_last: bool) -> bool:
    """The chord does its part in a cadence; what leads to a half cadence need only be a chord.

    What it lacks for a voice that is missing is counted with that voice.
    """
    gap = answer.silent.get(chord.onset, ())
    excused = 0 < len(gap) < len(FOUR_PARTS) - 1 and all(fault.kind == "missing" for fault in chord.faults)
    leads = kind == "HC" and not is_last and chord.nature != "none"
    return chord.holds or leads or (excused and chord.nature == "near")


def empty_chords(answer: Answer, aspects: Sequence[str]) -> Iterator[Deduction]:
    """A chord that is not there costs its share of these headings; one that lacks a voice, that voice's part of it."""
    asked = answer.asked
    for onset, silent in answer.silent.items():
        part = len(silent) / (len(FOUR_PARTS) - 1) / len(asked.slots)
        wanted = [name for name in aspects if name != NUMERALS or part * len(asked.slots) == 1]
        shares = tuple((name, asked.scheme[name] * part) for name in wanted)
        words = f"{listed([voice_word(name) for name in silent]).capitalize()}: no note"
        item = _deduction(answer, EMPTY, sum(marks for _, marks in shares), onset, words)
        yield item._replace(shares=shares)


def silent_voices(view: View, onset: int) -> list[str]:
    """The voices, other than that which is given, that have no note at a time."""
    at = int(np.searchsorted(view.onset, onset, side="right")) - 1
    inside = 0 <= at < len(view) and onset < view.end[at]
    sounding = int((view.row[at] != SILENT).sum()) if inside else 0
    if view.voices.names == FOUR_PARTS and inside:
        return [
            name for name, row in zip(FOUR_PARTS, view.row[at], strict=True) if row == SILENT and name != GIVEN_VOICE
        ]
    return list(FOUR_PARTS[max(sounding, 1) :])


def changed_notes(view: View, asked: Assignment) -> Iterator[Deduction]:
    """Notes of the given melody that the answer has not, or has otherwise."""
    if asked.given is None:
        return
    top = view.notes.where(view.voices.line == 0)
    mine = {(int(row["onset"]), int(row["duration"])): row for row in top.rows}
    for row in asked.given.rows:
        there = mine.get((int(row["onset"]), int(row["duration"])))
        if there is not None and (there["pitch"], there["fifths"]) == (row["pitch"], row["fifths"]):
            continue
        place = view.score.place(int(row["onset"]))
        was = _name(row)
        words = f"The given {was}{at_place(*place)} was changed" + (f" to {_name(there)}" if there is not None else "")
        yield Deduction(GIVEN, "", _GIVEN_COST, *place, words, onset=int(row["onset"]))


def wrong_letters(answer: Answer) -> Iterator[Deduction]:
    """Letters that are missing in the melody, or wrong anywhere; each has its share of the marks for them."""
    figures = list(_figures(answer))
    asked = {(part, onset): (kind, name) for part, onset, kind, name, is_melody in figures if is_melody}
    right: dict[tuple[int, int], set[str]] = {}
    for part, onset, kind, *_ in figures:
        right.setdefault((part, onset), set()).add(LETTERS[kind])
    sure = [(chord.onset, chord.end) for chord in answer.judged() if chord.nature in ("right", "outside")]
    places = {*asked, *(place for place in answer.letters if any(start <= place[1] < end for start, end in sure))}
    for place in sorted(places, key=lambda item: item[1]):
        written = answer.letters.get(place, set())
        kind, name = asked.get(place, ("", ""))
        share = answer.asked.scheme.get(TONES, 0) / len(places)
        if kind and LETTERS[kind] not in written:
            there = f"{listed(sorted(written))} is written" if written else "No letter is written"
            word = {"neighbor": "a neighbour note", "suspension": "a suspension"}.get(kind, f"a {kind} note")
            yield _deduction(answer, TONES, share, place[1], f"{there} at {name}, {word} ({LETTERS[kind]})")
        elif not kind and not written <= right.get(place, set()) | _by_shape(answer.view, *place):
            wanted = listed(sorted(right.get(place, set()))) or "no such figure"
            words = f"{listed(sorted(written))} is written where there is {wanted}"
            yield _deduction(answer, TONES, share, place[1], words)


def _by_shape(view: View, part: int, onset: int) -> set[str]:
    """P and N for notes of a part that go by step before and after, where the chord may hold them too."""
    found = set()
    for row in np.flatnonzero((view.notes["part"] == part) & (view.notes["onset"] == onset)).tolist():
        before, after = view.previous_row(row), view.next_row(row)
        if before >= 0 and after >= 0:
            comes, goes = view.steps[row] - view.steps[before], view.steps[after] - view.steps[row]
            if abs(comes) == abs(goes) == 1:
                found.add("P" if comes == goes else "N")
    return found


def _figures(answer: Answer) -> Iterator[tuple[int, int, str, str, bool]]:
    """(part, onset, kind, note, is in the melody) of passing notes, neighbours and suspensions over right chords."""
    view = answer.view
    sure = [(chord.onset, chord.end) for chord in answer.judged() if chord.nature in ("right", "outside")]
    for tone in view.analysis.non_chord_tones if view.analysis else ():
        row = view.row_of.get(tone.note, -1)
        if row >= 0 and tone.kind in LETTERS and any(start <= tone.onset < end for start, end in sure):
            part, is_melody = int(view.notes["part"][row]), view.voices.line[row] == 0
            yield part, tone.onset, tone.kind, view.note_name(row), bool(is_melody)


def strange_figures(answer: Answer) -> Iterator[Deduction]:
    """Figures of the lower voices that the level has not, where it names those that it has."""
    allow, view = answer.asked.pack.allow, answer.view
    named = {name.rpartition("-")[2] for name in allow.get("non_chord_tones", ())}
    if not named:
        return
    named |= {"suspension", "pedal", "unexplained"} if allow.get("suspensions") else {"pedal", "unexplained"}
    aspect = TONES if TONES in answer.asked.scheme else VOICE_LEADING
    for tone in view.analysis.non_chord_tones if view.analysis else ():
        row = view.row_of.get(tone.note, -1)
        if row >= 0 and view.voices.line[row] > 0 and tone.kind not in named:
            chord = next((item for item in answer.judged() if item.onset <= tone.onset < item.end), None)
            if chord and chord.nature == "right":
                voice = voice_word(view.voices.names[view.voices.line[row]]).capitalize()
                words = f"{voice} {view.note_name(row)}: this level has no {tone.kind}"
                yield _deduction(answer, aspect, 1.0, tone.onset, words)


def _deduction(answer: Answer, aspect: str, marks: float, onset: int, words: str) -> Deduction:
    place = answer.view.score.place(onset)
    return Deduction(aspect, "", marks, *place, f"{words}{at_place(*place)}", onset=onset)


def _name(row: np.void) -> str:
    return pitch_name(int(row["pitch"]), int(row["fifths"]))
