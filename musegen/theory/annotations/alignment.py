"""Human analyses laid on their scores: numerals at their ticks, and how much of the notes they explain."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import MalformedScore
from musegen.score.meter import TimeSignature
from musegen.score.model import Score
from musegen.score.table import Flag, distinct
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analysis import Analysis, ChordSpan, key_spans
from musegen.theory.annotations.romantext.reading import RomanText, RomanTextChord, beat_quarters
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.vocabulary import index_of


class Placed(NamedTuple):
    """A human numeral on the score."""

    onset: int
    end: int
    key: Key
    numeral: Numeral
    place: int  # in the vocabulary of its mode; -1 outside
    ends_phrase: bool
    pivot: str = ""  # its second reading, in the key that begins here: `D: vi`
    line: int = 0  # of the file that it stands in

    @property
    def tones(self) -> tuple[int, ...]:
        """Its notes on the line of fifths, root first."""
        return self.numeral.tones(self.key)


def place_on(document: RomanText, score: Score) -> list[Placed]:
    """The chords of an analysis at their ticks, as `onsets_on` lays them."""
    return _joined(onsets_on(document, score), document, score)


def onsets_on(document: RomanText, score: Score) -> list[int | None]:
    """The tick at which each chord of an analysis begins; None where its measure is not in the score.

    Measures are matched by printed number, or counted through where that explains more of the notes: an analysis is
    laid as a whole, for a part of it says less, and counts from its own first measure.
    """
    ways = _by_number(document, score), _by_counting(document, score)
    return max(ways, key=lambda onsets: explained(score, _joined(onsets, document, score)))


def _joined(onsets: list[int | None], document: RomanText, score: Score) -> list[Placed]:
    found = [
        (onset, chord)
        for onset, chord in zip(onsets, document.chords, strict=True)
        if onset is not None and onset < score.end
    ]
    found.sort(key=lambda item: item[0])
    ends = [onset for onset, _ in found[1:]] + [score.end] * bool(found)
    fermatas = phrase_ends(score)
    return [
        _placed(onset, end, chord, fermatas)
        for (onset, chord), end in zip(_cadential(found), ends, strict=True)
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


def _cadential(found: list[tuple[int, RomanTextChord]]) -> list[tuple[int, RomanTextChord]]:
    """A tonic six-four before the dominant of the same key is cadential."""
    result = list(found)
    for number, ((onset, chord), (_, following)) in enumerate(pairwise(found)):
        if chord.figure.upper() == "I64" and following.key == chord.key and following.figure in ("V", "V7"):
            result[number] = (onset, chord._replace(figure="Cad64"))
    return result


def _placed(onset: int, end: int, chord: RomanTextChord, fermatas: npt.NDArray[np.int64]) -> Placed:
    numeral = parse_numeral(chord.figure, minor=chord.key.minor)
    index = index_of(numeral)
    ends_phrase = bool(((fermatas >= onset) & (fermatas < end)).any())
    place = -1 if index is None else index
    return Placed(onset, end, chord.key, numeral, place, ends_phrase, chord.pivot, chord.line)


def phrase_ends(score: Score) -> npt.NDArray[np.int64]:
    """Onsets of the top line's notes under a fermata, and of its last note."""
    voices = assign_voices(score)
    top = voices.notes.where(voices.line == 0)
    if not len(top):
        return np.zeros(0, dtype=np.int64)
    return distinct(np.append(top["onset"][top.has(Flag.FERMATA)], top["onset"][-1]))


def explained(score: Score, chords: list[Placed]) -> float:
    """The share of the sounding time that belongs to the chord written over it: below .8 the analysis does not fit."""
    slices = slices_of(assign_voices(score))
    fifths, total, inside = slices.column("fifths"), 0, 0
    for chord in chords:
        here = slice(*np.searchsorted(slices.onset, [chord.onset, chord.end]).tolist())
        weights = slices.duration[here][:, None] * slices.sounds[here]
        total += int(weights.sum())
        inside += int((weights * np.isin(fifths[here], chord.tones)).sum())
    return inside / total if total else 0.0


def analysis_of(chords: Sequence[Placed], score: Score, home: Key | None = None) -> Analysis:
    """The chords as an analysis that is given: a pivot's second reading stands where a found chord has its runner-up.

    The global key is `home`, or the key that the analysis ends in. Functions are those out of context.

    Raises:
        MalformedScore: there is no chord.
    """
    if not chords:
        raise MalformedScore("no chord has a place in the score")
    spans = tuple(
        ChordSpan(
            chord.onset,
            chord.end - chord.onset,
            *score.place(chord.onset),
            chord.key,
            chord.numeral,
            chord.numeral.function,
            runner_up=chord.pivot,
        )
        for chord in chords
    )
    return Analysis(home or home_key(chords), key_spans(spans), spans, given=True)


def home_key(chords: Sequence[Placed]) -> Key:
    """The key that the analysis ends in."""
    return chords[-1].key
