"""Fixes: small, proved by a second check, never on a voice that is given, and written into the file that was read."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import musegen.rules.fixes
from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.engraving.repitch import write_repitched
from musegen.rules.edits import apply_edits
from musegen.rules.engine import check
from musegen.rules.findings import Edit, Finding
from musegen.rules.fixes import apply_fixes, place_of, with_fixes
from musegen.rules.live import LiveCheck
from musegen.score.files import read, read_bytes
from musegen.score.model import Score
from musegen.score.table import Flag, Rows
from musegen.score.textgrid import parse_grid

FIFTHS = "meter: 2/4\nS: e5 d5\nA: g4 f4\nT: g3 a3\nB: c3 d3"
LEADING_TONE = """
key: C major; meter: 4/4
S: d5 c5 . .
A: b4 g4 . .
T: g4 e4 . .
B: g3 c3 . .
H: V I . .
"""


def _findings(grid: str, pack: str = "strict") -> list[Finding]:
    return list(with_fixes(LiveCheck(parse_grid(grid), pack)).findings)


def test_every_fix_resolves_its_finding_and_makes_none_as_grave() -> None:
    live = LiveCheck(read("bach/bwv268"), "chorale")
    fixed = [item for item in with_fixes(live).at_or_above("warning") if item.fix]
    assert len(fixed) >= 4
    before = {place_of(item) for item in live.report.findings}
    for item in fixed:
        assert item.fix is not None
        after = check(apply_edits(live.score, item.fix.edits), "chorale")
        assert place_of(item) not in {place_of(other) for other in after.findings}
        assert {place_of(other) for other in after.at_or_above(item.severity)} <= before


@pytest.mark.parametrize("near", [True, False])
def test_fixes_that_were_proved_nearby_hold_in_the_whole_piece(near: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not near:  # as if what was heard nearby had misled: each is proved again on the whole piece
        monkeypatch.setattr(musegen.rules.fixes, "_holds", lambda *_: False)
    live = LiveCheck(read("bach/bwv268"), "chorale")
    fixed = apply_fixes(live)
    assert fixed.resolved
    assert fixed.report == check(fixed.score, "chorale")
    assert {place_of(item) for item in fixed.resolved}.isdisjoint(map(place_of, fixed.report.findings))


def test_the_alto_that_leaves_the_leading_tone_is_told_where_it_should_go() -> None:
    fix = next(item.fix for item in _findings(LEADING_TONE) if item.rule == "unresolved-leading-tone")
    assert fix is not None
    assert fix.message.startswith("alto ")
    assert len(fix.edits) == 1


def test_a_misspelled_note_is_respelled() -> None:
    grid = LEADING_TONE.replace("A: b4 g4", "A: cb5 c5")
    fix = next(item.fix for item in _findings(grid) if item.rule == "misspelled-note")
    assert fix is not None
    assert [(edit.before, edit.after) for edit in fix.edits] == [("Cb5", "B4")]


def test_a_misspelled_note_keeps_its_sound_where_its_chord_was_misread_for_it() -> None:
    grid = "key: C major; meter: 2/4\nS: gb4 g4\nA: c4 b3\nT: a3 d3\nB: d3 g2\nH: ii7 V"
    fix = next(item.fix for item in _findings(grid) if item.rule == "misspelled-note")
    assert fix is not None
    assert [(edit.before, edit.after) for edit in fix.edits] == [("Gb4", "F#4")]


def test_a_leading_tone_that_was_left_low_is_raised() -> None:
    grid = "key: a minor; meter: 2/4\nS: b4 a4\nA: g4 e4\nT: e4 c4\nB: e3 a3\nH: V i"
    report = apply_fixes(LiveCheck(parse_grid(grid), "strict"))
    assert "G#4" in [edit.after for item in report.resolved if item.fix for edit in item.fix.edits]


@pytest.mark.parametrize("kept", ["S", "A", "T", "B"])
def test_a_voice_that_is_kept_stays(kept: str) -> None:
    piece = parse_grid(FIFTHS)
    fixed = apply_fixes(LiveCheck(piece, "strict", infer=False), keep=[kept])
    mine = piece.notes["part"] == "SATB".index(kept)
    assert (fixed.score.notes.rows[mine] == piece.notes.rows[mine]).all()
    assert fixed.report == check(fixed.score, "strict", infer=False)
    assert not fixed.report.at_or_above("warning")


def test_what_no_note_can_mend_is_left_and_said() -> None:
    piece = parse_grid("meter: 4/4\nS: e5 d5 e5\nA: g4 g4 g4\nT: c4 b3 c4\nB: c3 g3 c3")
    fixed = apply_fixes(LiveCheck(piece, "strict", infer=False))
    assert fixed.score == piece
    assert [item.rule for item in fixed.report.findings] == ["measure-length"]


def test_a_page_of_faults_gets_as_many_fixes_as_the_work_allows_and_says_how_many_were_not_tried() -> None:
    rows = {"S": "e5 d5 e5 f5", "A": "g4 f4 g4 a4", "T": "g3 a3 g3 f3", "B": "c3 d3 c3 d3"}
    page = "meter: 4/4\n" + "\n".join(f"{name}: " + " | ".join([bar] * 6) for name, bar in rows.items())
    live = LiveCheck(parse_grid(page), "strict", infer=False)
    grave = live.report.at_or_above("warning")
    some, again = (with_fixes(live, work=600) for _ in range(2))
    assert some == again
    untried = int(some.notices[-1].split()[0])
    assert some.notices[-1] == f"{untried} findings were not tried for a fix: the effort for one file is spent"
    assert 0 < len([item for item in some.findings if item.fix]) <= len(some.findings) - untried
    asked = [place_of(item) for item in with_fixes(live, among=grave[:2]).findings if item.fix]
    assert set(asked) <= set(map(place_of, grave[:2]))
    less = apply_fixes(live, work=600)
    assert 0 < len(less.resolved) < len(apply_fixes(live).resolved)
    assert less.report.notices[-1].startswith(f"{len(less.report.at_or_above('warning'))} findings were not tried")


changes = st.lists(
    st.tuples(st.integers(0, 999), st.sampled_from(["C#4", "F5", "Bb3", "Ebb4", "Gx4", "D4", "A4"])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_a_repitched_file_reads_as_the_repitched_score_and_keeps_all_else(drawn: list[tuple[int, str]]) -> None:
    score = read("bach/bwv66.6")
    rows = score.notes.rows[~score.notes.has(Flag.TIED_FROM_PREVIOUS)]
    edits = [Edit(score.note_name(int(rows["id"][at % len(rows)])), "", pitch) for at, pitch in drawn]
    changed = apply_edits(score, edits)
    written = write_repitched(score, changed)
    assert read_bytes(written, "again.musicxml").notes == changed.notes
    moved = {int(row["id"]) for row, was in zip(_by_id(changed), _by_id(score), strict=True) if row != was}
    assert _skeleton(written, moved) == _skeleton(score.source.document if score.source else b"", moved)


def _by_id(score: Score) -> Rows:
    return score.notes.rows[score.notes["id"].argsort()]


def _skeleton(document: bytes, moved: set[int]) -> list[bytes]:
    """Every element but accidentals and the pitches of moved notes, in order."""
    root = etree.fromstring(document, etree.XMLParser(remove_blank_text=True))
    for number, note in enumerate(root.iter("note")):
        for child in list(note):
            if child.tag == "accidental" or (number in moved and child.tag == "pitch"):
                note.remove(child)
    return [etree.tostring(element) for element in root]


def test_a_sharp_that_goes_takes_nothing_from_the_next_note_on_its_line() -> None:
    score = parse_grid("key: C major; meter: 4/4\nS: f#4 g4 f#4 f4")
    source = read_bytes(write_musicxml(score), "etude.musicxml")
    first = source.note_name(int(source.notes["id"][0]))
    again = write_repitched(source, apply_edits(source, [Edit(first, "F#4", "A4")]))
    notes = etree.fromstring(again).iter("note")
    assert [note.findtext("accidental") for note in notes] == [None, None, "sharp", "natural"]


def test_check_fix_writes_the_mended_score_and_tells_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, mended = tmp_path / "homework.musicxml", tmp_path / "mended.musicxml"
    source.write_bytes(write_musicxml(parse_grid(FIFTHS)))
    assert run(["check", str(source), "--pack", "strict", "--fix", str(mended), "--keep", "S"]) == 0
    assert "note: fixed: 1:" in capsys.readouterr().out
    run(["check", str(source), "--pack", "strict", "--fix", str(mended), "--keep", "S", "--format", "json"])
    file = json.loads(capsys.readouterr().out)["files"][0]
    assert file["file"] == str(mended)
    assert {item["rule"] for item in file["fixed"] if item["fix"]["edits"]} == {"parallel-fifths"}
    assert run(["check", str(mended), "--pack", "strict"]) == 0
    old, new = read(str(source)), read(str(mended))
    changed = old.notes["pitch"] != new.notes["pitch"]
    assert 1 <= changed.sum() <= 2
    assert not (changed & (old.notes["part"] == 0)).any()
    assert run(["check", str(source), "--fix", str(source)]) == 2
    assert run(["check", str(source), "--fix", str(tmp_path / "mended.pdf")]) == 2
