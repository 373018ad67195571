"""Back-off n-grams: proper distributions, what they learn, how they back off, and what they cost."""

import time

import numpy as np
import pytest

from musegen.errors import UsageError
from musegen.evaluation.ngrams import BEFORE, learn, learn_events, pasts

SYMBOLS = 12


def chain(rng, length, symbols=SYMBOLS):
    """A sequence that mostly steps up or down."""
    steps = rng.choice([1, -1, 2, 0], p=[0.5, 0.3, 0.15, 0.05], size=length)
    return np.cumsum(steps) % symbols


@pytest.fixture(scope="module")
def tunes():
    rng = np.random.default_rng(1)
    return [chain(rng, 60) for _ in range(80)]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_what_follows_any_context_is_a_proper_distribution(order, tunes):
    model = learn(tunes, order, SYMBOLS + 3)  # three symbols that never sound
    rng = np.random.default_rng(2)
    seen = list(pasts(tunes[0], order - 1))[:20]
    unseen = [rng.integers(-1, SYMBOLS + 9, order - 1) for _ in range(40)]
    for context in [*seen, *unseen, [], [BEFORE] * (order - 1)]:
        shares = model.conditionals(context)
        assert shares.shape == (SYMBOLS + 3,)
        assert shares.sum() == pytest.approx(1, abs=1e-12)
        assert shares.min() > 0


def test_bits_are_those_of_the_conditionals(tunes):
    model, tune = learn(tunes[1:], 4, SYMBOLS), tunes[0]
    one_by_one = [-np.log2(model.conditionals(tune[:place][::-1])[symbol]) for place, symbol in enumerate(tune)]
    assert model.bits(tune) == pytest.approx(one_by_one)


def test_a_model_foretells_held_out_tunes_nearly_as_well_as_what_made_them():
    rng = np.random.default_rng(3)
    model = learn([chain(rng, 200) for _ in range(100)], 3, SYMBOLS)
    entropy = -sum(share * np.log2(share) for share in (0.5, 0.3, 0.15, 0.05))
    held_out = np.concatenate([model.bits(chain(rng, 200))[1:] for _ in range(20)])
    assert entropy < held_out.mean() < entropy + 0.08


def test_discounts_are_those_of_the_paper():
    """Of an order of 1: eight symbols once, four twice, two three times, one four times."""
    counts = [1] * 8 + [2] * 4 + [3] * 2 + [4]
    model = learn([[symbol for symbol, count in enumerate(counts) for _ in range(count)]], 1, 20)
    share = 8 / (8 + 2 * 4)
    off = {1: 1 - 2 * share * 4 / 8, 2: 2 - 3 * share * 2 / 4, 3: 3 - 4 * share * 1 / 2, 4: 3 - 4 * share * 1 / 2}
    total, given = sum(counts), sum(off[count] for count in counts)
    shares = model.conditionals([])
    assert shares[:15] == pytest.approx([(count - off[count] + given / 20) / total for count in counts])
    assert shares[15:] == pytest.approx([given / 20 / total] * 5)


def test_a_symbol_that_follows_only_one_other_is_not_expected_elsewhere():
    """`Francisco` is frequent, but only after `San`: Kneser and Ney."""
    san, francisco, home, others = 0, 1, 2, range(3, 9)
    sentences = [[san, francisco]] * 30 + [[other, home] for other in others for _ in range(2)]
    model = learn(sentences, 2, 10)
    shares = model.conditionals([9])  # never seen
    assert shares[home] > shares[francisco]
    assert model.conditionals([san])[francisco] > 0.9


def test_the_oldest_item_is_left_out_first():
    contexts = [[1, 5], [1, 5], [1, 6], [2, 7]] * 10
    model = learn_events(contexts, [0, 0, 0, 1] * 10, 2)
    assert model.conditionals([1, 99]) == pytest.approx(model.conditionals([1, 7]))
    assert model.conditionals([1, 99])[0] > 0.7
    assert model.conditionals([99, 5]) == pytest.approx(model.conditionals([99, 7]))


def test_lengths_after_pitches_are_foretold_better_than_without_them():
    rng = np.random.default_rng(4)
    pitch = rng.integers(0, 8, 4000)
    length = np.where(rng.random(4000) < 0.9, pitch % 3, rng.integers(0, 3, 4000))
    alone = learn([length[:3000]], 2, 3).bits(length[3000:]).mean()
    contexts = np.concatenate([pitch[:, None], pasts(length, 1)], axis=1)[:, ::-1]  # the pitch is left out first
    model = learn_events(contexts[:3000], length[:3000], 3)
    assert model.bits_of(contexts[3000:], length[3000:]).mean() < alone - 0.5


def test_the_start_of_a_sequence_is_a_context_of_its_own():
    model = learn([[0, 1, 1, 0, 1, 1], [0, 1, 0, 1, 1, 1], [0, 1, 1, 1, 1, 0]] * 4, 3, 2)
    assert model.conditionals([])[0] > 0.9
    assert model.conditionals([1, 1])[0] < 0.6


def test_a_model_that_learned_nothing_expects_all_alike():
    model = learn([], 3, 4)
    assert model.conditionals([1, 2]).tolist() == [0.25] * 4
    assert model.bits([0, 3]).tolist() == [2, 2]
    assert model.bits([]).tolist() == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda: learn([[0, 4]], 2, 4),
        lambda: learn([[-1]], 2, 4),
        lambda: learn([[0, 1]], 2, 4).bits([4]),
        lambda: learn_events([[-2]], [0], 4),
        lambda: learn_events([[0], [1]], [0], 4),
        lambda: learn([[0, 1]], 3, 4).bits_of([[0]], [1]),
    ],
)
def test_what_is_out_of_range_is_refused(ask):
    with pytest.raises(UsageError):
        ask()


def test_an_order_of_five_is_learned_from_350000_symbols_in_ten_seconds():
    rng = np.random.default_rng(5)
    tunes = [chain(rng, 100, symbols=98) for _ in range(3500)]
    begun = time.process_time()
    learn(tunes, 5, 98)
    assert time.process_time() - begun < 30
