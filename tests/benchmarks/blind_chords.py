"""Made and real progressions on like sheets, for a reader to rate: `python tests/benchmarks/blind_chords.py FOLDER`.

FOLDER gets chords-01.png and .musicxml; beside it FOLDER-key.json says which is which. Real ones are passages of 8
measures of held-out pieces, drawn by chance: songs of `--corpus` (lead sheets) and Bach's chorales in their home keys,
from a phrase's beginning to a phrase's end where it has such. Made ones are asked for style, key, meter and length of
training pieces' kinds; none is chosen. All are written by the same hand: `generation.progressions.sheet`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.random import Generator

from musegen.engraving.marks import Sheet
from musegen.engraving.render import render
from musegen.errors import MusegenError
from musegen.generation.progressions.asking import ChordsAsked
from musegen.generation.progressions.making import drawn_key, drawn_meter, progression, without_pickup
from musegen.generation.progressions.sheet import sheet_of
from musegen.score.model import Score
from musegen.theory.progressions.progression import STYLES, Grid, Progression, Style
from musegen.training.chords_lessons import lessons

MEASURES = 8


def main() -> None:
    """Write the folder and its key."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", action="append", required=True, help="OPENEWLD and bach-chorales")
    parser.add_argument("--count", type=int, default=20, help="of each, half songs and half chorales")
    parser.add_argument("--seed", type=int, default=77)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    every = [*made(asked.count, rng), *real(asked.corpus, asked.count, rng)]
    asked.folder.mkdir(parents=True, exist_ok=True)
    key = {}
    for number, place in enumerate(rng.permutation(len(every)).tolist(), start=1):
        name, piece = every[place]
        key[f"{number:02d}"] = f"{name}: {piece.words}"
        write(sheet_of(piece, f"Chords {number:02d}"), asked.folder / f"chords-{number:02d}")
    asked.folder.with_name(f"{asked.folder.name}-key.json").write_text(json.dumps(key, indent=1))


def write(score: Score, stem: Path) -> None:
    """A sheet as a picture and as MusicXML."""
    for suffix in (".png", ".musicxml"):
        stem.with_suffix(suffix).write_bytes(render(score, suffix, sheet=Sheet(arrangement="choir")))


def made(count: int, rng: Generator) -> list[tuple[str, Progression]]:
    """So many progressions, styles in turn."""
    found = []
    for number in range(count):
        style = STYLES[number % len(STYLES)]
        asked = ChordsAsked(drawn_key(style, rng), drawn_meter(style, rng), MEASURES, style)
        found.append((f"made {number + 1}, {style}", progression(asked, rng)))
    return found


def real(corpora: list[str], count: int, rng: Generator) -> list[tuple[str, Progression]]:
    """As many passages of held-out pieces, styles in turn, with the pieces' names."""
    held_out = [lesson for lesson in lessons(corpora) if lesson.split != "train"]
    wanted = {style: len(range(place, count, len(STYLES))) for place, style in enumerate(STYLES)}
    found: list[tuple[str, Progression]] = []
    for style in STYLES:
        pieces = [(one.name, one.piece) for one in held_out if one.piece.style == style]
        order = rng.permutation(len(pieces)).tolist()
        found += islice(_passages([pieces[place] for place in order], style, rng), wanted[style])
    return found


def _passages(pieces: list[tuple[str, Progression]], style: Style, rng: Generator) -> Iterator[tuple[str, Progression]]:
    for name, whole in pieces:
        try:
            passage = cut(without_pickup(whole), rng)
            sheet_of(passage)
        except MusegenError:
            continue
        yield f"{name}, {style}", passage


def cut(piece: Progression, rng: Generator) -> Progression:
    """Eight measures of a piece, the last ones or the first ones."""
    grid = piece.grid
    last = int(grid.measure[-1]) + 1
    first = max(last - MEASURES, 0) if rng.random() < 0.5 else 0
    kept = (grid.measure >= first) & (grid.measure < first + MEASURES)
    ends = grid.ends_phrase[kept].copy()
    ends[-1] = True
    shorter = Grid(grid.measure[kept] - first, grid.pulse[kept], grid.pulses[kept], ends)
    return replace(piece, grid=shorter, chords=piece.chords[kept])


if __name__ == "__main__":
    main()
