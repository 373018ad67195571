"""Music of all textures is read as a theorist reads it: chords at their measure and beat, all that sounds counted."""

import pytest
from sheets import keyboard, parts

from musegen import read
from musegen.engraving.midi import midi
from musegen.score.files import read_bytes
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.reports import as_json, as_text


def chords(score, **how):
    return [f"{chord.measure}.{chord.beat} {chord.numeral.figure}" for chord in analyse(score, **how).chords]


def test_an_alberti_bass_is_one_chord_a_figure_and_its_lowest_note_the_bass():
    found = analyse(read("mozart/k545/movement1_exposition")).chords
    first = [chord for chord in found if chord.measure in ("1", "2", "3")]
    assert [chord.function for chord in first] == ["T"] * len(first)  # V43 and IV64 prolong I within one phrase
    assert first[0].numeral.figure == "I"
    assert first[0].duration == 4 * 10080
    assert "IV64" in [chord.numeral.figure for chord in first]


def test_broken_chords_of_a_prelude_are_the_chords_of_a_chorale():
    found = chords(read("bach/bwv846"))
    assert found[:2] == ["1.1 I", "2.1 ii42"]
    assert "4.1 I" in found


def test_triplets_of_an_accompaniment_are_one_chord_a_beat():
    piece = parse_grid(
        "meter: 12/8; unit: 1/8; key: C\nS: e5 . . . . . f5 . . . . . | d5 . . . . . e5 . . . . .\n"
        "B: c3 g3 e3 c3 g3 e3 d3 a3 f3 d3 a3 f3 | g2 b3 g3 g2 b3 g3 c3 g3 e3 c3 g3 e3"
    )
    assert chords(piece) == ["1.1 I", "1.7 ii", "2.1 V", "2.7 I"]


def test_the_piano_before_the_choir_enters_is_heard():
    assert chords(read("liliuokalani/aloha_oe"))[:3] != ["0.4 I", "5.1 I6", "5.3 I"]
    measures = {chord.measure for chord in analyse(read("liliuokalani/aloha_oe")).chords}
    assert {"1", "2", "3", "4"} <= measures


def test_a_pickup_is_measure_0_and_its_chord_stands_at_its_beat():
    piece = parse_grid(
        "key: G; meter: 3/4; pickup: 1\nS: d5 | b4 a4 g4 | a4 . .\nA: g4 | g4 f#4 g4 | f#4 . .\n"
        "T: b3 | d4 c4 b3 | d4 . .\nB: g3 | g3 d3 e3 | d3 . ."
    )
    assert chords(piece)[0] == "0.3 I"
    assert chords(piece)[-1] == "2.1 V"


def test_repeats_are_not_played_out_and_endings_stand_in_the_order_of_the_page():
    piece = read("leadSheet/fosterBrownHair")
    assert any(measure.ending for measure in piece.measures)
    onsets = [chord.onset for chord in analyse(piece).chords]
    assert onsets == sorted(onsets)
    assert onsets[-1] < piece.end


def test_a_transposing_clarinet_is_read_at_its_sound():
    assert str(analyse(read("weber/concertino_clarinet"), engine="neural").key) == "E-"


def test_an_unaccompanied_line_gets_a_key_and_says_that_it_is_unsure():
    piece = parse_grid("key: D minor; meter: 4/4\nS: d5 a4 f4 d4 | c#4 e4 a4 g4 | f4 e4 d4 .")
    assert str(analyse(piece).key) == "d"
    assert "unsure" in as_text(analyse(piece), piece)


def test_silence_and_drums_have_no_chords():
    piece = read("demos/drum_sample")
    assert analyse(piece).chords == ()


def test_the_same_chorale_without_its_spelling_is_read_the_same():
    named = read("bach/bwv66.6")
    played = read_bytes(midi(named), "bwv66.6.mid")
    found, wanted = chords(played), chords(named)
    assert sum(one in wanted for one in found) >= 0.9 * len(wanted)
    told = as_json(analyse(played), played)
    assert told["spelling"] == "estimated"
    assert any("spelling" in notice["message"] for notice in told["notices"])
    assert "Note: " in as_text(analyse(played), played)
    assert as_json(analyse(named), named)["spelling"] == "given"


