"""Lead sheets: how they are read by their symbols, and how well chords are found for their melodies alone.

python tests/benchmarks/songs.py FOLDER             # the analysis: failures, keys against the declared tonic, seconds
python tests/benchmarks/songs.py FOLDER --chords    # chords for melodies, five folds: each sheet with counts of the others
FOLDER holds lead sheets with chord symbols (.mxl), such as OpenEWLD.

`first`, `in 3`: the share of slots whose own chord (root and kind: major, minor, dominant, half-diminished, diminished,
augmented) is ranked first, or among the first three. `by notes`: the chord that holds most of what is sung, the commoner
of equals; `always I`: the tonic. `key found`: the key too is found from the melody alone.
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
from musegen.theory.songs.counting import Placed, count_sheet
from musegen.theory.songs.melody_chords import chords_for
from musegen.theory.songs.sheet import read_symbol
from musegen.theory.songs.slots import EVERY, Every, slots_of
from musegen.theory.songs.song_statistics import KINDS, SongStatistics, kind_of

FOLDS = 5
SHELLS = {"M": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "h": (0, 3, 6, 10), "o": (0, 3, 6, 9), "+": (0, 4, 8)}


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


def chords(folder: Path, every: Every) -> None:
    """Print the shares of slots whose own chord is ranked first, or in the first three."""
    scores = [read(path) for path in sorted(folder.glob("*.mxl"))]
    counted = [count_sheet(score) for score in scores]
    total = counted[0]
    for one in counted[1:]:
        total = total.plus(one)
    hits: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        kept = total
        for one in counted[fold::FOLDS]:
            kept = kept.plus(one, -1)
        for score in scores[fold::FOLDS]:
            for name, hit in judged(score, kept, every):
                hits.setdefault(name, []).append(hit)
    for name, values in hits.items():
        print(f"{name:20} {np.mean(values):.3f} of {len(values)} slots")


def judged(score: Score, counted: SongStatistics, every: Every) -> list[tuple[str, float]]:
    """(measure, hit) for every slot of a sheet, by every way of finding chords."""
    placed = Placed(score)
    slots = slots_of(score, every)
    truth = [placed.at(slot) for slot in slots]
    home = placed.home
    found = chords_for(score, 1, key=home, every=every, counted=counted)
    blind = chords_for(score, 1, every=every, counted=counted)
    common = counted.counts["closing"][0, int(home.minor)] + counted.counts["follow"][0, int(home.minor)].sum(
        axis=(0, 1)
    )
    rows: list[tuple[str, float]] = []
    for slot, own, ours, theirs in zip(slots, truth, found.slots, blind.slots, strict=True):
        if own is None:
            continue
        wanted = (own[1] % 12 + 7 * own[0].tonic) % 12, KINDS[own[1] // 12]
        for name, row in (("", ours), ("key found, ", theirs)):
            ranked = [sounding(choice.symbol) for choice in row.choices]
            rows += [(f"{name}first", wanted == ranked[0]), (f"{name}in 3", wanted in ranked[:3])]
        best = by_notes(np.roll(slot.sung, -(7 * home.tonic % 12)), common)
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
    asked = parser.parse_args()
    if asked.chords:
        chords(asked.folder, asked.every)
    else:
        analysis(asked.folder)


if __name__ == "__main__":
    main()
