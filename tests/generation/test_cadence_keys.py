"""The key of a cadence is foretold from the melody."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from musegen.generation import cadence_keys as module
from musegen.generation.cadence_keys import cadence_keys, feature_codes, near_keys, phrase_spans
from musegen.generation.learn_cadence_keys import Example, examples, learned, training_pieces
from musegen.generation.melody import melody_of
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key

TUNE = """
key: C major; meter: 4/4
S: c5 d5 e5 d5 | {turn} | e5 d5 e5 f5 | e5 d5 c5^ .
"""


@pytest.mark.parametrize(
    ("turn", "key"),
    [
        ("c5 b4 c5^ .", Key.parse("C major")),
        ("g4 f#4 g4^ .", Key.parse("G major")),
        ("a4 g#4 a4^ .", Key.parse("a minor")),
        ("d5 c#5 d5^ .", Key.parse("d minor")),
    ],
)
def test_a_raised_note_before_a_fermata_tells_the_key(turn, key):
    costs = cadence_keys().costs(melody_of(parse_grid(TUNE.format(turn=turn))))
    first = min(costs)
    assert min(costs[first], key=costs[first].__getitem__) == key
    assert sum(np.exp(-cost) for cost in costs[first].values()) == pytest.approx(1)


def test_features_do_not_depend_on_the_pitch_of_the_tune():
    low, high = (
        melody_of(parse_grid(text)) for text in ("key: C major\nS: c5 b4 a4 g4^", "key: D major\nS: d5 c#5 b4 a4^")
    )
    ((end, start),) = phrase_spans(low)
    for one, other in zip(near_keys(low), near_keys(high), strict=True):
        assert feature_codes(low, start, end, one) == feature_codes(high, start, end, other)


def test_learning_finds_the_feature_that_tells_keys_apart():
    telling = [tuple((100 + number, 7) for number in range(14))]
    cadences = [Example(telling[0], 3) for _ in range(20)]
    model = learned(cadences)
    weight = dict(zip(model.codes.tolist(), model.weights.tolist(), strict=True))
    assert weight[103] > 1 > 0 > weight[102]
    assert weight[7] == pytest.approx(0, abs=1e-3)


def test_no_piece_was_learned_from_that_is_kept_for_measuring():
    data = Path(module.__file__).parents[1] / "theory" / "data" / "chorale_statistics.toml"
    held_out = tomllib.loads(data.read_text(encoding="utf-8"))["held_out"]
    assert not {f"bach/{name}" for name in held_out} & set(training_pieces())


@pytest.mark.slow
def test_the_shipped_weights_are_those_of_the_listed_pieces():
    again = learned([example for name in training_pieces() for example in examples(name)])
    shipped = cadence_keys()
    assert np.array_equal(again.codes, shipped.codes)
    assert np.abs(again.weights - shipped.weights).max() < 0.05
