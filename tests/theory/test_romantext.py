"""RomanText: our reader on what analysts write, our writer against music21's parser."""

import warnings
from dataclasses import replace
from fractions import Fraction

import pytest

import musegen
from musegen.errors import MalformedScore, UsageError
from musegen.score.files import read_bytes
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.annotations.alignment import onsets_on, place_on
from musegen.theory.annotations.dcml.reading import read_dcml
from musegen.theory.annotations.dcml.writing import write_dcml
from musegen.theory.annotations.given import given_analysis
from musegen.theory.annotations.romantext.figures import normal_figure
from musegen.theory.annotations.romantext.reading import read_roman_text, strictly_read
from musegen.theory.annotations.romantext.writing import write_roman_text
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

GRIDS = {
    "6/8 with a pickup": "key: G major; meter: 6/8; unit: 1/8; pickup: 3\n"
    "S: d5 c5 b4 | a4 . . b4 c5 d5 | g4 . . . . .\nB: b3 a3 g3 | d3 . . g3 a3 f#3 | g3 . . . . .",
    "3/8": "meter: 3/8; unit: 1/8\nS: e5 d5 c5 | b4 . d5 | c5 . .\nB: c3 f3 a3 | g3 . g3 | c3 . .",
    "2/2": "meter: 2/2; unit: 1/4\nS: e5 d5 c5 b4 | c5 . . .\nB: c3 f3 a3 g3 | c3 . . .",
    "6/4": "meter: 6/4; unit: 1/4\nS: e5 d5 c5 b4 c5 d5 | c5 . . . . .\nB: c3 g3 a3 g3 e3 g3 | c3 . . . . .",
    "7/8": "meter: 7/8; unit: 1/8\nS: e5 d5 c5 b4 c5 d5 e5 | c5 . . . . . .\nB: c3 g3 a3 g3 e3 g3 g3 | c3 . . . . . .",
}


def spoken(readings):
    """Neighbours that say the same are one: music21 repeats a chord that is held over a barline."""
    return [
        now for before, now in zip([None, *readings], readings, strict=False) if before is None or now[1:] != before[1:]
    ]


def read_by_music21(text):
    from music21 import converter, roman

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stream = converter.parse(text, format="romanText", forceSource=True)
    return spoken(
        [
            (float(numeral.offset), numeral.key.tonicPitchNameWithCase, numeral.figure.replace("/o", "ø"))
            for numeral in stream.flatten().getElementsByClass(roman.RomanNumeral)
        ]
    )


@pytest.mark.parametrize("source", ["bach/bwv269", "bach/bwv66.6", "bach/bwv40.8", *GRIDS])
def test_music21_reads_the_same_onsets_keys_and_figures_from_what_we_write(source):
    score = parse_grid(GRIDS[source]) if source in GRIDS else musegen.read(source)
    analysis = analyse(score)
    expected = [(float(score.quarters(c.onset)), str(c.key), c.numeral.figure) for c in analysis.chords]
    assert read_by_music21(write_roman_text(analysis, score)) == spoken(expected)


def test_our_reader_reads_what_our_writer_wrote():
    score = musegen.read("bach/bwv66.6")
    analysis = analyse(score)
    document = read_roman_text(write_roman_text(analysis, score))
    assert [(c.key, c.figure) for c in document.chords] == [(c.key, c.numeral.figure) for c in analysis.chords]
    assert len(document.phrase_ends) == len(analysis.phrases)


def test_every_figure_of_the_human_analyses_in_music21_is_a_numeral():
    from musegen.score.files import corpus_folder

    folder = corpus_folder()
    read, faults = 0, []
    for path in sorted((folder / "bach" / "choraleAnalyses").glob("*.rntxt")):
        document = read_roman_text(path.read_text(encoding="utf-8", errors="replace"))
        faults += [(path.stem, fault.line, fault.word) for fault in document.faults]
        read += len([parse_numeral(chord.figure, minor=chord.key.minor) for chord in document.chords])
    assert faults == [("riemenschneider011", 39, "viiio4/3")], "a slip of the pen in a variant"
    assert read > 900


def test_a_pivot_keeps_both_readings():
    document = read_roman_text("Time Signature: 4/4\nm1 C: I b3 vi G: ii b4 V\nm2 I")
    assert [(str(c.key), c.figure, c.pivot) for c in document.chords][1:3] == [("C", "vi", "G: ii"), ("G", "V", "")]


