"""Each kind of cadence, from a few chords whose numerals are given."""

import importlib.util
from pathlib import Path

import pytest

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "cadences.py"

FRAGMENTS = {
    "PAC": """
        key: C major; meter: 4/4
        S: e5 d5 d5 . | c5^ . . .
        A: g4 a4 g4 f4| e4  . . .
        T: c4 d4 b3 . | g3  . . .
        B: c3 f3 g3 . | c3  . . .
        H: I ii65 V V7| I   . . .""",
    "IAC": """
        key: C major; meter: 4/4
        S: e5 d5 d5 . | e5^ . . .
        A: g4 a4 g4 f4| g4  . . .
        T: c4 d4 b3 . | c4  . . .
        B: c3 f3 g3 . | c3  . . .
        H: I ii65 V V7| I   . . .""",
    "HC": """
        key: C major; meter: 4/4
        S: e5 e5 f5 . | d5^ . . .
        A: g4 g4 a4 . | g4  . . .
        T: c4 c4 d4 . | b3  . . .
        B: c3 c3 f3 . | g3  . . .
        H: I .  ii65 .| V   . . .""",
    "DC": """
        key: C major; meter: 4/4
        S: e5 d5 d5 . | c5^ . . .
        A: g4 a4 g4 f4| e4  . . .
        T: c4 d4 b3 . | c4  . . .
        B: c3 f3 g3 . | a3  . . .
        H: I ii65 V V7| vi  . . .""",
    "PC": """
        key: C major; meter: 4/4
        S: e5 . f5 . | e5^ . . .
        A: g4 . a4 . | g4  . . .
        T: c4 . c4 . | c4  . . .
        B: c3 . f3 . | c3  . . .
        H: I . IV  . | I   . . .""",
    "EC": """
        key: C major; meter: 4/4
        S: e5 d5 d5 . | c5^ . . .
        A: g4 a4 g4 . | g4  . . .
        T: c4 d4 b3 . | c4  . . .
        B: c3 f3 g3 f3| e3  . . .
        H: I ii65 V V42| I6 . . .""",
}


@pytest.mark.parametrize("kind", FRAGMENTS)
def test_the_last_chords_of_a_phrase_make_the_cadence(kind):
    cadence = analyse(parse_grid(FRAGMENTS[kind])).cadences[-1]
    assert cadence.kind == kind
    assert (cadence.measure, cadence.beat) == ("2", 1)


@pytest.mark.parametrize("kind", ["PAC", "IAC", "HC", "DC", "PC"])
def test_the_analyser_finds_the_same_cadence_without_the_numerals(kind):
    bare = FRAGMENTS[kind][: FRAGMENTS[kind].index("H:")]
    found = analyse(parse_grid(bare))
    assert str(found.key) == "C"
    assert found.cadences[-1].kind == kind


def test_iv6_to_v_in_minor_is_a_half_cadence_of_the_phrygian_kind():
    found = analyse(
        parse_grid("""
        key: A minor; meter: 4/4
        S: c5 . d5 . | e5^ . . .
        A: a4 . a4 . | g#4 . . .
        T: e4 . d4 . | b3  . . .
        B: a3 . f3 . | e3  . . .
        H: i . iv6 . | V   . . .""")
    )
    assert (found.cadences[-1].kind, found.cadences[-1].evidence) == ("HC", "Phrygian: iv6-V")


def test_a_phrase_that_ends_on_v_of_vi_is_a_half_cadence_in_vi_but_on_its_seventh_chord_or_v_of_iv_none():
    def made(key, first, chord, bass, last):
        grid = f"key: {key}; meter: 2/4\nS: e5 . | {chord}^ .\nB: c3 . | {bass} .\nH: {first} . | {last} ."
        return [(cadence.kind, str(cadence.key), cadence.evidence) for cadence in analyse(parse_grid(grid)).cadences]

    assert made("C major", "I", "g#5", "e3", "V/vi") == [("HC", "a", "the phrase stops on V/vi")]
    assert made("C major", "I", "f#5", "d3", "V/V") == [("HC", "G", "the phrase stops on V/V")]
    assert made("C major", "I", "g#5", "e3", "V7/vi") == []
    assert made("A minor", "i", "c#5", "a3", "V/iv") == []


