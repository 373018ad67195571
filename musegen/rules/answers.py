"""What predicates of strangers hand back, checked: masks of the right shape, hits inside the piece, plain facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import index
from typing import Any

import numpy as np

from musegen.rules.messages import facts_of
from musegen.rules.registry import CHORD_FACTS, Exemption, Hit, Predicate
from musegen.rules.toml_values import fits
from musegen.rules.view import View
from musegen.theory.sonority import Bools, Sonority


def checked_mask(found: Any, item: Predicate | Exemption, sonorities: Iterable[Sonority]) -> Bools:
    """The mask, one truth value for each place of the sonorities and each voice, pair or (axis `none`) none of them.

    Raises:
        TypeError, ValueError: it is no such mask.
    """
    mask = np.asarray(found)
    if mask.dtype != np.bool_:
        raise TypeError(f"it gives an array of {mask.dtype}, not of truth values")
    shapes = [sonority.pitch.shape for sonority in sonorities]
    places, count = np.broadcast_shapes(*(shape[:-1] for shape in shapes)), shapes[0][-1]
    tails = _tails(item, count)
    for tail in tails:
        whole = (*places, *tail)
        if mask.ndim == len(whole) and all(own in (1, size) for own, size in zip(mask.shape, whole, strict=True)):
            return mask if isinstance(item, Exemption) else np.broadcast_to(mask, whole)
    raise ValueError(f"it gives an array of the shape {mask.shape}, not {(*places, *tails[0])}")


def _tails(item: Predicate | Exemption, voices: int) -> list[tuple[int, ...]]:
    """What may follow the axes of places."""
    pairs = voices * (voices - 1) // 2
    if isinstance(item, Exemption):
        return [(voices,), (pairs,), (1,)]
    if item.axis == "none":
        return [()]
    return [(pairs,) if item.axis == "pairs" else (voices,)]


def checked_hit(hit: Any, item: Predicate, view: View) -> Hit:
    """The hit in plain numbers, inside the view, with the facts that its predicate promises.

    Raises:
        TypeError, ValueError: it is no such hit.
    """
    if not isinstance(hit, Hit):
        raise TypeError(f"it gives a {type(hit).__name__}, not a Hit")
    before, at, end, onset = (index(number) for number in (hit.before, hit.at, hit.end, hit.onset))
    voices, rows = tuple(map(index, hit.voices)), tuple(map(index, hit.rows))
    _inside("before", [before], at + 1)
    _inside("at", [at], len(view))
    _inside("end", [end], len(view))
    _inside("voices", voices, len(view.voices.names))
    _inside("rows", rows, len(view.notes))
    _inside("onset", [max(onset, 0)], max(int(view.end[-1]), 1))
    plain = Hit(before, at, voices, end, _plain_facts(hit.facts), max(onset, -1), rows)
    lacking = item.facts - facts_of(plain, view).keys() - set(CHORD_FACTS)
    if lacking:
        raise ValueError(f"its hit has no {', '.join(sorted(lacking))}, of which messages may speak")
    return plain


def _inside(name: str, numbers: Iterable[int], size: int) -> None:
    for number in numbers:
        if not 0 <= number < size:
            raise ValueError(f"`{name}` of its hit is {number}, outside 0 to {size - 1}")


def _plain_facts(facts: Any) -> dict[str, Any]:
    if not isinstance(facts, Mapping) or not all(isinstance(name, str) for name in facts):
        raise TypeError("`facts` of its hit is no mapping of names")
    return {name: _plain(value, name) for name, value in facts.items()}


def _plain(value: Any, name: str) -> Any:
    """A value that every report can tell."""
    if isinstance(value, list | tuple):
        return [_plain(item, name) for item in value]
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, bool) or fits(value, str | float):
        return value
    raise TypeError(f"the fact `{name}` of its hit is a {type(value).__name__} that no report can tell")
