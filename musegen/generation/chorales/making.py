"""Whole chorales: a plan, notes drawn for it by the network, the best of them as it is written and read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from musegen.errors import NotFound
from musegen.generation.chorales.asked import task_of, written_out
from musegen.generation.chorales.drawing import draw_plan
from musegen.generation.chorales.plan import ChoralePlan
from musegen.generation.conditions import Condition
from musegen.generation.refine import Candidate, refined
from musegen.rules.findings import Finding
from musegen.rules.packs import load_pack
from musegen.score.model import Score

EFFORTS = (4, 16)
"""Particles of the search: where none of a few comes through, more are tried."""


@dataclass(frozen=True)
class Chorale:
    """Four parts with numerals and fermatas, the plan that they follow, and what the rules find in them."""

    score: Score
    plan: ChoralePlan
    errors: int  # findings of severity error under the condition's pack
    findings: tuple[Finding, ...]


def chorales(
    condition: Condition,
    *,
    seed: int,
    count: int = 1,
    phrases: int = 0,
    like: ChoralePlan | None = None,
    temperature: float = 1.0,
) -> Iterator[Chorale]:
    """So many chorales; the one of a number is the same, however many are asked for.

    Args:
        condition: key, meter, measures, pickup, level, style, pack as wished; each is the best of its candidates.
        seed: another one gives other chorales.
        count: how many.
        phrases: how many phrases each has; 0 leaves that free.
        like: a plan to follow instead of a drawn one, in the condition's key where that is stated.
        temperature: above 1 the network takes more chances, below 1 fewer.

    Raises:
        UsageError: no plan is as it is wished, or there is no such pack.
        NotFound: the search spent its effort under this pack.
    """
    load_pack(condition.pack)
    for number in range(1, count + 1):
        rng = np.random.default_rng([seed, number])
        plan = _plan(condition, rng, phrases) if like is None else like.transposed(condition.key or like.key)
        yield chorale_on(plan, condition, rng, temperature=temperature)


def _plan(wished: Condition, rng: Generator, phrases: int) -> ChoralePlan:
    return draw_plan(
        rng,
        key=wished.key,
        meter=wished.meter,
        measures=wished.measures,
        phrases=phrases,
        pickup=wished.pickup,
        level=wished.level,
    )


def chorale_on(plan: ChoralePlan, condition: Condition, rng: Generator, *, temperature: float = 1.0) -> Chorale:
    """The best of `condition.candidates` chorales on a plan.

    Raises:
        NotFound: the search spent its effort under the condition's pack.
    """
    settings = _candidates(plan, condition, rng, temperature)
    best = refined(settings, pack=condition.pack, count=1)[0]
    return Chorale(best.score, plan, best.errors, best.findings)


def _candidates(plan: ChoralePlan, condition: Condition, rng: Generator, temperature: float) -> list[Candidate]:
    from musegen.generation.neural.drawing import draw
    from musegen.generation.neural.writing import score_of

    tasks = [task_of(plan, level=condition.level, style=condition.style)] * condition.candidates
    for particles in EFFORTS:
        answers = draw(tasks, rng, pack=condition.pack, particles=particles, temperature=temperature)
        best = [written_out(plan, each[0]) for each in answers if each]
        if best:
            break
    else:
        hint = "another --seed, pack or length may do"
        raise NotFound(f"the search found no chorale under the pack {condition.pack}", hint=hint)
    found = []
    for drawn in best:
        score = score_of(drawn, measures=plan.measures, title=title_of(plan))
        notes = max(int(drawn.frames.attack.sum()), 1)
        found.append(Candidate(score, drawn.log_probability / notes, drawn.cost))
    return found


def title_of(plan: ChoralePlan) -> str:
    """What stands over the sheet."""
    return f"Chorale in {plan.key.words}"