def test_a_phrase_that_ends_on_a_tonicised_chord_closes_in_its_key():
    (cadence,) = analyse(
        parse_grid("""
        key: G major; meter: 4/4
        S: d5 . d5 . | c5^ . . .
        A: g4 . f4 . | e4  . . .
        T: b3 . b3 . | g3  . . .
        B: g3 . g3 . | c3  . . .
        H: I  . V7/IV . | IV . . .""")
    ).cadences
    assert (cadence.kind, str(cadence.key)) == ("PAC", "C")


def test_without_fermatas_a_half_cadence_on_a_long_note_and_the_last_note_end_phrases():
    found = analyse(
        parse_grid("""
        key: G major; meter: 3/4
        S: b4 a4 g4 | d5 . b4 | c5 b4 g4 | a4 . . | b4 a4 g4 | d5 . b4 | c5 b4 a4 | g4 . .
        T: d4 d4 b3 | d4 . d4 | e4 d4 d4 | d4 . . | d4 d4 b3 | d4 . d4 | e4 d4 c4 | b3 . .
        B: g3 f#3 g3 | b2 . g3 | c3 g3 b2 | d3 . . | g3 f#3 g3 | b2 . g3 | c3 d3 d3 | g2 . .""")
    )
    assert [phrase.onset // 10080 for phrase in found.phrases] == [0, 12]
    assert [cadence.kind for cadence in found.cadences] == ["HC", "PAC"]


def test_a_long_dominant_before_a_long_tonic_ends_no_phrase_of_its_own() -> None:
    found = analyse(
        parse_grid("""
key: C major; meter: 4/4
S: e5 d5 c5 d5 | e5 c5 b4 . | c5 . . .
A: g4 g4 g4 f4 | g4 f4 d4 . | e4 . . .
T: c4 b3 c4 a3 | c4 a3 g3 . | g3 . . .
B: c3 g3 e3 f3 | c3 f3 g3 . | c3 . . .
""")
    )
    assert [(cadence.kind, cadence.measure) for cadence in found.cadences] == [("PAC", "3")]


def test_a_last_tonic_without_a_soprano_still_closes():
    piece = parse_grid(
        "key: C major; meter: 4/4\nS: e5 f5 d5 r\nA: g4 a4 b4 c5\nT: c4 c4 g4 e4\nB: c3 f3 g3 c3\nH: I IV V I"
    )
    found = analyse(piece)
    assert [(cadence.kind, cadence.beat) for cadence in found.cadences] == [("PAC", 4)]
    assert found.phrases[-1].end == piece.end


def test_half_notes_inside_a_phrase_do_not_end_it():
    piece = parse_grid(
        "key: G major; meter: 4/4\n"
        "S: g4 a4 b4 . | b4 . c5 d5 | a4 . b4 c5 | a4 . . . | g4 a4 b4 . | b4 . c5 d5 | e5 d5 c5 a4 | g4 . . ."
    )
    assert [phrase.end for phrase in analyse(piece).phrases] == [piece.end // 2, piece.end]


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("cadence_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_sixteen_chorales_close_as_a_written_rule_says_of_their_human_numerals(benchmark):
    counts = benchmark.compare(benchmark.sixteen(), "classical", misses=False)
    heard, human = counts["classical"], counts["human"]
    cadences = sum(heard.asked[kind] for kind in benchmark.KINDS)
    found = sum(heard.found[kind] for kind in benchmark.KINDS)
    assert cadences == 100
    assert heard.key >= 0.93 * cadences
    assert heard.key >= 0.93 * found
    assert human.key == cadences  # the product's own words and the rule agree wherever the numerals do


def test_a_chord_that_leads_on_under_the_fermata_is_not_what_arrives():
    found = analyse(
        parse_grid("""
        key: C major; meter: 4/4; unit: 1/8
        S: e5 . d5 . b4 . . .   | c5^ . . . . . . . | d5 . . . e5 . . .
        A: g4 . f4 . g4 . f4 .  | e4  . . . . . . . | g4 . . . g4 . . .
        T: c4 . a3 . d4 . . .   | c4  . . . . . b3 . | b3 . . . c4 . . .
        B: c3 . f3 . g3 . . .   | c3  . . . . . g2 . | g2 . . . c3 . . .
        H: I . ii6 . V . V7 .   | I . . . . . V .   | V . . . I . . .""")
    )
    assert [(cadence.kind, cadence.beat) for cadence in found.cadences] == [("PAC", 1), ("IAC", 3)]


def test_a_suspension_over_the_last_tonic_is_judged_by_the_note_that_the_top_line_ends_on():
    found = analyse(
        parse_grid("""
        key: C major; meter: 4/4
        S: e5 f5 d5 . | d5 c5^ . .
        A: g4 a4 g4 f4| e4 . . .
        T: c4 d4 b3 . | c4 . . .
        B: c3 f3 g3 . | c3 . . .
        H: I ii65 V V7| I  . . .""")
    )
    assert [(cadence.kind, cadence.beat) for cadence in found.cadences] == [("PAC", 1)]


def test_a_picardy_third_closes_the_minor_key_however_its_chord_is_named():
    for last in ("I", "D:I"):
        found = analyse(
            parse_grid(f"""
            key: D minor; meter: 4/4
            S: f5 e5 e5 . | d5^  . . .
            A: a4 bb4 a4 g4| f#4 . . .
            T: d4 e4 c#4 .| d4   . . .
            B: d3 g3 a3 . | d3   . . .
            H: i iiø65 V V7| {last} . . .""")
        )
        assert [cadence.kind for cadence in found.cadences] == ["PAC"]


def test_the_sixth_degree_after_v_deceives_even_where_it_is_named_in_the_key_that_follows():
    (cadence,) = analyse(
        parse_grid("""
        key: D minor; meter: 4/4
        S: f5 e5 e5 . | d5^ . . .
        A: a4 bb4 a4 g4| f4 . . .
        T: d4 e4 c#4 .| d4  . . .
        B: d3 g3 a3 . | bb3 . . .
        H: i iiø65 V V7| F:IV . . .""")
    ).cadences
    assert (cadence.kind, str(cadence.key)) == ("DC", "d")


def test_a_prelude_of_one_figure_is_divided_where_its_harmony_closes_and_not_every_two_measures():
    found = analyse(musegen.read("bach/bwv846"))
    ends = {cadence.measure for cadence in found.cadences}
    assert {"4", "11", "19"} <= ends
    assert len(found.phrases) <= 6


def kinds(rows):
    return [(cadence.kind, str(cadence.key)) for cadence in analyse(parse_grid("meter: 4/4\n" + rows)).cadences]


def test_a_dominant_in_inversion_stops_no_phrase():
    assert kinds("S: e5 f5 d5^ .\nB: c3 f3 b2 .\nH: I IV V6 .") == []


def test_a_fourth_in_the_bass_evades_only_a_cadence_that_had_begun():
    assert kinds("S: e5 a5 b5 c6^\nB: c3 f3 f3 e3\nH: I IV V42 I6") == [("IAC", "C")]
    assert kinds("S: e5 c5 b4 c5^\nB: c3 g3 f3 e3\nH: I Cad64 V42 I6") == [("EC", "C")]


def test_a_plagal_close_whose_iv_came_from_its_own_dominant_may_be_heard_as_a_half_cadence():
    def told(way):
        rows = f"meter: 4/4\nS: e5 e5 f5 e5^\nB: c3 e3 f3 c3\nH: I {way} IV I"
        return [(cadence.kind, cadence.evidence) for cadence in analyse(parse_grid(rows)).cadences]

    assert told("I6") == [("PC", "IV-I")]
    doubt = "IV-I; V65/IV came before: it may be heard as a half cadence in F major"
    assert told("V65/IV") == [("PC", doubt)]


def test_in_a_passage_on_the_dominant_its_own_dominant_closes_there():
    rows = "S: b4 c5 a4 g4^\nB: g3 a3 d3 g3\nH: V vi V7/V V"
    assert kinds(rows) == [("HC", "C")]  # V is reached once: a half cadence, its dominant before it
    assert kinds("S: b4 c5 a4 g4^\nB: g3 d3 d3 g3\nH: V V/V V7/V V") == [("PAC", "G")]


def test_the_bass_that_leads_on_alone_is_not_what_the_soprano_closes_with():
    rows = "S: e5 d5 d5 . | c5 . r .\nA: g4 a4 b4 . | g4 . r .\nB: c3 f3 g3 . | c3 . b2 a2\nH: I ii6 V . | I . . ."
    assert kinds(rows) == [("PAC", "C")]
