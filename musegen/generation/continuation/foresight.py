"""What a partner has to know beforehand: from which notes it can go on lawfully, whatever is played next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from musegen.generation.continuation.keys import spelled
from musegen.generation.continuation.two_voices import Ints, TwoVoices
from musegen.rules.packs import load_pack
from musegen.theory.motion import FIFTH, OCTAVE, interval_fifths, melodic_steps
from musegen.theory.sonority import Bools, Sonority
from musegen.theory.tunes.symbols import Home, home_of, symbol_of

PLAYED = -9, 14
"""Staff places from the tonic of the player's octave: all notes between them are looked ahead at."""
ABOVE, BELOW = (-4, 21), (-18, 8)
"""Those of a partner above and below."""
_LED = ("mixolydian", "dorian", "minor")
"""Modes whose seventh degree is raised for the cadence."""
_SEVENTH, _SECOND = 6, 1
_MAJOR_SIXTH, _MINOR_THIRD = 3, -3
_SUNG = (0, 1, 2, 3, 4, 5, 7, 8, 12)
"""Semitones: towards the end only these are expected of a player, before it all up to an octave."""
_OCTAVE = 12
_CONSONANT = (OCTAVE, FIFTH, -3, 4, -4, 3)
_FAR = 6
"""Bars before the end from which the end is thought of."""


@dataclass(frozen=True)
class Foresight:
    """Tables over the player's notes P and the partner's notes Q; a state is (P, Q on the beat, Q at its end).

    `ahead[k]` is True where the partner need break no law in the k bars that are left, whatever of P is sung, and can
    close if the player closes. The last is for an end that nobody knows, and any notes of P up to an octave apart.
    """

    played: Ints  # (P, 2)
    sung: Ints  # (Q, 2)
    is_raised: Bools  # (Q,): belongs to the mode in a cadence only
    ahead: tuple[Bools, ...]  # (P, Q, Q) each
    struck: Bools  # (P, Q, P, Q): from beat to beat

    @property
    def forever(self) -> Bools:
        """(P, Q, Q): where the partner can go on for ever."""
        return self.ahead[-1]

    @property
    def guaranteed(self) -> float:
        """The share of the lawful states from which no error can ever be forced."""
        return float(self.forever.sum() / self.ahead[0].sum())


@lru_cache(maxsize=32)
def foresight(mode: str, pack: str, *, above: bool, halves: bool) -> Foresight:
    """The tables of a mode, on C; those of every other key of the mode are the same.

    With `halves` the partner has two notes for each of the player's.
    """
    laws, home = TwoVoices(load_pack(pack), above=above), home_of(0, mode)
    played, sung = _all_notes(home), _notes(home, ABOVE if above else BELOW, ())
    raised = _notes(home, ABOVE if above else BELOW, ((_SEVENTH, 1),) if mode in _LED else ())
    is_raised = ~(raised[:, None] == sung).all(axis=2).any(axis=1)
    tables = _Tables(laws, played, raised, halves=halves)
    return Foresight(played, raised, is_raised, tuple(tables.ahead(home, is_raised)), tables.beats)


