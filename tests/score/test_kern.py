"""Kern: the same music as music21 reads where that is right, and what only hand-written fragments can show."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musegen.engraving.musicxml import write_musicxml
from musegen.errors import MalformedScore
from musegen.score.files import find, read, read_bytes
from musegen.score.kern import read_kern
from musegen.score.model import BASS, TREBLE, Clef, Metadata
from musegen.score.table import Flag
from tests.benchmarks.kern import by_music21, differences, kern_files

PIECES = (
    "bach/bwv277.krn", "bach/bwv281.krn", "bach/bwv366.krn", "chopin/mazurka06-2", "beethoven/opus18no1/movement3.krn",
    "palestrina/Agnus", "palestrina/Agnus_III_b", "palestrina/Benedictus_12", "palestrina/Credo_14",
    "palestrina/Gloria_29", "palestrina/Kyrie_56", "palestrina/Sanctus_80",
)  # fmt: skip


@pytest.mark.parametrize("name", PIECES)
def test_notes_measures_and_keys_are_those_of_music21(name):
    path = find(name)
    assert differences(read(path), by_music21(path)) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", kern_files(14), ids=lambda path: path.stem)
def test_a_sample_of_the_corpus_is_read_as_music21_reads_it(path):
    score = read(path)
    assert (differences(score, by_music21(path)), score.notices) == ([], ())


def kern(text):
    """The score of a fragment whose columns stand two spaces or more apart."""
    lines = [re.sub(" {2,}", "\t", line.strip()) for line in text.strip().splitlines()]
    return read_kern("\n".join(lines).encode(), "fragment.krn")


def heard(score, *columns):
    """Onset and duration of every note in quarters, and the columns asked for."""
    times = [(score.quarters(row["onset"]), score.quarters(row["duration"])) for row in score.notes.rows]
    return [
        (*map(str, time), *(int(row[name]) for name in columns))
        for time, row in zip(times, score.notes.rows, strict=True)
    ]


def test_long_notes_dots_triplets_and_fractions_of_a_whole_note_keep_their_exact_lengths():
    score = kern("**kern\n=1\n000c\n00c\n0.c\n2..c\n6c\n12c\n3%2c\n20c\n==\n*-")
    assert [length for _, length in heard(score)] == ["32", "16", "12", "7/2", "2/3", "1/3", "8/3", "1/5"]


def test_a_group_of_eleven_makes_the_ticks_finer():
    score = kern("**kern\n*M1/4\n=1\n" + "44c\n" * 11 + "=2\n4d\n==\n*-")
    assert score.ticks_per_quarter == 11 * 10_080
    assert [bar.length for bar in score.measures] == [score.ticks_per_quarter] * 2


def test_a_spine_that_splits_is_two_voices_of_one_staff_the_upper_at_the_left():
    score = kern("""
        **kern
        *M2/4
        =1
        4c
        *^
        4ee  8g
        .    8f
        *v  *v
        =2
        2c
        ==
        *-""")
    assert heard(score, "pitch", "voice") == [
        ("0", "1", 60, 1), ("1", "1", 76, 1), ("1", "1/2", 67, 2), ("3/2", "1/2", 65, 2), ("2", "2", 60, 1),
    ]  # fmt: skip
    assert len(score.parts) == 1


def test_a_voice_that_waits_enters_at_its_line_not_where_its_spine_split():
    score = kern("**kern\n*M3/4\n=1\n*^\n4a  .\n4b  4e\n4cc  4f\n*v  *v\n==\n*-")
    assert heard(score, "voice") == [("0", "1", 1), ("1", "1", 1), ("1", "1", 2), ("2", "1", 1), ("2", "1", 2)]


def test_spines_change_places_begin_and_end_on_the_way():
    score = kern("""
        **kern  **kern
        *M1/4  *M1/4
        =1  =1
        4C  4c
        *x  *x
        =2  =2
        4d  4D
        *  *+
        *  *  **kern
        =3  =3  =3
        4e  4E  4gg
        *-  *-  *-""")
    assert heard(score, "pitch", "part")[2:] == [
        ("1", "1", 62, 1), ("1", "1", 50, 2), ("2", "1", 79, 0), ("2", "1", 64, 1), ("2", "1", 52, 2),
    ]  # fmt: skip


def test_parts_stand_from_the_top_and_the_two_staves_of_a_piano_are_one():
    score = kern("""
        **kern   **kern   **kern
        *staff3  *staff2  *staff1
        *Ipiano  *Ipiano  *I"Flute I
        *clefF4  *clefG2  *I'Fl.
        *M1/4    *M1/4    *M1/4
        4C       4e 4g    4ccc
        *-       *-       *-""")
    flute, piano = score.parts
    assert (flute.name, flute.abbreviation, flute.clefs) == ("Flute I", "Fl.", (TREBLE,))
    assert (piano.name, piano.abbreviation, piano.clefs, piano.midi_program) == ("Piano", "Pno", (TREBLE, BASS), 1)
    assert heard(score, "pitch", "part", "staff", "voice") == [
        ("0", "1", 84, 0, 1, 1), ("0", "1", 67, 1, 1, 1), ("0", "1", 64, 1, 1, 1), ("0", "1", 48, 1, 2, 2),
    ]  # fmt: skip


def test_spines_of_one_part_and_staff_are_its_voices():
    score = kern("**kern  **kern\n*part1  *part1\n*staff1  *staff1\n4c  4g\n*-  *-")
    assert heard(score, "pitch", "part", "staff", "voice") == [("0", "1", 67, 0, 1, 1), ("0", "1", 60, 0, 1, 2)]


def test_grace_notes_ties_fermatas_and_hidden_notes_are_told_by_their_flags():
    score = kern("**kern\n*M2/4\n=1\n[4c\nddq\n4c_;\n=2\n4c]\n4eyy\n==\n*-")
    assert heard(score, "pitch", "flags") == [
        ("0", "1", 60, Flag.TIED_TO_NEXT), ("1", "0", 74, Flag.GRACE),
        ("1", "1", 60, Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS | Flag.FERMATA),
        ("2", "1", 60, Flag.TIED_FROM_PREVIOUS), ("3", "1", 64, Flag.HIDDEN),
    ]  # fmt: skip
    assert score.notes.sounding()["duration"].tolist() == [3 * 10_080, 10_080]


def test_a_pickup_is_measure_0_and_a_barline_without_number_splits_its_measure():
    score = kern("**kern\n*M3/4\n4g\n=1!|:\n2.c\n=2\n2d\n=:|!\n4e\n=3\n2.f\n==\n*-")
    assert [(bar.number, str(score.quarters(bar.length)), bar.is_pickup) for bar in score.measures] == [
        ("0", "1", True), ("1", "3", False), ("2", "2", False), ("2", "1", True), ("3", "3", False),
    ]  # fmt: skip
    assert [(bar.repeat_start, bar.repeat_end, bar.barline) for bar in score.measures] == [
        (False, False, ""), (True, False, ""), (False, True, ""), (False, False, ""), (False, False, "final"),
    ]  # fmt: skip
    assert str(score.place(score.measures[3].onset)) == "measure 2, beat 3"


def test_of_two_barlines_in_a_row_both_count_and_a_last_grace_note_stays():
    score = kern("**kern\n*M1/4\n=1\n4c\n=2!|:\n=\n4d\n=3\n=:|!\n4e\n==\ndq\n*-")
    assert [(bar.number, bar.repeat_start, bar.repeat_end) for bar in score.measures] == [
        ("1", False, False), ("2", True, True), ("3", False, False),
    ]  # fmt: skip
    assert heard(score, "measure_index", "flags")[-1] == ("3", "0", 2, Flag.GRACE)


def test_measures_without_any_number_are_counted():
    score = kern("**kern\n*M2/4\n4g\n=\n2c\n=\n2d\n=||\n*-")
    assert [(bar.number, bar.barline) for bar in score.measures] == [("0", ""), ("1", ""), ("2", "double")]


def test_sections_a1_and_a2_after_a_are_its_endings():
    score = kern("**kern\n*>[A,A1,A,A2,B]\n*>A\n=1\n1c\n=2\n*>A1\n1d\n=3:|!\n*>A2\n1e\n=4\n*>B\n1f\n==\n*-")
    assert [bar.ending for bar in score.measures] == ["", "1", "2", ""]


@pytest.mark.parametrize(
    ("told", "fifths", "mode"),
    [("*k[b-e-]\n*g:", -2, "minor"), ("*g:\n*k[b-e-]", -2, "minor"), ("*k[]\n*d:", 0, "minor"), ("*E-:", -3, "major"),
     ("*f#:", 3, "minor"), ("*k[f#]\n*G:mix", 1, ""), ("*k[f#]\n*G:\n*k[b-]", -1, ""), ("*", 0, "")],
)  # fmt: skip
def test_the_signature_is_the_printed_one_and_the_key_that_is_named_gives_its_mode(told, fifths, mode):
    assert tuple(kern(f"**kern\n{told}\n=1\n1c\n==\n*-").measures[0].key_signature) == (fifths, mode)


def test_a_meter_before_the_barline_holds_from_the_next_measure_on():
    score = kern("**kern\n*M3/4\n=1\n2.c\n*M2/4\n=2\n2d\n=3\n*M3/1\n0.e\n==\n*-")
    assert [str(bar.time_signature) for bar in score.measures] == ["3/4", "2/4", "3/1"]


def test_music_without_meter_has_measures_as_long_as_they_are():
    score = kern("**kern\n*M3/4\n=1\n2.c\n*MX\n=2\n1d\n4e\n=3\n*M4/3%2\n2f\n==\n*-")
    assert [str(bar.time_signature) for bar in score.measures] == ["3/4", "5/4", "2/4"]
    assert not any(bar.is_pickup for bar in score.measures)


def test_a_clarinet_in_b_flat_is_written_a_second_above_what_kern_holds():
    score = kern("**kern\n*ITrd1c2\n*Iclars\n*k[b-]\n*clefGv2\n*M1/4\n=1\n4f\n==\n*-")
    assert (score.parts[0].transpose, score.parts[0].clefs) == ((-1, -2), (Clef("G", 2, -1),))
    assert (score.notes["pitch"].tolist(), score.measures[0].key_signature.fifths) == ([65], -1)


def test_syllables_stand_under_the_notes_of_the_spine_at_their_left():
    score = kern("""
        **kern  **text  **text  **kern
        *M3/4   *       *       *M3/4
        4C      Ky-     A-      4c
        4D      -ri-    |       4d
        4E      -e      -men.   4e
        ==      ==      ==      ==
        *-      *-      *-      *-""")
    low = score.notes["id"][score.notes["part"] == 1].tolist()
    assert [(low.index(one.note), one.verse, one.text, one.syllabic) for one in score.lyrics] == [
        (0, "1", "Ky", "begin"), (0, "2", "A", "begin"), (1, "1", "ri", "middle"), (2, "1", "e", "end"),
        (2, "2", "men.", "end"),
    ]  # fmt: skip


def test_reference_records_are_the_title_page_wherever_they_stand():
    score = kern("""
        !!!COM: Dvo&rcaron;&aacute;k, Anton&iacute;n
        !!!OTL@EN: Laments
        !!!OTL@@CS: Dumky
        !!!ODT: 1890/11/-1891/2/12/
        **kern
        4c
        *-
        !!!OPC: Praha
        !!!AGN: trio
        !!!EED: A. Editor
        !!!YOR1: Simrock,
        !!!YOR2: 1894
        !!!YEC: Public domain""")
    assert score.metadata == Metadata(
        "Dumky", "Dvořák, Antonín", "", "Public domain", "1890-11/1891-02-12", "Praha", "trio", "A. Editor",
        "Simrock, 1894",
    )  # fmt: skip


def test_a_note_that_lasts_over_a_barline_is_written_as_tied_ones():
    score = kern("**kern  **kern\n*M2/4  *M2/4\n=1  =1\n2C  4c\n.  2d;\n=2  =2\n2D  .\n.  4e\n==  ==\n*-  *-")
    upper = [row for row in heard(score, "measure_index", "flags", "part") if row[-1] == 0]
    assert upper == [
        ("0", "1", 0, 0, 0), ("1", "1", 0, Flag.TIED_TO_NEXT, 0),
        ("2", "1", 1, Flag.TIED_FROM_PREVIOUS | Flag.FERMATA, 0), ("3", "1", 1, 0, 0),
    ]  # fmt: skip
    assert score.notices == ()


def test_parts_whose_durations_do_not_add_up_stay_in_step_and_that_is_said():
    score = kern("**kern  **kern\n*M2/4  *M2/4\n=1  =1\n4C  4c\n4D  8d\n=2  =2\n2E  2e\n==  ==\n*-  *-")
    assert [row[0] for row in heard(score)] == ["0", "0", "1", "1", "2", "2"]
    assert [(notice.measure, notice.message) for notice in score.notices] == [
        ("1", "the durations of the parts do not add up: read line by line")
    ]


def test_music_without_barlines_is_given_those_of_its_meter():
    score = kern("**kern\n*M3/4\n2c\n2d\n4e\n4f\n*-")
    assert [str(score.quarters(bar.length)) for bar in score.measures] == ["3", "3"]
    assert heard(score.__class__(score.notes.sounding(), score.measures, score.parts))[1] == ("2", "2")


def test_what_kern_does_not_know_is_passed_over():
    score = kern("""
        !!!!SEGMENT: x
        **recip  **kern        **dynam  **mxhm
        !        ! comment     !        !
        *M9      *Ixyzzy       *>[A]    *met(C)
        *tb4     *clefQ9       *MM120   *
        4        (4&c~^XTLkN)  p        C
        4        z             f        .
        .        {8d/J}        .        .
        *-       *-            *-       *-
        **kern
        4e
        *-""")
    assert heard(score, "pitch") == [("0", "1", 60), ("1", "1/2", 62)]
    assert [notice.message for notice in score.notices] == ["the file holds several scores: the first is read"]


def test_latin_letters_and_the_line_ends_of_all_systems_are_read():
    for end in ("\n", "\r\n", "\r"):
        score = read_bytes(end.join(("!!!COM: Fauré", "**kern", "4c", "*-")).encode("latin-1"), "x.krn")
        assert (score.metadata.composer, score.notes["pitch"].tolist()) == ("Fauré", [60])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**kern\n*M4/4\n=3\n2c\nd\n*-", "measure 3, beat 3: `d` has no duration"),
        ("**kern\n*M6/8\n=3\n4.c\n00000d\n*-", "measure 3, beat 4: `00000d` has a duration that no note can have"),
        ("**kern\n=3\n4c####\n*-", "measure 3, beat 1: `4c####` is no note"),
        ("**kern\n=3\n4ccccccccc\n*-", "measure 3, beat 1: `4ccccccccc` is no note"),
        ("**kern\n*M1/4\n=3\n4cccccccc\n*-", "measure 3, beat 1: the note C11 lies above G9"),
        ("**kern  **kern\n=7  =7\n4c  4e\n4d\n*-  *-", "measure 7, beat 2: line 4 has 1 spines where 2 run"),
        ("**kern\n=7\n*M0/4\n4c\n*-", "measure 7: `*M0/4` is no time signature"),
        ("**kern\n*x\n4c\n*-", "a spine changes places with none"),
        ("**kern\n4c\n", "1 spines never end"),
        ("  ".join(["**kern"] * 1001), "more than 1000 spines run at once"),
        ("4c\n**kern\n*-", "line 1 stands before the spines begin"),
        ("**kern\n4r\n*-", "the file holds no notes"),
        ("**kern\n=1\ncq\n*-", "no note has a duration"),
        ("**text\nla\n*-", "no **kern spine"),
        ("**kern\n=1\n" + "000c\n" * 200 + "*-", "measure 1: the measure is longer than 1024 whole notes"),
        ("**kern\n*M1/128\n" + "000c\n" * 400 + "*-", "longer than 200000 measures"),
        ("**kern\n" + "".join(f"{prime}c\n" for prime in (9973, 9967, 9949)) + "*-", "fit no common grid"),
    ],
)
def test_nonsense_is_refused_where_it_stands(text, said):
    with pytest.raises(MalformedScore, match=re.escape(said)):
        kern(text)


@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data):
    content = bytearray(find("chopin/mazurka06-2").read_bytes()[:3000] + b"*-\t*-\t*-\n")
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from(
                [b"", b"\t", b"\n", b"*^", b"*v", b"=", b"0", b"9%7", b"*+", b"*-", b"**kern", b"q", b"\xff"]
            )
        )
    try:
        score = read_kern(bytes(content))
    except MalformedScore:
        return
    assert (score.notes["duration"] >= 0).all()


@pytest.mark.parametrize("name", ["bach/bwv277.krn", "chopin/mazurka06-2", "palestrina/Agnus_III_b"])
def test_what_is_written_as_musicxml_comes_back(name):
    score = read(name)
    again = read_bytes(write_musicxml(score), "again.musicxml")
    columns = ["onset", "duration", "pitch", "fifths", "part", "staff", "voice", "measure_index", "flags"]
    assert sorted(again.notes.rows[columns].tolist()) == sorted(score.notes.rows[columns].tolist())
    assert (again.metadata, again.lyrics != ()) == (score.metadata, score.lyrics != ())
    assert [bar.number for bar in again.measures] == [bar.number for bar in score.measures]


def test_no_other_process_is_asked_and_nothing_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path))
    monkeypatch.setattr("musegen.score.foreign._worker", None)
    assert read("palestrina/Agnus").end == 45 * 8 * 10_080
    assert list(tmp_path.iterdir()) == []
