"""Melodies drawn note by note from the network, under laws; several at once, each from its own chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.tunes.laws import Laws, Moment
from musegen.models.networks import Parts
from musegen.theory.tunes.form import bars_at
from musegen.theory.tunes.hearing import BEFORE_ANY, ECHOES, LONGEST_RUN, Heard, Rolls, bars_ago
from musegen.theory.tunes.network import MelodyMemory
from musegen.theory.tunes.symbols import DURATIONS, END, REST, Home, Ints, alter_symbol
from musegen.theory.tunes.telling import ChordSpan, Told, Wish, said_at
from musegen.theory.tunes.tune import Section, Tune

_NEVER = -1e9


class Opening(NamedTuple):
    """The events that a melody begins with."""

    symbol: Ints
    length: Ints

    @property
    def duration(self) -> int:
        """Parts of the grid."""
        return int(DURATIONS[self.length].sum())


class Melody(NamedTuple):
    """What was drawn, and the nats that its events cost."""

    tune: Tune
    nats: float

    @property
    def nats_a_note(self) -> float:
        """How surprised the network is, by each note."""
        return self.nats / max(1, int(self.tune.is_note.sum()))


NOTHING = Opening(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def draw(
    laws: Laws, home: Home, wish: Wish, rngs: Sequence[Generator], *, chords: tuple[ChordSpan, ...] = (),
    opening: Opening = NOTHING, temperature: float = 1.0, weights: Parts | None = None,
) -> list[Melody]:  # fmt: skip
    """A melody from each rng, on the plan of the laws; `weights` are a user's own."""
    made = Making(laws, home, wish, len(rngs), chords, weights)
    for number in range(len(opening.symbol)):
        made.add(*(np.full(len(rngs), column[number]) for column in opening))
    while not made.is_done:
        made.draw(rngs, temperature)
    return made.melodies()


class Making:
    """Melodies on their way; all arrays have a row a melody."""

    def __init__(
        self, laws: Laws, home: Home, wish: Wish, count: int, chords: tuple[ChordSpan, ...],
        weights: Parts | None = None,
    ) -> None:  # fmt: skip
        plan = laws.plan
        self._laws, self._wish, self._chords = laws, wish, chords
        nothing = np.zeros(0, dtype=np.int64)
        sections = _sections(laws)
        self._bare = Tune(nothing, nothing, nothing, plan.end, home, plan.meter, sections)
        self._memory = MelodyMemory(count, weights)
        self._rolls = Rolls(count, plan.bar, plan.bars, plan.pickup)
        self._onset = np.full(count, -plan.pickup)
        self._last, self._before = np.full(count, END), np.full(count, END)
        self._length = np.full(count, BEFORE_ANY)
        self._altered, self._nats = np.zeros(count, dtype=np.int64), np.zeros(count)
        self._run = np.zeros((count, ECHOES), dtype=np.int64)
        self._events: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]
        self._heard: Heard | None = None

    @property
    def is_done(self) -> bool:
        """All have come to their end."""
        return bool((self._onset >= self._laws.plan.end).all())

    def draw(self, rngs: Sequence[Generator], temperature: float) -> None:
        """The next event of each."""
        heard, told = self._hear()
        onset = np.minimum(self._onset, self._laws.plan.end - 1)  # what has ended is drawn on, and not taken
        echo, begun = heard.symbol[:, -1], heard.length[:, -1]
        now = Moment(onset, self._last, self._before, self._length, self._altered, echo, begun)
        free = self._laws.next_symbols(now)
        leaning = self._laws.leanings(onset)
        symbol, cost = _drawn(self._memory.symbols(heard, told), free, rngs, temperature, leaning)
        lengths = self._laws.next_lengths(now, symbol)
        length, more = _drawn(self._memory.lengths(heard, symbol), lengths, rngs, temperature)
        going = self._onset < self._laws.plan.end
        self._nats += np.where(going, cost + more, 0.0)
        self._take(heard, symbol, length)

    def add(self, symbol: Ints, length: Ints) -> None:
        """An event that is given."""
        heard, told = self._hear()
        self._memory.symbols(heard, told)
        self._take(heard, symbol, length)

    def melodies(self) -> list[Melody]:
        """What came of each."""
        found = []
        for events, nats in zip(self._events, self._nats, strict=True):
            symbol, length, onset = np.array(events, dtype=np.int64).reshape(-1, 3).T
            found.append(Melody(self._bare._replace(symbol=symbol, length=length, onset=onset), float(nats)))
        return found

    def _hear(self) -> tuple[Heard, Told]:
        plan = self._laws.plan
        onset = np.minimum(self._onset, plan.end)
        ago = bars_ago(plan.form, bars_at(self._bare, onset))
        symbol, length = (echo[:, 0] for echo in self._rolls.echoes(onset[:, None], ago[:, None]))
        before = np.stack([self._before, self._length, self._last], axis=-1)
        ahead = self._rolls.ahead(onset[:, None], plan.form)[:, 0]
        heard = Heard(before, onset % plan.bar, symbol, length, self._run, ahead)
        return heard, said_at(onset, self._bare, plan.form, self._wish, self._chords)

    def _take(self, heard: Heard, symbol: Ints, length: Ints) -> None:
        going = self._onset < self._laws.plan.end
        for number in np.flatnonzero(going).tolist():
            event = int(symbol[number]), int(length[number]), int(self._onset[number])
            self._events[number].append(event)
            self._rolls.add(number, *event)
        equal = (heard.symbol == symbol[:, None]) & (heard.length == length[:, None] + 1)
        self._run = np.where(equal, np.minimum(self._run + 1, LONGEST_RUN), 0)
        self._altered += going & (symbol > REST) & (alter_symbol(symbol) != 0)
        self._last = np.where(going & (symbol > REST), symbol, self._last)
        self._before, self._length = np.where(going, symbol, self._before), np.where(going, length, self._length)
        self._onset = self._onset + np.where(going, DURATIONS[length], 0)


def _drawn(
    logits: npt.NDArray[np.float32],
    free: npt.NDArray[np.bool_],
    rngs: Sequence[Generator],
    temperature: float,
    leaning: npt.NDArray[np.float64] | float = 0.0,
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """One of what is free for each row, and the nats that it costs without temperature, masks and leaning."""
    whole = logits.astype(np.float64)
    whole = whole - np.logaddexp.reduce(whole, axis=1, keepdims=True)
    odds = np.where(free, whole / temperature + leaning, _NEVER)
    odds = np.exp(odds - odds.max(axis=1, keepdims=True))
    ladder = np.cumsum(odds, axis=1)
    at = np.array([rng.random() for rng in rngs]) * ladder[:, -1]
    chosen = (ladder <= at[:, None]).sum(axis=1)
    return chosen, -whole[np.arange(len(chosen)), chosen]


def _sections(laws: Laws) -> tuple[Section, ...]:
    plan = laws.plan
    starts = (-plan.pickup, *plan.boundaries[:-1])
    return tuple(
        Section(start, end, again) for start, end, again in zip(starts, plan.boundaries, plan.repeated, strict=True)
    )
