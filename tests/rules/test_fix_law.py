"""The law of fixes on pupils' works: chords, basses, cadences and phrases stay, and nothing new is wrong."""

import tomllib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from faulty_harmony import random_setting
from hypothesis import given, settings
from hypothesis import strategies as st
from test_planted_faults import planted

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.rules.engine import check
from musegen.rules.findings import SEVERITIES, Finding, Report
from musegen.rules.fix_law import Law
from musegen.rules.fixes import apply_fixes, place_of, with_fixes
from musegen.rules.live import LiveCheck
from musegen.score.files import read
from musegen.score.model import Score
from musegen.score.pitch import SpelledPitch, parse_pitch
from musegen.score.textgrid import parse_grid
from musegen.theory.analysis import Analysis, ChordSpan

FOLDER = Path(__file__).parent / "planted"
FILES = [tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")) for name in ("harmony", "part-writing")]
PIECES: dict[str, dict[str, Any]] = {piece["name"]: piece for file in FILES for piece in file["piece"]}
FAULTS = [
    (fault["piece"], planted(PIECES[fault["piece"]]["score"], fault)) for file in FILES for fault in file["fault"]
]

HOMEWORK = """
key: C major
S: e5 f5 g5 e5 | d5 c5 b4 . | c5 d5 e5 d5 | c5 . . .
A: g4 a4 b4 c5 | a4 a4 g4 . | g4 g4 g4 f4 | e4 . . .
T: c4 d4 d4 g3 | f3 f3 d4 . | e4 b3 c4 b3 | g3 . . .
B: c3 d3 g3 c3 | d3 f3 g3 . | c3 g3 c3 g2 | c3 . . .
"""
NUMERALS = "H: I ii V I | ii IV V . | I V I V7 | I . . ."


def without_numerals(grid: str) -> str:
    """The same notes, for the analyser to hear."""
    return "\n".join(line for line in grid.strip().splitlines() if not line.startswith("H:"))


def keep_the_law(score: Score, pack: str) -> tuple[int, int]:
    """How many errors and warnings there were, and how many of them fixes resolved, all by the law."""
    live = LiveCheck(score, pack)
    fixed = apply_fixes(live)
    after = LiveCheck(fixed.score, pack)
    assert heard(after.view.analysis) == heard(live.view.analysis)
    if live.view.analysis is not None:
        notes_are_of_their_chords(score, fixed.score, live.view.analysis)
        basses_stay(score, fixed.score, live.view.analysis)
    nothing_is_lost(live.report, check(fixed.score, pack), fixed.resolved)
    return len(live.report.at_or_above("warning")), len(fixed.resolved)


def heard(analysis: Analysis | None) -> Any:
    if analysis is None:
        return None
    chords = [(chord.onset, chord.key.words, chord.numeral.figure) for chord in analysis.chords]
    return chords, [(cadence.onset, cadence.kind) for cadence in analysis.cadences], analysis.phrases


def notes_by_id(score: Score) -> dict[int, tuple[int, int, int, int]]:
    """(onset, end, pitch, fifths) of every written note."""
    rows = zip(*(score.notes[name].tolist() for name in ("id", "onset", "duration", "pitch", "fifths")), strict=True)
    return {note: (onset, onset + duration, pitch, fifths) for note, onset, duration, pitch, fifths in rows}


def notes_are_of_their_chords(old: Score, new: Score, analysis: Analysis) -> None:
    before = notes_by_id(old)
    for note, (onset, end, pitch, fifths) in notes_by_id(new).items():
        if before[note][2:] != (pitch, fifths) and before[note][2] != pitch:
            under = [chord for chord in analysis.chords if chord.onset < end and chord.onset + chord.duration > onset]
            assert all(fifths in chord.numeral.tones(chord.key) for chord in under), (note, under)


def basses_stay(old: Score, new: Score, analysis: Analysis) -> None:
    """Of every chord a right bass is kept, of the last two before a cadence ends the very pitch."""
    closes = [cadence.onset for cadence in analysis.cadences]
    for number, chord in enumerate(analysis.chords):
        following = analysis.chords[number + 1].onset if number + 1 < len(analysis.chords) else -1
        was, now = lowest(old, chord), lowest(new, chord)
        if chord.onset in closes or following in closes:
            assert was.pitch == now.pitch, chord
        elif was.fifths == chord.key.tonic + chord.numeral.bass:
            assert was.fifths == now.fifths, chord


def lowest(score: Score, chord: ChordSpan) -> SpelledPitch:
    sounding = [item for item in notes_by_id(score).values() if item[0] <= chord.onset < item[1]]
    return min((SpelledPitch(pitch, fifths) for _, _, pitch, fifths in sounding), default=SpelledPitch(0, 0))


def nothing_is_lost(before: Report, after: Report, resolved: tuple[Finding, ...]) -> None:
    """What was resolved is gone; no error or warning is new, and information only where an error was resolved."""
    known = set(map(place_of, before.findings))
    fresh = [item for item in after.findings if place_of(item) not in known]
    assert all(item.severity == "info" for item in fresh)
    assert not fresh or any(item.severity == SEVERITIES[-1] for item in resolved)
    assert {place_of(item) for item in resolved}.isdisjoint(map(place_of, after.findings))


@pytest.mark.parametrize("numerals", [True, False])
def test_planted_faults_are_mended_within_the_harmony_and_many_can_be(numerals: bool) -> None:
    counted = []
    for name, grid in FAULTS[::3]:
        text = grid if numerals else without_numerals(grid)
        counted.append(keep_the_law(parse_grid(text), PIECES[name]["pack"]))
    grave, mended = map(sum, zip(*counted, strict=True))
    assert mended >= grave / 4


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_works_full_of_faults_keep_the_law(seed: int) -> None:
    keep_the_law(parse_grid(random_setting(Random(seed), 2)), "strict")


PITCHES = {
    "A": ("d4", "e4", "f4", "g4", "a4", "b4"),
    "T": ("e3", "g3", "a3", "b3", "c4"),
    "B": ("c3", "e3", "f3", "g3"),
}


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("ATB"), st.integers(0, 7), st.integers(0, 9)), min_size=1, max_size=3))
def test_wrong_notes_in_a_clean_chorale_are_mended_within_the_harmony(slips: list[tuple[str, int, int]]) -> None:
    lines = dict(line.split(":", 1) for line in without_numerals(PIECES["chorale in C"]["score"]).splitlines())
    for voice, beat, choice in slips:
        cells = lines[voice].replace("|", " | ").split()
        place = [number for number, cell in enumerate(cells) if cell != "|"][beat]
        cells[place] = PITCHES[voice][choice % len(PITCHES[voice])]
        lines[voice] = " ".join(cells)
    keep_the_law(parse_grid("\n".join(f"{name}: {cells}" for name, cells in lines.items())), "chorale")


