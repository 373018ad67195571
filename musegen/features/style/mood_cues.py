"""What of a score is known to go with its expressed mood: each cue with its source, its measure and its weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from musegen.features.piece_view import PieceView
from musegen.features.pitch.classes import key_fit
from musegen.features.pitch.register import pitch_height
from musegen.features.pitch.spelling import outside_best_scale
from musegen.features.rhythm.density import notes_per_beat
from musegen.features.texture.density import lines_at_a_time
from musegen.features.vertical.dissonance import consonance_shares

REVIEW = "Gabrielsson & Lindström 2010"
CUES = "Eerola, Friberg & Bresin 2013"
TIMELINE = "Schubert 2004"
RULES = "Livingstone et al. 2010"


class Cue(NamedTuple):
    """One correlate: where it is neutral, how far away it is at its strongest, and how much it weighs (0 to 3)."""

    name: str
    unit: str
    neutral: float
    scale: float
    valence: float  # its sign is the direction: +3 raises pleasantness much
    arousal: float
    source: str
    measure: Callable[[PieceView], float]  # NaN where it is undefined


def _mode(view: PieceView) -> float:
    fit = np.asarray(key_fit(view))
    return float(fit[0] - fit[1])


def _height(view: PieceView) -> float:
    return float(np.asarray(pitch_height(view))[0])


def _density(view: PieceView) -> float:
    return float(np.asarray(notes_per_beat(view))[-1])


def _harsh(view: PieceView) -> float:
    found = np.asarray(consonance_shares(view), dtype=float)
    return float(found[3] + found[2] / 2)


def _chromatic(view: PieceView) -> float:
    return float(np.asarray(outside_best_scale(view)))


def _lines(view: PieceView) -> float:
    return float(np.asarray(lines_at_a_time(view))[0])


SCORE_CUES = (
    Cue("mode", "fit of major less that of minor", 0.0, 0.3, 3, 0, f"{CUES}; {REVIEW}: major is happier", _mode),
    Cue("register", "mean MIDI pitch", 62.0, 12.0, 1, 0.5, f"{CUES}; {RULES}: higher is happier, livelier", _height),
    Cue("density", "notes a beat and line", 1.5, 1.5, 0, 2, f"{REVIEW}; {RULES}: more notes, more active", _density),
    Cue("dissonance", "share of time, sharp and half of mild", 0.2, 0.3, -2, 1, f"{REVIEW}: tense, unpleasant", _harsh),
    Cue("chromaticism", "share of time outside a scale", 0.08, 0.15, -1, 0.5, f"{REVIEW}: angry, sad", _chromatic),
    Cue("texture", "lines at a time", 3.0, 3.0, 0, 0.5, f"{TIMELINE}: more parts, more arousal, weakly", _lines),
)
"""Weights are ours: 3 for what the studies rank first, 1 or less for what is weak or differs between them."""
TEMPO = Cue("tempo", "octaves from 100 beats a minute", 0.0, 1.0, 1.5, 3, f"{CUES}; {TIMELINE}: faster, more active",
            lambda view: float("nan"))  # fmt: skip
UNKNOWN = ("loudness", "articulation", "timbre")
"""Of what the studies found to matter, what a Score does not hold."""
