"""From predicates to hits: the mask of a rule over a view, or a part of it, and the places where it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, combinations

import numpy as np

from musegen.rules.entries import Rule
from musegen.rules.registry import Hit
from musegen.rules.view import View
from musegen.theory.sonority import Bools, Sonority, joined


def hits_of(rule: Rule, view: View) -> Iterator[Hit]:
    """Every place of a view where the predicate of a rule holds, exceptions not yet considered."""
    if rule.kind.window == "phrase":
        return iter(rule.kind.function(view, **rule.params))
    return hits_in(rule, mask_of(rule, view), view)


def mask_of(rule: Rule, view: View) -> Bools:
    """(positions, ...): where a slice rule holds; (positions - 1, ...): between which positions a pair rule holds."""
    return holds(rule, *read_by(rule, view))


def read_by(rule: Rule, view: View) -> tuple[Sonority, ...]:
    """The sonorities of a view that the predicate of a slice or pair rule reads."""
    return (view.first, view.second) if rule.kind.window == "pair" else (view.sonority,)


def read_in(rule: Rule, view: View, part: slice) -> tuple[Sonority, ...]:
    """The same in a part of its mask."""
    if rule.kind.window == "pair":
        return view.heard_before(part), view.heard_at(slice(part.start + 1, part.stop + 1))
    return (view.heard_at(part),)


def holds(rule: Rule, *sonorities: Sonority) -> Bools:
    """The mask of a slice or pair rule over sonorities."""
    if not len(sonorities[0].pitch):
        return np.zeros((0, 1), dtype=bool)
    return np.asarray(rule.kind.function(*sonorities, **rule.params))


@dataclass(frozen=True)
class Together:
    """Views of as many voices, whose masks are computed at once: their sonorities one after another."""

    views: tuple[View, ...]

    def masks(self, rule: Rule) -> list[Bools]:
        """The mask of a slice or pair rule over each of the views."""
        if rule.kind.window == "pair":
            return _split(holds(rule, *self._pairs), [len(view.first.pitch) for view in self.views])
        return _split(holds(rule, self._slices), [len(view) for view in self.views])

    @cached_property
    def _slices(self) -> Sonority:
        return joined([view.sonority for view in self.views])

    @cached_property
    def _pairs(self) -> tuple[Sonority, Sonority]:
        return joined([view.first for view in self.views]), joined([view.second for view in self.views])


def _split(mask: Bools, lengths: list[int]) -> list[Bools]:
    return [mask[stop - length : stop] for length, stop in zip(lengths, accumulate(lengths), strict=True)]


def hits_in(rule: Rule, mask: Bools, view: View) -> Iterator[Hit]:
    """The places that the mask of a slice or pair rule marks."""
    if not np.count_nonzero(mask):  # quicker than `any` where they are few
        return iter(())
    if rule.kind.window == "pair":
        return _pair_hits(rule, mask, view)
    if rule.kind.throughout:
        return _throughout(mask, view)
    if rule.kind.axis == "pairs":
        return _runs(mask, view)
    return _voice_hits(mask, view, together=rule.kind.axis == "together")


def _pair_hits(rule: Rule, mask: Bools, view: View) -> Iterator[Hit]:
    if rule.kind.axis == "pairs":
        upper, lower = (voices.tolist() for voices in view.second.pairs)
        for time, pair in np.argwhere(mask & view.connected_pairs).tolist():
            yield Hit(time, time + 1, (upper[pair], lower[pair]))
    else:
        for time, voice in np.argwhere(mask & view.connected_voices).tolist():
            yield Hit(time, time + 1, (voice,))


def _runs(mask: Bools, view: View) -> Iterator[Hit]:
    """One hit for as long as a state of two voices lasts."""
    pairs = list(combinations(range(len(view.voices.names)), 2))
    edges = np.diff(np.vstack([np.zeros_like(mask[:1]), mask, np.zeros_like(mask[:1])]).astype(np.int8), axis=0)
    for column in np.flatnonzero(mask.any(axis=0)).tolist():
        starts, stops = (np.flatnonzero(edges[:, column] == sign).tolist() for sign in (1, -1))
        for start, stop in zip(starts, stops, strict=True):
            yield Hit(start, start, pairs[column], end=stop - 1)


def _voice_hits(mask: Bools, view: View, *, together: bool) -> Iterator[Hit]:
    if not together:
        for time, voice in np.argwhere(mask).tolist():
            yield Hit(time, time, (voice,))
        return
    rows = np.where(mask, view.row, -1)
    for time in np.flatnonzero(mask.any(axis=1)).tolist():
        if time == 0 or (rows[time] != rows[time - 1]).any():
            yield Hit(time, time, tuple(np.flatnonzero(mask[time]).tolist()))


def _throughout(mask: Bools, view: View) -> Iterator[Hit]:
    """What holds at every position of a harmony that stands at a pulse, once a harmony."""
    if view.harmony_number is None:
        return
    starts = np.flatnonzero(np.diff(view.harmony_number, prepend=-1))
    edges = np.searchsorted(view.pulses, np.append(view.onset[starts], view.end[-1]))
    always = np.logical_and.reduceat(mask, starts) & (np.diff(edges) > 0)
    for at in starts[always].tolist():
        yield Hit(at, at, ())
