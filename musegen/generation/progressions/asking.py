"""What is asked of a progression, as a task that it keeps exactly, or as the smallest set of wishes that conflict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from musegen.errors import NoSolution, UsageError
from musegen.generation.cadence_words import CadenceWish
from musegen.generation.progressions.closes import KNOWN_KINDS, after_a_close, closing_pairs, last_pairs, openings
from musegen.generation.progressions.successions import known_chords, major_tonics, successions, weak_dominants
from musegen.generation.progressions.tasks import Reach, Task, last_measures
from musegen.score.meter import TimeSignature
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.progressions.chords import FUNCTIONS, Bools, Ints, place_of_numeral, vocabulary
from musegen.theory.progressions.progression import Grid, Style, grid_of

MOST_MEASURES = 64
_PHRASE = {"song": 8, "chorale": 4}
"""Measures of a phrase where nobody says how many there are."""


@dataclass(frozen=True)
class ChordsAsked:
    """What is asked for; what is None, 0 or empty is left to the generator."""

    key: Key
    meter: TimeSignature = TimeSignature(4, 4)
    measures: int = 8
    style: Style = "song"
    level: int = 0
    phrases: int = 0
    functions: tuple[str, ...] = ()  # of T, PD, D: each lasts an equal share of the piece
    cadences: tuple[CadenceWish, ...] = ()  # by phrases
    first: str = ""  # the numeral of the first chord
    last: str = ""

    @property
    def laws(self) -> Style:
        """Whose laws are kept: a level's are those of chorales."""
        return "chorale" if self.level else self.style


class Wish(NamedTuple):
    """One thing that is asked for, in words, and what it makes of a task."""

    words: str
    keep: Callable[[Task], Task]


def task_of(asked: ChordsAsked, grid: Grid | None = None) -> Task:
    """The task; `grid` states the pulses instead of meter and measures.

    Raises:
        UsageError: what is asked for cannot be meant.
        NoSolution: no progression keeps all of it; the smallest set of wishes that conflict is named.

    >>> asked = ChordsAsked(Key.parse("C"), functions=("D", "D"))
    >>> task_of(asked)
    Traceback (most recent call last):
    musegen.errors.NoSolution: no progression keeps these requests together; change or leave out one of them
    """
    grid = grid if grid is not None else _grid(asked)
    wishes = _wishes(asked, grid)
    task = _kept(asked, grid, wishes)
    if not Reach(task).is_possible:
        raise NoSolution(
            "no progression keeps these requests together",
            conflicts=(*(wish.words for wish in _smallest(asked, grid, wishes)), _laws_in_words(asked)),
            hint="change or leave out one of them",
        )
    return task


def functions_asked(asked: ChordsAsked, grid: Grid) -> Ints:
    """(pulse,): the place in FUNCTIONS that the plan names; -1 without a plan.

    Raises:
        UsageError: a word is no function, or there are more of them than pulses.
    """
    found = np.full(len(grid), -1)
    for number, (begin, end) in enumerate(_shares(asked, grid)):
        found[begin:end] = FUNCTIONS.index(asked.functions[number])
    return found


