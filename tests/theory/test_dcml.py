"""DCML harmony tables: labels against the standard's own features, tables against scores, ours against music21."""

import csv
import io
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

import musegen
from musegen.errors import MalformedScore, UsageError
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.annotations.dcml.chords import dcml_of, numeral_of
from musegen.theory.annotations.dcml.labels import Label, key_numeral, key_of, parse_label
from musegen.theory.annotations.dcml.placing import dcml_analysis
from musegen.theory.annotations.dcml.reading import read_dcml
from musegen.theory.annotations.dcml.writing import write_dcml
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import figures

PHRASE = "meter: 2/4\nS: e5 d5 | c5 .\nA: g4 f4 | e4 .\nT: c4 b3 | g3 .\nB: c3 g3 | c3 ."
HEAD = "mc\tmn\tmc_onset\tmn_onset\tlabel\tglobalkey\tlocalkey\tchord\tchord_tones\troot\n"

STANDARD = [  # label, local key is minor, bass and upper tones as DCML's corpora state them, our figure
    ("I", False, "0, 4, 1", "I"),
    ("V43", False, "2, -1, 1, 5", "V43"),
    ("IM2", False, "5, 0, 4, 1", "I42"),
    ("viio64", False, "-1, 5, 2", "viio64"),
    ("#viio64/ii", False, "1, 7, 4", "viio64/ii"),
    ("IV6/IV", False, "2, -1, -2", "IV6/IV"),
    ("V65/IV", False, "4, 1, -2, 0", "V65/IV"),
    ("viio43", False, "-1, -4, 5, 2", "viio43"),
    ("viio7/V", True, "6, 3, 0, -3", "viio7/V"),
    ("#viio43", True, "-1, -4, 5, 2", "viio43"),
    ("Ger6", True, "-4, 0, -3, 6", "Ger65"),
    ("bII6", True, "-1, -4, -5", "N6"),
    ("#viio6/iv", True, "1, -2, 4", "viio6/iv"),
    ("ii%65", True, "-1, -4, 0, 2", "iiø65"),
    ("vi", True, "-4, -7, -3", "i/VI"),
    ("#vio65", True, "0, -3, -6, 3", "vio65"),
    ("VI6", True, "0, -3, -4", "VI6"),
]


@pytest.mark.parametrize(("text", "minor", "tones", "ours"), STANDARD)
def test_a_label_has_the_tones_that_the_corpora_state(text, minor, tones, ours):
    chord = numeral_of(parse_label(text), minor=minor)
    assert chord.figure == ours
    stated = [int(tone) for tone in tones.split(",")]
    assert (chord.bass, set(chord.members)) == (stated[0], set(stated))


@pytest.mark.parametrize("text", ["V(64)", "V(#764)", "V7(64)"])
def test_a_six_four_over_the_dominant_is_cadential(text):
    assert numeral_of(parse_label(text), minor=True).figure == "Cad64"


@given(st.booleans().flatmap(lambda minor: st.tuples(st.just(minor), st.sampled_from(figures(minor)))))
def test_every_figure_of_the_vocabulary_survives_the_standard(drawn):
    minor, figure = drawn
    chord = dcml_of(parse_numeral(figure, minor=minor))
    label = Label(*("", "", chord.pedal, chord.numeral, chord.form, chord.figbass, chord.changes, chord.relativeroot))
    assert numeral_of(parse_label(str(label)), minor=minor).figure == figure


@pytest.mark.parametrize("figure", "V9 V7[no3][add4] I[add6] V7[b5] I7[b7] Fr7 It64 Ger43/V V7/bII bII iiø7".split())
def test_rarer_chords_survive_it_too(figure):
    label = str(
        Label(**{k: v for k, v in dcml_of(parse_numeral(figure, minor=False))._asdict().items() if k != "pedal"})
    )
    assert numeral_of(parse_label(label), minor=False).figure == figure


@given(st.integers(-6, 6), st.booleans(), st.integers(-7, 7), st.booleans())
def test_a_local_key_is_a_numeral_of_the_global_one(tonic, minor, distance, other_minor):
    home, key = Key(tonic, minor), Key(tonic + distance, other_minor)
    assert key_of(key_numeral(key, home), home) == key


@pytest.mark.parametrize("text", ["", "H", "V/V7", "V75", "I{{", "V|XAC", "viio7(", "V" * 80, "C..I"])
def test_what_is_against_the_standard_is_refused(text):
    with pytest.raises(UsageError):
        parse_label(text)


@pytest.mark.parametrize("source", ["bach/bwv269", "bach/bwv66.6", "bach/bwv40.8"])
def test_an_analysis_comes_back_from_its_table(source):
    score = musegen.read(source)
    analysis = analyse(score)
    found = dcml_analysis(read_dcml(write_dcml(analysis, score)), score).analysis

    def said(one):
        return [(chord.onset, chord.duration, chord.key, chord.numeral.figure) for chord in one.chords]

    assert said(found) == said(analysis)
    assert found.key == analysis.key
    assert [(c.onset, c.kind) for c in found.cadences] == [(c.onset, c.kind) for c in analysis.cadences]
    assert [phrase.onset for phrase in found.phrases] == [phrase.onset for phrase in analysis.phrases]


