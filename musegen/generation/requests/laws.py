"""The laws of a pack over candidates: what is forbidden, and what is only priced because it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.composing import TEXTBOOK, keeps_textbook
from musegen.generation.decode.laws import pair_masks, slice_masks
from musegen.rules.entries import Rule
from musegen.rules.masks import Masks, fires, voices_of
from musegen.theory.sonority import Bools, Sonority

Array = npt.NDArray[Any]

WEIGHT = 4.0  # of a point of a rule that only weighs, in nats
COUNTED = 30.0  # of what a strict counter would find, though the pack lets it pass
FAULT = 60.0  # of an error that lies in the requests themselves
_BETWEEN = 3.0  # of an error between chord notes, where the given voice sings other notes at the join


@dataclass(frozen=True)
class Laws:
    """What a pack says of one setting and of two, where some voices and chords are asked for.

    A voice's own fault (its leap, its tendency tone) is priced where the voice is given. So is a rule of chords where
    the chords are, if the laws are lenient: `A7 D7` leaves a leading tone unresolved by request. Every other error is
    forbidden.
    """

    pack: str
    lenient: bool = True  # rules of chords only weigh where the chords are asked for

    def setting(self, sonority: Sonority, given: Bools, *, stated: bool) -> tuple[Bools, Array]:
        """(forbidden, cost) of settings; `given` (4,) voices, `stated` where the chord is asked for."""
        broken, cost = self._judged(self._slices, (sonority,), given, stated)
        return broken, cost + _weighed(self._slices, self._counted("slice"), (sonority,))

    def passing(self, sonority: Sonority, given: Bools) -> tuple[Bools, Array]:
        """(forbidden, cost) of what sounds while given voices sing on over settings; rules of chords are not asked."""
        broken, cost = self._judged(_of_sound(self._slices), (sonority,), given, False)
        return broken, cost + _weighed(_of_sound(self._slices), (), (sonority,))

    def succession(
        self,
        heard: tuple[Sonority, Sonority],
        sung: tuple[Sonority, Sonority] | None,
        given: Bools,
        *,
        stated: bool,
    ) -> tuple[Bools, Array]:
        """(forbidden, cost) of one setting after another.

        Rules of chords judge the chord notes `heard`; rules of sound what is `sung` at the join, where that is another.
        """
        weighed = _weighed(self._pairs, self._counted("pair"), heard)
        if sung is None:
            broken, cost = self._judged(self._pairs, heard, given, stated)
            return broken, cost + weighed
        broken, cost = self._judged(self._sounding, sung, given, stated)
        of_chords = self._judged(self._of_chords, heard, given, stated)
        apart = self._judged(self._sounding, heard, given, stated)
        return broken | of_chords[0], cost + of_chords[1] + weighed + np.where(apart[0], _BETWEEN, 0.0)

    def why(
        self,
        heard: tuple[Sonority, ...],
        sung: tuple[Sonority, ...] | None,
        given: Bools,
        *,
        stated: bool,
    ) -> dict[str, Bools]:
        """What each rule forbids, by its id, in settings or in successions; see `setting` and `succession`."""
        found = {}
        for rule in (self._slices if len(heard) == 1 else self._pairs).forbidding:
            sonorities = heard if sung is None or rule.kind.needs_harmony else sung
            shape = np.broadcast_shapes(*(item.pitch.shape[:-1] for item in sonorities))
            found[rule.id] = np.broadcast_to(_shares(rule, sonorities, given, stated and self.lenient)[0], shape)
        return found

    def why_passing(self, sonority: Sonority, given: Bools) -> dict[str, Bools]:
        """What each rule forbids, by its id, while given voices sing on; see `passing`."""
        rules = _of_sound(self._slices).forbidding
        return {rule.id: np.asarray(_shares(rule, (sonority,), given, False)[0]) for rule in rules}

    def bars(self, sonorities: tuple[Sonority, Sonority], given: Bools) -> set[str]:
        """The laws of sound that one sonority after another breaks, whatever else sounds with them."""
        laws = self._sounding.forbidding
        return {rule.id for rule in laws if _shares(rule, sonorities, given, False)[0].any()}

    def forbidding(self) -> tuple[str, ...]:
        """The ids of the rules that forbid."""
        return tuple(rule.id for rule in (*self._slices.forbidding, *self._pairs.forbidding))

    @cached_property
    def _slices(self) -> Masks:
        return self._kept(slice_masks(self.pack))

    @cached_property
    def _pairs(self) -> Masks:
        return self._kept(pair_masks(self.pack))

    @cached_property
    def _sounding(self) -> Masks:
        return _of_sound(self._pairs)

    @cached_property
    def _of_chords(self) -> Masks:
        return Masks("pair", tuple(rule for rule in self._pairs.forbidding if rule.kind.needs_harmony), ())

    def _counted(self, window: Literal["slice", "pair"]) -> tuple[Rule, ...]:
        """The rules of chords of a strict counter that the pack has in a milder form; those of sound go by ear."""
        return tuple(rule for rule in _milder(self.pack, window) if rule.kind.needs_harmony)

    def _kept(self, masks: Masks) -> Masks:
        counted = {rule.id for rule in _milder(self.pack, masks.window)}
        weighing = tuple(rule for rule in masks.weighing if rule.id not in counted)
        return Masks(masks.window, masks.forbidding, weighing)

    def _judged(
        self, masks: Masks, sonorities: tuple[Sonority, ...], given: Bools, stated: bool
    ) -> tuple[Bools, Array]:
        shape = np.broadcast_shapes(*(item.pitch.shape[:-1] for item in sonorities))
        broken, cost = np.zeros(shape, dtype=bool), np.zeros(shape)
        for rule in masks.forbidding:
            forbidden, asked_for = _shares(rule, sonorities, given, stated and self.lenient)
            broken |= forbidden
            cost += FAULT * asked_for
        return broken, cost


def _of_sound(masks: Masks) -> Masks:
    """The rules that read no chords."""
    forbidding, weighing = (
        tuple(rule for rule in rules if not rule.kind.needs_harmony) for rules in (masks.forbidding, masks.weighing)
    )
    return Masks(masks.window, forbidding, weighing)


@cache
def _milder(pack: str, window: Literal["slice", "pair"]) -> tuple[Rule, ...]:
    """The textbook's rules that a pack under which it is kept has in a milder form."""
    if not keeps_textbook(pack):
        return ()
    masks = {"slice": slice_masks, "pair": pair_masks}[window]
    ours = {rule.id: rule for rule in (*masks(pack).forbidding, *masks(pack).weighing)}
    forbidden = {rule.id for rule in masks(pack).forbidding}
    return tuple(
        rule
        for rule in masks(TEXTBOOK).forbidding
        if rule.id in ours
        and (rule.id not in forbidden or (rule.params, rule.unless) != (ours[rule.id].params, ours[rule.id].unless))
    )


def _weighed(masks: Masks, counted: tuple[Rule, ...], sonorities: tuple[Sonority, ...]) -> Array:
    cost: Array = WEIGHT * masks.costs(*sonorities)
    for rule in counted:
        cost = cost + np.where(fires(rule, *sonorities), COUNTED, 0.0)
    return cost


def _shares(rule: Rule, sonorities: tuple[Sonority, ...], given: Bools, stated: bool) -> tuple[Array, Array]:
    """Where a rule fires by what is ours to choose, and how often by what was asked for."""
    if stated and rule.kind.needs_harmony:
        return np.zeros((), dtype=bool), fires(rule, *sonorities).astype(float)
    if rule.kind.axis != "voices" or not given.any():
        return fires(rule, *sonorities), np.zeros(())
    by_voice = voices_of(rule, *sonorities)
    return np.asarray(by_voice[..., ~given].any(axis=-1)), np.asarray(by_voice[..., given].sum(axis=-1))
