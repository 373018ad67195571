"""How fast the voice-leading graph is made, beside music21's voice-leading quartets on the same pairs.

python tests/benchmarks/graph.py                   # all 365 chorales: a minute, most of it to analyse them
python tests/benchmarks/graph.py --every 8         # every eighth
python tests/benchmarks/graph.py --score FILE      # one score besides, in all three modes

Seconds of computing (CPU) on one thread. music21 makes a VoiceLeadingQuartet of the four notes of each pair of voices
and asks for parallels and motion; its notes are made before.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from musegen.corpora import read_manifest
from musegen.score.data_folder import data_folder
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
    names = [piece.path for piece in read_manifest(data_folder("corpora") / "bach-chorales.toml").pieces][::every]
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
    _beside_music21(graphs[:THEIRS], [score for score, _ in pieces[:THEIRS]])
    if extra:
        _one(extra)


def _beside_music21(graphs: list[VoiceLeadingGraph], scores: list) -> None:
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
    print(f"{len(graphs)} chorales, {pairs} pairs: our whole graphs {ours:.3f} s, music21's quartets alone "
          f"{theirs:.3f} s ({theirs / ours:.0f} times as long)")  # fmt: skip


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
    options = parser.parse_args()
    main(options.every, options.score)
