"""Makes corpora/bach-chorales.csv: every file of music21's bach folder with exactly four parts of one voice each.

    python tests/benchmarks/chorale_manifest.py splits_bwv.json > corpora/bach-chorales.csv

The JSON names the splits of the JSB chorales by BWV number (`train`, `valid`, `test`: lists like "bwv66.6"). What is
left out is told on stderr with the reason, as lines of the manifest's table [excluded].
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np

from musegen.corpora.lists import list_text
from musegen.corpora.pieces import SPLITS, Piece
from musegen.score.files import corpus_folder, read
from musegen.score.model import Score
from musegen.score.table import Flag
from musegen.score.toml_text import toml_string
from musegen.score.voices import assign_voices, slices_of

LABELS = {"composer": "Bach", "genre": "chorale"}
NOTE_COUNT = 8
SHARED = 0.25


def four_part_files() -> tuple[list[tuple[str, Score]], dict[str, str]]:
    """Names and scores of the chorales; names of the others, with the reason."""
    folder = corpus_folder()
    assert folder is not None
    chosen, others = [], {}
    for path in sorted((folder / "bach").iterdir()):
        name = f"bach/{path.stem}"
        if path.suffix == ".krn":
            others[name] = "a kern file of a chorale's score"
        elif path.suffix in (".mxl", ".xml"):
            score = read(path)
            lines = np.unique(score.notes.rows[["part", "staff", "voice"]])
            if len(score.parts) == 4 == len(lines):
                chosen.append((name, score))
            else:
                parts = ", ".join(" ".join(part.name.split()) for part in score.parts)
                others[name] = f"{len(score.parts)} parts, {len(lines)} voices: {parts}"
    return chosen, others


def faults_of(score: Score) -> list[str]:
    """What is known to be wrong, by measure."""
    found = [
        f"measure {measure.number}: {score.quarters(measure.length)} quarters in {measure.time_signature}"
        for index, measure in enumerate(score.measures[1:-1], start=1)
        if score.quarters(measure.length) != measure.time_signature.quarters
        and not measure.is_pickup
        and not score.measures[index + 1].is_pickup
    ]
    fermatas = int((score.notes.has(Flag.FERMATA) & (score.notes["part"] == 0)).sum())
    if fermatas < 2:
        found.append(f"{fermatas or 'no'} fermata{'s' * (fermatas != 1)} in the soprano")
    return found + [f"measure {number}: {count} parallels" for number, count in _parallels(score).items() if count >= 3]


def _parallels(score: Score) -> Counter[str]:
    """Parallel fifths, octaves and unisons (by sound) a measure."""
    slices = slices_of(assign_voices(score))
    pitch, found = slices.column("pitch"), Counter[str]()
    for time in range(1, len(slices)):
        for upper, lower in combinations(range(4), 2):
            before, after = pitch[time - 1][[upper, lower]], pitch[time][[upper, lower]]
            moved = np.sign(after - before)
            size = int(after[0] - after[1]) % 12
            if before.all() and after.all() and moved[0] == moved[1] != 0 and size in (0, 7):
                found[score.place(int(slices.onset[time])).measure] += (before[0] - before[1]) % 12 == size
    return found


def melody_groups(pieces: list[tuple[str, Score]]) -> dict[str, str]:
    """For each piece the first piece on the same melody."""
    turns = {name: _turns(score) for name, score in pieces}
    group = {name: name for name in turns}
    for one, other in combinations(turns, 2):
        shared = len(turns[one] & turns[other])
        if shared >= SHARED * min(len(turns[one]), len(turns[other])) and group[one] != group[other]:
            first, second = sorted((group[one], group[other]))
            group = {name: first if root == second else root for name, root in group.items()}
    return group


def _turns(score: Score) -> set[tuple[int, ...]]:
    """Runs of intervals between the soprano's pitches on successive beats, repetitions left out."""
    rows = score.notes.sounding().rows
    rows = rows[rows["part"] == 0]
    beats = [int(row["pitch"]) for row in rows if score.offset_in_measure(int(row["onset"])).denominator == 1]
    steps = np.diff([pitch for pitch, before in zip(beats, [None, *beats], strict=False) if pitch != before])
    return {tuple(steps[start : start + NOTE_COUNT - 1].tolist()) for start in range(len(steps) - NOTE_COUNT + 2)}


def main(splits_file: str) -> None:
    """Print the list."""
    splits = json.loads(Path(splits_file).read_text())
    scores, others = four_part_files()
    groups = melody_groups(scores)
    sys.stdout.write(list_text((_piece(name, score, splits, groups) for name, score in scores), list(LABELS)))
    for name, reason in others.items():
        sys.stderr.write(f"{toml_string(name)} = {toml_string(reason)}\n")


def _piece(name: str, score: Score, splits: dict[str, list[str]], groups: dict[str, str]) -> Piece:
    assert score.source is not None
    number = name.removeprefix("bach/")
    split = next((one for one in SPLITS if number in splits.get(one, ())), "none")
    group = groups[name].removeprefix("bach/")
    return Piece(name, score.source.digest, split, group, tuple(faults_of(score)), LABELS)


if __name__ == "__main__":
    main(sys.argv[1])
