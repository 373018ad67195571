"""Whole chorales: a plan, notes drawn for it by the network, the best of them as it is written and read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from musegen.errors import NoSolution, NotFound, UsageError
from musegen.generation.cadence_words import CadenceWish
from musegen.generation.chorales.asked import task_of, written_out
from musegen.generation.chorales.drawing import draw_plan
from musegen.generation.chorales.plan import ChoralePlan, check_plan
from musegen.generation.conditions import Condition
from musegen.generation.decode.composing import keeps_textbook, textbook_faults
from musegen.generation.naming import named
from musegen.generation.refine import Candidate, Choice
from musegen.generation.vocabulary import has_vocabulary
from musegen.generation.wishes import check_temperature
from musegen.rules.findings import Finding
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import Score
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key

_DRAWN = 6
"""How often a chorale is drawn, as long as something is wrong with all that was."""
_OTHER_CADENCE = 0.1
"""What a phrase that is heard to close otherwise than planned counts, in nats a note."""


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
    cadences: tuple[CadenceWish, ...] = (),
    like: ChoralePlan | None = None,
    temperature: float = 1.0,
) -> Iterator[Chorale]:
    """So many chorales; the one of a number is the same, however many are asked for.

    Args:
        condition: key, meter, measures, pickup, level, style, pack as wished; each is the best of its candidates.
        seed: another one gives other chorales.
        count: how many.
        phrases: how many phrases each has; 0 leaves that free.
        cadences: how phrases close, by their number; see `draw_plan`.
        like: a plan to follow instead of a drawn one, in the condition's key where that is stated.
        temperature: above 1 the network takes more chances, below 1 fewer.

    Raises:
        UsageError: no plan is as it is wished, what is wished contradicts `like`, there is no such pack, or so many
            chorales cannot be made.
        NoSolution: with the chords that the pack allows no chorale can close.
        NotFound: the search spent its effort under this pack.
    """
    pack = load_pack(condition.pack)
    check_temperature(temperature)
    for many in (count, condition.candidates):
        if not isinstance(many, int) or many < 1:
            raise UsageError(f"{many} chorales cannot be made", hint="ask for 1 or more")
    if not isinstance(seed, int) or seed < 0:
        raise UsageError(f"{seed} is no seed", hint="whole numbers from 0 on are")
    if like is not None:
        if condition.measures or condition.meter or phrases or cadences or condition.pickup not in ("none", "auto"):
            hint = "leave those out, or the plan"
            raise UsageError("a plan has its own measures, phrases, meter, pickup and cadences", hint=hint)
        check_plan(like)
    for number in range(1, count + 1):
        rng = np.random.default_rng([seed, number])
        plan = _plan(condition, rng, phrases, cadences) if like is None else like.transposed(condition.key or like.key)
        _check_close(plan.key, pack)
        yield chorale_on(plan, condition, rng, temperature=temperature)


def _check_close(home: Key, pack: Pack) -> None:
    """A pack that names its chords has those of a last cadence."""
    known = set(pack.allow.get("minor" if home.minor else "major", ()))
    if has_vocabulary(pack) and not (known & {"V", "V7"} and known & {"I", "i"}):
        conflicts = (f"the last cadence: a dominant and the tonic of {home.words}", f"the chords of {pack.id}")
        hint = "name a pack that allows more"
        raise NoSolution("these requests contradict each other", conflicts=conflicts, hint=hint)


def _plan(wished: Condition, rng: Generator, phrases: int, cadences: tuple[CadenceWish, ...]) -> ChoralePlan:
    return draw_plan(
        rng,
        key=wished.key,
        meter=wished.meter,
        measures=wished.measures,
        phrases=phrases,
        pickup=wished.pickup,
        level=wished.level,
        cadences=cadences,
    )


def chorale_on(plan: ChoralePlan, condition: Condition, rng: Generator, *, temperature: float = 1.0) -> Chorale:
    """The best of `condition.candidates` on a plan: the fewest errors, then likely and with its cadences as planned.

    Raises:
        NotFound: the search spent its effort under the condition's pack.
    """
    choice = Choice(condition.pack, 1)
    for _ in range(_DRAWN):
        choice.take(_candidates(plan, condition, rng, temperature))
        if choice.is_enough:
            break
    best = named(choice.best()[0], condition.pack)
    return Chorale(best.score, plan, best.errors, best.findings)


def other_cadences(score: Score, plan: ChoralePlan) -> list[int]:
    """The numbers of the phrases, from 0, that close otherwise than planned: another kind, or in another key.

    The numerals of a score are believed; without them its notes are heard.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.generation.chorales.following import plan_of
    >>> bach = parse_grid("meter: 2/4\\nS: e5 d5^ | d5 c5^\\nA: g4 g4 | g4 e4\\nT: c4 b3 | b3 g3\\nB: c3 g3 | g3 c3")
    >>> other_cadences(bach, plan_of(bach))
    []
    """
    heard = {cadence.onset: (cadence.kind, cadence.key) for cadence in analyse(score).cadences}
    return [
        number
        for number, phrase in enumerate(plan.phrases)
        if phrase.cadence is not None and heard.get(phrase.close) != (phrase.cadence, phrase.key)
    ]


def _candidates(plan: ChoralePlan, condition: Condition, rng: Generator, temperature: float) -> list[Candidate]:
    from musegen.generation.neural.closes import unclosed
    from musegen.generation.neural.drawing import draw
    from musegen.generation.neural.spelling import well_spelled
    from musegen.generation.neural.writing import score_of

    tasks = [task_of(plan, level=condition.level, style=condition.style)] * condition.candidates
    answers = draw(tasks, rng, pack=condition.pack, temperature=temperature)
    found, textbook = [], keeps_textbook(condition.pack)
    for answer in (each[0] for each in answers if each):
        drawn = written_out(plan, answer)
        score = score_of(well_spelled(drawn), measures=plan.measures, title=title_of(plan))
        notes = max(int(drawn.frames.attack.sum()), 1)
        others = len(other_cadences(replace(score, harmonies=()), plan))
        faults = 0
        if textbook:
            faults = textbook_faults(drawn.frames.pitch, drawn.frames.fifths, ())
            faults += len(unclosed(tasks[0], answer.frames.pitch))
        likely = drawn.log_probability / notes - _OTHER_CADENCE * others
        found.append(Candidate(score, likely, drawn.cost, faults=faults))
    if not found:
        hint = "another --seed, pack or length may do"
        raise NotFound(f"the search found no chorale under the pack {condition.pack}", hint=hint)
    return found


def title_of(plan: ChoralePlan) -> str:
    """What stands over the sheet."""
    return f"Chorale in {plan.key.words}"
