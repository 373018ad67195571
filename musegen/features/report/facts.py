"""What the report asks of a piece besides its features: counts, keys, cadences, chords; a job of `corpora.running`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from musegen.corpora.pieces import Piece
from musegen.features.accents import in_measures
from musegen.features.extractor import column_names, measured
from musegen.features.form.phrases import phrase_spans
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.score.unfolding import unfolded
from musegen.theory.analysis import Analysis
from musegen.theory.kept_analyses import kept_analysis

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
    view = PieceView(score, engine, kept_analysis(score, engine, "tonal"))
    row: dict[str, Any] = {FACTS: json.dumps(facts_of(view, kept_analysis(score, engine)), ensure_ascii=True)}
    if options.get("features", True):
        features = chosen()
        row |= zip(column_names(features), measured(view, features), strict=True)
    return row


def facts_of(view: PieceView, analysis: Analysis) -> dict[str, Any]:
    """The facts, as JSON values.

    >>> import musegen
    >>> from musegen.theory.analyse import analyse
    >>> score = musegen.read("bach/bwv66.6")
    >>> found = facts_of(PieceView(score), analyse(score))
    >>> found["key"], found["reading"], found["meters"], found["notes"]
    ([6, True], 'tonal', {'4/4': 10}, 163)
    """
    score = view.score
    quarter = score.ticks_per_quarter
    meters = Counter(str(measure.time_signature) for measure in score.measures)
    return {
        "measures": len(score.measures), "notes": len(view.notes), "quarters": score.end / quarter,
        "voices": _voices(view), "format": score.source.format if score.source else "",
        "title": score.metadata.title[:200], "composer": score.metadata.composer[:200],
        "date": score.metadata.date[:40], "editor": score.metadata.editor[:200],
        "key": list(analysis.key), "reading": analysis.reading, "meters": dict(meters.most_common(8)),
        "value": _commonest_value(view), "repeats": any(bar.repeat_end for bar in score.measures),
        "cadences": dict(Counter(cadence.kind for cadence in analysis.cadences)),
        "phrases": _phrases(view), "notices": len(score.notices),
        **_chords(analysis),
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
    """Numerals and their successions inside one key, by mode of the local key; none where music is read by mode."""
    if analysis.reading == "modal":
        return {"chords": {}, "pairs": {}}
    figures = [chord.numeral.figure for chord in analysis.chords]
    pairs = [
        f"{one.numeral.figure} {two.numeral.figure}"
        for one, two in pairwise(analysis.chords)
        if one.key == two.key and one.numeral.figure != two.numeral.figure
    ]
    total = {"n_chords": len(figures), "n_pairs": len(pairs)}
    common = {
        "chords": dict(Counter(figures).most_common(_COMMONEST)),
        "pairs": dict(Counter(pairs).most_common(_COMMONEST)),
    }
    return {**common, **total}
