"""How many notes get their own names back when their spelling is thrown away.

python tests/benchmarks/spelling.py                  # music21's corpus, no other data; a minute or two
python tests/benchmarks/spelling.py --folder FOLDER  # and the validation pieces of a folder with a MANIFEST.tsv
With --pieces the five worst pieces of each set, with their shares.

Printed are shares of notes, a whole piece being right in either of two enharmonic names (G flat or F sharp major):
`naive` calls every note by the names from E flat to G sharp; `ps13` is the first stage of Meredith's *The ps13 Pitch
Spelling Algorithm* (2006) with his context of 10 notes before and 42 after, written here from the paper; `musegen` is
`musegen.score.spelling`, which is told no key signature. Left out are the pieces of these sets that stand among the 315
in which its shares were counted (found by rows of seven intervals with their rhythm that both hold).
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import MusegenError
from musegen.score.files import corpus_folder, read
from musegen.score.spelling import estimated
from musegen.score.table import NoteTable

Ints = npt.NDArray[np.int64]

COUNTED = {
    *(f"bach/bwv{number}" for number in ("17.7", "33.6", "40.8", "65.2", "145.5", "153.1", "248.12-2", "267", "269")),
    *(f"bach/bwv{number}" for number in ("281", "295", "299", "302", "313", "318", "391", "846")),
    *(f"monteverdi/madrigal.3.{number}" for number in ("1", "1_old", "3", "6", "8", "11", "14", "19")),
    *(f"monteverdi/madrigal.4.{number}" for number in (10, 11, 12, 13, 19)),
    *(f"monteverdi/madrigal.5.{number}" for number in (4, 8)),
    "schubert/Lindenbaum", "keymodt-reger-94B",
}  # fmt: skip
"""Pieces of the sets that are among the 315, in whole or in an excerpt (the last one under another name)."""
OTHERS = (
    "beach", "chopin", "corelli", "cpebach", "handel", "joplin", "monteverdi", "schubert", "schumann_clara",
    "schumann_robert", "verdi", "weber",
)  # fmt: skip
SETS = {
    "every fourth Bach": (("bach",), 4),
    "Haydn": (("haydn",), 1),
    "Mozart": (("mozart",), 1),
    "Beethoven": (("beethoven",), 1),
    "Monteverdi to Joplin": (OTHERS, 1),
}
"""Folders of music21's corpus, and each how-manyth of their pieces."""
FORMATS = (".krn", ".xml", ".musicxml", ".mxl")
"""Of a piece that is there twice the last is taken."""
SCALE = np.array([0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5])
"""Fifths from a tonic to the note so many semitones above it, in ps13's chromatic scale."""
BEFORE, AFTER = 10, 42


class Piece(NamedTuple):
    """What is spelled: a table of sounding notes, whose names are the truth."""

    name: str
    notes: NoteTable
    ticks_per_quarter: int


def naive(piece: Piece) -> Ints:
    """The names from E flat to G sharp."""
    return (7 * piece.notes["pitch"].astype(np.int64) + 3) % 12 - 3


def ps13(piece: Piece) -> Ints:
    """Each note by the name that most of the notes around it, taken as tonics, give it."""
    order = np.lexsort((piece.notes["pitch"], piece.notes["onset"]))
    sounds = piece.notes["pitch"][order].astype(np.int64) % 12
    number, tonics = np.arange(len(sounds)), np.arange(12)
    before = np.vstack([np.zeros((1, 12)), np.cumsum(sounds[:, None] == tonics, axis=0)])
    weights = before[np.minimum(number + AFTER, len(sounds))] - before[np.maximum(number - BEFORE, 0)]
    names = SCALE[(sounds[:, None] - tonics) % 12] + 7 * sounds[0] % 12 - SCALE[(sounds[0] - tonics) % 12]
    votes = np.zeros((len(sounds), np.ptp(names) + 1))
    np.add.at(votes, (number[:, None], names - names.min()), weights)
    found = np.empty(len(sounds), dtype=np.int64)
    found[order] = votes.argmax(axis=1) + names.min()
    return found


def ours(piece: Piece) -> Ints:
    """By `musegen.score.spelling`."""
    return estimated(piece.notes, piece.ticks_per_quarter)


METHODS: dict[str, Callable[[Piece], Ints]] = {"naive": naive, "ps13": ps13, "musegen": ours}


def right(found: Ints, piece: Piece) -> int:
    """How many notes have their own name, all moved by one enharmonic shift or none."""
    true = piece.notes["fifths"]
    return max(int((found + shift == true).sum()) for shift in (-24, -12, 0, 12, 24))


def corpus_pieces(folders: tuple[str, ...], every: int) -> Iterator[Piece]:
    """Scores of music21's corpus."""
    root = corpus_folder()
    assert root is not None
    files = [file for suffix in FORMATS for folder in folders for file in (root / folder).rglob(f"*{suffix}")]
    scores = {str(file.relative_to(root).with_suffix("")): file for file in files}
    for name in sorted(scores)[::every]:
        if name not in COUNTED:
            yield from _read(name, scores[name])


def validation_pieces(folder: Path) -> Iterator[Piece]:
    """Those of the manifest."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            if row["split"] == "validation" and row["id"] not in COUNTED:
                yield from _read(row["id"], folder / row["score"])


def _read(name: str, file: Path) -> Iterator[Piece]:
    try:
        score = read(file)
    except MusegenError as error:
        print("  not read:", error)
        return
    notes = score.notes.sounding()
    if len(notes):
        yield Piece(name, notes, score.ticks_per_quarter)


def measured(title: str, pieces: Iterable[Piece], worst: int) -> npt.NDArray[np.int64]:
    """Notes, and how many each method names rightly; printed as shares."""
    rows = [(piece.name, len(piece.notes), *(right(way(piece), piece) for way in METHODS.values())) for piece in pieces]
    total = np.array([row[1:] for row in rows], dtype=np.int64).sum(axis=0)
    print(line(title, len(rows), total), flush=True)
    for name, count, *_, good in sorted(rows, key=lambda row: row[-1] / row[1])[:worst]:
        print(f"    {good / count:.3f} of {count} notes: {name}")
    return np.array([len(rows), *total])


def line(title: str, pieces: int, total: npt.NDArray[np.int64]) -> str:
    shares = "  ".join(f"{name} {good / total[0]:.4f}" for name, good in zip(METHODS, total[1:], strict=True))
    return f"{title:<22}{pieces:>4} pieces {total[0]:>8} notes  {shares}"


def main(folder: Path | None, worst: int) -> None:
    start = time.process_time()
    found = [measured(title, corpus_pieces(*which), worst) for title, which in SETS.items()]
    if folder is not None:
        found.append(measured("validation pieces", validation_pieces(folder), worst))
    pieces, *total = np.sum(found, axis=0)
    print(line("all", pieces, np.array(total)))
    print(f"{time.process_time() - start:.0f} s of processor time, reading among them")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--pieces", action="store_const", const=5, default=0, dest="worst")
    options = parser.parse_args()
    main(options.folder, options.worst)
