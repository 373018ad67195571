"""False alarms of the species rules on Palestrina: findings per 100 measures, rule by rule.

python tests/benchmarks/species.py [HOW_MANY]   # 60 pieces of music21's corpus, evenly chosen; a minute

Palestrina has no cantus in whole notes and writes for more voices, so of `species-5` those rules are asked that make
sense there. Crossings, plagal endings and suspensions struck again for a new syllable are his style, if not that of an
exercise. A measure here is a semibreve, the species' own measure: those of 4/2 in the files are cut in two.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from musegen.rules.engine import check
from musegen.rules.entries import Scope
from musegen.rules.packs import Pack, load_pack
from musegen.score.files import corpus_folder, read
from musegen.score.meter import TimeSignature
from musegen.score.model import Measure, Score
from musegen.score.table import NoteTable

RULES = (
    "parallel-fifths", "parallel-octaves", "direct-perfect", "weak-cadence", "downbeat-dissonance",
    "dissonance-by-leap", "unprepared-syncopation", "unresolved-syncopation", "bass-fourth", "forbidden-leap",
    "chromatic-step", "unrecovered-leap", "unrecovered-large-leap", "unmelodic-leaps", "outlined-tritone",
    "outlined-seventh", "wide-melody", "voices-too-far", "voice-crossing", "long-crossing", "wrong-eighths",
)  # fmt: skip


def sample(count: int) -> list[Path]:
    """So many files, evenly spread over the names."""
    folder = corpus_folder()
    assert folder is not None
    files = sorted((folder / "palestrina").glob("*.krn"))
    return [files[place] for place in np.linspace(0, len(files) - 1, count).astype(int)]


def in_semibreves(score: Score) -> Score:
    """The same notes with each measure of 4/2 as two of 2/2."""
    whole = score.ticks(TimeSignature(2, 2).quarters)
    measures: list[Measure] = []
    for measure in score.measures:
        halves = [measure]
        if measure.time_signature == TimeSignature(4, 2) and measure.length == 2 * whole:
            half = measure._replace(length=whole, time_signature=TimeSignature(2, 2))
            halves = [half, half._replace(number=f"{measure.number}b", onset=measure.onset + whole)]
        measures += halves
    rows = score.notes.rows.copy()
    onsets = np.array([measure.onset for measure in measures])
    rows["measure_index"] = np.searchsorted(onsets, rows["onset"], side="right") - 1
    return replace(score, notes=NoteTable(rows), measures=tuple(measures), source=None)


def main(count: int) -> None:
    """Prints the table."""
    whole = load_pack("species-5")
    pack = Pack(whole.id, whole.title, tuple(whole.rule(name) for name in RULES), Scope())
    found: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    measures = notes = 0
    began = time.process_time()
    pieces = sample(count)
    for path in pieces:
        score = in_semibreves(read(path))
        report = check(score, pack, infer=False)
        measures, notes = measures + len(score.measures), notes + len(score.notes)
        found.update(finding.rule for finding in report.findings)
        silent.update({rule.id for rule in pack.rules} - {finding.rule for finding in report.findings})
    spent = time.process_time() - began
    print(f"{len(pieces)} pieces, {measures} semibreves, {notes} notes; {spent:.1f} s CPU")
    print(f"{'rule':<26}{'per 100':>8}{'found':>8}{'pieces without':>16}")
    for rule in pack.rules:
        print(f"{rule.id:<26}{100 * found[rule.id] / measures:>8.2f}{found[rule.id]:>8}{silent[rule.id]:>16}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 60)
