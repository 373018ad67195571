"""Six-fours on the tonic are cadential where they lead to V, and one chord makes no key of its own."""

import numpy as np
import pytest

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.annotations.given import given_analysis
from musegen.theory.keys import Key
from musegen.theory.neural.brief_keys import absorbed
from musegen.theory.neural.decoding import Path, name_of, state_of
from musegen.theory.neural.six_fours import named_six_fours
from musegen.theory.vocabulary import figures


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("iv6 Cad64 | iiø65 V", "i64"),  # Bach, BWV 40.8, measure 1: the bass falls through it
        ("iv6 Cad64 | Ger65 V", "Cad64"),
        ("iv6 . | i64 V", "Cad64"),
        ("iv6 i64 | V .", "i64"),  # on a weaker beat than its V
        ("i . | i64 V", "i64"),  # the bass goes on in the same harmony: left as it was heard
    ],
)
def test_a_six_four_is_cadential_where_a_dominant_resolves_it(heard, told):
    piece = parse_grid(f"key: C minor; meter: 2/4\nS: c5 . | c5 b4 | c5 .\nH: {heard} | i .")
    named = [chord.numeral.figure for chord in named_six_fours(piece, given_analysis(piece).chords)]
    assert next(figure for figure in named if figure.endswith("64")) == told


def path_of(*names, chance):
    states = []
    for name in names:
        key, figure = name.split(": ")
        states.append(state_of(Key.parse(key), figures(Key.parse(key).minor).index(figure), -12))
    taken = np.array(states)
    return Path(taken[:, None], np.full((len(taken), 1), chance, dtype=np.float32), taken)


def names_of(taken):
    found = [name_of(state, -12) for state in taken.tolist()]
    return [f"{key}: {figures(key.minor)[figure]}" for key, figure in found]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (["c: V7", "f: I", "b-: i", "A-: viio6"], ["c: V7", "A-: V/ii", "A-: ii", "A-: viio6"]),  # BWV 40.8, m. 15
        (["d: i6", "E-: I", "g: viio7"], ["d: i6", "g: VI", "g: viio7"]),
        (["C: I", "D: V7", "C: V7"], ["C: I", "C: V7/ii", "C: V7"]),
        (["C: I", "G: V", "G: I"], ["C: I", "G: V", "G: I"]),  # two chords in it: a key
    ],
)
def test_a_single_chord_of_a_doubtful_key_is_told_in_the_key_of_its_neighbours(path, told):
    assert names_of(absorbed(path_of(*path, chance=0.2), -12)) == told
    assert names_of(absorbed(path_of(*path, chance=0.9), -12)) == path


def test_no_chord_of_freuet_euch_ihr_christen_has_a_doubtful_key_of_its_own():
    found = analyse(musegen.read("bach/bwv40.8"), engine="neural")
    for span in found.keys:
        assert span.confidence > 0.3 or sum(span.onset <= chord.onset < span.end for chord in found.chords) > 1
