"""The analyser against human analyses of Bach's chorales.

python tests/benchmarks/analysis.py                  # the 16 of music21's corpus that fit their scores; no other data
python tests/benchmarks/analysis.py --score-rn FILE  # the same, scored by a score_rn.py
python tests/benchmarks/analysis.py --folder FOLDER  # cross-validated on the training chorales (a quarter of an hour)
python tests/benchmarks/analysis.py --validation FOLDER  # the validation pieces of such a folder; a minute
python tests/benchmarks/analysis.py --breakdown          # what is wrong in the 16, by kind, major apart from minor
python tests/benchmarks/analysis.py --breakdown --validation FOLDER  # the same of the validation pieces
python tests/benchmarks/analysis.py --humans FOLDER      # two analysts of one piece (TAVERN) against each other
All but the third and the last take --engine neural.

Shares are of the time that the human names. `rn`: key, degree, applied key, quality and inversion (a cadential six-four
under either name is one); `key`: the local key; `chord`: root, quality and inversion, whatever the key. A pivot counts
by its first reading, in the breakdown under either name. Four of the twenty analyses do not fit music21's own scores
(chorales 11, 14, 15 and 17).
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from musegen.score.files import corpus_folder, read
from musegen.score.model import Score
from musegen.theory.analyse import ENGINES, Engine, analyse
from musegen.theory.analysis import Analysis
from musegen.theory.annotations.alignment import Placed, analysis_of, explained, home_key, place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.comparison.differences import agreement, kind_of, moments
from musegen.theory.comparison.kinds import KINDS
from musegen.theory.reports import as_tsv
from musegen.training.examples import FITS, OWN_YARDSTICK

CHORALES = {
    1: "269", 2: "347", 3: "153.1", 4: "86.6", 5: "267", 6: "281", 7: "17.7", 8: "40.8", 9: "248.12-2", 10: "38.6",
    12: "65.2", 13: "33.6", 16: "311", 18: "318", 19: "351", 20: "302",
}  # fmt: skip
"""Riemenschneider number to BWV number."""


def human_analysis(number: int, score: Score) -> list[Placed]:
    """The human reading of a chorale, laid on its score."""
    return place_on(read_roman_text(human_file(number).read_text(encoding="utf-8", errors="replace")), score)


def human_file(number: int) -> Path:
    """The RomanText of music21's corpus."""
    folder = corpus_folder()
    assert folder is not None
    return folder / "bach" / "choraleAnalyses" / f"riemenschneider{number:03d}.rntxt"


def shares(score: Score, found: Analysis, human: list[Placed]) -> dict[str, float]:
    """The shares of time on which both agree, and how many quarters the human names."""
    first_names = [chord._replace(pivot="") for chord in human]
    agreed = agreement(moments(analysis_of(first_names, score), found))
    names = {"key": agreed.key, "rn": agreed.numeral, "chord": agreed.chord, "function": agreed.function}
    return names | {"quarters": agreed.time / score.ticks_per_quarter}


def sixteen(score_rn: Path | None, engine: Engine) -> None:
    """Print each chorale and the mean by time."""
    rows = []
    judge = _load(score_rn) if score_rn else None
    for number, bwv in CHORALES.items():
        score = read(f"bach/bwv{bwv}")
        analyse(score, engine=engine)
        start = time.process_time()
        found = analyse(score, engine=engine)
        seconds = time.process_time() - start
        human = human_analysis(number, score)
        row = shares(score, found, human)
        if judge is not None:
            row = _judged(judge, found, score, number)
        home = "right" if found.key == home_key(human) else f"WRONG (human {home_key(human)})"
        rows.append(row | {"seconds": seconds})
        values = " ".join(f"{name} {row[name]:.3f}" for name in ("rn", "key", "chord"))
        print(f"{number:>2} bwv{bwv:<9} {values}  global key {found.key!s:<2} {home}  {seconds:.2f} s")
    weights = np.array([row["quarters"] for row in rows])
    for name in (name for name in rows[0] if name not in ("quarters", "seconds")):
        print(f"{name:>14} {weights @ np.array([row[name] for row in rows]) / weights.sum():.4f}")
    print(f"median seconds {np.median([row['seconds'] for row in rows]):.3f}")


def validation(folder: Path, engine: Engine) -> None:
    """Print the mean by time over the validation pieces whose analyses fit; those of music21 are not among them.

    Many are excerpts that modulate: a global key is certain where the human begins and ends in one; elsewhere, the
    first and the last both count as right.
    """
    rows, certain, either = [], [], []
    for score, human in validation_pieces(folder):
        found = analyse(score, engine=engine)
        rows.append(shares(score, found, human))
        first, last = human[0].key, home_key(human)
        either.append(found.key in (first, last))
        certain += [found.key == first] if first == last else []
    weights = np.array([row.pop("quarters") for row in rows])
    told = {name: round(float(np.average([row[name] for row in rows], weights=weights)), 3) for name in rows[0]}
    print(len(rows), "pieces", told)
    print(f"global key {np.mean(either):.3f}; of {len(certain)} that begin and end in one key, {np.mean(certain):.3f}")


