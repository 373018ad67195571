"""What a piece shares with unrelated ones, weighed as evidence of a copy: formulas, repeats and gaps prove less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.lines import Line
from musegen.features.similarity.passages import THOROUGH, Passage, passages
from musegen.features.similarity.search import other_pieces
from musegen.features.similarity.symbols import intervals, ratios

HALF, ALIKE = 0.5, 24.0
"""Two tunes that share this part of either's notes in one transposition, in passages of so many bits that chance does
not explain them, are versions of one."""
COMMON, REPEATED, BROKEN = 4.0, 0.5, 1.5
"""Bits lost for each doubling of the groups that hold the same notes; the share lost of what a passage says twice; bits
lost where it is broken by a note that is not shared. Found on one half of the Essen groups (docs/similarity.md)."""
_SAME_NOTES = 0.6  # of a passage, that another one must lie on to be the same formula
_TURN = 4  # notes that, heard again, are a repetition
Bits = npt.NDArray[np.float32]


class Shared(NamedTuple):
    """A passage of one line of a piece, its bits weighed as evidence."""

    line: Line
    passage: Passage
    related: bool  # with a version of the piece, or in the group of one: no stranger


def shared(index: SimilarityIndex, lines: Sequence[Line], without: str = "") -> list[Shared]:
    """All that a piece shares, transposed or not, with pieces of other groups than `without` is of, strongest first."""
    allowed = other_pieces(index, without)
    found = [(line, passage) for line in lines for passage in _found(index, line, allowed)]
    kin = _groups_of_versions(index, found)
    told = (Shared(line, passage, _group(index, passage) in kin) for line, passage in found)
    return sorted(told, key=lambda one: -one.passage.bits)


def weighed(index: SimilarityIndex, line: Line, found: Sequence[Passage]) -> list[Passage]:
    """These passages of a line, their bits as evidence of a copy; those that prove nothing are left out."""
    if not found:
        return []
    bits = np.add(*index.surprise.of(intervals(line.pitch), ratios(line.step)))
    common = COMMON * np.log2(1 + _holders(index, line, found))
    weights = (passage.bits - lost - _lost(line, passage, bits) for passage, lost in zip(found, common, strict=True))
    return [passage._replace(bits=float(w)) for passage, w in zip(found, weights, strict=True) if w > 0]


def _found(index: SimilarityIndex, line: Line, allowed: npt.NDArray[np.bool_] | None) -> Iterable[Passage]:
    found = passages(index, line, effort=THOROUGH, transformations=("original",), allowed=allowed)
    return weighed(index, line, found)


def _holders(index: SimilarityIndex, line: Line, found: Sequence[Passage]) -> npt.NDArray[np.int64]:
    """How many groups besides its own hold the notes of each passage too: what many hold is a formula."""
    covered = np.zeros((len(found), len(line.pitch)), dtype=np.float32)
    for row, passage in zip(covered, found, strict=True):
        row[passage.pairs[:, 0]] = 1
    same = covered @ covered.T >= _SAME_NOTES * covered.sum(axis=1)[:, None]
    group = np.array([_group(index, passage) for passage in found])
    holders = [len(set(group[row].tolist()) - {own}) for row, own in zip(same, group.tolist(), strict=True)]
    return np.array(holders)


def _lost(line: Line, passage: Passage, bits: Bits) -> float:
    """Bits that its repeats and gaps take off a passage."""
    mine = passage.pairs[:, 0]
    rises = np.diff(line.pitch[mine])
    broken = int((np.abs(np.diff(passage.pairs, axis=0)).max(axis=1, initial=1) > 1).sum())
    repeated = sum(float(bits[mine[note]]) for note in _said_before(rises.tolist()))
    return BROKEN * broken + REPEATED * repeated


def _said_before(rises: list[int]) -> Iterator[int]:
    """The notes that end a turn which was heard before."""
    heard: set[tuple[int, ...]] = set()
    for note in range(_TURN - 1, len(rises) + 1):
        turn = tuple(rises[note - _TURN + 1 : note])
        if turn in heard:
            yield note
        heard.add(turn)


def _groups_of_versions(index: SimilarityIndex, found: Sequence[tuple[Line, Passage]]) -> set[int]:
    """The groups in which a line stands that shares half of its notes, or of the piece's line."""
    sides: defaultdict[tuple[int, int, int], list[npt.NDArray[np.int64]]] = defaultdict(list)
    sizes: dict[int, int] = {}
    for line, passage in found:
        if passage.bits >= ALIKE:
            sides[id(line), passage.line, passage.transposition].append(passage.pairs)
            sizes[id(line)] = len(line.pitch)
    groups = set()
    for (mine, theirs, _), pairs in sides.items():
        ours, other = (len(np.unique(np.concatenate(pairs)[:, side])) for side in (0, 1))
        size = int(index.begins[theirs + 1] - index.begins[theirs])
        if ours >= HALF * sizes[mine] or other >= HALF * size:
            groups.add(int(index.group[index.owner[theirs]]))
    return groups


def _group(index: SimilarityIndex, passage: Passage) -> int:
    return int(index.group[index.owner[passage.line]])
