"""What is said of each frame besides its notes: meter, phrase, keys, chords, motion, cadence, level and style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.generation.neural.frames import A_QUARTER, Ints, frame_onsets
from musegen.score.model import Score
from musegen.theory.analysis import Analysis, CadenceKind, ChordSpan
from musegen.theory.graph.build import voice_leading_graph
from musegen.theory.keys import Key
from musegen.theory.motion import Motion
from musegen.theory.vocabulary import figures, index_of

UNSAID = -1
FUNCTIONS = ("T", "PD", "D")
CADENCES = get_args(CadenceKind)
STYLES = ("plain", "walking", "florid")
"""How much the voices move: fewer than 1.25, 1.6 and more new sonorities a quarter."""
_LIVELY = (1.25, 1.6)
FAR = 63
"""Frames from which on an end is only far away."""
WIDEST = 15
"""Semitones, of all voices together, from which on a move is only wide."""
_STRENGTHS = (1.0, 0.5, 0.25, 0.1)


PLAIN = ("phase", "strength", "to_phrase_end", "to_end", "inversion", "function", "motion", "size", "cadence", "level",
         "style")  # fmt: skip
"""The columns of `Said` that are numbers by themselves, in the order of the network."""


class Said(NamedTuple):
    """A number a frame in each column, (frames,); UNSAID where it is left to the network."""

    phase: Ints  # frames since the barline
    strength: Ints  # of the frame in its measure, 0 the downbeat to 4 between the eighths
    to_phrase_end: Ints  # frames to where the last chord of the phrase begins, up to FAR; 0 in that chord
    to_end: Ints  # the same for the piece
    home: Ints  # the global key: `key_number`
    local: Ints  # the local key
    figure: Ints  # the chord: place in the vocabulary of the local key's mode
    inversion: Ints  # 0 to 3; may be said without the figure, as figured bass does
    function: Ints  # place in FUNCTIONS
    motion: Ints  # how the outer voices come here from the frame before: a `Motion`; where nothing moves, UNSAID
    size: Ints  # semitones of all voices together that come here, up to WIDEST; where nothing moves, UNSAID
    cadence: Ints  # how the phrase that goes on here ends: place in CADENCES
    level: Ints  # 1 to 8
    style: Ints  # place in STYLES

    def cut(self, first: int, last: int) -> Said:
        """The frames from `first` up to `last`."""
        return Said(*(column[first:last] for column in self))


def nothing_said(frames: int) -> Said:
    """Every column UNSAID."""
    return Said(*(np.full(frames, UNSAID, dtype=np.int16) for _ in Said._fields))


def key_number(key: Key) -> int:
    """A number for a key that keeps its spelling: twice its place on the line of fifths, from twelve flats, and mode.

    >>> key_of(key_number(Key.parse("f#")))
    Key(tonic=6, minor=True)
    """
    return 2 * (key.tonic + 12) + key.minor


def key_of(number: int) -> Key:
    """The key of a number."""
    return Key(number // 2 - 12, bool(number % 2))


def said_of(score: Score, analysis: Analysis) -> Said:
    """All that can be said of a piece whose chords are known; a chord outside the vocabulary is UNSAID.

    Motion and size are those of the voice-leading graph; the level is left unsaid.
    """
    onset = frame_onsets(score)
    columns = nothing_said(len(onset))._asdict()
    columns |= metric_of(score, onset) | _of_phrases(score, analysis, onset) | _of_chords(analysis, onset)
    columns |= _of_moves(score, analysis, onset)
    columns["home"][:] = key_number(analysis.key)
    return Said(**columns)


def metric_of(score: Score, onset: npt.NDArray[np.int64]) -> dict[str, Ints]:
    """`phase` and `strength` of frames that begin at these times."""
    inside = [score.offset_in_measure(int(time)) for time in onset]
    strength = [float(score.strength(int(time))) for time in onset]
    classes = np.array([[value >= least for least in _STRENGTHS].count(False) for value in strength])
    return {
        "phase": np.array([int(value * A_QUARTER) for value in inside], dtype=np.int16),
        "strength": classes.astype(np.int16),
    }


def _of_phrases(score: Score, analysis: Analysis, onset: npt.NDArray[np.int64]) -> dict[str, Ints]:
    ends = [phrase.end for phrase in analysis.phrases]
    last = sorted({*ends, score.end})
    closes = [(_begin_of_last(analysis, end), end) for end in last]
    distances, phrase = distances_to(closes, onset, score.ticks_per_quarter)
    kinds = {int(cadence.onset): CADENCES.index(cadence.kind) for cadence in analysis.cadences}
    named = np.array([_kind_in(kinds, before, end) for before, end in zip([0, *last[:-1]], last, strict=True)])
    return {**distances, "cadence": named[phrase].astype(np.int16)}


def distances_to(
    closes: Sequence[tuple[int, int]], onset: npt.NDArray[np.int64], ticks_per_quarter: int
) -> tuple[dict[str, Ints], npt.NDArray[np.intp]]:
    """`to_phrase_end` and `to_end` of frames, and the number of the phrase that each belongs to.

    `closes` are when the last chord of each phrase begins and ends, in ticks.

    >>> distances, phrase = distances_to([(2, 4), (6, 8)], np.arange(8), A_QUARTER)
    >>> distances["to_phrase_end"].tolist(), phrase.tolist()
    ([2, 1, 0, 0, 2, 1, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1])
    """
    begins, ends = np.array(closes).T
    phrase = np.minimum(np.searchsorted(ends, onset, side="right"), len(ends) - 1)
    left = np.stack([begins[phrase] - onset, begins[-1] - onset]) // (ticks_per_quarter // A_QUARTER)
    to_phrase_end, to_end = np.clip(left, 0, FAR).astype(np.int16)
    return {"to_phrase_end": to_phrase_end, "to_end": to_end}, phrase


def _begin_of_last(analysis: Analysis, end: int) -> int:
    """When the last chord of a phrase begins."""
    return max((chord.onset for chord in analysis.chords if chord.onset < end), default=0)


def _kind_in(kinds: dict[int, int], begin: int, end: int) -> int:
    return next((kind for onset, kind in kinds.items() if begin <= onset < end), UNSAID)


def _of_chords(analysis: Analysis, onset: npt.NDArray[np.int64]) -> dict[str, Ints]:
    names = ("local", "figure", "inversion", "function")
    if not analysis.chords:
        return {}
    rows = np.array([_chord_row(chord) for chord in analysis.chords], dtype=np.int16)
    return dict(zip(names, rows[analysis.chord_indices(onset)].T.copy(), strict=True))


def _chord_row(chord: ChordSpan) -> tuple[int, int, int, int]:
    place = index_of(chord.numeral)
    function = FUNCTIONS.index(chord.function) if chord.function in FUNCTIONS else UNSAID
    return key_number(chord.key), UNSAID if place is None else place, min(chord.numeral.inversion, 3), function


def _of_moves(score: Score, analysis: Analysis, onset: npt.NDArray[np.int64]) -> dict[str, Ints]:
    graph = voice_leading_graph(score, analysis, only=("slice", "motion", "voice_leading"))
    begins = graph.slice["onset"]
    outer = graph.motion[(graph.motion["upper"] == 0) & (graph.motion["lower"] == 3)]
    found = {name: np.full(len(onset), UNSAID, dtype=np.int16) for name in ("motion", "size")}
    place = {int(time): number for number, time in enumerate(onset.tolist())}
    for name, rows, values in (
        ("motion", outer, outer["motion"]),
        ("size", graph.voice_leading, np.minimum(graph.voice_leading["total"], WIDEST)),
    ):
        for target, value in zip(begins[rows["target"]].tolist(), values.tolist(), strict=True):
            if target in place:
                found[name][place[target]] = value
    return found


def style_number(style: str) -> int:
    """The place of a style in STYLES; UNSAID where none is named.

    Raises:
        UsageError: there is no such style.

    >>> style_number("walking"), style_number("")
    (1, -1)
    """
    if style and style not in STYLES:
        raise UsageError(f"`{style}` is no style", hint=f"there are {', '.join(STYLES)}")
    return STYLES.index(style) if style else UNSAID


def style_of(attacks: npt.NDArray[np.bool_]) -> int:
    """The place in STYLES of a passage: (frames, voices) attacks."""
    lively = float(attacks.any(axis=1).sum()) * A_QUARTER / max(len(attacks), 1)
    return sum(lively >= least for least in _LIVELY)


FIGURES = {minor: len(figures(minor)) for minor in (False, True)}
MOTIONS = len(Motion)