def validation_pieces(folder: Path) -> Iterator[tuple[Score, list[Placed]]]:
    """The validation pieces of a folder with a MANIFEST.tsv whose analyses fit, with their human readings."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            if row["split"] != "validation" or row["id"].startswith(OWN_YARDSTICK):
                continue
            score = read(folder / row["score"])
            human = place_on(read_roman_text((folder / row["analysis"]).read_text("utf-8", errors="replace")), score)
            if explained(score, human) >= FITS:
                yield score, human


def chorale_pieces() -> Iterator[tuple[Score, list[Placed]]]:
    """The sixteen chorales with their human readings."""
    for number, bwv in CHORALES.items():
        score = read(f"bach/bwv{bwv}")
        yield score, human_analysis(number, score)


def two_analysts(folder: Path) -> Iterator[tuple[Score, Analysis, Analysis]]:
    """Pieces that two people have analysed (`tavern-...-a` and `-b` of the manifest), where both fit."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        rows = {row["id"]: row for row in csv.DictReader(manifest, delimiter="\t") if row["set"] == "tavern"}
    for name in sorted(name for name in rows if name.endswith("-a") and f"{name[:-2]}-b" in rows):
        score = read(folder / rows[name]["score"])
        files = [folder / rows[f"{name[:-2]}-{which}"]["analysis"] for which in "ab"]
        both = [place_on(read_roman_text(file.read_text("utf-8", errors="replace")), score) for file in files]
        if min(explained(score, placed) for placed in both) >= FITS:
            yield score, analysis_of(both[0], score), analysis_of(both[1], score)


def against_machine(
    pieces: Iterable[tuple[Score, list[Placed]]], engine: Engine
) -> Iterator[tuple[Score, Analysis, Analysis]]:
    """Each piece with its human reading and what the machine finds."""
    for score, placed in pieces:
        yield score, analysis_of(placed, score), analyse(score, engine=engine)


def breakdown(pieces: Iterable[tuple[Score, Analysis, Analysis]]) -> None:
    """Print what share of the time goes wrong in which manner, major (of the human's key) apart from minor."""
    times: Counter[tuple[str, bool]] = Counter()
    totals: Counter[bool] = Counter()
    for score, human, found in pieces:
        for moment in moments(human, found):
            minor = human.chords[moment.human].key.minor
            quarters = (moment.end - moment.onset) / score.ticks_per_quarter
            totals[minor] += quarters
            if not moment.agreed.numeral:
                chord_too = "" if moment.agreed.key or moment.agreed.chord else " (and the key)"
                times[KINDS[kind_of(moment, human, found)] + chord_too, minor] += quarters
    print(f"{'share of the time':<58}{'major':>8}{'minor':>8}{'all':>8}")
    whole = sum(totals.values())
    told = [
        ("right", *(totals[minor] - sum(t for (_, m), t in times.items() if m == minor) for minor in (False, True)))
    ]
    told += [(kind, times[kind, False], times[kind, True]) for kind in {kind for kind, _ in times}]
    for kind, major, minor in sorted(told, key=lambda row: -row[1] - row[2]):
        part = major / max(totals[False], 1), minor / max(totals[True], 1), (major + minor) / whole
        print(f"{kind:<58}{part[0]:>8.2%}{part[1]:>8.2%}{part[2]:>8.2%}")
    print(f"{'quarters':<58}{totals[False]:>8.0f}{totals[True]:>8.0f}{whole:>8.0f}")


def _load(path: Path):
    spec = importlib.util.spec_from_file_location("score_rn", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _judged(judge, found: Analysis, score: Score, number: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ours.tsv"
        file.write_text(as_tsv(found, score), encoding="utf-8")
        result = judge.score(str(file), str(human_file(number)))
    return {name: value for name, value in result.items() if name not in ("slots", "pred_end", "truth_end")}


def cross_validation(folder: Path, folds: int) -> None:
    """Print the shares on the training chorales, each read by weights and counts that never saw it."""
    from musegen.theory.classical.tuning import cross_validated, lesson_of
    from musegen.theory.counted_pieces import training_pieces
    from musegen.theory.statistics import statistics

    counted = statistics()
    lessons = [lesson_of(piece, counted) for piece in training_pieces(folder)]
    print(len(lessons), "chorales;", cross_validated(lessons, folds=folds, rounds=8, seed=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--score-rn", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--validation", type=Path)
    parser.add_argument("--humans", type=Path)
    parser.add_argument("--breakdown", action="store_true")
    parser.add_argument("--engine", choices=ENGINES, default="classical")
    options = parser.parse_args()
    if options.folder:
        cross_validation(options.folder, options.folds)
    elif options.breakdown:
        pieces = validation_pieces(options.validation) if options.validation else chorale_pieces()
        breakdown(against_machine(pieces, options.engine))
    elif options.humans:
        breakdown(two_analysts(options.humans))
    elif options.validation:
        validation(options.validation, options.engine)
    else:
        sixteen(options.score_rn, options.engine)
