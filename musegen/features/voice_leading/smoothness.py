"""How far lines move from chord to chord, against the least that would do, and what they keep."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.chord_columns import chord_columns, graph_of, is_chordal
from musegen.features.counting import NAN, Floats, mean, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_SIZES = ("of_a_line", "least_of_a_line", "largest")


class _Changes(NamedTuple):
    """The edges of `voice_leading` that reach a new chord, as columns."""

    total: npt.NDArray[np.int32]
    least: npt.NDArray[np.int32]
    largest: npt.NDArray[np.int16]
    common: npt.NDArray[np.int8]  # tones
    lines: int  # that go over all these edges, added up


@feature("voice_leading", unit="semitones", dims=_SIZES, high=127.0, needs="chords",
         source="Tymoczko, A Geometry of Music, 2011")  # fmt: skip
def chord_change_sizes(view: PieceView) -> Floats:
    """How far a line moves on average where the chord changes; how far it would have to; and the largest move of one.

    The least voice leading between both sonorities is divided among as many lines.
    """
    found = _changes(view)
    if found is None:
        return undefined(3)
    moved, least = (share(sizes.sum(), found.lines) for sizes in (found.total, found.least))
    return np.array([moved, least, mean(found.largest)])


@feature("voice_leading", unit="ratio", low=0.0, high=float("inf"), needs="chords",
         source="Tymoczko, A Geometry of Music, 2011")  # fmt: skip
def excess_of_voice_leading(view: PieceView) -> float:
    """All the motion of the lines at changes of chord, as a multiple of the least that would do."""
    found = _changes(view)
    return NAN if found is None else share(found.total.sum(), found.least.sum())


@feature("voice_leading", unit="pitch classes", high=12.0, needs="chords", source="Huron, Voice Leading, 2016")
def common_tones(view: PieceView) -> float:
    """How many pitch classes the sonorities before and at a change of chord share."""
    found = _changes(view)
    return NAN if found is None else mean(found.common)


@feature("voice_leading", unit="share of common tones", needs="chords", source="Aldwell & Schachter on voice leading")
def common_tones_kept(view: PieceView) -> float:
    """How many of the common tones at changes of chord stay in one line on one pitch."""
    columns, slices = chord_columns(view), view.slices
    if columns is None or not is_chordal(view):
        return NAN
    moments = columns.onset[1:]
    at = slices.at(moments)
    at = at[(at > 0) & (slices.onset[at] == moments)]
    pitch, before, after = slices.notes["pitch"], slices.row[at - 1], slices.row[at]
    one, two = (np.where(row >= 0, np.left_shift(1, pitch[row] % 12), 0) for row in (before, after))
    stays = (before >= 0) & (after >= 0) & (pitch[before] == pitch[after])
    common = np.bitwise_or.reduce(one, axis=1) & np.bitwise_or.reduce(two, axis=1)
    held = np.bitwise_or.reduce(np.where(stays, two, 0), axis=1)
    return share(int(np.bitwise_count(held).sum()), int(np.bitwise_count(common).sum()))


def _changes(view: PieceView) -> _Changes | None:
    return kept(view, "voice_leading_at_changes", _find_changes)


def _find_changes(view: PieceView) -> _Changes | None:
    columns, graph = chord_columns(view), graph_of(view)
    if columns is None or graph is None:
        return None
    edges = graph.voice_leading
    moments = graph.slice["onset"][edges["target"]]
    number = np.searchsorted(columns.onset, moments, side="right") - 1
    edges = edges[(number > 0) & (columns.onset[number] == moments)]
    if not len(edges):
        return None
    size = graph.slice["size"]
    lines = int(np.maximum(size[edges["source"]], size[edges["target"]]).sum())
    return _Changes(edges["total"], edges["least"], edges["largest"], edges["common_tones"], lines)
