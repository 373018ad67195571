"""Counts human analyses of chorales: `python -m musegen.theory.counting FOLDER -o chorale_statistics.npz`.

The folder's MANIFEST.tsv names scores and their RomanText analyses; the tables that come out, piece by piece, are those
of `musegen.theory.statistics`.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.meter import TimeSignature
from musegen.score.model import Score
from musegen.score.table import Flag
from musegen.score.voices import Slices, assign_voices, slices_of
from musegen.theory.keys import Key
from musegen.theory.lattice import read_in
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.romantext import RomanText, beat_quarters, read_roman_text
from musegen.theory.statistics import (
    DEGREES,
    QUALITIES,
    degree_index,
    interval_index,
    key_index,
    strength_class,
)
from musegen.theory.vocabulary import figures, index_of

Place = tuple[str, tuple[int, ...]]


class Placed(NamedTuple):
    """A human numeral on the score."""

    onset: int
    end: int
    key: Key
    numeral: Numeral
    place: int  # in the vocabulary of its mode; -1 outside
    ends_phrase: bool


def place_on(document: RomanText, score: Score) -> list[Placed]:
    """The chords of an analysis at their ticks.

    Measures are matched by printed number, or counted through where that explains more of the notes.
    """
    numbered = _by_number(document, score)
    counted = _by_counting(document, score)
    return max(
        (_joined(onsets, document, score) for onsets in (numbered, counted)), key=lambda found: explained(score, found)
    )


def _joined(onsets: list[int | None], document: RomanText, score: Score) -> list[Placed]:
    found = [
        (onset, chord.key, chord.figure)
        for onset, chord in zip(onsets, document.chords, strict=True)
        if onset is not None and onset < score.end
    ]
    found.sort(key=lambda item: item[0])
    ends = [onset for onset, _, _ in found[1:]] + [score.end]
    fermatas = phrase_ends(score)
    return [
        _placed(onset, end, key, figure, fermatas)
        for (onset, key, figure), end in zip(_cadential(found), ends, strict=True)
        if end > onset
    ]


def _by_number(document: RomanText, score: Score) -> list[int | None]:
    starts = {measure.number: measure for measure in reversed(score.measures)}
    onsets: list[int | None] = []
    for chord in document.chords:
        measure = starts.get(str(chord.measure))
        if measure is None:
            onsets.append(None)
            continue
        offset = score.ticks(_on_grid((chord.beat - 1) * beat_quarters(measure.time_signature)))
        missing = score.ticks(measure.time_signature.quarters) - measure.length if measure.is_pickup else 0
        onsets.append(max(measure.onset + offset - missing, 0))
    return onsets


def _by_counting(document: RomanText, score: Score) -> list[int | None]:
    """As if every measure were full, but for a measure 0, which begins with its first chord."""
    if not document.chords:
        return []
    meters = dict(document.meters)
    meter = meters.get(0, next(iter(meters.values()), TimeSignature(4, 4)))
    first, starts, time = document.chords[0], {}, Fraction(0)
    if first.measure == 0:
        time = -(first.beat - 1) * beat_quarters(meter)
    for number in range(first.measure, document.chords[-1].measure + 1):
        meter = meters.get(number, meter)
        starts[number] = (time, meter)
        time += meter.quarters
    return [
        max(
            score.ticks(
                _on_grid(starts[chord.measure][0] + (chord.beat - 1) * beat_quarters(starts[chord.measure][1]))
            ),
            0,
        )
        for chord in document.chords
    ]


def _on_grid(quarters: Fraction) -> Fraction:
    return Fraction(round(quarters * 96), 96)


def _cadential(found: list[tuple[int, Key, str]]) -> list[tuple[int, Key, str]]:
    """A tonic six-four before the dominant of the same key is cadential."""
    result = list(found)
    for number, (onset, key, figure) in enumerate(found[:-1]):
        following = found[number + 1]
        if figure.upper() == "I64" and following[1] == key and following[2] in ("V", "V7"):
            result[number] = (onset, key, "Cad64")
    return result


def _placed(onset: int, end: int, key: Key, figure: str, fermatas: npt.NDArray[np.int64]) -> Placed:
    numeral = parse_numeral(figure, minor=key.minor)
    index = index_of(numeral)
    ends_phrase = bool(((fermatas >= onset) & (fermatas < end)).any())
    return Placed(onset, end, key, numeral, -1 if index is None else index, ends_phrase)


def phrase_ends(score: Score) -> npt.NDArray[np.int64]:
    """Onsets of the top line's notes under a fermata, and of its last note."""
    voices = assign_voices(score)
    top = voices.notes.where(voices.line == 0)
    if not len(top):
        return np.zeros(0, dtype=np.int64)
    return np.unique(np.append(top["onset"][top.has(Flag.FERMATA)], top["onset"][-1]))


