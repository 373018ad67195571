"""What two voices may do by a pack: the rules of a pack asked of many notes at once, against one that is played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from musegen.rules.entries import Rule
from musegen.rules.masks import Masks, compile_masks, voices_of
from musegen.rules.packs import Pack
from musegen.theory.sonority import Bools, Sonority

Ints = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]

_KEPT = (
    "imperfect-opening", "inner-unison", "outside-mode", "downbeat-dissonance", "dissonance-by-leap", "downbeat-fifths",
    "downbeat-octaves", "repeated-note", "wrong-values",
)  # fmt: skip
"""Rules over phrases that a partner keeps by itself, whatever is played."""
_AT_THE_END = ("imperfect-ending", "weak-cadence", "wrong-final")
"""Those that it keeps where it knows the end, and the player closes on the final by step."""
_OF_THREE = ("bass-fourth", "incomplete-triad")


class TwoVoices:
    """The rules of a pack over one sonority and a succession of two, of a player and a partner above or below.

    Notes are arrays (..., 2) of a MIDI number and a place on the line of fifths. The player's own leaps are never held
    against it.
    """

    def __init__(self, pack: Pack, *, above: bool) -> None:
        self.pack, self.above = pack, above
        self._slice, self._pair = compile_masks(pack, "slice"), compile_masks(pack, "pair")

    @property
    def not_judged(self) -> tuple[str, ...]:
        """The ids of error rules of which nothing is known here, and which a partner may break."""
        known = (*_KEPT, *_AT_THE_END, *_OF_THREE)
        errors = [rule for rule in self.pack.rules if rule.severity == "error" and rule.kind.window == "phrase"]
        return tuple(rule.id for rule in errors if rule.id not in known)

    def sonority(self, player: Ints, partner: Ints, *, struck: bool = True) -> Sonority:
        """Both notes together; `struck` says whether the player's note begins here, too."""
        notes = np.broadcast_arrays(player, partner)
        both = np.stack(notes[::-1] if self.above else notes, axis=-1)
        sounds = np.ones(both[..., 0, :].shape, dtype=bool)
        attack = sounds.copy()
        attack[..., self._column(of_partner=False)] = struck
        return Sonority(both[..., 0, :], both[..., 1, :], sounds, attack)

    def lawful(self, before: Sonority | None, now: Sonority) -> Bools:
        """(...): no error rule of the pack is broken by the partner, nor by both together; and they do not cross."""
        found = self._broken(self._slice, now) | (now.pitch[..., 0] < now.pitch[..., 1])
        return np.asarray(~(found if before is None else found | self._broken(self._pair, before, now)))

    def costs(self, before: Sonority | None, now: Sonority) -> Floats:
        """(...): the points of warnings and half the points of infos."""
        return self._slice.costs(now) + (0 if before is None else self._pair.costs(before, now))

    def _broken(self, masks: Masks, *sonorities: Sonority) -> Bools:
        shape = np.broadcast_shapes(*(item.pitch.shape[:-1] for item in sonorities))
        found = np.zeros(shape, dtype=bool)
        for rule in masks.forbidding:
            found |= self._of_partner(rule, *sonorities)
        return found

    def _of_partner(self, rule: Rule, *sonorities: Sonority) -> Bools:
        mask = voices_of(rule, *sonorities)
        if rule.kind.axis == "voices":
            return np.asarray(mask[..., self._column(of_partner=True)])
        return np.asarray(mask.any(axis=-1))

    def _column(self, *, of_partner: bool) -> int:
        return 0 if of_partner == self.above else 1


def held(sonority: Sonority) -> Sonority:
    """The same as it is heard before the next one."""
    return replace(sonority, attack=sonority.sounds)
