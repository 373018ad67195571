"""Who says how good a setting of the next slot is: the interface to a network, and the habits of Bach's chorales."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeVar

import numpy.typing as npt

from musegen.generation.requests.plan import Plan
from musegen.generation.voicings import Chord

Array = npt.NDArray[Any]
State = TypeVar("State")


class Settings(NamedTuple):
    """Candidates of one slot: columns of equal length."""

    pitch: Array  # (settings, 4) MIDI, S A T B; of a given voice the note that belongs to the chord, else its first
    fifths: Array  # (settings, 4)
    chord: Array  # (settings,) place in `chords`
    cost: Array  # (settings,) textbook price of doubling and spacing
    chords: tuple[Chord, ...]

    def at(self, places: Array) -> Settings:
        """These candidates alone."""
        return Settings(self.pitch[places], self.fifths[places], self.chord[places], self.cost[places], self.chords)


class Scorer(Protocol[State]):
    """A judge of settings, slot after slot; called once a slot, for all paths at a time."""

    def start(self, plan: Plan) -> State:
        """What is known before the first slot, of one path."""

    def scores(self, state: State, slot: int, settings: Settings) -> Array:
        """(paths, settings): log-probability in nats that each path goes on with each setting."""

    def advance(self, state: State, slot: int, parents: Array, chosen: Settings) -> State:
        """The state of new paths: `chosen` (one a path) sung after the old paths numbered `parents`."""
