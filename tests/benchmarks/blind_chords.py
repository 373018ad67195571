"""Made and real progressions on like sheets, for a reader to rate: `python tests/benchmarks/blind_chords.py FOLDER`.

FOLDER gets chords-01.png and .musicxml; beside it FOLDER-key.json says which is which. Real ones are the last 8
measures of held-out pieces, drawn by chance: songs (lead sheets) and Bach's chorales in their home keys. Made ones have
keys and meters as often as they come; none is chosen. All are set and written by `generation.progressions.sheet`.
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
from musegen.theory.progressions.progression import STYLES, Progression, Style, grid_of
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
    """A sheet as a picture and as MusicXML, four measures a line wherever phrases end."""
    lines = tuple(one._replace(new_system=place == MEASURES // 2) for place, one in enumerate(score.measures))
    score = replace(score, measures=lines)
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
        found += islice(_passages([pieces[place] for place in order], style), wanted[style])
    return found


def _passages(pieces: list[tuple[str, Progression]], style: Style) -> Iterator[tuple[str, Progression]]:
    for name, whole in pieces:
        try:
            passage = last_measures(without_pickup(whole))
            if passage is None:
                continue
            sheet_of(passage)
        except MusegenError:
            continue
        yield f"{name}, {style}", passage


def last_measures(piece: Progression) -> Progression | None:
    """The last eight measures of a piece, its last chord held until the barline; None where they are not regular."""
    grid, pulses = piece.grid, int(piece.grid.pulses[0])
    kept = grid.measure > grid.measure[-1] - MEASURES
    there, wanted = int(kept.sum()), MEASURES * pulses
    plain = grid_of(piece.meter, MEASURES, phrase=MEASURES)
    if not 0 <= wanted - there < pulses or not np.array_equal(grid.pulse[kept], plain.pulse[:there]):
        return None
    ends = plain.ends_phrase.copy()
    if piece.style == "chorale":
        ends[: there - 1] = grid.ends_phrase[kept][:-1]
    chords = np.append(piece.chords[kept], np.repeat(piece.chords[-1], wanted - there))
    return replace(piece, grid=replace(plain, ends_phrase=ends), chords=chords)


if __name__ == "__main__":
    main()
