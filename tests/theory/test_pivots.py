"""Modulations by kind, the chords that stand in two keys, and excursions that are no modulations."""

import importlib.util
from pathlib import Path

import pytest

import musegen
from musegen.score.files import corpus_folder
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.harmony.pivots import modulation_line, modulations, relation
from musegen.theory.harmony.tonicizations import tonicization_line, tonicization_lines, tonicizations
from musegen.theory.keys import Key
from musegen.theory.reports import numeral_labels

STORIES = {
    "vi of the tonic is ii of the dominant": (
        "S: e5 d5 e5 e5 | d5 . . . | b4 c5 a4 . | g4 . . .\nB: c3 g3 c3 a2 | d3 . . . | g3 a3 d3 . | g2 . . .\n"
        "H: I V I vi | G:V . . . | I ii V . | I . . .",
        "dominant", "pivot", [("V", "I"), ("I", "IV"), ("vi", "ii")],
    ),
    "the bass rises by a chromatic semitone": (
        "S: e5 d5 e5 c5 | d5 . . . | b4 c5 a4 . | g4 . . .\nB: c3 g3 c3 f3 | f#3 . . . | g3 a3 d3 . | g2 . . .\n"
        "H: I V I IV | G:V6 . . . | I ii V . | I . . .",
        "dominant", "chromatic", [],
    ),
    "a phrase begins in the new key": (
        "S: e5 d5 c5^ . | c5 d5 e5 . | f5 e5 e5 . | c5 . . .\nB: c3 g3 c3 .  | f3 bb2 c3 . | d3 c3 c3 . | f2 . . .\n"
        "H: I V I . | F:I IV V . | vi V64 V . | I . . .",
        "subdominant", "phrase", [],
    ),
    "two keys a third apart share one note": (
        "S: e5 d5 e5 . | e5 f#5 g#5 . | g#5 . f#5 . | e5 . . .\nB: c3 g3 c3 . | e3 b3 e3 . | b2 . b2 . | e3 . . .\n"
        "H: I V I . | E:I V I . | Cad64 . V . | I . . .",
        "mediant major", "common-tone", [],
    ),
    "a dominant seventh turns out to be a German sixth": (
        "S: e5 d5 bb4 . | b4 . a4 . | g4 . . .\n"
        "A: g4 g4 g4 . | e4 . d#4 . | e4 . . .\nB: c3 g3 c3 . | b2 . b2 . | e3 . . .\n"
        "H: I V V7/IV . | e:Cad64 . V . | i . . .",
        "mediant", "enharmonic", [("V7/IV", "Ger65")],
    ),
    "a pattern is repeated a step higher": (
        "S: e5 f5 d5 e5 | f#5 g5 e5 f#5 | f#5 . e5 . | d5 . . .\nB: c3 f3 g3 c3 | d3 g3 a3 d3 | a3 . a2 . | d3 . . .\n"
        "H: I IV V I | D:I IV V I | Cad64 . V . | I . . .",
        "supertonic major", "sequential", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_how_a_modulation_is_made(story):
    rows, named, kind, pivots = STORIES[story]
    piece = parse_grid("key: C major; meter: 4/4\n" + rows)
    (found,) = modulations(piece, analyse(piece))
    assert (found.relation, found.kind) == (named, kind)
    assert [(pivot.before, pivot.after) for pivot in found.pivots] == pivots


def test_an_excursion_without_a_cadence_is_a_tonicization():
    piece = parse_grid(
        "key: C major; meter: 3/4\nS: e5 d5 e5 | d5 c#5 d5 | f5 d5 b4 | c5 . .\n"
        "B: c3 g3 c3 | f3 e3 d3 | a3 g3 g3 | c3 . .\n"
        "H: I V I | d:i6 V43 i | C:IV6 V V7 | I . ."
    )
    found = analyse(piece)
    assert modulations(piece, found) == ()
    (row,) = tonicizations(piece, found)
    told = "ii of C major, as D minor (no phrase closes in D minor): measure 2: i6 V43 i"
    assert tonicization_line(piece, row) == told


def test_one_applied_chord_is_told_by_its_goal_and_a_group_by_its_chords():
    piece = parse_grid(
        "key: C major; meter: 3/4\nS: e5 d5 d5 | d5 f#5 g5 | f5 d5 b4 | c5 . .\n"
        "B: c3 f#3 g3 | c3 a2 b2 | d3 g3 g3 | c3 . .\n"
        "H: I V65/V V | V42/V V43/V V6 | ii V65/ii ii | I . ."
    )
    rows = tonicizations(piece, analyse(piece))
    assert [row.chords for row in rows] == [("V65/V", "V", "V42/V", "V43/V", "V6"), ("V65/ii", "ii")]
    assert [tonicization_line(piece, row) for row in rows] == [
        "V of C major, as G major (applied chords): measures 1 to 2: V65/V V V42/V V43/V V6",
        "of C major, by one applied chord: ii (measure 3)",
    ]


def test_a_cadential_six_four_of_the_dominant_belongs_to_its_tonicization():
    piece = parse_grid(
        "key: C major; meter: 4/4\nS: e5 b4 a4 b4 | c5 d5 b4 c5\nB: c3 d3 d3 g3 | e3 f3 g3 c3\n"
        "H: I Cad64/V V7/V V | I6 ii6 V I"
    )
    (row,) = tonicizations(piece, analyse(piece))
    assert row.chords == ("Cad64/V", "V7/V", "V")


def test_a_chorale_tells_its_modulations_and_engraves_the_same_pivot():
    score = musegen.read("bach/bwv347")
    found = analyse(score)
    rows = modulations(score, found)
    assert [modulation_line(score, row).partition(": ")[2] for row in rows] == [
        "A major to E major (dominant), by a chromatic step",
        "E major to A major (subdominant), pivot vi = iii",
        "A major to B minor (supertonic), with the new phrase",
        "B minor to A major (subtonic), with the new phrase",
    ]
    assert not [label for label in numeral_labels(found, score) if label.alternate]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("C", "G", "dominant"), ("C", "a", "relative minor"), ("a", "C", "relative major"),
        ("C", "c", "parallel minor"),
        ("C", "d", "supertonic"), ("C", "A-", "lowered submediant major"), ("e", "b", "dominant"),
        ("e", "D", "subtonic"), ("C", "b", "leading tone"), ("c", "G", "dominant major"),
        ("E", "C#", "submediant major"),
    ],
)  # fmt: skip
def test_the_relation_of_two_keys_has_its_textbook_name(first, second, words):
    assert relation(Key.parse(first), Key.parse(second)) == words


