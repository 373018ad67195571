"""How sonorities and chords follow each other as wholes: motion against the least motion, and progressions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musegen.score.pitch import pitch_class_of
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.graph import schema
from musegen.theory.graph.harmony import Chords, Indices
from musegen.theory.graph.least_motion import least_between_classes, least_sizes
from musegen.theory.graph.lines import Lines
from musegen.theory.graph.structure import Rows, VoiceMode, table
from musegen.theory.harmony.pivots import pivot_at
from musegen.theory.sonority import Bools

Numbers = npt.NDArray[np.int64]
_FAR = 1 << 20


def voice_leadings(lines: Lines, slices: Rows, mode: VoiceMode) -> Rows:
    """An edge from each sounding slice to the next one that sounds."""
    heard = np.flatnonzero(slices["size"] > 0)
    first, second = heard[:-1], heard[1:]
    pitch, sounds = lines.slices.column("pitch").astype(np.int64), lines.slices.sounds
    falling = -np.sort(-np.where(sounds, pitch, -1), axis=1)
    counts = slices["size"].astype(np.int64)
    least = least_sizes(falling[first], falling[second], counts[first], counts[second])
    if mode == "minimal":
        total, largest = least, _largest_link(lines)
    else:
        total, largest = _actual(pitch, sounds, first, second)
    classes = slices["pitch_classes"]
    columns = {
        "source": first, "target": second, "total": total, "least": least, "largest": largest,
        "common_tones": np.bitwise_count(classes[first] & classes[second]),
    }  # fmt: skip
    return table(schema.VOICE_LEADING, len(first), columns)


def _actual(pitch: Numbers, sounds: Bools, first: Indices, second: Indices) -> tuple[Numbers, Numbers]:
    """(all the motion of the lines, the largest move of one), in semitones."""
    before, after = sounds[first], sounds[second]
    one, two = pitch[first], pitch[second]
    goes_on = np.where(before & after, np.abs(two - one), 0)
    total = goes_on.sum(axis=1) + _from_nearest(one, two, before, after) + _from_nearest(two, one, after, before)
    return total, goes_on.max(axis=1, initial=0)


def _from_nearest(one: Numbers, two: Numbers, before: Bools, after: Bools) -> Numbers:
    """What lines that stop cost, each going to the nearest note that sounds next."""
    at, line = np.nonzero(before & ~after)
    away = np.where(after[at], np.abs(one[at, line][:, None] - two[at]), _FAR).min(axis=1, initial=_FAR)
    total = np.zeros(len(one), dtype=np.int64)
    np.add.at(total, at, away)
    return total


def _largest_link(lines: Lines) -> Numbers:
    arrivals, pitch = lines.arrivals, lines.notes["pitch"].astype(np.int64)
    linked = arrivals.before >= 0
    moved = np.where(linked, np.abs(pitch[arrivals.after] - pitch[arrivals.before]), 0) if len(pitch) else linked * 0
    return np.asarray(moved.max(axis=1, initial=0))


def progressions(analysis: Analysis | None, chords: Chords, phrase: npt.NDArray[np.int32]) -> Rows:
    """An edge from each chord to the next; `phrase` is the phrase of each chord."""
    pairs = list(pairwise(chords.spans))
    sets = [_classes(chord) for chord in chords.spans]
    root = chords.members[:, 0]
    columns = {
        "source": np.arange(len(pairs)), "target": np.arange(1, len(pairs) + 1),
        "root": np.diff(root), "over_phrase": np.diff(phrase) != 0,
        "functions": [f"{one.function}>{two.function}" if one.function and two.function else "" for one, two in pairs],
        "modulates": [one.key != two.key for one, two in pairs],
        "pivot": [_pivot(analysis, number) for number in range(len(pairs))],
        "common_tones": [len(one & two) for one, two in pairwise(sets)],
        "least": [least_between_classes(one, two) for one, two in pairwise(sets)],
    }  # fmt: skip
    return table(schema.PROGRESSION, len(pairs), columns)


def _classes(chord: ChordSpan) -> frozenset[int]:
    return frozenset(int(pitch_class_of(tone)) for tone in chord.tones)


def _pivot(analysis: Analysis | None, number: int) -> str:
    """The name of a chord in the key that comes next; empty where it is no pivot."""
    found = pivot_at(analysis, number) if analysis else None
    return found.after if found else ""
