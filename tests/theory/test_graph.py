"""The voice-leading graph tells the music: its edges, and what must be true of every graph."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import musegen
from musegen.errors import UsageError
from musegen.score.files import read_bytes
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.graph import edge_histograms, voice_leading_graph, voice_leading_targets
from musegen.theory.graph.least_motion import least_between_classes, least_sizes
from musegen.theory.graph.lines import lines_of
from musegen.theory.graph.schema import Begins, Consonance, Move, Resolution, Tendency
from musegen.theory.graph.structure import MODES
from musegen.theory.motion import Motion

CADENCE = """
key: C major; meter: 4/4
S: e5 d5 c5 b4 | c5 . . .
A: g4 a4 g4 f4 | e4 . . .
T: c4 d4 e4 d4 | c4 . . .
B: c3 f3 g3 g2 | c3 . . .
H: I ii6 Cad64 V7 | I . . .
"""
SHIFTS = ((1, -5), (2, 2), (-3, 3), (5, -1), (-7, -1), (12, 0), (6, 6))
"""(semitones, fifths) of some intervals."""


def graph_of(grid, voices="score"):
    score = parse_grid(grid)
    return voice_leading_graph(score, analyse(score), voices)


def names(graph, enum, column):
    return [enum(code).name for code in column.tolist()]


def between(graph, table, one, other):
    """The row that joins two notes, by their names in order of time."""
    edges = getattr(graph, table)
    name = graph.note["name"]
    (found,) = [row for row in edges if (name[row["source"]], name[row["target"]]) == (one, other)]
    return found


# What a theorist reads in a cadence


def test_leading_tone_and_seventh_resolve_at_the_cadence():
    graph = graph_of(CADENCE)
    last = {str(graph.note["name"][row["target"]]): row for row in graph.succession if row["target"] >= 16}
    wants = {name: Tendency(int(graph.note["tendency"][row["source"]])).name for name, row in last.items()}
    assert wants == {"C5": "LEADING_TONE", "E4": "SEVENTH", "C4": "NONE", "C3": "NONE"}
    assert {name: Resolution(int(row["resolution"])).name for name, row in last.items()} == {
        "C5": "RESOLVED", "E4": "RESOLVED", "C4": "NONE", "C3": "NONE",
    }  # fmt: skip


def test_the_sixth_and_fourth_of_a_cadential_six_four_step_down():
    graph = graph_of(CADENCE)
    leaning = graph.succession[graph.note["tendency"][graph.succession["source"]] == Tendency.SIX_FOUR]
    steps = {str(graph.note["name"][row["source"]]): int(row["steps"]) for row in leaning}
    assert steps == {"C5": -1, "E4": -1}
    assert names(graph, Resolution, leaning["resolution"]) == ["RESOLVED", "RESOLVED"]


def test_a_leading_tone_that_falls_is_unresolved_and_one_whose_dominant_goes_on_is_open():
    graph = graph_of(
        "key: C major; meter: 4/4\nS: b4 d5 c5 .\nA: g4 b4 g4 .\nT: d4 f4 e4 .\nB: g3 g3 c3 .\nH: V V7 I ."
    )
    upper, lower = (graph.succession[graph.succession["voice"] == voice] for voice in (0, 1))
    assert names(graph, Resolution, upper["resolution"]) == ["OPEN", "NONE"], "b4 leaves for d5 while V goes on to V7"
    assert names(graph, Resolution, lower["resolution"]) == ["NONE", "UNRESOLVED"], "b4 falls to g4"
    assert Resolution(int(between(graph, "succession", "F4", "E4")["resolution"])) == Resolution.RESOLVED


def test_a_suspension_wants_down_and_goes_there():
    graph = graph_of("meter: 4/4\nS: c5 c5~ c5 b4 | c5 . . .\nA: g4 a4 g4 . | g4 . . .\nT: e4 f4 d4 . | e4 . . .\n"
                     "B: c3 f3 g3 . | c3 . . .\nH: I IV V . | I . . .")  # fmt: skip
    (held,) = graph.note[graph.note["tendency"] == Tendency.SUSPENSION]
    assert (held["name"], held["degree"], held["member"]) == ("C5", 1, 5), "prepared as the fifth of IV"
    assert Resolution(int(between(graph, "succession", "C5", "B4")["resolution"])) == Resolution.RESOLVED


def test_an_augmented_second_is_a_step_and_told_by_its_fifths():
    graph = graph_of("key: a minor; meter: 2/4\nS: f5 g#5\nB: d3 e3")
    upper = graph.succession[0]
    assert (upper["semitones"], upper["steps"], upper["fifths"]) == (3, 1, 9)
    assert Move(int(upper["move"])) == Move.STEP


def test_repeats_steps_skips_and_leaps():
    graph = graph_of("meter: 6/4\nS: c5 c5 d5 f5 f#5 b4")
    assert names(graph, Move, graph.succession["move"]) == ["REPEAT", "STEP", "SKIP", "STEP", "LEAP"]


def test_a_fourth_is_dissonant_over_the_bass_and_consonant_above_it():
    graph = graph_of("meter: 1/4\nS: c5\nA: g4\nB: e3")
    assert Consonance(int(between(graph, "simultaneity", "C5", "G4")["consonance"])) == Consonance.PERFECT
    graph = graph_of("meter: 1/4\nS: c5\nB: g3")
    assert Consonance(int(between(graph, "simultaneity", "C5", "G3")["consonance"])) == Consonance.DISSONANT


def test_who_begins_where_two_notes_meet():
    graph = graph_of("meter: 3/4\nS: e5 . f5\nB: c4 d4 .")
    met = {(str(graph.note["name"][row["source"]]), str(graph.note["name"][row["target"]])): row
           for row in graph.simultaneity}  # fmt: skip
    assert {pair: Begins(int(row["begins"])).name for pair, row in met.items()} == {
        ("E5", "C4"): "BOTH", ("E5", "D4"): "TARGET", ("F5", "D4"): "SOURCE",
    }  # fmt: skip
    assert {int(row["duration"]) for row in met.values()} == {10080}


def test_the_five_kinds_of_motion():
    graph = graph_of("meter: 6/4\nS: e5 f5 g5 g5 a5 a5\nB: c4 d4 c4 c4 e4 b3")
    assert names(graph, Motion, graph.motion["motion"]) == ["PARALLEL", "CONTRARY", "STATIC", "SIMILAR", "OBLIQUE"]


def test_contrary_fifths_are_told_as_antiparallel():
    graph = graph_of("meter: 3/4\nS: g4 d5 e5\nB: c4 g3 e3")
    assert graph.motion["antiparallel"].tolist() == [True, False]


def test_a_pivot_chord_has_its_name_in_the_new_key():
    graph = graph_of(
        "key: C major; meter: 4/4\nS: c5 c5 c5 b4\nA: g4 e4 d4 d4\nT: e4 a3 f#3 g3\nB: c3 a2 d3 g2\nH: I vi G:V7 I"
    )
    turn = graph.progression[graph.progression["modulates"]]
    assert turn["pivot"].tolist() == ["ii"]
    assert graph.chord["key"].tolist() == ["C", "C", "G", "G"]
    assert turn["root"].tolist() == [-1]


def test_the_least_voice_leading_between_chords_is_what_a_theorist_counts():
    triads = {"C": {0, 4, 7}, "a": {9, 0, 4}, "E": {4, 8, 11}, "F#": {6, 10, 1}}
    sizes = {name: least_between_classes(frozenset(triads["C"]), frozenset(tones)) for name, tones in triads.items()}
    assert sizes == {"C": 0, "a": 2, "E": 2, "F#": 6}
    assert least_between_classes(frozenset({7, 11, 2, 5}), frozenset({0, 4, 7})) == 4, "V7 to I: B-C, D-C, F-E, G"


def test_without_lines_the_notes_go_where_the_least_motion_leads():
    """Alto and tenor leap into each other's places; the least motion stays."""
    grid = "meter: 2/4\nS: g4 g4\nA: e4 c4\nB: c4 e4"
    assert sorted(graph_of(grid).succession["semitones"].tolist()) == [-4, 0, 4]
    assert graph_of(grid, "minimal").succession["semitones"].tolist() == [0, 0, 0]
    (step,) = graph_of(grid).voice_leading
    assert (int(step["total"]), int(step["least"]), int(step["common_tones"])) == (8, 0, 3)


