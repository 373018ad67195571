"""Voices, textures and lines full of faults: the second checker finds what the real one finds, rule by rule."""

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_grids import HABITS, RULES_OF_LINES, random_grid
from second_checker import SECOND, Music

from musegen.rules.catalogue import catalogue
from musegen.rules.engine import check
from musegen.rules.packs import Pack
from musegen.score.textgrid import parse_grid
from musegen.theory.annotations.given import given_analysis

NAMES = [rule for rule, judge in SECOND.items() if judge.__module__ in RULES_OF_LINES]
PACK = Pack("lines", "", tuple(catalogue()[name] for name in NAMES))
QUIET = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Found = dict[str, list[tuple[object, ...]]]


@pytest.mark.parametrize("habit", HABITS)
@QUIET
@given(st.randoms(use_true_random=False))
def test_two_checkers_agree_on_music_full_of_faults(habit: str, rng: Random) -> None:
    real, found = _by_both(random_grid(rng, HABITS[habit]))
    assert found == real


def test_every_rule_of_voices_and_lines_is_broken_in_such_music() -> None:
    broken: Counter[str] = Counter()
    for seed in range(16):
        for habit in HABITS.values():
            real, found = _by_both(random_grid(Random(seed), habit))
            assert found == real
            broken.update({rule: len(places) for rule, places in real.items()})
    assert [rule for rule in NAMES if not broken[rule]] == []


def _by_both(grid: str) -> tuple[Found, Found]:
    """For each rule where the real checker and the second one find it broken."""
    score = parse_grid(grid)
    analysis = given_analysis(score)
    real: Found = {rule: [] for rule in NAMES}
    for item in check(score, PACK, analysis, infer=False).findings:
        real[item.rule].append((item.measure, item.beat, item.voices))
    music = Music(score, analysis)
    found: Found = {rule.id: [tuple(place) for place in set(SECOND[rule.id](music, rule))] for rule in PACK.rules}
    return _sorted(real), _sorted(found)


def _sorted(found: Found) -> Found:
    return {rule: sorted(places, key=str) for rule, places in found.items()}
