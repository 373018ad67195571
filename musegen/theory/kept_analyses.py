"""Analyses that took long, kept on disk by what they were made from; arrays and JSON, never pickle."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from musegen.errors import UsageError
from musegen.score.cache import cache_folder, keep_arrays, kept_arrays
from musegen.score.model import Score
from musegen.score.serial import packed
from musegen.theory.analyse import Engine
from musegen.theory.analysis import Analysis, Cadence, ChordSpan, KeySpan, NonChordTone, Phrase
from musegen.theory.keys import Key
from musegen.theory.modal.reading import Asked, chosen, read_by
from musegen.theory.numerals import parse_numeral

_LAYOUT = 1
_ROOMS = ("score", "theory", "models")
"""What an analysis depends on: every line of these rooms, their counts and weights."""


def kept_analysis(score: Score, engine: Engine, reading: Asked = "auto") -> Analysis:
    """The analysis of a score (`theory.modal.reading.read_by`), from the disk where the same was made before.

    It is kept by the content of the score (the same notes under another name are the same piece), reading, engine and
    `analyser_id`; a damaged entry is made anew, and where nothing can be written, nothing is.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nS: e5 d5 d5 d5 | c5 . . .\\nB: c3 f3 g3 g3 | c3 . . .")
    >>> kept_analysis(piece, "classical") == kept_analysis(piece, "classical")
    True
    """
    by = chosen(score, reading)
    entry = cache_folder() / "analyses" / f"{_content(score)}-{engine}-{by}-{analyser_id(engine)}.npz"
    stored = kept_arrays(entry)
    try:
        if stored is not None:
            return unpacked_analysis(json.loads(stored["analysis"].tobytes()))
    except (ValueError, KeyError, TypeError, UsageError):
        pass  # a damaged entry counts as none
    found = read_by(score, by, engine=engine)
    keep_arrays(entry, analysis=np.frombuffer(json.dumps(packed_analysis(found)).encode(), np.uint8))
    return found


@cache
def analyser_id(engine: Engine) -> str:
    """16 letters that change with every line, count or weight on which an analysis depends, and with its runtime."""
    digest = hashlib.sha256(f"{_LAYOUT} {np.__version__} {engine}".encode())
    root = Path(__file__).resolve().parent.parent
    for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*") if "__pycache__" not in path.parts):
        if path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    if engine == "neural":
        digest.update(_runtime().encode())
    return digest.hexdigest()[:16]


def packed_analysis(analysis: Analysis) -> dict[str, Any]:
    """An analysis as JSON values."""
    return {
        "key": analysis.key,
        "keys": [(int(s.onset), int(s.duration), s.key, float(s.confidence)) for s in analysis.keys],
        "chords": [_packed_chord(chord) for chord in analysis.chords],
        "cadences": [(int(c.onset), c.measure, str(c.beat), c.kind, c.key, c.evidence) for c in analysis.cadences],
        "phrases": [(int(phrase.onset), int(phrase.end)) for phrase in analysis.phrases],
        "non_chord_tones": [(int(tone.note), int(tone.onset), tone.kind) for tone in analysis.non_chord_tones],
        "given": analysis.given,
        "symbols": analysis.symbols,
        "reading": analysis.reading,
    }


def unpacked_analysis(facts: dict[str, Any]) -> Analysis:
    """The analysis of `packed_analysis`.

    Raises:
        KeyError, TypeError, ValueError, UsageError: these are no such facts.
    """
    return Analysis(
        Key(*facts["key"]),
        tuple(KeySpan(onset, duration, Key(*key), sure) for onset, duration, key, sure in facts["keys"]),
        tuple(_chord(*values) for values in facts["chords"]),
        tuple(
            Cadence(onset, measure, Fraction(beat), kind, Key(*key), evidence)
            for onset, measure, beat, kind, key, evidence in facts["cadences"]
        ),
        tuple(Phrase(*values) for values in facts["phrases"]),
        tuple(NonChordTone(*values) for values in facts["non_chord_tones"]),
        facts["given"],
        facts["symbols"],
        facts["reading"],
    )


def _packed_chord(chord: ChordSpan) -> tuple[Any, ...]:
    return (
        int(chord.onset), int(chord.duration), chord.measure, str(chord.beat), chord.key, chord.numeral.figure,
        chord.numeral.minor, chord.function, float(chord.confidence), chord.runner_up,
    )  # fmt: skip


def _chord(
    onset: int, duration: int, measure: str, beat: str, key: list[Any], figure: str, minor: bool, *rest: Any
) -> ChordSpan:
    numeral = parse_numeral(figure, minor=bool(minor))
    return ChordSpan(onset, duration, measure, Fraction(beat), Key(*key), numeral, *rest)


def _content(score: Score) -> str:
    """A digest of everything in a score that an analysis may read."""
    facts, rows = packed(score)
    facts["four_voices"] = score.four_voices
    return hashlib.sha256(json.dumps(facts).encode() + rows).hexdigest()[:40]


@cache
def _runtime() -> str:
    try:
        return version("onnxruntime")
    except PackageNotFoundError:
        return "none"