def test_homework_in_parallels_stays_in_its_chords_and_closes_as_before() -> None:
    for numerals in ("", NUMERALS):
        grave, mended = keep_the_law(parse_grid(HOMEWORK + numerals), "chorale")
        assert 1 < mended <= grave


def test_a_final_cadence_is_not_given_up_for_a_warning() -> None:
    grid = "key: C major\nS: e5 f5 e5 d5 | c5\nA: g4 c5 c5 b4 | g4\nT: c4 a3 g3 g3 | e3\nB: c3 f3 c3 g3 | c3"
    live = LiveCheck(parse_grid(grid), "strict")
    assert "voice-overlap" in [item.rule for item in live.report.findings]
    fixed = apply_fixes(live)
    assert LiveCheck(fixed.score).view.analysis.cadences[-1].kind == "PAC"  # type: ignore[union-attr]


def test_what_a_finding_proposes_follows_the_same_law() -> None:
    score = parse_grid(HOMEWORK)
    live = LiveCheck(score, "chorale")
    proposed = [edit for item in with_fixes(live).findings if item.fix for edit in item.fix.edits]
    assert proposed
    assert live.view.analysis is not None
    onsets = {score.note_name(note): onset for note, (onset, *_) in notes_by_id(score).items()}
    for edit in proposed:
        chord = max(
            (item for item in live.view.analysis.chords if item.onset <= onsets[edit.note]), key=lambda x: x.onset
        )
        assert parse_pitch(edit.after).fifths in chord.numeral.tones(chord.key)


def test_a_fix_of_some_rules_keeps_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, mended = tmp_path / "homework.musicxml", tmp_path / "mended.musicxml"
    source.write_bytes(write_musicxml(parse_grid(HOMEWORK)))
    run(["check", str(source), "--select", "parallel-*", "--fix", str(mended), "--fail-on", "never"])
    told = capsys.readouterr().out
    assert "mended.musicxml: note: fixed: 1:" in told
    assert "homework.musicxml" not in told
    found = [check(read(str(path)), "chorale").at_or_above("warning") for path in (source, mended)]
    before, after = ({place_of(item) for item in items} for items in found)
    assert after < before


def test_a_reading_that_would_change_forbids_the_fix() -> None:
    keep_the_law(parse_grid(without_numerals(random_setting(Random(3), 2))), "strict")


@pytest.mark.parametrize(
    ("voice", "note", "pitch", "price"),
    [
        ("A", 0, "E4", 3),  # C E G without its fifth
        ("S", 0, "G5", None),  # ... without its third
        ("B", 0, "E3", None),  # I becomes I6
        ("B", 0, "C2", 0),  # the bass an octave lower
        ("T", 0, "B2", None),  # the tenor under the bass
        ("B", -2, "G3", None),  # the bass of the last cadence, an octave higher
        ("B", -1, "C2", None),
    ],
)
def test_the_law_prices_what_chords_lose_and_keeps_their_basses(
    voice: str, note: int, pitch: str, price: int | None
) -> None:
    view = LiveCheck(parse_grid(HOMEWORK.strip() + "\n" + NUMERALS), "chorale").view
    row = view.lines["SATB".index(voice)][note]
    assert Law(view, 0.5).price({row: parse_pitch(pitch)}) == price
