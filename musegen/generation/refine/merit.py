"""What ranks settings that break no rule: likelihood, nearness to Bach's liveliness, and the small faults."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.generation.refine.candidates import Candidate
from musegen.generation.refine.judging import Reading
from musegen.score.model import Score
from musegen.theory.analysis import Analysis


class Liveliness(NamedTuple):
    """How much happens in a quarter."""

    sonorities: float  # moments at which a voice strikes a note
    basses: float  # notes of the bass
    suspensions: float
    ornaments: float  # passing and neighbour notes


BACH = Liveliness(1.51, 1.15, 0.08, 0.39)
"""Means of the 205 chorales of the training split, their chords heard by the classical engine."""
SPREAD = Liveliness(0.26, 0.20, 0.07, 0.16)
"""Their standard deviations, from chorale to chorale."""
_LIVELY, _FAULT = 0.01, 0.5
"""Nats a note that a squared standard deviation costs, and a point of the pack in every quarter."""


def merit(candidate: Candidate, reading: Reading) -> float:
    """What a setting is worth, in nats a note: likely, as lively as Bach, and with few faults."""
    quarters = quarters_of(reading.score)
    points = sum(item.points for item in reading.report.findings if item.severity != "error")
    return candidate.log_probability - _LIVELY * strangeness(reading) - _FAULT * points / quarters


def strangeness(reading: Reading) -> float:
    """How far the liveliness of a piece is from Bach's, in squared standard deviations, of all measures together."""
    here = np.array(liveliness(reading.score, reading.analysis))
    known = ~np.isnan(here)
    distance = ((here - BACH) / SPREAD)[known]
    return float(np.square(distance).sum())


def liveliness(score: Score, analysis: Analysis | None) -> Liveliness:
    """What happens in a quarter of a piece; without chords suspensions and ornaments are NaN.

    >>> from musegen.score.textgrid import parse_grid
    >>> liveliness(parse_grid("meter: 2/4; unit: 1/8\\nS: c5 d5 e5 .\\nB: c3 . c4 c3"), None)
    Liveliness(sonorities=2.0, basses=1.5, suspensions=nan, ornaments=nan)
    """
    quarters, notes = quarters_of(score), score.notes.sounding()
    lowest = int((notes["part"] == len(score.parts) - 1).sum())
    kinds = [item.kind for item in analysis.non_chord_tones] if analysis else []
    held = kinds.count("suspension") + kinds.count("retardation")
    decorating = kinds.count("passing") + kinds.count("neighbor")
    counts = (len(np.unique(notes["onset"])), lowest, held if analysis else np.nan, decorating if analysis else np.nan)
    return Liveliness(*(float(count / quarters) for count in counts))


def quarters_of(score: Score) -> float:
    """How long a piece is, in quarters; at least one."""
    return max(score.end / score.ticks_per_quarter, 1.0)
