"""Drawing: particles go through the frames of many tasks at once; laws mask what they may sing, and costs weigh them.

Each task has a few particles. In every frame a particle draws, from the network, its chord, then a note for each voice
among those that the pack's rules let pass, then which notes are struck anew. What a rule only dislikes weighs a
particle down; on each pulse the particles of a task are drawn again by weight, so that those in a corner are given up
for those that found a way (sequential Monte Carlo: Doucet, de Freitas & Gordon 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.neural.ahead import ahead_of, in_the_way
from musegen.generation.neural.chord_columns import harmony_of, named_keys, names_of
from musegen.generation.neural.chord_tables import figure_numbers, inversion_table, key_classes, of_modes, places_of
from musegen.generation.neural.closes import closing, other_notes
from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.foreign import belonging, going, prices, unresolved
from musegen.generation.neural.frames import A_QUARTER, VOICES, padded
from musegen.generation.neural.jarring import relations, unrest
from musegen.generation.neural.known_chords import known_chords
from musegen.generation.neural.listening import HELD, NOTES, STRUCK, numbers_of
from musegen.generation.neural.network import NOT_GIVEN, Harmoniser, Seen, gumbel, harmoniser
from musegen.generation.neural.particles import Particles, Record, silence
from musegen.generation.neural.said import UNSAID, Said
from musegen.generation.neural.suiting import FOREIGN, STALE, against, is_stale
from musegen.generation.neural.tilting import Tilts, of_moves, of_style, tilts
from musegen.generation.neural.voices import AGAIN, IMPOSSIBLE, STUCK, Frame, Made, Singers
from musegen.rules.packs import load_pack
from musegen.theory.sonority import Sonority

Array = npt.NDArray[Any]

PARTICLES = 4
WEIGHT = 0.2
"""Nats that a point of a rule that only weighs costs."""
CHORDS = 0.85
"""Chords are drawn at this share of the temperature: what is likelier holds together better."""
OFF_PULSE = 1.4
"""Nats by which a chord is the likelier to begin between pulses: by itself the network has half of Bach's there."""
DOWNBEAT = 1.0
"""Nats by which it is the likelier to begin on a downbeat: the network keeps twice as many over barlines as Bach."""
_UNFIT = 1e4
"""Nats that no prices of other chords reach."""
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
    tilt: Tilts | None = None,
) -> list[list[Drawn]]:
    """Answers to each task, best first; those of one task have passages in common.

    Given notes and chords are kept whatever the rules say of them. A lower `temperature` makes likely notes likelier.
    """
    if not tasks:
        return []
    order = sorted(range(len(tasks)), key=lambda number: -len(tasks[number].joined))
    one = _Drawing([tasks[number] for number in order], rng, pack, particles, temperature, network, tilt)
    found = dict(zip(order, one.run(), strict=True))
    return [found[number] for number in range(len(tasks))]


