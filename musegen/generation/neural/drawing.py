"""Drawing: particles go through the frames of many tasks at once; laws mask what they may sing, and costs weigh them.

Each task has a few particles. In every frame a particle draws, from the network, its chord, then a note for each voice
among those that the pack's rules let pass, then which notes are struck anew. What a rule only dislikes weighs a
particle down; on each pulse the particles of a task are drawn again by weight, so that those in a corner are given up
for those that found a way (sequential Monte Carlo: Doucet, de Freitas & Gordon 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.decode.voice_laws import Laws
from musegen.generation.neural.chord_columns import harmony_of, named_keys
from musegen.generation.neural.chord_tables import figure_numbers, key_classes, places_of
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames
from musegen.generation.neural.listening import HELD, LOWEST, STRUCK, Listener, numbers_of
from musegen.generation.neural.network import LAYERS, Harmoniser, harmoniser
from musegen.generation.neural.said import UNSAID, Said
from musegen.generation.neural.spelling import spelled
from musegen.theory.sonority import Sonority

Array = npt.NDArray[Any]

PARTICLES = 4
TRIED = 10
"""Notes that a particle tries in a voice before it gives up."""
STUCK = 12.0
"""What it costs, in nats, to sing on where no note is lawful: such a particle lives only while no other does."""
WEIGHT = 1.0
"""Nats that a point of a rule that only weighs costs."""
_FAINT = 18.0
"""A note less likely than the likeliest by more nats is not drawn."""


def draw(
    tasks: Sequence[Task],
    rng: Generator,
    *,
    pack: str = "chorale",
    particles: int = PARTICLES,
    temperature: float = 1.0,
    network: Harmoniser | None = None,
) -> list[list[Drawn]]:
    """Answers to each task, best first; all of one task have the same first notes more often than not.

    Given notes are kept whatever the rules say of them. A lower `temperature` makes likely notes likelier.
    """
    if not tasks:
        return []
    return _Drawing(tasks, rng, Laws(pack), particles, temperature, network or harmoniser()).run()


class _Drawing:
    """All particles of all tasks; rows of every array are particles, those of one task side by side."""

    def __init__(
        self, tasks: Sequence[Task], rng: Generator, laws: Laws, particles: int, temperature: float, network: Harmoniser
    ) -> None:
        self.tasks, self.rng, self.laws, self.network = tasks, rng, laws, network
        self.particles, self.temperature = particles, temperature
        self.lengths = np.array([len(task.joined) for task in tasks])
        self.contexts = network.contexts(tasks)
        rows, length = len(tasks) * particles, int(self.lengths.max())
        self.said = Said(*(_padded([task.said[place] for task in tasks], UNSAID) for place in range(len(Said._fields))))
        self.free = _padded([task.free for task in tasks], False)
        self.joined = _padded([task.joined for task in tasks], False)
        self.given = numbers_of(_padded([task.given.pitch for task in tasks], 0).astype(np.int64))
        self.given_fifths = _padded([task.given.fifths for task in tasks], 0)
        self.given_attack = _padded([task.given.attack for task in tasks], False)
        self.owner = np.repeat(np.arange(len(tasks)), particles)
        self.note = np.zeros((length, rows, VOICES), dtype=np.int16)
        self.fifths = np.zeros((length, rows, VOICES), dtype=np.int16)
        self.attack = np.zeros((length, rows, VOICES), dtype=bool)
        self.local = np.full((length, rows), UNSAID, dtype=np.int16)
        self.figure = np.full((length, rows), UNSAID, dtype=np.int16)
        self.listener = Listener(rows)
        self.state = np.zeros((LAYERS, rows, network.width), dtype=np.float32)
        self.weight, self.likely, self.cost = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        self.lack = np.zeros((rows, 0), dtype=bool)
        self.sung = Sonority(
            np.zeros((rows, VOICES), np.int16), np.zeros((rows, VOICES), np.int16),
            np.zeros((rows, VOICES), bool), np.zeros((rows, VOICES), bool),
            harmony_of(np.full(rows, 24), np.full(rows, UNSAID)),
        )  # fmt: skip

    def run(self) -> list[list[Drawn]]:
        for time in range(len(self.note)):
            self._frame(time)
            if time % A_QUARTER == A_QUARTER - 1:
                self._drawn_again(time)
        return [self._answers(number) for number in range(len(self.tasks))]

    def _frame(self, time: int) -> None:
        context = self.contexts[self.owner, time]
        chord = (self.local[time - 1], self.figure[time - 1]) if time else (self.local[0], self.figure[0])
        before = key_classes(chord[0].astype(np.int64)), figure_numbers(*(column.astype(np.int64) for column in chord))
        memory, self.state = self.network.remember(self.listener.now, *before, context, self.state)
        self._chords(time, memory, context, before)
        harmony = harmony_of(self.local[time], self.figure[time])
        self._notes(time, memory, context, harmony)
        self._strike(time, memory, context)

    def _chords(self, time: int, memory: Array, context: Array, before: tuple[Array, Array]) -> None:
        """Draw key and chord where they are not said; a chord begins on an eighth, or where one is said."""
        local, figure = (getattr(self.said, name)[self.owner, time].astype(np.int64) for name in ("local", "figure"))
        old_local, old_figure = (column[max(time - 1, 0)].astype(np.int64) for column in (self.local, self.figure))
        home = self.said.home[self.owner, time].astype(np.int64)
        asked = figure == UNSAID
        phase = self.said.phase[self.owner, time]
        begin, keys = self.network.change(memory, context, *before)
        chance = 1 / (1 + np.exp(-begin / self.temperature))
        begins = asked & (((self.rng.random(len(asked)) < chance) & (phase % 2 == 0)) | (old_figure == UNSAID))
        begins |= asked & (local != UNSAID) & (local != old_local)
        drawn = named_keys(1 + self._drawn(keys), home).astype(np.int64)
        new_local = np.where(local != UNSAID, local, np.where(begins, drawn, old_local))
        self.local[time] = new_local
        self.figure[time] = np.where(asked, np.where(begins, UNSAID, old_figure), figure)
        rows = np.flatnonzero(begins)
        if len(rows):
            logits = self.network.figures(
                memory[rows], context[rows], before[0][rows], before[1][rows], key_classes(new_local[rows])
            )
            self.figure[time, rows] = self._figure(rows, time, logits)

    def _figure(self, rows: Array, time: int, logits: Array) -> Array:
        """A chord's place in its vocabulary, of those in the inversion that is said."""
        wanted = self.said.inversion[self.owner[rows], time]
        logits = np.where((wanted[:, None] == UNSAID) | (_inversions()[None] == wanted[:, None]), logits, -30.0)
        return places_of(self._drawn(logits))

    def _drawn(self, logits: Array) -> Array:
        return np.asarray((logits / self.temperature + self.rng.gumbel(size=logits.shape)).argmax(axis=1))

    def _notes(self, time: int, memory: Array, context: Array, harmony: Any) -> None:
        local, figure = self.local[time].astype(np.int64), self.figure[time].astype(np.int64)
        classes, numbers = key_classes(local), figure_numbers(local, figure)
        before = self.listener.now.note
        joined = self.joined[self.owner, time]
        pulse = self.said.phase[self.owner, time] % A_QUARTER == 0
        now = Sonority(
            np.zeros(before.shape, np.int16), np.zeros(before.shape, np.int16),
            np.zeros(before.shape, bool), np.zeros(before.shape, bool), harmony,
        )  # fmt: skip
        decided = np.zeros(before.shape, dtype=np.int64)
        names = _spellings(local, figure)
        order = [*np.flatnonzero(~self.free[:, time].any(axis=0)), *np.flatnonzero(self.free[:, time].any(axis=0))]
        for voice in order:
            free = self.free[self.owner, time, voice]
            decided[:, voice] = self.given[self.owner, time, voice]
            self._place(now, voice, decided, before, np.arange(len(free)), names)
            rows = np.flatnonzero(~free)
            now.fifths[rows, voice] = self.given_fifths[self.owner[rows], time, voice]
            if free.any():
                logits = self.network.notes(voice, memory, context, classes, numbers, before[:, voice], decided)
                self._sing(voice, np.flatnonzero(free), logits, now, decided, before, joined, pulse, names)
        refused = self.laws.refused_chord(self.sung, now, joined, pulse=pulse)
        cost = self.laws.costs(self.sung, now, joined, pulse=pulse) + self._lacking(now, time)
        alive = time < self.lengths[self.owner]
        self.weight -= alive * (STUCK * refused + WEIGHT * cost)
        self.cost += alive * cost
        self.note[time], self.fifths[time], self.attack[time] = decided, now.fifths, now.attack
        self.sung = _sung_last(self.sung, now)

    def _lacking(self, now: Sonority, time: int) -> Array:
        """What chords that have just ended lacked from beginning to end."""
        ended = (self.local[time] != self.local[time - 1]) | (self.figure[time] != self.figure[time - 1])
        here = self.laws.lacks(now)
        if time == 0:
            self.lack = here
            return np.zeros(len(ended))
        cost = np.where(ended, self.laws.lack_costs(self.lack) + STUCK * self.laws.lack_refused(self.lack), 0.0)
        self.lack = here & (self.lack | ended[:, None])
        return cost

    def _place(self, now: Sonority, voice: int, decided: Array, before: Array, rows: Array, names: Array) -> None:
        """Put the notes of a voice into the sonority of some rows."""
        note = decided[rows, voice]
        now.pitch[rows, voice] = np.where(note > 0, note + LOWEST, 0)
        now.fifths[rows, voice] = np.where(note > 0, names[rows, (note + LOWEST) % 12], 0)
        now.sounds[rows, voice] = note > 0
        now.attack[rows, voice] = (note > 0) & (note != before[rows, voice])

    def _sing(
        self, voice: int, rows: Array, logits: Array, now: Sonority, decided: Array, before: Array, joined: Array,
        pulse: Array, names: Array,
    ) -> None:  # fmt: skip
        """Draw the note of a voice in some rows: the likeliest by chance that no rule refuses."""
        scaled = logits[rows] / self.temperature
        scaled[:, 0] = -np.inf
        scaled = np.where(scaled < scaled.max(axis=1, keepdims=True) - _FAINT, -np.inf, scaled)
        tried = scaled + self.rng.gumbel(size=scaled.shape)
        open_rows = np.arange(len(rows))
        first = tried.argmax(axis=1)
        chosen = first.copy()
        for _ in range(TRIED):
            here = rows[open_rows]
            decided[here, voice] = chosen[open_rows]
            self._place(now, voice, decided, before, here, names)
            refused = self.laws.refused(self.sung[here], now[here], joined[here], voice, pulse=pulse[here])
            open_rows = open_rows[refused]
            if not len(open_rows):
                break
            tried[open_rows, chosen[open_rows]] = -np.inf
            chosen[open_rows] = tried[open_rows].argmax(axis=1)
        if len(open_rows):
            self.weight[rows[open_rows]] -= STUCK
            decided[rows[open_rows], voice] = first[open_rows]
            self._place(now, voice, decided, before, rows[open_rows], names)
        peak = logits[rows].max(axis=1)
        norm = peak + np.log(np.exp(logits[rows] - peak[:, None]).sum(axis=1))
        alive = self.lengths[self.owner[rows]] > 0
        self.likely[rows] += alive * (logits[rows, decided[rows, voice]] - norm)

    def _strike(self, time: int, memory: Array, context: Array) -> None:
        """Which of the notes that stay are struck anew."""
        before, now = self.listener.now.note, self.note[time].astype(np.int64)
        logits = self.network.struck(memory, context, before, now)
        chance = 1 / (1 + np.exp(-logits / self.temperature))
        again = (self.rng.random(chance.shape) < chance) & (now > 0) & (now == before)
        again |= ~self.joined[self.owner, time][:, None] & (now > 0)
        free = self.free[self.owner, time]
        self.attack[time] = np.where(free, self.attack[time] | again, self.given_attack[self.owner, time])
        struck = np.where(self.attack[time], STRUCK, HELD)
        self.listener.hear(now, struck, self.fifths[time].astype(np.int64))

    def _drawn_again(self, time: int) -> None:
        """The particles of each task, drawn again by weight where their weights are far apart."""
        weight = self.weight.reshape(-1, self.particles)
        share = np.exp(weight - weight.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        effective = 1 / (share**2).sum(axis=1)
        going = (effective < 0.6 * self.particles) & (time < self.lengths)
        if not going.any():
            return
        points = (self.rng.random((len(share), 1)) + np.arange(self.particles)) / self.particles
        picked = (np.cumsum(share, axis=1)[:, None, :] < points[:, :, None]).sum(axis=2).clip(max=self.particles - 1)
        base = np.arange(len(share))[:, None] * self.particles
        chosen = (base + np.where(going[:, None], picked, np.arange(self.particles))).ravel()
        mean = np.log(np.exp(weight - weight.max(axis=1, keepdims=True)).mean(axis=1)) + weight.max(axis=1)
        self.weight = np.where(going[:, None], mean[:, None], weight).ravel()
        self._keep(chosen, time)

    def _keep(self, chosen: Array, time: int) -> None:
        for column in (self.note, self.fifths, self.attack, self.local, self.figure):
            column[: time + 1] = column[: time + 1, chosen]
        self.state, self.sung, self.lack = self.state[:, chosen], self.sung[chosen], self.lack[chosen]
        self.likely, self.cost = self.likely[chosen], self.cost[chosen]
        self.listener.keep(chosen)

    def _answers(self, number: int) -> list[Drawn]:
        rows = np.flatnonzero(self.owner == number)
        length, found = self.lengths[number], []
        for row in rows[np.argsort(-self.weight[rows], kind="stable")]:
            pitch = self.note[:length, row]
            frames = Frames(
                np.where(pitch > 0, pitch + LOWEST, 0).astype(np.int16),
                self.fifths[:length, row].copy(), self.attack[:length, row].copy(),
            )  # fmt: skip
            said = self.tasks[number].said._replace(
                local=self.local[:length, row].copy(), figure=self.figure[:length, row].copy()
            )
            found.append(Drawn(frames, said, float(self.likely[row]), float(self.cost[row])))
        return found


def _padded(columns: Sequence[Array], fill: Any) -> Array:
    length = max(map(len, columns))
    return np.stack([
        np.pad(column, ((0, length - len(column)), *[(0, 0)] * (column.ndim - 1)), constant_values=fill)
        for column in columns
    ])  # fmt: skip


def _sung_last(before: Sonority, now: Sonority) -> Sonority:
    """What each voice sang last, a rest letting the note before it stand."""
    return Sonority(
        np.where(now.sounds, now.pitch, before.pitch), np.where(now.sounds, now.fifths, before.fifths),
        now.sounds | before.sounds, now.attack, now.harmony,
    )  # fmt: skip


def _spellings(local: Array, figure: Array) -> Array:
    """(rows, 12): the place on the line of fifths of every pitch class in each row's key and chord."""
    classes = np.broadcast_to(np.arange(60, 72), (len(local), 12))
    named = [spelled(classes[:, at : at + VOICES], local, figure) for at in range(0, 12, VOICES)]
    return np.concatenate(named, axis=1).astype(np.int16)


def _inversions() -> Array:
    from musegen.theory.vocabulary import numerals

    every = [numeral.inversion for minor in (False, True) for numeral in numerals(minor)]
    return np.array([UNSAID, *every])


