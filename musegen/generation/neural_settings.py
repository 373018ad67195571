"""The neural engine's settings: what a network that has heard Bach's chorales draws round given notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.generation.conditions import Condition
from musegen.generation.decode.composing import keeps_textbook, textbook_faults, textbook_faults_of, textbook_places
from musegen.generation.given import Given
from musegen.generation.melody import melody_of
from musegen.generation.neural.asking import chords_at_frames, task_for
from musegen.generation.neural.cadencing import with_cadences
from musegen.generation.neural.closes import unclosed
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.ending import closing_in_root_position
from musegen.generation.neural.frames import A_QUARTER
from musegen.generation.neural.keeping import kept_notes
from musegen.generation.neural.redrawing import Excerpt, excerpts_of, is_worth_it, places_round, put_back
from musegen.generation.neural.spelling import well_spelled
from musegen.generation.neural.writing import score_of
from musegen.generation.ornamenting import asks_for_chords, ornamented, spotless
from musegen.generation.refine import Candidate, Refined
from musegen.generation.requests.by_network import NetworkScorer
from musegen.generation.requests.plan import plan_of
from musegen.generation.requests.skeletons import Skeleton, skeletons
from musegen.generation.requests.writing import numerals_of
from musegen.score.model import Score
from musegen.score.musicxml_labels import label_order

PARTICLES, MORE = 4, 6
"""Of the first search, and of each later one."""
AGAIN, SEARCHES = 6, 2
"""How often a piece in which something is wrong is drawn again, and by how many searches each time."""
SKELETONS = 2
"""Voicings that keep requests, for each setting that is wanted."""
_OF_EACH = 2
"""Answers of one search that are candidates, where several settings are wanted."""


class _Work(NamedTuple):
    """A score, what of it is to be drawn, and, where chords are asked for, voicings that keep them."""

    source: Score
    condition: Condition
    task: Task
    skeletons: list[Skeleton]
    harmony: Given

    @property
    def is_finer(self) -> bool:
        """Whether notes begin between the frames: what they do there is seen on paper alone."""
        frame = self.source.ticks_per_quarter // A_QUARTER
        return bool((self.source.notes["onset"] % frame != 0).any())

    def orders(self) -> list[_Order]:
        """What is drawn: the task several times, or once round each skeleton."""
        ornaments = [_Order((ornamented(self.task, skeleton),), skeleton=skeleton) for skeleton in self.skeletons]
        return ornaments or [_Order((self.task,))] * self.condition.candidates

    def written(self, made: _Made) -> Score:
        """The score of an answer to the whole task; what a skeleton says is spelled and named as there."""
        score = score_of(well_spelled(made.answer, made.task.free), self.source, task=self.task, given=self.harmony)
        if made.skeleton is None:
            return score
        others = (label for label in score.harmonies if label.kind != "numeral")
        return replace(score, harmonies=tuple(sorted((*others, *numerals_of(made.skeleton)), key=label_order)))

    def made(self, order: _Order, answers: Sequence[Sequence[Drawn]]) -> list[_Made]:
        """The best answers to a whole task, of answers to each task of an order, best first.

        The particles of one search have most notes in common. Round a skeleton one stays, without the ornaments that
        would be faults.
        """
        if order.skeleton is not None:
            task, pack = order.tasks[0], self.condition.pack
            best = spotless(answers[0], task, order.skeleton, lambda one: self.written(order.made([one])), pack)
            return [order.made([best])]
        ranked = sorted(map(order.made, zip(*answers, strict=True)), key=self.rank)
        return ranked[: min(self.condition.candidates, _OF_EACH)]

    def rank(self, made: _Made) -> tuple[int, float]:
        """Those with the fewest faults of the textbook first, where that is kept; then the likelier."""
        return _faults(made) if keeps_textbook(self.condition.pack) else 0, -_per_note(made.answer, made.task)


class _Made(NamedTuple):
    """An answer, the task that it answers, and the skeleton that it ornaments."""

    answer: Drawn
    task: Task
    skeleton: Skeleton | None = None


class _Order(NamedTuple):
    """Tasks to be drawn: a whole one, or, with `of`, excerpts of an answer that are to be put back into it."""

    tasks: tuple[Task, ...]
    of: tuple[_Made, list[Excerpt]] | None = None
    skeleton: Skeleton | None = None  # that is to be ornamented

    def made(self, answers: Sequence[Drawn]) -> _Made:
        """An answer to the whole task, of answers to each of these."""
        if self.of is None:
            return _Made(answers[0], self.tasks[0], self.skeleton)
        before, excerpts = self.of
        return _Made(put_back(before.answer, excerpts, answers), before.task)


class Settings:
    """What the network draws for many scores at once: more than the condition asks for, likely ones first.

    Where chords, figures or cadences are asked for, voicings that keep them are found first, and ornamented.
    """

    def __init__(
        self, sources: Sequence[Score], condition: Condition, rng: Generator, *, temperature: float = 1.0
    ) -> None:
        """Say what is to be drawn.

        Raises:
            NoSolution: the requests contradict each other; names measure and beat.
            ScoreError: a score cannot be harmonised; see `asking.task_for`.
        """
        self._works = [_work(source, condition, rng) for source in sources]
        self._made: list[list[_Made]] = [[] for _ in sources]
        self._rng, self._pack, self._temperature = rng, condition.pack, temperature

    def first(self) -> dict[int, list[Candidate]]:
        """Settings of each score, by its number."""
        return self._drawn({number: work.orders() for number, work in enumerate(self._works)}, PARTICLES)

    def again(self, faulty: Mapping[int, Sequence[Refined]]) -> dict[int, list[Candidate]]:
        """Other settings of scores, by their number, of which these are the best so far: drawn again where they err.

        Where an error can be anywhere, or there are many, all is drawn anew. What is wrong with an ornamented skeleton
        was asked for: no other drawing mends it.
        """
        free = {number: several for number, several in faulty.items() if not self._works[number].skeletons}
        return self._drawn({number: SEARCHES * self._orders(number, several) for number, several in free.items()}, MORE)

    def _drawn(self, orders: Mapping[int, Sequence[_Order]], particles: int) -> dict[int, list[Candidate]]:
        from musegen.generation.neural.drawing import draw

        tasks = [task for several in orders.values() for order in several for task in order.tasks]
        answers = iter(draw(tasks, self._rng, pack=self._pack, particles=particles, temperature=self._temperature))
        found = {}
        for number, several in orders.items():
            made = [self._works[number].made(order, [next(answers) for _ in order.tasks]) for order in several]
            found[number] = self._candidates(number, [one for each in made for one in each])
        return found

    def _orders(self, number: int, faulty: Sequence[Refined]) -> list[_Order]:
        excerpts = [found for one in faulty if (found := self._excerpt(number, one))]
        return excerpts if faulty and len(excerpts) == len(faulty) else excerpts + self._works[number].orders()

    def _excerpt(self, number: int, faulty: Refined) -> _Order | None:
        """What is to be drawn again of a setting; None where that is too much, or nobody knows what."""
        if faulty.candidate.number < 0:
            return None
        made = self._made[number][faulty.candidate.number]
        frames = [int(place * A_QUARTER) for place in faulty.places]
        if faulty.candidate.faults:
            frames += _places(made)
        where = places_round(frames, len(made.task.joined))
        if not is_worth_it(where) or not made.task.free[where].any():
            return None
        excerpts = excerpts_of(made.task, made.answer, where)
        return _Order(tuple(excerpt.task for excerpt in excerpts), (made, excerpts))

    def _candidates(self, number: int, made: Sequence[_Made]) -> list[Candidate]:
        """These answers written as scores."""
        work, known = self._works[number], self._made[number]
        asked, found = bool(work.skeletons), []
        given = frozenset(kept_notes(work.source, work.task)["id"].tolist())
        for one in _different(made):
            faults, unlikely = work.rank(one)
            score = work.written(one)
            if not faults and work.is_finer:
                faults = textbook_faults_of(score, _given(one.task)) if keeps_textbook(work.condition.pack) else 0
            found.append(Candidate(score, -unlikely, one.answer.cost, given, asked, faults, len(known)))
            known.append(one)
        return found


def _work(source: Score, condition: Condition, rng: Generator) -> _Work:
    task = closing_in_root_position(task_for(source, condition))
    asked = condition.harmonies or condition.figures or condition.cadences or source.harmonies or source.figures
    plan = plan_of(source, condition) if asked else None
    harmony = chords_at_frames(source, condition)
    if plan is None or not asks_for_chords(plan):
        if condition.left is None and not task.free[:, 0].any():
            task = with_cadences(task, melody_of(source), rng)
        return _Work(source, condition, task, [], harmony)
    count = SKELETONS * condition.candidates
    found = skeletons(plan, score_voicings=NetworkScorer(task), count=count, rng=rng)
    return _Work(source, condition, task, found, harmony)


def _different(made: Sequence[_Made]) -> list[_Made]:
    """Answers, those of the same notes once."""
    return list({one.answer.frames.pitch.tobytes(): one for one in reversed(made)}.values())[::-1]


def _faults(made: _Made) -> int:
    """What a strict teacher marks: faults of the textbook, and closes that are none."""
    frames = made.answer.frames
    return textbook_faults(frames.pitch, frames.fifths, _given(made.task)) + len(_unclosed(made))


def _places(made: _Made) -> list[int]:
    """The frames where that is."""
    frames = made.answer.frames
    return [*textbook_places(frames.pitch, frames.fifths, _given(made.task)), *_unclosed(made)]


def _unclosed(made: _Made) -> list[int]:
    return unclosed(made.task, made.answer.frames.pitch) if made.skeleton is None else []


def _given(task: Task) -> list[int]:
    """The voices of which nothing is drawn."""
    return [int(voice) for voice in np.flatnonzero(~task.free.any(axis=0))]


def _per_note(answer: Drawn, task: Task) -> float:
    """Nats a drawn note."""
    return answer.log_probability / max(int((answer.frames.attack & task.free).sum()), 1)