def test_variants_stand_apart_and_notes_are_passed_over():
    document = read_roman_text("Note: a fine piece\nm1 C: I\nm1var1 vi\nm2 V || b3 I")
    assert [chord.figure for chord in document.chords] == ["I", "V", "I"]
    assert [(chord.measure, chord.figure) for chord in document.variants] == [(1, "vi")]
    assert document.phrase_ends == ((2, 2),)


def test_copied_measures_repeat_their_chords():
    document = read_roman_text("m1 C: I b3 V\nm2 I\nm3-4 = m1-2\nm5 vi")
    assert [(chord.measure, chord.figure) for chord in document.chords[3:]] == [(3, "I"), (3, "V"), (4, "I"), (5, "vi")]


@pytest.mark.parametrize("text", ["m1 I", "m2 C: I\nm1 V", "m2 C: I\nm6 V\nm1 = m2", "m1 C: I\nm1-0 = m1"])
def test_what_cannot_be_placed_is_an_error_with_its_measure(text):
    with pytest.raises(MalformedScore) as caught:
        read_roman_text(text)
    assert caught.value.measure == "1"


@pytest.mark.parametrize(
    ("written", "minor", "read"),
    [
        ("vii/o6/5", False, "viiø65"), ("V2/IV", False, "V42/IV"), ("#viio7", True, "viio7"), ("bVII6", True, "VII6"),
        ("IVmaj7", False, "IV7"), ("I[no3]", False, "I"), ("bII6", True, "N6"), ("Ger6/5", True, "Ger65"),
        ("Cad64/V", False, "Cad64/V"), ("IVM7", False, "IV7"), ("V2/N", True, "V42/bII"), ("Ib7", False, "I7[b7]"),
        ("bII", True, "bII"), ("-VI", False, "bVI"), ("Ger4/3", False, "Ger43"), ("V7b9", False, "V9[b9]"),
        ("bvi", True, "i/VI"), ("#VI", True, "I/vi"), ("I54", False, "I"), ("I6+", False, "I+6"),
    ],
)  # fmt: skip
def test_spellings_of_analysts_become_one(written, minor, read):
    assert normal_figure(written, minor=minor) == read


SLIPS = {
    "Title: x\nm1 C: I b3 Vi": (2, "Vi"),
    "m1 C: I\nm 2 V": (2, "m 2 V"),
    "m1 C: I b3 V b2 IV": (1, "b2"),
    "m1 C: I\nm2-4 = m1-2": (2, "m2-4"),
    "Time Signature: 4/5\nm1 C: I": (1, "4/5"),
    "m1 C: I b3 V/V/V/V/V": (1, "V/V/V/V/V"),
}


@pytest.mark.parametrize("text", SLIPS)
def test_a_slip_of_the_pen_is_named_with_its_line_and_the_rest_is_read(text):
    document = read_roman_text(text)
    assert [(fault.line, fault.word) for fault in document.faults] == [SLIPS[text]]
    assert document.chords[0].figure == "I"
    with pytest.raises(MalformedScore, match=r"mine\.rntxt, measure \d+: line"):
        strictly_read(text, "mine.rntxt")


def test_time_signatures_signs_and_doubts_as_analysts_write_them():
    document = read_roman_text("Time signature: Cut\nm1 ?(G: C: I\nm2 ( V ) b3 I\n||\nm3 I :||")
    assert document.faults == ()
    assert document.meters[0][1] == (2, 2)
    assert [chord.figure for chord in document.chords] == ["I", "V", "I", "I"]
    assert document.phrase_ends == ((2, 3), (3, 4))


@pytest.mark.parametrize("word", ["Cadenza", "Cadence/V"])
def test_a_word_is_no_cadential_chord(word):
    with pytest.raises(UsageError):
        parse_numeral(word, minor=False)


def test_a_figure_that_is_none_says_so():
    with pytest.raises(UsageError):
        normal_figure("Q7", minor=False)


