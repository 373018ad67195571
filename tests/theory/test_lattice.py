"""The states around a home key: derived all at once, they say what one chord at a time says."""

import numpy as np
import pytest

from musegen.theory.lattice import ABSENT, SPAN, lattice, pivots, read_in
from musegen.theory.vocabulary import figures, numerals


@pytest.mark.parametrize("minor", [False, True])
def test_every_state_holds_the_tones_and_the_bass_of_its_numeral(minor):
    states = lattice(minor)
    for state in range(len(states.key)):
        key = states.keys[states.key[state]]
        numeral = numerals(key.minor)[states.figure[state]]
        tones, chord = numeral.tones(key), states.chord[state]
        assert {*states.sets[states.chord_set[chord]] - SPAN} == {*tones} | (
            {ABSENT - SPAN} if len(tones) == 3 else set()
        )
        assert states.chord_bass[chord] - SPAN == tones[numeral.inversion]


@pytest.mark.parametrize("minor", [False, True])
def test_a_chord_read_again_in_another_key_lands_on_its_plainest_name_there(minor):
    states, found = lattice(minor), pivots(minor)
    first = np.cumsum([0, *(len(figures(key.minor)) + 1 for key in states.keys)])
    for state in range(0, len(states.key), 3):
        key = states.keys[states.key[state]]
        numeral = numerals(key.minor)[states.figure[state]]
        for number, other in enumerate(states.keys):
            if other != key:
                named = read_in(numeral, key, other)
                place = len(figures(other.minor)) if named is None else named
                assert found.place[number, states.chord[state]] == first[number] + place