def explained(score: Score, chords: list[Placed]) -> float:
    """The share of the sounding time that belongs to the chord written over it: below .8 the analysis does not fit."""
    slices = slices_of(assign_voices(score))
    fifths, total, inside = slices.column("fifths"), 0, 0
    for chord in chords:
        tones = chord.numeral.tones(chord.key)
        here = (slices.onset >= chord.onset) & (slices.onset < chord.end)
        weights = slices.duration[here][:, None] * slices.sounds[here]
        total += int(weights.sum())
        inside += int((weights * np.isin(fifths[here], tones)).sum())
    return inside / total if total else 0.0


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


def home_key(chords: list[Placed]) -> Key:
    """The key that the analysis ends in."""
    return chords[-1].key


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
    lowest = np.where(slices.sounds, slices.column("pitch"), 999).min(axis=1) if len(slices) else np.zeros(0)
    notes = [int(lowest[_slice_at(slices, chord.onset)]) for chord in chords] if len(slices) else []
    for number, (chord, following) in enumerate(pairwise(chords)):
        if 999 not in notes[number : number + 2] and not chord.ends_phrase:
            yield f"bass.{following.key.mode}", (interval_index(notes[number + 1] - notes[number]),)


def _slice_at(slices: Slices, onset: int) -> int:
    return max(int(np.searchsorted(slices.onset, onset, side="right")) - 1, 0)


def _sopranos(score: Score, slices: Slices, chords: list[Placed]) -> Iterator[Place]:
    fifths, sounds = slices.column("fifths")[:, 0], slices.sounds[:, 0]
    degrees = [
        degree_index(int(fifths[at]) - chord.key.tonic) if sounds[at] else -1
        for chord in chords
        for at in [_slice_at(slices, chord.onset)]
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
        at = _slice_at(slices, chord.onset)
        if not slices.sounds[at].all():
            continue
        for gap, (upper, lower) in enumerate(zip(pitch[at], pitch[at][1:], strict=False)):
            yield "spacing", (gap, min(max(int(upper - lower), 0), 24))
        tones = chord.numeral.tones(chord.key)[:4]
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


def held_out() -> frozenset[str]:
    """The pieces that are kept for measuring and never counted: the card's list, as music21 names."""
    import tomllib

    text = (resources.files("musegen.theory") / "data" / "chorale_statistics.toml").read_text(encoding="utf-8")
    return frozenset(f"bach/{name}" for name in tomllib.loads(text)["held_out"])


class Analysed(NamedTuple):
    """A piece with its human analysis laid on the score."""

    name: str
    score: Score
    chords: list[Placed]


def training_pieces(folder: Path) -> Iterator[Analysed]:
    """The chorales of a folder with a MANIFEST.tsv (columns id, score, analysis, set, source) that may be counted.

    Held-out pieces, second analyses of one setting and analyses that do not fit their score are passed over.
    """
    from musegen.score.files import read

    seen = set(held_out())
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            found = re.search(r"(bwv[\w.-]+?)\.mxl", row["source"])
            name = f"bach/{found[1]}" if found else ""
            if row["set"] != "wir_bach_chorales" or not name or name in seen:
                continue
            seen.add(name)
            score = read(folder / row["score"])
            text = (folder / row["analysis"]).read_text(encoding="utf-8", errors="replace")
            chords = place_on(read_roman_text(text), score)
            if explained(score, chords) >= 0.8:
                yield Analysed(name, score, chords)


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
