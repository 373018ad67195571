"""Statistics of listening tests: simulated listeners with known ears, known formulas, answers that are garbage."""

import json
import math

import numpy as np
import pytest

from musegen.errors import UnreadableFile
from musegen.evaluation.listening.answers import Answers, Choice, Verdict, read_answers
from musegen.evaluation.listening.making import ANSWERS_KIND, KEY_KIND, listening_test
from musegen.evaluation.listening.statistics import bradley_terry, krippendorff, results, share
from musegen.evaluation.listening.telling import results_json, results_page, results_text
from musegen.score.textgrid import parse_grid


def simulated(strengths: dict[str, float], games: int, rng: np.random.Generator) -> list[Choice]:
    """Listeners who prefer by these strengths."""
    names, found = list(strengths), []
    for _ in range(games):
        one, other = rng.permutation(names)[:2].tolist()
        wins = rng.random() < 1 / (1 + math.exp(strengths[other] - strengths[one]))
        found.append(Choice("ann", *((one, other) if wins else (other, one))))
    return found


def test_planted_strengths_are_found_again_within_their_intervals() -> None:
    planted = {"real": 1.0, "good": 0.3, "fair": -0.2, "poor": -1.1}
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(50):
        found = bradley_terry(simulated(planted, 400, rng))
        inside += sum(one.low <= planted[one.source] <= one.high for one in found)
        assert found[0].source == "real"
        assert sum(one.strength for one in found) == pytest.approx(0)
    assert 0.9 <= inside / 200 <= 1


def test_one_that_never_lost_has_a_finite_strength_and_a_wide_interval() -> None:
    found = bradley_terry([Choice("ann", "a", "b")] * 6)
    assert found[0].strength == pytest.approx(math.log(13) / 2)
    assert found[0].low < 0.3
    assert (found[0].wins, found[0].losses) == (6, 0)
    assert found[0].beats(found[1]) == pytest.approx(13 / 14)
    assert bradley_terry([]) == ()


def test_exact_intervals_are_those_of_the_literature() -> None:
    none, all_of = share("x", 0, 10), share("x", 10, 10)
    assert (none.low, round(none.high, 4)) == (0, 0.3085)  # 1 - 0.025 ** 0.1
    assert (round(all_of.low, 4), all_of.high) == (0.6915, 1)
    assert none.p == pytest.approx(2 / 2**10)
    assert math.isnan(share("x", 0, 0).p)


def test_exact_intervals_hold_the_truth_nineteen_times_of_twenty() -> None:
    rng = np.random.default_rng(2)
    drawn = rng.binomial(40, 0.573, 400)
    found = {some: share("x", some, 40) for some in set(drawn.tolist())}
    assert np.mean([found[some].low <= 0.573 <= found[some].high for some in drawn.tolist()]) >= 0.95


def test_agreement_is_one_of_one_mind_and_nought_by_chance() -> None:
    rng = np.random.default_rng(1)
    items = [f"{number}" for number in range(300) for _ in range(4)]
    truth = rng.integers(0, 2, 300)
    assert krippendorff(items, np.repeat(truth, 4).astype(float).tolist()) == 1
    assert abs(krippendorff(items, rng.integers(0, 2, 1200).astype(float).tolist())) < 0.06
    assert math.isnan(krippendorff(["a", "b"], [1, 0]))
    # Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), B: two observers, ten units, nominal: 0.095
    one, other = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    pairs = [float(value) for both in zip(one, other, strict=True) for value in both]
    assert krippendorff([f"{number}" for number in range(10) for _ in "ab"], pairs) == pytest.approx(0.095, abs=5e-4)


def ears(rng: np.random.Generator, chance: float) -> Answers:
    """Twelve listeners who take real pieces for real, and made ones with this chance."""
    verdicts = []
    for listener in map("listener {}".format, range(12)):
        for source, taken in (("real", 0.8), ("robot", chance)):
            for number in range(20):
                said = bool(rng.random() < taken)
                verdicts.append(
                    Verdict(listener, f"{source} {number}", source, said, int(rng.integers(3, 6) - (not said)))
                )
    return Answers("t", tuple(map(str, range(12))), tuple(verdicts), (), 3, {})


