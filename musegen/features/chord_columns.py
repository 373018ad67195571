"""The chords of a piece as columns, found once for all features of harmony; lines alone are not read in chords."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import ScoreError
from musegen.features.counting import Floats, Ints
from musegen.features.piece_view import PieceView
from musegen.score.keeping import kept
from musegen.theory.analysis import Analysis
from musegen.theory.graph import VoiceLeadingGraph, voice_leading_graph
from musegen.theory.keys import MAJOR_DEGREES, scale_tones
from musegen.theory.numerals import Numeral, letters_above

FUNCTIONS = ("T", "PD", "D")
QUALITIES = "major minor dim aug dom7 maj7 min7 dim7 hdim7 It Fr Ger other".split()
MAJOR_FIGURES = (
    "I I6 I64 Cad64 ii ii6 ii7 ii65 iii iii6 IV IV6 IV64 V V6 V7 V65 V43 V42 vi vi6 vi7 viio6 viiø7 "
    "V/V V7/V V65/V viio7/V V7/IV V65/ii"
).split()
MINOR_FIGURES = (
    "i i6 i64 Cad64 iio6 iiø7 iiø65 III III+6 iv iv6 iv7 v V V6 V7 V65 V43 V42 VI VI6 VI7 VII "
    "viio6 viio7 viio65 viio43 I IV V6/iv"
).split()
"""The commonest of both modes in chorales and movements of quartets; what else there is, is counted as `other`."""
NUMERALS = (*(f"major.{figure}" for figure in (*MAJOR_FIGURES, "other")),
            *(f"minor.{figure}" for figure in (*MINOR_FIGURES, "other")))  # fmt: skip
_CHORDAL = 0.1
"""Share of the sounding time in which two notes sound together, from which on a piece is read in chords."""
_SPECIAL = ("N", "It", "Fr", "Ger")


class _Facts(NamedTuple):
    """What a numeral says in any key of its mode. Degrees count from 0."""

    numeral: int  # place in NUMERALS
    degree: int  # letters from the tonic up to the root
    bass_degree: int
    root: int  # on the line of fifths from the tonic, as the next
    bass: int
    quality: int
    inversion: int
    is_seventh: int
    applied: int  # degree of the chord that it is applied to; -1 for none
    special: int  # 1 Neapolitan, 2 to 4 augmented sixths; 0
    is_borrowed: int  # a plain chord with notes foreign to its key; in minor the major tonic
    is_cadential: int
    is_dominant: int


@dataclass(frozen=True)
class ChordColumns:
    """Every chord of an analysis, and each pair of neighbours inside a phrase."""

    analysis: Analysis
    onset: Ints  # ticks
    duration: Ints  # ticks
    confidence: Floats
    function: Ints  # place in FUNCTIONS
    tonic: Ints  # of the local key, on the line of fifths
    minor: Ints
    facts: Ints  # (chord, fact)

    def __len__(self) -> int:
        return len(self.onset)

    def fact(self, name: str) -> Ints:
        """A column of `_Facts`."""
        return self.facts[:, _Facts._fields.index(name)]

    @cached_property
    def weight(self) -> Floats:
        """Duration times confidence: what each chord counts for in shares of time."""
        return np.asarray(self.duration * self.confidence)

    @cached_property
    def root(self) -> Ints:
        """Absolute, on the line of fifths."""
        return self.tonic + self.fact("root")

    @cached_property
    def first(self) -> npt.NDArray[np.intp]:
        """The numbers of the chords that another one follows in the same phrase."""
        ends = [phrase.end for phrase in self.analysis.phrases]
        phrase = np.searchsorted(np.array(ends, dtype=np.int64), self.onset, side="right")
        return np.flatnonzero(phrase[1:] == phrase[:-1])

    @cached_property
    def pair_weight(self) -> Floats:
        """The confidences of both chords of each such pair, multiplied."""
        return np.asarray(self.confidence[self.first] * self.confidence[self.first + 1])

    @cached_property
    def same_key(self) -> npt.NDArray[np.bool_]:
        """(pair,): both chords are read in one key."""
        one, two = self.first, self.first + 1
        return np.asarray((self.tonic[one] == self.tonic[two]) & (self.minor[one] == self.minor[two]))

    @cached_property
    def changes(self) -> npt.NDArray[np.intp]:
        """The chords that bring a new root (or a cadential six-four, or leave one); the first one among them."""
        root, cadential = self.root, self.fact("is_cadential")
        moves = (np.diff(root) != 0) | (np.diff(cadential) != 0)
        return np.concatenate([[0], np.flatnonzero(moves) + 1])


def is_chordal(view: PieceView) -> bool:
    """Two notes sound together for a tenth of the sounding time at least.

    >>> from musegen.score.textgrid import parse_grid
    >>> [is_chordal(PieceView(parse_grid(f"meter: 2/4\\nS: c5 d5{bass}"))) for bass in ("", "\\nB: c3 .")]
    [False, True]
    """
    return kept(view, "is_chordal", _is_chordal)


def _is_chordal(view: PieceView) -> bool:
    slices = view.slices
    if not len(slices) or slices.row.shape[1] < 2 or view.score.end <= 0:
        return False
    count = slices.sounds.sum(axis=1)
    together, heard = (slices.duration[count >= least].sum() for least in (2, 1))
    return bool(together >= _CHORDAL * heard)


def reading_of(view: PieceView) -> Analysis | None:
    """The analysis of a piece that has chords to read, stated or heard; None for lines alone.

    None too where the piece cannot be analysed: it is too long, or states numerals that nobody can read.
    """
    return kept(view, "reading", _reading)


def _reading(view: PieceView) -> Analysis | None:
    has_labels = bool(view.score.harmonies) and view.score.end > 0
    if not (has_labels or is_chordal(view)):
        return None
    try:
        found = view.analysis
    except ScoreError:
        return None
    return found if found.chords else None


def graph_of(view: PieceView) -> VoiceLeadingGraph | None:
    """The graph of a piece of several lines, with its chords where it has some; None for one line."""
    return kept(view, "feature_graph", _graph)


def _graph(view: PieceView) -> VoiceLeadingGraph | None:
    if not is_chordal(view):
        return None
    return voice_leading_graph(view.score) if reading_of(view) is None else view.graph


def chord_columns(view: PieceView) -> ChordColumns | None:
    """The chords of a piece as columns, found once; None where there are none (`reading_of`)."""
    return kept(view, "chord_columns", _columns)


def _columns(view: PieceView) -> ChordColumns | None:
    analysis = reading_of(view)
    if analysis is None:
        return None
    rows, facts = [], []
    for chord in analysis.chords:
        function = FUNCTIONS.index(chord.function or chord.numeral.function)
        rows.append((chord.onset, chord.duration, function, chord.key.tonic, chord.key.minor))
        facts.append(_packed(chord.numeral))
    onset, duration, function, tonic, minor = np.array(rows, dtype=np.int64).T
    confidence = np.array([chord.confidence for chord in analysis.chords], dtype=np.float64)
    known = np.frombuffer(b"".join(facts), dtype=np.int64).reshape(-1, len(_Facts._fields))
    return ChordColumns(analysis, onset, duration, confidence, function, tonic, minor, known)


@lru_cache(maxsize=4096)
def _packed(numeral: Numeral) -> bytes:
    """Its facts as a row of numbers: rows of bytes are joined far sooner than tuples."""
    return np.array(_facts_of(numeral), dtype=np.int64).tobytes()


def _facts_of(numeral: Numeral) -> _Facts:
    figures = MINOR_FIGURES if numeral.minor else MAJOR_FIGURES
    start = (len(MAJOR_FIGURES) + 1) * numeral.minor
    place = figures.index(numeral.figure) if numeral.figure in figures else len(figures)
    special = next((_SPECIAL.index(name) + 1 for name in _SPECIAL if numeral.figure.startswith(name)), 0)
    is_plain = not (special or numeral.applied_to or numeral.is_changed)
    applied = letters_above(0, numeral.applied_tonic) if numeral.applied_to else -1
    return _Facts(
        start + place, letters_above(0, numeral.root), letters_above(0, numeral.bass), numeral.root, numeral.bass,
        QUALITIES.index(numeral.quality), min(numeral.inversion, 3), numeral.is_seventh, applied, special,
        is_plain and _is_borrowed(numeral), numeral.is_cadential, numeral.is_dominant,
    )  # fmt: skip


def _is_borrowed(numeral: Numeral) -> bool:
    if numeral.minor:
        return not set(numeral.members) <= set(scale_tones(minor=True))
    return not set(numeral.members) <= set(MAJOR_DEGREES)
