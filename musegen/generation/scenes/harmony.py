"""The chords of a scene: drawn under laws, closed as the scene asks, coloured by how dissonant its mood is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.errors import NoSolution
from musegen.generation.cadence_words import CadenceWish
from musegen.generation.progressions.asking import ChordsAsked, task_of
from musegen.generation.progressions.choosing import most_telling
from musegen.generation.progressions.drawing import draw
from musegen.generation.progressions.sheet import sheet_chords_of
from musegen.generation.tunes.under import Chart
from musegen.score.chord_symbols import ChordSymbol, parse_chord_symbol
from musegen.score.meter import TimeSignature, ticks
from musegen.score.pitch import fifths_name
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import MAJOR_DEGREES, Key
from musegen.theory.progressions.chords import vocabulary
from musegen.theory.progressions.encoding import said
from musegen.theory.progressions.progression import Progression
from musegen.theory.songs.sheet import SheetChord, read_symbol

_PHRASE = 4
_CANDIDATES, _KEPT = 24, 6
_HURRIED, _WRONG = 1.0, 3.0
_BRIGHT = (-2, -3)
"""Roots of VII and III."""
_FIFTH, _FOURTH, _SECOND, _SUBMEDIANT = 1, -1, 2, -4  # roots above the tonic, on the line of fifths
_NEAPOLITAN = -5
_OF_MAJOR = {0: "major-sixth", _FOURTH: "major-seventh"}
_OF_MINOR = {0: "minor-sixth", _FOURTH: "minor-seventh", _SUBMEDIANT: "major-seventh"}
"""Kinds that a tonic, a subdominant, a submediant take on, by their roots."""
_TRIADS = {"dominant": "major", "major-seventh": "major", "minor-seventh": "minor"}
_SPICE = 0.2
"""How often a seventh chord stays one in the most consonant moods."""
_NINTH = 0.6
"""How dissonant a minor mood is whose dominants have a minor ninth."""


class Close(NamedTuple):
    """How a stretch of chords ends."""

    is_last: bool  # in a cadence on the tonic
    is_open: bool  # on the dominant

    @property
    def cadences(self) -> tuple[CadenceKind | None, ...]:
        """The kinds of cadence that are tried one after the other; None is any."""
        return ("PAC", "IAC", None) if self.is_last else ("HC", None) if self.is_open else (None,)


class _Taste(NamedTuple):
    """What a mood would have of a progression."""

    pace: float  # chords a measure
    dissonance: float

    def price(self, piece: Progression) -> float:
        """How far a progression is from it, in octaves of pace.

        It costs that the first chord does not last its measure, for an opening is heard again over one chord; that a
        dark minor mood lingers in the major keys beside it, and that a pleasant one has chords of other keys.
        """
        away = abs(np.log2(piece.begins.sum() / (piece.grid.measure[-1] + 1) / self.pace))
        hurried = bool(piece.begins[1 : int(piece.grid.pulses[0])].any())
        roots = [vocabulary().sounds[chord].root for chord in piece.chords.tolist()]
        bright = np.isin(roots, _BRIGHT).mean() if piece.key.minor else 0.0
        foreign = 0.0 if piece.key.minor else np.isin(piece.chords, _foreign()).mean()
        wrong = self.dissonance * bright + (1.0 - self.dissonance) * foreign
        return float(away + _HURRIED * hurried + _WRONG * wrong)


@cache
def _foreign() -> tuple[int, ...]:
    """The chords that have a note outside the major scale."""
    scale = set(MAJOR_DEGREES)
    return tuple(number for number, sound in enumerate(vocabulary().sounds) if not scale.issuperset(sound.members))


def chart_of(
    key: Key, meter: TimeSignature, measures: int, close: Close, rng: Generator, *, dissonance: float, pace: float
) -> Chart:  # fmt: skip
    """Chords for so many measures, the first the tonic; `pace` is how many a measure the mood would have.

    >>> import numpy as np
    >>> from musegen.score.meter import TimeSignature
    >>> rng, close = np.random.default_rng(1), Close(is_last=True, is_open=False)
    >>> chart = chart_of(Key.parse("g"), TimeSignature(4, 4), 2, close, rng, dissonance=0, pace=2)
    >>> chart.bars[0][0], chart.bars[-1][-1][1]
    ((0.0, 'Gm'), 'Gm')
    """
    chords = _drawn(ChordsAsked(key, meter, measures, "song"), close, _Taste(pace, dissonance), rng)
    bar = ticks(meter.quarters)
    bars: list[list[tuple[float, str]]] = [[] for _ in range(measures)]
    for number, chord in enumerate(chords):
        ends = number in (0, len(chords) - 1) and chord.root == key.tonic
        text = chord.text if ends else coloured(plain(chord, dissonance, rng), key, dissonance, rng)
        bars[chord.onset // bar].append((chord.onset % bar / bar, text))
    return Chart(tuple(map(tuple, bars)), meter, key.signature)


def plain(chord: SheetChord, dissonance: float, rng: Generator) -> SheetChord:
    """A seventh chord as a triad, the likelier the less dissonant the mood is; others as they are.

    >>> import numpy as np
    >>> from musegen.theory.songs.sheet import read_symbol
    >>> plain(read_symbol("D7/F#", 0, 1), 0.0, np.random.default_rng(2)).text
    'D/F#'
    """
    symbol = parse_chord_symbol(chord.text)
    kind, is_kept = _TRIADS.get(symbol.kind), rng.random() < _SPICE + dissonance
    if kind is None or symbol.degrees or is_kept:
        return chord
    if symbol.bass and chord.bass not in chord.members[:3]:
        return chord
    return read_symbol(symbol._replace(kind=kind, written=None).text, chord.onset, chord.end)


def coloured(chord: SheetChord, key: Key, dissonance: float, rng: Generator) -> str:
    """The symbol of a plain triad with a sixth, a seventh or a ninth, the likelier the more dissonant the mood is.

    >>> import numpy as np
    >>> from musegen.theory.songs.sheet import read_symbol
    >>> coloured(read_symbol("D", 0, 1), Key.parse("g"), 1.0, np.random.default_rng(1))
    'D7addb9'
    """
    lot = rng.random()
    symbol = parse_chord_symbol(chord.text)
    is_plain = symbol.kind in ("major", "minor", "dominant") and not symbol.degrees and not symbol.bass
    if not is_plain or lot >= dissonance:
        return chord.text
    above = chord.root - key.tonic
    if above == _FIFTH and symbol.kind != "minor":
        ninth = "addb9" if key.minor and dissonance >= _NINTH else ""
        return f"{fifths_name(chord.root)}7{ninth}"
    if above == _SECOND and key.minor:
        return chord.text
    kind = (_OF_MINOR if key.minor else _OF_MAJOR).get(above)
    if kind is None or symbol.kind == "dominant" or kind.startswith("minor") != (symbol.kind == "minor"):
        return chord.text
    return ChordSymbol(fifths_name(chord.root), kind).text


def _drawn(asked: ChordsAsked, close: Close, taste: _Taste, rng: Generator) -> tuple[SheetChord, ...]:
    """The chords of the first kind of close that the laws allow."""
    phrases = max(1, -(-asked.measures // (2 * _PHRASE)))
    asked = replace(asked, phrases=phrases, first="i" if asked.key.minor else "I")
    for kind in close.cadences:
        wish = (CadenceWish(kind, None, phrase=phrases),) if kind else ()
        with suppress(NoSolution):
            return sheet_chords_of(_nearest(replace(asked, cadences=wish), taste, rng))
    return sheet_chords_of(_nearest(replace(asked, first=""), taste, rng))


def _nearest(asked: ChordsAsked, taste: _Taste, rng: Generator) -> Progression:
    """Of many that are drawn, those that suit the mood best; of these the most telling."""
    task = task_of(asked)
    drawn = draw(task, said(task.grid, asked.style, minor=asked.key.minor), rng, count=_CANDIDATES)
    pieces = [Progression(asked.key, asked.meter, asked.style, task.grid, chords) for chords in drawn.chords]
    kept = np.argsort([taste.price(piece) for piece in pieces], kind="stable")[:_KEPT]
    return most_telling([pieces[number] for number in kept], drawn.log_probability[kept])
