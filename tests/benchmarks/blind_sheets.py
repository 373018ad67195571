"""Made and real sheets without names, for a reader to rate: `python tests/benchmarks/blind_sheets.py KIND FOLDER`.

FOLDER gets sheet-01.png and .musicxml; beside it FOLDER-key.json says which is which. None is chosen. KIND is

* phrase: two phrases of the GAN, among two from one of Bach's held-out chorales;
* restyled: chorales, jigs, reels and tunes moved into minor, among real ones;
* continued: test tunes of which all after the fourth measure is made, among such as they are;
* piano: cues, and lead sheets (--corpus FOLDER) with an accompaniment, among real songs and piano pieces.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from blind_tunes import nameless
from numpy.random import Generator

import musegen
from musegen.corpora import corpus
from musegen.engraving.excerpts import excerpt
from musegen.engraving.render import render
from musegen.errors import MusegenError
from musegen.generation.accompaniment.making import accompany
from musegen.generation.continuation.scores import continuations
from musegen.generation.phrases.making import sheets
from musegen.generation.phrases.singing import Asked
from musegen.generation.restyle.lines import is_minor, line_of
from musegen.generation.restyle.making import restyle
from musegen.generation.tunes.making import TuneWish
from musegen.score.model import Score
from musegen.score.table import Flag
from musegen.theory.tunes.tune import tune_of

Named = Iterator[tuple[str, Score]]

MEASURES = 8
LONGEST = 16
"""Measures of what is restyled, and of the chorales beside it; of the tunes that are continued."""
GIVEN = 4
"""Measures of these that are real."""
INTO = ("chorale", "jig", "reel", "minor")
STYLES = ("alberti", "ballad", "chorale", "march", "ragtime")
"""Accompaniments for a piano alone."""
MOODS = ("happy", "calm", "sad", "tense", "calm to tense")
REAL_PIANO = (
    "beach/prayer_of_a_tired_child", "chopin/mazurka06-2", "johnson_j_r/lift_every_voice", "joplin/maple_leaf_rag",
    "liliuokalani/aloha_oe", "mozart/k545/movement1_exposition", "schubert/Lindenbaum",
    "schumann_clara/polonaise_op1n1", "schumann_clara/polonaise_op1n3", "schumann_robert/opus48no2",
    "verdi/laDonnaEMobile",
)  # fmt: skip
"""Pieces of music21's corpus with a piano."""


