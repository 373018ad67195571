"""The plan that a given chorale follows: its measures, its phrases as fermatas mark them, its cadences and keys."""

from __future__ import annotations

import os

import numpy as np

from musegen.errors import UnreadableFile
from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan, frame_at
from musegen.generation.neural.frames import Frames, frames_of
from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.model import Measure, Score
from musegen.score.table import Flag
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.form.phrases import marks_its_phrases
from musegen.theory.keys import Key
from musegen.theory.vocabulary import figures, index_of

LONGEST = 128
"""Measures that a plan has at most."""


def plan_of(score: Score, analysis: Analysis | None = None) -> ChoralePlan:
    """The plan of a four-part chorale; where its beginning comes again, melody and cadences, it will come again, too.

    `analysis` is that of the score; the neural engine reads it unless given.

    Raises:
        UnreadableFile: the score has not four voices, no fermatas that mark phrases, or too many measures.

    >>> from musegen.score.files import read
    >>> plan_of(read("bach/bwv66.6")).words
    'F sharp minor, 4/4, 9 measures: IAC A, PAC A, PAC f#, IAC A, HC f#, PC f#'
    """
    frames = frames_of(score) if score.measures else None
    if frames is None or not marks_its_phrases(score):
        hint = "end each phrase with a fermata in the soprano; there are at least two"
        few = "too few" if score.notes.has(Flag.FERMATA).any() else "no"
        raise UnreadableFile(f"{few} fermatas mark its phrases", file=score.path, hint=hint)
    if len(score.measures) > LONGEST:
        told = f"{len(score.measures)} measures are too many for a chorale"
        raise UnreadableFile(told, file=score.path, hint=f"at most {LONGEST}")
    heard = analysis or analyse(score, engine="neural")
    phrases = _phrases(score, heard)
    again = _repeated_cadences(phrases, frames)
    repeated = [phrase._replace(repeats=number) for number, phrase in enumerate(phrases[again : 2 * again])]
    return ChoralePlan(
        heard.key,
        _in_ticks(score),
        (*phrases[:again], *repeated, *phrases[2 * again :]),
        opening=heard.chords[0].key,
    )


def whole_name(name: str) -> str:
    """The name by which a chorale is read: `bwv66.6` alone, where it is no file, is one of music21's corpus.

    >>> whole_name("bwv66.6"), whole_name("bach/bwv66.6"), whole_name("mine.musicxml")
    ('bach/bwv66.6', 'bach/bwv66.6', 'mine.musicxml')
    """
    return f"bach/{name}" if name.lower().startswith("bwv") and not os.path.lexists(name) else name


def repeated_phrases(phrases: tuple[PhrasePlan, ...], frames: Frames) -> int:
    """How many phrases at the beginning come again at once, with the same melody: the Stollen of a bar form; else 0."""
    tunes = [(_melody(frames, item), item.close - item.onset, item.end - item.onset) for item in phrases]
    halves = range(len(phrases) // 2, 0, -1)
    return next((count for count in halves if tunes[:count] == tunes[count : 2 * count]), 0)


def _repeated_cadences(phrases: tuple[PhrasePlan, ...], frames: Frames) -> int:
    """The same where the cadences come again, too; else 0."""
    count = repeated_phrases(phrases, frames)
    cadences = [(phrase.cadence, phrase.key) for phrase in phrases]
    return count if cadences[:count] == cadences[count : 2 * count] else 0


def _melody(frames: Frames, phrase: PhrasePlan) -> bytes:
    first, last = (frame_at(time) for time in (phrase.onset, phrase.end))
    return np.where(frames.attack[first:last, 0], frames.pitch[first:last, 0], 0).tobytes()


def _in_ticks(score: Score) -> tuple[Measure, ...]:
    """The measures in the ticks of a plan."""
    return tuple(
        measure._replace(onset=_plan_ticks(score, measure.onset), length=_plan_ticks(score, measure.length))
        for measure in score.measures
    )


def _plan_ticks(score: Score, ticks: int) -> int:
    return int(ticks) * TICKS_PER_QUARTER // score.ticks_per_quarter


def _phrases(score: Score, analysis: Analysis) -> tuple[PhrasePlan, ...]:
    ends = sorted({*(phrase.end for phrase in analysis.phrases[:-1]), score.end})
    found = []
    for onset, end in zip([0, *ends[:-1]], ends, strict=True):
        cadence = next((item for item in reversed(analysis.cadences) if onset <= item.onset < end), None)
        last = _chord_at(analysis, cadence.onset if cadence else max(end - 1, onset))
        kind, key = (cadence.kind, cadence.key) if cadence else (None, last.key)
        close = max(cadence.onset if cadence else last.onset, onset)
        before = _chord_at(analysis, max(close - 1, onset))
        begin, at, done = (_plan_ticks(score, time) for time in (onset, close, end))
        found.append(PhrasePlan(begin, at, done, key, kind, _named(before, key), _named(last, key)))
    return tuple(found)


def _chord_at(analysis: Analysis, time: int) -> ChordSpan:
    return analysis.chords[int(analysis.chord_indices(np.array([time]))[0])]


def _named(chord: ChordSpan, key: Key) -> str:
    """Its numeral in the key of the cadence, as the vocabulary spells it; "" where it has another name there."""
    place = index_of(chord.numeral) if chord.key == key else None
    return figures(key.minor)[place] if place is not None else ""
