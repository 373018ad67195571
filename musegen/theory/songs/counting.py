"""Counts lead sheets: `python -m musegen.theory.songs.counting FOLDER -o song_statistics.npz`.

The folder holds scores with chord symbols. Keys are those that `sheet_keys` hears; a chord is counted in its local key.
The tables are those of `musegen.theory.songs.song_statistics`.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from musegen.score.files import read
from musegen.score.model import Score
from musegen.theory.keys import Key
from musegen.theory.songs.key_finding import sheet_keys
from musegen.theory.songs.sheet import sheet_chords
from musegen.theory.songs.slots import EVERY, Slot, slots_of
from musegen.theory.songs.song_statistics import SHAPES, SongStatistics, kind_of, sparse, state_of


class Placed:
    """The chords of a sheet as states in their keys, found by time."""

    def __init__(self, score: Score) -> None:
        self.chords = sheet_chords(score)
        found = sheet_keys(score, self.chords)
        self.home, self.keys = found.home, found.keys

    def at(self, slot: Slot) -> tuple[Key, int] | None:
        """Key and state of the chord that fills most of a slot."""
        best, longest = None, 0
        for chord, key in zip(self.chords, self.keys, strict=True):
            shared = min(chord.end, slot.end) - max(chord.onset, slot.onset)
            if shared > longest:
                state = state_of(chord.pitch_class - 7 * key.tonic, kind_of(chord.quality))
                best, longest = (key, state), shared
        return best


def count_sheet(score: Score) -> SongStatistics:
    """All counts of one lead sheet.

    Raises:
        MalformedScore: a symbol names no chord.
    """
    counts = {name: np.zeros(shape, dtype=np.int32) for name, shape in SHAPES.items()}
    placed = Placed(score)
    for number, every in enumerate(EVERY):
        slots = slots_of(score, every)
        heard = [placed.at(slot) for slot in slots]
        for (_, before), (slot, here) in pairwise(zip(slots, heard, strict=True)):
            if before and here and before[0] == here[0]:
                counts["follow"][number, int(here[0].minor), int(slot.is_downbeat), before[1], here[1]] += 1
        for slot, here in zip(slots, heard, strict=True):
            if here and slot.ends_phrase:
                counts["closing"][number, int(here[0].minor), here[1]] += 1
            if here and every == "beat":
                eighths = np.roll(slot.sung, -7 * here[0].tonic % 12)
                counts["sung"][int(here[0].minor), here[1]] += np.rint(2 * eighths).astype(np.int32)
        if every == "measure":
            sounding = [here for here in heard if here]
            for name, one in zip(("first", "last"), (sounding[:1], sounding[-1:]), strict=True):
                for key, state in one:
                    counts[name][int(key.minor), state] += 1
    return SongStatistics(counts)


def main() -> None:
    """Count a folder and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    asked = parser.parse_args()
    total = SongStatistics({name: np.zeros(shape, dtype=np.int32) for name, shape in SHAPES.items()})
    for path in sorted(asked.folder.glob("*.mxl")):
        total = total.plus(count_sheet(read(path)))
    tables: dict[str, Any] = {name: sparse(table) for name, table in total.counts.items()}
    np.savez_compressed(asked.output, **tables)


if __name__ == "__main__":
    main()
