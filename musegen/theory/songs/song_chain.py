"""The chain of choices of the song style: counted successions, and what is sung over each chord."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.score.pitch import fifths_name
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.songs.chord_names import song_numeral
from musegen.theory.songs.ranking import Chain, Floats
from musegen.theory.songs.sheet import read_symbol
from musegen.theory.songs.slots import Slot
from musegen.theory.songs.song_statistics import KINDS, SHELLS, SongStatistics, state_of

HEARD, COMMON, FOLLOWS, FIT = 1.0, 0.8, 0.7, 1.0
"""Weights: what the melody says, how common a chord is (said by melody and succession both), what follows what;
whether what is sung belongs to the chord."""
SEVENTH_CLOSE, SUBSTITUTE_CLOSE, OPEN_CLOSE = 1.2, 0.7, 1.5
"""What a phrase pays, in nats, to end on V7, on the tonic's relative, on any other chord than I or V."""
_WRITTEN = {"M": "", "m": "m", "7": "7", "h": "m7b5", "o": "o7", "+": "+"}
_SPELLED = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
"""Roots on the line of fifths, by semitones above the tonic."""
_SHARP = {1: 7, 3: 9, 6: 6, 8: 8}
"""The roots of diminished chords, which lead upwards."""


def song_choices(key: Key, learned: SongStatistics) -> list[tuple[str, Numeral]]:
    """(symbol, numeral) of every chord that may be chosen in a key.

    >>> from musegen.theory.songs.song_statistics import song_statistics
    >>> [symbol for symbol, _ in song_choices(Key.parse("G"), song_statistics())][:3]
    ['G', 'A', 'B-']
    """
    found = []
    for state in learned.states(int(key.minor)).tolist():
        kind, semitones = KINDS[state // 12], state % 12
        above = _SHARP.get(semitones, _SPELLED[semitones]) if kind == "o" else _SPELLED[semitones]
        symbol = fifths_name(key.tonic + above) + _WRITTEN[kind]
        found.append((symbol, song_numeral(read_symbol(symbol), (), key)))
    return found


def _fits(states: npt.NDArray[np.intp]) -> Floats:
    """(chord, pitch class): 1 for a member, -1 for a semitone beside the third, 0 for the rest."""
    found = np.zeros((len(states), 12))
    for row, state in enumerate(states.tolist()):
        members = SHELLS[KINDS[state // 12]]
        found[row, [(state + members[1] + step) % 12 for step in (-1, 1)]] = -1.0
        found[row, [(state + step) % 12 for step in members]] = 1.0
    return found


def song_chain(slots: list[Slot], key: Key, every: int, learned: SongStatistics) -> Chain:
    """The chain of a melody's slots: what is sung, weighed against how common a chord is, and what follows what."""
    mode = int(key.minor)
    alone = HEARD * learned.heard(slots, key, every) - COMMON * learned.unigram(every, mode)
    sung = np.stack([np.roll(slot.sung[0], -(7 * key.tonic % 12)) for slot in slots])
    alone += FIT * (sung / np.maximum(sung.sum(axis=1, keepdims=True), 1e-9)) @ _fits(learned.states(mode)).T
    alone[0] += learned.unigram(every, mode)
    alone[[slot.ends_phrase for slot in slots]] -= _closes(learned.states(mode), minor=key.minor)
    steps = FOLLOWS * learned.successions(every, mode)
    return Chain(alone, tuple(steps), np.array([slot.stress for slot in slots]))


def _closes(states: npt.NDArray[np.intp], *, minor: bool) -> Floats:
    """(chord,): what a phrase pays to end on it."""
    prices = {state_of(0, "m" if minor else "M"): 0.0, state_of(7, "M"): 0.0, state_of(7, "7"): SEVENTH_CLOSE}
    prices[state_of(3, "M") if minor else state_of(9, "m")] = SUBSTITUTE_CLOSE
    return np.array([prices.get(state, OPEN_CLOSE) for state in states.tolist()])