def test_minor_and_major_on_one_tonic_change_the_mode_and_need_no_pivot():
    piece = parse_grid(
        "key: C major; meter: 4/4\nS: e5 d5 c5 . | eb5 d5 c5 . | d5 . c5 .\nB: c3 g3 c3 . | c3 g3 ab3 . | g3 . c3 .\n"
        "H: I V I . | c:i V VI . | V . i ."
    )
    (row,) = modulations(piece, analyse(piece))
    assert modulation_line(piece, row) == "measure 2, beat 1: C major to C minor (parallel minor), change of mode"


def test_the_chord_that_announces_the_new_key_is_no_pivot():
    piece = parse_grid(
        "key: G minor; meter: 4/4\nS: d5 c5 bb4 . | bb4 c5 d5 . | c5 . bb4 .\n"
        "B: g3 d3 g3 . | g3 eb3 bb2 . | f3 . bb2 .\n"
        "H: i V i . | i B-:viio6 I . | V . I ."
    )
    (row,) = modulations(piece, analyse(piece))
    assert [pivot[1:] for pivot in row.pivots] == [("i", "vi")]


def test_the_pivots_that_a_human_analyst_marks_in_twenty_chorales_are_mostly_found_and_named_alike():
    """Tymoczko marks 68 among 121 changes of key; `tests/benchmarks/pivots.py` counts 238 chorales more."""
    benchmark = Path(__file__).parent.parent / "benchmarks" / "pivots.py"
    spec = importlib.util.spec_from_file_location("pivots_benchmark", benchmark)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.total(corpus_folder() / "bach" / "choraleAnalyses")
    assert found["human"] == 68
    assert found["both"] >= 54
    assert found["same name"] == found["both"]
    assert found["ours"] <= 66


def test_a_pivot_that_is_engraved_has_the_names_that_the_text_tells():
    rows, *_ = STORIES["vi of the tonic is ii of the dominant"]
    piece = parse_grid("key: C major; meter: 4/4\n" + rows)
    found = analyse(piece)
    labels = [label for label in numeral_labels(found, piece) if label.alternate]
    assert [(label.onset // 10080, label.text, label.key) for label in labels] == [(3, "ii", "G")]
    assert modulation_line(piece, modulations(piece, found)[0]).endswith("pivot V-I-vi = I-IV-ii")


def test_minor_within_its_major_is_mixture_and_no_tonicization():
    piece = parse_grid("key: C major; meter: 4/4\nS: e5 f5 d5 c5 | ab4 f4 b4 d5 | c5 f5 d5 b4 | c5 . . .\n"
                       "H: I IV V I | c:VI iv V V | C:I ii6 V V7 | I . . .")  # fmt: skip
    (line,) = tonicization_lines(piece, tonicizations(piece, analyse(piece)))
    assert line.startswith("mixture of C minor in C major (no phrase closes in C minor): measure 2")
