"""Teaches the critic of tunes: `python -m musegen.generation.tunes.learn_critic`, four minutes of one core.

Real are the tunes of the split train of the collections that music21 has; those of the split valid choose how much the
weights are held back. Drawn are candidates as the ranking gets them, for wishes made of training tunes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.generation.tunes.critic import TABLE, Critic, Floats, Habits, habits_of, looks
from musegen.generation.tunes.known import Known, known_tunes, wish_like
from musegen.generation.tunes.making import candidates_of
from musegen.score.whole_files import write_atomically
from musegen.theory.tunes.tune import Tune

_WISHES, _CANDIDATES = 160, 24
_SEED = 25
_LEFT_OUT = 4
"""Every so manieth wish is not learned from while strengths are compared."""
_STRENGTHS = (0.0003, 0.001, 0.003, 0.01)
"""C of the logistic regression."""


class Lesson(NamedTuple):
    """Rows of `looks`, real first."""

    real: Floats
    drawn: Floats


def drawn_for(tunes: Sequence[Known], rng: Generator) -> Iterator[list[Tune]]:
    """The candidates of wishes made of tunes that are drawn by chance."""
    for number in rng.choice(len(tunes), _WISHES, replace=False).tolist():
        wish = replace(wish_like(tunes[number]), candidates=_CANDIDATES)
        yield [melody.tune for melody in candidates_of(wish, np.random.default_rng([_SEED, number]))]


def fitted(lesson: Lesson, habits: Habits, strength: float) -> Critic:
    """The critic that a lesson teaches; both sides weigh alike, however many tunes they have."""
    from sklearn.linear_model import LogisticRegression

    usual = np.nan_to_num(np.nanmedian(lesson.real, axis=0))
    rows = np.vstack([lesson.real, lesson.drawn])
    filled = np.where(np.isfinite(rows), rows, usual)
    blank = Critic(habits, usual, filled.mean(axis=0), filled.std(axis=0) + 1e-6, np.zeros(0), 0.0)
    is_real = np.arange(len(rows)) < len(lesson.real)
    regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=1000)
    found = regression.fit(blank.terms(rows), is_real)
    return blank._replace(weights=found.coef_[0], bias=float(found.intercept_[0]))


def loss(critic: Critic, lesson: Lesson) -> float:
    """Nats a tune that a critic pays for what it is wrong about, both sides weighed alike."""
    sides = [critic.terms(rows) @ critic.weights + critic.bias for rows in lesson]
    return float(np.logaddexp(0, -sides[0]).mean() + np.logaddexp(0, sides[1]).mean()) / 2


def learned() -> Critic:
    """The critic of the training tunes and of what the network draws, told as it is learned."""
    tunes = known_tunes("train")
    habits = habits_of([one.tune for one in tunes])
    real = np.array([looks(one.tune, habits.without(habits_of([one.tune]))) for one in tunes])
    held = np.array([looks(one.tune, habits) for one in known_tunes("valid")])
    drawn = np.array([
        [looks(tune, habits) for tune in wish] for wish in drawn_for(tunes, np.random.default_rng(_SEED))
    ])  # fmt: skip
    left_out = np.arange(len(drawn)) % _LEFT_OUT == 0
    kept, tried = (drawn[chosen].reshape(-1, drawn.shape[-1]) for chosen in (~left_out, left_out))
    losses = {one: loss(fitted(Lesson(real, kept), habits, one), Lesson(held, tried)) for one in _STRENGTHS}
    strength = min(losses, key=losses.__getitem__)
    print(
        f"{len(real)} real, {drawn.shape[0]} times {drawn.shape[1]} drawn; nats a tune left out, by strength:", losses
    )
    return fitted(Lesson(real, drawn.reshape(-1, drawn.shape[-1])), habits, strength)


def written(critic: Critic) -> bytes:
    """The file of a critic."""
    columns: dict[str, Any] = {
        name: getattr(critic, name).astype(np.float32) for name in ("usual", "centre", "spread", "weights")
    }  # fmt: skip
    habits = {name: table.astype(np.uint16) for name, table in critic.habits._asdict().items()}
    stored = io.BytesIO()
    np.savez_compressed(stored, **columns, **habits, bias=np.float32(critic.bias))
    return stored.getvalue()


if __name__ == "__main__":
    write_atomically(TABLE, written(learned()))
