"""The harmony of a transposed repetition: what all its statements sound together, laid over one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
_FIGURES = {(0, False): "5", (1, False): "6", (2, False): "64", (0, True): "7", (1, True): "65", (2, True): "43"}


@dataclass(frozen=True)
class Statements:
    """A model stated `count` times, each `letters` higher; its parts of `part` ticks, `members` of each chord.

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
    fifths: Bools  # (statement, part, place on the line of fifths + 40): sounds

    @property
    def end(self) -> int:
        """The end of the last statement, in ticks."""
        return self.onset + self.count * self.shift

    def fit(self) -> Floats:
        """(part, letter): how well a chord on this letter explains the part; 2 is all."""
        heard = self.sounding
        members = heard + np.roll(heard, -2, 1) + np.roll(heard, -4, 1) + SEVENTH * np.roll(heard, -6, 1)
        return np.asarray(members + self.votes)

    def figure(self, part: int, root: int) -> str:
        """The figured bass of the chord on `root` in a part: `5`, `6`, `7`, `65`, ...; empty where it is none."""
        above = (int(self.bass[part]) - root) % LETTERS
        if above == 6:
            return "42"
        seventh = bool(self.sounding[part, (root + 6) % LETTERS] > HEARD)
        return _FIGURES.get((above // 2, seventh), "") if above in (0, 2, 4) else ""


def stated(score: Score, analysis: Analysis, slices: Slices, repeat: Repeat) -> Statements:
    """The statements of a repetition, from the strongest beat at which it can be heard to begin."""
    pulse = score.ticks(score.measures[score.measure_index_at(repeat.onset)].time_signature.pulse_quarters)
    slack = (repeat.end - repeat.onset) % repeat.shift
    starts = range(repeat.onset, repeat.onset + slack + 1, max(pulse // 2, 1))
    onset = max(starts, key=lambda start: (score.strength(start), -start))
    count = (repeat.end - onset) // repeat.shift + 1
    part = min(pulse, repeat.shift // 2)
    times = onset + np.arange(0, repeat.shift * count, max(part // SAMPLES, 1))
    number, inside = np.divmod(times - onset, repeat.shift)
    which = inside // part
    parts = -(-repeat.shift // part)
    at = np.searchsorted(slices.onset, times, side="right") - 1
    sounds = slices.sounds[at]
    letters = (slices.diatonic[at] - repeat.letters * number[:, None]) % LETTERS
    moments, voices = np.nonzero(sounds)
    heard = np.zeros((parts, LETTERS))
    np.add.at(heard, (which[moments], letters[moments, voices]), 1.0)
    fifths = np.zeros((count, parts, 81), dtype=bool)
    fifths[number[moments], which[moments], np.clip(slices.column("fifths")[at][moments, voices] + 40, 0, 80)] = True
    lowest = np.where(sounds, slices.column("pitch")[at], 999).argmin(axis=1)
    bass = np.zeros((parts, LETTERS))
    np.add.at(bass, (which, letters[np.arange(len(times)), lowest]), sounds.any(axis=1))
    roots = _roots(analysis, onset + part * np.arange(parts)[:, None] + repeat.shift * np.arange(count))
    votes = (roots - repeat.letters * np.arange(count)) % LETTERS
    return Statements(
        onset, repeat.shift, count, repeat.letters, part,
        heard / np.maximum(heard.sum(axis=1, keepdims=True), 1),
        bass.argmax(axis=1),
        np.stack([(votes == letter).mean(axis=1) for letter in range(LETTERS)], axis=1),
        fifths,
    )  # fmt: skip


def _roots(analysis: Analysis, times: Ints) -> Ints:
    """The letters of the roots that the analysis has at these times."""
    letters = np.array([int(step_of(chord.key.tonic + chord.numeral.root)) for chord in analysis.chords])
    return np.asarray(letters[analysis.chord_indices(times.ravel())].reshape(times.shape))
