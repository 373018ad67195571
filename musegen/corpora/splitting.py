"""Groups and splits: what must not straddle a split is one group, and a group's split depends on nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from musegen.corpora.pieces import Piece, Split


class Shares(NamedTuple):
    """How a corpus is divided: the seed, and how many hundredths of the groups learn, choose and judge."""

    seed: int = 1
    train: int = 80
    valid: int = 10
    test: int = 10


DEFAULT = Shares()


def split_of(group: str, shares: Shares = DEFAULT) -> Split:
    """The split of a group, drawn from seed and name alone: another piece in the corpus never moves it.

    >>> [split_of(f"opus {number}") for number in range(1, 5)]
    ['valid', 'train', 'train', 'test']
    """
    drawn = hashlib.sha256(f"{shares.seed}:{group}".encode("utf-8", "surrogatepass")).digest()
    place = int.from_bytes(drawn[:8], "big") * sum(shares[1:]) >> 64
    if place < shares.train:
        return "train"
    return "valid" if place < shares.train + shares.valid else "test"


def united(groups: Sequence[str], together: Iterable[Sequence[int]]) -> list[list[int]]:
    """Which pieces belong together: those of one group, and those that are named together, with all that follows.

    >>> united(["a", "a", "b", "c"], [(1, 2)])
    [[0, 1, 2], [3]]
    """
    root = list(range(len(groups)))

    def find(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    by_name: dict[str, int] = {}
    pairs = [(by_name.setdefault(group, place), place) for place, group in enumerate(groups)]
    for one, other in [*pairs, *((members[0], member) for members in together for member in members)]:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    found: dict[int, list[int]] = {}
    for place in range(len(groups)):
        found.setdefault(find(place), []).append(place)
    return list(found.values())


def divided(
    pieces: Sequence[Piece],
    together: Iterable[Sequence[int]],
    shares: Shares,
    before: Mapping[str, Piece],
) -> tuple[Piece, ...]:
    """The pieces with their groups and splits.

    What stood in the list `before` keeps its group and split. A new piece that belongs to a group of that list follows
    it; one that belongs to groups on both sides of a split is in no split.

    >>> one, other = divided([Piece("b", group="x"), Piece("a", group="y")], [(0, 1)], DEFAULT, {})
    >>> one.group, other.group, one.split == other.split
    ('x', 'x', True)
    """
    made = list(pieces)
    for members in united([piece.group for piece in pieces], together):
        known = sorted({(old.group, old.split) for member in members if (old := before.get(pieces[member].name))})
        group = known[0][0] if known else min(pieces[member].group for member in members)
        split = split_of(group, shares) if not known else known[0][1] if len({old[1] for old in known}) == 1 else "none"
        for member in members:
            old = before.get(pieces[member].name)
            chosen = (old.group, old.split) if old else (group, split)
            made[member] = replace(pieces[member], group=chosen[0], split=chosen[1])
    return tuple(made)
