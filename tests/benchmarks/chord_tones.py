"""How often notes belong to their chords, of made songs; of sheets: `python tests/benchmarks/chord_tones.py FOLDER`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from musegen import read
from musegen.errors import MusegenError
from musegen.generation.tunes.making import TuneWish, melodies
from musegen.generation.tunes.plans import strong_of
from musegen.generation.tunes.under import chart_of_words
from musegen.score.model import Score
from musegen.score.pitch import pitch_class_of
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.tunes.symbols import GRID, home_named, place_of
from musegen.theory.tunes.tune import tune_of, tune_times

CHARTS = {
    "G | D7 | C D7 | G": "G",
    "F | C7 | B- | C7 | F | Gm | C7 | F": "F",
    "Am | Dm | E7 | Am | F | C | E7 | Am": "a",
    "D | Bm | Em7 | A7 | D | G | A7 | D": "D",
    "C | Am | F | G7": "C",
    "E- Cm | Fm7 B-7 | E- | A- B-7 | E- Cm | Fm7 B-7 | E- B-7 | E-": "E-",
    "C | E7 | Am | D7 | G7 | C7 | F | G7 C": "C",
}
PLACES = ("downbeat", "middle", "other beat", "elsewhere")


class Note(NamedTuple):
    """A note of a tune over its chord."""

    where: str  # one of PLACES
    is_strong: bool
    is_inside: bool
    steps_inside: bool  # the next note is a step away, and of the chord that sounds there


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--every", type=int, default=3, help="of the files of the folder only each third, ...")
    parser.add_argument("--count", type=int, default=42)
    asked = parser.parse_args()
    notes = [
        note
        for score in (sheets(asked.folder, asked.every) if asked.folder else made(asked.count))
        for note in told(score)
    ]
    for where in PLACES:
        here = [note.is_inside for note in notes if note.where == where]
        print(f"{where}: {np.mean(here):.3f} of {len(here)} are of the chord")
    foreign = [note.steps_inside for note in notes if note.is_strong and not note.is_inside]
    print(f"foreign on strong beats: {np.mean(foreign):.3f} of {len(foreign)} go by step to a note of the chord")


def sheets(folder: Path, every: int) -> Iterator[Score]:
    """Lead sheets that can be read."""
    for file in sorted(folder.iterdir())[every - 1 :: every]:
        try:
            yield read(file)
        except MusegenError:
            continue


def made(count: int) -> Iterator[Score]:
    """Songs of eight measures over charts, in their keys."""
    for seed in range(1, count + 1):
        text, key = list(CHARTS.items())[(seed - 1) % len(CHARTS)]
        wish = TuneWish(style="song", key=home_named(key), measures=8, chords=chart_of_words(text))
        yield next(melodies(wish, seed=seed)).score


def told(score: Score) -> list[Note]:
    """The notes of a score that has chord symbols; none of one that is no tune."""
    try:
        tune = tune_of(score)
        labels = [label for label in score.harmonies if label.kind == "chord_symbol"]
        begins = np.array(tune_times(score, [label.onset for label in labels]))
        chords = [_classes(label.text) for label in labels]
    except MusegenError:
        return []
    events = [(int(onset), int(symbol)) for onset, symbol in zip(tune.onset, tune.symbol, strict=True) if symbol > 1]
    found = []
    for (onset, symbol), after in zip(events, [*events[1:], None], strict=True):
        chord = _over(onset, begins, chords)
        if chord is None:
            continue
        goal = _over(after[0], begins, chords) if after else None
        steps = after is not None and abs(place_of(after[1]) - place_of(symbol)) == 1
        inside = goal is not None and after is not None and tune.home.pitch(after[1]).pitch % 12 in goal
        strong = onset % strong_of(tune.meter) == 0
        pulse = int(tune.meter.pulse_quarters * GRID)
        rank = 0 if onset % tune.bar == 0 else 1 if strong else 2 if onset % pulse == 0 else 3
        found.append(Note(PLACES[rank], strong, tune.home.pitch(symbol).pitch % 12 in chord, bool(steps and inside)))
    return found


def _classes(symbol: str) -> frozenset[int] | None:
    try:
        return frozenset(int(pitch_class_of(member)) % 12 for member in members_of_symbol(symbol).members)
    except MusegenError:
        return None


def _over(
    onset: int, begins: np.ndarray[tuple[int], np.dtype[np.int64]], chords: list[frozenset[int] | None]
) -> frozenset[int] | None:
    at = int(np.searchsorted(begins, onset, side="right")) - 1
    return chords[at] if at >= 0 else None


if __name__ == "__main__":
    main()
