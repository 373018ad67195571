"""The neural engine's settings: what a network that has heard Bach's chorales draws round given notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.generation.conditions import Condition
from musegen.generation.decode.composing import keeps_textbook, textbook_faults
from musegen.generation.melody import melody_of
from musegen.generation.neural.asking import chords_at_frames, task_for
from musegen.generation.neural.cadencing import with_cadences
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.ending import closing_in_root_position
from musegen.generation.neural.keeping import kept_notes
from musegen.generation.neural.spelling import well_spelled
from musegen.generation.neural.writing import score_of
from musegen.generation.ornamenting import asks_for_chords, ornamented
from musegen.generation.refine import Candidate
from musegen.generation.requests.plan import plan_of
from musegen.generation.requests.skeletons import Skeleton, skeletons
from musegen.generation.requests.writing import plain_score
from musegen.score.model import Score

PARTICLES = (4, 12)
"""Of each search; more where the first ones came to nothing good."""
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


def settings(
    sources: Sequence[Score],
    condition: Condition,
    rng: Generator,
    *,
    temperature: float = 1.0,
    particles: int = PARTICLES[0],
) -> list[list[Candidate]]:
    """What the network draws for each score, by searches of so many particles: more than the condition asks for.

    Where chords, figures or cadences are asked for, voicings that keep them are found first, and ornamented.

    Raises:
        NoSolution: the requests contradict each other; names measure and beat.
        ScoreError: a score cannot be harmonised; see `asking.task_for`.
    """
    from musegen.generation.neural.drawing import draw

    works = [_work(source, condition, rng) for source in sources]
    several = [task for work in works for task in work.copies]
    drawn = iter(draw(several, rng, pack=condition.pack, particles=particles, temperature=temperature))
    return [_candidates(work, [next(drawn) for _ in work.copies]) for work in works]


def _work(source: Score, condition: Condition, rng: Generator) -> _Work:
    task = closing_in_root_position(task_for(source, condition))
    asked = condition.harmonies or condition.figures or condition.cadences or source.harmonies or source.figures
    plan = plan_of(source, condition) if asked else None
    if plan is None or not asks_for_chords(plan):
        if condition.left is None and not task.free[:, 0].any():
            task = with_cadences(task, melody_of(source), rng)
        return _Work(source, condition, task, [])
    return _Work(source, condition, task, skeletons(plan, count=SKELETONS * condition.candidates, rng=rng))


def _candidates(work: _Work, answers: Sequence[Sequence[Drawn]]) -> list[Candidate]:
    source, condition, asked = work.source, work.condition, bool(work.skeletons)
    harmony = chords_at_frames(source, condition)
    given = frozenset(kept_notes(source, work.task)["id"].tolist())
    found = []
    for each, task in zip(answers, work.copies, strict=True):
        for one in _different(each):
            score = score_of(well_spelled(one, work.task.free), source, task=work.task, given=harmony)
            faults = _faults(one, task) if keeps_textbook(condition.pack) else 0
            found.append(Candidate(score, _per_note(one, task), one.cost, given, asked, faults))
    plain = work.skeletons[: condition.candidates] if work.is_plain or not found else []
    return found + [Candidate(plain_score(one, condition), _PLAIN, one.cost, given, asked) for one in plain]


def _different(answers: Sequence[Drawn]) -> list[Drawn]:
    """Answers to one task, those of the same notes once."""
    return list({one.frames.pitch.tobytes(): one for one in reversed(answers)}.values())[::-1]


def _faults(answer: Drawn, task: Task) -> int:
    given = np.flatnonzero(~task.free.any(axis=0)).tolist()
    return textbook_faults(answer.frames.pitch, answer.frames.fifths, given)


def _per_note(answer: Drawn, task: Task) -> float:
    """Nats a drawn note."""
    return answer.log_probability / max(int((answer.frames.attack & task.free).sum()), 1)
