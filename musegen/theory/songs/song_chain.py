"""The chain of choices of the song style: counted successions, and what is sung over each chord."""

from __future__ import annotations

import numpy as np

from musegen.score.pitch import fifths_name
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.songs.chord_names import song_numeral
from musegen.theory.songs.ranking import Chain, Floats
from musegen.theory.songs.sheet import read_symbol
from musegen.theory.songs.slots import Slot
from musegen.theory.songs.song_statistics import KINDS, SongStatistics

SUNG, CLOSING, EDGES = 1.0, 0.7, 1.0
"""Weights: a quarter of melody over a chord, the end of a phrase, the first and the last chord."""
_WRITTEN = {"M": "", "m": "m", "7": "7", "h": "m7b5", "o": "o7", "+": "+"}
_SPELLED = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
"""Roots on the line of fifths, by semitones above the tonic."""
_SHARP = {1: 7, 3: 9, 6: 6, 8: 8}
"""The roots of diminished chords, which lead upwards."""


def song_choices(key: Key, counted: SongStatistics) -> list[tuple[str, Numeral]]:
    """(symbol, numeral) of every chord that may be chosen in a key.

    >>> from musegen.theory.songs.song_statistics import song_statistics
    >>> [symbol for symbol, _ in song_choices(Key.parse("G"), song_statistics())][:3]
    ['G', 'A-', 'A']
    """
    found = []
    for state in counted.states(int(key.minor)).tolist():
        kind, semitones = KINDS[state // 12], state % 12
        above = _SHARP.get(semitones, _SPELLED[semitones]) if kind == "o" else _SPELLED[semitones]
        symbol = fifths_name(key.tonic + above) + _WRITTEN[kind]
        found.append((symbol, song_numeral(read_symbol(symbol), (), key)))
    return found


def song_chain(slots: list[Slot], key: Key, every: int, counted: SongStatistics) -> Chain:
    """The chain of a melody's slots."""
    mode = int(key.minor)
    sung = np.stack([np.roll(slot.sung, -(7 * key.tonic % 12)) for slot in slots])
    alone: Floats = SUNG * sung @ counted.sung(mode).T
    alone[[slot.ends_phrase for slot in slots]] += CLOSING * counted.ends("closing", mode, every)
    alone[0] += EDGES * counted.ends("first", mode)
    alone[-1] += EDGES * counted.ends("last", mode)
    follow = counted.follow(every, mode)
    return Chain(alone, (follow[0], follow[1]), np.array([int(slot.is_downbeat) for slot in slots]))
