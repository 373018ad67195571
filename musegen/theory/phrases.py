"""Phrases: where they end, by fermatas where the score has them, else by long notes and rests of the top line."""

from __future__ import annotations

import numpy as np

from musegen.score.model import Score
from musegen.score.table import Flag, NoteTable
from musegen.score.voices import assign_voices
from musegen.theory.analysis import Phrase

LONGEST = 12
"""Measures to a fermata on average: with fewer fermatas than that they do not mark the phrases."""


def phrase_end_notes(score: Score) -> list[tuple[int, int]]:
    """(onset, end) in ticks of the top line's last note of each phrase; the last note of the piece is always one.

    Where the top line is silent at the end, the last notes of the other lines end the last phrase.
    """
    top = top_line(score)
    if not len(top):
        return []
    ends = top.has(Flag.FERMATA)
    if int(ends[:-1].sum()) * LONGEST < len(score.measures):
        ends = ends | _by_length(top, score)
    ends[-1] = True
    found = [(int(row["onset"]), int(row["onset"] + row["duration"])) for row in top.rows[ends]]
    notes = score.notes.sounding()
    last = int(notes["onset"].max())
    return found if last < found[-1][1] else [*found[:-1], (last, int(notes.end.max()))]


def top_line(score: Score) -> NoteTable:
    """The highest line of a score, in order of time."""
    voices = assign_voices(score)
    return voices.notes.where(voices.line == 0)


def _by_length(top: NoteTable, score: Score) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Without fermatas: notes before a rest of a pulse or more, or of two pulses and twice the usual length."""
    onset, duration = top["onset"], top["duration"]
    pulse = score.ticks(score.measures[0].time_signature.pulse_quarters)
    silence = np.append(onset[1:], top.end[-1]) - top.end
    usual = float(np.median(duration))
    long = (duration >= 2 * pulse) & (duration >= 2 * usual)
    rests = silence >= pulse
    return _thinned(np.asarray(long | rests), onset, 3 * pulse)


def _thinned(
    ends: np.ndarray[tuple[int], np.dtype[np.bool_]], onset: np.ndarray[tuple[int], np.dtype[np.int64]], shortest: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """No phrase shorter than `shortest` ticks, the last one included: a long dominant belongs to its tonic."""
    kept, last = np.asarray(ends & (onset <= onset[-1] - shortest)), int(onset[0])
    for number in np.flatnonzero(kept):
        if onset[number] - last < shortest:
            kept[number] = False
        else:
            last = int(onset[number])
    return kept


def phrases(score: Score) -> tuple[Phrase, ...]:
    """From the first onset of a phrase to the end of its last note, in ticks.

    >>> from musegen.score.textgrid import parse_grid
    >>> phrases(parse_grid("meter: 2/4\\nS: c5 d5^ | e5 c5"))
    (Phrase(onset=0, end=20160), Phrase(onset=20160, end=40320))
    """
    ends = phrase_end_notes(score)
    found, start = [], int(score.notes.sounding()["onset"].min()) if ends else 0
    for _, end in ends:
        if end > start:
            found.append(Phrase(start, end))
        start = end
    return tuple(found)
