"""Made and real tunes without their names, for a reader to rate: `python tests/benchmarks/blind_tunes.py FOLDER`.

FOLDER gets tune-01.png and .musicxml; beside it FOLDER-key.json says which is which. Real ones are test tunes of
8 to 20 bars, made ones are asked to be what training tunes are; none is chosen.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.random import Generator

from musegen.corpora import corpus
from musegen.engraving.render import render
from musegen.errors import MusegenError
from musegen.evaluation.melodies import shipped
from musegen.score.model import Measure, Metadata, Score
from musegen.theory.tunes.tune import tune_of

BARS = range(8, 21)


def main() -> None:
    """Write the folder and its key."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=77)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    made = [(f"made {number}", score) for number, (score, _) in enumerate(shipped.made(asked.count, rng), start=1)]
    every = [*made, *real(asked.count, rng)]
    asked.folder.mkdir(parents=True, exist_ok=True)
    key = {}
    for number, place in enumerate(rng.permutation(len(every)).tolist(), start=1):
        name, score = every[place]
        key[f"{number:02d}"] = name
        bare = nameless(score, f"Tune {number:02d}")
        for suffix in (".png", ".musicxml"):
            (asked.folder / f"tune-{number:02d}{suffix}").write_bytes(render(bare, suffix))
    asked.folder.with_name(f"{asked.folder.name}-key.json").write_text(json.dumps(key, indent=1))


def real(count: int, rng: Generator) -> list[tuple[str, Score]]:
    """Test tunes with their names."""
    pieces = corpus(shipped.CORPUS).split("test")
    found: list[tuple[str, Score]] = []
    for place in rng.permutation(len(pieces)).tolist():
        try:
            score = pieces[place].read()
            bars = tune_of(score).bars
        except MusegenError:
            continue
        if bars in BARS:
            found.append((pieces[place].name, score))
        if len(found) == count:
            break
    return found


def nameless(score: Score, title: str) -> Score:
    """The notes and measures alone, upbeats without numbers, under a title that says nothing."""
    measures: list[Measure] = []
    number = 0
    for place, measure in enumerate(score.measures):
        number += not measure.is_pickup
        upbeat = f"X{place}" if place else "0"
        measures.append(measure._replace(number=upbeat if measure.is_pickup else str(number)))
    measures[-1] = measures[-1]._replace(barline="final")
    return replace(
        score, measures=tuple(measures), harmonies=(), lyrics=(), note_names=(), metadata=Metadata(title=title)
    )


if __name__ == "__main__":
    main()
