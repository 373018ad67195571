"""Decoding: the cheapest path through layers of candidate voicings that breaks no error rule of a pack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.voicings import Chord, Voicings
from musegen.rules.masks import Masks, compile_masks, fires, voices_of
from musegen.rules.packs import load_pack
from musegen.theory.sonority import Harmony, Sonority

Array = npt.NDArray[Any]

_GIVEN_FAULT = 4.0  # what a given soprano's own fault weighs
_DISLIKE = 3.0  # how much a warning weighs beside the motion of the voices


@dataclass(frozen=True)
class Layer:
    """The candidates at one moment, for one chord.

    With `is_held` only the soprano moves: the other voices stay where they were.
    """

    chord: Chord
    voicings: Voicings
    is_held: bool = False


@cache
def pair_masks(pack: str) -> Masks:
    """What a pack forbids and dislikes in a succession of two sonorities."""
    return compile_masks(load_pack(pack), "pair")


@cache
def slice_masks(pack: str) -> Masks:
    """What a pack forbids and dislikes in one sonority."""
    return compile_masks(load_pack(pack), "slice")


def cheapest_path(layers: list[Layer], pack: str) -> tuple[list[int], float] | None:
    """The number of the chosen voicing in every layer, with the total cost; None where every path breaks a rule.

    Exact: dynamic programming over all candidates (Viterbi), so None is a proof for these layers and this pack.
    """
    harmony = Harmony.of([(layer.chord.key, layer.chord.numeral) for layer in layers])
    sonorities = [layer.voicings.sonority(harmony[[place]]) for place, layer in enumerate(layers)]
    costs = [
        layer.voicings.cost + _slice_cost(sonority, pack) for layer, sonority in zip(layers, sonorities, strict=True)
    ]
    best, back = costs[0], []
    for place in range(1, len(layers)):
        step = best[:, None] + succession_cost(
            sonorities[place - 1], sonorities[place], pack, held=layers[place].is_held
        )
        if not step.size or not np.isfinite(step).any():
            return None
        back.append(step.argmin(axis=0))
        best = step.min(axis=0) + costs[place]
    if not best.size or not np.isfinite(best.min()):
        return None
    path = [int(best.argmin())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1], float(best.min())


def _slice_cost(sonority: Sonority, pack: str) -> Array:
    masks = slice_masks(pack)
    return np.where(masks(sonority), np.inf, masks.costs(sonority))


def succession_cost(first: Sonority, second: Sonority, pack: str, *, held: bool = False) -> Array:
    """(first, second): what it costs to go from each voicing to each other one; infinite where the pack forbids it."""
    here, there = first[:, None], second[None, :]
    if held:
        same = (here.pitch[..., 1:] == there.pitch[..., 1:]).all(axis=-1)
        return np.where(same, 0.0, np.inf)
    masks = pair_masks(pack)
    return np.where(masks(here, there), np.inf, _DISLIKE * masks.costs(here, there) + _motion_cost(here, there))


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


def _motion_cost(first: Sonority, second: Sonority) -> Array:
    """Inner voices move little: common tones stay, steps are cheap, leaps dear; four voices one way are disliked."""
    moves = second.pitch.astype(np.int32) - first.pitch
    inner = np.abs(moves[..., 1:3])
    cost = (0.1 * inner + 0.35 * np.maximum(0, inner - 4)).sum(axis=-1)
    one_way = (moves > 0).all(axis=-1) | (moves < 0).all(axis=-1)
    return np.asarray(cost + 4.0 * one_way)
