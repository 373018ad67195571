"""Which mode a piece is in: small pieces whose mode nobody would doubt, and masses whose titles name theirs."""

import pytest

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.modal.ambitus import ambitus
from musegen.theory.modal.clausulae import clausulae
from musegen.theory.modal.lines import lines_of
from musegen.theory.modal.modes import mode_of, plan

DORIAN = """
    meter: 4/4
    S: d5 a4 c5 b4 | a4 . d5 c#5 | d5 f5 e5 d5 | . c#5 d5 .
    T: r  .  .  .  | d4 a3 c4 a3 | f3 d3 g3 f3 | e3 .   d3 ."""
HYPODORIAN = """
    meter: 4/4
    S: d5 c5 f5 e5 | d5 a4 b4 c#5 | d5 . . . | . c#5 d5 .
    T: d4 c4 a3 c4 | d4 f4 g4 a4  | f4 . g4 f4 | e4 . d4 ."""


def named(grid):
    mode = mode_of(parse_grid(grid))
    return mode.final, mode.name, mode.church, mode.system


def test_a_tenor_that_fills_the_octave_over_d_is_the_first_mode():
    assert named(DORIAN) == ("D", "Dorian", 1, "cantus durus")


def test_a_tenor_that_lies_around_d_is_the_second():
    assert named(HYPODORIAN) == ("D", "Hypodorian", 2, "cantus durus")


def test_raised_leading_tones_change_neither_mode_nor_key():
    mode = mode_of(parse_grid(DORIAN))
    assert (mode.system, str(mode.key), mode.reciting_tone) == ("cantus durus", "d", "A")


def test_the_same_piece_a_fourth_higher_with_a_flat_is_the_same_mode_in_cantus_mollis():
    up = str.maketrans("cdefgab", "fgabcde")
    lines = ["key: F major; meter: 4/4"]
    for line in DORIAN.strip().splitlines()[1:]:
        name, cells = line.strip().split(": ")
        moved = []
        for cell in cells.split():
            octave = int(cell[-1]) + (cell[0] in "gab") if cell[-1].isdigit() else 0
            letter = cell[0].translate(up)
            sharp = ("" if letter == "b" else "#") if "#" in cell else ("b" if letter == "b" else "")
            moved.append(f"{letter}{sharp}{octave}" if octave else cell)
        lines.append(f"{name}: {' '.join(moved)}")
    assert named("\n".join(lines)) == ("G", "Dorian", 1, "cantus mollis")


def test_f_with_b_flat_throughout_is_ionian_and_to_the_eight_modes_the_fifth():
    grid = """
    meter: 4/4
    S: f5 c5 d5 bb4 | c5 . bb4 a4 | f5 . . e5 | f5 . . .
    T: f4 a3 bb3 g3 | a3 f3 g3 f3 | a3 f3 g3 . | f3 . . ."""
    assert named(grid) == ("F", "Ionian", 5, "cantus mollis")


def test_a_phrygian_piece_has_its_own_regular_degrees():
    grid = """
    meter: 4/4
    S: b4 c5 e5 . | . d5 e5 . | c5 d5 . c#5 | d5 e5 . . | . d5 e5 .
    T: g3 a3 e4 g4 | f4 . e4 . | a3 b3 . a3 | b3 c4 e4 g4 | f4 . e4 ."""
    score = parse_grid(grid)
    mode = mode_of(score)
    assert (mode.final, mode.scale_name) == ("E", "phrygian")
    assert [(item.pitch, item.degree, item.is_regular) for item in plan(mode, clausulae(score))] == [("E", 1, True)]


def test_a_single_voice_has_a_mode_too():
    chant = "meter: 4/4\nT: d4 a4 . c5 | a4 g4 f4 e4 | d4 c4 d4 ."
    assert named(chant) == ("D", "Dorian", 1, "cantus durus")


def test_ambitus_says_how_far_a_voice_reaches_from_its_final():
    (tenor,) = lines_of(parse_grid("meter: 4/4\nT: a3 c4 d4 g4 | f4 e4 d4 ."))
    reach = ambitus(tenor, 1)
    assert (str(reach), reach.below, reach.above, reach.is_authentic) == ("A3-G4", 3, 3, False)


@pytest.mark.parametrize(
    ("name", "church"),
    [("palestrina/Kyrie_41", 1), ("palestrina/Kyrie_47", 5), ("palestrina/Kyrie_100", 8)],
    ids=["Missa Primi toni", "Missa Quinti toni", "Missa Octavi toni"],
)
def test_a_mass_is_in_the_mode_that_its_title_names(name, church):
    assert mode_of(musegen.read(name)).church == church


def test_monteverdi_closes_cruda_amarilli_in_the_seventh_mode():
    mode = mode_of(musegen.read("monteverdi/madrigal.5.1"))
    assert (mode.final, mode.name, mode.church, mode.tenor) == ("G", "Mixolydian", 7, "G3-A4")


def test_the_first_mode_on_g_is_written_in_high_clefs():
    assert mode_of(musegen.read("palestrina/Kyrie_41")).tonal_type == "♭-g2-G"


def test_the_mixolydian_modes_close_on_their_fourth_degree_too():
    score = musegen.read("monteverdi/madrigal.5.1")
    degrees = {item.degree: item.is_regular for item in plan(mode_of(score), clausulae(score))}
    assert degrees == {4: True, 5: True, 1: True}


def test_an_inner_section_that_closes_on_e_is_phrygian_though_its_clausulae_lie_on_a():
    score = musegen.read("palestrina/Credo_32_a")
    mode = mode_of(score)
    assert (mode.final, mode.scale_name) == ("E", "phrygian")
