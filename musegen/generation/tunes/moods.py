"""Moods of melodies: which modes, how many notes a quarter and how wide a span go with each.

What listeners hear in mode, density, range and register is taken from Gabrielsson and Lindström, "The role of structure
in the musical expression of emotions" (in Juslin and Sloboda, eds., Handbook of Music and Emotion, 2010, table 14.2).
"""

from __future__ import annotations

from typing import NamedTuple


class Mood(NamedTuple):
    """What a mood asks of a melody."""

    modes: tuple[str, ...]
    density: int  # class of notes a quarter, as `telling.density_of` counts them
    span: int  # staff places between the lowest and the highest note


MOODS = {
    "happy": Mood(("major", "mixolydian"), 4, 11),  # high valence, high arousal: major, quick, wide
    "calm": Mood(("major",), 1, 8),  # high valence, low arousal: major, few notes, narrow
    "sad": Mood(("minor",), 0, 7),  # low valence, low arousal: minor, slow, narrow
    "tense": Mood(("minor", "phrygian"), 5, 12),  # low valence, high arousal: minor, quick, wide
}
