"""Nats a note of the harmoniser on held-out chorales, every condition dropped, and under a given soprano.

    python tests/benchmarks/chorale_likelihood.py [JSB.json]

JSB.json holds the JSB chorales on the grid of sixteenths as lists of four MIDI numbers, by split (`valid`, `test`):
Jsb16thSeparated.json. Without it, the chorales of those splits in music21's corpus are read (67 and 70).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from musegen.corpora.manifests import corpus
from musegen.evaluation.likelihood import likelihood
from musegen.generation.neural.frames import Frames, frames_of
from musegen.score.files import read


def of_grid(rows: list[list[float]]) -> Frames:
    """A piece of the JSB file; what is not a number, or below 0, is silence."""
    pitch = np.nan_to_num(np.array(rows, dtype=float), nan=-1).astype(np.int16)
    pitch = np.where(pitch < 0, 0, pitch)
    return Frames(pitch, np.zeros_like(pitch), np.zeros(pitch.shape, dtype=bool))


def pieces(split: str) -> list[Frames]:
    """The chorales of a split."""
    if len(sys.argv) > 1:
        return [of_grid(rows) for rows in json.loads(Path(sys.argv[1]).read_text())[split]]
    return [frames_of(read(piece.name)) for piece in corpus("bach-chorales").split(split)]


def main() -> None:
    """A row a split and a question."""
    for split in ("valid", "test"):
        held = pieces(split)
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
