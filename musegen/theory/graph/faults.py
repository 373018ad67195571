"""Parallels, antiparallels and crossings read off the edges: masks over the tables of motion and simultaneity.

What the rules `parallel-fifths`, `parallel-octaves`, `antiparallel-fifths`, `antiparallel-octaves` and `voice-crossing`
find, told from the graph alone.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from musegen.theory.graph.structure import VoiceLeadingGraph
from musegen.theory.motion import FIFTH, OCTAVE, Motion
from musegen.theory.sonority import Bools

PerfectInterval = Literal["fifth", "octave"]
_FIFTHS = {"fifth": FIFTH, "octave": OCTAVE}


def parallels(graph: VoiceLeadingGraph, interval: PerfectInterval) -> Bools:
    """(motion edge,): two lines move the same way from one perfect interval to another of the same kind.

    Unisons count as octaves. Two notes that only change their octave are no parallels, nor is what a fermata parts.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: g4 a4\\nB: c3 d3"))
    >>> parallels(graph, "fifth").tolist()
    [True]
    """
    similar = (graph.motion["motion"] == Motion.SIMILAR) | (graph.motion["motion"] == Motion.PARALLEL)
    return np.asarray(_both_perfect(graph, interval) & similar)


def antiparallels(graph: VoiceLeadingGraph, interval: PerfectInterval) -> Bools:
    """(motion edge,): two lines move in opposite ways from one perfect interval to another of the same kind.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: g4 d5\\nB: c4 g3"))
    >>> antiparallels(graph, "fifth").tolist()
    [True]
    """
    return np.asarray(_both_perfect(graph, interval) & graph.motion["antiparallel"])


def crossings(graph: VoiceLeadingGraph) -> Bools:
    """(simultaneity edge,): the lower line sounds above the upper one; lines that have no motion edges do not count.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: g4 c4 | g4 c5\\nB: c3 e4 | c3 c3"))
    >>> crossings(graph).tolist()
    [False, True, False, False]
    """
    edges, line = graph.simultaneity, graph.note["voice"]
    main = (line[edges["source"]] < graph.about.paired) & (line[edges["target"]] < graph.about.paired)
    return np.asarray(main & (edges["semitones"] < 0))


def _both_perfect(graph: VoiceLeadingGraph, interval: PerfectInterval) -> Bools:
    edges, spelled = graph.motion, graph.note["fifths"]
    perfect = (edges["first"] == _FIFTHS[interval]) & (edges["second"] == _FIFTHS[interval])
    revoiced = (spelled[edges["upper_from"]] == spelled[edges["upper_to"]]) & (
        spelled[edges["lower_from"]] == spelled[edges["lower_to"]]
    )
    return np.asarray(perfect & ~revoiced & edges["connected"])