class _Tables:
    """What is lawful from state to state, and what follows from it."""

    def __init__(self, laws: TwoVoices, played: Ints, sung: Ints, *, halves: bool) -> None:
        self.played, self.sung = played, sung
        now = laws.sonority(played[:, None], sung)
        size, unison = interval_fifths(now)[..., 0], played[:, None, 0] == sung[:, 0]
        good = laws.lawful(None, now) & ~unison & is_consonant(now)
        self.octave = laws.lawful(None, now) & (size == OCTAVE)
        first, second = now[:, :, None, None], now[None, None]
        lawful = laws.lawful(first, second)
        if halves:
            lawful &= sung[:, None, None, 0] != sung[:, 0]
        self.steps = lawful & good
        self.closing = lawful & self.octave & is_cadence(first, second)
        self.beats = _beats(first, second, size) if halves else np.ones_like(lawful)
        self.inside = good[:, :, None] & good[:, None] & _within(laws, played, sung, halves=halves)

    def ahead(self, home: Home, is_raised: Bools) -> list[Bools]:
        """`Foresight.ahead`."""
        natural = self.inside & ~is_raised[:, None] & ~is_raised
        forever, anything = natural, self._leaps() <= _OCTAVE
        while True:
            further = natural & self._before(forever.any(axis=2), anything)
            if (further == forever).all():
                break
            forever = further
        found = [self.inside]
        found.append(self._closes(natural, home))
        for _ in range(_FAR):
            found.append(natural & self._before(found[-1].any(axis=2), self._sung()))
        return [*found, forever]

    def _sung(self) -> Bools:
        """(P, P): the intervals that a line is sung by."""
        return np.asarray(np.isin(self._leaps(), _SUNG))

    def _leaps(self) -> Ints:
        """(P, P): semitones from note to note."""
        return np.asarray(np.abs(self.played[:, None, 0] - self.played[:, 0]))

    def _before(self, starts: Bools, expected: Bools) -> Bools:
        """(P, Q, Q): whatever is played next of what is `expected` (P, P), some lawful note is in `starts` (P, Q)."""
        found: Bools = np.ones_like(self.inside)
        for place in np.flatnonzero(starts.any(axis=1)).tolist():  # against others nothing can be done from anywhere
            on = (self.beats[:, :, place] & starts[place]).astype(np.float32)
            off = self.steps[:, :, place].astype(np.float32)
            ways = np.asarray(np.einsum("pan,pbn->pab", on, off) > 0, dtype=np.bool_)
            found &= ways | ~expected[:, place, None, None]
        return np.asarray(found)

    def _closes(self, natural: Bools, home: Home) -> Bools:
        """(P, Q, Q): of the bar before the last one: where the player is about to close, that from which both can."""
        ways = np.zeros_like(self.inside)
        for place in np.flatnonzero(self.played[:, 1] == home.fifths).tolist():
            on = self.beats[:, :, place].astype(np.float32)
            off = self.closing[:, :, place].astype(np.float32)
            ways |= np.einsum("pan,pbn->pab", on, off) > 0
        ways &= self.inside
        return np.where(ways.any(axis=(1, 2), keepdims=True), ways, natural)


def _all_notes(home: Home) -> Ints:
    """(notes, 2): every note that a player may play, as it is spelled in the key."""
    low, high = (home.natural(place).pitch for place in PLAYED)
    return np.array([(pitch, spelled(home, pitch)) for pitch in range(low, high + 1)], dtype=np.int16)


def _notes(home: Home, places: tuple[int, int], beside: tuple[tuple[int, int], ...]) -> Ints:
    """(notes, 2): the notes of a key between two staff places, and some degrees raised or lowered."""
    found = [home.natural(place) for place in range(places[0], places[1] + 1)]
    for degree, alter in beside:
        inside = range(places[0], places[1] + 1)
        found += [home.pitch(symbol_of(place, alter)) for place in inside if place % 7 == degree]
    return np.array(sorted((note.pitch, note.fifths) for note in found), dtype=np.int16)


def is_consonant(sonority: Sonority) -> Bools:
    """(...): both voices make a unison, octave, fifth, third or sixth."""
    return np.asarray(np.isin(interval_fifths(sonority)[..., 0], _CONSONANT))


def is_cadence(first: Sonority, second: Sonority) -> Bools:
    """(...): from a major sixth outwards, or from a minor third inwards, both voices by step."""
    size, steps = interval_fifths(first)[..., 0], melodic_steps(first, second)
    above, below = steps[..., 0], steps[..., 1]
    opens = (size == _MAJOR_SIXTH) & (above == 1) & (below == -1)
    return np.asarray(opens | ((size == _MINOR_THIRD) & (above == -1) & (below == 1)))


def _beats(first: Sonority, second: Sonority, size: Ints) -> Bools:
    """(P, Q, P, Q): no fifths or octaves on neighbouring beats, reached the same way."""
    way = np.sign(second.pitch.astype(int) - first.pitch)
    same = (way[..., 0] == way[..., 1]) & (way[..., 0] != 0)
    one, two = size[:, :, None, None], size[None, None]
    return np.asarray(~(same & (one == two) & ((one == OCTAVE) | (one == FIFTH))))


def _within(laws: TwoVoices, played: Ints, sung: Ints, *, halves: bool) -> Bools:
    """(P, Q, Q): the second half of a bar after its first; the same note where the partner has one only."""
    if not halves:
        return np.broadcast_to(np.eye(len(sung), dtype=bool), (len(played), len(sung), len(sung)))
    first = laws.sonority(played[:, None, None], sung[:, None])
    second = laws.sonority(played[:, None, None], sung, struck=False)
    moved = sung[:, None, 0] != sung[:, 0]
    return np.asarray(laws.lawful(first, second) & moved)
