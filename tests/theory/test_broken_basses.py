"""An Alberti bass is heard by its lowest note, whatever the network says."""

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.annotations.given import given_analysis
from musegen.theory.neural.broken_basses import over_their_basses


def test_mozarts_facile_opens_over_a_neighbouring_bass_and_not_with_two_perfect_cadences():
    found = analyse(musegen.read("mozart/k545/movement1_exposition"), engine="neural")
    opening = [chord.numeral.figure for chord in found.chords if int(chord.measure) <= 4]
    assert opening[:5] == ["I", "V43", "I", "IV64", "I"]
    assert not any(cadence.kind == "PAC" and int(cadence.measure) <= 4 for cadence in found.cadences)


def test_a_walking_bass_and_a_cadential_six_four_keep_their_names():
    for bass in ("c3 . e3 . | g3 . g2 . | c3 . . .", "c3 e3 g3 e3 | g2 c3 e3 c3 | c3 g3 e3 g3"):
        piece = parse_grid(f"meter: 2/4; unit: 1/8\nS: g5 . . . | e5 . d5 . | c5 . . .\nB: {bass}\n"
                           "H: I . . . | Cad64 . V . | I . . .")  # fmt: skip
        chords = given_analysis(piece).chords
        assert [chord.numeral.figure for chord in over_their_basses(piece, chords)][:2] == ["I", "Cad64"]
