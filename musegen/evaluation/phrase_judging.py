"""Phrases that the network makes, judged: sheets of six beside Bach's chorales, kinds of phrases beside his phrases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from musegen.corpora import Split
from musegen.evaluation.bach import bach_sample
from musegen.evaluation.critic import phrases_of
from musegen.evaluation.judgement import Aim
from musegen.evaluation.phrase_kinds import KINDS, Coverage, Floats, Kinds, numbers_of
from musegen.evaluation.tables import Evaluation
from musegen.generation.phrases.asking import plan_for
from musegen.generation.phrases.encoding import Phrases
from musegen.generation.phrases.sketching import sketched
from musegen.score.model import Score
from musegen.theory.keys import Key

SIX = 6
"""Phrases of a sheet that is judged: about as many as a chorale has."""
LIKENESS, COVERED = 9.2, 16
"""What is to be reached: the sum of nine distances at most, and kinds at least."""
_HOMES = ((Key(0), 0), (Key(3, minor=True), -3))
"""Major and minor on paper: C and A minor, and how many semitones from C their tonics are."""


def bach_phrases(split: Split) -> Phrases:
    """The phrases of his chorales of a split."""
    return Phrases.joined([phrases_of(score) for score in bach_sample(split).scores])


def one_by_one(phrases: Phrases) -> list[Score]:
    """Each phrase on a sheet of its own, in C major or A minor: alike on paper, whoever made them."""
    found = []
    for number in range(len(phrases.note)):
        one = phrases.rows(slice(number, number + 1))
        home, shift = _HOMES[int(one.wish.minor[0])]
        wish = one.wish._replace(shift=np.array([shift]))
        found.append(sketched(one._replace(wish=wish), plan_for(home, wish)))
    return found


@cache
def bach_kinds() -> tuple[Kinds, Floats]:
    """The kinds of phrases in Bach's training split, and the features of the phrases of both other splits."""
    held = Phrases.joined([bach_phrases("valid"), bach_phrases("test")])
    return Kinds(numbers_of(one_by_one(bach_phrases("train")))), numbers_of(one_by_one(held))


def coverage_of(scores: Sequence[Score]) -> Coverage:
    """Which kinds of Bach's phrases sheets have.

    Raises:
        UnreadableFile: one has not four voices.
    """
    kinds, held = bach_kinds()
    return kinds.coverage(numbers_of(one_by_one(Phrases.joined([phrases_of(score) for score in scores]))), held)


def aims(name: str, scores: Sequence[Score], table: Evaluation) -> tuple[Aim, ...]:
    """What sheets of phrases are to reach."""
    likeness = table.value("sum of nine distances", name).value
    covered = coverage_of(scores).covered
    return (
        Aim("sum of nine distances", f"{likeness:.2f}", f"at most {LIKENESS}", likeness <= LIKENESS),
        Aim("kinds of phrases covered", f"{covered} of {KINDS}", f"at least {COVERED}", covered >= COVERED),
    )