def _grid(asked: ChordsAsked) -> Grid:
    if not 1 <= asked.measures <= MOST_MEASURES:
        raise UsageError(f"{asked.measures} measures cannot be had", hint=f"1 to {MOST_MEASURES} can")
    grid = grid_of(asked.meter, asked.measures, phrase=asked.measures)
    phrases = asked.phrases or _usual_phrases(asked)
    if phrases > asked.measures:
        raise UsageError(
            f"{phrases} phrases do not fit into {asked.measures} measures", hint="a phrase has one or more"
        )
    last = {asked.measures * (number + 1) // phrases - 1 for number in range(phrases)}
    ends = (grid.pulse == grid.pulses - 1) & np.isin(grid.measure, list(last))
    return replace(grid, ends_phrase=ends)


def _usual_phrases(asked: ChordsAsked) -> int:
    """A plan of functions is one phrase; else there are as many as is usual, or as cadences are asked for."""
    usual = 1 if asked.functions else max(round(asked.measures / _PHRASE[asked.laws]), 1)
    return max(usual, *(wish.phrase for wish in asked.cadences)) if asked.cadences else usual


def _kept(asked: ChordsAsked, grid: Grid, wishes: Sequence[Wish]) -> Task:
    laws, minor, level = asked.laws, asked.key.minor, asked.level
    known = known_chords(laws, minor, level)
    phrases = int(grid.ends_phrase.sum())
    inner, end = closing_pairs(None, laws, minor, level), last_pairs(laws, minor, level)
    closes = (*[inner] * (phrases - 1), inner | end if asked.last else end)
    task = Task(
        grid,
        np.tile(known, (len(grid), 1)),
        successions(laws, minor, level),
        after_a_close(laws, minor, level),
        closes,
        _may_close(asked, grid),
    )
    if minor and (laws == "chorale" or level):
        closing = np.isin(grid.measure, grid.measure[grid.ends_phrase])
        task = task.restricted(~closing, ~major_tonics())
    if not asked.first:
        task = task.restricted(np.arange(len(grid)) == 0, openings(laws, minor, level))
    for wish in wishes:
        task = wish.keep(task)
    return task


def _may_close(asked: ChordsAsked, grid: Grid) -> Bools:
    """(pulse,): where last chords of phrases may begin; the piece's own also with the last function of a plan."""
    found = last_measures(grid)
    if asked.functions:
        begin = _shares(asked, grid)[-1][0]
        found[begin] |= int(grid.ends_phrase[begin:].sum()) == 1
    return found


def _wishes(asked: ChordsAsked, grid: Grid) -> list[Wish]:
    found = [_cadence(asked, wish, grid) for wish in asked.cadences]
    for number, (begin, end) in enumerate(_shares(asked, grid)):
        found.append(_function(asked, number, np.isin(np.arange(len(grid)), range(begin, end)), grid, begin))
    for text, place, words in ((asked.first, 0, "first"), (asked.last, len(grid) - 1, "last")):
        if text:
            found.append(_chord(asked, text, np.arange(len(grid)) == place, words))
    return found


def _shares(asked: ChordsAsked, grid: Grid) -> list[tuple[int, int]]:
    """(first pulse, end) of each function of the plan: whole measures where there are enough of them."""
    many = len(asked.functions)
    strange = [word for word in asked.functions if word not in FUNCTIONS]
    if strange:
        raise UsageError(f"`{strange[0]}` is no function", hint=f"write {', '.join(FUNCTIONS)}: T PD D T")
    if not many:
        return []
    starts = np.flatnonzero(grid.begins_measure) if many <= grid.measure[-1] + 1 else np.arange(len(grid))
    if many > len(starts):
        raise UsageError(f"{many} functions do not fit into {len(grid)} beats", hint="name fewer, or more measures")
    places = [int(starts[len(starts) * number // many]) for number in range(many)]
    return list(zip(places, [*places[1:], len(grid)], strict=True))


def _function(asked: ChordsAsked, number: int, pulses: Bools, grid: Grid, begin: int) -> Wish:
    named = asked.functions[number]
    chords = vocabulary().function[int(asked.key.minor)] == FUNCTIONS.index(named)
    if asked.key.minor and asked.laws == "chorale":
        chords = chords & ~weak_dominants()
    words = f"function {number + 1}, {named}, from measure {grid.measure[begin] + 1}, beat {grid.pulse[begin] + 1}"
    return Wish(words, lambda task: task.restricted(pulses, chords))


def _chord(asked: ChordsAsked, text: str, pulses: Bools, words: str) -> Wish:
    place = place_of_numeral(parse_numeral(text, minor=asked.key.minor), asked.key, asked.key)
    name = vocabulary().numerals[int(asked.key.minor)][place] if place >= 0 else None
    if name is None or set(name.members) != set(parse_numeral(text, minor=asked.key.minor).members):
        raise UsageError(f"`{text}` is no chord that progressions are made of", hint="write it like I, ii65 or V7/V")
    chords = np.arange(len(vocabulary())) == place
    return Wish(f"the {words} chord, {text}", lambda task: task.restricted(pulses, chords))


def _cadence(asked: ChordsAsked, wish: CadenceWish, grid: Grid) -> Wish:
    ends = np.flatnonzero(grid.ends_phrase)
    number = wish.phrase
    if wish.measure:
        last = [int(measure) + 1 for measure in grid.measure[ends]]
        if int(wish.measure) not in last:
            told = f"no phrase ends in measure {wish.measure}"
            raise UsageError(told, hint=f"phrases end in measures {', '.join(map(str, last))}; --phrases says how many")
        number = last.index(int(wish.measure)) + 1
    if number > len(ends):
        raise UsageError(f"there is no phrase {number}: there are {len(ends)}", hint="--phrases says how many")
    if wish.kind is not None and wish.kind not in KNOWN_KINDS:
        raise UsageError(f"chords alone make no {wish.kind}", hint=f"there are {', '.join(KNOWN_KINDS)}")
    goal = None if wish.key is None else Key(wish.key.tonic - asked.key.tonic, wish.key.minor)
    laws = asked.laws, asked.key.minor, asked.level
    kinds = KNOWN_KINDS if wish.kind is None else (wish.kind,)
    pairs = np.any([closing_pairs(kind, *laws, goal) for kind in kinds], axis=0)
    if wish.kind is None and goal is None:
        pairs = closing_pairs(None, *laws)

    def keep(task: Task) -> Task:
        return replace(task, closes=(*task.closes[: number - 1], pairs, *task.closes[number:]))

    return Wish(f"phrase {number}: {wish.kind or 'any'}" + (f" in {wish.key.words}" if wish.key else ""), keep)


def _smallest(asked: ChordsAsked, grid: Grid, wishes: list[Wish]) -> list[Wish]:
    """Wishes that conflict, none of which can be left out: one after the other is tried to be."""
    kept = list(wishes)
    for wish in wishes:
        fewer = [one for one in kept if one is not wish]
        if not Reach(_kept(asked, grid, fewer)).is_possible:
            kept = fewer
    return kept


def _laws_in_words(asked: ChordsAsked) -> str:
    whose = f"level {asked.level}" if asked.level else f"the style {asked.style}"
    return f"the chords and successions of {whose} in {asked.key.words}, {asked.measures} measures of {asked.meter}"
