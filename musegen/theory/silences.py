"""Long silences: what is read across them begins where something sounds again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan, KeySpan
from musegen.theory.places import full_measure

Span = TypeVar("Span", ChordSpan, KeySpan)
Silence = tuple[int, int]


def from_where_it_sounds(analysis: Analysis, score: Score) -> Analysis:
    """The analysis with no chord and no key that begins in a silence of a measure or more.

    What was read to begin there begins with the next note; what lies wholly in the silence is part of what was heard
    before it. A shorter rest belongs to the chord that is counted from it, as after a rest on a downbeat.
    """
    silent = long_silences(score)
    if not silent:
        return analysis
    moved = _moved(analysis.chords, silent)
    placed = ((chord, score.place(chord.onset)) for chord in moved)
    chords = tuple(chord._replace(measure=place.measure, beat=place.beat) for chord, place in placed)
    return replace(analysis, chords=chords, keys=tuple(_moved(analysis.keys, silent)))


def long_silences(score: Score) -> list[Silence]:
    """(onset, end) in ticks of each general rest that lasts as long as the measure it begins in, first note to come.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 r | r . | r d5 | r e5")
    >>> [(onset // 10080, end // 10080) for onset, end in long_silences(piece)]
    [(1, 5)]
    """
    notes = score.notes.sounding()
    order = np.argsort(notes["onset"], kind="stable")
    onset, end = notes["onset"][order], notes.end[order]
    heard = np.concatenate([[0], np.maximum.accumulate(end)])[: len(onset)]
    gaps = np.flatnonzero(onset > heard)
    found = [(int(heard[number]), int(onset[number])) for number in gaps]
    return [(first, last) for first, last in found if last - first >= full_measure(score, first)]


def _moved(spans: Sequence[Span], silent: list[Silence]) -> Iterator[Span]:
    """The spans without those that lie in a silence, each from its first sound to that of the next one."""
    heard = ((_heard(span, silent), span) for span in spans)
    kept: list[tuple[int, Span]] = [(onset, span) for onset, span in heard if onset < span.end]
    last = max((span.end for span in spans), default=0)
    ends = [*(onset for onset, _ in kept[1:]), last]
    for (onset, span), end in zip(kept, ends, strict=True):
        yield span._replace(onset=onset, duration=end - onset)


def _heard(span: ChordSpan | KeySpan, silent: list[Silence]) -> int:
    return next((end for onset, end in silent if onset <= span.onset < end), span.onset)
