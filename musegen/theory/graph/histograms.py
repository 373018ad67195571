"""What is characteristic of a piece's voice leading: its edges counted by kind, as arrays with names."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.graph.schema import FUNCTIONS, Consonance, Move, Resolution, Tendency, names_of
from musegen.theory.graph.structure import Rows, VoiceLeadingGraph, line_pairs
from musegen.theory.motion import Motion

Ints = npt.NDArray[np.int64]
_OCTAVE = 12
_SEMITONES = (f"<-{_OCTAVE}", *(str(size) for size in range(-_OCTAVE, _OCTAVE + 1)), f">{_OCTAVE}")
INTERVALS = (*"d5 m2 m6 m3 m7 P4 P8 P5 M2 M6 M3 M7 A4".split(), "other")
"""Names of the intervals from -6 to 6 on the line of fifths, octaves apart alike."""
_ROOTS = (*(str(size) for size in range(-6, 7)), "other")
_WIDEST = 6


class Histogram(NamedTuple):
    """How often each column occurs in each row; where there are no rows to tell apart there is one, `all`."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Ints  # (row, column)

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """The counts of each row as shares of their sum; 0 in an empty row.

        >>> Histogram(("all",), ("a", "b"), np.array([[1, 3]])).shares.tolist()
        [[0.25, 0.75]]
        """
        return np.asarray(self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1))


def edge_histograms(graph: VoiceLeadingGraph) -> dict[str, Histogram]:
    """The edges of a graph counted, a histogram a subject.

    `melodic_intervals` (line by semitones), `moves` (line by step, skip, leap), `harmonic_intervals` (consonance by
    interval, where two notes meet), `motions` (pair of lines by kind, inside phrases), `resolutions` (tendency by what
    became of it), `root_movements` (fifths; inversions of one root left out) and `functions` (one chord's by the
    next's).

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> found = edge_histograms(voice_leading_graph(parse_grid("meter: 3/4\\nS: g4 a4 b4\\nB: c3 d3 b2")))
    >>> found["motions"].rows, dict(zip(found["motions"].columns, found["motions"].counts[0].tolist()))
    (('1-2',), {'STATIC': 0, 'OBLIQUE': 0, 'CONTRARY': 1, 'SIMILAR': 0, 'PARALLEL': 1})
    """
    lines, melody = graph.about.lines, graph.succession
    inside = graph.motion[graph.motion["connected"]]
    sizes = np.clip(melody["semitones"], -_OCTAVE - 1, _OCTAVE + 1) + _OCTAVE + 1
    met = graph.simultaneity
    wanting = melody[melody["resolution"] != Resolution.NONE]
    return {
        "melodic_intervals": _counted(lines, melody["voice"], _SEMITONES, sizes),
        "moves": _counted(lines, melody["voice"], names_of(Move), melody["move"]),
        "harmonic_intervals": _counted(names_of(Consonance), met["consonance"], INTERVALS, _on_line(met["fifths"])),
        "motions": _of_pairs(graph, inside),
        "resolutions": _counted(
            names_of(Tendency), graph.note["tendency"][wanting["source"]], names_of(Resolution), wanting["resolution"]
        ),
        **_of_chords(graph.chord, graph.progression),
    }


def _of_pairs(graph: VoiceLeadingGraph, motions: Rows) -> Histogram:
    """The kinds of motion of each pair of lines; of all together where there are no lines."""
    kinds, lines = names_of(Motion), graph.about.lines
    if graph.about.voices == "minimal":
        return _counted(("all",), np.zeros(len(motions)), kinds, motions["motion"])
    pairs, number = line_pairs(graph.about.paired)
    names = tuple(f"{lines[upper]}-{lines[lower]}" for upper, lower in pairs.tolist())
    return _counted(names, number[motions["upper"], motions["lower"]], kinds, motions["motion"])


def _of_chords(chords: Rows, progressions: Rows) -> dict[str, Histogram]:
    moved = progressions[progressions["root"] != 0]["root"]
    one, two = (chords["function"][progressions[end]] for end in ("source", "target"))
    named = (one > 0) & (two > 0)
    functions = FUNCTIONS[1:]
    return {
        "root_movements": _counted(("all",), np.zeros(len(moved)), _ROOTS, _on_line(moved)),
        "functions": _counted(functions, one[named] - 1, functions, two[named] - 1),
    }


def _counted(rows: tuple[str, ...], row: Any, columns: tuple[str, ...], column: Any) -> Histogram:
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    np.add.at(counts, (np.asarray(row, dtype=np.intp), np.asarray(column, dtype=np.intp)), 1)
    return Histogram(rows, columns, counts)


def _on_line(fifths: npt.NDArray[Any]) -> Ints:
    """The column of a distance on the line of fifths: -6 to 6, then all others."""
    return np.where(np.abs(fifths) <= _WIDEST, fifths + _WIDEST, 2 * _WIDEST + 1)
