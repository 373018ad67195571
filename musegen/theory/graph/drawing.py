"""The voice-leading graph as marks over the score: lines from head to head, parallels, tendencies, and their legend."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from musegen.engraving.marks import Label, Line, LineSample, Marks, Pen, Where
from musegen.score.model import Score
from musegen.score.table import Flag, distinct
from musegen.score.ties import tied_heads
from musegen.theory.graph.faults import PerfectInterval, parallels
from musegen.theory.graph.schema import Move, Resolution, Tendency
from musegen.theory.graph.structure import Rows, VoiceLeadingGraph
from musegen.theory.motion import Motion
from musegen.theory.places import voice_words
from musegen.theory.sonority import Bools

COLORS = ("#0067a0", "#8a5a00", "#7a3f94", "#00704f", "#3d4f66", "#96403a")
"""Of the voices from the top; a seventh begins again."""
_INK, _FAULT, _LEAST = "#333333", "#c23b00", "#222222"
_SOLID = Pen(opacity=0.9, is_under=True, to_rims=True)
_MOVES = {
    Move.STEP: _SOLID._replace(thickness=44.0),
    Move.SKIP: _SOLID._replace(thickness=26.0),
    Move.LEAP: _SOLID._replace(thickness=14.0),
    Move.REPEAT: _SOLID._replace(thickness=14.0),
}
_RESOLVED = _SOLID._replace(thickness=44.0, arrow=True)
_UNRESOLVED = _SOLID._replace(thickness=44.0, dashes=(105.0, 75.0))
_LEAST_PEN = _SOLID._replace(thickness=22.0, dashes=(22.0, 60.0), is_round=True)
_BAND = Pen(thickness=190.0, opacity=0.28, is_round=True, is_under=True)
_PAIR = _SOLID._replace(thickness=16.0, opacity=0.75)
_WORDS = {
    Move.STEP: "step", Move.SKIP: "skip (a third)", Move.LEAP: "leap, repeated note",
}  # fmt: skip
_LETTERS = {Tendency.LEADING_TONE: "LT", Tendency.SEVENTH: "7", Tendency.SUSPENSION: "sus", Tendency.RETARDATION: "ret"}
_TOLD = {
    Tendency.LEADING_TONE: "LT leading tone", Tendency.SEVENTH: "7 seventh", Tendency.SUSPENSION: "sus suspension",
    Tendency.RETARDATION: "ret retardation",
}  # fmt: skip
_SIGNS: dict[PerfectInterval, str] = {"fifth": "||5", "octave": "||8"}
_DOUBLING = 3


def graph_marks(graph: VoiceLeadingGraph, score: Score, least: VoiceLeadingGraph | None = None) -> Marks:
    """The graph of a score as lines between its noteheads, small letters and a legend.

    Each line of the graph that has motion edges is drawn in its colour, thick for steps, thinner for skips, thinnest
    for leaps and repeated notes; what follows a rest of a whole measure or more is not joined. A tendency tone that
    resolves has an arrow, one that does not a dashed line, one that is held over or not due a plain one. Parallel
    fifths and octaves have bands; two lines that go in octaves for longer double each other and have none. With
    `least`, the `minimal` graph of the same score, its links are dotted where they go another way than the lines.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> piece = parse_grid("meter: 2/4\\nS: g4 a4\\nB: c3 d3")
    >>> [line.kind for line in graph_marks(voice_leading_graph(piece), piece).lines]
    ['parallel fifth', 'parallel fifth', 'pair fifth', 'pair fifth', 'succession step', 'succession step']
    """
    heads = _Heads(graph, score)
    edges = _joined(graph, score)
    faults = {interval: _faults(graph, interval) for interval in _SIGNS}
    bands = (line for interval, rows in faults.items() for line in _bands(graph, interval, rows, heads))
    lines = [*bands, *_least(graph, least, heads), *_successions(graph, edges, heads)]
    labels = [*_tendency_labels(graph, edges, heads), *_fault_labels(graph, faults, heads)]
    printed = tuple(line for line in lines if min(line.first, line.second) >= 0)
    shown = tuple(label for label in labels if label.note >= 0)
    return Marks(labels=shown, lines=printed, samples=_legend(graph, edges, lines))


class _Heads:
    """Which printed notehead a note of the graph has at a moment, and on which side of it letters stand."""

    def __init__(self, graph: VoiceLeadingGraph, score: Score) -> None:
        self.notes = graph.note
        self.tied = tied_heads(score.notes)
        self.rows = {int(row["id"]): row for row in score.notes.rows}
        printed = score.notes.rows[~score.notes.has(Flag.HIDDEN)]
        self._printed = {(int(row["onset"]), int(row["pitch"])): int(row["id"]) for row in printed[::-1]}
        self._top: dict[tuple[int, int, int], int] = {}
        for row in graph.note:
            place = int(row["onset"]), int(row["part"]), int(row["staff"])
            self._top[place] = max(self._top.get(place, 0), int(row["pitch"]))

    def at(self, note: int, time: int) -> int:
        """The id of its head that sounds at a time, in ticks; where that is hidden, one of the same pitch or -1."""
        heads = self.tied[int(self.notes["note"][note])]
        row = self.rows[max((head for head in heads if self._onset(head) <= time), default=heads[0], key=self._onset)]
        if row["flags"] & Flag.HIDDEN:
            return self._printed.get((int(row["onset"]), int(row["pitch"])), -1)
        return int(row["id"])

    def first(self, note: int) -> int:
        """Its first head."""
        return self.at(note, int(self.notes["onset"][note]))

    def _onset(self, head: int) -> int:
        return int(self.rows[head]["onset"])

    def before(self, note: int, other: int) -> int:
        """Its head that sounds just before another note begins."""
        return self.at(note, int(self.notes["onset"][other]) - 1)

    def side(self, note: int) -> Where:
        """Where its letters stand: over the highest note that begins on a staff, under the others."""
        row = self.notes[note]
        is_top = row["pitch"] == self._top[int(row["onset"]), int(row["part"]), int(row["staff"])]
        return "over" if is_top else "under"


def _joined(graph: VoiceLeadingGraph, score: Score) -> Rows:
    """The successions that are drawn."""
    edges = graph.succession
    lengths = np.array([measure.length for measure in score.measures] or [0], dtype=np.int64)
    measure = graph.note["measure_index"][edges["target"]]
    found: Rows = edges[(edges["voice"] < graph.about.paired) & (edges["gap"] < np.maximum(lengths[measure], 1))]
    return found


def _successions(graph: VoiceLeadingGraph, edges: Rows, heads: _Heads) -> Iterator[Line]:
    for edge in edges:
        first, second = int(edge["source"]), int(edge["target"])
        ends = heads.before(first, second), heads.first(second)
        yield Line(*ends, COLORS[int(edge["voice"]) % len(COLORS)], _pen(edge), f"succession {_kind(edge)}")


def _pen(edge: np.void) -> Pen:
    special = {Resolution.RESOLVED: _RESOLVED, Resolution.UNRESOLVED: _UNRESOLVED}
    return special.get(edge["resolution"], _MOVES[edge["move"]])


def _kind(edge: np.void) -> str:
    told = (Resolution.RESOLVED, Resolution.UNRESOLVED)
    more = f" {Resolution(edge['resolution']).name.lower()}" if edge["resolution"] in told else ""
    return Move(edge["move"]).name.lower() + more


def _faults(graph: VoiceLeadingGraph, interval: PerfectInterval) -> Rows:
    """The parallels, but for the octaves of lines that double each other."""
    found, edges = parallels(graph, interval), graph.motion
    if interval == "octave":
        found[_doublings(graph, found)] = False
    kept: Rows = edges[found]
    return kept


def _doublings(graph: VoiceLeadingGraph, octaves: Bools) -> list[int]:
    """The parallel octaves of pairs that come to so many in a row whenever both lines move: one line, doubled."""
    edges = graph.motion
    runs: list[list[int]] = []
    latest: dict[tuple[int, int], list[int]] = {}
    for number in np.flatnonzero(~np.isin(edges["motion"], (Motion.STATIC, Motion.OBLIQUE))).tolist():
        pair = int(edges["upper"][number]), int(edges["lower"][number])
        if not octaves[number]:
            latest.pop(pair, None)
        elif pair in latest:
            latest[pair].append(number)
        else:
            latest[pair] = [number]
            runs.append(latest[pair])
    return [number for run in runs if len(run) >= _DOUBLING for number in run]


def _bands(graph: VoiceLeadingGraph, interval: PerfectInterval, faults: Rows, heads: _Heads) -> Iterator[Line]:
    """A band along both lines and a line between the two notes of either sonority."""
    for edge in faults:
        now = int(graph.slice["onset"][edge["target"]])
        (upper, above), (lower, below) = (
            (heads.at(int(edge[f"{line}_from"]), now - 1), heads.at(int(edge[f"{line}_to"]), now))
            for line in ("upper", "lower")
        )
        yield Line(upper, above, _FAULT, _BAND, f"parallel {interval}")
        yield Line(lower, below, _FAULT, _BAND, f"parallel {interval}")
        yield Line(upper, lower, _FAULT, _PAIR, f"pair {interval}")
        yield Line(above, below, _FAULT, _PAIR, f"pair {interval}")


def _fault_labels(graph: VoiceLeadingGraph, faults: dict[PerfectInterval, Rows], heads: _Heads) -> Iterator[Label]:
    for interval, rows in faults.items():
        for note in distinct(rows["upper_to"]).tolist():
            yield Label(heads.first(note), _SIGNS[interval], heads.side(note), _FAULT)


def _tendency_labels(graph: VoiceLeadingGraph, edges: Rows, heads: _Heads) -> Iterator[Label]:
    """A letter at each tendency tone that resolves or does not."""
    for edge in edges[np.isin(edges["resolution"], (Resolution.RESOLVED, Resolution.UNRESOLVED))]:
        note = int(edge["source"])
        letters = _LETTERS.get(Tendency(graph.note["tendency"][note]))
        if letters:
            head = heads.before(note, int(edge["target"]))
            yield Label(head, letters, heads.side(note), COLORS[edge["voice"] % len(COLORS)])


def _least(graph: VoiceLeadingGraph, least: VoiceLeadingGraph | None, heads: _Heads) -> Iterator[Line]:
    """The links of the least motion that no line has, from a note to a later one."""
    if least is None:
        return
    known = set(zip(graph.succession["source"].tolist(), graph.succession["target"].tolist(), strict=True))
    onset = graph.note["onset"]
    for first, second in zip(least.succession["source"].tolist(), least.succession["target"].tolist(), strict=True):
        if (first, second) not in known and onset[first] < onset[second]:
            yield Line(heads.before(first, second), heads.first(second), _LEAST, _LEAST_PEN, "least")


def _legend(graph: VoiceLeadingGraph, edges: Rows, lines: list[Line]) -> tuple[tuple[LineSample, ...], ...]:
    """What occurs: a row of voices, a row of moves, a row of the rest."""
    kinds = {kind for line in lines for kind in line.kind.split()}
    voices = np.flatnonzero(np.bincount(edges["voice"], minlength=1)).tolist()
    names = (
        LineSample(COLORS[voice % len(COLORS)], _MOVES[Move.STEP], voice_words(graph.about.lines[voice]))
        for voice in voices
    )
    moves = (LineSample(_INK, _MOVES[move], words) for move, words in _WORDS.items() if _occurs(move, edges))
    known = graph.note["tendency"][edges["source"]][edges["resolution"] != Resolution.NONE]
    letters = ", ".join(words for tendency, words in _TOLD.items() if tendency in known)
    also = f" ({letters})" if letters else ""
    rest = {
        "resolved": LineSample(_INK, _RESOLVED, f"tendency tone that resolves{also}"),
        "unresolved": LineSample(_INK, _UNRESOLVED, "tendency tone that does not"),
        "parallel": LineSample(_FAULT, _BAND, "parallel fifths (||5), octaves or unisons (||8)"),
        "least": LineSample(_LEAST, _LEAST_PEN, "least motion, where it goes another way"),
    }
    rows = (tuple(names), tuple(moves), tuple(sample for kind, sample in rest.items() if kind in kinds))
    return tuple(row for row in rows if row)


def _occurs(move: Move, edges: Rows) -> bool:
    wanted = (Move.LEAP, Move.REPEAT) if move == Move.LEAP else (move,)
    plain = ~np.isin(edges["resolution"], (Resolution.RESOLVED, Resolution.UNRESOLVED))
    return bool((np.isin(edges["move"], wanted) & plain).any())
