"""What of a score is given to the network: the line of each voice, and the written notes that come back exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile
from musegen.generation.melody import written_rows
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import VOICES, Bools, frame_onsets
from musegen.score.line_choice import FOUR_PARTS
from musegen.score.model import Score
from musegen.score.table import NOTE_DTYPE, Flag, NoteTable, Rows
from musegen.score.voices import Voices, assign_voices


def lines_given(score: Score, voices: Sequence[int]) -> tuple[int, ...]:
    """(S, A, T, B): the line of the score that each of these voices sings, from 0; -1 for the others.

    The soprano alone is the top line. Of four lines each is its voice; of fewer, there must be one for each voice.

    Raises:
        UnreadableFile: the score has not these voices.

    >>> from musegen.score.textgrid import parse_grid
    >>> lines_given(parse_grid("meter: 2/4\\nB: c3 g2"), [3])
    (-1, -1, -1, 0)
    """
    count = len(assign_voices(score).names)
    if count == VOICES:
        return tuple(voice if voice in voices else -1 for voice in range(VOICES))
    if len(voices) != count and tuple(voices) != (0,):
        names = " ".join(FOUR_PARTS[voice] for voice in voices) or "no voice"
        told = f"{names} would be given, and here {'is 1 voice' if count == 1 else f'are {count} voices'}"
        raise UnreadableFile(told, file=score.path, hint="give all four, or only those")
    return tuple(voices.index(voice) if voice in voices else -1 for voice in range(VOICES))


def kept_notes(like: Score, task: Task) -> Rows:
    """The written rows of a score that a task gives, ties included; `part` is 0 to 3, S A T B.

    Their ids are those of the score, but that a note which two voices share has another one in the lower voice.
    """
    sings = ((task.given.pitch > 0) & ~task.free).any(axis=0)
    lines = lines_given(like, np.flatnonzero(sings).tolist())
    rows = [_kept(like, line, voice, task.free[:, voice]) for voice, line in enumerate(lines) if line >= 0]
    kept = np.concatenate([*rows, np.zeros(0, dtype=NOTE_DTYPE)])
    _, first = np.unique(kept["id"], return_index=True)
    again = np.setdiff1d(np.arange(len(kept)), first)
    kept["id"][again] = np.arange(len(again)) + int(like.notes["id"].max(initial=-1)) + 1
    return kept


def _kept(like: Score, line: int, voice: int, free: Bools) -> Rows:
    """The rows of a line that begin in given frames, as those of a voice; ties into free frames are cut."""
    rows = like.notes.where(written_rows(like.notes, _notes_of(assign_voices(like), line))).rows.copy()
    rows["part"], rows["staff"], rows["voice"] = voice, 1, 1
    if not free.any():
        return rows
    onset = frame_onsets(like)
    begins, ends = (np.searchsorted(onset, times, side="right") - 1 for times in (rows["onset"], _end(rows)))
    barlines = np.searchsorted(onset, [measure.onset for measure in like.measures])
    begins = np.clip(barlines[rows["measure_index"]], begins, len(onset) - 1)  # a barline may stand inside a frame
    cut_before = free[np.maximum(begins - 1, 0)]
    cut_after = np.append(free, False)[np.where(_end(rows) >= like.end, len(free), ends)]
    rows["flags"] &= ~np.where(cut_before, np.uint16(Flag.TIED_FROM_PREVIOUS), np.uint16(0))
    rows["flags"] &= ~np.where(cut_after, np.uint16(Flag.TIED_TO_NEXT), np.uint16(0))
    return np.asarray(rows[~free[begins]])


def _notes_of(voices: Voices, line: int) -> NoteTable:
    """The sounding notes of a line, with those that it shares."""
    sings = voices.line == line
    sings[[shared.row for shared in voices.shared if shared.line == line]] = True
    return voices.notes.where(sings)


def _end(rows: Rows) -> npt.NDArray[np.int64]:
    return np.asarray(rows["onset"] + rows["duration"])
