"""How accompaniments to lead sheets come out: errors of the pack, agreement with the symbols, hands, time.

    python tests/benchmarks/accompaniments.py FOLDER --styles waltz,swing --count 200 --level 4

FOLDER holds lead sheets. Findings that a sheet has by itself are not counted. A chord agrees where its bass is the
lowest note of the accompaniment when it begins, no note of the chords is foreign to it, and its third (or what is
suspended for it) is heard in its time.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from musegen.errors import MusegenError
from musegen.generation.accompaniment.judging import own_findings
from musegen.generation.accompaniment.making import Accompaniment, accompany
from musegen.generation.accompaniment.styles import style_names
from musegen.score.files import read
from musegen.score.pitch import pitch_class_of
from musegen.theory.songs.sheet import SheetChord

_PLAYED = ("Piano", "Guitar")


def main() -> None:
    """Print a line a style, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--styles", default=",".join(style_names()))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--level", type=int, default=0, help="else 1 to 8 by turns")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    paths = sorted(path for path in asked.folder.iterdir() if path.is_file())
    random.Random(asked.seed).shuffle(paths)
    sheets = []
    for path in paths:
        if len(sheets) == asked.count:
            break
        try:
            score = read(path)
            accompany(score, np.random.default_rng(1), style="chorale", level=1)
            sheets.append((path.name, score))
        except MusegenError as error:
            print(f"left out {path.name}: {error}", file=sys.stderr)
    print(f"{len(sheets)} sheets")
    for style in asked.styles.split(","):
        _style(style, sheets, asked.level)


def _style(style: str, sheets: list[tuple[str, object]], level: int) -> None:
    found, agreement, spans, seconds = Counter(), Counter(), Counter(), 0.0
    for number, (name, score) in enumerate(sheets):
        started = time.process_time()
        made = accompany(score, np.random.default_rng([1, number]), style=style, level=level or number % 8 + 1)
        seconds += time.process_time() - started
        for finding in own_findings(made):
            found[f"{finding.severity} {finding.rule}"] += 1
            if finding.severity == "error":
                print(f"    {name} (level {made.level}): {finding}")
        for chord in made.chords:
            for what, agrees in _agreements(made, chord).items():
                agreement[what, agrees] += 1
        spans[_widest(made)] += 1
    told = {what: agreement[what, True] / sum(agreement[what, each] for each in (True, False)) for what in _WHAT}
    errors = sum(count for name, count in found.items() if name.startswith("error"))
    print(
        f"{style}: {errors} errors; "
        + ", ".join(f"{what} {share:.2%}" for what, share in told.items())
        + f"; widest hand {max(spans)} semitones; {seconds / len(sheets):.2f} s a sheet; {dict(found.most_common())}"
    )


_WHAT = ("bass", "notes", "third")


def _agreements(made: Accompaniment, chord: SheetChord) -> dict[str, bool]:
    notes = made.score.notes.sounding()
    rows = notes.rows[(notes["onset"] < chord.end) & (notes.end > chord.onset)]
    ours = rows[rows["part"] >= made.first_part]
    begun = ours[ours["onset"] == chord.onset]["pitch"]
    named = {int(pitch_class_of(tone)) for tone in (*chord.members, chord.bass)}
    players = [number for number, part in enumerate(made.score.parts) if part.name in _PLAYED]
    upper = ours[np.isin(ours["part"], players) & (ours["staff"] == 1) & (ours["onset"] >= chord.onset)]
    third = int(pitch_class_of(chord.members[1]))
    return {
        "bass": bool(len(begun) and int(begun.min()) % 12 == int(pitch_class_of(chord.bass))),
        "notes": {int(pitch) % 12 for pitch in upper["pitch"]} <= named,
        "third": third in {int(pitch) % 12 for pitch in rows["pitch"]},
    }


def _widest(made: Accompaniment) -> int:
    """Semitones that a hand at the piano grasps at most."""
    notes, widest = made.score.notes.sounding(), 0
    for part in range(made.first_part, len(made.score.parts)):
        if made.score.parts[part].name != "Piano":
            continue
        for staff in (1, 2):
            rows = notes.rows[(notes["part"] == part) & (notes["staff"] == staff)]
            for onset in set(rows["onset"].tolist()):
                pitch = rows["pitch"][rows["onset"] == onset]
                widest = max(widest, int(pitch.max()) - int(pitch.min()))
    return widest


if __name__ == "__main__":
    main()
