"""What the report asks of a piece besides its features: counts, keys, cadences, chords; a job of `corpora.running`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from musegen.corpora.pieces import Piece
from musegen.errors import ScoreError
from musegen.features.accents import in_measures
from musegen.features.chord_columns import reading_of
from musegen.features.extractor import column_names, measured
from musegen.features.form.phrases import phrase_spans
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.score.model import Score
from musegen.score.unfolding import unfolded
from musegen.theory.analyse import Engine
from musegen.theory.analysis import Analysis
from musegen.theory.kept_analyses import kept_analysis
from musegen.theory.modal.reading import Asked

JOB = "musegen.features.report.facts:report_row"
FACTS = "report"
"""The column of facts, as JSON."""
_COMMONEST = 1000
"""So many different chords, and pairs of them, are kept of a piece."""
_VALUES = ((4.0, "whole"), (2.0, "half"), (1.0, "quarter"), (0.5, "eighth"), (0.25, "sixteenth"))


def report_row(piece: Piece, options: Mapping[str, Any]) -> dict[str, Any]:
    """One piece read, analysed and measured: its facts as JSON, and every feature unless `features` is false.

    Of the options, `engine`, `unfold` and `features` are read.

    Raises:
        UnreadableFile, MalformedScore: as reading does.
    """
    score = piece.read()
    if options.get("unfold"):
        score = unfolded(score)
    engine = options.get("engine", "classical")
    view = PieceView(score, engine, _analysis(score, engine, "tonal"))
    row: dict[str, Any] = {FACTS: json.dumps(facts_of(view, _analysis(score, engine, "auto")))}
    if options.get("features", True):
        features = chosen()
        row |= zip(column_names(features), measured(view, features), strict=True)
    return row


def _analysis(score: Score, engine: Engine, reading: Asked) -> Analysis | None:
    """How a score is read; None where it cannot be: it is too long, or states numerals that nobody can read."""
    try:
        return kept_analysis(score, engine, reading)
    except ScoreError:
        return None


def facts_of(view: PieceView, analysis: Analysis | None) -> dict[str, Any]:
    """The facts, as JSON values; chords and cadences neither of one line alone nor of music that is read by mode.

    >>> import musegen
    >>> from musegen.theory.analyse import analyse
    >>> score = musegen.read("bach/bwv66.6")
    >>> found = facts_of(PieceView(score), analyse(score))
    >>> found["key"], found["reading"], found["meters"], found["notes"]
    ([6, True], 'tonal', {'4/4': 10}, 163)
    """
    score = view.score
    quarter = score.ticks_per_quarter
    has_chords = analysis is not None and analysis.reading == "tonal" and reading_of(view) is not None
    meters = Counter(str(measure.time_signature) for measure in score.measures)
    return {
        "measures": len(score.measures), "notes": len(view.notes), "quarters": score.end / quarter,
        "voices": _voices(view), "format": score.source.format if score.source else "",
        "title": score.metadata.title[:200], "composer": score.metadata.composer[:200],
        "date": score.metadata.date[:40], "editor": score.metadata.editor[:200],
        "key": list(analysis.key) if analysis else None, "reading": analysis.reading if analysis else "",
        "meters": dict(meters.most_common(8)),
        "value": _commonest_value(view), "repeats": any(bar.repeat_end for bar in score.measures),
        "phrases": _phrases(view), "notices": len(score.notices), "has_chords": has_chords,
        **(_chords(analysis) if analysis and has_chords else {"chords": {}, "pairs": {}, "cadences": {}}),
    }  # fmt: skip


def _voices(view: PieceView) -> list[list[Any]]:
    """The name, lowest and highest pitch of every line in which something sounds."""
    voices = view.voices
    found = []
    for number, name in enumerate(voices.names):
        pitch = voices.notes["pitch"][voices.line == number]
        if len(pitch):
            found.append([name[:40], int(pitch.min()), int(pitch.max())])
    return found


def _phrases(view: PieceView) -> list[float]:
    """How many measures each phrase lasts."""
    spans = phrase_spans(view)
    if not len(spans):
        return []
    return [round(float(length), 2) for length in in_measures(view.grid, spans[:, 1] - spans[:, 0], spans[:, 0])]


def _commonest_value(view: PieceView) -> str:
    """The note value in which most notes are written; of others than the plain ones the next shorter plain one."""
    if not len(view.notes):
        return ""
    quarters = view.duration / view.score.ticks_per_quarter
    names = [next((name for value, name in _VALUES if length >= value), "shorter") for length in np.unique(quarters)]
    counts = Counter[str]()
    for name, count in zip(names, np.unique(quarters, return_counts=True)[1].tolist(), strict=True):
        counts[name] += count
    return counts.most_common(1)[0][0]


def _chords(analysis: Analysis) -> dict[str, Any]:
    """Numerals, their successions inside one key, cadences."""
    figures = [chord.numeral.figure for chord in analysis.chords]
    pairs = [
        f"{one.numeral.figure} {two.numeral.figure}"
        for one, two in pairwise(analysis.chords)
        if one.key == two.key and one.numeral.figure != two.numeral.figure
    ]
    total: dict[str, Any] = {"n_chords": len(figures), "n_pairs": len(pairs)}
    total["cadences"] = dict(Counter(cadence.kind for cadence in analysis.cadences))
    common = {
        "chords": dict(Counter(figures).most_common(_COMMONEST)),
        "pairs": dict(Counter(pairs).most_common(_COMMONEST)),
    }
    return {**common, **total}
