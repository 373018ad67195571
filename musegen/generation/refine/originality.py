"""What a setting shares with the chorales that the network has heard, and what Bach's own share with each other.

A passage is a row of sonorities, transposed or not: each with the same intervals above its bass, and the same steps of
the bass from one to the next. Rhythm does not count, repeated sonorities count once.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.corpora import Piece, corpus
from musegen.score.cache import cache_folder, keep_arrays, kept_arrays
from musegen.score.files import read
from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of

HEARD = ("train", "none")
"""The splits of `bach-chorales` that the network has heard."""
_LAYOUT = 1
_VOICES, _WIDEST = 4, 62
_NEW_PIECE = -1
_USUAL, _RARE = 0.25, 0.05
"""Shares of Bach's chorales."""
Ints = npt.NDArray[np.int64]


class SharedPassage(NamedTuple):
    """The longest passage that a setting shares with a chorale."""

    sonorities: int  # that follow each other in both; 0 where there is none
    quarters: float  # how long it lasts in the setting
    measure: str  # where it begins in the setting
    piece: str  # the chorale
    measure_there: str
    bach: float  # share of Bach's chorales that share so many sonorities with one of another melody

    def __str__(self) -> str:
        """One line for a reader."""
        if not self.sonorities:
            return "no passage is shared with Bach's chorales"
        where = f"from measure {self.measure} on, as in {self.piece}, measure {self.measure_there}"
        how = "usual" if self.bach >= _USUAL else "rare" if self.bach < _RARE else "not rare"
        rate = f"{100 * self.bach:.0f} % of Bach's chorales share as many with another melody's"
        return f"{self.sonorities} sonorities ({self.quarters:g} quarters) {where}: {how}, {rate}"


def longest_shared(score: Score) -> SharedPassage:
    """The longest passage that a four-voice setting shares with the chorales of the training splits.

    The first call on a machine reads them all, in a few seconds; what it finds stays in the user's cache.

    >>> found = longest_shared(read("bach/bwv66.6"))
    >>> found.piece, found.sonorities > 40
    ('bach/bwv66.6', True)
    """
    known = chorale_index()
    moves, onset = _moves(score)
    run, last, place = _longest(moves, known.moves)
    if not run:
        return SharedPassage(0, 0.0, "", "", "", 1.0)
    first = last - run + 1
    begin, end = int(onset[first]), int(np.append(onset, score.end)[last + 2])
    rate = float((known.own > run).mean())
    there = place - run + 1
    quarters = (end - begin) / score.ticks_per_quarter
    piece = str(known.names[known.piece[there]])
    return SharedPassage(run + 1, quarters, score.place(begin).measure, piece, str(known.measure[there]), rate)


class ChoraleIndex(NamedTuple):
    """Chorales end to end: a number for each step from sonority to sonority, -1 before the first of each chorale."""

    moves: Ints
    piece: Ints  # (moves,): number of the chorale
    measure: npt.NDArray[np.str_]  # (moves,): where the first of the two sonorities begins
    own: Ints  # (chorales,): the sonorities that each shares with one of another melody, at most
    names: npt.NDArray[np.str_]  # (chorales,)


@cache
def chorale_index() -> ChoraleIndex:
    """The chorales that the network has heard, from the cache where they were read before."""
    pieces = [piece for piece in corpus("bach-chorales").pieces if piece.split in HEARD]
    told = "\n".join(f"{piece.name} {piece.group} {piece.stamp}" for piece in pieces)
    entry = cache_folder() / "chorales" / f"{hashlib.sha256(f'{_LAYOUT}{told}'.encode()).hexdigest()}.npz"
    stored = kept_arrays(entry)
    if stored is not None and set(stored) == set(ChoraleIndex._fields):
        return ChoraleIndex(**stored)
    made = _indexed(pieces)
    keep_arrays(entry, **made._asdict())
    return made


def _indexed(pieces: list[Piece]) -> ChoraleIndex:
    moves, places, measures = [], [], []
    for number, piece in enumerate(pieces):
        score = read(piece.name)
        steps, onset = _moves(score)
        moves.append(np.append(_NEW_PIECE, steps))
        places.append(np.full(len(steps) + 1, number))
        measures += ["", *(score.place(int(time)).measure for time in onset[:-1])]
    groups = np.array([piece.group or piece.name for piece in pieces])
    all_moves, piece_of = np.concatenate(moves), np.concatenate(places)
    own = [_longest(steps[1:], np.where(groups[piece_of] == group, _NEW_PIECE, all_moves))[0] + 1
           for steps, group in zip(moves, groups, strict=True)]  # fmt: skip
    return ChoraleIndex(all_moves, piece_of, np.array(measures), np.array(own), np.array([p.name for p in pieces]))


def _moves(score: Score) -> tuple[Ints, Ints]:
    """(sonorities - 1,) a number for each step from sonority to sonority, and (sonorities,) when each begins."""
    slices = slices_of(assign_voices(score))
    pitch = np.where(slices.sounds, slices.column("pitch"), 0).astype(np.int64)
    new = np.append(True, (np.diff(pitch, axis=0) != 0).any(axis=1))[: len(pitch)]
    pitch, onset = pitch[new], slices.onset[new]
    if pitch.shape[1] != _VOICES or not len(pitch):
        return np.zeros(0, dtype=np.int64), onset
    bass, above = pitch[:, -1], np.clip(pitch[:, :-1] - pitch[:, -1:], -_WIDEST // 2, _WIDEST // 2)
    shape = (np.where(pitch[:, :-1] > 0, above, _WIDEST) + _WIDEST) @ (1 << np.array([0, 8, 16]))
    step = np.clip(np.diff(bass), -_WIDEST, _WIDEST) + _WIDEST
    return np.asarray(shape[:-1] | shape[1:] << 24 | step << 48), onset


def _longest(moves: Ints, known: Ints) -> tuple[int, int, int]:
    """The longest row of moves that stands in both: its length, and the place of its last one in each."""
    best = (0, 0, 0)
    run = np.zeros(len(known) + 1, dtype=np.int32)
    for number, move in enumerate(moves.tolist()):
        run[1:] = np.where(known == move, run[:-1] + 1, 0)
        place = int(run.argmax())
        if run[place] > best[0]:
            best = (int(run[place]), number, place - 1)
    return best
