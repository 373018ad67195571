"""What the reader makes of MusicXML: pitches as they sound, time, voices, marks, labels, and one measure grid."""

import subprocess
import sys
from fractions import Fraction

import pytest
from documents import ATTRIBUTES, measure, note, score, under_sign

from musegen.errors import MalformedScore
from musegen.score.files import read, read_bytes
from musegen.score.model import Clef, KeySignature
from musegen.score.table import Flag

QUARTER = 10_080


def made(*parts, **more):
    return read_bytes(score(*parts, **more).encode(), "etude.musicxml")


def rows(piece, *columns):
    return [tuple(int(value) for value in row) for row in piece.notes.rows[list(columns)]]


def flags(piece):
    return [Flag(int(value)) for value in piece.notes["flags"]]


def test_a_clarinet_in_b_flat_sounds_a_tone_lower_and_its_d_major_is_c_major():
    transpose = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
    attributes = ATTRIBUTES.replace("<fifths>1<", "<fifths>2<").replace("</attributes>", transpose + "</attributes>")
    piece = made(measure(note("F#4", 8), attributes=attributes))
    assert rows(piece, "pitch", "fifths") == [(64, 4)]
    assert piece.measures[0].key_signature == KeySignature(0, "major")
    assert piece.parts[0].transpose == (-1, -2)


def test_a_double_bass_sounds_an_octave_lower_with_the_same_spelling():
    transpose = "<transpose><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>"
    piece = made(measure(note("F#4", 8), attributes=ATTRIBUTES.replace("</attributes>", transpose + "</attributes>")))
    assert rows(piece, "pitch", "fifths") == [(54, 6)]


def test_a_triplet_and_a_septuplet_are_exact_and_only_a_finer_grid_is_made_when_needed():
    third = measure(note("C4", 1) * 12, attributes=ATTRIBUTES.replace("<divisions>2<", "<divisions>3<"))
    assert made(third).ticks_per_quarter == QUARTER
    eleventh = measure(note("C4", 1) * 44, attributes=ATTRIBUTES.replace("<divisions>2<", "<divisions>11<"))
    piece = made(eleventh)
    assert piece.ticks_per_quarter == 11 * QUARTER
    assert piece.quarters(piece.notes["duration"][0]) == Fraction(1, 11)


def test_divisions_may_change_in_the_middle_of_a_measure():
    piece = made(measure(note("C4", 4), "<attributes><divisions>4</divisions></attributes>", note("D4", 8)))
    assert rows(piece, "onset", "duration") == [(0, 2 * QUARTER), (2 * QUARTER, 2 * QUARTER)]


