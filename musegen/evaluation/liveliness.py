"""Liveliness: what keeps a chorale from being bland, counted a beat or a phrase, by the neural reading of its notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from musegen.score.model import Score


class Liveliness(NamedTuple):
    """Counts of one piece; rates are made of sums, over pieces."""

    quarters: float
    phrases: int
    chords: int  # any pitch changes
    suspensions: int
    passing_tones: int
    non_chord_tones: int
    sevenths: int  # chord spans
    applied: int
    numeral_changes: int
    distinct_numerals: int  # summed over phrases


def livelinesses(scores: Sequence[Score]) -> list[Liveliness]:
    """What each score does; numerals that it carries are not looked at."""
    raise NotImplementedError
