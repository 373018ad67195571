"""The harmony of a transposed repetition: what all its statements sound together, laid over one another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.pitch import step_of
from musegen.score.voices import Slices
from musegen.theory.analysis import Analysis
from musegen.theory.form.repeats import LETTERS, Ints, Repeat

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SAMPLES = 4
"""How often each part of a model is looked at."""
SEVENTH = 0.6
"""What a seventh counts beside root, third and fifth."""
HEARD = 0.12
"""A seventh belongs to a chord when it has this share of what sounds."""
FINE = 4
"""Models of no more felt beats than this are looked at by half beats."""
MIDDLE = 40
_FIGURES = {(0, False): "5", (1, False): "6", (2, False): "64", (0, True): "7", (1, True): "65", (2, True): "43"}


@dataclass(frozen=True)
class Statements:
    """A model stated `count` times, each `letters` higher, looked at in parts of `part` ticks.

    Letters count from C of the first statement: later ones are moved back to it.
    """

    onset: int
    shift: int
    count: int
    letters: int
    part: int
    sounding: Floats  # (part, letter): share of what sounds
    bass: Ints  # (part,): its letter
    votes: Floats  # (part, letter): in what share of the statements the analysis has this root
    fifths: Bools  # (statement, part, place on the line of fifths + MIDDLE): sounds

    @property
    def end(self) -> int:
        """The end of the last statement, in ticks."""
        return self.onset + self.count * self.shift

    @property
    def variety(self) -> float:
        """How many letters sound in a part, on average; what is heard in passing does not count."""
        return float((self.sounding > HEARD).sum(axis=1).mean())

    def fit(self) -> Floats:
        """(part, letter): how well a chord on this letter explains the part; 2 is all."""
        heard = self.sounding
        members = heard + np.roll(heard, -2, 1) + np.roll(heard, -4, 1) + SEVENTH * np.roll(heard, -6, 1)
        return np.asarray(members + self.votes)

    def spellings(self, statement: int, parts: slice, letter: int) -> set[int]:
        """Places on the line of fifths of the notes with this letter (of the first statement) in some parts."""
        places = np.flatnonzero(self.fifths[statement, parts].any(axis=0)) - MIDDLE
        moved = (letter + self.letters * statement) % LETTERS
        return set(places[step_of(places) == moved].tolist())

    def figure(self, parts: range, root: int) -> str:
        """The figured bass of the chord on `root` that fills some parts: `5`, `6`, `7`, `65`, ...; empty if none fits.

        A six-four only where nothing better stands in the bass.
        """
        found = [self._figure(part, root) for part in parts]
        return next((figure for figure in found if figure not in ("", "64")), "64" if "64" in found else "")

    def _figure(self, part: int, root: int) -> str:
        above = (int(self.bass[part]) - root) % LETTERS
        if above == 6:
            return "42"
        seventh = bool(self.sounding[part, (root + 6) % LETTERS] > HEARD)
        return _FIGURES.get((above // 2, seventh), "") if above in (0, 2, 4) else ""


_NOTHING = (
    np.zeros((0, LETTERS)),
    np.zeros(0, dtype=np.int64),
    np.zeros((0, LETTERS)),
    np.zeros((0, 0, 0), dtype=bool),
)


class Piece(NamedTuple):
    """What is the same for all repetitions of a piece."""

    score: Score
    analysis: Analysis
    slices: Slices
    roots: Ints  # (chord,): the letters of the roots that the analysis has

    @classmethod
    def of(cls, score: Score, analysis: Analysis, slices: Slices) -> Piece:
        """A piece with at least one chord."""
        roots = np.array([chord.key.tonic + chord.numeral.root for chord in analysis.chords], dtype=np.int64)
        return cls(score, analysis, slices, np.asarray(step_of(roots)))

    def roots_at(self, times: Ints) -> Ints:
        """The letters of the roots at these times."""
        return np.asarray(self.roots[self.analysis.chord_indices(times.ravel())].reshape(times.shape))


def stated(piece: Piece, repeat: Repeat, split: int = 1) -> Statements | None:
    """The statements of a repetition, from the strongest beat at which it can be heard to begin.

    `split` hears in its model so many statements of a shorter one; None where the model cannot be divided so.
    """
    score = piece.score
    pulse = score.ticks(score.measures[score.measure_index_at(repeat.onset)].time_signature.pulse_quarters)
    slack = (repeat.end - repeat.onset) % repeat.shift
    starts = range(repeat.onset, repeat.onset + slack + 1, max(pulse // 2, 1))
    onset = max(starts, key=lambda start: (score.strength(start), -start))
    shift, uneven = divmod(repeat.shift, split)
    part = pulse // 2 if shift <= FINE * pulse else pulse
    if uneven or shift % part:
        return None
    count = ((repeat.end - onset) // repeat.shift + 1) * split
    letters = next(step for step in range(LETTERS) if (split * step - repeat.letters) % LETTERS == 0)
    return _laid(piece, Statements(onset, shift, count, letters, part, *_NOTHING))


def _laid(piece: Piece, frame: Statements) -> Statements:
    """The statements with what sounds in them."""
    slices = piece.slices
    times = frame.onset + np.arange(0, frame.shift * frame.count, max(frame.part // SAMPLES, 1))
    number, inside = np.divmod(times - frame.onset, frame.shift)
    which, parts = inside // frame.part, frame.shift // frame.part
    at = slices.at(times)
    rows = slices.row[at]
    sounds = rows >= 0
    letters = (slices.notes.diatonic[rows] - frame.letters * number[:, None]) % LETTERS
    moments, voices = np.nonzero(sounds)
    heard = np.zeros((parts, LETTERS))
    np.add.at(heard, (which[moments], letters[moments, voices]), 1.0)
    fifths = np.zeros((frame.count, parts, 2 * MIDDLE + 1), dtype=bool)
    places = np.clip(slices.notes["fifths"][rows[moments, voices]] + MIDDLE, 0, 2 * MIDDLE)
    fifths[number[moments], which[moments], places] = True
    lowest = slices.lowest[at]
    bass = np.zeros((parts, LETTERS))
    np.add.at(bass, (which, (slices.notes.diatonic[lowest] - frame.letters * number) % LETTERS), lowest >= 0)
    starts = frame.onset + frame.part * np.arange(parts)[:, None] + frame.shift * np.arange(frame.count)
    roots = piece.roots_at(starts)
    moved = (roots - frame.letters * np.arange(frame.count)) % LETTERS
    return replace(
        frame,
        sounding=heard / np.maximum(heard.sum(axis=1, keepdims=True), 1),
        bass=bass.argmax(axis=1),
        votes=np.stack([(moved == letter).mean(axis=1) for letter in range(LETTERS)], axis=1),
        fifths=fifths,
    )
