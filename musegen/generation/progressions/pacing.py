"""When chords over a tune change, whether they go somewhere, and how phrases close, as prices of settings so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from musegen.generation.progressions.fitting import Fit, Floats64
from musegen.theory.progressions.chords import Bools, Ints

if TYPE_CHECKING:
    from musegen.theory.analysis import CadenceKind

CADENCES: dict[CadenceKind | None, float] = {"PAC": 0.0, "HC": 0.3, None: 0.6, "IAC": 0.6, "PC": 2.0, "DC": 1.6}
"""Nats of each kind where a phrase ends; None is what may end a phrase, so a full close in a near key."""
NO_CADENCE = 3.0
_RESTS = 0.4
"""A measure over the root of the one before: the likeliest setting would rest too long."""
_LONG = ((2, 0.6), (3, 0.4), (4, 0.4))
"""(measures, nats): what comes to that once a chord has lasted longer."""
_OFF, _NEAR = 0.9, 0.15
"""A chord that changes inside a measure, and where a phrase is about to end."""
_AFTER = 1.5
"""A change while the last note of a phrase goes on."""
_BACK, _SEESAW = 0.25, 0.9
"""A chord that is the one before the last, and one that goes on so: I V I V."""
_NO_DOMINANT = 3.0
"""The same that reaches the tonic by another chord than a dominant, though the tune has room for one."""
_SECOND_BEAT, _THIRD_BEAT = 1.9, 0.6
"""What a change costs more on the second or third of three beats: in lead sheets .06 and .12 of all come there."""
_SYNCOPATED = 3.0
"""A chord that begins inside a measure and goes on in the next one."""
_THREE, _NONE = 3, 1 << 20
_STALE = 3.0
"""A close whose last chord came more than a measure ago."""


@dataclass(frozen=True, eq=False)
class Pace:
    """The prices of a tune's slots."""

    fit: Fit
    begins_measure: list[bool]
    cadences: Floats64  # (before, state)
    authentic: Bools  # (before, state): dominant and tonic
    room: Bools  # (slot,): the tune has room for a dominant

    def __len__(self) -> int:
        return len(self.begins_measure)

    @property
    def slots_a_measure(self) -> int:
        """How many slots most measures have."""
        return max(round(len(self) / max(sum(self.begins_measure), 1)), 1)

    def foreign(self, slot: int) -> Floats64:
        """(state,): what the notes of a slot say against each chord."""
        return np.asarray(self.fit.foreign[slot])

    def prices(self, chords: Ints, slot: int) -> Floats64:
        """(setting, state): what each chord costs in a slot after (setting, slot) chords."""
        states = np.arange(self.cadences.shape[1])
        last, before, third, lasted = _history(chords)
        stays, root_stays = states == last[:, None], states % 12 == last[:, None] % 12
        back = (states == before[:, None]) & ~stays
        found = self.foreign(slot) + _BACK * back + _SEESAW * (back & (third == last)[:, None])
        found = found + np.where(stays, 0.0, self._change(slot))
        if self.begins_measure[slot] and not self.fit.held[slot]:
            measures = lasted[:, None] / self.slots_a_measure
            found = found + root_stays * (_RESTS + sum(price * (measures >= long) for long, price in _LONG))
            found = found + _SYNCOPATED * stays * self._began_inside(slot, lasted)[:, None]
        if self.fit.closes[slot]:
            stale = stays & (lasted > self.slots_a_measure)[:, None]
            led = np.where(stays, before[:, None], last[:, None])
            found = found + self.fit.closes[slot] * (self._close(led, slot - lasted) + _STALE * stale)
        return np.asarray(found)

    def _close(self, led: Ints, began: Ints) -> Floats64:
        """(setting, state): what a close costs that (setting, state) chords lead to; `began`: the last chord so far."""
        states = np.arange(self.cadences.shape[1])
        known = led < len(states)
        pair = np.where(known, led, 0), states[None, :]
        is_tonic = np.asarray(self.authentic.any(axis=0))[None, :]
        weak = is_tonic & ~np.asarray(self.authentic[pair]) & self.room[np.maximum(began - 1, 0)][:, None]
        return np.where(known, self.cadences[pair] + _NO_DOMINANT * weak, NO_CADENCE)

    def _began_inside(self, slot: int, lasted: Ints) -> Bools:
        """(setting,): the last chord began inside the measure before this slot."""
        barline = max(place for place in range(slot) if self.begins_measure[place] or not place)
        return np.asarray(slot - lasted > barline)

    def _change(self, slot: int) -> float:
        if self.fit.held[slot]:
            return _AFTER
        if self.begins_measure[slot]:
            return 0.0
        of_three = _SECOND_BEAT if self.begins_measure[slot - 1] else _THIRD_BEAT
        near = self.fit.closes[slot : slot + self.slots_a_measure + 1].any()
        return of_three * (self.slots_a_measure == _THREE) + (_NEAR if near else _OFF)


def _history(chords: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """(setting,) each: the last chord, the two before it (a number beyond all for none), how many slots it lasts."""
    count, slots = chords.shape
    changes = np.concatenate([np.ones((count, 1), dtype=np.bool_), np.diff(chords, axis=1) != 0], axis=1)
    number = np.cumsum(changes, axis=1)
    found = []
    for back in range(3):
        here = number == (number[:, -1] - back)[:, None]
        found.append(np.where(here.any(axis=1), chords[np.arange(count), here.argmax(axis=1)], _NONE))
    lasted = slots - (number == number[:, -1:]).argmax(axis=1)
    return found[0], found[1], found[2], lasted
