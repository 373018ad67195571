"""The second checker and the real one on chords: settings full of faults, and measures of any length."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from faulty_harmony import random_setting
from hypothesis import given, settings
from hypothesis import strategies as st
from second_checker import SECOND, places
from second_checker.chords import __name__ as chords
from second_checker.measures import __name__ as measures
from second_checker.progression import __name__ as progression
from second_checker.tendency import __name__ as tendency

from musegen.rules.engine import check
from musegen.rules.hearing import analysed
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import Measure, Score
from musegen.score.textgrid import parse_grid

MINE = {rule for rule, judge in SECOND.items() if judge.__module__ in (chords, measures, tendency, progression)}
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def _pack(name: str, rules: set[str] = MINE) -> Pack:
    pack = load_pack(name)
    return replace(pack, rules=tuple(rule for rule in pack.rules if rule.id in rules))


def _compare(score: Score, pack: Pack) -> Counter[str]:
    """How often each rule was broken, once both checkers agree."""
    heard, analysis = analysed(score, pack, infer=True)
    found = Counter((item.rule, item.measure, item.beat, item.voices) for item in check(heard, pack, analysis).findings)
    again = Counter((rule.id, *place) for rule in pack.rules for place in places(heard, rule, analysis))
    assert found == again
    return Counter(rule for rule, *_ in found)


@pytest.mark.parametrize("name", ["strict", "chorale", "level-4"])
@settings(max_examples=25)
@given(seed=SEEDS)
def test_both_checkers_agree_on_settings_full_of_faults(name: str, seed: int) -> None:
    _compare(parse_grid(random_setting(Random(seed))), _pack(name))


def test_the_settings_break_every_rule_of_chords() -> None:
    pack = _pack("level-4", MINE - {"measure-length"})
    broken: Counter[str] = Counter()
    for seed in range(80):
        broken += _compare(parse_grid(random_setting(Random(seed))), pack)
    assert set(broken) == {rule.id for rule in pack.rules}


@settings(max_examples=60)
@given(seed=SEEDS)
def test_both_checkers_agree_on_measures_of_any_length(seed: int) -> None:
    random = Random(seed)
    cells = " | ".join(["c5 . . ."] * 12)
    score = parse_grid(f"key: C major; meter: 4/4\nS: {cells}\nB: {cells}")
    _compare(replace(score, measures=_measures(random, score)), _pack("strict", {"measure-length"}))


def _measures(random: Random, score: Score) -> tuple[Measure, ...]:
    """Measures of one to five beats, with repeats, double bars and pickups here and there."""
    beat, onset, found = score.ticks(1), 0, []
    for number, measure in enumerate(score.measures[:8]):
        beats = random.choice((4, 4, 4, 4, 3, 2, 1, 5))
        pickup = beats < 4 and random.random() < (0.6 if number == 0 else 0.2)
        barline = random.choice(("", "", "", "double"))
        start, end = random.random() < 0.15, random.random() < 0.15
        found.append(measure._replace(onset=onset, length=beats * beat, is_pickup=pickup, barline=barline))
        found[-1] = found[-1]._replace(repeat_start=start, repeat_end=end)
        onset += beats * beat
    return tuple(found)
