"""How the second phrase of real songs begins beside the first: `python tests/benchmarks/song_phrases.py FOLDER`.

The folder is one of lead sheets, such as OpenEWLD. Measures 5 and 6 are compared with 1 and 2: the same notes, half of
them or more, the same rhythm (sequences, which keep the contour as well, among them), one of these in one measure
alone, or nothing.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from musegen import read
from musegen.errors import MusegenError
from musegen.theory.tunes.form import rolls
from musegen.theory.tunes.tune import Tune, tune_of

PHRASE = 4
FEWEST = 2
"""Notes of a rhythm."""


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    kinds = Counter(_kind(tune) for tune in _tunes(parser.parse_args().folder))
    whole = sum(kinds.values())
    for kind, count in kinds.most_common():
        print(f"{kind}: {count / whole:.3f} of {whole}")


def _tunes(folder: Path) -> Iterator[Tune]:
    for path in sorted(folder.glob("*.mxl")):
        try:
            tune = tune_of(read(str(path)))
        except MusegenError:
            continue
        if tune.bars >= 2 * PHRASE:
            yield tune


def _kind(tune: Tune) -> str:
    sounding, begun = rolls(tune)
    alike = [_alike(sounding[[at, at + PHRASE]], begun[[at, at + PHRASE]]) for at in range(2)]
    if alike == ["same", "same"]:
        return "copied"
    if set(alike) <= {"same", "varied"}:
        return "varied"
    if alike == ["rhythm", "rhythm"]:
        return "rhythm"
    return "nothing" if alike == ["", ""] else "one or both in some way"


def _alike(sounding: np.ndarray, begun: np.ndarray) -> str:
    if (sounding[0] == sounding[1]).all() and (begun[0] == begun[1]).all():
        return "same"
    if (sounding[0] == sounding[1]).mean() >= 1 / 2:
        return "varied"
    struck = begun > 0
    return "rhythm" if struck[0].sum() >= FEWEST and (struck[0] == struck[1]).all() else ""


if __name__ == "__main__":
    main()
