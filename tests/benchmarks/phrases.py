"""Phrases without their signs: chorales with hidden fermatas, and variations whose analysts marked phrases.

python tests/benchmarks/phrases.py FOLDER     # see musegen.theory.form.learn_phrases; two minutes

Only what was not learned from is asked: every second chorale of split `extra`, with its text and without, and the
variations of split `validation`. `signs` is the division by long notes and rests alone, `music` the shipped one. A
chorale's phrase must begin on the very note after its fermata; for the variations see `learn_phrases`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from musegen.theory.form.learn_phrases import Divided, chorales, variations
from musegen.theory.form.segmentation import divided, habits


def agreement(pieces: list[Divided], starts: list[np.ndarray]) -> str:
    """Precision, recall and F1 of phrase beginnings, the first of a piece left out; a mark is found once."""
    hits = found = asked = 0
    for piece, onsets in zip(pieces, starts, strict=True):
        left = piece.marks.tolist()
        for onset in onsets.tolist():
            near = [mark for mark in left if -piece.early <= onset - mark <= piece.late]
            if near:
                left.remove(near[0])
        hits += len(piece.marks) - len(left)
        found, asked = found + len(onsets), asked + len(piece.marks)
    return f"P {hits / found:.3f} R {hits / asked:.3f} F1 {2 * hits / (found + asked):.3f} ({asked})"


def by_music(piece: Divided) -> np.ndarray:
    """Where the shipped habits begin phrases."""
    return piece.onsets[divided(piece.found, piece.layout, habits())]


def report(name: str, pieces: list[Divided]) -> None:
    """One line a way of dividing."""
    print(f"{name}, {len(pieces)} pieces")
    print("  signs", agreement(pieces, [piece.by_signs for piece in pieces]))
    print("  music", agreement(pieces, [by_music(piece) for piece in pieces]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    sung = list(chorales(options.folder, first=1))
    report("chorales, fermatas hidden", sung)
    report("the same without their text", [piece.without_text() for piece in sung])
    report("variations", list(variations(options.folder, "validation")))
