"""Drawing: particles go through the frames of many tasks at once; laws mask what they may sing, and costs weigh them.

Each task has a few particles. In every frame a particle draws, from the network, its chord, then a note for each voice
among those that the pack's rules let pass, then which notes are struck anew. What a rule only dislikes weighs a
particle down; on each pulse the particles of a task are drawn again by weight, so that those in a corner are given up
for those that found a way (sequential Monte Carlo: Doucet, de Freitas & Gordon 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.decode.composing import composing_laws, keeps_textbook, refused_by_ear
from musegen.generation.neural.chord_columns import harmony_of, named_keys
from musegen.generation.neural.chord_tables import figure_numbers, key_classes, places_of
from musegen.generation.neural.closes import other_basses, other_sopranos
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, VOICES
from musegen.generation.neural.listening import HELD, LOWEST, NOTES, STRUCK, numbers_of
from musegen.generation.neural.network import Harmoniser, harmoniser
from musegen.generation.neural.particles import Particles, Record, silence
from musegen.generation.neural.said import UNSAID, Said
from musegen.generation.neural.spelling import spelled
from musegen.generation.voicings import COMFORTABLE
from musegen.score.pitch import pitch_class_of
from musegen.theory.sonority import Sonority
from musegen.theory.vocabulary import numerals

Array = npt.NDArray[Any]

PARTICLES = 4
TRIED = 12
"""Notes that a particle tries in a voice before it gives up."""
STUCK = 12.0
"""What it costs, in nats, to sing on where no note is lawful: such a particle lives only while no other does."""
WEIGHT = 1.0
"""Nats that a point of a rule that only weighs costs."""
DISCOMFORT = 3.0
"""What a semitone outside the comfortable ranges costs, in nats: Bach's sopranos leave them once in 2,000 frames."""
_FAINT = 18.0
"""A note less likely than the likeliest by more nats is not drawn."""
_IMPOSSIBLE, _LEAST = -30.0, 1e-9
_CHORD_BEGINS = A_QUARTER // 2
"""Frames of the beats on which a chord may begin: eighths."""


def draw(
    tasks: Sequence[Task],
    rng: Generator,
    *,
    pack: str = "chorale",
    particles: int = PARTICLES,
    temperature: float = 1.0,
    network: Harmoniser | None = None,
) -> list[list[Drawn]]:
    """Answers to each task, best first; those of one task have passages in common.

    Given notes and chords are kept whatever the rules say of them. A lower `temperature` makes likely notes likelier.
    """
    if not tasks:
        return []
    order = sorted(range(len(tasks)), key=lambda number: -len(tasks[number].joined))
    one = _Drawing([tasks[number] for number in order], rng, pack, particles, temperature, network)
    found = dict(zip(order, one.run(), strict=True))
    return [found[number] for number in range(len(tasks))]


class _Frame(NamedTuple):
    """What the particles know as they draw a frame, a row each."""

    time: int
    memory: Array
    context: Array
    before: Array  # (rows, voices): the notes of the frame before
    free: Array  # (rows, voices)
    joined: Array
    pulse: Array
    linked: Array  # rules of a succession hold: everywhere where music must stand a strict judge
    home: Array  # pitch class of the home tonic