def test_parts_that_write_the_same_notes_are_each_read_by_their_own_divisions_transposition_and_voices():
    horn = "<transpose><diatonic>-4</diatonic><chromatic>-7</chromatic></transpose></attributes>"
    finer = ATTRIBUTES.replace("<divisions>2<", "<divisions>4<")
    written = note("C4", 2, "<voice>2</voice>") + note("C4", 6, "<voice>2</voice>")
    piece = made(
        measure(note("E4", 4, "<voice>1</voice>"), written.replace(">6<", ">2<")),
        measure(written, attributes=ATTRIBUTES.replace("</attributes>", horn)),
        measure(written, note("C4", 8, "<voice>2</voice>"), attributes=finer),
    )
    assert rows(piece, "part", "pitch", "voice") == [
        (0, 64, 1), (1, 53, 1), (2, 60, 1), (2, 60, 1), (1, 53, 1), (0, 60, 2), (2, 60, 1), (0, 60, 2),
    ]  # fmt: skip
    third = piece.notes["part"] == 2
    assert piece.notes["duration"][third].tolist() == [QUARTER // 2, 3 * QUARTER // 2, 2 * QUARTER]


def test_a_chord_a_second_voice_and_a_second_staff():
    back = "<backup><duration>8</duration></backup>"
    piece = made(
        measure(
            note("E4", 8, "<voice>1</voice><staff>1</staff>"),
            note("G4", 8, "<voice>1</voice><staff>1</staff>").replace("<note>", "<note><chord/>"),
            back,
            note("C4", 8, "<voice>2</voice><staff>1</staff>"),
            back,
            note("C3", 8, "<voice>5</voice><staff>2</staff>"),
            attributes=ATTRIBUTES.replace("<clef>", "<staves>2</staves><clef>").replace(
                "</attributes>", '<clef number="2"><sign>F</sign><line>4</line></clef></attributes>'
            ),
        )
    )
    assert rows(piece, "pitch", "staff", "voice") == [(67, 1, 1), (64, 1, 1), (60, 1, 2), (48, 2, 3)]
    assert piece.parts[0].clefs == (Clef("G", 2), Clef("F", 4))


def test_ties_are_read_from_tie_elements_and_from_their_curves_where_there_are_none():
    tied = '<tie type="stop"/><tie type="start"/>'
    curve = '<notations><tied type="start"/></notations>'
    piece = made(measure(note("C4", 4, tied), note("C4", 2, curve), note("C4", 2, '<tie type="stop"/>' + curve)))
    assert flags(piece) == [
        Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS, Flag.TIED_TO_NEXT, Flag.TIED_FROM_PREVIOUS,
    ]  # fmt: skip


def test_grace_cue_hidden_and_fermata_notes_carry_their_flags_and_only_grace_notes_take_no_time():
    grace = note("D4").replace("<note>", "<note><grace/>").replace("<duration>2</duration>", "")
    cue = note("E4", 2).replace("<note>", "<note><cue/>")
    hidden = note("F4", 2, inside=' print-object="no"')
    held = note("G4", 4, "<notations><fermata/></notations>")
    piece = made(measure(grace, cue, hidden, held))
    assert flags(piece) == [Flag.GRACE, Flag.CUE, Flag.HIDDEN, Flag.FERMATA]
    assert rows(piece, "onset", "duration")[:2] == [(0, 0), (0, QUARTER)]


def test_the_id_of_a_row_is_the_number_of_its_note_element():
    piece = made(measure(note("r", 4), note("C4", 4)), measure(note("E4", 8)))
    assert rows(piece, "id", "pitch") == [(2, 64), (1, 60)]


def test_names_colours_and_lyrics_belong_to_their_notes():
    sung = note("C4", 4, "<lyric number='2'><syllabic>begin</syllabic><text>glo</text></lyric>")
    piece = made(measure(sung, note("E4", 4, inside=' id="x7" color="#FF0000"')))
    assert [(lyric.note, lyric.verse, lyric.text, lyric.syllabic) for lyric in piece.lyrics] == [
        (0, "2", "glo", "begin")
    ]
    assert piece.note_names == ((1, "x7"),)
    assert piece.colors == ((1, "#FF0000"),)
    assert piece.note_name(0) == "n0"


def test_a_pickup_is_measure_0_and_its_beats_count_back_from_the_barline():
    pickup = measure(note("D4", 2), more=' implicit="yes"')
    piece = made(pickup + measure(note("G4", 8), number=1, attributes=""))
    assert [(bar.number, bar.is_pickup) for bar in piece.measures] == [("0", True), ("1", False)]
    assert str(piece.place(0)) == "measure 0, beat 4"


def test_a_measure_split_at_a_repeat_keeps_its_real_lengths():
    repeat = '<barline location="right"><repeat direction="backward"/></barline>'
    whole = measure(note("G4", 8))
    halves = measure(note("C4", 6), repeat, number=2, attributes="") + measure(
        note("D4", 2), number="X1", attributes="", more=' implicit="yes"'
    )
    piece = made(whole + halves + measure(note("E4", 8), number=3, attributes=""))
    assert [bar.length // QUARTER for bar in piece.measures] == [4, 3, 1, 4]
    assert piece.measures[1].repeat_end
    assert str(piece.place(7 * QUARTER)) == "measure X1, beat 4"


def test_first_and_second_endings_and_the_final_barline():
    def bar(number, kind, attributes=""):
        ending = f'<barline location="left"><ending number="{number}" type="start"/></barline>'
        close = f'<barline><bar-style>{kind}</bar-style><ending number="{number}" type="stop"/></barline>'
        return measure(ending, note("C4", 8), close, number=number, attributes=attributes)

    piece = made(bar(1, "light-light", ATTRIBUTES) + bar(2, "light-heavy"))
    assert [(one.ending, one.barline) for one in piece.measures] == [("1", "double"), ("2", "final")]


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("<beats>3+2</beats><beat-type>8</beat-type>", "5/8"),
        ("<beats>2</beats><beat-type>4</beat-type><beats>3</beats><beat-type>8</beat-type>", "7/8"),
    ],
)
def test_composite_meters_are_summed(time, said):
    attributes = ATTRIBUTES.replace("<beats>4</beats><beat-type>4</beat-type>", time)
    assert str(made(measure(note("C4", 2), attributes=attributes)).measures[0].time_signature) == said


