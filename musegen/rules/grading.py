"""Marks for a returned answer: what each fault costs, in the student's own notes, capped by rule and by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from musegen.rules.findings import Finding, Report, Severity
from musegen.rules.fixes import QUICK_WORK, with_fixes
from musegen.rules.live import LiveCheck
from musegen.rules.messages import listed, voice_word
from musegen.rules.packs import Pack, catalogue
from musegen.rules.reports.common import beat_text
from musegen.rules.view import View, pitch_name
from musegen.score.model import Place, Score
from musegen.score.table import Flag, NoteTable
from musegen.score.voices import FOUR_PARTS, SILENT

CHORDS, VOICE_LEADING, CADENCES, NUMERALS = "chords", "voice-leading", "cadences", "numerals"
TONES, GIVEN = "non-chord-tones", "given notes"
_ASPECTS = {
    "chords": CHORDS, "chromatic": CHORDS, "progression": CHORDS, "notation": CHORDS, "endings": CADENCES,
    "dissonance": TONES, "suspensions": TONES, "written_numerals": NUMERALS,
}  # fmt: skip
"""What the predicates of a file are about; all others are about voice leading."""
_RULES_ASPECTS = {"outside-vocabulary": CHORDS}
_MOST_TIMES = 3
"""One mistake, however often it is made, costs as much as this many of its gravest."""
_GIVEN_SHARE = 4
"""Changes to what was given cost at most this part of all marks."""
_GIVEN_COST = 1.0
GIVEN_VOICE = "S"


@dataclass(frozen=True)
class Assignment:
    """What a sheet asks for, laid on an answer. Times in ticks."""

    sheet: str
    pack: Pack
    scheme: Mapping[str, float]  # marks by aspect
    slots: tuple[int, ...]  # where a chord is asked for
    phrase_ends: tuple[int, ...]
    cadences: tuple[tuple[int, str], ...]  # onset of the last chord, kind
    given: NoteTable | None = None  # the melody as it was given, sounding; None where it is not known

    @property
    def marks(self) -> float:
        """What the sheet is worth."""
        return sum(self.scheme.values())


class Deduction(NamedTuple):
    """What one fault costs, and why, in the student's own notes."""

    aspect: str
    rule: str  # empty where it is no rule's
    marks: float  # after the caps
    measure: str
    beat: Fraction
    words: str


@dataclass(frozen=True)
class Grade:
    """The marks of one answer. What the file cannot show is `open`: marks that the teacher gives by hand."""

    file: str
    sheet: str
    out_of: float
    open: Mapping[str, float]
    deductions: tuple[Deduction, ...]
    remarks: tuple[str, ...]  # warnings that cost nothing
    report: Report  # with the fixes
    notices: tuple[str, ...] = ()

    @property
    def marks(self) -> float:
        """What is left of the marks that could be judged, never below 0."""
        judged = self.out_of - sum(self.open.values())
        return max(0.0, judged - sum(item.marks for item in self.deductions))

    def lost(self, aspect: str) -> float:
        """What was lost under one heading of the mark scheme."""
        return sum(item.marks for item in self.deductions if item.aspect == aspect)


def grade(answer: Score, asked: Assignment, *, fixes: bool = True, least: Severity = "error") -> Grade:
    """The marks of an answer.

    Findings as grave as `least` cost the points of their rules, but none that the given melody makes alone; the same
    mistake costs at most three times, and no aspect more than the sheet's scheme has for it. Empty chords cost their
    share of everything. Other warnings are remarks. With `fixes` each fault that is told says what would avoid it,
    where a note or two would and little work shows it.
    """
    answer = replace(answer, four_voices=True)
    live = LiveCheck(_with_phrase_ends(answer, asked.phrase_ends), asked.pack, phrase_ends=asked.phrase_ends)
    plain = _graded(answer, live, live.report, asked, least)
    if not fixes:
        return plain
    told = {*(item.words for item in plain.deductions), *plain.remarks}
    wanted = [item for item in live.report.findings if explained(item) in told]
    report = with_fixes(live, keep=[GIVEN_VOICE], among=wanted, work=QUICK_WORK)
    return _graded(answer, live, report, asked, least)