def test_a_pickup_counts_back_from_its_barline():
    score = parse_grid("meter: 3/4; pickup: 1\nS: g4 | c5 . .\nB: g3 | c3 . .")
    rows = list(csv.DictReader(io.StringIO(write_dcml(analyse(score), score)), delimiter="\t"))
    assert [(rows[0][name]) for name in ("mc", "mn", "mc_onset", "mn_onset")] == ["1", "0", "0", "1/2"]


@pytest.mark.slow
def test_music21_reads_our_table_as_we_meant_it(tmp_path):
    from music21.romanText import tsvConverter

    score = musegen.read("bach/bwv269")
    analysis = analyse(score)
    path = tmp_path / "ours.tsv"
    path.write_text(write_dcml(analysis, score), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stream = tsvConverter.TsvHandler(str(path), dcml_version=2).toM21Stream()
    theirs = [
        (numeral.key.tonicPitchNameWithCase, {pitch.name for pitch in numeral.pitches}, numeral.bass().name)
        for numeral in stream.recurse().getElementsByClass("RomanNumeral")
    ]
    from musegen.score.pitch import fifths_name

    ours = [
        (str(c.key), {fifths_name(t) for t in c.numeral.tones(c.key)}, fifths_name(c.key.tonic + c.numeral.bass))
        for c in analysis.chords
    ]
    assert theirs == ours


def test_silence_ends_a_chord_and_a_phrase_may_begin_alone():
    score = parse_grid("meter: 4/4\nS: e5 d5 c5 r\nA: g4 f4 e4 r\nB: c3 g3 c3 r")
    text = "mn\tmn_onset\tlabel\n1\t0\tC.I{\n1\t1/4\tV7\n1\t1/2\tI|PAC}\n1\t3/4\t@none\n1\t7/8\t{\n"
    found = dcml_analysis(read_dcml(text), score).analysis
    assert [(c.numeral.figure, c.duration // 10080) for c in found.chords] == [("I", 1), ("V7", 1), ("I", 1)]
    assert [(p.onset // 10080, p.end // 10080) for p in found.phrases] == [(0, 3), (3, 4)]


def test_second_endings_have_the_number_of_the_first():
    rows = read_dcml("mc\tmn\tmn_onset\tvolta\tlabel\n1\t1\t0\t\tC.I\n2\t2\t0\t1\tV\n3\t2\t0\t2\tI\n")
    assert [row.volta for row in rows] == [0, 1, 2]


CONTRADICTIONS = {
    "1\t1\t0\t0\tI\t\t\tI\t\t\n": (2, "label"),  # no global key
    "1\t1\t0\t0\tC.I\tG\tI\tI\t\t\n": (2, "globalkey"),
    "1\t1\t0\t0\tC.V.I\tC\tI\tI\t\t\n": (2, "localkey"),
    "1\t1\t0\t0\tC.I6\tC\tI\tI\t\t\n": (2, "chord"),
    "1\t1\t0\t0\tC.I6\tC\tI\tI6\t0, 4, 1\t0\n": (2, "chord_tones"),
    "1\t1\t0\t0\tC.V\tC\tI\tV\t1, 5, 2\t0\n": (2, "root"),
    "1\t1\t0\tx\tC.I\tC\tI\tI\t\t\n": (2, "mn_onset"),
    "1a\t1\t0\t0\tC.I\tC\tI\tI\t\t\n": (2, "mc"),
    "1\tone\t0\t0\tC.I\tC\tI\tI\t\t\n": (2, "mn"),
    "2\t2\t0\t0\tC.I\tC\tI\tI\t\t\n1\t1\t0\t0\tV\tC\tI\tV\t\t\n": (3, "mc"),
    "1\t1\t0\t0\tC.I\n": (2, "5 cells under 10 names"),
}


@pytest.mark.parametrize("rows", CONTRADICTIONS)
def test_a_table_that_contradicts_itself_is_refused_with_row_and_column(rows):
    line, column = CONTRADICTIONS[rows]
    with pytest.raises(MalformedScore, match=rf"mine\.tsv.*row {line}.*{column}"):
        read_dcml(HEAD + rows, "mine.tsv")


@given(st.text(alphabet="CcIiVv.b#/()64o%|{}[]\t\n-+@", max_size=60))
def test_no_table_whatever_makes_a_traceback(text):
    for table in (text, f"mn\tmn_onset\tlabel\n1\t0\t{text}\n"):
        try:
            read_dcml(table)
        except MalformedScore:
            continue
