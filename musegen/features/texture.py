"""Texture: how many lines there are, how they share the sound, how they move apart and together in time."""

from __future__ import annotations

from musegen.features.piece_view import PieceView
from musegen.features.registry import feature


@feature("texture", unit="lines", high=float("inf"), source="jSymbolic 2, Maximum Number of Independent Voices",
         needs="voices", confounds=("parts",))  # fmt: skip
def number_of_lines(view: PieceView) -> int:
    """How many lines the piece has."""
    return len(view.voices.names)
