"""Answers of the network as scores: frames become notes, beside what was given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.generation.given import Given
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import VOICES, Bools, Frames, frame_onsets
from musegen.generation.neural.keeping import kept_notes
from musegen.generation.neural.said import UNSAID, key_of
from musegen.generation.paper import numeral_label, on_paper
from musegen.generation.voicings import PARTS, Chord
from musegen.score.model import HarmonyLabel, Measure, Metadata, Score
from musegen.score.table import NOTE_DTYPE, Flag, NoteTable, Rows
from musegen.theory.vocabulary import numerals

Times = npt.NDArray[np.int64]
Run = tuple[int, int]


def score_of(
    drawn: Drawn,
    like: Score | None = None,
    *,
    task: Task | None = None,
    measures: Sequence[Measure] = (),
    title: str = "",
    given: Given | None = None,
) -> Score:
    """Four parts S A T B with a numeral at every new chord.

    Notes that were given stand as they do in `like`, shorter ones than a frame included. A fermata stands over the last
    chord of a phrase, unless given notes sound there and have none.

    Args:
        drawn: what the network answered to the task; its names of notes are taken over.
        like: the score that the task was made of; its measures are taken over.
        task: what was given; without one all notes are new.
        measures: where there is no `like`, the measures to write in.
        title: of a score without `like`.
        given: chord symbols to write over the top part, figures under the bass, and notices, as
            `asking.chords_at_frames` finds them.

    Raises:
        UsageError: the measures are not as long as what was drawn.

    >>> from musegen.generation.neural.frames import frames_of
    >>> from musegen.generation.neural.said import nothing_said
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5\\nA: g4 .\\nT: e4 d4\\nB: c3 b2")
    >>> score_of(Drawn(frames_of(piece), nothing_said(8), 0.0, 0.0), piece).notes["pitch"].tolist()
    [72, 67, 64, 48, 74, 62, 47]
    """
    source = like or Score(NoteTable.of([]), tuple(measures), PARTS, metadata=Metadata(title=title))
    onset = frame_onsets(source)
    if len(onset) != len(drawn.frames.pitch):
        raise UsageError(f"{len(drawn.frames.pitch)} sixteenths were drawn for measures of {len(onset)}")
    times = np.append(onset, source.end)
    kept = np.zeros(0, dtype=NOTE_DTYPE) if task is None or like is None else kept_notes(like, task)
    free = np.ones_like(drawn.frames.attack) if task is None else task.free
    records = [record for voice in range(VOICES) for record in _new_notes(drawn.frames, free, voice, times)]
    _make_room(kept, records)
    _tie_on(kept, records, set(source.notes["id"][source.notes.has(Flag.TIED_TO_NEXT)].tolist()))
    for first, last in _closes(drawn, kept, times):
        _put_fermata(records, first, last)
    says = given or Given([], (), ())
    labels = (*says.symbols, *_labels(drawn, onset))
    return replace(on_paper(source, kept, records, labels, says.notices), figures=says.figures)


def _new_notes(frames: Frames, free: Bools, voice: int, times: Times) -> Iterator[dict[str, int]]:
    """A record for each note that was drawn, tied where it goes on from a given one."""
    pitch = np.where(free[:, voice], frames.pitch[:, voice], 0)
    heard_before = np.append(0, frames.pitch[:-1, voice])
    held = ~frames.attack[:, voice] & (pitch == heard_before)
    was_free = np.append(True, free[:-1, voice])
    begins = (pitch > 0) & ~(held & was_free)
    edges = np.flatnonzero(begins | ((pitch == 0) & (np.append(0, pitch[:-1]) > 0)))
    for first, last in pairwise([*edges.tolist(), len(pitch)]):
        if pitch[first]:
            yield {
                "onset": int(times[first]),
                "duration": int(times[last] - times[first]),
                "pitch": int(pitch[first]),
                "fifths": int(frames.fifths[first, voice]),
                "part": voice,
                "flags": int(Flag.TIED_FROM_PREVIOUS) if held[first] else 0,
            }


def _make_room(kept: Rows, records: list[dict[str, int]]) -> None:
    """New notes end where a given one of their voice begins: its barline may stand inside a frame."""
    onsets = [np.sort(kept["onset"][kept["part"] == voice]) for voice in range(VOICES)]
    for record in records:
        mine, begin = onsets[record["part"]], record["onset"]
        after = int(np.searchsorted(mine, begin, side="right"))
        if after < len(mine):
            record["duration"] = min(record["duration"], int(mine[after]) - begin)


def _tie_on(kept: Rows, records: list[dict[str, int]], tied: Collection[int]) -> None:
    """The other half of each tie from a given note to a new one; a tie that finds none is none.

    Only notes that were `tied`, by their ids, go on: a given note keeps its value.
    """
    goes_on = {(int(row["part"]), int(row["onset"] + row["duration"])): row for row in kept if int(row["id"]) in tied}
    for record in records:
        if not record["flags"] & Flag.TIED_FROM_PREVIOUS:
            continue
        before = goes_on.get((record["part"], record["onset"]))
        if before is not None and (before["pitch"], before["fifths"]) == (record["pitch"], record["fifths"]):
            before["flags"] |= Flag.TIED_TO_NEXT
        else:
            record["flags"] &= ~int(Flag.TIED_FROM_PREVIOUS)


def runs_of(where: Bools) -> list[Run]:
    """(first, end) of each stretch of frames where this is true.

    >>> runs_of(np.array([True, False, True, True]))
    [(0, 1), (2, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], where, [False]]).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _closes(drawn: Drawn, kept: Rows, times: Times) -> Iterator[Run]:
    """(onset, end) of the last chord of each phrase, where new notes shall have a fermata."""
    sounds = (drawn.frames.pitch > 0).any(axis=1)
    for first, last in runs_of((drawn.said.to_phrase_end == 0) & sounds):
        begin, end = int(times[first]), int(times[last])
        inside = kept[(kept["onset"] < end) & (kept["onset"] + kept["duration"] > begin)]
        if not len(inside) or (inside["flags"] & Flag.FERMATA).any():
            yield begin, end


def _put_fermata(records: list[dict[str, int]], begin: int, end: int) -> None:
    """Over the notes that end with a phrase; a note that goes on beyond it ends none."""
    for record in records:
        if begin < record["onset"] + record["duration"] == end:
            record["flags"] |= int(Flag.FERMATA)


def _labels(drawn: Drawn, onset: Times) -> list[HarmonyLabel]:
    """A numeral at each new chord that sounds."""
    heard = np.flatnonzero((drawn.frames.pitch > 0).any(axis=1))
    local, figure = drawn.said.local[heard], drawn.said.figure[heard]
    new = np.append(True, (np.diff(local) != 0) | (np.diff(figure) != 0))[: len(heard)] & (figure != UNSAID)
    return [
        numeral_label(int(time), _chord(int(key), int(place)))
        for time, key, place in zip(onset[heard[new]], local[new], figure[new], strict=True)
    ]


def _chord(local: int, figure: int) -> Chord:
    key = key_of(local)
    return Chord(key, numerals(key.minor)[figure])