def test_a_line_that_enters_leads_from_the_nearest_note():
    (step,) = graph_of("meter: 2/4\nS: r e5\nB: c5 c5").voice_leading
    assert (int(step["total"]), int(step["least"])) == (4, 4)


def test_targets_of_a_passage_ask_for_its_tendency_tones_and_motion():
    graph = graph_of(CADENCE)
    found = voice_leading_targets(graph, start=3 * 10080)
    assert found.wants.tolist() == [[1, -1, 0, 0], [0, 0, 0, 0]]
    assert found.semitones[1].tolist() == [1, -1, -2, 5]
    assert Motion(int(found.motion[1][2])) == Motion.SIMILAR, "soprano and bass"
    with pytest.raises(UsageError):
        voice_leading_targets(graph_of(CADENCE, "minimal"))


def test_histograms_count_every_edge_once():
    score = musegen.read("bach/bwv66.6")
    graph = voice_leading_graph(score, analyse(score))
    found = edge_histograms(graph)
    assert int(found["melodic_intervals"].counts.sum()) == int(found["moves"].counts.sum()) == len(graph.succession)
    assert int(found["harmonic_intervals"].counts.sum()) == len(graph.simultaneity)
    assert int(found["motions"].counts.sum()) == int(graph.motion["connected"].sum())
    assert found["moves"].shares[3, Move.LEAP] > found["moves"].shares[0, Move.LEAP], "the bass leaps more"
    assert found["resolutions"].counts[Tendency.SEVENTH].argmax() == Resolution.RESOLVED
    assert set(edge_histograms(voice_leading_graph(score, voices="minimal"))) == set(found)


