"""Together or apart: how many lines strike at once, how alike their rhythms are, how they enter."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Floats, Ints, Numbers, each, mean, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_TOGETHER = ("one", "half_or_less", "most", "all")
_ENTRIES = ("together", "top_first", "inner_first", "bass_first")
_SOURCE = "onset synchrony: Huron, Music Perception 10 (1993)"


def struck(view: PieceView) -> Ints:
    """(time,): how many lines begin a note in each slice."""
    return kept(view, "struck", lambda view: np.add.reduce(view.slices.attack, axis=1))


def _together(view: PieceView) -> tuple[Numbers, Ints]:
    """(slice, place in _TOGETHER) of each slice where two lines or more sound and one strikes."""
    return kept(view, "together", _found_together)


def _found_together(view: PieceView) -> tuple[Numbers, Ints]:
    heard, strikes = np.add.reduce(view.slices.sounds, axis=1), struck(view)
    where = np.flatnonzero((heard > 1) & (strikes > 0))
    heard, strikes = heard[where], strikes[where]
    place = 1 + (2 * strikes > heard) + (strikes == heard)
    place[strikes == 1] = 0
    return where, place


@feature("texture", dims=_TOGETHER, unit="share of onsets", needs="voices", source=_SOURCE)
def struck_together_shares(view: PieceView) -> Floats:
    """Of the onsets at which two lines or more sound: at how many one strikes, half or less, most, all (homorhythm)."""
    return shares(_together(view)[1], len(_TOGETHER))


@feature("texture", dims=_TOGETHER, unit="share of time", needs="voices", source=_SOURCE)
def struck_together_time(view: PieceView) -> Floats:
    """How much of the time that two lines or more sound belongs to onsets of one line, of half, of most, of all."""
    where, place = _together(view)
    return shares(place, len(_TOGETHER), view.slices.duration[where])


@feature("texture", dims=("barline", "elsewhere"), unit="share of sounding lines", needs="voices", confounds=("meter",),
         source=_SOURCE)  # fmt: skip
def struck_by_accent(view: PieceView) -> tuple[float, float]:
    """How many of the sounding lines strike at a barline, and at other onsets."""
    slices, grid = view.slices, view.grid
    if not len(slices) or not len(grid.onset):
        return NAN, NAN
    some = struck(view) > 0
    part = struck(view)[some] / np.add.reduce(slices.sounds, axis=1)[some]
    onset = slices.onset[some]
    barline = grid.onset[np.searchsorted(grid.onset, onset, side="right") - 1] == onset
    return mean(part[barline]), mean(part[~barline])


def _coincidence(view: PieceView) -> Floats:
    """(lines, lines): of the onsets of either of two lines, those of both."""
    return kept(view, "coincidence", _found_coincidence)


def _found_coincidence(view: PieceView) -> Floats:
    attack = view.slices.attack.astype(np.float64)
    both = attack.T @ attack
    counts = both.diagonal()
    return each(both, counts[:, None] + counts - both)


@feature("texture", dims=("neighbours", "outer", "top_pair", "bottom_pair", "least"), unit="share of onsets",
         needs="voices", source="Jaccard index of onsets; Huron, Music Perception 10 (1993)")  # fmt: skip
def common_onsets(view: PieceView) -> Floats:
    """How many of the onsets of two lines both have.

    Of neighbouring lines (the mean), of top and bass, of the two top lines, of the two bottom lines; the least of any.
    """
    found = _coincidence(view)
    if len(found) < 2:
        return undefined(5)
    neighbours = found.diagonal(1)
    told, pairs = neighbours[neighbours == neighbours], found[found == found]  # not NaN
    least = float(pairs.min()) if len(pairs) else NAN
    return np.array([mean(told), found[0, -1], neighbours[0], neighbours[-1], least])


@feature("texture", dims=("top", "bass"), low=-1.0, unit="correlation", needs="voices", source="musegen")
def activity_with_others(view: PieceView) -> tuple[float, float]:
    """How the striking of a line goes with the number of others that strike: below 0 where lines take turns."""
    attack = view.slices.attack
    if attack.shape[1] < 2 or not len(attack):
        return NAN, NAN
    others = struck(view)
    top, bass = (_correlation(attack[:, line], others - attack[:, line]) for line in (0, -1))
    return top, bass


def _correlation(one: Numbers, other: Numbers) -> float:
    first, second = one - mean(one), other - mean(other)
    scale = float(np.sqrt(first.dot(first) * second.dot(second)))
    return min(max(share(first.dot(second), scale), -1.0), 1.0) if scale > 1e-9 else NAN


@feature("texture", dims=("at_once", "mean_delay"), unit="share of lines; of the piece's time", needs="voices",
         source="musegen: imitative and chordal openings")  # fmt: skip
def entries(view: PieceView) -> tuple[float, float]:
    """How many lines begin with the first onset; how late in the piece's time a line begins, on the average."""
    first = _first_onsets(view)
    if not len(first):
        return NAN, NAN
    begin, end = int(first.min()), int(view.lines.end.max())
    return share(np.count_nonzero(first == begin), len(first)), share(mean(first - begin), end - begin)


@feature("texture", dims=_ENTRIES, unit="yes or no", needs="voices", source="musegen: who begins")
def who_begins(view: PieceView) -> Floats:
    """Whether several lines begin together, or the top line, an inner line or the bass alone; undefined in one line."""
    first = _first_onsets(view)
    if len(first) < 2:
        return undefined(len(_ENTRIES))
    begins = np.flatnonzero(first == first.min())
    line = int(begins[0])
    told = 0 if len(begins) > 1 else 1 if line == 0 else 3 if line == len(first) - 1 else 2
    return np.array([float(number == told) for number in range(len(_ENTRIES))])


def _first_onsets(view: PieceView) -> Ints:
    """Of each line that has notes."""
    begins = np.array(view.lines.bounds)
    return np.asarray(view.lines.onset[begins[:-1][begins[1:] > begins[:-1]]])
