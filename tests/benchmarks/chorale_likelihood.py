"""Nats a note of the harmoniser on held-out chorales, every condition dropped, and under a given soprano.

    python tests/benchmarks/chorale_likelihood.py [JSB.json]

JSB.json holds the JSB chorales on the grid of sixteenths as lists of four MIDI numbers, by split (`valid`, `test`):
Jsb16thSeparated.json. Without it, the chorales of those splits in music21's corpus are read (67 and 70).
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from musegen.corpora import Split, corpus
from musegen.evaluation.likelihood import likelihood
from musegen.generation.neural.frames import Frames, frames_of
from musegen.score.files import read


def of_grid(rows: list[list[float]]) -> Frames:
    """A piece of the JSB file; what is not a number, or below 0, is silence."""
    pitch = np.nan_to_num(np.array(rows, dtype=float), nan=-1).astype(np.int16)
    pitch = np.where(pitch < 0, 0, pitch)
    return Frames(pitch, np.zeros_like(pitch), np.zeros(pitch.shape, dtype=bool))


def pieces(split: Split, file: Path | None) -> list[Frames]:
    """The chorales of a split."""
    if file is not None:
        return [of_grid(rows) for rows in json.loads(file.read_text())[split]]
    return [frames_of(read(piece.name)) for piece in corpus("bach-chorales").split(split)]


def main() -> None:
    """A row a split and a question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, metavar="JSB.json")
    file = parser.parse_args().file
    splits: tuple[Split, ...] = ("valid", "test")
    for split in splits:
        held = pieces(split, file)
        for told, given in (("p(notes)", ()), ("p(A, T, B | S)", (0,))):
            start = time.process_time()
            found = likelihood(held, given=given)
            voices = "  ".join(f"{name} {value:.3f}" for name, value in zip("SATB", found.voices, strict=True))
            spent = time.process_time() - start
            print(
                f"{split:5}  {len(held)} pieces  {told:15} {found.per_piece:.4f} a piece, {found.overall:.4f} overall"
                f"  {voices}  {spent:.0f} CPU s"
            )


if __name__ == "__main__":
    main()
