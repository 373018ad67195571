"""The critic of phrases as a judge: it learned to tell Bach's from those of a generator that tried to please it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.evaluation.adversary import area
from musegen.evaluation.readings import notes_alone
from musegen.evaluation.sure import Figure, Sample, drawn
from musegen.generation.neural.frames import frames_of
from musegen.generation.neural.said import said_of
from musegen.generation.phrases.encoding import Phrases, phrases_in
from musegen.generation.phrases.network import phrase_network
from musegen.score.keeping import kept
from musegen.score.model import Score

Floats = npt.NDArray[np.float64]


class _Told(NamedTuple):
    """What the critic tells of a set."""

    told: Floats  # (phrases,)
    groups: tuple[str, ...]  # of each phrase


def phrases_of(score: Score) -> Phrases:
    """The last eight beats of every phrase in 4/4, as the neural engine hears key and phrases in the notes alone.

    Raises:
        UnreadableFile: it has not four voices.
    """

    def found(piece: Score) -> Phrases:
        bare, analysis = notes_alone(piece)
        return phrases_in(frames_of(bare), said_of(bare, analysis))

    return kept(score, "phrases", found)


def critic_figures(made: Sample, real: Sample) -> list[Figure]:
    """How well the critic tells phrases of two sets apart: 0.5 not at all; and by how much real ones please it more.

    NaN where one set has no phrase of eight beats in 4/4.
    """
    names = ("critic: real-or-made AUC", "critic: real less made")
    both = [_told(made), _told(real)]
    if not all(len(one.told) for one in both):
        return [Figure(name, float("nan")) for name in names]
    told = np.concatenate([one.told for one in both])
    is_made = np.arange(len(told)) < len(both[0].told)
    sample = Sample("both", (), (*both[0].groups, *both[1].groups))
    return [
        drawn(names[0], sample, lambda rows: area(-told[rows], is_made[rows])),
        drawn(names[1], sample, lambda rows: _apart(told[rows], is_made[rows])),
    ]


def _told(sample: Sample) -> _Told:
    found = [phrases_of(score) for score in sample.scores]
    groups = [group for group, phrases in zip(sample.groups, found, strict=True) for _ in phrases.note]
    if not groups:
        return _Told(np.zeros(0), ())
    return _Told(phrase_network().judged(Phrases.joined(found)).astype(np.float64), tuple(groups))


def _apart(told: Floats, is_made: npt.NDArray[np.bool_]) -> float:
    if is_made.all() or not is_made.any():
        return float("nan")
    return float(told[~is_made].mean() - told[is_made].mean())
