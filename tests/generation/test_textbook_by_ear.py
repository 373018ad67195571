"""What generators keep beyond a lenient pack: the textbook, by sound alone, as the strict counter counts it."""

import numpy as np
import pytest

from musegen.generation.decode.composing import composing_laws, keeps_textbook, refused_by_ear, textbook_faults
from musegen.generation.neural.frames import frames_of
from musegen.rules.core.chords import chords_in
from musegen.rules.core.counting import counted, places
from musegen.score.files import read
from musegen.score.textgrid import parse_grid
from musegen.theory.sonority import Sonority

OF_CHORDS = ("doubled leading tone", "unresolved leading tone", "unresolved seventh")


@pytest.mark.parametrize("name", ["bach/bwv66.6", "bach/bwv102.7", "bach/bwv153.9"])
def test_the_ear_refuses_where_the_strict_counter_finds_a_rule_of_chords_broken(name):
    frames = frames_of(read(name))
    chords = chords_in(frames.pitch, frames.fifths, np.full(len(frames.pitch), 0.25))
    sounds, attack = chords.pitch > 0, np.ones(chords.pitch.shape, dtype=bool)
    every = Sonority(chords.pitch.astype(np.int16), chords.fifths.astype(np.int16), sounds, attack)
    home = np.full(chords.size - 1, chords.pitch[-1, -1] % 12)
    refused = refused_by_ear(every[:-1], every[1:], home)
    onset = (np.cumsum(chords.quarters) - chords.quarters)[1:]
    told = {time for rule in OF_CHORDS for time in places(chords).get(rule, []) if time > 0}
    assert set(onset[refused].tolist()) == told


def test_what_a_given_soprano_does_by_itself_is_not_counted():
    piece = frames_of(parse_grid("meter: 2/4\nS: c5 f#5\nA: g4 a4\nT: e4 d4\nB: c3 d3"))
    assert textbook_faults(piece.pitch, piece.fifths, given=[]) == 1 + textbook_faults(piece.pitch, piece.fifths, [0])


def test_a_parallel_fifth_is_a_fault_whoever_sings_it():
    piece = frames_of(parse_grid("meter: 2/4\nS: e5 d5\nA: g4 f4\nT: g3 a3\nB: c3 d3"))
    assert counted(chords_in(piece.pitch, piece.fifths, np.ones(len(piece.pitch)))).parallels == 1
    assert textbook_faults(piece.pitch, piece.fifths, given=[0]) == 1


def test_bachs_licences_are_not_for_those_who_learn_from_him():
    assert keeps_textbook("chorale")
    assert not keeps_textbook("strict")
    low = parse_grid("S: c5\nA: g4\nT: e4\nB: c2")
    frames = frames_of(low)
    one = Sonority(*(column[:1] for column in (frames.pitch, frames.fifths, frames.pitch > 0, frames.attack)))
    nothing = Sonority(*(np.zeros_like(column) for column in (one.pitch, one.fifths, one.sounds, one.attack)))
    assert composing_laws("chorale").refused(nothing, one, np.array([True]), 3).all()