class _Drawing:
    """All particles of all tasks, the longest task first."""

    def __init__(
        self, tasks: Sequence[Task], rng: Generator, pack: str, each: int, temperature: float,
        network: Harmoniser | None, tilt: Tilts | None,
    ) -> None:  # fmt: skip
        self.tasks, self.rng, self.temperature = tasks, rng, temperature
        self.network, self.tilt = network or harmoniser(), tilts() if tilt is None else tilt
        self.known = known_chords(load_pack(pack))
        self.singers = Singers(self.network, self.tilt, rng, pack, temperature)
        self.lengths = np.array([len(task.joined) for task in tasks])
        self.contexts = self.network.contexts(tasks)
        self.said = Said(*(padded([task.said[place] for task in tasks], UNSAID) for place in range(len(Said._fields))))
        self.free, self.joined = (padded([getattr(task, name) for task in tasks], False) for name in ("free", "joined"))
        pitch, self.fifths, self.attack = (padded([task.given[place] for task in tasks], 0) for place in range(3))
        self.given = np.where(self.free, NOT_GIVEN, numbers_of(pitch.astype(np.int64)))
        self.ahead = ahead_of(np.where(self.free, 0, self.given), self.free)
        self.particles = Particles(len(tasks), each, self.network.width, np.array([task.elapsed for task in tasks]))
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
        self.singers.laws.keep()
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
            likely, cost, stuck = float(every.likely[row]), float(every.cost[row]), int(every.stuck[row])
            self.answers[number].append(Drawn(frames, said, likely, cost, stuck))
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
        seen = Seen(memory, context, *before, self.given[owner, time], key_classes(self.said.home[owner, time]))
        come = going(heard.note, heard.reached, belonging(*before))
        earlier = self.record.note[time - A_QUARTER, : len(every)].astype(np.int64) * (time >= A_QUARTER)
        frame = Frame(time, seen, heard.note, free, joined, pulse, every.sung, come, earlier)
        self._notes(frame)
        self._strike(frame)

    def _chord_at(self, time: int) -> tuple[Array, Array]:
        rows = len(self.particles)
        return tuple(column[time, :rows].astype(np.int64) for column in (self.record.local, self.record.figure))  # type: ignore[return-value]

    def _chords(self, frame: Frame, rows: Array) -> None:
        """Draw key and chord of some rows where they are not said; a chord begins on an eighth, or where it is said."""
        time, owner = frame.time, self.particles.owner[rows]
        local, figure, phase = (
            getattr(self.said, name)[owner, time].astype(np.int64) for name in ("local", "figure", "phase")
        )
        old = tuple(column[rows] for column in self._chord_at(max(time - 1, 0)))
        must = (old[1] == UNSAID) | ((local != UNSAID) & (local != old[0]))
        new_local = np.where(local != UNSAID, local, old[0])
        new_figure = np.where(figure == UNSAID, old[1], figure)
        at = np.flatnonzero((must | (phase % _CHORD_BEGINS == 0)) & (figure == UNSAID))
        if len(at):
            begins, keys = self._changes(frame, rows[at])
            begins |= must[at]
            new_local[at] = np.where(local[at] != UNSAID, local[at], np.where(begins, keys, old[0][at]))
            at = at[begins]
        if len(at):
            new_figure[at] = self._figures(frame, rows[at], new_local[at])
        self.record.local[time, rows], self.record.figure[time, rows] = new_local, new_figure

    def _changes(self, frame: Frame, rows: Array) -> tuple[Array, Array]:
        """(rows,): whether a chord begins, and in which key."""
        time, owner, pulse = frame.time, self.particles.owner[rows], frame.pulse[rows]
        home, phase = (getattr(self.said, name)[owner, time].astype(np.int64) for name in ("home", "phase"))
        old = tuple(column[rows] for column in self._chord_at(max(time - 1, 0)))
        seen = frame.seen.rows(rows)
        begin, keys = self.network.change(seen)
        begin = begin + STALE * (pulse & is_stale(seen.given, self.attack[owner, time], frame.free[rows], *old))
        begin = begin + OFF_PULSE * ~pulse + DOWNBEAT * (phase == 0)
        begins = self.rng.random(len(rows)) < self._chance(begin)
        if self.known is not None:
            keys = np.where(self.known.keys[home, 1:], keys, IMPOSSIBLE)
        drawn = named_keys(1 + self._drawn(keys), home)
        if not time:  # the network has learned keys from those before, and knows none for the first chord
            drawn = np.where(home == UNSAID, drawn, home)
        return begins, drawn

    def _figures(self, frame: Frame, rows: Array, local: Array) -> Array:
        """(rows,): chords that begin in these keys."""
        seen, free, time = frame.seen.rows(rows), frame.free[rows], frame.time
        logits = self.network.figures(seen, key_classes(local))
        logits = logits - FOREIGN * against(seen.given, free, local)
        logits = logits - unresolved(frame.come.rows(rows), free, key_classes(local))
        logits = logits - unrest(closing(self.said, self.particles.owner[rows], time))
        return self._figure(logits, local, self.said.inversion[self.particles.owner[rows], time])

    def _figure(self, logits: Array, local: Array, inversion: Array) -> Array:
        """A chord's place in the vocabulary of its key's mode: of those that fit what is said and known, if any do."""
        mode = of_modes()[local % 2]
        fits = (inversion[:, None] == UNSAID) | (inversion_table() == inversion[:, None])
        if self.known is not None:
            fits = fits & self.known.figures
        return places_of(self._drawn(np.where(mode, logits - np.where(fits, 0.0, _UNFIT), -np.inf)))

    def _drawn(self, logits: Array) -> Array:
        return np.asarray((logits / (CHORDS * self.temperature) + gumbel(self.rng, logits.shape)).argmax(axis=1))

    def _chance(self, logits: Array) -> Array:
        return np.asarray(1 / (1 + np.exp(np.minimum(-logits / self.temperature, 80.0))))  # e^89 is too large a float32

    def _notes(self, frame: Frame) -> None:
        """Chords and the notes of free voices, anew where a particle is stuck; and what the whole sonority costs."""
        every, time, rows = self.particles, frame.time, np.arange(len(self.particles))
        weight, likely, made = np.zeros(len(rows)), np.zeros(len(rows)), self._given(frame)
        for _ in range(AGAIN):
            self._chords(frame, rows)
            self._cast(made, frame, rows)
            weight[rows], likely[rows], stuck = self.singers.sing(frame, made, rows)
            rows = rows[stuck]
            if not len(rows):
                break
        weight[rows] -= STUCK
        every.stuck[rows] += 1
        every.weight += weight
        every.likely += likely
        now = made.now
        self._weigh(frame, now)
        record, end = self.record, len(every)
        record.note[time, :end], record.fifths[time, :end] = made.decided, now.fifths
        record.attack[time, :end] = now.attack
        every.sing(now)

    def _given(self, frame: Frame) -> Made:
        """Sonorities of the given notes alone."""
        every, time = self.particles, frame.time
        nobody = np.zeros(len(every), dtype=np.int64)
        names = np.zeros((len(every), 12), dtype=np.int16)
        made = Made(silence(len(every), every.sung.harmony), self.given[every.owner, time], names, (nobody, nobody))
        made.costs = np.zeros((VOICES, len(every), NOTES))
        for voice in range(VOICES):
            given = np.flatnonzero(~frame.free[:, voice])
            made.place(voice, given, frame.before)
            made.now.fifths[given, voice] = self.fifths[every.owner[given], time, voice]
        return made

    def _cast(self, made: Made, frame: Frame, rows: Array) -> None:
        """Take up the chords as they are drawn in some rows: what notes are called, cost, and what is not asked for."""
        local, figure = self._chord_at(frame.time)
        made.now = replace(made.now, harmony=harmony_of(local, figure))
        made.names, made.chord = names_of(local, figure), (key_classes(local), figure_numbers(local, figure))
        chords = (local, figure), self._chord_at(max(frame.time - 1, 0))
        made.barred = other_notes(self.said, self.particles.owner, frame.time, chords, frame.joined, frame.before)
        before = frame.seen.local, frame.seen.figure
        made.begins = np.any([now != old for now, old in zip(made.chord, before, strict=True)], axis=0)
        left = self.said.to_phrase_end[self.particles.owner, frame.time]
        made.nears = (left >= 0) & (left <= A_QUARTER)
        made.closes = closing(self.said, self.particles.owner, frame.time)
        rows = rows[frame.free[rows].any(axis=1)]
        for voice, cost in self._prices(made, frame, rows).items():
            made.costs[voice, rows] = cost

    def _prices(self, made: Made, frame: Frame, rows: Array) -> dict[int, Array]:
        """By free voice (rows, notes): what notes cost, whatever the other voices sing now."""
        voices = np.flatnonzero(frame.free[rows].any(axis=0)).tolist()
        owner, every, pulse = self.particles.owner[rows], self.particles, frame.pulse[rows]
        belonged = belonging(frame.seen.local[rows], frame.seen.figure[rows])
        belong = belonging(made.chord[0][rows], made.chord[1][rows])
        foreign = prices(frame.come.rows(rows), belonged, belong, pulse, made.begins[rows], voices)
        jarring = relations(every.sung[rows], made.names[rows], every.listener.now.age[rows], pulse, voices)
        moves, style = of_moves(self.tilt, frame.come.rows(rows), pulse, voices), self.said.style[owner, frame.time]
        return {
            voice: foreign[voice] + jarring[voice] + moves[voice] + of_style(style, frame.before[rows, voice], pulse)
            + in_the_way(self.ahead, owner, frame.time, voice)
            for voice in voices
        }  # fmt: skip

    def _weigh(self, frame: Frame, now: Sonority) -> None:
        """What the laws that see whole sonorities say, and those about what a chord lacked that has just ended."""
        every, laws, linked = self.particles, self.singers.laws, self.singers.linked(frame)
        refused = laws.refused_chord(every.sung, now, linked, pulse=frame.pulse, free=frame.free)
        cost = laws.costs(every.sung, now, linked, pulse=frame.pulse)
        lack = laws.lacks(now)
        if frame.time:
            before, here = self._chord_at(frame.time - 1), self._chord_at(frame.time)
            ended = (before[0] != here[0]) | (before[1] != here[1])
            refused |= ended & laws.lack_refused(every.lack)
            cost = cost + np.where(ended, laws.lack_costs(every.lack), 0.0)
            lack &= every.lack | ended[:, None]
        every.lack = lack
        every.weight -= STUCK * refused + WEIGHT * cost
        every.stuck += refused
        every.cost += cost

    def _strike(self, frame: Frame) -> None:
        """Which of the notes that stay are struck anew: where a phrase begins all are."""
        every, time = self.particles, frame.time
        rows = len(every)
        now = self.record.note[time, :rows].astype(np.int64)
        chance = self._chance(self.network.struck(frame.seen, frame.before, now))
        again = (self.rng.random(chance.shape) < chance) | ~frame.joined[:, None]
        attack = self.record.attack[time, :rows] | (again & (now > 0))
        attack = np.where(frame.free, attack, self.attack[every.owner, time])
        self.record.attack[time, :rows] = attack
        fifths = self.record.fifths[time, :rows].astype(np.int64)
        every.listener.hear(now, np.where(attack, STRUCK, HELD), fifths)