# What must be true of every graph

cells = st.sampled_from(["c", "d", "eb", "e", "f", "f#", "g", "a", "bb", "b", ".", ".", "r"])


@st.composite
def grids(draw):
    """One to five voices of eight eighths, with chords, held notes and rests."""
    rows = []
    for voice in range(draw(st.integers(1, 5))):
        drawn = draw(st.lists(st.tuples(cells, st.integers(0, 1), st.booleans()), min_size=8, max_size=8))
        octave = 5 - voice // 2
        written = [cell if cell in ".r" else f"{cell}{octave - down}" for cell, down, _ in drawn]
        written = [cell + f"+{cell[:-1]}{octave + 1}" * (more and cell not in (".", "r") and voice == 1)
                   for cell, (_, _, more) in zip(written, drawn, strict=True)]  # fmt: skip
        rows.append(f"{voice + 1}: " + " ".join(["r" if written[0] == "." else written[0], *written[1:]]))
    return "meter: 4/4; unit: 1/8\n" + "\n".join(rows)


def transposed(score, semitones, fifths):
    rows = score.notes.rows.copy()
    rows["pitch"] += semitones
    rows["fifths"] += fifths
    return replace(score, notes=NoteTable(rows))


PITCHED = {"note": {"pitch", "fifths", "name"}, "slice": {"pitch_classes"}}
"""What a transposition changes."""


@settings(max_examples=30)
@given(grids(), st.sampled_from(SHIFTS), st.sampled_from(MODES))
def test_a_transposed_piece_has_the_same_graph_at_the_same_cost(grid, shift, mode):
    score = parse_grid(grid)
    here, there = (voice_leading_graph(item, None, mode) for item in (score, transposed(score, *shift)))
    for (kind, rows), (_, others) in zip(here.tables(), there.tables(), strict=True):
        for column in kind.columns:
            if column.name not in PITCHED.get(kind.name, ()):
                assert np.array_equal(rows[column.name], others[column.name]), (kind.name, column.name)
    assert (there.note["pitch"] - here.note["pitch"] == shift[0]).all()


def test_a_transposed_cadence_keeps_degrees_tendencies_and_progressions():
    for key, shift in (("G", (7, 1)), ("Bb", (-2, -2))):
        score = parse_grid(CADENCE)
        moved = replace(transposed(score, *shift), harmonies=tuple(
            label._replace(key=key.replace("b", "-")) for label in score.harmonies))  # fmt: skip
        here, there = (voice_leading_graph(item, analyse(item)) for item in (score, moved))
        for name in ("degree", "member", "tendency", "non_chord_tone"):
            assert np.array_equal(here.note[name], there.note[name])
        assert np.array_equal(here.progression, there.progression)
        assert np.array_equal(here.succession, there.succession)


