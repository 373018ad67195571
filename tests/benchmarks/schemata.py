"""Sequences and schemata: what is found, with its notes to be judged by a person; known places; time.

python tests/benchmarks/schemata.py                   # known places in music21's corpus; a quarter of a minute
python tests/benchmarks/schemata.py --folder FOLDER   # known places in the scores of a folder with a MANIFEST.tsv, too
python tests/benchmarks/schemata.py --show SCORE ...  # all that is found in these scores, moment by moment

The known places were named by a person who read the scores; measure numbers are those of the files. A place counts
as found when what was found begins within a measure of it, under that name.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import musegen
from musegen.score.model import Score
from musegen.score.pitch import pitch_name
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Analysis
from musegen.theory.form.schemata import schema_line, schemata
from musegen.theory.form.sequences import sequence_line, sequences

KNOWN = {
    "bach/bwv17.7": [(23, "ascending 5-6")],
    "bach/bwv110.7": [(9, "ascending 5-6")],
    "bach/bwv149.7": [(19, "descending fifths")],
    "bach/bwv190.7": [(31, "fonte")],
    "bach/bwv244.37": [(7, "monte")],
    "haydn/opus1no1/movement1": [(30, "ascending 5-6"), (50, "descending fifths")],
    "mozart/k156/movement1": [(76, "fonte")],
    "mozart/k545/movement1_exposition": [(3, "Prinner")],
}
KNOWN_IN_FOLDER = {
    "abc-op59-no1-4": [(13, "Fenaroli"), (53, "Fenaroli")],
    "abc-op131-4": [(0, "Meyer")],
    "bps-03-op002-no3-1": [(69, "descending thirds"), (241, "descending fifths"), (243, "parallel 6-3")],
    "bps-08-op013-pathetique-1": [(38, "monte")],
    "haydnsun-no2-4": [(69, "descending fifths"), (129, "monte"), (132, "descending fifths"), (142, "ascending 5-6")],
    "haydnsun-no4-4": [(33, "ascending 5-6"), (37, "descending thirds"), (75, "monte")],
    "mps-k279-1": [(21, "Prinner"), (22, "descending fifths"), (45, "descending fifths"), (76, "Prinner")],
    "mps-k280-1": [(18, "descending fifths"), (35, "monte"), (67, "descending fifths")],
    "mps-k281-3": [(0, "fonte"), (4, "fonte")],
    "mps-k283-1": [(1, "Meyer"), (33, "descending fifths"), (45, "parallel 6-3")],
    "mps-k309-2": [(41, "fonte"), (61, "fonte")],
    "mps-k310-3": [(26, "Prinner"), (37, "descending 5-6"), (87, "descending fifths")],
    "mps-k332-1": [(60, "descending fifths")],
    "wirwtc-bach-wtc-i-14": [(3, "descending fifths"), (5, "monte")],
    "wirwtc-bach-wtc-i-16": [(9, "descending fifths")],
    "wirwtc-bach-wtc-i-21": [(1, "descending 5-6")],
}


def named(score: Score, analysis: Analysis) -> list[tuple[int, int, str, str]]:
    """(onset, end, name, line of the report) of everything found, in order of time."""
    found = [
        (row.onset, row.onset + row.duration, row.kind, sequence_line(score, row)) for row in sequences(score, analysis)
    ]
    found += [(row.onset, row.end, row.name, schema_line(score, row)) for row in schemata(score, analysis)]
    return sorted(found)


def missing(score: Score, places: list[tuple[int, str]], found: list[tuple[int, int, str, str]]) -> list[str]:
    """The known places that were not found."""
    starts = [(score.measure_index_at(onset), name) for onset, _, name, _ in found]
    indices = {measure.number: index for index, measure in enumerate(score.measures)}
    return [
        f"{number} {name}"
        for number, name in places
        if not any(name == other and abs(at - indices.get(str(number), 0)) <= 1 for at, other in starts)
    ]


def moments(score: Score, onset: int, end: int) -> Iterator[str]:
    """What sounds on each half beat, lowest first."""
    slices = slices_of(assign_voices(score))
    step = score.ticks(score.measures[score.measure_index_at(onset)].time_signature.pulse_quarters) // 2
    for moment in range(onset, end, step):
        at = int(np.searchsorted(slices.onset, moment, side="right")) - 1
        notes = slices.notes.rows[sorted({row for row in slices.row[at].tolist() if row >= 0})]
        yield ".".join(pitch_name(int(note["pitch"]), int(note["fifths"])) for note in np.sort(notes, order="pitch"))


def show(path: str) -> None:
    """Prints all that is found in a score, with its notes."""
    score = musegen.read(path)
    for onset, end, _, line in named(score, analyse(score)):
        print(f"{path}: {line}\n    {' '.join(moments(score, onset, end))}")


def recall(scores: dict[str, str], places: dict[str, list[tuple[int, str]]]) -> None:
    """Prints the known places that are found, and the time beyond the analysis."""
    hits = total = 0
    for name, path in scores.items():
        score = musegen.read(path)
        analysis = analyse(score)
        start = time.process_time()
        found = named(score, analysis)
        spent = time.process_time() - start
        lost = missing(score, places[name], found)
        hits, total = hits + len(places[name]) - len(lost), total + len(places[name])
        print(f"{name}: {len(score.measures)} measures, {len(found)} found in {spent:.2f} s; missing: {lost or 'none'}")
    print(f"{hits} of {total} known places")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--show", nargs="+", default=())
    given = parser.parse_args()
    for path in given.show:
        show(path)
    if given.show:
        return
    recall({name: name for name in KNOWN}, KNOWN)
    if given.folder:
        with (given.folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
            paths = {row["id"]: str(given.folder / row["score"]) for row in csv.DictReader(manifest, delimiter="\t")}
        recall({name: paths[name] for name in KNOWN_IN_FOLDER}, KNOWN_IN_FOLDER)


if __name__ == "__main__":
    main()
