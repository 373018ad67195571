"""Decoding: the masks and costs of a pack, as searches ask for them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.rules.masks import Masks, compile_masks, fires, voices_of
from musegen.rules.packs import load_pack
from musegen.theory.sonority import Sonority

Array = npt.NDArray[Any]

_GIVEN_FAULT = 4.0  # what a given soprano's own fault weighs


@cache
def pair_masks(pack: str) -> Masks:
    """What a pack forbids and dislikes in a succession of two sonorities."""
    return compile_masks(load_pack(pack), "pair")


@cache
def slice_masks(pack: str) -> Masks:
    """What a pack forbids and dislikes in one sonority."""
    return compile_masks(load_pack(pack), "slice")


def under_given_top(masks: Masks, *sonorities: Sonority, given_chords: bool = False) -> tuple[Array, Array]:
    """(broken, cost) under a soprano that is given and cannot be changed.

    What it breaks all by itself (its own leaps, its own tendency tones) is not forbidden but priced; likewise, with
    `given_chords`, every rule of chords: `A7 D7` leaves a leading tone unresolved by request.
    """
    shape = np.broadcast_shapes(*(item.pitch.shape[:-1] for item in sonorities))
    broken, cost = np.zeros(shape, dtype=bool), np.zeros(shape)
    for rule in masks.forbidding:
        if given_chords and rule.kind.needs_harmony:
            cost += _GIVEN_FAULT * fires(rule, *sonorities)
            continue
        if rule.kind.axis != "voices":
            broken |= fires(rule, *sonorities)
            continue
        by_voice = voices_of(rule, *sonorities)
        broken |= by_voice[..., 1:].any(axis=-1)
        cost += _GIVEN_FAULT * by_voice[..., 0]
    return broken, cost
