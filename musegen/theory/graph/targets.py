"""What a generator is asked to follow of a passage: the motion of its lines and its tendency tones, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.score.table import distinct
from musegen.theory.graph.harmony import ranges
from musegen.theory.graph.schema import NO, RISES
from musegen.theory.graph.structure import VoiceLeadingGraph, line_pairs
from musegen.theory.sonority import Bools

Ints = npt.NDArray[np.int16]


class Targets(NamedTuple):
    """The voice leading of a passage, slice by slice; lines and pairs as in the graph, top first.

    A line's move and a pair's motion stand at the slice where they arrive. `wants` is the staff step, 1 or -1, that a
    tendency tone goes, at the slices in which it sounds; 0 where a line is free.
    """

    onset: npt.NDArray[np.int64]  # (slice,) in ticks
    begins: Bools  # (slice, line): a note begins
    semitones: npt.NDArray[np.int16]  # (slice, line): how the line came to it; 0 where it had no note before
    steps: npt.NDArray[np.int16]  # (slice, line): the same in staff steps
    motion: npt.NDArray[np.int8]  # (slice, pair): a `Motion`, -1 where the pair makes none
    pairs: npt.NDArray[np.int64]  # (pair, 2): the lines of each pair
    tendency: npt.NDArray[np.int8]  # (slice, line): a `Tendency`
    wants: npt.NDArray[np.int8]  # (slice, line)


def voice_leading_targets(graph: VoiceLeadingGraph, start: int = 0, end: int | None = None) -> Targets:
    """The voice leading of the slices that begin from `start` to before `end` (ticks; the whole piece by default).

    Raises:
        UsageError: the graph is `minimal` and has no lines.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> from musegen.theory.graph import voice_leading_graph
    >>> piece = parse_grid("meter: 2/4\\nS: b4 c5\\nA: f4 e4\\nT: d4 c4\\nB: g3 c3\\nH: V7 I")
    >>> found = voice_leading_targets(voice_leading_graph(piece, analyse(piece)))
    >>> found.wants.tolist(), found.semitones[1].tolist()
    ([[1, -1, 0, 0], [0, 0, 0, 0]], [1, -1, -2, -7])
    """
    if graph.about.voices == "minimal":
        raise UsageError("a graph of the least motion has no lines to follow", hint="take `score` or `separate`")
    onset = graph.slice["onset"]
    here = (onset >= start) & (onset < (onset.max(initial=0) + 1 if end is None else end))
    begins, semitones, steps = _melody(graph)
    motion, pairs = _motion(graph)
    tendency = _tendency(graph)
    wants = np.array(RISES, dtype=np.int8)[tendency]
    return Targets(
        onset[here], begins[here], semitones[here], steps[here], motion[here], pairs, tendency[here], wants[here]
    )


def _melody(graph: VoiceLeadingGraph) -> tuple[Bools, Ints, Ints]:
    """(slice, line): where notes begin, and how the line came to them in semitones and in staff steps."""
    size, notes = (len(graph.slice), graph.about.paired), graph.note
    begins = np.zeros(size, dtype=bool)
    semitones, steps = np.zeros(size, dtype=np.int16), np.zeros(size, dtype=np.int16)
    note, line = _sung(graph)
    begins[notes["slice"][note], line] = True
    melody = graph.succession[graph.succession["voice"] < size[1]]
    arrives = notes["slice"][melody["target"]], melody["voice"]
    semitones[arrives], steps[arrives] = melody["semitones"], melody["steps"]
    return begins, semitones, steps


def _motion(graph: VoiceLeadingGraph) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
    """(slice, pair): how each pair of lines comes there; and (pair, 2): the lines of each pair."""
    pairs, number = line_pairs(graph.about.paired)
    motion = np.full((len(graph.slice), len(pairs)), NO, dtype=np.int8)
    edges = graph.motion
    motion[edges["target"], number[edges["upper"], edges["lower"]]] = edges["motion"]
    return motion, pairs


def _tendency(graph: VoiceLeadingGraph) -> npt.NDArray[np.int8]:
    """(slice, line): what the note that sounds wants when it goes on."""
    found = np.zeros((len(graph.slice), graph.about.paired), dtype=np.int8)
    note, line = _sung(graph)
    held = graph.note_in_slice  # in order of notes
    first, last = (np.searchsorted(held["source"], note, side=side) for side in ("left", "right"))
    which, row = ranges(first, last)
    found[held["target"][row], line[which]] = graph.note["tendency"][note[which]]
    return found


def _sung(graph: VoiceLeadingGraph) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """(note, line) for every note of every line; a note that two lines share comes twice."""
    melody = graph.succession
    note = np.concatenate([np.arange(len(graph.note)), melody["source"], melody["target"]])
    line = np.concatenate([graph.note["voice"], melody["voice"], melody["voice"]])
    pairs = np.stack([note, line], axis=1)[line < graph.about.paired].astype(np.intp)
    pairs = distinct(pairs, axis=0) if len(pairs) else pairs
    return pairs[:, 0], pairs[:, 1]
