"""Phrases as signs alone tell them: by fermatas where the score has them, else by long notes and rests of the top line.

That is what an analyser may know before it has chords; `form.segmentation` divides what is not marked with their help.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.table import Flag, NoteTable
from musegen.score.voices import Slices, assign_voices
from musegen.theory.analysis import Phrase

Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
Times = np.ndarray[tuple[int], np.dtype[np.int64]]

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
    if not marks_its_phrases(score):
        ends = ends | _by_length(top, score)
    ends[-1] = True
    found = [(int(row["onset"]), int(row["onset"] + row["duration"])) for row in top.rows[ends]]
    notes = score.notes.sounding()
    last = int(notes["onset"].max())
    return found if last < found[-1][1] else [*found[:-1], (last, int(notes.end.max()))]


def marks_its_phrases(score: Score) -> bool:
    """The top line has a fermata inside, and as many as phrases could be.

    >>> from musegen.score.textgrid import parse_grid
    >>> [marks_its_phrases(parse_grid(f"meter: 2/4\\nS: c5 d5{sign} | e5 c5")) for sign in ("^", "")]
    [True, False]
    """
    fermatas = top_line(score).has(Flag.FERMATA)
    return int(fermatas[:-1].sum()) * LONGEST >= len(score.measures)


class LastNote(NamedTuple):
    """The last note of a phrase in its top line; where that is silent, the highest that sounds. Times in ticks."""

    onset: int
    end: int
    fifths: int | None  # as sounding; None in silence


def last_notes(score: Score, phrases: tuple[Phrase, ...], slices: Slices) -> list[LastNote]:
    """The last note of each phrase; a bass that leads on alone ends none.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import slices_of
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5^ | e5 c5")
    >>> [note.fifths for note in last_notes(piece, phrases(piece), slices_of(assign_voices(piece)))]
    [2, 0]
    """
    top = top_line(score)
    rows = np.searchsorted(top["onset"], [phrase.end for phrase in phrases], side="left") - 1
    found = []
    for phrase, row in zip(phrases, rows.tolist(), strict=True):
        sounds = row >= 0 and top.end[row] >= phrase.end > top["onset"][row]
        if sounds or (row >= 0 and top["onset"][row] >= phrase.onset and _leads_on_alone(slices, phrase)):
            found.append(LastNote(int(top["onset"][row]), phrase.end, int(top["fifths"][row])))
        else:
            found.append(_highest(slices, phrase))
    return found


def _leads_on_alone(slices: Slices, phrase: Phrase) -> bool:
    """At the end of a phrase whose top line is silent only the lowest line sounds: it leads to what follows."""
    at = int(slices.at(phrase.end - 1))
    sounding = np.flatnonzero(slices.sounds[at])
    return len(sounding) == 1 and int(sounding[0]) == slices.sounds.shape[1] - 1


def _highest(slices: Slices, phrase: Phrase) -> LastNote:
    """What sounds last in a phrase whose top line is silent at its end."""
    at = int(slices.at(phrase.end - 1))
    while at > 0 and not slices.sounds[at].any() and slices.onset[at] > phrase.onset:
        at -= 1
    row = int(slices.highest[at])
    sung = int(slices.notes["fifths"][row]) if row >= 0 else None
    return LastNote(int(slices.onset[at]), max(phrase.end, int(slices.onset[at]) + 1), sung)


def top_line(score: Score) -> NoteTable:
    """The highest line of a score, in order of time."""
    voices = assign_voices(score)
    return voices.notes.where(voices.line == 0)


def _by_length(top: NoteTable, score: Score) -> Bools:
    """Without fermatas: notes before a rest of a pulse or more, or of two pulses and twice the usual length.

    The longest first; no phrase is much shorter than two measures, the last one included.
    """
    onset, duration = top["onset"], top["duration"]
    meter = score.measures[0].time_signature
    pulse = score.ticks(meter.pulse_quarters)
    until_next = np.append(onset[1:], top.end[-1]) - onset
    usual = float(np.median(duration))
    long = (duration >= 2 * pulse) & (duration >= 2 * usual)
    rests = until_next - duration >= pulse
    shortest = 2 * score.ticks(meter.quarters) - pulse
    return _apart(np.asarray(long | rests), onset + until_next, until_next, int(onset[0]), shortest)


def _apart(ends: Bools, times: Times, lengths: Times, start: int, shortest: int) -> Bools:
    """The ends that lie `shortest` ticks from each other and from beginning and end; longer notes go first."""
    taken, kept = [start, int(times[-1])], np.zeros_like(ends)
    for number in sorted(np.flatnonzero(ends).tolist(), key=lambda number: (-int(lengths[number]), number)):
        if all(abs(int(times[number]) - other) >= shortest for other in taken):
            taken.append(int(times[number]))
            kept[number] = True
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
