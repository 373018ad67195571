"""Succession: the edges from note to note in a line, with what becomes of leading tones, sevenths and suspensions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.score.pitch import diatonic_of
from musegen.score.table import distinct
from musegen.theory.graph import schema
from musegen.theory.graph.harmony import Chords
from musegen.theory.graph.lines import Lines
from musegen.theory.graph.schema import NO, RISES, Move, Resolution, Tendency
from musegen.theory.graph.structure import Rows, VoiceMode, table
from musegen.theory.sonority import Bools

Numbers = npt.NDArray[np.int64]


def successions(notes: Rows, lines: Lines, chords: Chords, mode: VoiceMode) -> Rows:
    """An edge for each pair of neighbouring notes of a line; with `minimal` for each link of the least motion.

    Lines from the top, the edges of a line in order of time.
    """
    source, target, voice = _links(lines) if mode == "minimal" else _chains(lines)
    one, two = notes[source], notes[target]
    steps = diatonic_of(two["pitch"].astype(np.int64), two["fifths"]) - diatonic_of(
        one["pitch"].astype(np.int64), one["fifths"]
    )
    semitones = two["pitch"].astype(np.int64) - one["pitch"]
    columns = {
        "source": source, "target": target, "voice": voice, "semitones": semitones, "steps": steps,
        "fifths": two["fifths"].astype(np.int64) - one["fifths"],
        "move": _moves(steps, semitones),
        "gap": np.maximum(two["onset"] - one["onset"] - one["duration"], 0),
        "resolution": _resolutions(one, two, steps, chords),
    }  # fmt: skip
    return table(schema.SUCCESSION, len(source), columns)


def _chains(lines: Lines) -> tuple[Numbers, Numbers, Numbers]:
    """(source, target, line): the notes of each line in turn."""
    slices = lines.slices
    line, at = np.nonzero(slices.attack.T)
    row = slices.row[at, line].astype(np.int64)
    joined = line[1:] == line[:-1]
    return row[:-1][joined], row[1:][joined], line[1:][joined]


def _links(lines: Lines) -> tuple[Numbers, Numbers, Numbers]:
    """(source, target, place of the target): the links of the least motion between different notes, each once."""
    arrivals = lines.arrivals
    used = (arrivals.before != arrivals.after) & (arrivals.after >= 0) & (arrivals.before >= 0)
    found = np.stack([arrivals.before[used], arrivals.after[used]], axis=1).astype(np.int64)
    found = distinct(found, axis=0) if len(found) else found
    source, target = found[:, 0], found[:, 1]
    place = lines.home[target].astype(np.int64)
    order = np.lexsort((source, lines.notes["onset"][target], place))
    return source[order], target[order], place[order]


def _moves(steps: Numbers, semitones: Numbers) -> npt.NDArray[np.int8]:
    """A repeated pitch is no step, a chromatic semitone and an augmented second are one."""
    size = np.abs(steps)
    cases = [semitones == 0, size <= 1, size == 2]
    kinds = [int(kind) for kind in (Move.REPEAT, Move.STEP, Move.SKIP)]
    return np.select(cases, kinds, int(Move.LEAP)).astype(np.int8)


def _resolutions(one: Rows, two: Rows, steps: Numbers, chords: Chords) -> npt.NDArray[np.int8]:
    """What the tendency of each first note comes to in the second."""
    tendency = one["tendency"]
    goes = steps == np.array(RISES)[tendency]
    leading = tendency == Tendency.LEADING_TONE
    goes &= ~leading | (two["fifths"].astype(np.int64) - one["fifths"] == -5)
    stays = two["pitch"] == one["pitch"]
    cases = [tendency == Tendency.NONE, goes, stays, _not_due(one, two, chords)]
    kinds = [Resolution.NONE, Resolution.RESOLVED, Resolution.STAYS, Resolution.OPEN]
    return np.select(cases, [int(kind) for kind in kinds], int(Resolution.UNRESOLVED)).astype(np.int8)


def _not_due(one: Rows, two: Rows, chords: Chords) -> Bools:
    """The chord that a note leaves goes on, or it leads to a chord without the tonic that a leading tone wants."""
    if not len(chords.spans):
        return np.zeros(len(one), dtype=bool)
    left = chords.at(one["onset"] + one["duration"] - 1)
    goal = two["chord"].astype(np.intp)
    same = (chords.columns.label[left] == chords.columns.label[goal]) & (left != NO) & (goal != NO)
    tonic = one["fifths"].astype(np.int64) - 5
    holds = (chords.columns.members[goal][:, :3] == tonic[:, None]).any(axis=1)
    return np.asarray(same | ((one["tendency"] == Tendency.LEADING_TONE) & ~holds))
