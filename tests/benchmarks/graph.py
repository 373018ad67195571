"""How fast the voice-leading graph is made, beside music21's voice-leading quartets on the same pairs.

python tests/benchmarks/graph.py                   # all 365 chorales: a minute, most of it to analyse them
python tests/benchmarks/graph.py --every 8         # every eighth
python tests/benchmarks/graph.py --score FILE      # one score besides, in all three modes
python tests/benchmarks/graph.py --separation      # how well voices are found, against the written ones

Seconds of computing (CPU) on one thread, nothing read from a cache. music21 is measured twice: its quartets alone, made
of ready notes for the pairs of our motion edges and asked for motion and parallels; and its own way from a stream to
them (timespans, verticalities, getAllVoiceLeadingQuartets), the stream being read before.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from musegen.corpora import corpus
from musegen.score.files import read
from musegen.theory.analyse import analyse
from musegen.theory.graph import (
    VoiceLeadingGraph,
    edge_histograms,
    to_graphml,
    to_hetero,
    to_json,
    to_npz,
    voice_leading_graph,
)
from musegen.theory.graph.structure import MODES

WHOLE = 371
"""Chorales that the budget of 15 seconds speaks of."""
THEIRS = 6
"""Chorales for music21."""


def main(every: int, extra: str | None) -> None:
    """Print every figure."""
    names = [piece.name for piece in corpus("bach-chorales").pieces][::every]
    start = time.process_time()
    scores = [read(name) for name in names]
    reading = time.process_time() - start
    start = time.process_time()
    pieces = [(score, analyse(score)) for score in scores]
    analysing = time.process_time() - start
    print(f"{len(names)} chorales read in {reading:.2f} s, analysed in {analysing:.2f} s")
    graphs: list[VoiceLeadingGraph] = []
    for mode in MODES:
        start = time.process_time()
        made = [voice_leading_graph(score, analysis, mode) for score, analysis in pieces]
        seconds = time.process_time() - start
        with_all = (seconds + reading + analysing) * WHOLE / len(names)
        print(f"graphs, {mode:<9}{seconds:6.2f} s; {WHOLE} would take {seconds * WHOLE / len(names):.2f} s, "
              f"with reading and analysis {with_all:.1f} s")  # fmt: skip
        graphs = graphs or made
    for name, use in (("histograms", edge_histograms), ("GraphML", to_graphml), ("JSON", to_json), ("npz", to_npz),
                      ("hetero", to_hetero)):  # fmt: skip
        start = time.process_time()
        for graph in graphs:
            use(graph)
        print(f"{name:<11}{time.process_time() - start:6.2f} s")
    _beside_music21(graphs[:THEIRS], [score for score, _ in pieces[:THEIRS]], names[:THEIRS])
    if extra:
        _one(extra)


def _beside_music21(graphs: list[VoiceLeadingGraph], scores: list, names: list[str]) -> None:
    """Our whole graph against music21's quartets for the pairs of its motion edges alone."""
    from music21.note import Note
    from music21.voiceLeading import VoiceLeadingQuartet

    start = time.process_time()
    for score in scores:
        voice_leading_graph(score)
    ours, theirs, pairs = time.process_time() - start, 0.0, 0
    for graph in graphs:
        notes = [Note(str(name).replace("b", "-").replace("x", "##")) for name in graph.note["name"]]
        start = time.process_time()
        for row in graph.motion:
            ends = ("upper_from", "upper_to", "lower_from", "lower_to")
            quartet = VoiceLeadingQuartet(*(notes[row[end]] for end in ends))
            quartet.motionType(), quartet.parallelFifth(), quartet.parallelUnisonOrOctave()
        theirs += time.process_time() - start
        pairs += len(graph.motion)
    whole = _from_streams(names)
    print(
        f"{len(graphs)} chorales, {pairs} pairs: our whole graphs {ours:.3f} s; music21: quartets alone {theirs:.3f} s"
    )
    print(f"({theirs / ours:.0f} times as long), from its streams {whole:.3f} s ({whole / ours:.0f} times)")


def _from_streams(names: list[str]) -> float:
    """The seconds that music21 takes from streams to the motion and parallels of all quartets."""
    from music21 import corpus as theirs

    streams = [theirs.parse(name) for name in names]
    start = time.process_time()
    for stream in streams:
        for verticality in stream.asTimespans().iterateVerticalities():
            for quartet in verticality.getAllVoiceLeadingQuartets():
                quartet.motionType(), quartet.parallelFifth(), quartet.parallelUnisonOrOctave()
    return time.process_time() - start


APART = {
    "chorales": [piece.name for piece in corpus("bach-chorales").pieces][::8],
    "quartets": ["mozart/k80/movement1", "mozart/k155/movement2", "mozart/k156/movement1", "haydn/opus74no1/movement1",
                 "beethoven/opus18no1/movement1", "beethoven/opus59no1/movement1"],
    "madrigals": [f"monteverdi/madrigal.{number}" for number in ("3.1", "3.7", "4.2", "4.10", "5.3")],
}  # fmt: skip


def separation() -> None:
    """Print the share of successions of `separate` that are those of the parts."""
    for kind, names in APART.items():
        common = told = 0
        for name in names:
            score = read(name)
            true, found = (
                {(int(row["source"]), int(row["target"])) for row in voice_leading_graph(score, voices=mode).succession}
                for mode in ("score", "separate")
            )
            common, told = common + 2 * len(true & found), told + len(true) + len(found)
        print(f"{kind}: F1 of successions {common / told:.3f}")


def _one(name: str) -> None:
    score = read(name)
    for mode in MODES:
        start = time.process_time()
        graph = voice_leading_graph(score, voices=mode)
        print(f"{name} {mode}: {graph}, {len(graph.motion)} motions in {time.process_time() - start:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--score")
    parser.add_argument("--separation", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MUSEGEN_CACHE"] = folder
        separation() if options.separation else main(options.every, options.score)
