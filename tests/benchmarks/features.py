"""What features cost: processor time a piece by stages, beside music21.features in the same run; rows for all files.

python tests/benchmarks/features.py             # 12 chorales beside music21; Palestrina (kern) and Essen tunes (ABC)
python tests/benchmarks/features.py --pieces 50
python tests/benchmarks/features.py --all       # a row for every MusicXML, kern and ABC file of music21's corpus
python tests/benchmarks/features.py --all --groups pitch,melody,rhythm,texture,vertical   # what needs no analysis

Processor time of one thread. Ours: the file read without our cache, lines and slices, each group, and, where lines
sound together, the analysis by the classical engine and its graph. music21's: parsed with forceSource, then all its
extractors over one DataInstance; an extractor that raises gives no value and its time counts. All pieces go through
one, then through the other, as a run over a corpus would; the first piece, at which everything is loaded, is left out.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from music21 import converter
from music21 import features as theirs

from musegen.corpora import corpus
from musegen.errors import ScoreError
from musegen.features.chord_columns import graph_of, reading_of
from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import GROUPS, chosen, features
from musegen.score.abc_tunes import tunes_of
from musegen.score.files import find, read

FORMATS = {"MusicXML": (".xml", ".mxl", ".musicxml"), "kern": (".krn",), "ABC": (".abc",)}
BY_GROUP = {group: chosen((group,)) for group in GROUPS}
NOTE_GROUPS = ("pitch", "melody", "rhythm", "texture", "vertical")


class Clock:
    """Processor seconds by stage."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()

    def run(self, stage: str, work: Callable[[], Any]) -> Any:
        """What the work gives; its time is added to the stage."""
        start = time.process_time()
        try:
            return work()
        finally:
            self.spent[stage] += time.process_time() - start


def our_row(name: str, clock: Clock) -> PieceView:
    """A piece read and measured, each stage apart."""
    view = PieceView(clock.run("read", lambda: read(name)))
    clock.run("lines", lambda: (view.voices, view.slices, view.lines, view.grid))
    for group, some in BY_GROUP.items():
        if group == "harmony":
            clock.run("analysis", lambda: reading_of(view))
            clock.run("graph", lambda: graph_of(view))
        clock.run(group, lambda some=some: measured(view, some))
    return view


def their_row(name: str, clock: Clock) -> tuple[int, int]:
    """(values that came, extractors that raised) of music21."""
    stream = clock.run("parse", lambda: converter.parse(find(name), forceSource=True))
    data = clock.run("extract", lambda: theirs.DataInstance(stream))
    values = raised = 0
    for extractor in theirs.extractorsById("all"):
        try:
            values += len(clock.run("extract", lambda extractor=extractor: extractor(data).extract().vector))
        except Exception:
            raised += 1
    return values, raised


def clocked(row: Callable[[str, Clock], Any], names: list[str]) -> tuple[Clock, Any]:
    """What these pieces cost, without the first; and what came of the last. Older garbage is not looked through."""
    gc.collect()
    gc.freeze()
    row(names[0], Clock())
    clock, found = Clock(), None
    for name in names[1:]:
        found = row(name, clock)
    return clock, found


def beside(title: str, names: list[str], with_music21: bool = True) -> None:
    """Print both costs for these pieces, without the first."""
    ours, _ = clocked(our_row, names)
    them, found = clocked(their_row, names) if with_music21 else (Clock(), (0, 0))
    count = len(names) - 1
    stages = ", ".join(f"{stage} {1000 * spent / count:.2f}" for stage, spent in ours.spent.items())
    total = sum(ours.spent.values())
    print(f"{title}, {count} pieces: {1000 * total / count:.2f} ms a piece for {len(column_names(features()))} numbers")
    print(f"  ms: {stages}")
    if with_music21:
        theirs_total = sum(them.spent.values())
        parse, extract = (1000 * them.spent[stage] / count for stage in ("parse", "extract"))
        notes = sum(ours.spent[stage] for stage in ("read", "lines", *NOTE_GROUPS))
        print(f"  music21 {parse + extract:.0f} ms (parse {parse:.0f}, extract {extract:.0f}) for {found[0]} numbers; "
              f"{found[1]} of its extractors raised on the last piece")  # fmt: skip
        print(f"  music21 takes {theirs_total / total:.0f} times ours; {theirs_total / notes:.0f} times the "
              f"groups that need no analysis ({len(column_names(chosen(NOTE_GROUPS)))} numbers)")  # fmt: skip


def embedded(*suffixes: str) -> Iterator[Path]:
    """Every file of music21's corpus with one of these suffixes, folder by folder."""
    from music21 import common

    yield from sorted(path for path in common.getCorpusFilePath().rglob("*") if path.suffix in suffixes)


def tunes_in(path: Path) -> Iterator[str]:
    """The names of what is read from a file: itself, or each tune of an ABC collection."""
    if path.suffix != ".abc":
        yield str(path)
        return
    yield from (f"{path}#{tune.name}" for tune in tunes_of(path.read_bytes()))


def rows_for(title: str, names: Iterable[str], groups: tuple[str, ...]) -> None:
    """Print how many of these give a full row, how long that took, and what failed with which words."""
    rows, failed, start = 0, [], time.process_time()
    every = chosen(groups)
    width, undefined = len(column_names(every)), 0
    for name in names:
        try:
            score = read(name)
        except ScoreError as error:
            failed.append(f"{Path(name).name}: {error}")
            continue
        row = measured(PieceView(score), every)
        rows += len(row) == width
        undefined += int(np.isnan(row).sum())
    spent = time.process_time() - start
    told = 1 - undefined / max(rows * width, 1)
    print(f"{title}: {rows} full rows, {len(failed)} unreadable, {spent:.0f} s, {100 * told:.0f} % of values defined")
    for line in failed:
        print(f"  {line[:160]}")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=12)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--groups", default="", help="of the rows of --all: groups or features, by commas; else all")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # of music21
    with tempfile.TemporaryDirectory() as cache:
        os.environ["MUSEGEN_CACHE"] = cache
        if asked.all:
            groups = tuple(asked.groups.split(",")) if asked.groups else ()
            for title, suffixes in FORMATS.items():
                rows_for(title, (name for path in embedded(*suffixes) for name in tunes_in(path)), groups)
        else:
            for title, name in (("Bach chorales", "bach-chorales"), ("Palestrina", "palestrina"), ("Essen", "essen")):
                pieces = corpus(name).pieces
                taken = pieces[:: max(1, len(pieces) // (asked.pieces + 1))][: asked.pieces + 1]
                beside(title, [piece.name for piece in taken], with_music21=name != "essen")
