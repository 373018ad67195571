"""What a score and a condition ask of the network: frames that are given, frames that are free, and what is said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from musegen.errors import NoSolution, UnreadableFile, UsageError
from musegen.generation.conditions import Condition, Left
from musegen.generation.given import Given, chords_given, with_figures
from musegen.generation.melody import MAX_BEATS, Melody, MelodySlot, melody_of, within_limits
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.ending import ending_at_home
from musegen.generation.neural.frames import A_QUARTER, VOICES, Bools, Frames, frame_onsets, frames_of_lines
from musegen.generation.neural.keeping import kept_notes, lines_given
from musegen.generation.neural.telling import told
from musegen.generation.neural.writing import runs_of
from musegen.generation.voicings import LIMITS
from musegen.score.line_choice import FOUR_PARTS
from musegen.score.model import Score
from musegen.score.table import Flag, Rows
from musegen.score.voices import assign_voices
from musegen.theory.succession import units_at

_FRAMES_A_BEAT = 8  # at most: a half note
_STRAY_NOTES, _STRAY_SHARE = 20, 0.05
"""Given notes beyond the limits of their voice from which on it is none: so many, and such a share."""
_UNDER_A_MELODY, _OVER_A_BASS = Left(("A", "T", "B")), Left(("S", "A", "T"))
Times = npt.NDArray[np.int64]


def task_for(score: Score, condition: Condition) -> Task:
    """The task that a score and a condition ask for.

    Without `condition.left` the top line is given and three voices are drawn under it, or, where the score has figures
    and one line, over it; with it, what it names of four voices is drawn and all else is given. A score of fewer lines
    has just those voices that are not left. Where all given voices rest for a beat or longer, all rest.

    Raises:
        NoSolution: there is nothing to harmonise.
        UnreadableFile: the melody is too long or too crowded, or the score has not the voices that are given, or none
            that a choir sings.
        UsageError: a measure, voice or style that is asked for does not exist.

    >>> from musegen.score.textgrid import parse_grid
    >>> task = task_for(parse_grid("meter: 3/4\\nS: c5 d5 r | e5 . ."), Condition())
    >>> task.free[:16:4].astype(int).tolist(), task.joined[:16:4].tolist()
    ([[0, 1, 1, 1], [0, 1, 1, 1], [0, 0, 0, 0], [0, 1, 1, 1]], [False, True, True, False])
    """
    melody = melody_of(score)
    within_limits(melody)
    onset = _onsets(score)
    free = _left(score, condition.left or _usual(score, condition), onset)
    voices = np.flatnonzero(~free.all(axis=0)).tolist()
    lines = lines_given(score, voices)
    if condition.left is not None:
        _check_ranges(score, lines)
    given = _heard(score, lines, free)
    said = told(melody, condition, chords_at_frames(score, condition), voices)
    task = Task(given, free, said, np.ones(len(onset), dtype=np.bool_))
    kept = kept_notes(score, task)
    rests = _rests(kept, score.end)
    task = task._replace(free=free & ~_resting(melody, task, rests, onset)[:, None])
    if not task.free.any():
        raise NoSolution("nothing is left to be drawn", hint="leave a voice or a measure in which the others sing")
    return ending_at_home(task._replace(joined=_joined(score, task, kept, rests, onset)))


def chords_at_frames(score: Score, condition: Condition) -> Given:
    """The chords that are given at each frame, with symbols, figures and notices for `writing.score_of`."""
    step = score.ticks_per_quarter // A_QUARTER
    frames = [MelodySlot(int(time), step, (), 0, False, False) for time in frame_onsets(score)]
    given, left = chords_given(score, frames, condition), condition.left or _usual(score, condition)
    has_bass = "B" not in left.voices or bool(left.measures)
    return with_figures(given, score, condition.figures or score.figures) if has_bass else given


def _usual(score: Score, condition: Condition) -> Left:
    has_bass = bool(condition.figures or score.figures) and len(assign_voices(score).names) == 1
    return _OVER_A_BASS if has_bass else _UNDER_A_MELODY


def _onsets(score: Score) -> Times:
    onset = frame_onsets(score)
    if len(onset) > MAX_BEATS * _FRAMES_A_BEAT:
        what = f"a score of {len(score.measures)} measures is too long to harmonise"
        raise UnreadableFile(what, file=score.path, hint=f"at most {MAX_BEATS} beats: divide it")
    return onset


def _left(score: Score, left: Left, onset: Times) -> Bools:
    """(frames, 4): what the condition leaves to the network."""
    for voice in left.voices:
        if voice not in FOUR_PARTS:
            raise UsageError(f"`{voice}` is no voice", hint="there are S, A, T and B")
    numbers = [measure.number for measure in score.measures]
    for number in left.measures:
        if number not in numbers:
            raise UsageError(f"there is no measure {number}", hint=f"there are measures {numbers[0]} to {numbers[-1]}")
    measure = np.searchsorted([measure.onset for measure in score.measures], onset, side="right") - 1
    inside = np.array([not left.measures or number in left.measures for number in numbers])[measure]
    return np.asarray(inside[:, None] & np.array([voice in left.voices for voice in FOUR_PARTS]))


def _check_ranges(score: Score, lines: Sequence[int]) -> None:
    """Given lines lie where voices do: a quartet of strings is no chorale with a part missing.

    Raises:
        UnreadableFile: one of them does not.
    """
    voices = assign_voices(score)
    for letter, line, (low, high) in zip(FOUR_PARTS, lines, LIMITS, strict=True):
        pitch = voices.notes["pitch"][voices.line == line] if line >= 0 else np.zeros(0, dtype=np.int16)
        outside = int(((pitch < low) | (pitch > high)).sum())
        if outside >= max(_STRAY_NOTES, _STRAY_SHARE * len(pitch)):
            told = f"{outside} of {len(pitch)} notes of {letter} lie where no choir sings it: these are no four voices"
            raise UnreadableFile(
                told, file=score.path, hint="without --voices and --measures its top line is harmonised"
            )


def _heard(score: Score, lines: Sequence[int], free: Bools) -> Frames:
    """What is given; a note that goes on from a free frame is struck anew."""
    frames = frames_of_lines(score, lines)
    after_free = np.vstack([np.zeros((1, VOICES), dtype=np.bool_), free[:-1]])
    attack = frames.attack | (after_free & (frames.pitch > 0))
    return Frames(np.where(free, 0, frames.pitch), np.where(free, 0, frames.fifths), attack & ~free)


def _rests(kept: Rows, end: int) -> Times:
    """(rests, 2): when no given note sounds, from and to, in ticks."""
    order = np.argsort(kept["onset"], kind="stable")
    reached = np.maximum.accumulate(kept["onset"][order] + kept["duration"][order])
    return np.stack([np.append(0, reached), np.append(kept["onset"][order], end)], axis=1)


def _longest(rests: Times, begin: int, end: int) -> int:
    """The longest rest of which some part lies here, in ticks."""
    here = rests[(rests[:, 0] < end) & (rests[:, 1] > begin)]
    return int((here[:, 1] - here[:, 0]).max(initial=0))


def _resting(melody: Melody, task: Task, rests: Times, onset: Times) -> Bools:
    """(frames,): no given voice sounds for a denominator unit or longer, and the melody has no beat there."""
    begins, lasts = np.array([(slot.onset, slot.duration) for slot in melody.slots]).T
    slot = np.maximum(np.searchsorted(begins, onset, side="right") - 1, 0)
    has_beat = (begins[slot] <= onset) & (onset < (begins + lasts)[slot])
    resting = np.asarray(~has_beat & ~task.free.all(axis=1) & (task.given.pitch == 0).all(axis=1))
    for first, last in runs_of(resting):
        inside = first > 0 and last < len(onset)
        if inside and _longest(rests, onset[first], onset[last]) < units_at(melody.score, onset[first : first + 1])[0]:
            resting[first:last] = False
    return resting


def _joined(score: Score, task: Task, kept: Rows, rests: Times, onset: Times) -> Bools:
    """(frames,): no phrase ends and no rest of a denominator unit lies before the frame, as the rules see it.

    For the rules a fermata ends a phrase, and nothing else.
    """
    joined = np.ones(len(onset), dtype=np.bool_)
    notes = score.notes.sounding()
    signed = notes.end[notes.has(Flag.FERMATA) & np.isin(notes["id"], kept["id"])]
    begins = np.searchsorted(onset, [0, *signed.tolist(), *_new_closes(task, np.append(onset, score.end))])
    joined[begins[begins < len(onset)]] = False
    silent = ~task.free.any(axis=1) & (task.given.pitch == 0).all(axis=1)
    for first, last in runs_of(silent):
        if last < len(onset):
            silence = min(onset[last] - onset[first], _longest(rests, onset[first], onset[last]))
            joined[last] = joined[first] and silence < units_at(score, onset[last : last + 1])[0]
    return joined


def _new_closes(task: Task, times: Times) -> list[int]:
    """When phrases end whose last chord is all new: it will have a fermata."""
    sounds: Bools = np.asarray((task.given.pitch > 0).any(axis=1))
    closes = runs_of((task.said.to_phrase_end == 0) & task.free.any(axis=1))
    return [int(times[last]) for first, last in closes if not sounds[first:last].any()]
