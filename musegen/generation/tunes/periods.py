"""Plans of exercises and songs: phrases that close half-way and are answered, a motif that returns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.random import Generator

from musegen.generation.tunes.plans import Plan, formed, song_form
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
_ANSWERS = {
    (SAME, SAME, 0): 14, (SAME, VARIED, 0): 8, (VARIED, VARIED, 0): 8,
    (RHYTHM, RHYTHM, 1): 14, (RHYTHM, RHYTHM, 0): 12,
    (RHYTHM, NEW, 0): 12, (RHYTHM, NEW, 1): 8, (NEW, RHYTHM, 0): 8,
    (VARIED, NEW, 0): 8, (SAME, NEW, 0): 8,
}  # fmt: skip
"""How a phrase takes up the first two bars of another, whether as a sequence, and how often out of a hundred.

Of 472 songs of OpenEWLD the fifth and sixth bars are the first two in 7 %, these varied in 8, in their rhythm or a
sequence of them in 12; in 42 it is one of the two, or each in another way; in 31 none is: these are left out, for an
exercise should hold together (tests/benchmarks/song_phrases.py).
"""
_MOVES, _MOVED_OFTEN = (1, -1, 2, -2), (0.4, 0.3, 0.1, 0.2)
"""Staff places by which a sequence lies from its model."""


def period_plan(
    rng: Generator, meter: TimeSignature, measures: int, *, pickup: int = 0, mode: str = "major",
    chords: Sequence[Hashable] = (), is_exercise: bool = False,
) -> Plan:  # fmt: skip
    """A plan in phrases of four bars, without repeats.

    Which bar comes again is as in the beginning of a real song; in exercises each later phrase answers an earlier one.

    Args:
        rng: chance.
        meter: of the melody.
        measures: how many bars.
        pickup: the upbeat, in parts of the grid.
        mode: of the melody.
        chords: what stands over each bar; a bar comes again only where its chords do.
        is_exercise: whether last notes are come to by step, and phrases hold together.

    >>> plan = period_plan(np.random.default_rng(1), TimeSignature(4, 4), 8, is_exercise=True)
    >>> plan.phrases, plan.form.goal[3] in (1, 4, 6), int(plan.form.goal[7]), int(plan.form.source[4])
    ((0, 4), True, 0, 0)
    """
    sizes = _sizes(measures)
    begins = np.cumsum([0, *sizes[:-1]]).tolist()
    real = None if is_exercise else song_form(rng, measures, MODES.index(mode))
    if real:
        kinship, source, moved = real.kinship, real.source, np.zeros(measures, dtype=np.int64)
        models = _models_in(source, sizes)
    else:
        models = _models(len(sizes), rng)
        kinship, source, moved = _designed(sizes, models, rng)
    goals = np.repeat(_goals(models, mode, rng), sizes)
    kinship, source = _as_goals_are(kinship, source, goals, np.cumsum(sizes) - 1)
    kinship, source = _as_chords_are(kinship, source, chords)
    starts = [begin for begin in begins if begin % _BLOCK == 0] if measures % _BLOCK == 0 else [0]
    form = formed(kinship, source, starts, goals)._replace(goal=goals)
    breaths = tuple(begin for begin in begins if begin not in starts)
    return Plan(
        meter, pickup, form, tuple(starts), (False,) * len(starts), MODES.index(mode), breaths, is_phrased=True,
        approach=(1, 1) if is_exercise else (1, 3), like=real.like if real else None,
        moved=tuple(np.where(kinship == RHYTHM, moved, 0).tolist()), is_exercise=is_exercise,
    )  # fmt: skip


def _designed(sizes: list[int], models: list[int], rng: Generator) -> tuple[Ints, Ints, Ints]:
    """(bars,) each: kinships, the bars that are meant, and by how many staff places a bar lies from them."""
    columns = []
    begins = np.cumsum([0, *sizes[:-1]]).tolist()
    for begin, size, model in zip(begins, sizes, models, strict=True):
        if model < 0:
            kinds, back = _new(size, rng)
            moved = np.zeros(size, dtype=np.int64)
        else:
            kinds, back, moved = _again(size, begin - begins[model], sizes[model], rng)
        columns.append(np.stack([kinds, np.arange(begin, begin + size) - back, moved]))
    kinship, source, moved = np.concatenate(columns, axis=1)
    return kinship, source, moved


def _models_in(source: Ints, sizes: list[int]) -> list[int]:
    """Which earlier phrase each phrase of a form takes up in its first two bars; -1 is none."""
    ends = np.cumsum(sizes)
    begins = ends - sizes
    found = []
    for number, begin in enumerate(begins.tolist()):
        phrases = np.searchsorted(ends, source[begin : begin + 2], side="right")
        earlier = phrases[phrases < number]
        found.append(int(earlier[0]) if len(earlier) else -1)
    return found


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


def _again(size: int, back: int, modelled: int, rng: Generator) -> tuple[Ints, Ints, Ints]:
    """The same of a phrase that takes up an earlier one, as `_ANSWERS` do, to another close; and its moves."""
    places = np.arange(size)
    half = -(-size // 2)
    odds = np.array(list(_ANSWERS.values()))
    first, second, is_sequence = list(_ANSWERS)[rng.choice(len(odds), p=odds / odds.sum())]
    kinds = np.where(places < half, np.where(places % 2, second, first), rng.choice([VARIED, RHYTHM, NEW]))
    kinds[-1] = RHYTHM
    kinds[places >= modelled] = NEW
    moved = int(rng.choice(_MOVES, p=_MOVED_OFTEN)) * is_sequence
    return kinds, np.where(kinds == NEW, 0, back), np.where((kinds == RHYTHM) & (places < half), moved, 0)


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


def _as_goals_are(kinship: Ints, source: Ints, goals: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """The last bars of phrases come again only where they close as their models do; else in their rhythm, or not."""
    kinship, source = kinship.copy(), source.copy()
    for end in ends.tolist():
        model = int(source[end])
        if kinship[end] in (SAME, VARIED) and goals[model] != goals[end]:
            kinship[end] = RHYTHM if model in ends else NEW
        if kinship[end] == NEW:
            source[end] = end
    return kinship, source


def _as_chords_are(kinship: Ints, source: Ints, chords: Sequence[Hashable]) -> tuple[Ints, Ints]:
    """Bars over other chords than their models have only the rhythm of these."""
    if not chords:
        return kinship, source
    differ = np.array([chords[bar] != chords[model] for bar, model in enumerate(source.tolist())])
    return np.where(differ & np.isin(kinship, (SAME, VARIED)), RHYTHM, kinship), source