def test_what_listeners_hear_is_told_with_its_interval() -> None:
    found = results(ears(np.random.default_rng(3), 0.3), np.random.default_rng(0))
    real, robot = found.taken_for_real
    assert (real.name, robot.name) == ("real", "robot")
    assert robot.low < 0.3 < robot.high < 0.5
    assert robot.p < 1e-6
    assert found.correct.share == pytest.approx((real.some + 240 - robot.some) / 480)
    assert found.ratings[0].low < found.ratings[0].mean < found.ratings[0].high
    assert found.ratings[0].mean > found.ratings[1].mean
    text, page, told = results_text(found), results_page(found), json.loads(results_json(found))
    assert "3 answers left out" in text
    assert told["taken_for_real"][1]["share"] == robot.share
    assert page.count("<svg") == 1
    assert "<script" not in page


def written(tmp_path, name, told):
    path = tmp_path / name
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return path


KEY = {"kind": KEY_KIND, "version": 1, "test": "t1", "items": {"a": {"source": "real"}, "b": {"source": "robot"}}}
GOOD = {
    "kind": ANSWERS_KIND,
    "version": 1,
    "test": "t1",
    "listener": "ann",
    "answers": [
        {"item": "a", "verdict": "real", "rating": 5},
        {"item": "b", "verdict": "made", "rating": 1, "known": True},
    ],
    "pairs": [{"first": "a", "second": "b", "chosen": "b"}],
}


def test_answers_are_joined_with_the_key_and_known_pieces_left_out(tmp_path) -> None:
    key, file = written(tmp_path, "key.json", KEY), written(tmp_path, "ann.json", GOOD)
    found = read_answers([file], key)
    assert found.verdicts == (Verdict("ann", "a", "real", True, 5),)
    assert found.choices == (Choice("ann", "robot", "real"),)
    assert found.known == 1


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ([1], "no listening answers"),
        (KEY, "no listening answers"),
        (GOOD | {"test": "t2"}, "another test"),
        (GOOD | {"listener": ""}, "listener"),
        (GOOD | {"answers": 3}, "no list of answers"),
        (GOOD | {"answers": [{"item": "c", "verdict": "real", "rating": 5}]}, "no item 'c'"),
        (GOOD | {"answers": [{"item": ["a"], "verdict": "real", "rating": 5}]}, "no item"),
        (GOOD | {"answers": [{"item": "a", "verdict": "perhaps", "rating": 5}]}, "perhaps"),
        (GOOD | {"answers": [{"item": "a", "verdict": "real", "rating": 6}]}, "1 to 5"),
        (GOOD | {"answers": [{"item": "a", "verdict": "real", "rating": True}]}, "1 to 5"),
        (GOOD | {"pairs": [{"first": "a", "second": "b", "chosen": "c"}]}, "no item 'c'"),
    ],
)
def test_garbage_is_one_error_that_names_the_file(tmp_path, told, reason) -> None:
    key, file = written(tmp_path, "key.json", KEY), written(tmp_path, "ann.json", told)
    with pytest.raises(UnreadableFile, match=reason) as error:
        read_answers([file], key)
    assert error.value.file == str(file)


def test_one_listener_is_counted_once(tmp_path) -> None:
    key = written(tmp_path, "key.json", KEY)
    files = [written(tmp_path, name, GOOD) for name in ("ann.json", "again.json")]
    with pytest.raises(UnreadableFile, match="second file of the listener ann"):
        read_answers(files, key)


def test_a_test_is_even_blind_and_the_same_again_by_its_seed() -> None:
    tune = parse_grid("meter: 4/4\nS: c5 d5 e5 f5 | g5 . . .")
    sources = {name: [(f"{name}/{number}", tune) for number in range(5)] for name in ("real", "one", "two")}
    made = listening_test(sources, np.random.default_rng(7), count=3, pairs=6)
    assert made == listening_test(sources, np.random.default_rng(7), count=3, pairs=6)
    assert [sum(item.source == name for item in made.items) for name in sources] == [3, 3, 3]
    source = {item.id: item.source for item in made.items}
    assert all(source[one] != source[other] for one, other in made.pairs)
    assert "real" not in json.dumps(made.public()["items"])
    assert set(json.loads(made.key())["items"]) == set(source)
