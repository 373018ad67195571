"""Sketches sung under the rules of a pack: drawn by the generator, and drawn again where they err."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from numpy.random import Generator

from musegen.generation.chorales.asked import written_out
from musegen.generation.chorales.plan import ChoralePlan
from musegen.generation.decode.composing import keeps_textbook, textbook_faults, textbook_places
from musegen.generation.neural.closes import unclosed
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, Frames
from musegen.generation.neural.redrawing import Excerpt, excerpts_of, places_round, put_back
from musegen.generation.neural.spelling import well_spelled
from musegen.generation.neural.writing import score_of
from musegen.generation.phrases.cross_relations import changed_closes, cross_relations
from musegen.generation.phrases.encoding import Phrases
from musegen.generation.phrases.network import Array, Floats, PhraseNetwork, Singer, context_of
from musegen.generation.phrases.sketching import task_for
from musegen.generation.refine import Candidate, Refined
from musegen.score.model import Score
from musegen.theory.keys import Key

PARTICLES, MORE = 12, 8
"""Of the first search, and of each later one."""
SEARCHES = 3
"""Searches of each later drawing."""
SKETCHED, FORGOTTEN = 0.7, 0.0
"""Nats by which a note of the sketch is the likelier, at first and where something is drawn again."""
_OF_EACH = 6
"""Answers of one search among which the one with the fewest faults is taken."""


@dataclass(frozen=True)
class Asked:
    """What a sheet shall be."""

    phrases: int = 1
    key: Key | None = None
    pack: str = "chorale"
    candidates: int = 4
    temperature: float = 1.0


class _Made(NamedTuple):
    """An answer, and the number of the sketch that it sings."""

    answer: Drawn
    sketch: int
    faults: int


class Singing:
    """All that is drawn for one sheet."""

    def __init__(
        self, network: PhraseNetwork, sketches: Sequence[Phrases], draughts: Sequence[Floats], plan: ChoralePlan,
        asked: Asked, rng: Generator,
    ) -> None:  # fmt: skip
        self.plan, self._asked, self._rng, self._network = plan, asked, rng, network
        self._tasks = [task_for(sketch, plan) for sketch in sketches]
        self._contexts = [context_of(*pair) for pair in zip(sketches, draughts, strict=True)]
        self._made: list[_Made] = []

    def first(self) -> list[Candidate]:
        """Every sketch, sung."""
        answers = self._drawn([*zip(self._tasks, self._contexts, strict=True)], PARTICLES, SKETCHED)
        return [self._candidate(self._best(each, number)) for number, each in enumerate(answers) if each]

    def again(self, faulty: Sequence[Refined]) -> list[Candidate]:
        """Settings in which something is wrong, sung again there."""
        found: list[Candidate] = []
        for one in faulty:
            made = self._made[one.candidate.number]
            task, context = self._tasks[made.sketch], self._contexts[made.sketch]
            where = places_round(self._faulty(made, one), len(task.joined))
            excerpts = excerpts_of(task, made.answer, where)
            orders = [(part.task, context[part.first : part.first + len(part.task.joined)]) for part in excerpts]
            for _ in range(SEARCHES):
                answers = self._drawn(orders, MORE, FORGOTTEN) if orders else []
                if answers and all(answers):
                    put = self._put_back(made, excerpts, answers)
                    found.append(self._candidate(self._best(put, made.sketch)))
        return found

    def sketch_of(self, number: int) -> int:
        """The number of the sketch of a candidate."""
        return self._made[number].sketch

    def _put_back(self, made: _Made, excerpts: list[Excerpt], answers: list[list[Drawn]]) -> list[Drawn]:
        return [put_back(made.answer, excerpts, each) for each in zip(*answers, strict=False)]

    def _drawn(self, orders: list[tuple[Task, Array]], particles: int, sketched: float) -> list[list[Drawn]]:
        singer = Singer(self._network, orders, sketched)
        return draw([task for task, _ in orders], self._rng, pack=self._asked.pack, particles=particles,
                    temperature=self._asked.temperature, network=singer)  # fmt: skip

    def _best(self, answers: Sequence[Drawn], sketch: int) -> _Made:
        """The answer with the fewest faults of the textbook, then the fewest cross relations within a beat."""
        joined = self._tasks[sketch].joined
        made = [_Made(answer, sketch, self._faults(answer, sketch)) for answer in answers[:_OF_EACH]]

        def order(one: _Made) -> tuple[int, int, int]:
            return one.faults, len(cross_relations(one.answer.frames, joined, A_QUARTER)), one.answer.stuck

        return min(made, key=order)

    def _faults(self, answer: Drawn, sketch: int) -> int:
        if not keeps_textbook(self._asked.pack):
            return 0
        frames, task = answer.frames, self._tasks[sketch]
        found = textbook_faults(frames.pitch, frames.fifths, ()) + len(unclosed(task, frames.pitch))
        return found + len(_chromatic(frames, task))

    def _faulty(self, made: _Made, refined: Refined) -> list[int]:
        """The frames in which something is wrong."""
        frames = [int(place * A_QUARTER) for place in refined.places]
        if made.faults:
            task, drawn = self._tasks[made.sketch], made.answer.frames
            frames += [*textbook_places(drawn.pitch, drawn.fifths, ()), *unclosed(task, drawn.pitch)]
            frames += _chromatic(drawn, task)
        return frames

    def _candidate(self, made: _Made) -> Candidate:
        self._made.append(made)
        notes = max(int(made.answer.frames.attack.sum()), 1)
        likely = made.answer.log_probability / notes
        number = len(self._made) - 1
        return Candidate(self._score(made.answer), likely, made.answer.cost, faults=made.faults, number=number)

    def _score(self, answer: Drawn) -> Score:
        drawn = written_out(self.plan, answer)
        return score_of(well_spelled(drawn), measures=self.plan.measures, title=title_of(self.plan))


def _chromatic(frames: Frames, task: Task) -> list[int]:
    """The frames in which a chromatic note is taken up by another voice, or changes a last chord."""
    return [*cross_relations(frames, task.joined), *changed_closes(frames, task.said.to_phrase_end == 0)]


def title_of(plan: ChoralePlan) -> str:
    """What stands over the sheet."""
    count = len(plan.phrases)
    return f"{'Phrase' if count == 1 else f'{count} phrases'} in {plan.key.words}"
