"""The notes of one frame: each particle draws a voice after the other, and anew where it gets stuck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.decode.coming import Coming
from musegen.generation.decode.composing import ByEar, composing_laws, keeps_textbook
from musegen.generation.decode.numbering import codes_of
from musegen.generation.decode.voice_laws import Moment
from musegen.generation.neural.foreign import Going
from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.jarring import clashes, covered, is_rest, of_chord, unled
from musegen.generation.neural.listening import LOWEST, NOTES
from musegen.generation.neural.network import Harmoniser, Seen, gumbel, log_shares
from musegen.generation.neural.tilting import Tilts, of_pairs
from musegen.generation.voicings import COMFORTABLE
from musegen.theory.sonority import Sonority

Array = npt.NDArray[Any]

TRIED, AGAIN = 30, 4
"""Notes that a particle tries in a voice before it is stuck, and times that it sings a frame before it gives up."""
STUCK = 12.0
"""What it costs, in nats, to sing on where no note is lawful: such a particle lives only while no other does."""
DISCOMFORT = 3.0
"""What a semitone outside the comfortable ranges costs, in nats: Bach's sopranos leave them once in 2,000 frames."""
IMPOSSIBLE = -30.0
_FAINT = 25.0
"""A note less likely than the likeliest by more nats is not drawn."""
_LEAST = 1e-5


class Frame(NamedTuple):
    """What the particles know as they draw a frame, a row each."""

    time: int
    seen: Seen  # with the chord before
    before: Array  # (rows, voices): the notes of the frame before
    free: Array  # (rows, voices)
    joined: Array
    pulse: Array
    sung: Sonority  # what each voice sang last
    come: Going  # how each voice comes
    earlier: Array  # (rows, voices): the notes a quarter ago, 0 where there is none


def _nobody() -> Array:
    return np.zeros(0, dtype=bool)


@dataclass
class Made:
    """The sonorities that are being made."""

    now: Sonority
    decided: Array  # (rows, voices) numbers of notes
    names: Array  # (rows, 12): how pitch classes are spelled
    chord: tuple[Array, Array]  # key class and figure number of each row
    barred: Mapping[int, Array] = field(default_factory=dict)  # by voice (rows, notes): not what was asked for
    costs: Array = field(default_factory=_nobody)  # (voices, rows, notes): nats taken off
    begins: Array = field(default_factory=_nobody)  # (rows,): whether the chord begins
    nears: Array = field(default_factory=_nobody)  # (rows,): whether it is the last of a phrase, or leads to it
    closes: Array = field(default_factory=_nobody)  # (rows,): whether the last chord of a phrase begins here

    def place(self, voice: int, rows: Array, before: Array) -> None:
        """Put the decided notes of a voice into the sonority of some rows."""
        now, note = self.now, self.decided[rows, voice]
        sounds = note > 0
        now.pitch[rows, voice] = np.where(sounds, note + LOWEST, 0)
        now.fifths[rows, voice] = np.where(sounds, self.names[rows, (note + LOWEST) % 12], 0)
        now.sounds[rows, voice] = sounds
        now.attack[rows, voice] = sounds & (note != before[rows, voice])

    def prices(self, voice: int, rows: Array, frame: Frame, tilt: Tilts) -> Array:
        """(rows, notes): nats that notes of a voice cost, those above it being decided."""
        note, before, closes = self.decided[rows], frame.before[rows], self.closes[rows]
        cost = self.costs[voice, rows] + clashes(self.now[rows], self.names[rows], voice)
        cost += of_pairs(tilt, voice, before, note, frame.pulse[rows])
        cost += covered(voice, frame.earlier[rows], note, frame.pulse[rows])
        if voice > 0:
            chord = self.chord[0][rows], self.chord[1][rows]
            cost += of_chord(voice, note, before, chord, self.begins[rows] | closes, self.nears[rows])
        if voice == VOICES - 1:
            cost += unled(note, before, closes)
        return np.asarray(cost)

    def codes(self, rows: Array, notes: Array) -> Array:
        """(rows, notes): the codes of notes as some rows would spell them."""
        pitch = notes + LOWEST
        return codes_of(pitch, self.names[rows][:, pitch % 12])

    def at(self, rows: Array, like: Sonority) -> Sonority:
        """What sounds in some rows, with the chords of `like`."""
        now = self.now
        return Sonority(now.pitch[rows], now.fifths[rows], now.sounds[rows], now.attack[rows], like.harmony)


