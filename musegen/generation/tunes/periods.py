"""Plans of exercises and songs: phrases that close half-way and are answered, a motif that returns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.random import Generator

from musegen.generation.tunes.plans import Plan, formed
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.form import NEW, PHRASE, RHYTHM, SAME, VARIED
from musegen.theory.tunes.symbols import MODES, Ints

_BLOCK = 2 * PHRASE
_SHORT = 3
"""Bars of a melody that is one phrase."""
_TONIC, _SECOND, _FIFTH, _SEVENTH = 0, 1, 4, 6
_HALF_CLOSES, _OFTEN = (_SECOND, _FIFTH, _SEVENTH), (0.45, 0.4, 0.15)
_WITH_LEADING_TONE = "major", "lydian"
_MODELS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((-1,),), 2: ((-1, 0),), 3: ((-1, -1, 0), (-1, 0, -1)), 4: ((-1, 0, -1, 0), (-1, 0, -1, 0), (-1, -1, 0, 1)),
}  # fmt: skip
"""Of so many phrases: which earlier one each takes up; -1 is none. A A B A is the usual song."""
_OPENINGS = ((NEW, NEW, RHYTHM), (NEW, RHYTHM, NEW), (NEW, NEW, NEW))
"""The first bars of a phrase that is new: one in the rhythm of its first, or none."""


def period_plan(
    rng: Generator, meter: TimeSignature, measures: int, *, pickup: int = 0, mode: str = "major",
    chords: Sequence[Hashable] = (), approach: tuple[int, int] = (0, 3),
) -> Plan:  # fmt: skip
    """A plan in phrases of four bars, without repeats.

    Args:
        rng: chance.
        meter: of the melody.
        measures: how many bars.
        pickup: the upbeat, in parts of the grid.
        mode: of the melody.
        chords: what stands over each bar; a bar comes again only where its chords do.
        approach: staff places by which a last note is reached, at least and at most.

    >>> plan = period_plan(np.random.default_rng(1), TimeSignature(4, 4), 8)
    >>> plan.phrases, plan.form.goal[3] in (1, 4, 6), int(plan.form.goal[7]), plan.form.source[4:6].tolist()
    ((0, 4), True, 0, [0, 1])
    """
    sizes = _sizes(measures)
    begins = np.cumsum([0, *sizes[:-1]]).tolist()
    models = _models(len(sizes), rng)
    kinship, source = np.full(measures, NEW), np.arange(measures)
    for begin, size, model in zip(begins, sizes, models, strict=True):
        kinds, back = _new(size, rng) if model < 0 else _again(size, begin - begins[model], sizes[model], rng)
        kinship[begin : begin + size], source[begin : begin + size] = kinds, np.arange(begin, begin + size) - back
    kinship, source = _as_chords_are(kinship, source, chords)
    goals = _goals(models, mode, rng)
    starts = [begin for begin in begins if begin % _BLOCK == 0] if measures % _BLOCK == 0 else [0]
    form = formed(kinship, source, starts, np.repeat(goals, sizes))
    form = form._replace(goal=np.repeat(goals, sizes))
    breaths = tuple(begin for begin in begins if begin not in starts)
    again = (False,) * len(starts)
    known = MODES.index(mode)
    return Plan(meter, pickup, form, tuple(starts), again, known, breaths, is_phrased=True, approach=approach)


def _sizes(measures: int) -> list[int]:
    """Bars of each phrase: four, the last one what is left; of very short melodies two.

    >>> [_sizes(measures) for measures in (3, 4, 5, 8, 9, 14)]
    [[3], [2, 2], [2, 3], [4, 4], [4, 5], [4, 4, 4, 2]]
    """
    if measures <= _SHORT:
        return [measures]
    if measures <= PHRASE + 1:
        return [2, measures - 2]
    whole, left = divmod(measures, PHRASE)
    if left == 1:
        return [PHRASE] * (whole - 1) + [PHRASE + 1]
    return [PHRASE] * whole + [left] * (left > 0)


def _models(phrases: int, rng: Generator) -> list[int]:
    """Which earlier phrase each takes up; many phrases go in pairs, and the pairs as few phrases do."""
    if phrases in _MODELS:
        choices = _MODELS[phrases]
        return list(choices[rng.integers(len(choices))])
    found: list[int] = []
    for pair, model in enumerate(_models(-(-phrases // 2), rng)):
        found += [-1, 2 * pair] if model < 0 else [2 * model, 2 * model + 1]
    return found[:phrases]


def _new(size: int, rng: Generator) -> tuple[Ints, Ints]:
    """Kinships of the bars of a phrase that takes up none, and how many bars back their models lie."""
    kinds = np.array([*_OPENINGS[rng.integers(len(_OPENINGS))], *[NEW] * size])[:size]
    if size > 1:
        kinds[-1] = NEW
    return kinds, np.where(kinds == NEW, 0, np.arange(size))


def _again(size: int, back: int, modelled: int, rng: Generator) -> tuple[Ints, Ints]:
    """The same of a phrase that takes up an earlier one: its first half, then its rhythm to another close."""
    places = np.arange(size)
    middle = rng.choice([VARIED, RHYTHM, NEW])
    first = rng.choice([SAME, SAME, VARIED])
    kinds = np.where(places < -(-size // 2), first, middle)
    kinds[-1] = RHYTHM
    kinds[places >= modelled] = NEW
    return kinds, np.where(kinds == NEW, 0, back)


def _goals(models: list[int], mode: str, rng: Generator) -> Ints:
    """The degree on which each phrase closes: the last on the tonic, so may one that answers; others half-way."""
    goals = rng.choice(_HALF_CLOSES, len(models), p=_OFTEN)
    if mode not in _WITH_LEADING_TONE:
        goals[goals == _SEVENTH] = _SECOND
    for number, model in enumerate(models):
        if model >= 0 and model == number - 1 and rng.random() < 1 / 2:
            goals[number] = _TONIC
    goals[-1] = _TONIC
    return np.asarray(goals)


def _as_chords_are(kinship: Ints, source: Ints, chords: Sequence[Hashable]) -> tuple[Ints, Ints]:
    """Bars over other chords than their models have only the rhythm of these."""
    if not chords:
        return kinship, source
    differ = np.array([chords[bar] != chords[model] for bar, model in enumerate(source.tolist())])
    return np.where(differ & np.isin(kinship, (SAME, VARIED)), RHYTHM, kinship), source
