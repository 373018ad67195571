"""The weights of the melody network do what their card says."""

import pytest

from musegen.corpora import corpus
from musegen.errors import MusegenError
from musegen.generation.tunes.likelihood import bits_a_note, cost_of
from musegen.models.networks import card
from musegen.theory.tunes.telling import HEAD, SIZES, style_of
from musegen.theory.tunes.tune import tune_of

CHECKED = 30
"""Of the test tunes of folk-tunes, the first so many that are tunes."""


@pytest.fixture(scope="module")
def pieces():
    found = []
    for piece in corpus("folk-tunes").split("test")[: CHECKED + 10]:
        try:
            found.append((tune_of(piece.read()), style_of(piece.labels), piece.labels.get("genre", "")))
        except MusegenError:
            continue
    return found[:CHECKED]


@pytest.mark.parametrize(("name", "said"), [("meter_and_mode_said", HEAD), ("everything_said", tuple(SIZES))])
def test_the_shipped_check_is_reproduced(pieces, name, said):
    bits = bits_a_note([cost_of(*one, said) for one in pieces])
    assert bits == pytest.approx(card("melody")["shipped_check"][name], rel=0.01)


def test_what_is_said_makes_tunes_likelier(pieces):
    nothing, all_of_it = (bits_a_note([cost_of(*one, said) for one in pieces]) for said in ((), tuple(SIZES)))
    assert all_of_it < nothing