class Ground(NamedTuple):
    """What some rows start from, as laws read it."""

    coming: Coming
    moment: Moment  # its notes of now do not matter
    heard: ByEar | None

    def rows(self, which: Array) -> Ground:
        """Some of its rows, in order."""
        if len(which) == len(self.moment.joined):
            return self
        heard = None if self.heard is None else self.heard.rows(which)
        return Ground(self.coming.rows(which), self.moment.rows(which), heard)


class Singers:
    """Draws notes by a network under the laws of a pack."""

    def __init__(self, network: Harmoniser, tilt: Tilts, rng: Generator, pack: str, temperature: float) -> None:
        self.network, self.tilt, self.rng, self.temperature = network, tilt, rng, temperature
        self.laws, self.by_ear = composing_laws(pack), keeps_textbook(pack)

    def linked(self, frame: Frame) -> Array:
        """(rows,): where rules of a succession hold: across phrase ends, too, where a strict judge must be content."""
        return frame.joined | self.by_ear

    def sing(self, frame: Frame, made: Made, rows: Array) -> tuple[Array, Array, Array]:
        """Draw the free voices of some rows from the top.

        Back come what it adds to their weights, the log-probability of what is drawn, and which rows are stuck.
        """
        weight, likely, stuck = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
        ground = self._ground(frame, made, rows)
        for voice in range(VOICES):
            here = np.flatnonzero(frame.free[rows, voice])
            if not len(here):
                continue
            at = rows[here]
            made.now.sounds[at, voice:] &= ~frame.free[at, voice:]  # of an earlier try
            made.decided[at, voice:] = frame.seen.given[at, voice:]
            local, figure = (column[at] for column in made.chord)
            seen = frame.seen.rows(at)._replace(local=local, figure=figure)
            logits = self.network.notes(voice, seen, frame.before[at, voice], made.decided[at])
            if voice in made.barred:
                logits, lost = _without(logits, made.barred[voice][at])
                weight[here] += lost
                likely[here] += lost
            scaled, priced = self._scaled(voice, logits, made.prices(voice, at, frame, self.tilt))
            weight[here] += priced
            lost, gave_up = self._settle(voice, at, scaled, frame, made, ground.rows(here))
            weight[here] += lost
            stuck[here] |= gave_up
            likely[here] += log_shares(logits)[np.arange(len(at)), made.decided[at, voice]]
        return weight, likely, stuck

    def _ground(self, frame: Frame, made: Made, rows: Array) -> Ground:
        before, now, linked = frame.sung[rows], made.now[rows], self.linked(frame)[rows]
        heard = ByEar.of(before, (frame.seen.home[rows] - 1) // 2) if self.by_ear else None
        coming = self.laws.coming(before, now, linked, pulse=frame.pulse[rows])
        return Ground(coming, Moment.of(before, now, linked, frame.pulse[rows]), heard)

    def _scaled(self, voice: int, logits: Array, costs: Array) -> tuple[Array, Array]:
        """(rows, notes): what the network thinks, by temperature and comfort; -inf where it thinks little of a note.

        And (rows,) the log of the share of chance that the costs leave: a row in which all cost much is the less worth.
        """
        scaled = logits / self.temperature - _discomfort()[voice]
        scaled[:, 0] = -np.inf
        free, scaled = _sum(scaled), scaled - costs
        left = np.minimum(_sum(scaled) - free, 0.0)
        scaled[scaled < scaled.max(axis=1, keepdims=True) - _FAINT] = -np.inf
        return np.asarray(scaled), left

    def _settle(
        self, voice: int, rows: Array, scaled: Array, frame: Frame, made: Made, ground: Ground
    ) -> tuple[Array, Array]:
        """Take in each row the first note, in an order drawn by chance, that is lawful; where none is, the first one.

        Back come the log of the share of chance that is left without what was refused, and which rows are stuck.
        """
        notes = np.flatnonzero(np.isfinite(scaled).any(axis=0))
        tried = (scaled + gumbel(self.rng, scaled.shape))[:, notes]
        places = np.full(NOTES, -1)
        places[notes] = np.arange(len(notes))
        now = made.at(rows, ground.moment.now)
        cells = ground.coming.cells(voice, now, made.codes(rows, notes), places[frame.before[rows, voice]])
        lawful = np.where(cells & ground.coming.acts[:, None], -np.inf, tried)
        chosen, left = lawful.argmax(axis=1), np.arange(len(rows))
        while len(left := left[np.isfinite(lawful[left, chosen[left]])]):
            made.decided[rows[left], voice] = notes[chosen[left]]
            made.place(voice, rows[left], frame.before)
            found = cells[left, chosen[left]]
            left = left[self._refused(voice, rows[left], found, frame, made, ground, left)]
            lawful[left, chosen[left]] = -np.inf
            chosen[left] = lawful[left].argmax(axis=1)
        before, stuck = _tried_before(tried, lawful, chosen)
        made.decided[rows[stuck], voice] = notes[tried[stuck].argmax(axis=1)]
        made.place(voice, rows[stuck], frame.before)
        refused = (np.exp(log_shares(scaled[:, notes])) * before).sum(axis=1)
        return np.log(np.maximum(1 - refused, _LEAST)), stuck

    def _refused(
        self, voice: int, rows: Array, cells: Array, frame: Frame, made: Made, ground: Ground, left: Array
    ) -> Array:
        """Where a note is unlawful that its cells allow; by ear, too, where it is the last one to be decided."""
        moment = ground.moment.rows(left)
        moment = moment._replace(now=made.at(rows, moment.now))
        refused = self.laws.refused_as_well(moment, voice, cells)
        if ground.heard is not None:
            last = np.flatnonzero(~refused & ~frame.free[rows, voice + 1 :].any(axis=1))
            if len(last):
                now = moment.rows(last).now
                refused[last] = ground.heard.rows(left[last]).refuses(now)
                refused[last] |= made.closes[rows[last]] & ~is_rest(now.pitch, now.sounds)
        return refused


def _tried_before(tried: Array, lawful: Array, chosen: Array) -> tuple[Array, Array]:
    """(rows, notes): what was tried before the chosen note, and refused; and in which rows all that was tried is."""
    row = np.arange(len(tried))
    before = tried > tried[row, chosen][:, None]
    stuck = np.isneginf(lawful[row, chosen]) | (before.sum(axis=1) >= TRIED)
    if stuck.any():
        least = np.sort(tried[stuck], axis=1)[:, -TRIED:][:, :1]
        before[stuck] = tried[stuck] >= least
    return before, stuck


def _sum(logits: Array) -> Array:
    """(rows,): the log of the sum of what logits are logs of."""
    peak = logits.max(axis=1)
    return np.asarray(peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1)))


def _without(logits: Array, barred: Array) -> tuple[Array, Array]:
    """Logits without what was not asked for, and the log of the share that is left: such a row is the less worth."""
    share = np.exp(logits - logits.max(axis=1, keepdims=True))
    left = np.where(barred, 0.0, share).sum(axis=1) / share.sum(axis=1)
    return np.where(barred, IMPOSSIBLE, logits), np.log(np.maximum(left, _LEAST))


@cache
def _discomfort() -> Array:
    """(voices, notes): what is taken off each note's logit, 0 in the comfortable ranges and for silence."""
    pitch = np.arange(NOTES) + LOWEST
    outside = [np.maximum(low - pitch, 0) + np.maximum(pitch - high, 0) for low, high in COMFORTABLE]
    return DISCOMFORT * np.where(np.arange(NOTES) > 0, np.array(outside), 0)
