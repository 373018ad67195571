"""Held-out likelihood: what ships is as good as its card says, and no piece hears another."""

import numpy as np
import pytest

from musegen.corpora.manifests import corpus
from musegen.evaluation.likelihood import likelihood
from musegen.generation.neural.frames import Frames, frames_of
from musegen.models.networks import card
from musegen.score.files import read


@pytest.fixture(scope="module")
def pieces():
    return [frames_of(read(piece.name)) for piece in corpus("bach-chorales").split("test")[:10]]


def test_the_network_foretells_bach_as_well_as_its_card_says(pieces):
    told = card("harmoniser")["shipped_check"]
    assert likelihood(pieces).per_piece == pytest.approx(told["bare"], rel=0.01)
    assert likelihood(pieces, given=(0,)).per_piece == pytest.approx(told["over_soprano"], rel=0.01)


def test_a_piece_is_foretold_alike_alone_and_among_longer_ones(pieces):
    some = sorted(pieces[:4], key=lambda piece: len(piece.pitch))
    alone = np.mean([likelihood([piece]).per_piece for piece in some])
    assert likelihood(some).per_piece == pytest.approx(alone, abs=1e-3)


def test_what_is_struck_and_how_notes_are_called_is_not_heard(pieces):
    piece = pieces[0]
    other = Frames(piece.pitch, np.zeros_like(piece.fifths), np.zeros_like(piece.attack))
    assert likelihood([piece]) == likelihood([other])


def test_notes_by_chance_are_foretold_worse_than_bach(pieces):
    rng, piece = np.random.default_rng(0), pieces[0]
    shuffled = piece._replace(pitch=piece.pitch[rng.permutation(len(piece.pitch))])
    assert likelihood([shuffled]).per_piece > 4 * likelihood([piece]).per_piece
