"""Exercises at scale: `python tests/benchmarks/exercises.py sweep|variety|files [--levels 1 2 ...] [--every N]`.

`sweep` composes one exercise for every key, level and meter (832) and checks it under its pack; `files` also writes
both sheets, reads them with music21, validates them and engraves them; `variety` counts how different 100 sheets of
a level are. Prints one line a level and the worst cases.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product

import numpy as np

from musegen.errors import MusegenError
from musegen.generation.conditions import Condition
from musegen.generation.exercises.compose import compose
from musegen.generation.exercises.finishing import Exercise
from musegen.generation.exercises.scores import answer_score
from musegen.generation.exercises.sheets import make_pair
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.meter import TimeSignature
from musegen.theory.keys import EXERCISE_KEYS, Key

METERS = ("2/4", "3/4", "4/4", "6/8")


def cases(levels: list[int]) -> Iterator[tuple[int, Condition]]:
    """Every key, level and meter, with lengths and pickups in turn."""
    for number, (level, key, meter) in enumerate(product(levels, EXERCISE_KEYS, METERS)):
        measures = (8, 4, 8, 12, 8, 16)[number % 6]
        pickup = ("none", "beat", "auto")[number % 3]
        parsed = (Key.parse(key), TimeSignature.parse(meter))
        yield number, Condition(*parsed, measures, pickup, level, pack=f"level-{level}")


def sweep(levels: list[int], *, every: int) -> int:
    """How many of all cases fail; the files of each `every`-th one are written and judged too (0: of none)."""
    failures: list[str] = []
    findings: Counter[str] = Counter()
    seconds: dict[int, list[float]] = {level: [] for level in levels}
    for number, condition in cases(levels):
        name = f"level {condition.level} {condition.key} {condition.meter} {condition.measures} {condition.pickup}"
        start = time.process_time()
        try:
            exercise = compose(condition, np.random.default_rng([number, 1]))
        except MusegenError as error:
            failures.append(f"{name}: {error}")
            continue
        seconds[condition.level].append(time.process_time() - start)
        done = sum(len(taken) for taken in seconds.values())
        if done % 50 == 0:
            print(f"{done} done, {len(failures)} failed", flush=True)
        report = check(answer_score(exercise.setting, ""), load_pack(condition.pack))
        findings.update(f"{finding.severity} {finding.rule}" for finding in report.findings)
        if report.count("error"):
            failures.append(f"{name}: {report.count('error')} errors")
        if every and number % every == 0:
            failures += [f"{name}: {problem}" for problem in problems_of_files(exercise, number)]
    for level, taken in seconds.items():
        if taken:
            print(
                f"level {level}: {len(taken)} sheets, CPU s median {statistics.median(taken):.2f} max {max(taken):.2f}"
            )
    print("findings:", dict(findings.most_common()))
    print(f"failures: {len(failures)}", *failures, sep="\n  ")
    return len(failures)


def problems_of_files(exercise: Exercise, seed: int) -> list[str]:
    """What is wrong with the written files of an exercise."""
    from music21 import converter

    from musegen.engraving.musicxml import write_musicxml
    from musegen.engraving.sheet_svg import engrave
    from tests.engraving.schema import faults

    pair = make_pair(exercise, seed=seed, number=1)
    problems = []
    for score, sheet in (pair.student, pair.answer):
        text = write_musicxml(score, sheet=sheet)
        problems += faults(text)
        problems += [warning.message for warning in engrave(score, sheet, paged=False).warnings]
        parsed = converter.parseData(text.decode(), format="musicxml")
        if not len(parsed.parts):
            problems.append("music21 finds no part")
    return problems


def variety(levels: list[int], count: int = 100) -> None:
    """How many different numeral sequences and soprano openings `count` sheets of a level have."""
    for level in levels:
        numerals, openings = set(), set()
        condition = Condition(Key(0), TimeSignature(4, 4), 8, "none", level, pack=f"level-{level}")
        for number in range(1, count + 1):
            setting = compose(condition, np.random.default_rng([7, number])).setting
            numerals.add(tuple(str(chord) for chord in setting.chords))
            openings.add(tuple((note.onset, note.pitch) for note in setting.voices[0] if note.onset < 8))
        print(f"level {level}: {len(numerals)} numeral sequences, {len(openings)} openings of two measures")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["sweep", "files", "variety"])
    parser.add_argument("--levels", type=int, nargs="*", default=list(range(1, 9)))
    parser.add_argument("--every", type=int, default=1, help="files: of every Nth case only")
    asked = parser.parse_args()
    if asked.what == "variety":
        variety(asked.levels)
    else:
        sys.exit(1 if sweep(asked.levels, every=asked.every if asked.what == "files" else 0) else 0)
