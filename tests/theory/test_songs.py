"""Lead sheets read by their chord symbols, as a jazz teacher would read them."""

from dataclasses import replace

import pytest

import musegen
from musegen.errors import MalformedScore
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.reports import as_text
from musegen.theory.songs.chart import chart
from musegen.theory.songs.jazz_numerals import jazz_figure
from musegen.theory.songs.reading import stated_by_symbols
from musegen.theory.songs.telling import chromatic_chords, song_patterns
from musegen.theory.songs.tensions import melody_uses

ALL_THE_THINGS = "Fm7 Bbm7 Eb7 Abmaj7 Dbmaj7 G7 Cmaj7 Cmaj7 Cm7 Fm7 Bb7 Ebmaj7 Abmaj7 D7 Gmaj7 Gmaj7"


def sheet(chords, key="C major", tune="c5"):
    """A measure of 4/4 a word; `Gm7_C7` are two chords in one."""
    bars = [word.split("_") for word in chords.split()]
    melody = " | ".join(f"{tune} . . ." for _ in bars)
    cells = " | ".join(" . ".join(bar) + " ." if len(bar) == 2 else f"{bar[0]} . . ." for bar in bars)
    return parse_grid(f"key: {key}; meter: 4/4\nS: {melody}\nC: {cells}")


def played(score):
    """The numerals as players write them."""
    return " ".join(jazz_figure(chord.numeral) for chord in analyse(score).chords)


@pytest.mark.parametrize(
    ("chords", "numerals"),
    [
        ("Dm7 G7 Cmaj7", "ii7 V7 Imaj7"),
        ("C6 A7 Dm9 G13 C6", "I6 V7/ii ii9 V13 I6"),
        ("Dm7 Db7 Cmaj7", "ii7 bII7 Imaj7"),
        ("Fm7 Bb7 Cmaj7", "iv7 bVII7 Imaj7"),
        ("C Gm7 C7 F Fm6 C", "I ii7/IV V7/IV IV iv6 I"),
        ("C C/E F G7sus4 G7 C", "I I/3 IV V7sus4 V7 I"),
        ("C Dm7/G C", "I ii7/5 I"),
        ("C C#dim7 Dm7 D#dim7 Em7 G7 C", "I viio7/ii ii7 viio7/iii iii7 V7 I"),
        ("C E7addb9 Am D7 G7alterb5 C", "I V7(b9)/vi vi V7/V V7(b5) I"),
    ],
)
def test_chords_are_named_by_what_they_do(chords, numerals):
    assert played(sheet(chords)) == numerals