def _graded(answer: Score, live: LiveCheck, report: Report, asked: Assignment, least: Severity) -> Grade:
    """The marks that a report leads to."""
    scheme = dict(asked.scheme)
    written = any(label.kind == "numeral" for label in answer.harmonies)
    unseen = {NUMERALS: scheme[NUMERALS]} if NUMERALS in scheme and not written else {}
    found = [*_capped_by_rule(_of_findings(report, scheme, least)), *_missed_cadences(live.view, asked)]
    found += _missing_numerals(answer, asked) if written else []
    kept = _capped(found, {name: marks for name, marks in scheme.items() if name not in unseen})
    kept += _capped(list(_changed_notes(live.view, asked)), {GIVEN: asked.marks / _GIVEN_SHARE})
    kept += _empty_chords(live.view, asked, asked.marks - sum(unseen.values()))
    notices = [f"{name}: {marks:g} marks to be given by hand, the file shows none" for name, marks in unseen.items()]
    notices += ["the melody was not compared: the sheet is not there"] if asked.given is None else []
    notices += [notice for notice in report.notices if notice not in live.report.notices]
    order = sorted((item for item in kept if item.marks), key=lambda item: _time(answer, item))
    counted = report.at_or_above(least)
    remarks = tuple(explained(item) for item in report.at_or_above("warning") if item not in counted)
    return Grade(report.file, asked.sheet, asked.marks, unseen, tuple(order), remarks, report, tuple(notices))


def _with_phrase_ends(answer: Score, ends: tuple[int, ...]) -> Score:
    """The answer with fermatas where the phrases of the exercise end, and nowhere else."""
    rows = answer.notes.rows.copy()
    rows["flags"] &= ~np.uint16(Flag.FERMATA)
    stop = rows["onset"] + rows["duration"]
    for end in ends:
        rows["flags"][(rows["onset"] < end) & (stop >= end)] |= np.uint16(Flag.FERMATA)
    return replace(answer, notes=NoteTable(rows))


def _of_findings(report: Report, scheme: Mapping[str, float], least: Severity) -> Iterator[Deduction]:
    for item in report.at_or_above(least):
        if item.voices == (GIVEN_VOICE,):
            continue
        yield Deduction(_aspect(item, scheme), item.rule, item.points, item.measure, item.beat, explained(item))


def explained(item: Finding) -> str:
    """The finding as a sentence with its place, and what would avoid it.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3")
    >>> print(explained(with_fixes(LiveCheck(piece, "strict", infer=False)).findings[0]))
    Tenor G3-A3 and bass C3-D3 move in parallel fifths, measure 1 beat 2; bass B2 instead of C3 would avoid it
    """
    advice = f"; {item.fix.message}" if item.fix else ""
    return f"{item.message}{_at(item.measure, item.beat)}{advice}"


def _aspect(item: Finding, scheme: Mapping[str, float]) -> str:
    known = catalogue().get(item.rule)
    origin = known.kind.function.__module__.rpartition(".")[2] if known else ""
    name = _RULES_ASPECTS.get(item.rule) or _ASPECTS.get(origin, VOICE_LEADING)
    return name if name in scheme else VOICE_LEADING


def _capped_by_rule(found: Iterable[Deduction]) -> list[Deduction]:
    """The same mistake again and again costs no more than a few times its price."""
    groups: dict[str, list[Deduction]] = {}
    for item in found:
        groups.setdefault(item.rule, []).append(item)
    limited = [_limited(group, _MOST_TIMES * max(item.marks for item in group)) for group in groups.values()]
    return [item for group in limited for item in group]


def _capped(found: list[Deduction], caps: Mapping[str, float]) -> list[Deduction]:
    """No aspect costs more than its cap; what has none is not marked."""
    return [
        item for aspect, cap in caps.items() for item in _limited([one for one in found if one.aspect == aspect], cap)
    ]


