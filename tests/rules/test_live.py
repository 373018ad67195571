"""Checking while somebody writes: after every edit the report is that of a full check, at a fraction of its cost."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import musegen.rules.live
from musegen.errors import UsageError
from musegen.rules.edits import apply_edits
from musegen.rules.engine import check
from musegen.rules.entries import Rule
from musegen.rules.findings import Edit, Report
from musegen.rules.hits import holds, mask_of
from musegen.rules.judging import Verdict, judge, why_not
from musegen.rules.live import LiveCheck
from musegen.rules.packs import Pack
from musegen.rules.view import View
from musegen.score.files import read
from musegen.score.model import Score
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Analysis
from musegen.theory.sonority import Bools, Sonority

NAMES = ("C", "C#", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PHRASE = parse_grid("""
key: G major; meter: 4/4
S: d5 b4 c5 a4 | b4 . r d5 | e5 d5 c5 b4 | a4 . g4 .
A: g4 g4 g4 f#4 | g4 . r g4 | g4 g4 g4 g4 | g4 f#4 d4 .
T: b3 d4 e4 d4 | d4 . r b3 | c4 b3 e4 d4 | d4 c4 b3 .
B: g3 b3 c4 d4 | g3 . r g3 | c3 g3 c4 g3 | d3 . g2 .
H: I I6 IV V | I . . I | IV I IV I | V V7 I .
""")


@pytest.fixture(scope="module")
def chorale() -> tuple[Score, Analysis]:
    score = read("bach/bwv66.6")
    return score, analyse(score)


edits = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(NAMES), st.integers(2, 5)), min_size=1, max_size=4)


def _edit(score: Score, drawn: tuple[int, str, int]) -> Edit:
    """Any sounding note to any pitch."""
    rows = score.notes.rows[~score.notes.has(Flag.TIED_FROM_PREVIOUS)]
    return Edit(score.note_name(int(rows["id"][drawn[0] % len(rows)])), "", f"{drawn[1]}{drawn[2]}")


@FEW
@given(edits, st.sampled_from(["chorale", "strict"]))
def test_any_edits_of_a_chorale_are_judged_as_if_it_were_checked_anew(
    chorale: tuple[Score, Analysis], drawn: list[tuple[int, str, int]], pack: str
) -> None:
    score, analysis = chorale
    live = LiveCheck(score, pack, analysis)
    for one in drawn:
        edit = _edit(score, one)
        score = apply_edits(score, [edit])
        assert live.edit([edit]) == check(score, pack, analysis)
        assert live.score == score


@FEW
@given(edits)
def test_a_students_own_numerals_are_judged_with_the_new_notes(drawn: list[tuple[int, str, int]]) -> None:
    live = LiveCheck(PHRASE, "strict")
    score = apply_edits(PHRASE, [_edit(PHRASE, one) for one in drawn])
    assert live.edit([_edit(PHRASE, one) for one in drawn]) == check(score, "strict")


def test_what_needs_no_chords_is_told_before_the_chords_are_heard_again(chorale: tuple[Score, Analysis]) -> None:
    score, _ = chorale
    live = LiveCheck(score, "chorale")
    assert live.report == check(score, "chorale")
    rows = score.notes.rows
    alto = rows[(rows["part"] == 1) & (rows["measure_index"] == 2)][0]
    edit = Edit(score.note_name(int(alto["id"])), "", "C6")
    at_once = live.edit([edit], hear=False)
    assert {"out-of-range", "voice-crossing"} <= {item.rule for item in at_once.findings}
    assert _without_chords(live.hear()) == _without_chords(check(live.score, "chorale"))
    assert live.settle() == check(live.score, "chorale")


def test_the_phrase_ends_of_an_exercise_are_heard_before_and_after_an_edit(chorale: tuple[Score, Analysis]) -> None:
    score, ends = chorale[0], (24 * chorale[0].ticks_per_quarter, chorale[0].end)
    live = LiveCheck(score, "chorale", phrase_ends=ends)
    assert live.report == check(score, "chorale", phrase_ends=ends) != check(score, "chorale")
    before = int(np.searchsorted(score.notes["onset"], 23 * score.ticks_per_quarter))
    edited = live.edit([Edit(score.note_name(int(score.notes["id"][before])), "", "D5")])
    whole = check(live.score, "chorale", phrase_ends=ends)
    assert _places_without_cadence(edited) == _places_without_cadence(whole)
    assert live.settle() == whole


def _places_without_cadence(report: Report) -> list[int]:
    return [item.onset for item in report.findings if item.rule == "no-cadence"]


def _without_chords(report: Report) -> list[tuple[str, int, str]]:
    """Findings of the rules that read the notes alone."""
    return [
        (item.rule, item.onset, item.message)
        for item in report.findings
        if "parallel" in item.rule or "range" in item.rule or "crossing" in item.rule
    ]


def test_a_note_that_is_taken_away_is_judged_as_a_rest() -> None:
    live = LiveCheck(PHRASE, "strict")
    shorter = replace(PHRASE, notes=NoteTable(PHRASE.notes.rows[1:]))
    assert live.replace(shorter) == check(shorter, "strict")


def test_a_longer_note_in_a_chorale_is_heard_again_in_its_phrase(chorale: tuple[Score, Analysis]) -> None:
    live = LiveCheck(chorale[0], "chorale")
    shorter = replace(chorale[0], notes=NoteTable(np.delete(chorale[0].notes.rows, 40)))
    live.replace(shorter)
    assert live.score == shorter
    assert live.settle() == check(shorter, "chorale")


def test_a_tied_note_changes_in_all_its_parts() -> None:
    score = parse_grid("meter: 2/4\nS: e5 d5~ | d5 c5\nA: g4 f4 | g4 e4\nT: g3 a3 | b3 c4\nB: c3 d3 | g3 c3")
    tied = [score.note_name(int(row["id"])) for row in score.notes.rows if row["flags"] & Flag.TIED_TO_NEXT]
    for note in tied:
        edited = LiveCheck(score, "strict", infer=False)
        report = edited.edit([Edit(note, "D5", "F5")])
        assert report == check(edited.score, "strict", infer=False)
        assert edited.score.notes["pitch"].tolist().count(77) == 2


def test_a_grace_note_is_judged_by_no_rule() -> None:
    rows = PHRASE.notes.rows.copy()
    rows["flags"][0], rows["duration"][0] = Flag.GRACE, 0
    graced = replace(PHRASE, notes=NoteTable(rows))
    live = LiveCheck(graced, "strict")
    before = live.report
    assert live.edit([Edit(graced.note_name(int(rows["id"][0])), "", "C2")]) == before == check(live.score, "strict")


def test_a_note_that_is_not_there_is_wrong_usage() -> None:
    live = LiveCheck(PHRASE, "strict")
    with pytest.raises(UsageError, match="no note `x9`"):
        live.edit([Edit("x9", "C4", "D4")])


def test_an_edit_reads_again_only_the_sonorities_that_its_note_touches(
    chorale: tuple[Score, Analysis], monkeypatch: pytest.MonkeyPatch
) -> None:
    score, analysis = chorale
    live = LiveCheck(score, "chorale", analysis)
    note = score.note_name(int(score.notes["id"][60]))
    read_again: list[int] = []
    phrases: list[str] = []

    def counted(rule: Rule, *sonorities: Sonority) -> Bools:
        read_again.append(len(sonorities[0].pitch))
        return holds(rule, *sonorities)

    def named(rule: Rule, view: View, pack: Pack) -> Verdict:
        phrases.extend([rule.id] * (not why_not(rule, view, pack.scope)))
        return judge(rule, view, pack)

    def whole(rule: Rule, view: View) -> Bools:
        assert rule.view == "reduction"  # which may be another after an edit
        return mask_of(rule, view)

    monkeypatch.setattr(musegen.rules.live, "holds", counted)
    monkeypatch.setattr(musegen.rules.live, "mask_of", whole)
    monkeypatch.setattr(musegen.rules.live, "judge", named)
    live.edit([Edit(note, "", "E4")], hear=False)
    assert 0 < max(read_again) <= 4
    assert phrases == []
    monkeypatch.setattr(musegen.rules.live, "mask_of", mask_of)
    live.hear()
    assert len(phrases) > 5
