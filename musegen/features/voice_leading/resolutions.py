"""What becomes of leading tones, sevenths, cadential six-fours and suspensions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.chord_columns import graph_of, reading_of
from musegen.features.counting import Floats, each, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.theory.graph.schema import Resolution, Tendency
from musegen.theory.sonority import Bools

_CODES = [int(kind) for kind in (Tendency.LEADING_TONE, Tendency.SEVENTH, Tendency.SIX_FOUR, Tendency.SUSPENSION)]
_SIZE = len(Tendency)
_LINES = ("outer", "inner")


class Decided(NamedTuple):
    """The tendency tones that were resolved or not, as columns."""

    tendency: npt.NDArray[np.int8]
    resolved: Bools
    is_inner: Bools  # in a line that is neither top nor bass


@feature("voice_leading", unit="share of tendency tones", dims=("leading_tone", "seventh", "six_four", "suspension"),
         needs="chords", source="Aldwell & Schachter on tendency tones")  # fmt: skip
def resolutions(view: PieceView) -> Floats:
    """How many tendency tones resolve by step in their line, of those whose chord is left and that are not sung again.

    Leading tones count where the next chord holds their tonic.
    """
    found = _decided(view)
    if found is None:
        return undefined(4)
    wanted = np.bincount(found.tendency, minlength=_SIZE)
    told = each(np.bincount(found.tendency, found.resolved, _SIZE), wanted)
    return told[_CODES]


@feature("voice_leading", unit="share of leading tones", dims=_LINES, needs="chords",
         source="Aldwell & Schachter on tendency tones; Bach's inner leading tones fall to the fifth")  # fmt: skip
def leading_tone_resolutions(view: PieceView) -> Floats:
    """How many leading tones rise, in the outer lines and in the inner ones; counted as in `resolutions`."""
    found = _decided(view)
    if found is None:
        return undefined(2)
    leading = found.tendency == Tendency.LEADING_TONE
    kinds = [leading & ~found.is_inner, leading & found.is_inner]
    return np.array([share(np.count_nonzero(found.resolved & kind), np.count_nonzero(kind)) for kind in kinds])


@feature("voice_leading", unit="notes in 100", dims=("leading_tone", "seventh", "six_four", "suspension"), high=100.0,
         needs="chords", source="musegen")  # fmt: skip
def tendency_tones_per_100_notes(view: PieceView) -> Floats:
    """How many notes want to go somewhere when their last chord is left."""
    graph = graph_of(view)
    if graph is None or reading_of(view) is None or not len(graph.note):
        return undefined(4)
    counted = np.bincount(graph.note["tendency"], minlength=_SIZE)
    return np.asarray(counted[_CODES] * (100 / len(graph.note)))


def _decided(view: PieceView) -> Decided | None:
    return kept(view, "decided_tendencies", _find_decided)


def _find_decided(view: PieceView) -> Decided | None:
    graph = graph_of(view)
    if graph is None or reading_of(view) is None:
        return None
    links, outcome = graph.succession, graph.succession["resolution"]
    rows = np.flatnonzero((outcome == Resolution.RESOLVED) | (outcome == Resolution.UNRESOLVED))
    voice = links["voice"][rows]
    inner = (voice > 0) & (voice != graph.about.paired - 1)
    tendency = graph.note["tendency"][links["source"][rows]]
    return Decided(tendency, outcome[rows] == Resolution.RESOLVED, inner)
