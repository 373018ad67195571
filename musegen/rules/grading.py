"""Marks for a returned answer: what each fault costs, in the student's own notes, capped by rule and by kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from musegen.rules.charges import (
    GIVEN_VOICE,
    Answer,
    at_place,
    changed_notes,
    empty_chords,
    foreign_chords,
    missed_cadences,
    silent_voices,
    strange_figures,
    wrong_chord,
    wrong_letters,
    wrong_numerals,
)
from musegen.rules.chords_asked import analysis_of, chords_asked
from musegen.rules.findings import Finding, Report, Severity, counted
from musegen.rules.fixes import QUICK_WORK, with_fixes
from musegen.rules.hearing import analysed, with_phrase_ends
from musegen.rules.letters import letters_of
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
from musegen.rules.packs import catalogue
from musegen.rules.views import surface
from musegen.score.model import Place, Score
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import completed

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
_FOREIGN = "unexplained-dissonance"
_BY_CHORD = (CHORDS, NUMERALS)
"""Marked by the chord, as the printed scheme says: so many wrong chords cost a mark. Else rules have their points."""
_MOST_TIMES = 3
"""One mistake of voice leading, however often it is made, costs as much as this many of its gravest."""
_GIVEN_SHARE = 4
"""Changes to what was given cost at most this part of all marks."""
_DUST = 1e-9
_ONCE, _WITH_CADENCE = "this chord is counted once", "counted with the cadence"


def grade(answer: Score, asked: Assignment, *, fixes: bool = True, least: Severity = "error") -> Grade:
    """The marks of an answer.

    Chords are read from the notes: a numeral that they contradict costs its own part of a mark and nothing else. A
    chord that is wrong or none costs its part of a mark, a cadence counts where the notes make it, findings as grave as
    `least` cost the points of their rules; none is counted that the given melody makes alone. Of several faults of one
    chord the gravest counts; the same mistake of voice leading costs at most three times, and no aspect more than the
    sheet's scheme has for it: what is free so is told, with the reason. An empty chord costs its share of chords,
    voice leading and non-chord tones. What cannot be judged is left to the teacher and told. Other warnings are
    remarks. With `fixes` each fault that is told says what would avoid it, where a note or two would and little work
    shows it.
    """
    answer = replace(answer, four_voices=True)
    live, judged = _read(answer, asked)
    plain = _graded(judged, live.report, asked, least)
    if not fixes:
        return plain
    told = {*(item.words for item in plain.deductions), *plain.remarks}
    wanted = [item for item in live.report.findings if explained(item) in told]
    report = with_fixes(live, keep=[GIVEN_VOICE], among=wanted, work=QUICK_WORK)
    mended = _graded(judged, report, asked, least)
    news = tuple(notice for notice in report.notices if notice not in live.report.notices)
    return replace(mended, notices=mended.notices + news)


def _read(answer: Score, asked: Assignment) -> tuple[LiveCheck, Answer]:
    """The answer under its rules, its chords read from the notes."""
    ends = asked.phrase_ends
    answer, given = analysed(answer, asked.pack, infer=False, phrase_ends=ends)
    view = surface(answer, None, phrase_ends=ends)
    chords = chords_asked(view, asked, given)
    read = analysis_of(view, chords, given)
    whole = completed(read, with_phrase_ends(answer, ends), slices_of(assign_voices(answer)))
    live = LiveCheck(answer, asked.pack, whole, phrase_ends=ends)
    gaps = {onset: silent for onset in asked.slots if (silent := silent_voices(view, onset))}
    return live, Answer(live.view, asked, chords, gaps, letters_of(answer))


def _graded(answer: Answer, report: Report, asked: Assignment, least: Severity) -> Grade:
    """The marks that a report leads to."""
    scheme = dict(asked.scheme)
    unseen = _by_hand(answer)
    closed = [name for name in scheme if unseen.get(name) == scheme[name]]
    found = [*_of_findings(report, answer, least)]
    tell = {item.onset for item in found if item.aspect == CHORDS and item.marks}
    found += foreign_chords(answer, tell)
    found += strange_figures(answer)
    found += wrong_letters(answer) if TONES in scheme and TONES not in closed else ()
    found += wrong_numerals(answer) if NUMERALS in scheme and NUMERALS not in closed else ()
    missed = list(missed_cadences(answer))
    found = [*_capped_by_rule(_once_a_chord(found, answer, missed)), *missed]
    shared = [name for name in (CHORDS, VOICE_LEADING, TONES, NUMERALS) if name in scheme and name not in closed]
    caps = {name: marks - unseen.get(name, 0) for name, marks in scheme.items()}
    found = [*empty_chords(answer, shared), *found, *changed_notes(answer.view, asked)]
    kept = _capped(found, caps | {GIVEN: asked.marks / _GIVEN_SHARE})
    order = sorted((item for item in kept if item.marks or item.relief), key=lambda item: item.onset)
    is_counted = report.at_or_above(least)
    remarks = tuple(item for item in report.at_or_above("warning") if item not in is_counted)
    notices = tuple(_notices(answer, unseen))
    return Grade(
        report.file, asked.sheet, asked.marks, scheme, unseen, tuple(order), tuple(map(explained, remarks)), report,
        notices, remarks,
    )  # fmt: skip


def _by_hand(answer: Answer) -> dict[str, float]:
    """The marks under each heading that the file does not show: numerals, letters, chords that cannot be judged."""
    scheme = answer.asked.scheme
    unseen = {}
    if NUMERALS in scheme and not answer.has_numerals:
        unseen[NUMERALS] = scheme[NUMERALS]
    if TONES in scheme and not answer.letters:
        unseen[TONES] = scheme[TONES]
    doubtful = sum(chord.nature == "doubtful" for chord in answer.judged())
    if doubtful and CHORDS in scheme:
        share = math.ceil(2 * doubtful * wrong_chord(answer.asked, CHORDS) - 1e-9) / 2
        unseen[CHORDS] = min(share, scheme[CHORDS])
    return unseen


def _notices(answer: Answer, unseen: Mapping[str, float]) -> Iterator[str]:
    """What the teacher has to look at."""
    for name, marks in unseen.items():
        if name == CHORDS:
            doubtful = [chord for chord in answer.judged() if chord.nature == "doubtful"]
            places = [at_place(*answer.view.score.place(chord.onset)).removeprefix(", ") for chord in doubtful]
            told = f"{counted(len(doubtful), 'chord')} could not be judged ({'; '.join(places)})"
            yield f"{name}: {marks:g} marks to be given by hand, {told}"
        else:
            shown = "no letters" if name == TONES else "none"
            yield f"{name}: {marks:g} marks to be given by hand, the file shows {shown}"
    if answer.asked.given is None:
        yield "the melody was not compared: the sheet is not there"


def _of_findings(report: Report, answer: Answer, least: Severity) -> Iterator[Deduction]:
    asked = answer.asked
    places = {answer.view.score.place(chord.onset): chord for chord in answer.chords}
    for item in report.at_or_above(least):
        if item.voices == (GIVEN_VOICE,) or item.rule == "numeral-mismatch":
            continue
        aspect = _aspect(item, asked.scheme)
        chord = places.get(Place(item.measure, item.beat))
        if item.rule == _FOREIGN and chord is not None and chord.nature == "near":
            aspect = CHORDS
        marks = wrong_chord(asked, aspect) if aspect in _BY_CHORD else item.points
        yield Deduction(
            aspect, item.rule, marks, item.measure, item.beat, explained(item), onset=item.onset, finding=item
        )


def _once_a_chord(found: Iterable[Deduction], answer: Answer, missed: Iterable[Deduction]) -> list[Deduction]:
    """Of the faults of one chord the gravest alone costs marks; none does where a voice of the chord is missing.

    What a chord lacks is paid with the cadence that it spoils.
    """
    paid = dict.fromkeys(answer.silent, "the voice that is missing is counted")
    spoiled = {item.onset for item in missed}
    for one, two in zip(answer.chords, answer.chords[1:], strict=False):
        ends = (one, two) if two.onset in spoiled else ()
        paid |= {chord.onset: _WITH_CADENCE for chord in ends if chord.nature == "near" and chord.lacks}
    kept = []
    for item in sorted(found, key=lambda item: (-item.marks, item.rule != "outside-vocabulary")):
        if item.aspect in _BY_CHORD and not item.relief:
            relief = paid.get(item.onset, "")
            paid.setdefault(item.onset, _ONCE)
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
    return f"{item.message}{at_place(item.measure, item.beat)}{advice}"


def _aspect(item: Finding, scheme: Mapping[str, float]) -> str:
    known = catalogue().get(item.rule)
    origin = known.kind.function.__module__.rpartition(".")[2] if known else ""
    name = _RULES_ASPECTS.get(item.rule) or _ASPECTS.get(origin, VOICE_LEADING)
    return name if name in scheme else VOICE_LEADING


def _capped_by_rule(found: Iterable[Deduction]) -> Iterator[Deduction]:
    """The same mistake of voice leading again and again costs no more than a few times its price."""
    groups: dict[str, list[Deduction]] = {}
    for item in found:
        if item.rule and item.aspect not in _BY_CHORD:
            groups.setdefault(item.rule, []).append(item)
        else:
            yield item
    told = f"the same mistake counts {_MOST_TIMES} times"
    for group in groups.values():
        left = _MOST_TIMES * max(one.marks for one in group)
        for item in group:
            yield _cut(item, min(item.marks, left), told)
            left = max(left - item.marks, 0.0)


def _capped(found: Iterable[Deduction], caps: Mapping[str, float]) -> list[Deduction]:
    """No heading loses more than its cap; what has none is not marked."""
    left, kept = dict(caps), []
    for item in found:
        shares = tuple((name, min(marks, left[name])) for name, marks in item.parts if name in left)
        left |= {name: max(left[name] - marks, 0.0) for name, marks in shares}
        if shares:
            cut = _cut(item, sum(marks for _, marks in shares), "section used up")
            kept.append(cut._replace(shares=shares if item.shares else ()))
    return kept


def _cut(item: Deduction, marks: float, relief: str) -> Deduction:
    """The same for fewer marks, with the reason; no dust of floating point is left."""
    marks = 0.0 if marks < _DUST else marks
    return item._replace(marks=marks, relief=item.relief or relief) if marks < item.marks - _DUST else item


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