class _Drawing:
    """All particles of all tasks, the longest task first."""

    def __init__(
        self, tasks: Sequence[Task], rng: Generator, pack: str, each: int, temperature: float,
        network: Harmoniser | None,
    ) -> None:  # fmt: skip
        self.tasks, self.rng, self.temperature = tasks, rng, temperature
        self.laws, self.by_ear = composing_laws(pack), keeps_textbook(pack)
        self.network = network or harmoniser()
        self.lengths = np.array([len(task.joined) for task in tasks])
        self.contexts = self.network.contexts(tasks)
        self.said = Said(*(_padded([task.said[place] for task in tasks], UNSAID) for place in range(len(Said._fields))))
        self.free, self.joined = (
            _padded([getattr(task, name) for task in tasks], False) for name in ("free", "joined")
        )
        pitch, self.fifths, self.attack = (_padded([task.given[place] for task in tasks], 0) for place in range(3))
        self.given = numbers_of(pitch.astype(np.int64))
        self.particles = Particles(len(tasks), each, self.network.width)
        self.record = Record(int(self.lengths[0]), len(self.particles))
        self.answers: list[list[Drawn]] = [[] for _ in tasks]

    def run(self) -> list[list[Drawn]]:
        """Every frame, and the answers of each task as it ends."""
        for time in range(len(self.record.note)):
            self._frame(time)
            if time % A_QUARTER == A_QUARTER - 1:
                chosen = self.particles.draw_again(self.rng)
                if chosen is not None:
                    self.record.keep(time + 1, chosen)
            self._finish(time + 1)
        return self.answers

    def _finish(self, time: int) -> None:
        """Take the answers of the tasks that end here."""
        tasks, every = int((self.lengths > time).sum()), self.particles
        rows = tasks * every.each
        for row in sorted(range(rows, len(every)), key=lambda row: -every.weight[row]):
            number = int(every.owner[row])
            length, task = int(self.lengths[number]), self.tasks[number]
            local, figure = (column[:length, row].copy() for column in (self.record.local, self.record.figure))
            frames, said = self.record.frames(row, length), task.said._replace(local=local, figure=figure)
            self.answers[number].append(Drawn(frames, said, float(every.likely[row]), float(every.cost[row])))
        if rows < len(every):
            every.keep(np.arange(rows))

    def _frame(self, time: int) -> None:
        every, owner = self.particles, self.particles.owner
        context = self.contexts[owner, time]
        chord = self._chord_at(max(time - 1, 0))
        before = key_classes(chord[0]), figure_numbers(*chord)
        heard = every.listener.now
        memory, every.state = self.network.remember(heard, *before, context, every.state)
        pulse = self.said.phase[owner, time] % A_QUARTER == 0
        free, joined = self.free[owner, time], self.joined[owner, time]
        linked = joined | self.by_ear
        home = pitch_class_of(self.said.home[owner, time].astype(np.int64) // 2 - 12)
        frame = _Frame(time, memory, context, heard.note, free, joined, pulse, linked, home)
        self._chords(frame, chord, before)
        self._notes(frame)
        self._strike(frame)

    def _chord_at(self, time: int) -> tuple[Array, Array]:
        rows = len(self.particles)
        return tuple(column[time, :rows].astype(np.int64) for column in (self.record.local, self.record.figure))  # type: ignore[return-value]

    def _chords(self, frame: _Frame, old: tuple[Array, Array], before: tuple[Array, Array]) -> None:
        """Draw key and chord where they are not said; a chord begins on an eighth, or where one is said."""
        time, owner = frame.time, self.particles.owner
        local, figure, home, phase = (
            getattr(self.said, name)[owner, time].astype(np.int64) for name in ("local", "figure", "home", "phase")
        )
        begin, keys = self.network.change(frame.memory, frame.context, *before)
        begins = (self.rng.random(len(owner)) < self._chance(begin)) & (phase % _CHORD_BEGINS == 0)
        begins |= (old[1] == UNSAID) | ((local != UNSAID) & (local != old[0]))
        begins &= figure == UNSAID
        drawn = named_keys(1 + self._drawn(keys), home)
        new_local = np.where(local != UNSAID, local, np.where(begins, drawn, old[0]))
        new_figure = np.where(figure == UNSAID, old[1], figure)
        rows = np.flatnonzero(begins)
        if len(rows):
            seen = (frame.memory[rows], frame.context[rows], before[0][rows], before[1][rows])
            logits = self.network.figures(*seen, key_classes(new_local[rows]))
            new_figure[rows] = self._figure(logits, self.said.inversion[owner[rows], time])
        self.record.local[time, : len(owner)], self.record.figure[time, : len(owner)] = new_local, new_figure

    def _figure(self, logits: Array, inversion: Array) -> Array:
        """A chord's place in its vocabulary, of those in the inversion that is said."""
        fits = (inversion[:, None] == UNSAID) | (_inversions() == inversion[:, None])
        return places_of(self._drawn(np.where(fits, logits, _IMPOSSIBLE)))

    def _drawn(self, logits: Array) -> Array:
        return np.asarray((logits / self.temperature + self.rng.gumbel(size=logits.shape)).argmax(axis=1))

    def _chance(self, logits: Array) -> Array:
        return np.asarray(1 / (1 + np.exp(-logits / self.temperature)))

    def _notes(self, frame: _Frame) -> None:
        """Given notes first, then a note for each free voice, from the top; and what the whole sonority costs."""
        every, time, rows = self.particles, frame.time, np.arange(len(self.particles))
        local, figure = self._chord_at(time)
        chord = key_classes(local), figure_numbers(local, figure)
        now = silence(len(rows), harmony_of(local, figure))
        names, decided = _spellings(local, figure), self.given[every.owner, time]
        for voice in range(VOICES):
            given = np.flatnonzero(~frame.free[:, voice])
            _place(now, voice, given, decided, frame.before, names)
            now.fifths[given, voice] = self.fifths[every.owner[given], time, voice]
        for voice in range(VOICES):
            free = np.flatnonzero(frame.free[:, voice])
            if len(free):
                seen = (
                    column[free] for column in (frame.memory, frame.context, *chord, frame.before[:, voice], decided)
                )
                logits = self.network.notes(voice, *seen)
                if voice in (0, VOICES - 1):
                    logits = self._as_asked(voice, logits, free, frame)
                self._sing(voice, free, logits, frame, now, decided, names)
        self._weigh(frame, now)
        record, end = self.record, len(rows)
        record.note[time, :end], record.fifths[time, :end], record.attack[time, :end] = decided, now.fifths, now.attack
        every.sing(now)

    def _as_asked(self, voice: int, logits: Array, rows: Array, frame: _Frame) -> Array:
        """The logits of an outer voice without what would make another cadence or chord than was asked for.

        A particle whose line does not lead to what is left is the less worth.
        """
        every = self.particles
        other = (self._other_basses(frame) if voice else self._other_sopranos(frame))[rows]
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        lost = np.log(np.maximum(np.where(other, 0.0, share).sum(axis=1) / share.sum(axis=1), _LEAST))
        every.weight[rows] += lost
        every.likely[rows] += lost
        return np.where(other, _IMPOSSIBLE, logits)

    def _other_sopranos(self, frame: _Frame) -> Array:
        owner, time = self.particles.owner, frame.time
        cadence, left = self.said.cadence[owner, time], self.said.to_phrase_end[owner, time]
        tonic = pitch_class_of(self._chord_at(time)[0] // 2 - 12)
        before = figure_numbers(*self._chord_at(max(time - 1, 0)))
        goes_on = (left == 0) & (self.said.to_phrase_end[owner, max(time - 1, 0)] == 0) & frame.joined
        return other_sopranos(cadence, left, goes_on, tonic, before, frame.before[:, 0])

    def _other_basses(self, frame: _Frame) -> Array:
        owner, time = self.particles.owner, frame.time
        is_new = np.full(len(owner), time == 0)
        for column in (self.said.local, self.said.figure):
            is_new |= column[owner, time] != column[owner, max(time - 1, 0)]
        begins = is_new & (self.said.figure[owner, time] != UNSAID)
        local, figure = self._chord_at(time)
        return other_basses(begins, figure_numbers(local, figure), pitch_class_of(local // 2 - 12))

    def _sing(
        self, voice: int, rows: Array, logits: Array, frame: _Frame, now: Sonority, decided: Array, names: Array
    ) -> None:
        """Draw the note of a voice in some rows: the likeliest by chance that no rule refuses."""
        scaled = logits / self.temperature - _discomfort()[voice]
        scaled[:, 0] = -np.inf
        scaled[scaled < scaled.max(axis=1, keepdims=True) - _FAINT] = -np.inf
        tried = scaled + self.rng.gumbel(size=scaled.shape)
        self._settle(voice, rows, tried, frame, now, decided, names)
        peak = logits.max(axis=1)
        whole = peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1))
        self.particles.likely[rows] += logits[np.arange(len(rows)), decided[rows, voice]] - whole

    def _settle(
        self, voice: int, rows: Array, tried: Array, frame: _Frame, now: Sonority, decided: Array, names: Array
    ) -> None:
        """Take in each row the first note, in the order of `tried`, that is lawful; where none is, the first one."""
        chosen = tried.argmax(axis=1)
        first, left = chosen.copy(), np.arange(len(rows))
        stuck = np.zeros(len(rows), dtype=bool)
        for _ in range(TRIED):
            decided[rows[left], voice] = chosen[left]
            _place(now, voice, rows[left], decided, frame.before, names)
            left = left[self._refused(voice, rows[left], frame, now)]
            tried[left, chosen[left]] = -np.inf
            chosen[left] = tried[left].argmax(axis=1)
            spent = np.isneginf(tried[left, chosen[left]])
            stuck[left[spent]], left = True, left[~spent]
            if not len(left):
                break
        stuck[left] = True
        if stuck.any():
            self.particles.weight[rows[stuck]] -= STUCK
            decided[rows[stuck], voice] = first[stuck]
            _place(now, voice, rows[stuck], decided, frame.before, names)

    def _refused(self, voice: int, rows: Array, frame: _Frame, now: Sonority) -> Array:
        """Where the note of a voice is unlawful; by ear, too, where it is the last one to be decided."""
        before, here = self.particles.sung[rows], now[rows]
        refused = self.laws.refused(before, here, frame.linked[rows], voice, pulse=frame.pulse[rows])
        if self.by_ear:
            last = np.flatnonzero(~refused & ~frame.free[rows, voice + 1 :].any(axis=1))
            refused[last] = refused_by_ear(before[last], here[last], frame.home[rows[last]])
        return refused

    def _weigh(self, frame: _Frame, now: Sonority) -> None:
        """What the laws that see whole sonorities say, and those about what a chord lacked that has just ended."""
        every, laws = self.particles, self.laws
        refused = laws.refused_chord(every.sung, now, frame.linked, pulse=frame.pulse, free=frame.free)
        cost = laws.costs(every.sung, now, frame.linked, pulse=frame.pulse)
        lack = laws.lacks(now)
        if frame.time:
            before, here = self._chord_at(frame.time - 1), self._chord_at(frame.time)
            ended = (before[0] != here[0]) | (before[1] != here[1])
            refused |= ended & laws.lack_refused(every.lack)
            cost = cost + np.where(ended, laws.lack_costs(every.lack), 0.0)
            lack &= every.lack | ended[:, None]
        every.lack = lack
        every.weight -= STUCK * refused + WEIGHT * cost
        every.cost += cost

    def _strike(self, frame: _Frame) -> None:
        """Which of the notes that stay are struck anew: where a phrase begins all are."""
        every, time = self.particles, frame.time
        rows = len(every)
        now = self.record.note[time, :rows].astype(np.int64)
        chance = self._chance(self.network.struck(frame.memory, frame.context, frame.before, now))
        again = (self.rng.random(chance.shape) < chance) | ~frame.joined[:, None]
        attack = self.record.attack[time, :rows] | (again & (now > 0))
        attack = np.where(frame.free, attack, self.attack[every.owner, time])
        self.record.attack[time, :rows] = attack
        fifths = self.record.fifths[time, :rows].astype(np.int64)
        every.listener.hear(now, np.where(attack, STRUCK, HELD), fifths)


def _place(now: Sonority, voice: int, rows: Array, decided: Array, before: Array, names: Array) -> None:
    """Put the notes of a voice into the sonority of some rows."""
    note = decided[rows, voice]
    sounds = note > 0
    now.pitch[rows, voice] = np.where(sounds, note + LOWEST, 0)
    now.fifths[rows, voice] = np.where(sounds, names[rows, (note + LOWEST) % 12], 0)
    now.sounds[rows, voice] = sounds
    now.attack[rows, voice] = sounds & (note != before[rows, voice])


def _padded(columns: Sequence[Array], fill: Any) -> Array:
    length = max(map(len, columns))
    return np.stack([
        np.pad(column, ((0, length - len(column)), *[(0, 0)] * (column.ndim - 1)), constant_values=fill)
        for column in columns
    ])  # fmt: skip


def _spellings(local: Array, figure: Array) -> Array:
    """(rows, 12): the place on the line of fifths of every pitch class in each row's key and chord."""
    classes = np.broadcast_to(np.arange(60, 72, dtype=np.int16), (len(local), 12))
    named = [spelled(classes[:, at : at + VOICES], local, figure) for at in range(0, 12, VOICES)]
    return np.concatenate(named, axis=1)


@cache
def _discomfort() -> Array:
    """(voices, notes): what notes cost that lie outside the comfortable ranges."""
    low, high = np.array(COMFORTABLE).T[:, :, None]
    note = np.arange(NOTES) + LOWEST
    return np.asarray(DISCOMFORT * np.maximum(np.maximum(low - note, note - high), 0))


@cache
def _inversions() -> Array:
    """(figures,): the inversion of every figure by number."""
    every = [numeral.inversion for minor in (False, True) for numeral in numerals(minor)]
    return np.array([UNSAID, *every])
