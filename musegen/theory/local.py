"""Reading again only a part of a piece that has been read: what an editor needs after a note was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import analyse, completed
from musegen.theory.analysis import Analysis, ChordSpan, KeySpan

Span = TypeVar("Span", ChordSpan, KeySpan)


def phrases_around(analysis: Analysis, start: int, end: int) -> tuple[int, int]:
    """The times in ticks from the first to the last phrase that a stretch of the piece touches."""
    touched = [phrase for phrase in analysis.phrases if phrase.onset < max(end, start + 1) and phrase.end > start]
    return (min(start, touched[0].onset), max(end, touched[-1].end)) if touched else (start, end)


def read_again(analysis: Analysis, score: Score, start: int, end: int) -> Analysis:
    """The analysis of `score` with the chords and keys from `start` to `end` (ticks) read anew, the rest kept.

    The home key stays. Reading the whole piece may come to other chords: what lies before and after is not weighed.
    """
    onset = score.notes["onset"]
    excerpt = replace(score, notes=score.notes.where((onset >= start) & (onset < end)), harmonies=())
    found = analyse(excerpt, key=analysis.key)
    chords = [_placed(chord, score) for chord in _spliced(analysis.chords, found.chords, start, end)]
    keys = _joined(_spliced(analysis.keys, found.keys, start, end))
    changed = replace(analysis, chords=tuple(chords), keys=tuple(keys))
    return completed(changed, score, slices_of(assign_voices(score)))


def _spliced(old: Sequence[Span], new: Sequence[Span], start: int, end: int) -> list[Span]:
    """The old spans with their part between two times replaced by the new ones."""
    if not new:
        return list(old)
    last = max([end, *(span.end for span in old)])
    kept: list[Span] = _clipped(old, 0, start)
    fresh: list[Span] = _clipped(new, start, end)
    return kept + fresh + _clipped(old, end, last)


def _clipped(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    cut = [(max(span.onset, start), min(span.end, end), span) for span in spans]
    return [span._replace(onset=first, duration=last - first) for first, last, span in cut if first < last]


def _placed(chord: ChordSpan, score: Score) -> ChordSpan:
    measure, beat = score.place(chord.onset)
    return chord._replace(measure=measure, beat=beat)


def _joined(keys: list[KeySpan]) -> list[KeySpan]:
    """Neighbouring spans of one key as one."""
    found: list[KeySpan] = []
    for span in keys:
        if found and found[-1].key == span.key:
            found[-1] = found[-1]._replace(duration=span.end - found[-1].onset)
        else:
            found.append(span)
    return found