@settings(max_examples=30)
@given(grids())
def test_the_least_motion_is_never_more_than_the_actual_one(grid):
    score = parse_grid(grid)
    actual = {mode: voice_leading_graph(score, None, mode).voice_leading for mode in MODES}
    for edges in actual.values():
        assert (edges["least"] <= edges["total"]).all()
    assert int(actual["minimal"]["total"].sum()) <= int(actual["separate"]["total"].sum())


@settings(max_examples=30)
@given(grids())
def test_links_of_the_least_motion_reach_every_note_and_cost_what_is_told(grid):
    score = parse_grid(grid)
    graph, arrivals = voice_leading_graph(score, None, "minimal"), lines_of(score, "minimal").arrivals
    pitch, sounding = graph.note["pitch"].astype(int), {}
    for row in graph.note_in_slice:
        sounding.setdefault(int(row["target"]), set()).add(int(row["source"]))
    joined = set(zip(graph.succession["source"].tolist(), graph.succession["target"].tolist(), strict=True))
    for step, before, after in zip(graph.voice_leading, arrivals.before, arrivals.after, strict=True):
        links = [(a, b) for a, b in zip(before.tolist(), after.tolist(), strict=True) if a >= 0]
        assert {a for a, _ in links} == sounding[int(step["source"])]
        assert {b for _, b in links} == sounding[int(step["target"])]
        assert sum(abs(pitch[a] - pitch[b]) for a, b in links) == int(step["least"])
        assert {(a, b) for a, b in links if a != b} <= joined


@settings(max_examples=100)
@given(*[st.lists(st.integers(50, 70), min_size=1, max_size=4)] * 2)
@example([60, 60, 67], [60])
def test_the_least_size_is_that_of_trying_all_matchings(one, two):
    falling = [np.array([sorted(chord, reverse=True)]) for chord in (one, two)]
    counts = [np.array([len(chord)]) for chord in (one, two)]
    assert int(least_sizes(*falling, *counts)[0]) == cover(one, two)


def cover(one, two):
    """The least sum over all ways to give each note of one chord a partner, the partners left over their nearest."""
    ways = [([], 0)]
    for tone in one:
        ways = [([*used, number], size + abs(tone - other)) for used, size in ways for number, other in enumerate(two)]
    nearest = [min(abs(tone - other) for tone in one) for other in two]
    return min(size + sum(nearest[n] for n in range(len(two)) if n not in used) for used, size in ways)


@settings(max_examples=30)
@given(grids(), st.sampled_from(["score", "separate"]))
def test_every_note_stands_in_exactly_one_chain(grid, mode):
    score = parse_grid(grid)
    graph = voice_leading_graph(score, None, mode)
    assert len(graph.note) == len(score.notes.sounding())
    edges, line = graph.succession, graph.note["voice"]
    assert (line >= 0).all()
    assert (line[edges["source"]] == edges["voice"]).all()
    assert (line[edges["target"]] == edges["voice"]).all()
    for end in ("source", "target"):
        assert len(set(edges[end].tolist())) == len(edges)
    assert len(edges) == len(graph.note) - len(set(line.tolist()))
    onset, stop = graph.note["onset"], graph.note["onset"] + graph.note["duration"]
    assert (stop[edges["source"]] <= onset[edges["target"]]).all(), "no two notes of a line sound together"


@settings(max_examples=40)
@given(grids(), st.sampled_from(MODES))
def test_every_two_notes_that_sound_together_meet_once(grid, mode):
    graph = voice_leading_graph(parse_grid(grid), None, mode)
    onset, stop = graph.note["onset"], graph.note["onset"] + graph.note["duration"]
    expected = {frozenset((a, b)) for a in range(len(onset)) for b in range(a)
                if onset[a] < stop[b] and onset[b] < stop[a]}  # fmt: skip
    met = [
        frozenset(pair) for pair in zip(*(graph.simultaneity[e].tolist() for e in ("source", "target")), strict=True)
    ]
    assert set(met) == expected
    assert len(met) == len(expected)


def test_a_chorale_keeps_its_invariants_with_an_analysis():
    score = musegen.read("bach/bwv269")
    graph = voice_leading_graph(score, analyse(score))
    assert len(graph.note) == len(score.notes.sounding()) == len(graph.succession) + 4
    assert [str(name) for name in graph.note["note_id"]] == [score.note_name(n) for n in graph.note["note"].tolist()]
    assert int(graph.voice_leading["least"].sum()) < int(graph.voice_leading["total"].sum())
    assert len(graph.progression) == len(graph.chord) - 1
    assert set(graph.note_in_chord["source"].tolist()) == set(range(len(graph.note)))
    figures = {int(tone) for tone in graph.note["note"][graph.note["non_chord_tone"] > 0]}
    assert figures == {tone.note for tone in analyse(score).non_chord_tones}


