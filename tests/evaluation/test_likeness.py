"""Likeness to Bach: nothing is nearer than a piece to itself, and every distance sees what it is made for."""

from collections import Counter

import numpy as np
import pytest

from musegen.evaluation.bach import bach_sample
from musegen.evaluation.histograms import histograms_of, key_by_profile
from musegen.evaluation.likeness import Likeness, as_json, bach, corpus_of, length_distance, likenesses, ranked_distance
from musegen.evaluation.repeats import repeated_sequences
from musegen.generation.neural.frames import Frames, frames_of
from musegen.score.textgrid import parse_grid

PIECE = parse_grid(
    "key: G major; meter: 4/4\nS: g4 a4 b4 a4 | g4 a4 b4 g4\nA: d4 f#4 g4 f#4 | d4 f#4 g4 d4\n"
    "T: b3 d4 d4 d4 | b3 d4 d4 b3\nB: g3 d3 g2 d3 | g3 d3 g2 g2"
)


def sequences(pitches: list[int]) -> Counter[int]:
    """The repeated sequences of a line of sixteenths."""
    line = np.array(pitches, dtype=np.int16)
    return repeated_sequences(line, np.zeros_like(line), np.ones(len(line), dtype=bool))


def test_a_piece_has_no_distance_from_itself() -> None:
    (found,) = likenesses([PIECE], corpus_of([PIECE]))
    assert found._replace(parallels=0.0) == Likeness(*[0.0] * 9)


def test_the_tonic_is_told_from_the_notes_and_spelled_as_they_are() -> None:
    assert str(key_by_profile(frames_of(PIECE))) == "G"
    flats = parse_grid("key: Db major\nS: f4 ab4 gb4 f4\nA: db4 eb4 eb4 db4\nT: ab3 c4 c4 ab3\nB: db3 ab2 ab2 db3")
    assert str(key_by_profile(frames_of(flats))) == "D-"


def test_distances_go_by_places_in_the_order_of_the_commoner() -> None:
    theirs = Counter(step=6, third=3, fourth=1)
    assert ranked_distance(theirs, theirs) == 0
    assert ranked_distance(Counter(third=1), theirs) == pytest.approx(0.6 + 0.1)
    assert ranked_distance(Counter(ninth=1), theirs) > ranked_distance(Counter(fourth=1), theirs)


def test_a_turn_heard_three_times_is_one_repeated_sequence() -> None:
    assert sequences([60, 62, 64, 1, 60, 62, 64, 2, 60, 62, 64, 3]) == Counter({3: 3})


def test_a_part_of_a_repeated_sequence_counts_where_it_is_heard_elsewhere_too() -> None:
    assert sequences([60, 62, 64, 1, 60, 62, 64, 2, 60, 62, 3]) == Counter({2: 3, 3: 2})


def test_a_line_that_repeats_nothing_is_as_if_it_repeated_nothing_at_all() -> None:
    assert sequences(list(range(50, 60))) == Counter()
    assert length_distance(Counter(), Counter({"4": 1})) == 4


def test_parallels_weigh_by_how_many_more_they_are_than_in_the_corpus() -> None:
    one = "S: c5 c5 c5 c5\nA: e4 f4 e4 e4\nT: g3 a3 g3 g3\nB: c3 d3 b2 c3"
    assert histograms_of(frames_of(parse_grid(one))).parallels["fifths"] == 1
    assert likenesses([parse_grid(one)])[0].parallels > 1
    assert likenesses([PIECE])[0].parallels == 0


def test_bach_is_nearer_to_bach_than_his_notes_at_random() -> None:
    rng = np.random.default_rng(1)
    real = [frames_of(score) for score in bach_sample("test").scores[:20]]
    shuffled = [
        piece._replace(pitch=rng.permutation(piece.pitch), fifths=rng.permutation(piece.fifths)) for piece in real
    ]
    own, other = (np.array([item.total for item in likenesses(pieces)]) for pieces in (real, shuffled))
    assert (own < other).all()
    assert 4.0 < np.median(own) < 6.5


def test_the_counts_of_bach_are_those_that_the_command_writes() -> None:
    stored = bach()
    assert stored.both.notes > 40_000
    assert as_json(corpus_of([PIECE])) == as_json(corpus_of([frames_of(PIECE)]))
    assert all(getattr(stored.major, name) for name in stored.major._fields)


@pytest.mark.slow
def test_the_data_file_is_current() -> None:
    from musegen.corpora import pieces_of
    from musegen.evaluation.likeness import DATA

    made = as_json(corpus_of(piece.read() for piece in pieces_of(["bach-chorales"], split="train")))
    assert made == (DATA / "bach_likeness.json").read_text(encoding="utf-8")


def test_silence_is_no_catastrophe() -> None:
    empty = Frames(np.zeros((8, 4), dtype=np.int16), np.zeros((8, 4), dtype=np.int16), np.zeros((8, 4), dtype=bool))
    assert np.isfinite(likenesses([empty])[0].total)