def main() -> None:
    """Write the folder and its key."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", type=Path, help="lead sheets, for piano")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=77)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    every = [pair for pairs in KINDS[asked.kind](asked, rng) for pair in islice(pairs, asked.count)]
    asked.folder.mkdir(parents=True, exist_ok=True)
    key = {}
    for number, place in enumerate(rng.permutation(len(every)).tolist(), start=1):
        name, score = every[place]
        key[f"{number:02d}"] = name
        parts = tuple(part._replace(name="", abbreviation="") for part in score.parts)
        bare = replace(nameless(score, f"Sheet {number:02d}"), parts=parts, directions=(), figures=())
        for suffix in (".png", ".musicxml"):
            (asked.folder / f"sheet-{number:02d}{suffix}").write_bytes(render(bare, suffix))
    asked.folder.with_name(f"{asked.folder.name}-key.json").write_text(json.dumps(key, indent=1))


def phrase(asked: argparse.Namespace, rng: Generator) -> tuple[Named, ...]:
    """Pairs of phrases."""
    made = sheets(Asked(phrases=2), seed=asked.seed, count=asked.count)
    return ((f"made {number}", one.score) for number, one in enumerate(made, 1)), _pairs_of_bach(rng)


def _pairs_of_bach(rng: Generator) -> Named:
    """The first four measures of chorales in 4/4 that have a fermata in the fourth."""
    for name, score in _held_out("bach-chorales", rng):
        bars = [place for place, one in enumerate(score.measures) if not one.is_pickup][:GIVEN]
        rests = {bar for bar in bars for note in score.notes.rows if _has_fermata(score, note, bar)}
        if str(score.measures[bars[0]].time_signature) == "4/4" and bars[-1] in rests and len(rests) == 2:
            yield name, excerpt(score, 0, bars[-1])


def _has_fermata(score: Score, note: np.void, bar: int) -> bool:
    measure = score.measures[bar]
    return bool(note["flags"] & Flag.FERMATA) and measure.onset <= note["onset"] < measure.onset + measure.length


def restyled(asked: argparse.Namespace, rng: Generator) -> tuple[Named, ...]:
    """A quarter of each style; real tunes have jig and reel for their genre, or are in minor."""
    quarter = asked.count // len(INTO)
    real = {
        "chorale": (pair for pair in _held_out("bach-chorales", rng) if len(pair[1].measures) <= LONGEST),
        "jig": (pair for pair in _held_out("folk-tunes", rng) if _meter(pair[1]) == "6/8"),
        "reel": (pair for pair in _held_out("folk-tunes", rng, genre="reel") if _meter(pair[1]) in ("4/4", "2/2")),
        "minor": (pair for pair in _held_out("folk-tunes", rng) if _is_minor(pair[1])),
    }
    made = [islice(_into(style, rng), quarter) for style in INTO]
    return (*made, *(islice(found, quarter) for found in real.values()))


def _into(style: str, rng: Generator) -> Named:
    for name, score in _held_out("folk-tunes", rng):
        try:
            if tune_of(score).bars <= LONGEST:
                yield f"made {style} of {name}", restyle(score, style, np.random.default_rng([1])).score
        except MusegenError:
            continue


def continued(asked: argparse.Namespace, rng: Generator) -> tuple[Named, ...]:
    """Tunes of sixteen measures, as they are or made after the fourth."""
    return _gone_on(rng), ((name, score) for name, score in _held_out("folk-tunes", rng) if _bars(score) == LONGEST)


def _gone_on(rng: Generator) -> Named:
    for name, score in _held_out("folk-tunes", rng):
        if _bars(score) != LONGEST:
            continue
        last = [place for place, one in enumerate(score.measures) if not one.is_pickup][GIVEN - 1]
        try:
            made = next(continuations(excerpt(score, 0, last), TuneWish(measures=12), seed=1))
        except MusegenError:
            continue
        yield f"made after four measures of {name}", made.score


def piano(asked: argparse.Namespace, rng: Generator) -> tuple[Named, ...]:
    """Cues of about eight measures, accompanied sheets, passages of real pieces."""
    if asked.corpus is None:
        raise SystemExit("piano: give a folder of lead sheets with --corpus")
    return _cues(), _accompanied(sorted(asked.corpus.glob("*.mxl")), rng), _real_piano(rng)


def _cues() -> Named:
    number = 0
    while True:
        mood = MOODS[number % len(MOODS)]
        yield f"made cue {number + 1}, {mood}", musegen.cue(20, mood, seed=number + 1).score
        number += 1


def _accompanied(paths: list[Path], rng: Generator) -> Named:
    for number, place in enumerate(rng.permutation(len(paths)).tolist()):
        style, level = STYLES[number % len(STYLES)], int(rng.integers(2, 8))
        try:
            score = musegen.read(paths[place])
            made = accompany(score, rng, style=style, level=level, parts=("bass", "chords")).score
            yield f"made {style} {level} for {paths[place].stem}", _passage(made, 0)
        except MusegenError:
            continue


def _real_piano(rng: Generator) -> Named:
    for which in (1, 0):
        for place in rng.permutation(len(REAL_PIANO)).tolist():
            score = musegen.read(REAL_PIANO[place])
            yield f"{REAL_PIANO[place]}, passage {which}", _passage(score, which)


def _passage(score: Score, which: int) -> Score:
    """Eight measures: the first of the piece (0), or the next."""
    first = which * MEASURES
    return excerpt(score, first, min(first + MEASURES, len(score.measures)) - 1)


def _held_out(name: str, rng: Generator, **labels: str) -> Named:
    """The pieces of a test split that can be read, in a drawn order."""
    pieces = corpus(name).split("test")
    for place in rng.permutation(len(pieces)).tolist():
        piece = pieces[place]
        if labels.items() <= dict(piece.labels).items():
            try:
                yield piece.name, piece.read()
            except MusegenError:
                continue


def _bars(score: Score) -> int:
    try:
        return tune_of(score).bars
    except MusegenError:
        return 0


def _meter(score: Score) -> str:
    return str(score.measures[0].time_signature) if _bars(score) in range(8, 21) else ""


def _is_minor(score: Score) -> bool:
    try:
        return _bars(score) in range(8, 21) and is_minor(line_of(score).home)
    except MusegenError:
        return False


KINDS = {"phrase": phrase, "restyled": restyled, "continued": continued, "piano": piano}


if __name__ == "__main__":
    main()
