"""Cadences of Bach's chorales against those that a written rule derives from human numerals at the fermatas.

python tests/benchmarks/cadences.py                     # the 16 of music21's corpus that fit their scores
python tests/benchmarks/cadences.py --folder FOLDER     # the chorales of split `extra`; their own counts left out
Both take --engine neural and --misses (each disagreement on a line).

A cadence is right where the rule (tests/theory/cadence_rule.py) names the same kind at the same fermata; `+key` asks
for the same key too. `human` is the product's own reading of the human numerals: the ceiling that the chords allow.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from musegen.score.files import read
from musegen.score.model import Score
from musegen.score.table import Flag
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import ENGINES, Engine, analyse
from musegen.theory.analysis import Analysis, Cadence, ChordSpan
from musegen.theory.annotations.alignment import Placed, explained, place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.form.cadences import cadences
from musegen.theory.form.phrases import phrases
from musegen.theory.statistics import statistics
from musegen.training.examples import FITS

HERE = Path(__file__).resolve().parent
KINDS = ("PAC", "IAC", "HC", "DC", "PC", "EC")
End = tuple[int, int, int, int]


def loaded(path: Path) -> ModuleType:
    """A module by its path: tests and benchmarks are no packages."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fermatas(score: Score) -> list[End]:
    """(start of the phrase, onset and end of its soprano's last note, that note on the line of fifths)."""
    voices = assign_voices(score)
    top = voices.notes.where(voices.line == 0)
    ends = top.has(Flag.FERMATA)
    ends[-1] = True
    found, start = [], 0
    for row in top.rows[ends]:
        onset, end = int(row["onset"]), int(row["onset"] + row["duration"])
        found.append((start, onset, end, int(row["fifths"])))
        start = end
    return found


class Count:
    """How often each kind is found, asked for and both."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.both: Counter[str] = Counter()
        self.key = 0

    def add(self, kind: str, key: str, asked: str, asked_key: str) -> None:
        """One phrase end; "" where no cadence is made."""
        self.found[kind] += 1
        self.asked[asked] += 1
        self.both[asked] += kind == asked
        self.key += bool(asked) and (kind, key) == (asked, asked_key)

    def __str__(self) -> str:
        rows = [(kind, self.both[kind], self.found[kind], self.asked[kind]) for kind in KINDS]
        both, found, asked = (sum(table[kind] for kind in KINDS) for table in (self.both, self.found, self.asked))
        told = [f"{kind} P {b / max(f, 1):.3f} R {b / max(a, 1):.3f} ({a})" for kind, b, f, a in rows if f or a]
        total = f"all P {both / found:.3f} R {both / asked:.3f}; +key P {self.key / found:.3f} R {self.key / asked:.3f}"
        return "; ".join([total, *told])


def at(found: tuple[Cadence, ...], end: End, start: int) -> Cadence | None:
    """The cadence that closes this phrase: the last one in its time."""
    here = [cadence for cadence in found if start <= cadence.onset < end[2]]
    return here[-1] if here else None


def judged(score: Score, human: list[Placed], readings: dict[str, Analysis], counts: dict[str, Count]) -> list[str]:
    """Count a chorale; the disagreements as lines."""
    rule = loaded(HERE.parent / "theory" / "cadence_rule.py")
    ends = fermatas(score)
    ruled = rule.ruled([(chord.onset, chord.end, chord.key, chord.numeral) for chord in human], ends)
    lines = []
    for name, reading in readings.items():
        for end, law in zip(ends, ruled, strict=True):
            cadence = at(reading.cadences, end, end[0])
            kind, key = (cadence.kind, str(cadence.key)) if cadence else ("", "")
            counts[name].add(kind, key, law.kind, law.key)
            if (kind, key) != (law.kind, law.key):
                ours = [f"{c.key}:{c.numeral.figure}" for c in reading.chords if end[0] <= c.onset < end[2]][-4:]
                told = f"{kind or '-'} in {key} for {law.kind or '-'} in {law.key} ({law.why}; ours {' '.join(ours)})"
                lines.append(f"{name}, {score.place(end[1])}: {told}")
    return lines


def as_heard(score: Score, human: list[Placed]) -> Analysis:
    """The human numerals with the cadences that the product finds in them."""
    chords = tuple(
        ChordSpan(c.onset, c.end - c.onset, *score.place(c.onset), c.key, c.numeral, c.numeral.function) for c in human
    )
    slices = slices_of(assign_voices(score))
    return Analysis(chords[-1].key, (), chords, cadences(score, chords, phrases(score), slices), given=True)


def sixteen() -> Iterator[tuple[str, Score, list[Placed]]]:
    """The chorales of music21's corpus, never learned from."""
    analysis = loaded(HERE / "analysis.py")
    for number, bwv in analysis.CHORALES.items():
        score = read(f"bach/bwv{bwv}")
        yield f"bach/bwv{bwv}", score, analysis.human_analysis(number, score)


def extra(folder: Path) -> Iterator[tuple[str, Score, list[Placed]]]:
    """The chorales of split `extra` whose analyses fit."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            if row["split"] != "extra":
                continue
            score = read(folder / row["score"])
            human = place_on(read_roman_text((folder / row["analysis"]).read_text("utf-8", errors="replace")), score)
            if explained(score, human) >= FITS:
                found = re.search(r"(bwv[\w.-]+?)\.mxl", row["source"])
                yield f"bach/{found[1]}" if found else row["id"], score, human


def compare(pieces: Iterator[tuple[str, Score, list[Placed]]], engine: Engine, misses: bool) -> dict[str, Count]:
    """Count all pieces; print what disagrees where that is asked for."""
    counts = {engine: Count(), "human": Count()}
    counted = statistics()
    for name, score, human in pieces:
        own = counted.without(name) if engine == "classical" else None
        readings = {engine: analyse(score, engine=engine, counted=own), "human": as_heard(score, human)}
        for line in judged(score, human, readings, counts):
            if misses:
                print(name, line)
    return counts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--engine", choices=ENGINES, default="classical")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    chosen = extra(options.folder) if options.folder else sixteen()
    for engine, count in compare(chosen, options.engine, options.misses).items():
        print(f"{engine}: {count}")
