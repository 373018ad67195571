"""What listeners' answers say: shares with exact intervals, strengths of pairwise preference, agreement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.evaluation.listening.answers import Answers, Choice, Verdict
from musegen.features.bootstraps import intervals

Floats = npt.NDArray[np.float64]
CONFIDENCE = 0.95
HALF_A_WIN = 0.5
"""Each two sources that met are given half a win either way: else one that never lost would have no strength."""
_Z = 1.959964
_TURNS = 10_000


class Share(NamedTuple):
    """So many of so many, with Clopper and Pearson's exact interval, and the exact two-sided test against one half."""

    name: str
    some: int
    every: int
    low: float
    high: float
    p: float

    @property
    def share(self) -> float:
        """NaN of nothing."""
        return self.some / self.every if self.every else float("nan")


class Rating(NamedTuple):
    """The mean rating of a source, with the middle 95 % of bootstraps over listeners (NaN of fewer than five)."""

    source: str
    mean: float
    low: float
    high: float
    answers: int


class Strength(NamedTuple):
    """How strong a source is against the others after Bradley and Terry, in natural logarithms; their mean is 0."""

    source: str
    strength: float
    low: float
    high: float
    wins: int
    losses: int

    def beats(self, other: Strength) -> float:
        """The chance of being preferred to another source."""
        return 1 / (1 + math.exp(other.strength - self.strength))


class Results(NamedTuple):
    """All that the answers say."""

    test: str
    listeners: int
    known: int
    taken_for_real: tuple[Share, ...]  # by source
    correct: Share  # verdicts that were right, of all
    ratings: tuple[Rating, ...]
    strengths: tuple[Strength, ...]  # strongest first
    agreement: float  # Krippendorff's alpha of verdicts; NaN where no item has two
    rating_agreement: float  # the same of ratings, as intervals


def results(answers: Answers, rng: Generator) -> Results:
    """The statistics of a test; bootstraps are drawn by `rng`."""
    from musegen.evaluation.listening.making import REAL

    verdicts = answers.verdicts
    sources = sorted({one.source for one in verdicts}, key=lambda name: (name != REAL, name))
    shares = [_share(name, (one.said_real for one in verdicts if one.source == name)) for name in sources]
    correct = _share("correct", (one.said_real == (one.source == REAL) for one in verdicts))
    items = [one.item for one in verdicts]
    return Results(
        answers.test, len(answers.listeners), answers.known, tuple(shares), correct,
        tuple(_rating(name, verdicts, rng) for name in sources), bradley_terry(answers.choices),
        krippendorff(items, [float(one.said_real) for one in verdicts]),
        krippendorff(items, [float(one.rating) for one in verdicts]),
    )  # fmt: skip


def share(name: str, some: int, every: int) -> Share:
    """The share with its exact interval and test.

    Source: C. Clopper and E. Pearson, The use of confidence or fiducial limits, Biometrika 26 (1934).

    >>> found = share("made", 8, 10)
    >>> round(found.low, 3), round(found.high, 3), round(found.p, 3)
    (0.444, 0.975, 0.109)
    """
    from scipy.stats import beta, binomtest

    if not every:
        return Share(name, 0, 0, float("nan"), float("nan"), float("nan"))
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, some, every - some + 1)) if some else 0.0
    high = float(beta.ppf(1 - tail, some + 1, every - some)) if some < every else 1.0
    return Share(name, some, every, low, high, float(binomtest(some, every).pvalue))


def bradley_terry(choices: Sequence[Choice]) -> tuple[Strength, ...]:
    """The strengths of sources, strongest first, with intervals from the curvature of the likelihood.

    Source: R. Bradley and M. Terry, Rank analysis of incomplete block designs, Biometrika 39 (1952); fitted as in
    D. Hunter, MM algorithms for generalized Bradley-Terry models, Annals of Statistics 32 (2004). `HALF_A_WIN` either
    way between sources that met keeps strengths finite.

    >>> found = bradley_terry([Choice("ann", "a", "b")] * 3 + [Choice("ann", "b", "a")])
    >>> [(one.source, round(one.strength, 3)) for one in found]
    [('a', 0.424), ('b', -0.424)]
    """
    names = sorted({name for one in choices for name in (one.chosen, one.other)})
    if len(names) < 2:
        return ()
    place = {name: number for number, name in enumerate(names)}
    wins = np.zeros((len(names), len(names)))
    for one in choices:
        if one.chosen != one.other:
            wins[place[one.chosen], place[one.other]] += 1
    met = (wins + wins.T) > 0
    logs = _fitted(wins + HALF_A_WIN * met)
    errors = _errors(logs, (wins + wins.T) + 2 * HALF_A_WIN * met)
    found = [
        Strength(name, float(logs[n]), float(logs[n] - _Z * errors[n]), float(logs[n] + _Z * errors[n]),
                 int(wins[n].sum()), int(wins[:, n].sum()))
        for n, name in enumerate(names)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: -one.strength))


def krippendorff(items: Sequence[str], values: Sequence[float]) -> float:
    """Krippendorff's alpha, squared differences: 1 all agree, 0 as by chance; NaN where no item has two values.

    Of two kinds of answers (0 and 1) it is the nominal alpha.

    Source: K. Krippendorff, Content Analysis (1980), ch. 12.

    >>> krippendorff(["a", "a", "b", "b"], [1, 1, 0, 0]), round(krippendorff(["a", "a", "b", "b"], [1, 0, 0, 1]), 2)
    (1.0, -0.5)
    """
    by_item: dict[str, list[float]] = {}
    for item, value in zip(items, values, strict=True):
        by_item.setdefault(item, []).append(value)
    units = [np.array(found) for found in by_item.values() if len(found) > 1]
    if not units:
        return float("nan")
    every = np.concatenate(units)
    observed = sum(_squares(unit) / (len(unit) - 1) for unit in units) / len(every)
    expected = _squares(every) / (len(every) * (len(every) - 1))
    return float(1 - observed / expected) if expected else 1.0


def _squares(values: Floats) -> float:
    """The sum of squared differences of all ordered pairs."""
    return float(2 * len(values) * (values**2).sum() - 2 * values.sum() ** 2)


def _share(name: str, hits: Iterable[bool]) -> Share:
    found = list(hits)
    return share(name, sum(found), len(found))


def _rating(source: str, verdicts: Sequence[Verdict], rng: Generator) -> Rating:
    rows = [one for one in verdicts if one.source == source]
    values = np.array([float(one.rating) for one in rows])
    low, high = intervals(values[:, None], np.ones(len(values)), [one.listener for one in rows], rng)
    return Rating(source, float(values.mean()), float(low[0]), float(high[0]), len(rows))


def _fitted(wins: Floats) -> Floats:
    """Strengths in logarithms, their mean 0, by minorising and maximising."""
    games, total = wins + wins.T, wins.sum(axis=1)
    strength = np.ones(len(wins))
    for _ in range(_TURNS):
        after = total / (games / (strength[:, None] + strength)).sum(axis=1)
        after /= np.exp(np.log(after).mean())
        if np.abs(np.log(after / strength)).max() < 1e-10:
            break
        strength = after
    return np.asarray(np.log(strength))


def _errors(logs: Floats, games: Floats) -> Floats:
    """Standard errors of the logarithms under a mean of 0."""
    chance = 1 / (1 + np.exp(logs - logs[:, None]))
    weight = games * chance * (1 - chance)
    information = np.diag(weight.sum(axis=1)) - weight
    return np.asarray(np.sqrt(np.maximum(np.diag(np.linalg.pinv(information)), 0)))
