"""Hands, voicings, figures, instruments and notation full of faults: two checkers find the same."""

from collections import Counter
from random import Random

import pytest
import random_papers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from second_checker import SECOND, Music

from musegen.rules.catalogue import catalogue
from musegen.rules.engine import check
from musegen.rules.packs import Pack
from musegen.score.model import Score

KINDS = {
    "keyboard_piece": "wide-hand too-many-fingers hand-leap crossed-hands melody-covered clash-with-melody "
    "bass-off-chord outside-chord-symbol",
    "keyboard_style": "wide-right-hand",
    "lead_sheet": "missing-guide-tone guide-tone-leap avoid-note minor-ninth low-interval wrong-slash-bass",
    "figured_bass": "figure-missing figure-foreign figure-altered figure-unreadable figure-suspension",
    "ensemble": "instrument-range instrument-comfort double-stop monophonic-chord",
    "long_breaths": "no-breath",
    "paper": "overlapping-notes dangling-tie triple-accidental tiny-note long-note duplicate-note empty-part "
    "missing-final-barline fermata-not-aligned",
}
QUIET = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = 16

Found = dict[str, list[tuple[object, ...]]]


@pytest.mark.parametrize("kind", KINDS)
@QUIET
@given(st.randoms(use_true_random=False))
def test_two_checkers_agree_on_papers_full_of_faults(kind: str, random: Random) -> None:
    real, found = _by_both(_made(kind, random), kind)
    assert found == real


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_of_the_paper_is_broken_in_such_music(kind: str) -> None:
    broken: Counter[str] = Counter()
    for seed in range(SEEDS):
        real, found = _by_both(_made(kind, Random(seed)), kind)
        assert found == real
        broken.update({rule: len(places) for rule, places in real.items()})
    assert [rule for rule in KINDS[kind].split() if not broken[rule]] == []


def _made(kind: str, random: Random) -> Score:
    score: Score = getattr(random_papers, kind)(random)
    return score


def _by_both(score: Score, kind: str) -> tuple[Found, Found]:
    """For each rule where the real checker and the second one find it broken, each place once."""
    rules = [catalogue()[name] for name in KINDS[kind].split()]
    report = check(score, Pack(kind, "", tuple(rules)), infer=False)
    music = Music(score)
    real: Found = {rule.id: [] for rule in rules}
    for item in report.findings:
        real[item.rule].append((item.measure, item.beat, item.voices))
    found: Found = {rule.id: [tuple(place) for place in SECOND[rule.id](music, rule)] for rule in rules}
    return _sorted(real), _sorted(found)


def _sorted(found: Found) -> Found:
    return {rule: sorted(set(places), key=str) for rule, places in found.items()}
