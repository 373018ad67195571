"""Liveliness: what keeps a chorale from being bland, counted a beat or a phrase, by the neural reading of its notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.evaluation.histograms import VOICE_NAMES, Histogram, Histograms, histograms_of
from musegen.evaluation.likeness import bach
from musegen.evaluation.readings import notes_alone
from musegen.evaluation.sure import Figure, Sample, drawn, rate
from musegen.generation.neural.frames import frames_of
from musegen.rules.core.chords import chords_of
from musegen.score.model import Score
from musegen.theory.analysis import Analysis


class Liveliness(NamedTuple):
    """Counts of one piece; a beat is a quarter."""

    quarters: float
    phrases: int
    chords: int  # the pitch of any voice changes
    suspensions: int
    passing_tones: int
    sevenths: int  # chords of four notes or more, each reading once
    applied: int
    non_chord_tones: int  # of all kinds
    numeral_changes: int
    distinct_numerals: int  # summed over phrases


def livelinesses(scores: Sequence[Score]) -> list[Liveliness]:
    """What each score does, by its notes alone: numerals that it carries are not looked at.

    Raises:
        UnreadableFile: it has not four voices.
    """
    return [_liveliness(score) for score in scores]


def liveliness_figures(sample: Sample) -> list[Figure]:
    """The rates of a sample, and how far its note values and moves are from those of Bach's training chorales."""
    counts = livelinesses(sample.scores)
    columns = {name: [float(getattr(item, name)) for item in counts] for name in Liveliness._fields}
    quarters, phrases = columns["quarters"], columns["phrases"]
    hundred = [
        rate(f"{name.replace('_', ' ')} per 100 beats", columns[name], quarters, sample, 100)
        for name in ("suspensions", "passing_tones", "sevenths", "applied")
    ]
    return [
        *hundred,
        rate("distinct numerals a phrase", columns["distinct_numerals"], phrases, sample),
        rate("numeral changes a beat", columns["numeral_changes"], quarters, sample),
        rate("non-chord tones a beat", columns["non_chord_tones"], quarters, sample),
        rate("chords a beat", columns["chords"], quarters, sample),
        *_distances(sample),
    ]


def _liveliness(score: Score) -> Liveliness:
    chords = chords_of(score)
    _, analysis = notes_alone(score)
    kinds = Counter(tone.kind for tone in analysis.non_chord_tones)
    return Liveliness(
        quarters=float(chords.quarters.sum()),
        phrases=max(len(analysis.phrases), 1),
        chords=chords.size,
        suspensions=kinds["suspension"],
        passing_tones=kinds["passing"],
        sevenths=sum(chord.numeral.is_seventh for chord in analysis.chords),
        applied=sum(bool(chord.numeral.applied_to) for chord in analysis.chords),
        non_chord_tones=sum(kinds.values()),
        numeral_changes=len(analysis.chords),
        distinct_numerals=_distinct(analysis),
    )


def _distinct(analysis: Analysis) -> int:
    """Different numerals in different keys, in each phrase by itself."""
    ends = [phrase.end for phrase in analysis.phrases]
    onsets = np.array([chord.onset for chord in analysis.chords], dtype=np.int64)
    phrase = np.searchsorted(ends, onsets, side="right").tolist()
    return len({(here, chord.key, chord.numeral.figure) for here, chord in zip(phrase, analysis.chords, strict=True)})


def _distances(sample: Sample) -> list[Figure]:
    """Of all pieces together: chance makes single ones odd, and a set of them should not be."""
    mine = [histograms_of(frames_of(score)) for score in sample.scores]
    theirs = bach().both
    values = _distance_of("rhythm", [item.rhythm for item in mine], theirs.rhythm, sample)
    moves = [_by_voice(item) for item in mine]
    return [values, _distance_of("melodic intervals", moves, _by_voice(theirs), sample)]


def _by_voice(found: Histograms) -> Histogram:
    return Counter({f"{voice} {move}": count for voice in VOICE_NAMES for move, count in getattr(found, voice).items()})


def _distance_of(what: str, mine: Sequence[Histogram], theirs: Histogram, sample: Sample) -> Figure:
    """Half the sum of the differences of all shares: 0 alike, 1 nothing in common."""
    names = sorted({*theirs, *(name for item in mine for name in item)})
    counts = np.array([[item[name] for name in names] for item in mine], dtype=np.float64).reshape(len(mine), -1)
    wanted = np.array([theirs[name] for name in names]) / max(sum(theirs.values()), 1)
    return drawn(
        f"distance of {what}",
        sample,
        lambda rows: float(np.abs(counts[rows].sum(axis=0) / max(counts[rows].sum(), 1) - wanted).sum() / 2),
        centred=True,
    )
