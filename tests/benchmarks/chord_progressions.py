"""What the shipped networks of chord progressions reach on held-out pieces: bits, reconstruction, laws, melodies.

python tests/benchmarks/chord_progressions.py --corpus OPENEWLD --corpus bach-chorales [--samples 20] [--only lawful]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from musegen.errors import MusegenError
from musegen.evaluation.chord_figures import bits_a_chord, ngram_bits, ranked, reconstruction, right_chords
from musegen.evaluation.chord_judging import faults
from musegen.generation.progressions.asking import ChordsAsked
from musegen.generation.progressions.making import between, drawn_key, drawn_meter, progression, without_pickup
from musegen.generation.progressions.sheet import words_of
from musegen.generation.progressions.successions import successions
from musegen.theory.progressions.network import Parts, shipped
from musegen.theory.progressions.progression import STYLES, Grid, Progression
from musegen.training.chords_lessons import Lesson, lessons

PAIRS = 100
LONGEST = 16
"""Measures of the passages between which is gone."""


def figures(found: Sequence[Lesson], parts: Parts) -> None:
    """Bits a chord, reconstruction, and the share of successions that the laws permit."""
    for style in STYLES:
        for split in ("valid", "test"):
            pieces = [item.piece for item in found if item.split == split and item.piece.style == style]
            if not pieces:
                continue
            bits = bits_a_chord(pieces, parts, np.random.default_rng(1))
            told = "  ".join(f"{name} {value:.3f}" for name, value in bits._asdict().items())
            right, chords = np.sum([right_chords(piece, reconstruction(piece, parts)) for piece in pieces], axis=0)
            print(f"{style} {split}: {len(pieces)} pieces, {chords} chords; bits a chord: {told}; "
                  f"reconstructed {right / chords:.4f}")  # fmt: skip
            learnt = [item.piece for item in found if item.split == "train" and item.piece.style == style]
            beside = {order: ngram_bits(learnt, pieces, order) for order in (2, 3, 4)}
            for order, ways in beside.items():
                print(
                    f"  n-grams of order {order}: " + "  ".join(f"{name} {value:.3f}" for name, value in ways.items())
                )


def lawful(found: Sequence[Lesson]) -> None:
    """How much of what people wrote the laws permit."""
    for style in STYLES:
        counts: Counter[bool] = Counter()
        for item in found:
            if item.piece.style == style:
                table = successions(style, item.piece.key.minor)
                chords = item.piece.chords[item.piece.begins]
                counts.update(table[chords[:-1], chords[1:]].tolist())
        print(
            f"{style}: of {counts.total()} successions in all pieces {counts[True] / max(counts.total(), 1):.3f} lawful"
        )


def blends(found: Sequence[Lesson]) -> None:
    """Interpolations between pairs of held-out passages: how many are made, and lawful when checked by themselves."""
    rng = np.random.default_rng(2)
    pieces = [cut(item.piece) for item in found if item.split == "test"]
    made = good = 0
    kinds = Counter((piece.meter, piece.style) for piece in pieces)
    pieces = [piece for piece in pieces if kinds[piece.meter, piece.style] > 1]
    for _ in range(PAIRS):
        first = pieces[int(rng.integers(len(pieces)))]
        others = [piece for piece in pieces if (piece.meter, piece.style) == (first.meter, first.style)]
        second = [piece for piece in others if piece is not first][int(rng.integers(len(others) - 1))]
        for piece in between(first, second, 5, ChordsAsked(first.key, style=first.style)):
            made, good = made + 1, good + (not faults(piece))
    print(f"interpolations: {PAIRS} pairs, {made} progressions, {good} lawful")


def cut(piece: Progression) -> Progression:
    """The first full measures of a piece."""
    grid = piece.grid
    kept = grid.measure < LONGEST + int(grid.pulse[0] > 0)
    shorter = Grid(grid.measure[kept], grid.pulse[kept], grid.pulses[kept], grid.ends_phrase[kept])
    return without_pickup(replace(piece, grid=shorter, chords=piece.chords[kept]))


def melodies(found: Sequence[Lesson], parts: Parts) -> None:
    """How high the sheet's own chord is ranked: twelve roots, six kinds, a measure a slot and shorter ones."""
    for split in ("valid", "test"):
        for every in ("measure", "half", "beat"):
            tunes = [tune for item in found if item.split == split for tune in item.tunes if tune.every == every]
            for told in (True, False):
                hit = ranked(tunes, parts, told=told)
                words = "given the chords before" if told else "given the melody alone"
                print(
                    f"melody, {split}, every {every}, {words}: first {hit.first:.3f}, "
                    f"in three {hit.in_three:.3f} of {hit.slots}"
                )


def samples(count: int) -> None:
    """Progressions to look at."""
    for style in STYLES:
        for number in range(count):
            rng = np.random.default_rng([7, number])
            asked = ChordsAsked(drawn_key(style, rng), drawn_meter(style, rng), 8, style)
            try:
                start = time.perf_counter()
                piece = progression(asked, rng)
                print(f"{style} {piece.key} {piece.meter}: {words_of(piece)}  [{time.perf_counter() - start:.2f} s]")
            except MusegenError as error:
                print(style, asked.key, error)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", required=True)
    parser.add_argument("--samples", type=int, default=0)
    parser.add_argument("--only", choices=["blends", "samples", "lawful"], help="Nothing but these.")
    parser.add_argument("--network", type=Path, help="A folder of parts; else the shipped ones.")
    asked = parser.parse_args()
    parts = Parts(asked.network) if asked.network else shipped()
    found = lessons(asked.corpus)
    if asked.only in (None, "lawful"):
        lawful(found)
    if not asked.only:
        figures(found, parts)
        melodies(found, parts)
    if asked.only in (None, "blends"):
        blends(found)
    samples(asked.samples)


if __name__ == "__main__":
    main()