# Music that is hard to read


def test_music_without_pitched_notes_has_an_empty_graph():
    for mode in MODES:
        graph = graph_of("meter: 4/4\nS: r r r r", mode)
        assert [len(rows) for kind, rows in graph.tables() if kind.name != "slice"] == [0] * 12
    score = parse_grid("meter: 2/4\nS: c5 d5")
    rows = score.notes.rows.copy()
    rows["flags"] |= np.uint16(Flag.UNPITCHED)
    assert len(voice_leading_graph(replace(score, notes=NoteTable(rows))).note) == 0


def test_grace_notes_are_no_nodes_and_ties_are_one():
    score = parse_grid("meter: 2/4\nS: c5 d5~ | d5 e5")
    rows = score.notes.rows.copy()
    rows["flags"][0] |= Flag.GRACE
    rows["duration"][0] = 0
    graph = voice_leading_graph(replace(score, notes=NoteTable(rows)))
    assert graph.note["name"].tolist() == ["D5", "E5"]
    assert graph.note["duration"].tolist() == [20160, 10080]


def test_a_single_line_has_successions_and_no_pairs():
    for mode in MODES:
        graph = graph_of("meter: 4/4\nS: c5 r e5 f5", mode)
        assert len(graph.succession) == 2
        assert graph.succession["gap"].tolist() == [10080, 0]
        assert len(graph.simultaneity) == len(graph.motion) == 0


def test_thirty_voices_fit_in_time_and_memory():
    lines = [f"{n}: " + " | ".join(" ".join(f"{'cdefgab'[(n + beat) % 7]}{2 + n // 7}" for beat in range(8))
                                   for _ in range(8)) for n in range(30)]  # fmt: skip
    graph = graph_of("meter: 4/4; unit: 1/8\n" + "\n".join(lines))
    assert len(graph.note) == 30 * 64
    assert len(graph.simultaneity) == 64 * 435


def test_an_unknown_kind_of_voices_is_refused():
    with pytest.raises(UsageError, match="minimal"):
        voice_leading_graph(parse_grid("meter: 1/4\nS: c5"), voices="least")


SHARED = """<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Choir</part-name></score-part>
</part-list><part id="P1"><measure number="1"><attributes><divisions>1</divisions><time><beats>2</beats>
<beat-type>4</beat-type></time></attributes>G1 D1 <backup><duration>2</duration></backup>E2</measure>
<measure number="2">E1 F1 <backup><duration>2</duration></backup>C2 C2</measure></part></score-partwise>"""
"""Two voices on a staff; the second has neither a note nor a rest while the first sings D."""


def test_a_note_that_two_voices_share_is_a_link_of_both_chains():
    note = r"<note><pitch><step>\1</step><octave>4</octave></pitch><duration>1</duration><voice>\2</voice></note>"
    graph = voice_leading_graph(read_bytes(re.sub(r"\b([A-G])([12])\b", note, SHARED).encode(), "choir.musicxml"))
    name = graph.note["name"]
    chains = [(int(row["voice"]), f"{name[row['source']]}-{name[row['target']]}") for row in graph.succession]
    assert chains == [(0, "G4-D4"), (0, "D4-E4"), (0, "E4-F4"), (1, "E4-D4"), (1, "D4-C4"), (1, "C4-C4")]
    assert names(graph, Motion, graph.motion["motion"]) == ["SIMILAR", "CONTRARY", "OBLIQUE"]
    found = voice_leading_targets(graph)
    assert found.begins[1].tolist() == [True, True]
    assert found.semitones[1].tolist() == [-5, -2]


def test_notes_without_a_free_line_get_lines_of_their_own():
    """A keyboard piece of two voices with one chord of six: four notes are left over, in chains all the same."""
    graph = graph_of("meter: 4/4\nPiano/1: c5 d5 c5+e5+g5 d5\nPiano/2: c3 d3 c3+e3+g3 d3")
    assert graph.about.lines == ("1", "2", "+1", "+2", "+3", "+4")
    assert graph.about.paired == 2
    assert set(graph.motion["lower"].tolist()) == {1}
