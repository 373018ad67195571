"""What must not change a verdict, what must, and another checker and music21, who agree with ours."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_grids import RULES_OF_LINES
from second_checker import SECOND, Music, places
from second_checker.music import interval

from musegen.rules.catalogue import places_of
from musegen.rules.engine import check
from musegen.rules.findings import Finding
from musegen.rules.masks import compile_masks
from musegen.rules.packs import Pack, load_pack
from musegen.rules.predicates.voice_leading import parallel_intervals
from musegen.rules.views import surface
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.score.model import KeySignature, Measure, Part, Score
from musegen.score.pitch import SpelledPitch, nearest_fifths, parse_pitch
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid
from musegen.theory.annotations.given import given_analysis
from musegen.theory.sonority import Sonority

STRICT = load_pack("strict")
BY_HEIGHT = ("out-of-range", "uncomfortable-range", "low-close-spacing")
"""Transposing may change what these say."""
LINES = [rule for rule, judge in SECOND.items() if judge.__module__ in RULES_OF_LINES]
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CLEAN = parse_grid("""
key: C major
S: e5 d5 c5 c5 | b4 c5 d5 b4 | c5 . . .
A: g4 g4 e4 f4 | d4 e4 f4 f4 | e4 . . .
T: c4 b3 c4 a3 | g3 g3 a3 g3 | g3 . . .
B: c3 g3 a3 f3 | g3 c3 f2 g2 | c3 . . .
H: I  V  vi IV | V  I  ii6 V7 | I . . .
""")


@st.composite
def textures(draw: st.DrawFn) -> Score:
    """Four voices in a few measures of 4/4: random pitches in range, notes of one or two eighths, some rests."""
    centre, beats = draw(st.integers(-4, 5)), draw(st.integers(2, 8))
    records, half = [], TICKS_PER_QUARTER // 2
    for part, middle in enumerate((74, 67, 60, 50)):
        onset = 0
        while onset < 2 * beats:
            length = min(draw(st.integers(1, 2)), 2 * beats - onset)
            midi = middle + draw(st.integers(-5, 5))
            if draw(st.integers(0, 9)):
                fifths = nearest_fifths(midi % 12, centre)
                records.append(
                    {"onset": onset * half, "duration": length * half, "pitch": midi, "fifths": fifths, "part": part}
                )
            onset += length
    parts = tuple(Part(f"P{name}", name) for name in "SATB")
    measures = tuple(
        Measure(
            str(number + 1), number * 4 * TICKS_PER_QUARTER, 4 * TICKS_PER_QUARTER, TimeSignature(4, 4), KeySignature(0)
        )
        for number in range(-(-beats // 4))
    )
    table = NoteTable.of(records)
    rows = table.rows.copy()
    rows["measure_index"] = rows["onset"] // (4 * TICKS_PER_QUARTER)
    return Score(NoteTable(rows), measures, parts)


def _only(*names: str) -> Pack:
    return replace(STRICT, rules=tuple(rule for rule in STRICT.rules if rule.id in names))


def _without(*names: str) -> Pack:
    return replace(STRICT, rules=tuple(rule for rule in STRICT.rules if rule.id not in names))


def _told(findings: tuple[Finding, ...]) -> list[tuple[str, str, Fraction, tuple[str, ...]]]:
    return sorted((item.rule, item.measure, item.beat, item.voices) for item in findings)


@QUIET
@given(textures())
def test_plain_loops_over_notes_find_the_same(score: Score) -> None:
    pack = _only(*LINES)
    wanted = [(rule.id, *place) for rule in pack.rules for place in places(score, rule)]
    assert _told(check(score, pack, infer=False).findings) == sorted(wanted)


@QUIET
@given(st.integers(40, 80), st.integers(0, 21), st.integers(-4, 5))
def test_music21_names_the_same_intervals(low: int, semitones: int, centre: int) -> None:
    from music21.interval import Interval
    from music21.note import Note

    names = [SpelledPitch(midi, nearest_fifths(midi % 12, centre)).name for midi in (low, low + semitones)]
    upper, lower = (notes[0] for notes in Music(parse_grid(f"1: {names[1]}\n2: {names[0]}")).voices)
    number, quality = interval(upper, lower)
    assert f"{quality}{number}" == Interval(*(Note(name.replace("b", "-")) for name in names)).name


@QUIET
@given(st.lists(st.integers(-7, 7), min_size=4, max_size=4), st.integers(-3, 4))
def test_music21s_voice_leading_quartet_hears_the_same_parallel_fifths(steps: list[int], centre: int) -> None:
    from music21.note import Note
    from music21.voiceLeading import VoiceLeadingQuartet

    upper, lower = (67, 67 + steps[0]), (60 + steps[1], 60 + steps[1] + steps[2])
    spelled = [[SpelledPitch(midi, nearest_fifths(midi % 12, centre)) for midi in line] for line in (upper, lower)]
    if upper[0] <= lower[0] or upper[1] <= lower[1] or steps[0] * steps[2] <= 0:
        return  # crossed, or not moving the same way: the definitions differ
    quartet = VoiceLeadingQuartet(*(Note(pitch.name) for line in spelled for pitch in line))
    first, second = (_sonority([spelled[0][time], spelled[1][time]]) for time in (0, 1))
    assert parallel_intervals(first, second, interval="fifth").tolist() == [quartet.parallelFifth()]


def _sonority(pitches: list[SpelledPitch]) -> Sonority:
    midi, fifths = np.array(pitches, dtype=np.int16).T
    everywhere = np.ones(len(pitches), dtype=bool)
    return Sonority(midi, fifths, everywhere, everywhere)


@QUIET
@given(textures(), st.integers(-6, 6))
def test_transposing_changes_nothing_but_ranges(score: Score, fifths: int) -> None:
    rows = score.notes.rows.copy()
    rows["fifths"] += fifths
    rows["pitch"] += (7 * fifths + 6) % 12 - 6
    transposed = replace(score, notes=NoteTable(rows))
    pack = _without(*BY_HEIGHT)
    assert _told(check(score, pack, infer=False).findings) == _told(check(transposed, pack, infer=False).findings)


@QUIET
@given(textures(), st.permutations(range(4)))
def test_the_order_of_the_staves_changes_nothing(score: Score, order: list[int]) -> None:
    rows = score.notes.rows.copy()
    rows["part"] = np.array(order)[rows["part"]]
    parts = tuple(score.parts[order.index(place)] for place in range(4))
    shuffled = replace(score, notes=NoteTable(rows).ordered(), parts=parts)
    assert _told(check(score, STRICT, infer=False).findings) == _told(check(shuffled, STRICT, infer=False).findings)


@QUIET
@given(textures(), st.integers(0, 4))
def test_an_empty_staff_anywhere_changes_nothing(score: Score, place: int) -> None:
    rows = score.notes.rows.copy()
    rows["part"] += rows["part"] >= place
    parts = (*score.parts[:place], Part("P0", "Piano"), *score.parts[place:])
    wider = replace(score, notes=NoteTable(rows), parts=parts)
    assert _told(check(score, STRICT, infer=False).findings) == _told(check(wider, STRICT, infer=False).findings)


@QUIET
@given(textures())
def test_a_note_split_into_tied_halves_is_one_note(score: Score) -> None:
    rows = score.notes.rows
    first, second = rows.copy(), rows.copy()
    first["duration"] //= 2
    second["onset"] += first["duration"]
    second["duration"] -= first["duration"]
    first["flags"] |= np.uint16(Flag.TIED_TO_NEXT)
    second["flags"] |= np.uint16(Flag.TIED_FROM_PREVIOUS)
    second["id"] += 1000
    tied = replace(score, notes=NoteTable(np.concatenate([first, second])).ordered())
    assert _told(check(score, STRICT, infer=False).findings) == _told(check(tied, STRICT, infer=False).findings)


@QUIET
@given(textures())
def test_doubled_durations_in_a_doubled_meter_change_nothing(score: Score) -> None:
    rows = score.notes.rows.copy()
    rows["onset"] *= 2
    rows["duration"] *= 2
    measures = tuple(
        item._replace(onset=2 * item.onset, length=2 * item.length, time_signature=TimeSignature(4, 2))
        for item in score.measures
    )
    slower = replace(score, notes=NoteTable(rows), measures=measures)
    assert _told(check(score, STRICT, infer=False).findings) == _told(check(slower, STRICT, infer=False).findings)


@QUIET
@given(textures())
def test_the_decoder_is_refused_exactly_what_the_check_reports(score: Score) -> None:
    view = surface(score)
    masks = compile_masks(STRICT, "pair", needs_harmony=False)
    together = masks(view.first, view.second)
    spread = masks(view.first[:, None], view.second[None, :])
    assert (np.diagonal(spread) == together).all()


def test_the_decoder_is_refused_the_same_when_it_knows_the_chords() -> None:
    view = surface(_with_note("S", 8, "g4"), given_analysis(CLEAN))
    masks = compile_masks(STRICT, "pair", needs_harmony=True)
    spread = masks(view.first[:, None], view.second[None, :])
    assert (np.diagonal(spread) == masks(view.first, view.second)).all()
    assert np.flatnonzero(np.diagonal(spread)).tolist() == [7]


def test_the_clean_chorale_is_clean() -> None:
    assert _told(check(CLEAN, STRICT).findings) == []


@pytest.mark.parametrize(
    ("voice", "quarter", "note", "faults"),
    [
        ("T", 3, "c4", ["missing-third 1:4"]),
        ("A", 3, "c4", ["parallel-fifths 1:4 AB", "parallel-fifths 2:1 AB"]),
        ("T", 5, "c4", ["antiparallel-octaves 2:2 TB", "tripled-root 2:2 STB"]),
        ("A", 5, "c4", ["antiparallel-octaves 2:3 AB", "missing-third 2:2", "tripled-root 2:2 SAB"]),
        ("S", 1, "ebb5", ["diminished-leap 1:3 S", "misspelled-note 1:2 S"]),
        ("T", 2, "a3", ["unresolved-leading-tone 1:3 T"]),
        ("S", 8, "g4", ["unresolved-leading-tone 3:1 S"]),
        ("A", 8, "g4", ["missing-third 3:1", "unresolved-seventh 3:1 A"]),
        ("B", 8, "c2", ["out-of-range 3:1 B"]),
        ("B", 8, "c4", ["leap-beyond-octave 3:1 B", "voice-crossing 3:1 TB"]),
        ("S", 6, "g5", [
            "missing-root 2:3", "numeral-mismatch 2:3", "unexplained-dissonance 2:3 S", "unrecovered-leap 2:3 S",
            "wide-spacing 2:3 SA",
        ]),
        ("B", 1, "b3", [
            "antiparallel-octaves 1:2 TB", "doubled-leading-tone 1:2 TB", "leap-of-seventh 1:2 B",
            "numeral-mismatch 1:2", "outlined-tritone 1:4 B", "unresolved-leading-tone 1:3 B",
        ]),
    ],
)  # fmt: skip
def test_a_planted_fault_gives_exactly_its_findings(voice: str, quarter: int, note: str, faults: list[str]) -> None:
    findings = check(_with_note(voice, quarter, note), STRICT).findings
    told = zip((item.rule for item in findings), places_of(findings), strict=True)
    assert sorted(f"{rule} {place}" for rule, place in told) == faults


def _with_note(voice: str, quarter: int, name: str) -> Score:
    """The clean chorale with another note in one voice at a quarter."""
    rows = CLEAN.notes.rows.copy()
    chosen = (rows["part"] == "SATB".index(voice)) & (rows["onset"] == quarter * TICKS_PER_QUARTER)
    assert chosen.sum() == 1
    rows["pitch"][chosen], rows["fifths"][chosen] = parse_pitch(name)
    return replace(CLEAN, notes=NoteTable(rows))