def _limited(group: Iterable[Deduction], cap: float) -> Iterator[Deduction]:
    for item in group:
        marks = min(item.marks, cap)
        cap -= marks
        yield item._replace(marks=marks)


def _missed_cadences(view: View, asked: Assignment) -> Iterator[Deduction]:
    """Cadences that were asked for and not written; each has its share of the marks for cadences."""
    made = {item.onset: item.kind for item in view.analysis.cadences} if view.analysis else {}
    for onset, kind in asked.cadences:
        found = made.get(onset)
        if found != kind and not _silent_voices(view, onset):
            place = view.score.place(onset)
            words = f"{kind} was asked for{_at(*place)}; {f'this is {found}' if found else 'this is no cadence'}"
            share = asked.scheme.get(CADENCES, 0) / len(asked.cadences)
            yield Deduction(CADENCES, "", share, *place, words)


def _missing_numerals(answer: Score, asked: Assignment) -> Iterator[Deduction]:
    """Chords without a numeral, where others have one."""
    written = {label.onset for label in answer.harmonies if label.kind == "numeral"}
    for onset in asked.slots:
        if onset not in written:
            place = answer.place(onset)
            share = asked.scheme.get(NUMERALS, 0) / len(asked.slots)
            yield Deduction(NUMERALS, "", share, *place, f"No numeral{_at(*place)}")


def _empty_chords(view: View, asked: Assignment, marks: float) -> Iterator[Deduction]:
    """A chord that is not there costs its share of all marks; one that lacks a voice, that voice's share of it."""
    for onset in asked.slots:
        silent = _silent_voices(view, onset)
        if silent:
            place = view.score.place(onset)
            share = marks / len(asked.slots) * len(silent) / (len(FOUR_PARTS) - 1)
            words = f"{listed([voice_word(name) for name in silent]).capitalize()}: no note{_at(*place)}"
            yield Deduction(CHORDS, "", share, *place, words)


def _silent_voices(view: View, onset: int) -> list[str]:
    """The voices, other than that which is given, that have no note at a time."""
    at = int(np.searchsorted(view.onset, onset, side="right")) - 1
    inside = 0 <= at < len(view) and onset < view.end[at]
    sounding = int((view.row[at] != SILENT).sum()) if inside else 0
    if view.voices.names == FOUR_PARTS and inside:
        return [
            name for name, row in zip(FOUR_PARTS, view.row[at], strict=True) if row == SILENT and name != GIVEN_VOICE
        ]
    return list(FOUR_PARTS[max(sounding, 1) :])


def _changed_notes(view: View, asked: Assignment) -> Iterator[Deduction]:
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
        words = f"The given {was}{_at(*place)} was changed" + (f" to {_name(there)}" if there is not None else "")
        yield Deduction(GIVEN, "", _GIVEN_COST, *place, words)


def _name(row: np.void) -> str:
    return pitch_name(int(row["pitch"]), int(row["fifths"]))


def _at(measure: str, beat: Fraction) -> str:
    return f", measure {measure} beat {beat_text(beat)}"


def _time(score: Score, item: Deduction) -> tuple[int, Fraction]:
    numbers = [measure.number for measure in score.measures]
    return (numbers.index(item.measure) if item.measure in numbers else len(numbers)), item.beat


def place_of_slot(score: Score, place: Place) -> int | None:
    """The tick of a place in an answer; None where the answer has no such measure, or its measure no such beat."""
    for measure in score.measures:
        if measure.number == place.measure:
            full = (
                measure.time_signature.quarters - score.quarters(measure.length) if measure.is_pickup else Fraction(0)
            )
            offset = (place.beat - 1) * measure.time_signature.beat_quarters - full
            longest = max(measure.time_signature.quarters, score.quarters(measure.length))
            return measure.onset + int(offset * score.ticks_per_quarter) if 0 <= offset < longest else None
    return None
