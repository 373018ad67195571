"""Rules about parts, instruments and chord symbols where real scores are untidier than fragments."""

from dataclasses import replace

import pytest

from musegen.rules.catalogue import places_of
from musegen.rules.engine import check
from musegen.rules.instruments import instrument_table, player_of
from musegen.rules.packs import Pack, load_pack
from musegen.score.files import read
from musegen.score.model import Part, Source
from musegen.score.textgrid import parse_grid
from musegen.score.voices import assign_voices


def _only(pack: str, rule: str) -> Pack:
    return Pack(pack, "", (load_pack(pack).rule(rule),))


def test_every_instrument_is_at_ease_inside_its_range_and_found_by_its_own_name() -> None:
    for item in instrument_table():
        assert item.hard[0] <= item.easy[0] < item.easy[1] <= item.hard[1], item.name
        player = player_of(Part("P1", item.name))
        assert player is not None
        assert player.instrument == item


@pytest.mark.parametrize(
    ("name", "program", "instrument", "several"),
    [
        ("Flauto I", 0, "Flute", False),
        ("2 Oboen", 0, "Oboe", True),
        ("Hörner", 0, "Horn in F", True),
        ("Soprano\nAlto", 0, "Soprano and Alto", True),
        ("Oboe d'amore", 0, "Oboe d'amore", False),
        ("Bass", 44, "Double Bass", False),
        ("Tenor", 67, "Tenor Saxophone", False),
        ("Tenor", 1, "Tenor", False),
        ("Staff 3", 58, "Trombone", False),
    ],
)
def test_a_part_tells_its_instrument(name: str, program: int, instrument: str, several: bool) -> None:
    player = player_of(Part("P1", name, midi_program=program))
    assert player is not None
    assert (player.instrument.name, player.several) == (instrument, several)


def test_a_horn_in_d_is_built_three_semitones_lower_than_one_in_f() -> None:
    in_f, in_d = (player_of(Part("P1", "Horn", transpose=(0, semitones))) for semitones in (-7, -10))
    assert in_f is not None
    assert in_d is not None
    assert in_d.hard[0] == in_f.hard[0] - 3


def test_parts_without_an_instrument_are_not_judged_and_the_report_says_so() -> None:
    nameless = parse_grid("meter: 2/4\nUpper: c9 d9\nLower: c0 d0")
    report = check(nameless, "ranges")
    assert not report.findings
    assert {item.rule for item in report.not_checked} == {rule.id for rule in load_pack("ranges").rules}


def test_a_violin_plays_a_wide_chord_over_three_strings_but_not_a_wide_double_stop() -> None:
    played = parse_grid("meter: 3/4\nViolin: b4+g#5+e6 . . | d4+b4+g5 . . | c4+f5 . .\nPiano: e3 . . | g3 . . | f3 . .")
    assert places_of(check(played, _only("ranges", "double-stop")).findings) == ("3:1",)


def test_singers_breathe_where_a_fermata_ends_the_phrase_and_later_where_halves_are_counted() -> None:
    line = "c5 d5 e5 f5 | " * 7
    held = parse_grid(f"Soprano: {line} c5 d5 e5 d5^ | {line} c5 . . .\nPiano: {'c4 . . . | ' * 16}")
    assert not check(held, _only("ranges", "no-breath")).findings
    without = parse_grid(f"Soprano: {line} c5 d5 e5 d5 | {line} c5 . . .\nPiano: {'c4 . . . | ' * 16}")
    assert places_of(check(without, _only("ranges", "no-breath")).findings) == ("9:1 1",)
    halves = parse_grid(
        f"meter: 2/2; unit: 1/4\nSoprano: {line} c5 d5 e5 d5 | {line} c5 . . .\nPiano: {'c4 . . . | ' * 16}"
    )
    assert not check(halves, _only("ranges", "no-breath")).findings


def test_a_fermata_that_stands_on_the_melody_alone_all_through_a_piece_is_told_once() -> None:
    chorale = parse_grid("meter: 2/4\nS: e5 d5^ | e5 c5^\nA: g4 g4 | g4 g4\nT: c4 b3 | c4 e4\nB: c3 g3 | c3 c3")
    assert places_of(check(chorale, _only("notation", "fermata-not-aligned")).findings) == ("1:2",)


def test_files_of_midi_have_neither_barlines_nor_voices_to_judge() -> None:
    grid = parse_grid("meter: 2/4\nFlute: c5 d5")
    assert len(check(grid, _only("notation", "missing-final-barline")).findings) == 1
    played = replace(grid, source=Source("tune.mid", "midi"))
    assert not check(played, _only("notation", "missing-final-barline")).findings


def test_a_stray_chord_symbol_rules_eight_measures_and_no_more() -> None:
    bars = 12
    grid = parse_grid(f"meter: 2/4\nMelody: {'c5 . | ' * bars}\nViola: {'d4 a3 | ' * bars}\nC: C . ")
    found = check(grid, _only("accompaniment", "outside-chord-symbol")).findings
    assert {item.measure for item in found} == {str(number) for number in range(1, 9)}


def test_a_note_without_a_voice_is_still_named() -> None:
    """Of a chord that is thicker than the lines of its staff some notes are in none."""
    piano = "c4 e4 | c4+d4+e4+f4+g4+a4+b4 c4 | c4 e4 | c4 e4"
    grid = parse_grid(f"meter: 2/4\nMelody: g5 . | g5 . | g5 . | g5 .\nPiano: {piano}\nC: C . | C . | C . | C .")
    assert (assign_voices(grid).line < 0).any()
    found = check(grid, _only("accompaniment", "outside-chord-symbol")).findings
    assert {item.message.split()[0] for item in found} == {"F4", "A4", "B4"}  # D4 goes to C4


@pytest.mark.slow
@pytest.mark.parametrize("pack", ["accompaniment", "lead-sheet", "ranges", "notation", "keyboard", "figured-bass"])
def test_scores_of_all_kinds_are_judged_without_a_failure(pack: str) -> None:
    for name in (
        "schubert/Lindenbaum", "joplin/maple_leaf_rag", "beach/prayer_of_a_tired_child", "chopin/mazurka06-2",
        "monteverdi/madrigal.5.4", "palestrina/Sanctus_54_c", "leadSheet/fosterBrownHair",
        "schoenberg/opus19/movement2", "theoryExercises/checker_demo", "demos/voices_with_chords", "luca/gloria",
    ):  # fmt: skip
        report = check(read(name), pack)
        assert report.pack == pack
