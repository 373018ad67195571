"""Learns from lead sheets: `python -m musegen.theory.songs.learning FOLDER -o song_statistics.npz`.

The folder holds scores with chord symbols. Keys are those that `sheet_keys` hears; a chord is counted in its local key.
What is learned is told in `musegen.theory.songs.song_statistics`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.files import read
from musegen.score.model import Score
from musegen.theory.keys import Key
from musegen.theory.songs.key_finding import sheet_keys
from musegen.theory.songs.sheet import sheet_chords
from musegen.theory.songs.slots import EVERY, Every, Slot, slots_of
from musegen.theory.songs.song_statistics import (
    FOLLOW,
    LEARNED,
    Counts,
    Floats,
    SongStatistics,
    common_states,
    features,
    kind_of,
    packed,
    state_of,
)

CALM = 0.3
"""The inverse strength of the L2 penalty on the weights; chosen on a quarter of OpenEWLD."""


class Sheet(NamedTuple):
    """One lead sheet cut into slots one way: the local key and the chord's state of each; None where none sounds."""

    home: Key
    slots: list[Slot]
    heard: list[tuple[Key, int] | None]


def sheet_of(score: Score, every: Every) -> Sheet:
    """A lead sheet, cut into slots, each with the chord that fills most of it."""
    chords = sheet_chords(score)
    found = sheet_keys(score, chords)
    slots = slots_of(score, every)
    states = [state_of(chord.pitch_class - 7 * key.tonic, kind_of(chord.quality)) for chord, key in zip(
        chords, found.keys, strict=True)]  # fmt: skip
    heard: list[tuple[Key, int] | None] = []
    for slot in slots:
        shared = [min(chord.end, slot.end) - max(chord.onset, slot.onset) for chord in chords]
        best = int(np.argmax(shared))
        heard.append((found.keys[best], states[best]) if shared[best] > 0 else None)
    return Sheet(found.home, slots, heard)


def learn(sheets: Sequence[dict[Every, Sheet]], cuts: Sequence[Every] = LEARNED) -> SongStatistics:
    """The counts of all sheets, and the weights of these ways of cutting."""
    follow = np.zeros(FOLLOW, dtype=np.int32)
    for sheet in sheets:
        for every, cut in sheet.items():
            table = follow[EVERY.index(every)]
            for (_, before), (slot, here) in pairwise(zip(cut.slots, cut.heard, strict=True)):
                if before and here and before[0] == here[0]:
                    table[int(here[0].minor), slot.stress, before[1], here[1]] += 1
    pairs = [(every, mode) for every in cuts for mode in (0, 1)]
    weights = {(EVERY.index(every), mode): _weights([sheet[every] for sheet in sheets], follow, mode)
               for every, mode in pairs}  # fmt: skip
    return SongStatistics(follow, weights)


def _weights(sheets: list[Sheet], follow: Counts, mode: int) -> Floats:
    """(feature, state): a multinomial regression of the chords on what is sung."""
    from sklearn.linear_model import LogisticRegression

    states = common_states(follow, mode)
    rows, wanted = [], []
    for sheet in sheets:
        keys = [here[0] if here else sheet.home for here in sheet.heard]
        said = features(sheet.slots, keys) if sheet.slots else np.zeros((0, 1))
        for row, here in zip(said, sheet.heard, strict=True):
            if here and int(here[0].minor) == mode and here[1] in states:
                rows.append(row)
                wanted.append(int(np.searchsorted(states, here[1])))
    fitted = LogisticRegression(C=CALM, max_iter=40, fit_intercept=False).fit(np.array(rows), np.array(wanted))
    return _spread(fitted.coef_.T, fitted.classes_, len(states))


def _spread(coefficients: Floats, classes: npt.NDArray[np.intp], count: int) -> Floats:
    """The weights over all states; one that never came is unlikely whatever is sung."""
    found = np.zeros((len(coefficients), count))
    found[-1] = -9.0
    found[:, classes] = coefficients
    return found


def main() -> None:
    """Learn from a folder and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    asked = parser.parse_args()
    scores = [read(path) for path in sorted(asked.folder.glob("*.mxl"))]
    np.savez_compressed(
        asked.output, **packed(learn([{every: sheet_of(score, every) for every in EVERY} for score in scores]))
    )


if __name__ == "__main__":
    main()
