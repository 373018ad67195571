"""Every figure that musegen writes has its chord's own notes when music21 reads it, in both of its minor readings."""

from contextlib import suppress

import pytest

import musegen
from musegen.errors import MalformedScore
from musegen.score.files import corpus_folder
from musegen.score.pitch import fifths_name
from musegen.theory.analyse import analyse
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.keys import EXERCISE_KEYS, Key
from musegen.theory.naming import named_chord
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import numerals

OTHERS = (
    "mozart/k545/movement1_exposition", "mozart/k155/movement2", "mozart/k458/movement3", "haydn/opus74no1/movement2",
    "haydn/opus1no1/movement3", "chopin/mazurka06-2", "schumann_clara/polonaise_op1n1",
    "schumann_clara/polonaise_op1n3",
    "cpebach/h186", "joplin/maple_leaf_rag", "bach/bwv846", "handel/rinaldo/Lascia_chio_pianga", "schubert/Lindenbaum",
    "beethoven/opus18no1/movement2", "corelli/opus3no1/1grave", "schumann_robert/opus41no1/movement2",
)  # fmt: skip


def reread(figure, key):
    """(note names, bass) under QUALITY and under CAUTIONARY."""
    from music21 import key as keys
    from music21 import roman

    found = set()
    for reading in (roman.Minor67Default.QUALITY, roman.Minor67Default.CAUTIONARY):
        numeral = roman.RomanNumeral(
            figure.replace("ø", "/o"), keys.Key(str(key)), sixthMinor=reading, seventhMinor=reading
        )
        found.add((frozenset(pitch.name for pitch in numeral.pitches), numeral.bass().name))
    return found


def ours(numeral, key):
    return frozenset(fifths_name(tone) for tone in numeral.tones(key)), fifths_name(key.tonic + numeral.bass)


def misread(chords):
    """The (key, figure) pairs that music21 reads otherwise."""
    return [
        f"{key}: {numeral.figure}"
        for key, numeral in dict.fromkeys(chords)
        if reread(numeral.figure, key) != {ours(numeral, key)}
    ]


@pytest.mark.parametrize("name", ["C", "a", *(pytest.param(name, marks=pytest.mark.slow) for name in EXERCISE_KEYS)])
def test_the_whole_vocabulary_is_read_again_as_it_was_meant(name):
    key = Key.parse(name)
    assert misread((key, numeral) for numeral in numerals(key.minor)) == []


@pytest.mark.parametrize(
    ("members", "figure"),
    [
        ((1, 0, 2, -1), "V7[no3][add4]"), ((0, 4, 1, 3), "I[add6]"), ((1, 5, 2, -1, 3), "V7[add9]"),
        ((0, 2, 1), "I[no3][add2]"),
        ((2, -1, 3, 0), "ii7"), ((1, 5, -5, -1), "V7[b5]"), ((0, 4, 1, 2), "I[add9]"), ((2, 6, 3, 0), "V7/V"),
    ],
)  # fmt: skip
def test_omitted_and_added_notes_are_declared_in_brackets_that_music21_reads(members, figure):
    key = Key.parse("C")
    chord = named_chord(members, members[0], key)
    assert chord is not None
    assert chord.figure == figure
    assert misread([(key, chord)]) == []


@pytest.mark.parametrize(("name", "figures"), [("C", "I9 ii9 iii9 IV9 V9 vi9 viiø9"), ("a", "i9 III9 iv9 V9 VI9 VII9")])
def test_a_ninth_is_the_one_of_the_scale_minor_over_the_dominant_and_major_over_a_minor_tonic(name, figures):
    key = Key.parse(name)
    assert misread((key, parse_numeral(figure, minor=key.minor)) for figure in figures.split()) == []


@pytest.mark.slow
def test_every_chord_of_sixty_pieces_and_more_is_read_again_as_it_was_meant():
    chorales = sorted(path.name.split(".mxl")[0] for path in (corpus_folder() / "bach").glob("bwv*.mxl"))[::7]
    pieces = [*(f"bach/{name}" for name in chorales), *OTHERS]
    assert len(pieces) > 60
    chords = []
    for name in pieces:
        score = musegen.read(name)
        chords += [(chord.key, chord.numeral) for chord in analyse(score).chords]
    assert len(set(chords)) > 700
    assert misread(chords) == []


@pytest.mark.slow
def test_every_chord_that_the_network_hears_is_read_again_as_it_was_meant():
    chords = [
        (chord.key, chord.numeral)
        for name in OTHERS[:8]
        for chord in analyse(musegen.read(name), engine="neural").chords
    ]
    assert misread(chords) == []


@pytest.mark.slow
def test_every_figure_of_human_analysts_is_read_again_as_we_understood_it():
    chords = []
    for path in sorted(corpus_folder().rglob("*.rntxt")):
        with suppress(MalformedScore):  # misprints, told in test_analyse
            document = read_roman_text(path.read_text(encoding="utf-8", errors="replace"))
            chords += [(chord.key, parse_numeral(chord.figure, minor=chord.key.minor)) for chord in document.chords]
    assert len(set(chords)) > 600
    assert misread(chords) == []
