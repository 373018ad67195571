"""Lead sheets: how they are read by their symbols, and how well chords are found for their melodies alone.

python tests/benchmarks/songs.py FOLDER             # the analysis: failures, keys against the declared ones, seconds
python tests/benchmarks/songs.py FOLDER --chords    # chords for melodies, four folds: learned without the fold's sheets
FOLDER holds lead sheets with chord symbols (.mxl), such as OpenEWLD.

`first`, `in 3`: the share of slots whose own chord (root and kind: major, minor, dominant, half-diminished, diminished,
augmented) is ranked first, or in the first three; `root`: the root of the first is its root. `by notes`: the chord that
holds most of what is sung, the commoner of equals; `always I`: the tonic. `key found`: by the melody alone.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import numpy as np

from musegen.errors import MusegenError
from musegen.score.files import read
from musegen.score.model import Score
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key
from musegen.theory.songs.learning import Sheet, learn, sheet_of
from musegen.theory.songs.melody_chords import chords_for
from musegen.theory.songs.sheet import read_symbol
from musegen.theory.songs.slots import EVERY, Every
from musegen.theory.songs.song_statistics import KINDS, SHELLS, SongStatistics, kind_of

FOLDS = 4


def analysis(folder: Path) -> None:
    """Print how many sheets are read, in which keys, how fast."""
    keys: Counter[str] = Counter()
    seconds = []
    for path in sorted(folder.glob("*.mxl")):
        try:
            score = read(path)
            start = time.process_time()
            found = analyse(score)
        except MusegenError as error:
            keys["failed"] += 1
            print(error)
            continue
        seconds.append(time.process_time() - start)
        signature = score.measures[0].key_signature
        declared = Key.of_signature(signature.fifths, minor=signature.mode == "minor")
        kind = "same" if found.key == declared else "relative" if found.key.signature == signature.fifths else "other"
        keys[kind if found.symbols else "not by symbols"] += 1
        if kind != "same":
            ends = [chord.numeral.figure for chord in (found.chords[0], found.chords[-1])]
            print(f"{path.stem[:40]:40} declared {declared!s:3} found {found.key!s:3} begins {ends[0]} ends {ends[1]}")
    print(dict(keys), f"median {np.median(seconds):.3f} s, longest {max(seconds):.2f} s")


def chords(folder: Path, every: Every, folds: int) -> None:
    """Print the shares of slots whose own chord is ranked first, or in the first three; the first fold, or all four."""
    scores = [read(path) for path in sorted(folder.glob("*.mxl"))]
    sheets = [sheet_of(score, every) for score in scores]
    hits: dict[str, list[float]] = {}
    for fold in range(folds):
        others = [{every: sheet} for number, sheet in enumerate(sheets) if number % FOLDS != fold]
        learned = learn(others, [every])
        for score, sheet in zip(scores[fold::FOLDS], sheets[fold::FOLDS], strict=True):
            for name, hit in judged(score, sheet, learned, every) if sheet.slots else ():
                hits.setdefault(name, []).append(hit)
    for name, values in hits.items():
        print(f"{name:20} {np.mean(values):.3f} of {len(values)} slots")


def judged(score: Score, sheet: Sheet, learned: SongStatistics, every: Every) -> list[tuple[str, float]]:
    """(measure, hit) for every slot of a sheet, by every way of finding chords."""
    home = sheet.home
    given = chords_for(score, 1, key=home, every=every, learned=learned)
    blind = chords_for(score, 1, every=every, learned=learned)
    common = learned.follow[:, int(home.minor)].sum(axis=(0, 1, 2))
    rows: list[tuple[str, float]] = []
    for slot, own, ours, theirs in zip(sheet.slots, sheet.heard, given.slots, blind.slots, strict=True):
        if own is None:
            continue
        wanted = (own[1] % 12 + 7 * own[0].tonic) % 12, KINDS[own[1] // 12]
        for name, row in (("", ours), ("key found, ", theirs)):
            ranked = [sounding(choice.symbol) for choice in row.choices]
            rows += [(f"{name}first", wanted == ranked[0]), (f"{name}in 3", wanted in ranked[:3])]
            rows += [(f"{name}root", wanted[0] == ranked[0][0])]
        best = by_notes(np.roll(slot.sung[0], -(7 * home.tonic % 12)), common)
        told = (best % 12 + 7 * home.tonic) % 12, KINDS[best // 12]
        rows += [("by notes", told == wanted)]
        rows += [("always I", wanted == (7 * home.tonic % 12, "m" if home.minor else "M"))]
    return rows


def sounding(symbol: str) -> tuple[int, str]:
    """Root as a pitch class, and kind."""
    chord = read_symbol(symbol)
    return chord.pitch_class, kind_of(chord.quality)


def by_notes(sung: np.ndarray, common: np.ndarray) -> int:
    """The state that holds most of what is sung; the commoner of equals."""
    held = [sum(sung[(state % 12 + step) % 12] for step in SHELLS[KINDS[state // 12]]) for state in range(len(common))]
    return max(range(len(common)), key=lambda state: (round(held[state], 6), common[state]))


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--chords", action="store_true")
    parser.add_argument("--every", choices=EVERY, default="measure")
    parser.add_argument("--folds", type=int, default=FOLDS, help="So many of the four.")
    asked = parser.parse_args()
    if asked.chords:
        chords(asked.folder, asked.every, asked.folds)
    else:
        analysis(asked.folder)


if __name__ == "__main__":
    main()
