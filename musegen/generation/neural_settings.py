"""The neural engine's settings: what a network that has heard Bach's chorales draws round given notes."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from musegen.errors import NotFound
from musegen.generation.conditions import Condition
from musegen.generation.neural.asking import chords_at_frames, task_for
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.keeping import kept_notes
from musegen.generation.neural.writing import score_of
from musegen.generation.refine import Candidate
from musegen.score.model import Score

DRAWS = 3
"""Settings that are drawn for each that is wanted."""
PARTICLES = 4


def settings(
    sources: Sequence[Score], condition: Condition, rng: Generator, *, temperature: float = 1.0
) -> list[list[Candidate]]:
    """What the network draws for each score, best first: more than the condition asks for.

    Raises:
        NotFound: no setting under the rules was drawn for a score.
        ScoreError: a score cannot be harmonised; see `asking.task_for`.
    """
    from musegen.generation.neural.drawing import draw

    tasks = [task_for(source, condition) for source in sources]
    copies = DRAWS * condition.candidates
    several = [task for task in tasks for _ in range(copies)]
    drawn = draw(several, rng, pack=condition.pack, particles=PARTICLES, temperature=temperature)
    answers = [[one for each in drawn[start : start + copies] for one in each[:1]]
               for start in range(0, len(several), copies)]  # fmt: skip
    return [_candidates(*each, condition) for each in zip(sources, tasks, answers, strict=True)]


def _candidates(source: Score, task: Task, answers: list[Drawn], condition: Condition) -> list[Candidate]:
    if not answers:
        raise NotFound("no setting under these rules was drawn", hint="try another seed, pack or key")
    harmony, given = chords_at_frames(source, condition), frozenset(kept_notes(source, task)["id"].tolist())
    asked = any(harmony.asked)
    scores = [score_of(answer, source, task=task, given=harmony) for answer in answers]
    return [
        Candidate(score, _per_note(answer, task), answer.cost, given, asked)
        for score, answer in zip(scores, answers, strict=True)
    ]


def _per_note(answer: Drawn, task: Task) -> float:
    """Nats a drawn note."""
    return answer.log_probability / max(int((answer.frames.attack & task.free).sum()), 1)
