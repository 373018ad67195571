"""Primers: the opening that a melody goes on from, read from a score."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from musegen.errors import UsageError
from musegen.generation.tunes.drawing import Opening
from musegen.generation.tunes.plans import Plan
from musegen.score.model import Score
from musegen.theory.tunes.symbols import Home
from musegen.theory.tunes.tune import Tune, tune_of


class Primer(NamedTuple):
    """A tune whose events are kept, and which a melody goes on from where its last note ends."""

    tune: Tune

    @property
    def pickup(self) -> int:
        """Its upbeat, in parts of the grid."""
        return max(0, -int(self.tune.onset[0]))

    @property
    def opening(self) -> Opening:
        """Its events, without the rests at its end."""
        notes = np.flatnonzero(self.tune.is_note)
        kept = slice(0, int(notes[-1]) + 1)
        return Opening(self.tune.symbol[kept], self.tune.length[kept])

    def fitted(self, plan: Plan) -> Plan:
        """The plan with the upbeat of the primer.

        Raises:
            UsageError: the primer is as long as the plan, or longer.
        """
        plan = replace(plan, pickup=self.pickup)
        if self.opening.duration - self.pickup > plan.end - plan.bar:
            told = f"the primer has {self.tune.bars} measures, the melody {plan.bars}"
            raise UsageError(told, hint="ask for more --measures, or give a shorter primer")
        return plan


def primer_of(score: Score, home: Home | None = None) -> Primer:
    """A score as a primer; in which key it is may be told, where its last note would tell another.

    Raises:
        MalformedScore: it is no tune.
    """
    return Primer(tune_of(score, 1, home))
