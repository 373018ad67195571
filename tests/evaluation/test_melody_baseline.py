"""The n-gram beside the melody network: cheap where it has heard a tune, honest where not; chords' faults."""

from dataclasses import replace

import numpy as np

from musegen.evaluation.chord_judging import faults, figures, made
from musegen.evaluation.judgement import HeldOut, Judgement
from musegen.evaluation.melodies.baseline import ngram_bits
from musegen.score.textgrid import parse_grid
from musegen.theory.tunes.tune import Tune, tune_of

HEAD = "key: G major; meter: 4/4\nS: "


def tune(music: str) -> Tune:
    return tune_of(parse_grid(HEAD + music))


def test_a_tune_that_was_taught_costs_less_than_one_that_was_not() -> None:
    taught = [tune("g4 a4 b4 c5 | d5 c5 b4 a4 | g4 b4 d5 b4 | g4 . . ."), tune("d5 b4 g4 b4 | a4 c5 a4 f#4 | g4 . . .")]
    strange = tune("g4 d5 a4 e5 | b4 f#4 c5 g4 | g4 . . .")
    assert ngram_bits(taught, taught[:1]) < 2 < ngram_bits(taught, [strange])


def test_a_longer_memory_helps_with_what_comes_again() -> None:
    taught = [tune("g4 a4 b4 c5 | g4 a4 d5 e5 | g4 a4 b4 c5 | g4 a4 d5 e5 | g4 . . .")] * 3
    assert ngram_bits(taught, taught, 5) < ngram_bits(taught, taught, 2)


def test_the_network_that_is_told_no_more_than_the_n_gram_must_beat_it() -> None:
    held = (HeldOut("bare", 3.0, "bits"), HeldOut("told", 1.0, "bits"), HeldOut("n-gram", 3.3, "bits", baseline=True))
    (aim,) = Judgement("x", "y", "z", 1, held_out=held).aims
    assert not aim.reached
    (better,) = Judgement("x", "y", "z", 1, held_out=(held[0]._replace(value=2.8), *held[1:])).aims
    assert better.reached


def test_a_chord_that_the_laws_forbid_is_found_in_a_progression() -> None:
    pieces = made(4, np.random.default_rng(3))
    assert all(not faults(piece) for _, piece in pieces)
    aims = {aim.what: aim for aim in figures(pieces, np.random.default_rng(3))}
    assert aims["progressions without a fault"].reached
    asked, song = pieces[0]
    broken = replace(song, chords=np.random.default_rng(1).permutation(song.chords))
    found = {
        aim.what: aim for aim in figures([(replace(asked, measures=9), broken), *pieces[1:]], np.random.default_rng(3))
    }
    assert faults(broken)
    assert found["progressions without a fault"].figure == "3 of 4"
    assert not found["key, meter and length that were asked for"].reached
