"""When chords over a tune change, whether they go somewhere, and how phrases close, as prices of settings so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from musegen.generation.progressions.fitting import Fit, Floats64
from musegen.theory.progressions.chords import Ints

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
_STALE = 1.6
"""A close whose last chord came more than a measure ago."""


@dataclass(frozen=True, eq=False)
class Pace:
    """The prices of a tune's slots."""

    fit: Fit
    begins_measure: list[bool]
    cadences: Floats64  # (before, state)

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
        if self.fit.closes[slot]:
            led = np.where(stays, before[:, None], last[:, None])
            known = led < len(states)
            price = np.where(known, self.cadences[np.where(known, led, 0), states[None, :]], NO_CADENCE)
            stale = stays & (lasted > self.slots_a_measure)[:, None]
            found = found + self.fit.closes[slot] * (price + _STALE * stale)
        return np.asarray(found)

    def _change(self, slot: int) -> float:
        if self.fit.held[slot]:
            return _AFTER
        if self.begins_measure[slot]:
            return 0.0
        return _NEAR if self.fit.closes[slot : slot + self.slots_a_measure + 1].any() else _OFF


def _history(chords: Ints) -> tuple[Ints, Ints, Ints, npt.NDArray[np.int64]]:
    """(setting,) each: the last chord, the two before it (a number beyond all for none), how many slots it lasts."""
    count, slots = chords.shape
    none = 1 << 20
    found = np.full((3, count), none)
    lasted = np.zeros(count, dtype=np.int64)
    for row in range(count):
        changes = np.flatnonzero(np.diff(chords[row])) + 1
        starts = [0, *changes.tolist()]
        different = [int(chords[row, start]) for start in starts[::-1][:3]]
        found[: len(different), row] = different
        lasted[row] = slots - starts[-1]
    return found[0], found[1], found[2], lasted
