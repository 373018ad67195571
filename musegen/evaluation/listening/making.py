"""A listening test: excerpts of several sources under names that tell nothing, single ones and pairs, and the key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, NamedTuple

from numpy.random import Generator

from musegen.engraving.excerpts import excerpt
from musegen.errors import UsageError
from musegen.score.model import Metadata, Score

REAL = "real"
"""What the key calls the source of real pieces."""
KEY_KIND, ANSWERS_KIND = "musegen listening key", "musegen listening answers"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_QUARTER, _COMPOUND = 0.5, 0.375
"""Seconds of a quarter; in compound meters, where a dotted quarter is felt, fewer."""
_MOST_SECONDS = 60.0


class Item(NamedTuple):
    """One excerpt: how the page knows it, where it is from, and what is heard and seen."""

    id: str
    source: str
    piece: str
    notes: tuple[tuple[float, float, int], ...]  # seconds from the start, seconds that it sounds, MIDI number
    sheet: str  # SVG; "" where none is shown


@dataclass(frozen=True)
class ListeningTest:
    """What the page asks: each item alone, and pairs of items of two sources."""

    id: str
    items: tuple[Item, ...]
    pairs: tuple[tuple[str, str], ...]
    title: str

    def public(self) -> dict[str, Any]:
        """What the page may know: nothing tells where an item is from."""
        items = [{"id": item.id, "notes": item.notes, "sheet": item.sheet} for item in self.items]
        items.sort(key=lambda item: str(item["id"]))
        return {"test": self.id, "title": self.title, "items": items, "pairs": sorted(map(sorted, self.pairs))}

    def key(self) -> str:
        """What only those who reckon may know, as a JSON file."""
        items = {item.id: {"source": item.source, "piece": item.piece} for item in self.items}
        told = {"kind": KEY_KIND, "version": 1, "test": self.id, "items": items, "pairs": self.pairs}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def listening_test(
    sources: Mapping[str, Sequence[tuple[str, Score]]],
    rng: Generator,
    *,
    count: int = 20,
    pairs: int = 20,
    measures: int = 16,
    title: str = "Real or made?",
    draw: Callable[[Score], str] | None = None,
) -> ListeningTest:
    """A test of `count` pieces of each source, drawn by `rng`, and of so many pairs for every two sources.

    `sources` holds (name, score) by source; the real pieces are under `REAL`. Of each piece the first `measures` are
    played, all at one tempo and in one tone; `draw` makes the sheet that is shown with them.

    Raises:
        UsageError: there is no real source, or no other; or one has no piece.
    """
    if REAL not in sources or len(sources) < 2:
        raise UsageError("a listening test needs real pieces and made ones")
    for name, pieces in sources.items():
        if not pieces:
            raise UsageError(f"there is no piece of {name}", hint="put scores into the folder")
    names = _names(rng)
    items: list[Item] = []
    for source in sorted(sources):
        pieces = sources[source]
        for number in sorted(rng.permutation(len(pieces))[:count].tolist()):
            piece, score = pieces[number]
            items.append(_item(next(names), source, piece, score, measures, draw))
    order = rng.permutation(len(items)).tolist()
    mixed = tuple(items[number] for number in order)
    return ListeningTest(next(names), mixed, _pairs(mixed, pairs, rng), title)


def excerpt_of(score: Score, measures: int) -> Score:
    """The first measures of a score, a pickup not counted, without title and words."""
    last = min(len(score.measures), measures + int(score.measures[0].is_pickup)) - 1
    return excerpt(score, 0, last)


def heard(score: Score) -> tuple[tuple[float, float, int], ...]:
    """The notes as (seconds, seconds it sounds, MIDI number), a minute at most.

    >>> from musegen.score.textgrid import parse_grid
    >>> heard(parse_grid("meter: 2/4\\nS: c5 d5"))
    ((0.0, 0.5, 72), (0.5, 0.5, 74))
    """
    notes = score.notes.sounding()
    meter = score.measures[0].time_signature
    second = (_COMPOUND if meter.is_compound else _QUARTER) / score.ticks_per_quarter
    first = int(notes["onset"].min()) if len(notes) else 0
    rows = zip(notes["onset"].tolist(), notes["duration"].tolist(), notes["pitch"].tolist(), strict=True)
    told = ((round((onset - first) * second, 4), round(length * second, 4), pitch) for onset, length, pitch in rows)
    return tuple(sorted(note for note in told if note[0] < _MOST_SECONDS))


def _item(name: str, source: str, piece: str, score: Score, measures: int, draw: Callable[[Score], str] | None) -> Item:
    part = replace(excerpt_of(score, measures), metadata=Metadata(), directions=())
    return Item(name, source, piece, heard(part), draw(part) if draw else "")


def _pairs(items: Sequence[Item], count: int, rng: Generator) -> tuple[tuple[str, str], ...]:
    """For every two sources so many pairs, each item used as evenly as can be."""
    found = []
    for one, other in combinations(sorted({item.source for item in items}), 2):
        sides = [[item.id for item in items if item.source == source] for source in (one, other)]
        orders = [[*_endless(side, count, rng)] for side in sides]
        found += list(dict.fromkeys(zip(*orders, strict=True)))
    return tuple(found)


def _endless(names: Sequence[str], count: int, rng: Generator) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        found += [names[number] for number in rng.permutation(len(names)).tolist()]
    return found[:count]


def _names(rng: Generator) -> Iterator[str]:
    """Names that tell nothing, none of them twice."""
    seen: set[str] = set()
    while True:
        name = "".join(_LETTERS[number] for number in rng.integers(0, len(_LETTERS), 6).tolist())
        if name not in seen:
            seen.add(name)
            yield name
