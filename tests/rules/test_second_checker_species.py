"""Species exercises full of faults: the second checker finds what the real one finds, rule by rule."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_species import random_exercise
from second_checker import SECOND, places
from test_species import faulty_solutions

from musegen.rules.engine import check
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import Score
from musegen.score.textgrid import parse_grid

MINE = {rule for rule, judge in SECOND.items() if ".species" in judge.__module__}
PACKS = {f"species-{number}": load_pack(f"species-{number}") for number in range(1, 6)}
QUIET = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Found = set[tuple[object, ...]]


@pytest.mark.parametrize("species", range(1, 6))
@QUIET
@given(seed=st.integers(0, 2**32 - 1))
def test_two_checkers_agree_on_exercises_full_of_faults(species: int, seed: int) -> None:
    grid, cantus = random_exercise(Random(seed), species)
    real, found = _by_both(parse_grid(grid), PACKS[f"species-{species}"], cantus)
    assert found == real


@QUIET
@given(faulty_solutions(), st.sampled_from(sorted(PACKS)))
def test_two_checkers_agree_on_fux_with_false_notes_in_any_species(exercise: tuple[dict, Score], pack: str) -> None:
    model, score = exercise
    real, found = _by_both(score, PACKS[pack], model["cantus_firmus"])
    assert found == real


def test_every_rule_of_the_species_is_broken_in_such_exercises() -> None:
    broken: Counter[object] = Counter()
    for seed in range(300):
        species = seed % 5 + 1
        grid, cantus = random_exercise(Random(seed), species)
        real, found = _by_both(parse_grid(grid), PACKS[f"species-{species}"], cantus)
        assert found == real
        broken.update(rule for rule, *_ in real)
    assert MINE - set(broken) == set()


def _by_both(score: Score, pack: Pack, cantus: str) -> tuple[Found, Found]:
    """What the real checker and the second one find of the rules of the species."""
    alone = replace(pack, rules=tuple(rule for rule in pack.rules if rule.id in MINE and rule.enabled))
    real = {(item.rule, *item.place) for item in check(score, alone, cantus_firmus=cantus).findings}
    found = {(rule.id, *place) for rule in alone.rules for place in places(score, rule, None, cantus)}
    return real, found
