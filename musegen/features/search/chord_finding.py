"""Chord patterns in a piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from musegen.features.search.chord_words import ChordWord
from musegen.features.search.matching import Bools, Row, matches
from musegen.features.search.piece_rows import Chords
from musegen.features.search.syntax import Pattern

CONTEXT = 3
"""How many events are told before and after a hit."""


class Found(NamedTuple):
    """A place where a pattern is found. Times in ticks."""

    first: int  # when its first event begins
    arrival: int  # when its last event begins
    end: int  # when its last event ends
    before: str
    match: str
    after: str
    notes: tuple[int, ...] = ()  # ids; of chords none: all that sounds
    voices: str = ""


def find_chords(pattern: Pattern[ChordWord], chords: Chords, *, in_phrase: bool = False) -> Iterator[Found]:
    """Every place of a chord pattern. All its chords are in one key, but for those that `>` joins.

    `in_phrase`: no two neighbours lie in different phrases.
    """
    if not len(chords):
        return
    same = chords.tonic[1:] == chords.tonic[:-1]
    group = chords.phrase_at(chords.onset)
    together = group[1:] == group[:-1] if in_phrase else np.ones(len(same), dtype=bool)
    follows, changes = (np.concatenate([[False], where & together]) for where in (same, ~same))

    def mask(word: ChordWord) -> Bools:
        named = zip(chords.figure, chords.minor, chords.function, strict=True)
        return np.array([word.fits(*one) for one in named], dtype=bool)

    gap_group = group * len(chords) + np.concatenate([[0], np.cumsum(~same)])
    for first, last in matches(pattern, Row(follows, changes, gap_group), mask):
        yield Found(
            int(chords.onset[first]), int(chords.onset[last]), int(chords.end[last]),
            told(chords, max(first - CONTEXT, 0), first),
            told(chords, first, last + 1, named=first < 1),
            told(chords, last + 1, min(last + 1 + CONTEXT, len(chords)), named=False),
        )  # fmt: skip


def told(chords: Chords, start: int, end: int, *, named: bool = True) -> str:
    """Some chords by their figures, the key before the first one (`named`) and wherever it changes.

    Source of the form: RomanText (`G: I V6`).
    """
    words: list[str] = []
    key = None if named or not start else chords.key[start - 1]
    for number in range(start, end):
        if chords.key[number] != key:
            key = chords.key[number]
            words.append(f"{key}:")
        words.append(chords.figure[number])
    return " ".join(words)
