"""The neural engine's settings: what a network that has heard Bach's chorales draws round given notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.generation.conditions import Condition
from musegen.generation.decode.composing import keeps_textbook, textbook_faults, textbook_places
from musegen.generation.melody import melody_of
from musegen.generation.neural.asking import chords_at_frames, task_for
from musegen.generation.neural.cadencing import with_cadences
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.ending import closing_in_root_position
from musegen.generation.neural.frames import A_QUARTER
from musegen.generation.neural.keeping import kept_notes
from musegen.generation.neural.redrawing import Excerpt, excerpt_of, is_worth_it, places_round, put_back
from musegen.generation.neural.spelling import well_spelled
from musegen.generation.neural.writing import score_of
from musegen.generation.ornamenting import asks_for_chords, ornamented
from musegen.generation.refine import Candidate, Refined
from musegen.generation.requests.by_network import NetworkScorer
from musegen.generation.requests.plan import plan_of
from musegen.generation.requests.skeletons import Skeleton, skeletons
from musegen.generation.requests.writing import plain_score
from musegen.score.model import Score

PARTICLES, MORE = 4, 12
"""Of the first search; of a search where that came to nothing good."""
JUDGED = (1, 3, 4)
"""Settings of each search, for each that is wanted, that are judged; those that come behind are less likely. The
searches after the first one are for pieces in which something is wrong."""
SKELETONS = 2
"""Voicings that keep requests, for each setting that is wanted."""
_PLAIN = -2.0
"""What a setting without ornaments counts, in nats a note: where there is another one, that is taken."""


class _Work(NamedTuple):
    """A score, what of it is to be drawn, and, where chords are asked for, voicings that keep them."""

    source: Score
    condition: Condition
    task: Task
    skeletons: list[Skeleton]

    @property
    def is_plain(self) -> bool:
        """Whether a skeleton keeps all that is asked for: no chord comes between two of its slots."""
        stated = {label.onset for label in self.condition.harmonies or self.source.harmonies}
        return bool(self.skeletons) and stated <= {slot.onset for slot in self.skeletons[0].plan.slots}

    @property
    def copies(self) -> list[Task]:
        """What is drawn: the task several times, or once round each skeleton."""
        copies = [ornamented(self.task, skeleton) for skeleton in self.skeletons]
        return copies or [self.task] * self.condition.candidates


class _Made(NamedTuple):
    """An answer, and the task that it answers."""

    answer: Drawn
    task: Task


class _Order(NamedTuple):
    """A task to be drawn; with `of`, that excerpt is to be put back into what was made before."""

    task: Task
    of: tuple[_Made, Excerpt] | None = None

    def made(self, answer: Drawn) -> _Made:
        """An answer to the whole task."""
        if self.of is None:
            return _Made(answer, self.task)
        before, excerpt = self.of
        return _Made(put_back(before.answer, excerpt, answer), before.task)


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
        return self._drawn({number: self._whole(number) for number in range(len(self._works))}, PARTICLES)

    def again(self, faulty: Mapping[int, Sequence[Refined]]) -> dict[int, list[Candidate]]:
        """Other settings of scores, by their number, of which these are the best so far: drawn again where they err.

        Where an error can be anywhere, or there are many, all is drawn anew.
        """
        return self._drawn({number: self._orders(number, several) for number, several in faulty.items()}, MORE)

    def _drawn(self, orders: Mapping[int, Sequence[_Order]], particles: int) -> dict[int, list[Candidate]]:
        from musegen.generation.neural.drawing import draw

        tasks = [order.task for several in orders.values() for order in several]
        answers = iter(draw(tasks, self._rng, pack=self._pack, particles=particles, temperature=self._temperature))
        return {
            number: self._candidates(number, [order.made(answer) for order in several for answer in next(answers)])
            for number, several in orders.items()
        }

    def _whole(self, number: int) -> list[_Order]:
        return [_Order(task) for task in self._works[number].copies]

    def _orders(self, number: int, faulty: Sequence[Refined]) -> list[_Order]:
        excerpts = [found for one in faulty if (found := self._excerpt(number, one))]
        return excerpts if faulty and len(excerpts) == len(faulty) else excerpts + self._whole(number)

    def _excerpt(self, number: int, faulty: Refined) -> _Order | None:
        """What is to be drawn again of a setting; None where that is too much, or nobody knows what."""
        if faulty.candidate.number < 0:
            return None
        made = self._made[number][faulty.candidate.number]
        frames = [int(place * A_QUARTER) for place in faulty.places]
        if faulty.candidate.faults:
            frames += textbook_places(made.answer.frames.pitch, made.answer.frames.fifths, _given(made.task))
        where = places_round(frames, len(made.task.joined))
        if not is_worth_it(where) or not made.task.free[where].any():
            return None
        excerpt = excerpt_of(made.task, made.answer, where)
        return _Order(excerpt.task, (made, excerpt))

    def _candidates(self, number: int, made: Sequence[_Made]) -> list[Candidate]:
        """The likeliest of these answers, those with faults last, written as scores."""
        work, known = self._works[number], self._made[number]
        source, condition, asked = work.source, work.condition, bool(work.skeletons)
        harmony = chords_at_frames(source, condition)
        given = frozenset(kept_notes(source, work.task)["id"].tolist())
        found = []
        strict = keeps_textbook(condition.pack)
        ranked = [(_faults(*one) if strict else 0, -_per_note(*one), one) for one in _different(made)]
        ranked.sort(key=lambda item: item[:2])
        for faults, unlikely, one in ranked[: max(JUDGED) * condition.candidates]:
            score = score_of(well_spelled(one.answer, work.task.free), source, task=work.task, given=harmony)
            found.append(Candidate(score, -unlikely, one.answer.cost, given, asked, faults, len(known)))
            known.append(one)
        plain = work.skeletons[: condition.candidates] if work.is_plain or not found else []
        return found + [Candidate(plain_score(one, condition), _PLAIN, one.cost, given, asked) for one in plain]


def _work(source: Score, condition: Condition, rng: Generator) -> _Work:
    task = closing_in_root_position(task_for(source, condition))
    asked = condition.harmonies or condition.figures or condition.cadences or source.harmonies or source.figures
    plan = plan_of(source, condition) if asked else None
    if plan is None or not asks_for_chords(plan):
        if condition.left is None and not task.free[:, 0].any():
            task = with_cadences(task, melody_of(source), rng)
        return _Work(source, condition, task, [])
    count = SKELETONS * condition.candidates
    return _Work(source, condition, task, skeletons(plan, score_voicings=NetworkScorer(task), count=count, rng=rng))


def _different(made: Sequence[_Made]) -> list[_Made]:
    """Answers, those of the same notes once."""
    return list({one.answer.frames.pitch.tobytes(): one for one in reversed(made)}.values())[::-1]


def _faults(answer: Drawn, task: Task) -> int:
    return textbook_faults(answer.frames.pitch, answer.frames.fifths, _given(task))


def _given(task: Task) -> list[int]:
    """The voices of which nothing is drawn."""
    return [int(voice) for voice in np.flatnonzero(~task.free.any(axis=0))]


def _per_note(answer: Drawn, task: Task) -> float:
    """Nats a drawn note."""
    return answer.log_probability / max(int((answer.frames.attack & task.free).sum()), 1)
