"""The rows of a DCML table laid on their score, as an analysis that is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from musegen.errors import MalformedScore
from musegen.score.model import Measure, Score
from musegen.theory.analysis import Analysis, Cadence, CadenceKind, Phrase
from musegen.theory.annotations.alignment import Placed, analysis_of, explained
from musegen.theory.annotations.dcml.reading import DcmlRow
from musegen.theory.vocabulary import index_of

_CADENCES: dict[str, CadenceKind] = {"PAC": "PAC", "IAC": "IAC", "HC": "HC", "DC": "DC", "EC": "EC", "PC": "PC"}


class DcmlAnalysis(NamedTuple):
    """What a table states, laid on its score."""

    analysis: Analysis
    chords: tuple[Placed, ...]  # those of the analysis, each with its line of the file
    fit: float  # the share of the notes that they explain


def dcml_analysis(rows: tuple[DcmlRow, ...], score: Score) -> DcmlAnalysis:
    """The analysis that a table states: chords, keys, cadences and phrases on the ticks of a score.

    Measures are matched by printed number, counted through as they are encoded, or by quarters from the start:
    whichever explains more of the notes.

    Raises:
        MalformedScore: no row has a place in the score.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.dcml.reading import read_dcml
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5 | c5 .\\nA: g4 f4 | e4 .\\nT: c4 b3 | g3 .\\nB: c3 g3 | c3 .")
    >>> table = "mn\\tmn_onset\\tlabel\\n1\\t0\\tC.I{\\n1\\t1/4\\tV7\\n2\\t0\\tI|PAC}\\n"
    >>> found = dcml_analysis(read_dcml(table), piece).analysis
    >>> [chord.numeral.figure for chord in found.chords], found.cadences[0].kind, len(found.phrases)
    (['I', 'V7', 'I'], 'PAC', 1)
    """
    readings = [(_placed(rows, onsets, score), onsets) for onsets in _onsets(rows, score)]
    fitting = [(explained(score, chords), chords, onsets) for chords, onsets in readings if chords]
    if not fitting:
        raise MalformedScore("no row has a place in the score")
    fit, chords, onsets = max(fitting, key=lambda item: item[0])
    analysis = analysis_of(chords, score, rows[0].home)
    ends = {chord.onset: chord.end for chord in chords}
    formed = replace(analysis, cadences=_cadences(rows, onsets, score), phrases=_phrases(rows, onsets, ends, score))
    return DcmlAnalysis(formed, tuple(chords), fit)


def _onsets(rows: tuple[DcmlRow, ...], score: Score) -> list[list[int | None]]:
    """The tick of each row, read in three ways; None where the score has no such place."""

    def at(measure: Measure | None, row: DcmlRow, encoded: bool) -> int | None:
        if measure is None:
            return None
        full = round(measure.time_signature.quarters * score.ticks_per_quarter)
        missing = 0 if encoded or not measure.is_pickup else full - measure.length
        quarters = row.mc_onset if encoded else row.mn_onset
        onset = measure.onset + round(quarters * score.ticks_per_quarter) - missing
        return onset if 0 <= onset < score.end else None

    numbered: dict[str, list[Measure]] = {}
    for measure in score.measures:
        numbered.setdefault(measure.number, []).append(measure)

    def by_number(row: DcmlRow) -> int | None:
        found = numbered.get(row.mn, [])
        return at(found[min(max(row.volta - 1, 0), len(found) - 1)] if found else None, row, False)

    def by_count(row: DcmlRow) -> int | None:
        return at(score.measures[row.mc - 1] if 0 < row.mc <= len(score.measures) else None, row, True)

    def by_quarters(row: DcmlRow) -> int | None:
        onset = None if row.quarterbeats is None else round(row.quarterbeats * score.ticks_per_quarter)
        return onset if onset is not None and onset < score.end else None

    ways: tuple[Callable[[DcmlRow], int | None], ...] = (by_number, by_count, by_quarters)
    return [[way(row) for row in rows] for way in ways]


def _placed(rows: tuple[DcmlRow, ...], onsets: list[int | None], score: Score) -> list[Placed]:
    found = [(onset, row) for row, onset in zip(rows, onsets, strict=True) if onset is not None and row.changes_chord]
    found.sort(key=lambda item: item[0])
    ends = [onset for onset, _ in found[1:]] + [score.end] * bool(found)
    return [
        Placed(onset, end, row.key, row.numeral, -1 if index_of(row.numeral) is None else 0, False, "", row.line)
        for (onset, row), end in zip(found, ends, strict=True)
        if row.numeral is not None and end > onset
    ]


def _cadences(rows: tuple[DcmlRow, ...], onsets: list[int | None], score: Score) -> tuple[Cadence, ...]:
    return tuple(
        Cadence(onset, *score.place(onset), _CADENCES[row.label.cadence.split(".")[0]], row.key, "as annotated")
        for row, onset in zip(rows, onsets, strict=True)
        if onset is not None and row.label.cadence
    )


def _phrases(
    rows: tuple[DcmlRow, ...], onsets: list[int | None], ends: dict[int, int], score: Score
) -> tuple[Phrase, ...]:
    """From each `{` to the end of the chord with the next `}`; one that is never closed ends where the next begins."""
    found: list[Phrase] = []
    start: int | None = None
    for row, onset in zip(rows, onsets, strict=True):
        if onset is None:
            continue
        if "}" in row.label.phraseend and start is not None:
            found.append(Phrase(start, ends.get(onset, onset)))
            start = None
        if "{" in row.label.phraseend:
            if start is not None and start < onset:
                found.append(Phrase(start, onset))
            start = onset
    if start is not None:
        found.append(Phrase(start, score.end))
    return tuple(found)
