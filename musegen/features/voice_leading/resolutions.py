"""What becomes of leading tones, sevenths, cadential six-fours and suspensions."""

from __future__ import annotations

import numpy as np

from musegen.features.chord_columns import graph_of, reading_of
from musegen.features.counting import Floats, each, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.theory.graph.schema import Resolution, Tendency

_CODES = [int(kind) for kind in (Tendency.LEADING_TONE, Tendency.SEVENTH, Tendency.SIX_FOUR, Tendency.SUSPENSION)]
_SIZE = len(Tendency)
_LINES = ("outer", "inner")


@feature("voice_leading", unit="share of tendency tones", dims=("leading_tone", "seventh", "six_four", "suspension"),
         needs="chords", source="Aldwell & Schachter, chs. 6, 8, 10, 22")  # fmt: skip
def resolutions(view: PieceView) -> Floats:
    """How many tendency tones resolve by step in their line, of those whose chord is left and that are not sung again.

    Leading tones count where the next chord holds their tonic.
    """
    found = _decided(view)
    if found is None:
        return undefined(4)
    tendency, resolved, _ = found
    told = each(np.bincount(tendency, resolved, _SIZE), np.bincount(tendency, minlength=_SIZE))
    return told[_CODES]


@feature("voice_leading", unit="share of leading tones", dims=_LINES, needs="chords",
         source="Aldwell & Schachter, ch. 6; Bach's inner leading tones fall to the fifth")  # fmt: skip
def leading_tone_resolutions(view: PieceView) -> Floats:
    """How many leading tones rise, in the outer lines and in the inner ones; counted as in `resolutions`."""
    found = _decided(view)
    if found is None:
        return undefined(2)
    tendency, resolved, is_inner = found
    leading = tendency == Tendency.LEADING_TONE
    kinds = [leading & ~is_inner, leading & is_inner]
    return np.array([share(float(resolved[kind].sum()), np.count_nonzero(kind)) for kind in kinds])


@feature("voice_leading", unit="notes in 100", dims=("leading_tone", "seventh", "six_four", "suspension"), high=100.0,
         needs="chords", source="musegen")  # fmt: skip
def tendency_tones_per_100_notes(view: PieceView) -> Floats:
    """How many notes want to go somewhere when their last chord is left."""
    graph = graph_of(view)
    if graph is None or reading_of(view) is None or not len(graph.note):
        return undefined(4)
    counted = np.bincount(graph.note["tendency"], minlength=_SIZE)
    return np.asarray(counted[_CODES] * (100 / len(graph.note)))


def _decided(view: PieceView) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """(tendency, resolved?, in an inner line?) of each tendency tone that was resolved or not."""
    graph = graph_of(view)
    if graph is None or reading_of(view) is None:
        return None
    links = graph.succession
    links = links[(links["resolution"] == Resolution.RESOLVED) | (links["resolution"] == Resolution.UNRESOLVED)]
    inner = (links["voice"] > 0) & (links["voice"] != graph.about.paired - 1)
    return graph.note["tendency"][links["source"]], links["resolution"] == Resolution.RESOLVED, inner
