"""What Bach's chorales do, as counts: forms, lengths of phrases, cadences; `data/chorale_plans.toml` says of which.

Each table counts outcomes by context, a few words. Where a context was seen seldom, chance sends a draw back to the
context without its last word, as often as Witten and Bell's estimate has it: seen N times with T different outcomes, it
is left with probability T / (N + T).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from numpy.random import Generator

from musegen.theory.keys import Key

COUNTS = Path(__file__).parent.parent / "data" / "chorale_plans.json"
Table = Mapping[str, Mapping[str, int]]


class Habits(NamedTuple):
    """Tables of counts; outcomes and contexts are words as `counting` writes them."""

    homes: Table  # mode: home key, such as `f#`
    meters: Table  # mode: meter and quarters of the pickup, such as `4/4 1`
    forms: Table  # meter: phrases of the Stollen and phrases after it, `2+3`; `0+6` is no bar form
    lengths: Table  # meter, phase, place, the length before: quarters of the phrase and of its last chord, `8:1`
    cadences: Table  # mode, place, the cadence before: kind and key as if home were C or a, `PAC G`
    closes: Table  # kind of cadence, mode of its key, place: its last two chords, `V7 I`


@cache
def habits() -> Habits:
    """The shipped counts."""
    return Habits(**json.loads(COUNTS.read_text(encoding="utf-8")))


def drawn(
    table: Table, context: Iterable[str], rng: Generator, weight: Callable[[str], float] = lambda outcome: 1.0
) -> str | None:
    """An outcome, as likely as counted in the context and, where it was seen seldom, in shorter ones, times `weight`.

    None where no context knows one of any weight.

    >>> import numpy as np
    >>> table = {"": {"PAC": 3, "HC": 1}, "first": {"IAC": 2}}
    >>> drawn(table, ["first"], np.random.default_rng(1), lambda outcome: outcome == "PAC")
    'PAC'
    """
    words = list(context)
    found: list[tuple[str, float]] = []
    for length in range(len(words), -1, -1):
        seen = table.get(" ".join(words[:length]), {})
        weighed = [(outcome, count * weight(outcome)) for outcome, count in seen.items()]
        if not any(share for _, share in weighed):
            continue
        found, times = weighed, sum(seen.values())
        if rng.random() < times / (times + len(seen)):
            break
    whole = sum(share for _, share in found)
    return (
        str(rng.choice([outcome for outcome, _ in found], p=[share / whole for _, share in found])) if found else None
    )


def counted(pairs: Iterable[tuple[Iterable[str], str]]) -> dict[str, dict[str, int]]:
    """The table of pairs of a context and an outcome: each counts in its context and in every shorter one.

    >>> counted([(["major", "first"], "PAC G")])
    {'': {'PAC G': 1}, 'major': {'PAC G': 1}, 'major first': {'PAC G': 1}}
    """
    found: dict[str, Counter[str]] = {}
    for context, outcome in pairs:
        words = list(context)
        for length in range(len(words) + 1):
            found.setdefault(" ".join(words[:length]), Counter())[outcome] += 1
    return {name: dict(sorted(counts.items())) for name, counts in sorted(found.items())}


def place_of(number: int, count: int, stollen: int) -> str:
    """Where in a chorale of `count` phrases one stands, of which `stollen` come twice.

    >>> [place_of(number, 6, 2) for number in range(6)]
    ['first', 'stollen', 'inner', 'inner', 'penultimate', 'last']
    """
    if number in (0, count - 1):
        return "first" if number == 0 and count > 1 else "last"
    if number == stollen - 1:
        return "stollen"
    return "penultimate" if number == count - 2 else "inner"


def relative(key: Key, home: Key) -> Key:
    """A key as it would be if home were C major or A minor.

    >>> str(relative(Key.parse("D"), Key.parse("b")))
    'C'
    """
    return Key(key.tonic - home.tonic + 3 * home.minor, key.minor)


def absolute(key: Key, home: Key) -> Key:
    """A key relative to C major or A minor as it is with this home.

    >>> str(absolute(Key.parse("C"), Key.parse("b")))
    'D'
    """
    return Key(key.tonic + home.tonic - 3 * home.minor, key.minor)
