"""Whether the melody of an exercise copies a corpus: told in its entry of the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.originality import originality
from musegen.features.similarity.telling import originality_data
from musegen.generation.exercises.sheets import SheetPair

KEY = "originality"
_MOST = 3  # passages that are told


def compared(pair: SheetPair, index: SimilarityIndex) -> SheetPair:
    """The pair, its entry with what its melody shares with an index that has base rates, strongest first.

    Raises:
        UsageError: the index has no base rates.
    """
    melody, _ = pair.student  # of the other parts the student's sheet has at most one chord
    told = originality_data(pair.name, index, originality(melody, index, count=_MOST))
    return replace(pair, entry=pair.entry | {KEY: told})


def originality_words(pairs: Sequence[SheetPair]) -> str:
    """How many of these compared melodies are original, and which are not."""
    copied = [pair.name for pair in pairs if not pair.entry[KEY]["original"]]
    told = f"{len(pairs) - len(copied)} of {len(pairs)} melodies share nothing beyond chance"
    return told + (f"; see {KEY} in the manifest of {', '.join(copied)}" if copied else "")
