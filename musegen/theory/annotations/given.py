"""The numerals that a score carries, read as an analysis: the student's own, a worksheet's, an editor's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from musegen.errors import MalformedScore, UsageError
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.analysis import Analysis, ChordSpan, key_spans
from musegen.theory.annotations.romantext.figures import normal_figure
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral

Read = TypeVar("Read")


def given_analysis(score: Score) -> Analysis | None:
    """The analysis that the score's own Roman numerals state; None where it has none.

    Each chord lasts to the next numeral. The second reading of a pivot is left out. Functions are those of the
    numerals out of context.

    Raises:
        MalformedScore: a numeral or its key cannot be read; says measure and beat.
    """
    labels = sorted(
        (item for item in score.harmonies if item.kind == "numeral" and not item.alternate), key=lambda item: item.onset
    )
    if not labels:
        return None
    onsets = [label.onset for label in labels]
    ends = [*onsets[1:], max(score.end, onsets[-1])]
    key: Key | None = None
    chords = []
    for label, end in zip(labels, ends, strict=True):
        key = _key(label, score, key)
        chords.append(_chord(label, end, key, score))
    return Analysis(chords[0].key, key_spans(chords), tuple(chords), given=True)


def _key(label: HarmonyLabel, score: Score, before: Key | None) -> Key:
    if label.key:
        return _read(label, score, label.key, Key.parse)
    if before is not None:
        return before
    signature = score.measures[score.measure_index_at(label.onset)].key_signature
    return Key.of_signature(signature.fifths, minor=signature.mode == "minor")


def _chord(label: HarmonyLabel, end: int, key: Key, score: Score) -> ChordSpan:
    is_roman_text = score.source is not None and score.source.format == "romantext"
    numeral = _read(label, score, label.text, lambda text: _numeral(text, key.minor, is_roman_text))
    measure, beat = score.place(label.onset)
    return ChordSpan(label.onset, end - label.onset, measure, beat, key, numeral, numeral.function)


def _numeral(text: str, minor: bool, is_roman_text: bool) -> Numeral:
    """A figure in our convention, else in RomanText's (`V6/5`, `I6/4`, `V[no3]`), which its own files always mean."""
    if not is_roman_text:
        with suppress(UsageError):
            return parse_numeral(text, minor=minor)
    try:
        return parse_numeral(normal_figure(text, minor=minor), minor=minor)
    except UsageError:
        return parse_numeral(text, minor=minor)


def _read(label: HarmonyLabel, score: Score, text: str, reader: Callable[[str], Read]) -> Read:
    try:
        return reader(text)
    except UsageError as error:
        measure, beat = score.place(label.onset)
        raise MalformedScore(error.message, file=score.path, measure=measure, beat=beat, hint=error.hint) from None
