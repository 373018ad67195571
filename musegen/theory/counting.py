"""Counts human analyses of chorales: `python -m musegen.theory.counting FOLDER -o chorale_statistics.npz`.

The folder's MANIFEST.tsv names scores and their RomanText analyses; the tables that come out, piece by piece, are those
of `musegen.theory.statistics`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.voices import Slices, assign_voices, slices_of
from musegen.theory.annotations.alignment import Placed, home_key
from musegen.theory.counted_pieces import training_pieces
from musegen.theory.keys import Key
from musegen.theory.lattice import read_in
from musegen.theory.statistics import (
    DEGREES,
    QUALITIES,
    degree_index,
    interval_index,
    key_index,
    strength_class,
)
from musegen.theory.vocabulary import figures

Place = tuple[str, tuple[int, ...]]


def count_piece(score: Score, chords: list[Placed]) -> Counter[Place]:
    """Every count of one piece: (table, indices) to a number."""
    home = home_key(chords)
    slices = slices_of(assign_voices(score))
    streams = [
        _profile(score, home),
        _progressions(chords),
        _keys(chords, home),
        _rhythm(score, chords),
        _bass(slices, chords),
    ]
    if len(slices.names) == 4:
        streams += [_sopranos(score, slices, chords), _lines(slices), _voicings(slices, chords)]
    return Counter(place for stream in streams for place in stream)


def _profile(score: Score, home: Key) -> Iterator[Place]:
    notes = score.notes.sounding()
    eighths = np.maximum(notes["duration"] * 2 // score.ticks_per_quarter, 1)
    for fifths, times in zip(notes["fifths"].tolist(), eighths.tolist(), strict=True):
        yield from [("profile", (int(home.minor), degree_index(fifths - home.tonic)))] * times


def _progressions(chords: list[Placed]) -> Iterator[Place]:
    last: Placed | None = None
    for chord in chords:
        mode = chord.key.mode
        start = len(figures(chord.key.minor))
        before = start if last is None else read_in(last.numeral, last.key, chord.key)
        before = start if before is None else before
        if chord.place >= 0:
            crossing = last is None or last.ends_phrase
            yield f"{'boundary' if crossing else 'bigram'}.{mode}", (before, chord.place)
            yield f"figure.{mode}", (chord.place,)
            if chord.ends_phrase and last is not None:
                yield f"approach.{mode}", (before, chord.place)
        last = chord


def _keys(chords: list[Placed], home: Key) -> Iterator[Place]:
    for chord, following in pairwise(chords):
        yield "key_change", (int(home.minor), key_index(chord.key, home), key_index(following.key, home))
    for chord in chords:
        if chord.ends_phrase:
            yield "cadence_key", (int(home.minor), key_index(chord.key, home))


def _rhythm(score: Score, chords: list[Placed]) -> Iterator[Place]:
    onsets = {chord.onset for chord in chords}
    for measure in score.measures:
        step = score.ticks(measure.time_signature.pulse_quarters / 2)
        for onset in range(measure.onset, measure.onset + measure.length, step):
            yield "rhythm", (strength_class(score, onset), int(onset in onsets))


def _bass(slices: Slices, chords: list[Placed]) -> Iterator[Place]:
    pitch = slices.notes["pitch"].astype(int)
    rows = slices.lowest[slices.at([chord.onset for chord in chords])].tolist()
    for (chord, following), (left, reached) in zip(pairwise(chords), pairwise(rows), strict=True):
        if min(left, reached) >= 0 and not chord.ends_phrase:
            yield f"bass.{following.key.mode}", (interval_index(int(pitch[reached] - pitch[left])),)


def _sopranos(score: Score, slices: Slices, chords: list[Placed]) -> Iterator[Place]:
    fifths, sounds = slices.column("fifths")[:, 0], slices.sounds[:, 0]
    here = slices.at([chord.onset for chord in chords]).tolist()
    degrees = [
        degree_index(int(fifths[at]) - chord.key.tonic) if sounds[at] else -1
        for chord, at in zip(chords, here, strict=True)
    ]
    for number, (chord, degree) in enumerate(zip(chords, degrees, strict=True)):
        if degree < 0 or chord.place < 0:
            continue
        mode = chord.key.mode
        yield f"soprano.{mode}", (degree, strength_class(score, chord.onset), chord.place)
        if chord.ends_phrase:
            yield f"cadence.{mode}", (degree, chord.place)
            trio = chords[number - 2 : number + 1]
            if len(trio) == 3 and all(one.key == chord.key and one.place >= 0 for one in trio):
                yield f"cadences.{mode}", (*(one.place for one in trio), *degrees[number - 2 : number + 1])


def _lines(slices: Slices) -> Iterator[Place]:
    for voice in range(4):
        line = slices.row[slices.attack[:, voice], voice]
        for interval in np.diff(slices.notes["pitch"][line].astype(int)):
            yield "melody", (voice, interval_index(int(interval)))


def _voicings(slices: Slices, chords: list[Placed]) -> Iterator[Place]:
    pitch, fifths = slices.column("pitch").astype(int), slices.column("fifths")
    for chord in chords:
        at = int(slices.at(chord.onset))
        if not slices.sounds[at].all():
            continue
        for gap, (upper, lower) in enumerate(zip(pitch[at], pitch[at][1:], strict=False)):
            yield "spacing", (gap, min(max(int(upper - lower), 0), 24))
        tones = chord.tones[:4]
        quality = QUALITIES.index(chord.numeral.quality)
        for member, tone in enumerate(tones):
            times = int((fifths[at] == tone).sum())
            yield "doubling", (quality, chord.numeral.inversion % 4, member, min(times, 3))


def tables_of(pieces: Iterable[tuple[str, Counter[Place]]]) -> dict[str, npt.NDArray[np.generic]]:
    """The sparse arrays that `statistics` loads: for each table rows of (piece, indices..., count)."""
    names: list[str] = []
    rows: dict[str, list[tuple[int, ...]]] = {}
    for number, (name, counts) in enumerate(pieces):
        names.append(name)
        for (table, indices), count in sorted(counts.items()):
            rows.setdefault(table, []).append((number, *indices, count))
    arrays: dict[str, npt.NDArray[np.generic]] = {
        table: np.array(found, dtype=np.int16) for table, found in sorted(rows.items())
    }
    return {"pieces": np.array(names), "degrees": np.array([DEGREES]), **arrays}


def main() -> None:
    """Count a folder of analysed chorales into an .npz file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("chorale_statistics.npz"))
    given = parser.parse_args()
    tables = tables_of((piece.name, count_piece(piece.score, piece.chords)) for piece in training_pieces(given.folder))
    np.savez_compressed(given.output, **tables)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
