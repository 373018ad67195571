"""The rules of a pack as masks and costs over candidate sonorities: what the decoder asks of the same predicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from musegen.rules.entries import Rule
from musegen.rules.packs import Pack
from musegen.rules.registry import EXEMPTIONS
from musegen.theory.sonority import Bools, Sonority


@dataclass(frozen=True)
class Masks:
    """The slice or pair rules of a pack, ready for sonorities with any leading axes.

    Call it for what is forbidden, `costs` for what is only unloved. Exceptions that need the whole piece are not
    granted: what it allows, `check` allows too, but not always the other way round.
    """

    window: Literal["slice", "pair"]
    forbidding: tuple[Rule, ...]
    weighing: tuple[Rule, ...]

    def __call__(self, *sonorities: Sonority) -> Bools:
        """(...): some error of the pack lies in this sonority, or in this succession of two."""
        shape = np.broadcast_shapes(*(item.pitch.shape[:-1] for item in sonorities))
        found = np.zeros(shape, dtype=bool)
        for rule in self.forbidding:
            found |= fires(rule, *sonorities)
        return found

    def costs(self, *sonorities: Sonority) -> npt.NDArray[np.float32]:
        """(...): the points of all warnings and half the points of all infos that lie here."""
        shape = np.broadcast_shapes(*(item.pitch.shape[:-1] for item in sonorities))
        total = np.zeros(shape, dtype=np.float32)
        for rule in self.weighing:
            weight = np.float32(rule.points * (1.0 if rule.severity == "warning" else 0.5))
            total += np.where(fires(rule, *sonorities), weight, np.float32(0))
        return total

    def which(self, *sonorities: Sonority) -> dict[str, Bools]:
        """The mask (...) of every rule by its id: why a candidate was refused."""
        return {rule.id: fires(rule, *sonorities) for rule in (*self.forbidding, *self.weighing)}


def compile_masks(pack: Pack, window: Literal["slice", "pair"], *, needs_harmony: bool | None = None) -> Masks:
    """The rules of a pack that judge one sonority (`slice`) or a succession of two (`pair`).

    With `needs_harmony` only those that read the chord columns (True) or only those that do not (False).

    >>> from musegen.rules.packs import load_pack
    >>> masks = compile_masks(load_pack("strict"), "pair", needs_harmony=False)
    >>> "parallel-fifths" in [rule.id for rule in masks.forbidding]
    True
    """
    rules = [rule for rule in pack.rules if rule.kind.window == window]
    if needs_harmony is not None:
        rules = [rule for rule in rules if rule.kind.needs_harmony == needs_harmony]
    errors = tuple(rule for rule in rules if rule.severity == "error")
    return Masks(window, errors, tuple(rule for rule in rules if rule.severity != "error"))


def fires(rule: Rule, *sonorities: Sonority) -> Bools:
    """(...): the rule finds something here and no exception that it can judge from the sonorities lets it pass."""
    mask = voices_of(rule, *sonorities)
    return np.asarray(mask if rule.kind.axis == "none" else mask.any(axis=-1))


def voices_of(rule: Rule, *sonorities: Sonority) -> Bools:
    """(..., pairs or voices): where a rule fires, its last axis kept."""
    mask: Any = rule.kind.function(*sonorities, **rule.params)
    for name in rule.unless:
        exemption = EXEMPTIONS[name]
        if exemption.kernel:
            mask = mask & ~exemption.function(*sonorities)
    return np.asarray(mask)