def test_a_pedal_is_no_chord_of_its_own_and_the_chord_before_it_goes_on():
    score = replace(sheet("C F G7 C"), harmonies=())
    quarter = score.ticks_per_quarter
    said = ((0, "C"), (4, "F"), (6, "Gpedal"), (8, "G7"), (12, "C"))
    score = replace(score, harmonies=tuple(HarmonyLabel(at * quarter, "chord_symbol", text) for at, text in said))
    assert [(chord.numeral.figure, chord.duration // quarter) for chord in analyse(score).chords] == [
        ("I", 4), ("IV", 4), ("V7", 4), ("I", 4)
    ]  # fmt: skip


def test_sevenths_that_come_to_rest_are_blue_and_the_twelve_bars_are_heard():
    blues = sheet("C7 F7 C7 C7 F7 F7 C7 A7 Dm7 G7 C7 G7 C7 F7 C7 C7 F7 F7 C7 C7 G7 F7 C7 C7")
    found = analyse(blues)
    assert str(found.key) == "C"
    assert {chord.numeral.figure for chord in found.chords} >= {"I7[b7]", "IV7[b7]", "V7"}
    assert next(row for row in song_patterns(blues, found) if "blues" in row.kind).measures == ("1", "13")


def test_the_keys_of_all_the_things_you_are():
    keys = analyse(sheet(ALL_THE_THINGS, "Ab major", "g4")).keys
    assert [str(span.key) for span in keys] == ["A-", "C", "E-", "G"]


def test_two_symbols_over_one_note_share_its_time():
    score = sheet("C C")
    both = (HarmonyLabel(0, "chord_symbol", "Dm7"), HarmonyLabel(0, "chord_symbol", "G7"), score.harmonies[1])
    chords = analyse(replace(score, harmonies=both)).chords
    assert [str(chord.beat) for chord in chords] == ["1", "3", "1"]


@pytest.mark.parametrize(
    ("chords", "kind", "key"),
    [
        ("Dm7 G7 Cmaj7", "ii-V-I", "C"),
        ("C Bm7b5 E7 Am C", "minor ii-V-i", "a"),
        ("Dm7 Db7 Cmaj7", "ii-subV-I", "C"),
        ("C Fm7 Bb7 C", "backdoor", "C"),
        ("Em7 A7 Dm7 G7 C", "ii-V chain", "C"),
        ("C E7 A7 D7 G7 C", "chain of dominants", "C"),
        ("C G Am F C", "I-V-vi-IV", "C"),
        ("C Am F G C", "I-vi-IV-V (doo-wop)", "C"),
        ("C G Am Em F C F G C", "I-V-vi-iii-IV-I-IV-V (Pachelbel)", "C"),
        ("C C+ C6 C7 F G7 C", "line cliché", "C"),
    ],
)
def test_patterns_of_song(chords, kind, key):
    score = sheet(chords)
    assert (kind, key) in {(row.kind, str(row.key)) for row in song_patterns(score, analyse(score))}


def test_the_andalusian_cadence_and_no_dorian_vamp_as_a_two_five():
    score = sheet("Am G F E7 Am G F E7 Am", "A minor", "a4")
    assert "i-bVII-bVI-V (Andalusian)" in {row.kind for row in song_patterns(score, analyse(score))}
    vamp = sheet("Am7 D9 Am7 D9 Am7 E7 Am7", "A minor", "a4")
    assert "ii-V" not in {row.kind for row in song_patterns(vamp, analyse(vamp))}


def test_substitutes_and_borrowed_chords_have_their_names_and_functions():
    score = sheet("Dm7 Db7 C Fm C Bb7 C")
    found = analyse(score)
    assert [chord.function for chord in found.chords] == ["PD", "D", "T", "PD", "T", "D", "T"]
    named = [(row.kind, row.figure) for row in chromatic_chords(score, found)]
    assert named == [("substitute dominant", "subV7"), ("borrowed", "iv"), ("backdoor dominant", "bVII7")]


def test_a_held_ninth_is_a_tension_and_a_passing_fourth_is_none():
    score = parse_grid("key: C major; meter: 4/4\nS: d5 . . . | e5 f5 g5 . | e5 . . .\nC: C . . . | C . . . | C . . .")
    found = analyse(score)
    assert [tone.kind for tone in found.non_chord_tones] == ["passing"]
    uses = {row.what: row.share for row in melody_uses(score, found)}
    assert uses == {"chord tone": pytest.approx(7 / 12, abs=0.001), "9": pytest.approx(1 / 3, abs=0.001),
                    "other": pytest.approx(1 / 12, abs=0.001)}  # fmt: skip


def test_the_report_says_that_the_symbols_are_the_chords():
    score = sheet("Dm7 G7 C C")
    told = as_text(analyse(score), score)
    assert "Key: C major (chords as the chord symbols state)" in told
    assert "  1 | Dm7    | G7 | C | %\n    | C: ii7 | V7 | I |" in told


def test_a_score_without_symbols_is_read_by_its_notes():
    assert not analyse(parse_grid("S: e5 d5 c5 .\nA: c5 b4 g4 .\nT: g4 f4 e4 .\nB: c4 g3 c4 .")).symbols


def test_a_symbol_that_is_none_is_an_error_with_its_place():
    score = sheet("C G7")
    bad = (*score.harmonies[:1], HarmonyLabel(score.harmonies[1].onset, "chord_symbol", "Hmoll"))
    with pytest.raises(MalformedScore, match="measure 2, beat 1: `Hmoll` is not a chord symbol"):
        analyse(replace(score, harmonies=bad))


def test_a_check_goes_on_where_a_symbol_names_no_chord():
    score = sheet("C G7")
    odd = (*score.harmonies[:1], HarmonyLabel(score.harmonies[1].onset, "chord_symbol", "Ctristan"))
    report = musegen.check(replace(score, harmonies=odd))
    assert any("chord symbols were not used" in notice for notice in report.notices)


def test_a_chart_has_no_chord_before_the_first_and_goes_on_with_it_afterwards():
    sheet = parse_grid("key: C major; meter: 2/4\nS: g4 e4 | c5 . | b4 .\nC: . . | C . | . .")
    assert chart(stated_by_symbols(sheet), sheet)[0] == "  1 | N.C. | C    | %"