FOUR = ("E5 D5 E5", "C5 B4 C5", "G4 G4 G4", "C3 G3 C3")
I_V_I = ["1.1 I", "2.1 V", "3.1 I"]


def test_a_bowed_tremolo_is_a_held_note():
    stroke = '<notations><ornaments><tremolo type="single">3</tremolo></ornaments></notations>'
    assert chords(parts(*FOUR, more=stroke)) == I_V_I


def test_a_cue_is_not_heard():
    assert chords(parts(*FOUR, "r F2 r", kind="<cue/>")) == I_V_I
    assert chords(parts(*FOUR, "r F2 r")) == ["1.1 I", "2.1 V42", "3.1 I"]


def test_notes_that_cross_the_staves_are_heard_where_they_sound():
    plain = keyboard(FOUR, ("111", "111", "222", "222"))
    crossing = keyboard(FOUR, ("111", "121", "222", "222"))
    assert crossing.notes["staff"].tolist() != plain.notes["staff"].tolist()
    assert chords(crossing) == chords(plain) == I_V_I


def test_measures_under_a_multiple_rest_are_counted_one_by_one():
    rest = "<attributes><measure-style><multiple-rest>3</multiple-rest></measure-style></attributes>"
    piece = parts("C5 r r r C5", "E4 C4 D4 B3 C4", "G3 A3 A3 G3 G3", "C3 A2 F2 G2 C3", before={2: rest})
    assert chords(piece) == ["1.1 I", "2.1 vi", "3.1 ii6", "4.1 V", "5.1 I"]


def test_an_orchestra_of_24_parts_is_heard_whole():
    tutti = parts(*(line for line in FOUR for _ in range(6)))
    assert len(tutti.parts) == 24
    assert chords(tutti) == I_V_I


def test_a_second_ending_follows_the_first_and_keeps_its_measure():
    ending = '<barline location="{}"><ending number="{}" type="{}"/>{}</barline>'
    piece = parts(
        "E5 A4 B4 C5", "G4 F4 G4 G4", "C4 D4 D4 E4", "C3 F3 G3 C3",
        before={3: ending.format("left", 1, "start", ""), 4: ending.format("left", 2, "start", "")},
        after={3: ending.format("right", 1, "stop", '<repeat direction="backward"/>'),
               4: ending.format("right", 2, "stop", "")},
    )  # fmt: skip
    assert [measure.ending for measure in piece.measures] == ["", "", "1", "2"]
    assert chords(piece) == ["1.1 I", "2.1 ii6", "3.1 V", "4.1 I"]


PIECES = [
    "bach/bwv846", "corelli/opus3no1/1grave", "schumann_robert/dichterliebe_no2", "schubert/Lindenbaum",
    "joplin/maple_leaf_rag", "beach/prayer_of_a_tired_child", "johnson_j_r/lift_every_voice", "demos/two-voices",
    "demos/nested_tuplet_finale_test", "webern/webern_dormi_jesu_op_16_no_2", "schoenberg/opus19/movement2",
]  # fmt: skip


@pytest.mark.parametrize("engine", ["classical", "neural"])
@pytest.mark.parametrize("name", PIECES)
def test_chords_follow_each_other_inside_the_piece_at_the_place_that_they_name(name, engine):
    piece = read(name)
    found = analyse(piece, engine=engine).chords
    assert found
    ends = [chord.onset + chord.duration for chord in found]
    assert all(chord.duration > 0 for chord in found)
    assert all(end <= chord.onset for end, chord in zip(ends, found[1:], strict=False))
    assert ends[-1] <= piece.end
    assert [piece.place(chord.onset) for chord in found] == [(chord.measure, chord.beat) for chord in found]
