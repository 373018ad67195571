"""The judges of phrases: kinds that a corpus has and a generator makes, and the critic."""

from __future__ import annotations

import numpy as np
import pytest

from musegen.evaluation.critic import critic_figures, phrases_of
from musegen.evaluation.phrase_judging import one_by_one
from musegen.evaluation.phrase_kinds import KINDS, Coverage, Kinds, features_of_phrases, numbers_of
from musegen.evaluation.sure import Sample
from musegen.generation.neural.frames import frames_of
from musegen.score.files import read
from musegen.score.textgrid import parse_grid


@pytest.fixture(scope="module")
def corpus() -> np.ndarray:
    """Twenty well-parted clouds of forty points."""
    rng = np.random.default_rng(0)
    return (rng.normal(0, 5, (KINDS, 1, 30)) + rng.normal(0, 0.1, (KINDS, 40, 30))).reshape(-1, 30)


def test_a_generator_that_does_what_the_corpus_does_covers_every_kind(corpus: np.ndarray) -> None:
    found = Kinds(corpus).coverage(corpus[::2], corpus[1::2])
    assert found.covered == KINDS
    assert found.distance == pytest.approx(0.0)


def test_a_generator_that_knows_five_kinds_covers_five(corpus: np.ndarray) -> None:
    found = Kinds(corpus).coverage(corpus[:200], corpus)
    assert found.covered == 5
    assert found.distance == pytest.approx(0.75)


def test_a_kind_is_covered_from_a_quarter_of_its_share_on() -> None:
    held = np.full(KINDS, 0.05)
    made = held.copy()
    made[0], made[1] = 0.0124, 0.0126
    assert Coverage(held, made).covered == KINDS - 1


def test_what_is_undefined_or_always_the_same_tells_nothing(corpus: np.ndarray) -> None:
    more = np.concatenate([corpus, np.full((len(corpus), 1), np.nan), np.ones((len(corpus), 1))], axis=1)
    shares = Kinds(more).shares(more)
    assert np.allclose(np.sort(shares), np.sort(Kinds(corpus).shares(corpus)))


def test_phrases_of_a_chorale_stand_alike_on_paper_and_are_measured() -> None:
    phrases = phrases_of(read("bach/bwv40.8"))
    sheets = one_by_one(phrases.rows(slice(0, 2)))
    assert [sheet.measures[0].key_signature.fifths for sheet in sheets] == [0, 0]
    assert numbers_of(sheets).shape == (2, sum(len(one.columns) for one in features_of_phrases()))
    first = frames_of(sheets[0]).pitch[::2]
    assert (np.diff(first, axis=0) == np.diff(phrases.note[0], axis=0)).all()


def test_the_critic_tells_bach_from_wandering_and_nothing_of_no_phrases() -> None:
    bach = Sample.of("Bach", [read(f"bach/{name}") for name in ("bwv40.8", "bwv66.6", "bwv153.1", "bwv86.6")])
    nothing = Sample.of("none", [parse_grid("meter: 3/4\nS: c5 d5 e5\nA: g4 g4 g4\nT: e4 d4 c4\nB: c3 b2 c3")])
    auc, apart = critic_figures(bach, bach)
    assert auc.value == pytest.approx(0.5)
    assert apart.value == pytest.approx(0.0, abs=1e-6)
    assert all(np.isnan(one.value) for one in critic_figures(nothing, bach))
