"""What search finds: planted passages in small grids, cadences of a chorale, and how much was searched for nothing."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

import musegen
from musegen.corpora.pieces import Piece
from musegen.engraving.musicxml import write_musicxml
from musegen.features.bootstraps import DRAWS
from musegen.features.search.concordance import Concordance, Searched, group_of, search, search_piece
from musegen.features.search.finding import Hit
from musegen.features.search.piece_rows import piece_rows
from musegen.features.search.queries import make_query
from musegen.features.search.reports import counted, to_csv, to_json, to_text
from musegen.score.textgrid import parse_grid

CHORALE = Piece("bach/bwv66.6")
NUMERALS = (
    "key: C major; meter: 4/4\nS: e5 d5 d5 d5 | c5 . e5 c5 | d5 c5 b4^ . | c5 d5 b4 . | c5^ . . .\n"
    "B: c3 f3 g3 g3 | c3 . c3 a3 | f#3 d3 g3 . | e3 f3 g3 . | c3 . . .\n"
    "H: I IV Cad64 V | I . I vi | V65/V V7/V V . | I6 ii6 V7 . | I . . ."
)


@pytest.fixture
def planted(tmp_path):
    """A piece of a text grid, as a file of its own."""

    def write(grid, **labels):
        path = tmp_path / f"planted{len(list(tmp_path.iterdir()))}.musicxml"
        path.write_bytes(write_musicxml(parse_grid(grid)))
        return Piece(str(path), labels=labels)

    return write


def places(piece, **asked):
    chords = asked.pop("chords", "")
    found = search_piece(piece, make_query(chords, **asked), "classical", "tonal")
    return [(hit.measure, hit.beat, hit.match) for hit in found.hits]


def test_an_applied_dominant_is_found_where_it_was_planted_and_not_at_a_cadence_that_is_not_there(planted):
    piece = planted(NUMERALS)
    assert places(piece, chords="V65/V V7/V V") == [("3", "1", "V65/V V7/V V")]
    assert places(piece, chords="V7/* V") == [("3", "2", "V7/V V")]
    assert places(piece, chords="V7. I", at=["cadence"]) == [("4", "3", "V7 I")]
    assert places(piece, chords="V65/V", at=["cadence"]) == []


def test_gaps_choices_and_functions_find_a_whole_cadence(planted):
    piece = planted(NUMERALS)
    assert places(piece, chords="(ii6|IV) Cad64? (V|V7) I") == [("1", "2", "IV Cad64 V I"), ("4", "2", "ii6 V7 I")]
    assert places(piece, chords="ii6 ... I") == [("4", "2", "ii6 V7 I")]
    assert ("4", "2", "ii6 V7 I") in places(piece, chords="PD D T", at=["phrase-end"])


def test_a_chord_of_another_key_is_no_neighbour_unless_the_pattern_says_that_the_key_changes(planted):
    piece = planted(
        "key: C major; meter: 4/4\nS: c5 d5 e5 d5 | d5 f#5 g5 .\nB: c3 g3 c3 g3 | g3 d3 g3 .\nH: I V I V | G:I V I ."
    )
    assert places(piece, chords="V I") == [("1", "2", "V I"), ("2", "2", "V I")]
    assert places(piece, chords="V > I") == [("1", "4", "V G: I")]


def test_the_same_melody_is_found_by_steps_semitones_names_degrees_and_pitches(planted):
    piece = planted(
        "key: C major; meter: 4/4\nS: g4 a4 b4 c5 | r g4 a4 b4\nB: c3 . g3 c3 | c3 . . g3\nH: I . V I | . . . V"
    )
    for pattern in (
        "+2 +2 +2",
        "+2s +2s +1s",
        "M2 M2 m2",
        "5 6 7 1",
        "g4 a4 b4 c5",
        "g a b c",
        "^5 ^6 ^7 ^1",
        "/ / m2",
    ):
        assert places(piece, melody=pattern, voice="soprano") == [("1", "1", "G4 A4 B4 C5")], pattern
    assert places(piece, melody="+2 +2") == [("1", "1", "G4 A4 B4"), ("1", "2", "A4 B4 C5"), ("2", "2", "G4 A4 B4")]
    assert places(piece, melody="+2 -2") == []


def test_in_minor_the_seventh_degree_is_natural_or_raised_unless_a_sign_says_which(planted):
    piece = planted("key: A minor; meter: 4/4\nS: a4 g#4 a4 g4\nB: a2 e3 a2 c3\nH: i V i III")
    assert [place[1] for place in places(piece, melody="7")] == ["2", "4"]
    assert [place[1] for place in places(piece, melody="#7")] == ["2"]


def test_rhythms_are_found_by_values_and_by_ratios_whatever_the_values(planted):
    piece = planted("meter: 4/4; unit: 1/8\nS: c5 . . d5 e5 . f5 . | c5 d5 e5 f5 g5 . . . | c5 . . . . . d5 .")
    assert places(piece, rhythm="q. e q") == [("1", "1", "C5 D5 E5")]
    assert places(piece, rhythm="3/2 1/2") == [("1", "1", "C5 D5")]
    assert places(piece, rhythm="3:1") == [("1", "1", "C5 D5"), ("3", "1", "C5 D5")]
    assert places(piece, melody="+2 +2", rhythm="q. e") == [("1", "1", "C5 D5 E5")]
    assert places(piece, melody="-2", rhythm="q. e") == []


CLAUSULA = "meter: 4/4\nCantus: c5 . . b4 | c5 . . .\nTenor: e4 d4 . . | c4 . . ."


def test_a_planted_clausula_is_found_in_both_notations_of_its_module(planted):
    piece = planted(CLAUSULA)
    assert places(piece, module="7_1 6_-2 8", every="onset") == [("1", "2", "7_1 6_-2 8")]
    assert places(piece, module="7 6 8 / 1 -2", every="onset", voice="outer") == [("1", "2", "7_1 6_-2 8")]
    assert places(piece, module="m7 M6 P8", every="onset") == [("1", "2", "7_1 6_-2 8")]
    assert places(piece, module="7_-2 6", every="onset") == []


def test_the_lower_sound_is_the_lower_voice_where_voices_cross(planted):
    piece = planted("meter: 4/4\nCantus: d4 c4 b3 .\nTenor: b4 a4 b4 .")
    assert [match for _, _, match in places(piece, module="6 6_-2 8")] == ["6_-2 6_-2 8"]


@pytest.mark.parametrize(
    ("voice", "count"), [("any", 3), ("outer", 1), ("soprano-bass", 1), ("1-2", 1), ("2-3", 1), ("1", 2), ("bass", 2)]
)
def test_a_pair_of_voices_is_named_by_its_places_from_the_top(planted, voice, count):
    piece = planted("meter: 4/4\nCantus: g5 a5 b5 c6\nAltus: e5 f5 g5 a5\nTenor: c5 d5 e5 f5")
    found = search_piece(piece, make_query(module="* * * *", voice=voice), "classical", "tonal")
    assert len(found.hits) == count


def test_a_piece_without_the_voice_is_not_counted_among_those_that_were_searched(planted):
    found = search([planted(CLAUSULA)], make_query(melody="+2", voice="alto"))
    assert [one.left_out for one in found.left_out] == ["there is no voice `alto` among 2"]


def test_parallel_fifths_are_an_edge_of_the_graph(planted):
    piece = planted("meter: 4/4\nS: g4 a4 b4 c5\nB: c3 d3 g3 a3")
    assert places(piece, motion="parallel P5 P5") == [("1", "1", "12 12")]
    assert places(piece, motion="similar * 10") == [("1", "2", "12 10")]
    assert places(piece, motion="contrary") == []
    apart = planted("meter: 2/4\nS: g4 d4\nB: c3 g3")
    assert places(apart, motion="antiparallel P5 P5") == [("1", "1", "12 5")]


def test_a_melody_heard_while_chords_go_on_marks_the_notes_of_the_melody(planted):
    query = make_query("V7. I", melody="7 1", voice="soprano")
    (hit,) = search_piece(planted(NUMERALS), query, "classical", "tonal").hits
    assert (hit.measure, hit.match, len(hit.notes)) == ("4", "V7 I", 2)


def test_the_cadences_of_a_chorale_are_those_of_its_analysis():
    query = make_query("*", at=["cadence"])
    found = search_piece(CHORALE, query)
    analysis = musegen.analyse("bach/bwv66.6", engine="neural")
    assert [(hit.first, hit.cadence) for hit in found.hits] == [(one.onset, one.kind) for one in analysis.cadences]
    closed = search_piece(CHORALE, make_query("V. (I|i)", cadences=["PAC"])).hits
    assert {hit.arrival for hit in closed} <= {one.onset for one in analysis.cadences if one.kind == "PAC"}


def test_a_search_for_nothing_says_over_how_many_beats_it_looked():
    counts = counted(search([CHORALE], make_query("Ger65 N6")), "", 0)
    assert counts.total.hits == 0
    assert "nothing in 1 piece; 0.00 per 1,000 beats" in to_text(counts, 50)
    assert "36 beats" in to_text(counts, 50)


def test_music_read_by_mode_is_not_searched_for_chords_unless_asked_and_is_said_to_be():
    piece = Piece("trecento/PMFC_04-Cara mi donna.xml")
    left = search([piece], make_query("V I"), engine="classical")
    assert [one.left_out for one in left.left_out] == ["read by mode: chords in keys are searched with --reading tonal"]
    assert not search([piece], make_query("V I"), engine="classical", reading="tonal").left_out
    assert search([piece], make_query(module="8 6"), engine="classical").searched


def test_the_second_search_reads_no_score(monkeypatch):
    search([CHORALE], make_query("V I"))
    monkeypatch.setattr(Piece, "read", lambda piece: pytest.fail("read again"))
    assert search([CHORALE], make_query("I V")).count


def test_a_file_that_changed_is_read_again(planted):
    piece = planted(CLAUSULA)
    before = piece_rows(piece, ("lines",))
    piece.path.write_bytes(write_musicxml(parse_grid(CLAUSULA.replace("c4 .", "f4 ."))))
    after = piece_rows(piece, ("lines",))
    assert before.lines.notes != after.lines.notes


def hit(at=0):
    return Hit("1", "1", "C", "", "V I", "", "", "", at, at, at, 0, 0, ())


def searched(hits, beats, work="", **labels):
    piece = Piece(f"p{hits}{beats}", group=work, labels=labels)
    return Searched(piece, tuple(hit(n) for n in range(hits)), beats, 0, "tonal")


def test_rates_count_hits_by_beats_of_all_pieces_and_the_interval_draws_works():
    pieces = [searched(4 * (n > 9), 100.0, f"work {n}") for n in range(20)]
    rate = Concordance("'V I'", "neural", tuple(pieces)).total(np.random.default_rng(1))
    assert rate.per_thousand == pytest.approx(20.0)
    drawn = np.random.default_rng(5).binomial(20, 0.5, DRAWS) * 2.0
    assert (rate.low, rate.high) == pytest.approx(tuple(np.percentile(drawn, [2.5, 97.5])), abs=2.1)
    one_work = Concordance("'V I'", "neural", (searched(1, 50.0, "mass"),) * 9).total(np.random.default_rng(1))
    assert math.isnan(one_work.low), "nine movements of one mass are one witness"
    few = Concordance("'V I'", "neural", (searched(1, 50.0), searched(2, 50.0))).total(np.random.default_rng(1))
    assert math.isnan(few.low)
    assert few.per_thousand == 30.0


def test_pieces_are_grouped_by_label_and_dates_by_half_centuries():
    found = Concordance("q", "neural", (searched(1, 10.0, date="1713"), searched(2, 10.0, date="1740-1749")))
    rates = found.rates("date", np.random.default_rng(0))
    assert [(rate.group, rate.hits) for rate in rates] == [("1700-1749", 3)]
    assert group_of(Piece("a", labels={"genre": "mass"}), "genre") == "mass"


def test_json_and_csv_hold_every_hit_with_its_place_and_labels():
    found = search([replace(CHORALE, labels={"composer": "Bach"})], make_query("V. I"))
    counts = counted(found, "composer", 0)
    facts = json.loads(to_json(counts))
    assert facts["total"]["hits"] == len(facts["hits"]) == found.count > 0
    assert facts["groups"][0]["group"] == "Bach"
    rows = to_csv(counts).splitlines()
    assert rows[0].startswith("piece,measure,beat,key,before,match,after,voices,cadence,composer")
    assert len(rows) == found.count + 1