def score_of(*measures):
    """Three voices in 4/4, a chord a note; a measure is its notes' lengths in quarters."""
    clock = "<divisions>12</divisions><time><beats>4</beats><beat-type>4</beat-type></time>"
    parts = []
    for number, (octave, steps) in enumerate(((5, "ED"), (4, "GG"), (3, "CG")), start=1):
        body = ""
        for index, lengths in enumerate(measures, start=1):
            notes = (
                f"<note><pitch><step>{steps[place % 2]}</step><octave>{octave}</octave></pitch>"
                f"<duration>{int(length * 12)}</duration></note>"
                for place, length in enumerate(lengths)
            )
            head = f"<attributes>{clock}</attributes>" if index == 1 else ""
            body += f'<measure number="{index}">{head}{"".join(notes)}</measure>'
        parts.append(f'<part id="P{number}">{body}</part>')
    names = "".join(f'<score-part id="P{n}"><part-name>{n}</part-name></score-part>' for n in (1, 2, 3))
    document = f"<score-partwise><part-list>{names}</part-list>{''.join(parts)}</score-partwise>"
    return read_bytes(document.encode(), "odd.musicxml")


THIRD = Fraction(1, 3)
ODD_MEASURES = {
    "the last one overfull": ([1] * 4, [1] * 5),
    "overfull by less than a beat": ([1] * 4, [1] * 4 + [THIRD * 2, THIRD], [1] * 4),
    "overfull by an eighth": ([1] * 4, [1] * 4 + [0.5], [1] * 4),
    "a cadenza": ([1] * 4, [1] * 120, [1] * 4),
}


@pytest.mark.parametrize("name", ODD_MEASURES)
def test_an_overfull_measure_has_the_beats_that_it_lasts(name):
    score = score_of(*ODD_MEASURES[name])
    analysis = analyse(score, engine="classical")
    expected = [(float(score.quarters(c.onset)), str(c.key), c.numeral.figure) for c in analysis.chords]
    text = write_roman_text(analysis, score)
    assert read_by_music21(text) == spoken(expected)
    assert strictly_read(text).chords


def test_a_measure_that_no_time_signature_measures_says_so():
    score = score_of([1] * 4, [1, 1, THIRD * 2], [1] * 4)
    analysis = analyse(score, engine="classical")
    text = write_roman_text(analysis, score)
    assert "Note: measure 2 lasts 8/3 quarters, which no time signature says: what follows stands 1/3 late" in text
    assert [(c.onset, c.numeral.figure) for c in place_on(strictly_read(text), score)] == [
        (c.onset, c.numeral.figure) for c in analysis.chords
    ]


@pytest.mark.parametrize(("tonic", "name"), [(-17, "Db"), (-15, "Fbb"), (19, "B##"), (20, "Ab")])
def test_a_key_of_more_than_two_accidentals_is_written_as_it_sounds(tonic, name):
    score = parse_grid("meter: 2/4\nS: e5 d5 | c5 .\nH: I V | I .")
    given = given_analysis(score)
    chords = tuple(chord._replace(key=Key(tonic)) for chord in given.chords)
    analysis = replace(given, key=Key(tonic), chords=chords)
    text = write_roman_text(analysis, score)
    assert {str(chord.key) for chord in strictly_read(text).chords} == {str(Key.parse(name))}
    assert (f"is written {name}" in text) == (Key.parse(name).tonic != tonic)
    assert read_dcml(write_dcml(analysis, score))[0].home == Key.parse(name)


@pytest.mark.parametrize("part", ["3/16", "13/32", "5/24", "31/48", "1/3", "5/6", "2/5", "1/32"])
def test_a_chord_inside_a_beat_comes_back_where_it_was(part):
    score = parse_grid("meter: 2/4\nS: e5 d5 | c5 .\nH: I V | I .")
    given = given_analysis(score)
    onset = score.ticks(Fraction(part))
    inside = replace(given, chords=(given.chords[0], given.chords[1]._replace(onset=onset), given.chords[2]))
    (_, chord, _) = strictly_read(write_roman_text(inside, score)).chords
    assert abs(chord.beat - 1 - Fraction(part)) < Fraction(1, 10_000)


def test_an_upbeat_in_the_middle_belongs_to_the_measure_before_it():
    piece = musegen.read("chopin/mazurka06-2")
    assert [measure.number for measure in piece.measures[7:10]] == ["8", "8", "9"]
    found = analyse(piece)
    document = read_roman_text(write_roman_text(found, piece))
    assert onsets_on(document, piece) == [chord.onset for chord in found.chords]
