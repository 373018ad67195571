"""The order-5 back-off n-gram of tunes, which a melody network of a user's own has to beat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from musegen.evaluation.ngrams import learn_events, pasts
from musegen.theory.tunes.symbols import LENGTHS, SYMBOLS, Ints
from musegen.training.tunes import Lesson

ORDER = 5


def ngram_bits(taught: Sequence[Lesson], held: Sequence[Lesson]) -> float:
    """Bits a note of the `held` tunes, told by n-grams that learned from the taught ones.

    A symbol is told from the four events before it, a length from the four lengths before it and its own symbol; rests
    and the end are paid for by the notes.
    """
    notes = sum(lesson.notes for lesson in held)
    spent = 0.0
    for events, values in ((_symbols, SYMBOLS), (_lengths, len(LENGTHS))):
        spent += float(learn_events(*events(taught), values).bits_of(*events(held)).sum())
    return spent / notes


def _symbols(lessons: Sequence[Lesson]) -> tuple[Ints, Ints]:
    """Contexts and symbols, the end included."""
    pairs = [lesson.symbol * len(LENGTHS) + np.append(lesson.length, 0) for lesson in lessons]
    contexts = np.concatenate([pasts(pair, ORDER - 1) for pair in pairs])
    return contexts, np.concatenate([lesson.symbol for lesson in lessons])


def _lengths(lessons: Sequence[Lesson]) -> tuple[Ints, Ints]:
    """Contexts and lengths; the symbol is what is left out first."""
    found = [np.hstack([pasts(lesson.length, ORDER - 1), lesson.symbol[:-1, None]]) for lesson in lessons]
    return np.concatenate(found), np.concatenate([lesson.length for lesson in lessons])