def test_a_cadenza_without_measure_is_as_long_as_it_is():
    attributes = ATTRIBUTES.replace("<beats>4</beats><beat-type>4</beat-type>", "<senza-misura/>")
    piece = made(measure(note("C4", 2) * 7, attributes=attributes))
    assert (piece.measures[0].length, str(piece.measures[0].time_signature)) == (7 * QUARTER, "7/4")
    assert not piece.measures[0].is_pickup


REST = note("r", 8, inside=' id="quiet"')


def test_measures_under_a_repeat_sign_sound_as_those_that_they_repeat():
    chord = "<harmony><root><root-step>C</root-step></root><kind>major</kind></harmony>"
    first = measure(chord, note("C4", 4, inside=' id="first"', more="<lyric><text>la</text></lyric>"), note("E4", 4))
    second = measure(note("G4", 8), number=2, attributes="")
    once = measure(REST, number=3, attributes=under_sign())
    again = measure(number=4, attributes="")
    two = measure(REST, number=5, attributes=under_sign("2")) + measure(REST, number=6, attributes="")
    silent = measure(REST, number=7, attributes=under_sign("", "stop"))
    piece = made(first + second + once + again + two.replace(' id="quiet"', "") + silent)
    assert [(pitch, onset // QUARTER) for onset, pitch in rows(piece, "onset", "pitch")] == [
        (60, 0), (64, 2), (67, 4), (67, 8), (67, 12), (67, 16), (67, 20)
    ]  # fmt: skip
    twice = made(first + measure(REST, number=2, attributes=under_sign()))
    assert rows(twice, "pitch") == [(60,), (64,), (60,), (64,)]
    assert [label.onset // QUARTER for label in twice.harmonies] == [0, 4]
    assert (len(twice.lyrics), twice.note_names) == (1, ((0, "first"),))
    assert [str(notice.message) for notice in twice.notices if notice.measure == "2"]
    assert read_bytes(twice.source.document, "written-out.musicxml") == twice


def test_a_left_hand_under_a_repeat_sign_leaves_the_right_hand_alone():
    low, back = "<staff>2</staff>", "<backup><duration>8</duration></backup>"
    attributes = ATTRIBUTES.replace("<clef>", "<staves>2</staves><clef>", 1)
    first = measure(note("E5", 8), back, note("C3", 4, low), note("G3", 4, low), attributes=attributes)
    second = measure(note("F5", 8), back, note("r", 8, low), number=2, attributes=under_sign(staff="2"))
    found = rows(made(first + second), "onset", "pitch", "staff")
    assert [row for row in found if row[0] >= 4 * QUARTER] == [
        (4 * QUARTER, 77, 1), (4 * QUARTER, 48, 2), (6 * QUARTER, 55, 2)
    ]  # fmt: skip


def test_a_repeat_sign_without_anything_to_repeat_is_refused_in_its_measure():
    beats = '<attributes><measure-style><beat-repeat type="start"/></measure-style></attributes>'
    for piece, said in (
        (measure(REST, attributes=ATTRIBUTES + under_sign()), "measure 1: a repeat sign without music"),
        (measure(note("C4", 4), beats, note("r", 4)), "measure 1: the beats under a repeat sign hold no notes"),
    ):
        with pytest.raises(MalformedScore, match=said):
            made(piece)
    assert len(made(measure(note("C4", 4), beats, note("C4", 4))).notes) == 2


def test_parts_out_of_step_are_mended_by_the_longest_and_said():
    piece = made(
        measure(note("C4", 6)) + measure(note("D4", 8), number=2, attributes=""),
        measure(note("E4", 8)) + measure(note("F4", 8), number=2, attributes=""),
    )
    assert rows(piece, "onset", "pitch") == [(0, 60), (0, 64), (4 * QUARTER, 62), (4 * QUARTER, 65)]
    assert [(notice.measure, notice.message) for notice in piece.notices] == [
        ("1", "the parts fill 3, 4 quarters: read as 4")
    ]


def test_rests_that_overfill_a_measure_do_not_stretch_it():
    piece = made(measure(note("C4", 8)), measure(note("r", 8), note("r", 8)))
    assert piece.measures[0].length == 4 * QUARTER
    assert len(piece.notices) == 1


def test_chord_symbols_numerals_and_figures_stand_at_their_moments():
    symbol = (
        '<harmony><root><root-step>F</root-step><root-alter>1</root-alter></root><kind text="m7b5">'
        "half-diminished</kind><bass><bass-step>A</bass-step></bass></harmony>"
    )
    numeral = (
        '<harmony><numeral><numeral-root text="V65/V">2</numeral-root><numeral-key><numeral-fifths>-2</numeral-fifths>'
        "<numeral-mode>minor</numeral-mode></numeral-key></numeral><kind>dominant</kind><inversion>1</inversion></harmony>"
    )
    plain = (
        "<harmony><numeral><numeral-root>2</numeral-root></numeral><kind>minor-seventh</kind>"
        "<inversion>1</inversion></harmony>"
    )
    figures = (
        "<figured-bass><figure><figure-number>4</figure-number></figure><duration>2</duration></figured-bass>"
        "<figured-bass><figure><prefix>sharp</prefix></figure></figured-bass>"
    )
    piece = made(measure(symbol, note("C4", 4), numeral, figures, note("D4", 4), plain))
    assert [(one.onset // QUARTER, one.kind, one.text, one.key) for one in piece.harmonies] == [
        (0, "chord_symbol", "F#m7b5/A", ""), (2, "numeral", "V65/V", "g"), (4, "numeral", "ii65", ""),
    ]  # fmt: skip
    assert [(one.onset // QUARTER, one.duration // QUARTER, one.figures) for one in piece.figures] == [
        (2, 1, ("4",)), (3, 1, ("#",)),
    ]  # fmt: skip


def test_an_error_says_the_measure_and_the_beat():
    bad = measure(note("C4", 2), note("H4", 2)) + measure(note("C4", 8), number=2, attributes="")
    with pytest.raises(MalformedScore, match=r"etude\.musicxml, measure 1, beat 2: the step of a note is `H`"):
        made(bad)


def test_a_corpus_name_is_found_without_its_suffix_and_without_its_composer():
    piece = read("bach/bwv66.6")
    assert piece == read("bwv66.6") == read("bach/bwv66.6.mxl") == read(piece)
    assert (piece.measures[-1].length, piece.end) == (3 * QUARTER, 36 * QUARTER)


def test_reading_musicxml_imports_neither_music21_nor_anything_slow():
    code = (
        "import sys; from musegen.score.files import read; read('bach/bwv66.6'); "
        "print([name for name in ('music21', 'verovio', 'networkx', 'sklearn', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_of_a_collection_of_tunes_the_first_is_read_and_that_is_said():
    tunes = b"".join(b"X:%d\nT:Tune %d\nL:1/4\nK:C\n%s|\n\n" % (n, n, n * b"C") for n in (1, 2, 3))
    first = read_bytes(tunes, "tunes.abc")
    assert len(first.notes) == 1
    assert [notice.message for notice in first.notices] == [
        "the collection holds 3 tunes: the first is read; write #2 after the file's name for the next"
    ]


def test_the_longest_honest_kern_files_have_time_enough(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    assert [len(read(name).notes) for name in ("palestrina/Gloria_83", "chopin/mazurka06-2")] == [2017, 789]
