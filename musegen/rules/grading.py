"""Marks for a returned answer: what each fault costs, in the student's own notes, capped by rule and by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from musegen.rules.findings import Finding, Report, Severity, beat_text
from musegen.rules.fixes import QUICK_WORK, with_fixes
from musegen.rules.live import LiveCheck
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
    Grade,
)
from musegen.rules.messages import listed, voice_word
from musegen.rules.packs import catalogue
from musegen.rules.view import View
from musegen.score.model import Place, Score
from musegen.score.pitch import pitch_name
from musegen.score.voices import FOUR_PARTS, SILENT

__all__ = [
    "CADENCES",
    "CHORDS",
    "EMPTY",
    "GIVEN",
    "NUMERALS",
    "TONES",
    "VOICE_LEADING",
    "Assignment",
    "Deduction",
    "Grade",
    "explained",
    "grade",
    "place_of_slot",
]

_ASPECTS = {
    "chords": CHORDS, "chromatic": CHORDS, "progression": CHORDS, "notation": CHORDS, "endings": CADENCES,
    "dissonance": TONES, "suspensions": TONES, "written_numerals": NUMERALS,
}  # fmt: skip
"""What the predicates of a file are about; all others are about voice leading."""
_RULES_ASPECTS = {"outside-vocabulary": CHORDS}
_BY_CHORD = (CHORDS, NUMERALS)
"""Marked by the chord, as the printed scheme says: so many wrong chords cost a mark. Else rules have their points."""
_MOST_TIMES = 3
"""One mistake, however often it is made, costs as much as this many of its gravest."""
_GIVEN_SHARE = 4
"""Changes to what was given cost at most this part of all marks."""
_GIVEN_COST = 1.0
GIVEN_VOICE = "S"


def grade(answer: Score, asked: Assignment, *, fixes: bool = True, least: Severity = "error") -> Grade:
    """The marks of an answer.

    Findings as grave as `least` cost what the printed scheme says: a wrong chord or numeral its part of a mark, other
    faults the points of their rules; none is counted that the given melody makes alone. Of several faults of one chord
    the gravest counts, and none where a voice of it is missing; the same mistake costs at most three times, and no
    aspect more than the sheet's scheme has for it: what is free so is told, with the reason. Empty chords cost their
    share of everything. Other warnings are remarks. With `fixes` each fault that is told says what would avoid it,
    where a note or two would and little work shows it.
    """
    answer = replace(answer, four_voices=True)
    live = LiveCheck(answer, asked.pack, phrase_ends=asked.phrase_ends)
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
    found = [*_capped_by_rule(_once_a_chord(_of_findings(report, asked, least), live.view, asked))]
    found += _missed_cadences(live.view, asked)
    found += _missing_numerals(answer, asked) if written else []
    kept = _capped(found, {name: marks for name, marks in scheme.items() if name not in unseen})
    kept += _capped(list(_changed_notes(live.view, asked)), {GIVEN: asked.marks / _GIVEN_SHARE})
    kept += _empty_chords(live.view, asked, asked.marks - sum(unseen.values()))
    notices = [f"{name}: {marks:g} marks to be given by hand, the file shows none" for name, marks in unseen.items()]
    notices += ["the melody was not compared: the sheet is not there"] if asked.given is None else []
    notices += [notice for notice in report.notices if notice not in live.report.notices]
    order = sorted((item for item in kept if item.marks or item.relief), key=lambda item: _time(answer, item))
    counted = report.at_or_above(least)
    remarks = tuple(explained(item) for item in report.at_or_above("warning") if item not in counted)
    return Grade(report.file, asked.sheet, asked.marks, scheme, unseen, tuple(order), remarks, report, tuple(notices))


def _of_findings(report: Report, asked: Assignment, least: Severity) -> Iterator[Deduction]:
    for item in report.at_or_above(least):
        if item.voices == (GIVEN_VOICE,):
            continue
        aspect = _aspect(item, asked.scheme)
        marks = _wrong_chord(asked, aspect) if aspect in _BY_CHORD else item.points
        yield Deduction(aspect, item.rule, marks, item.measure, item.beat, explained(item))


def _wrong_chord(asked: Assignment, aspect: str) -> float:
    """What one wrong chord costs: a mark is gone after as many as the printed scheme says."""
    marks = asked.scheme.get(aspect, 0)
    return 1 / max(round(len(asked.slots) / marks), 1) if marks else 0.0


def _once_a_chord(found: Iterable[Deduction], view: View, asked: Assignment) -> list[Deduction]:
    """Of the faults of one chord the gravest alone costs marks; none does where a voice of the chord is missing."""
    silent = {view.score.place(onset) for onset in asked.slots if _silent_voices(view, onset)}
    counted = dict.fromkeys(silent, "the voice that is missing is counted")
    kept = []
    for item in sorted(found, key=lambda item: -item.marks):
        if item.aspect in _BY_CHORD:
            relief = counted.get(Place(item.measure, item.beat), "")
            counted.setdefault(Place(item.measure, item.beat), "this chord is counted once")
            item = item._replace(marks=0.0, relief=relief) if relief else item
        kept.append(item)
    return kept


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
    told = f"the same mistake counts {_MOST_TIMES} times"
    return [
        item
        for group in groups.values()
        for item in _limited(group, _MOST_TIMES * max(one.marks for one in group), told)
    ]


def _capped(found: list[Deduction], caps: Mapping[str, float]) -> list[Deduction]:
    """No aspect costs more than its cap; what has none is not marked."""
    return [
        item
        for aspect, cap in caps.items()
        for item in _limited([one for one in found if one.aspect == aspect], cap, "section used up")
    ]


def _limited(group: Iterable[Deduction], cap: float, relief: str) -> Iterator[Deduction]:
    for item in group:
        marks = min(item.marks, cap)
        cap = max(cap - marks, 0.0)
        yield item._replace(marks=marks, relief=relief) if marks < item.marks - 1e-9 else item._replace(marks=marks)


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
            yield Deduction(NUMERALS, "", _wrong_chord(asked, NUMERALS), *place, f"No numeral{_at(*place)}")


def _empty_chords(view: View, asked: Assignment, marks: float) -> Iterator[Deduction]:
    """A chord that is not there costs its share of all marks; one that lacks a voice, that voice's share of it."""
    for onset in asked.slots:
        silent = _silent_voices(view, onset)
        if silent:
            place = view.score.place(onset)
            share = marks / len(asked.slots) * len(silent) / (len(FOUR_PARTS) - 1)
            words = f"{listed([voice_word(name) for name in silent]).capitalize()}: no note{_at(*place)}"
            yield Deduction(EMPTY, "", share, *place, words)


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
