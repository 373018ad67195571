"""The networks of chords that ship reach what their card says, and n-grams reach less."""

import numpy as np
import pytest

from musegen.corpora import corpus
from musegen.corpora.splitting import split_of
from musegen.evaluation.bach import group_of, singing
from musegen.evaluation.chord_figures import bits_a_chord, ngram_bits, ranked, reconstruction, right_chords
from musegen.generation.progressions.tunes import tunes_of
from musegen.models.networks import card
from musegen.score.textgrid import parse_grid
from musegen.theory.kept_analyses import kept_analysis
from musegen.theory.progressions.network import shipped
from musegen.theory.progressions.reading import progression_of

PIECES = 6


@pytest.fixture(scope="module")
def held_out():
    """The first chorales of music21's corpus that the network has not learned from."""
    pieces = [piece for piece in corpus("bach-chorales").pieces if split_of(group_of(piece)) == "test"]
    scores = [singing(piece.read()) for piece in pieces[:PIECES]]
    return [progression_of(score, kept_analysis(score, "neural")) for score in scores]


def test_the_card_says_what_the_weights_do(held_out):
    bits = bits_a_chord(held_out, shipped(), np.random.default_rng(0), samples=2)
    right, chords = np.sum([right_chords(piece, reconstruction(piece, shipped())) for piece in held_out], axis=0)
    check = card("chords")["shipped_check"]
    assert bits.bare == pytest.approx(check["bare"], rel=0.01)
    assert bits.mixture == pytest.approx(check["mixture"], rel=0.01)
    assert right / chords == pytest.approx(check["reconstructed"], rel=0.01)


def test_no_bound_promises_more_than_the_mixture_pays(held_out):
    bits = bits_a_chord(held_out, shipped(), np.random.default_rng(0), samples=4)
    assert bits.bare < bits.mixture < bits.bare + len(held_out) / 10
    assert bits.weighted <= bits.bound


def test_n_grams_of_the_same_tokens_pay_more(held_out):
    ways = ngram_bits(held_out[1:], held_out[:1])
    assert set(ways) == {"interleaved", "chords, lengths", "chords, places"}
    assert min(ways.values()) > bits_a_chord(held_out[:1], shipped(), np.random.default_rng(0), samples=1).bare


def test_the_chords_of_a_plain_sheet_rank_high():
    sheet = parse_grid("""
key: C major; meter: 4/4
S: e5 . c5 . | f5 . d5 . | d5 . b4 . | c5 . . . | e5 . c5 . | f5 . d5 . | d5 . b4 . | c5 . . .
C: C . . . | F . . . | G7 . . . | C . . . | C . . . | F . . . | G7 . . . | C . . .
""")
    tunes = [tune for tune in tunes_of(sheet) if tune.every == "measure"]
    found = ranked(tunes, shipped(), told=True)
    assert found.slots == 8
    assert found.in_three >= 0.75 >= ranked(tunes, shipped(), told=False).in_three - 0.25
