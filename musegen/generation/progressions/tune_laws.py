"""What songs forbid over a tune, slot by slot, and how few clashes with it there can be: looked up before chords are.

A setting closes on the tonic, by a dominant wherever the tune has room for one, and of all settings that keep the laws
only those are left that clash with the tune least: hardly ever at all (`fitting`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musegen.generation.progressions.closes import closing_pairs, last_pairs, openings
from musegen.generation.progressions.fitting import Fit
from musegen.generation.progressions.successions import successions
from musegen.theory.progressions.chords import Bools, Ints, Sound, song_sound, vocabulary
from musegen.theory.songs.song_statistics import KINDS, STATES, state_of

_LATE = 2
"""So many measures before the last note begins the last chord may come."""
_ROOM = 1.2
"""Nats that may speak against a dominant where the tune has room for it."""
_NEVER = 1 << 20
_KIND_NAMES = {"o": "d7"}


@dataclass(frozen=True, eq=False)
class TuneLaws:
    """The laws of a tune's slots, for states of `theory.songs.song_statistics`."""

    first: Bools  # (state,): with what it may begin
    follows: Bools  # (before, state), and any may go on
    closes: list[Bools]  # a slot: (before, state), the last change of chord where it is made there
    clashes: Ints  # (slot, state): 1 where it clashes with the tune
    least: list[Ints]  # a slot: (closed, state), clashes from here on at the least; many where there is no way

    @property
    def fewest(self) -> int:
        """Clashes of the whole tune, at the least."""
        return int(np.where(self.first, self.least[0][:1], _NEVER).min())

    def allowed(self, slot: int, before: Ints | None, closed: Bools, spent: Ints) -> Bools:
        """(setting, closed, state): what may come in a slot after settings that have spent so many clashes."""
        ahead = self.least[slot][None] + spent[:, None, None] <= self.fewest
        if before is None:
            return np.asarray(self.first[None, None, :] & ahead)
        goes_on = np.arange(STATES)[None, :] == before[:, None]
        stays_open = (self.follows[before] | goes_on) & ~closed[:, None]
        closes = (self.closes[slot][before] & ~closed[:, None]) | (goes_on & closed[:, None])
        return np.stack([stays_open, closes], axis=1) & ahead


def tune_laws(minor: bool, fit: Fit, slots_a_measure: int) -> TuneLaws:
    """The laws; the last chord comes before the last note is over, and not much before it begins."""
    places, count, last = state_places(), len(fit.foreign), fit.last
    follows = successions("song", minor)[places][:, places]
    pairs, none = last_pairs("song", minor)[places][:, places], np.zeros((STATES, STATES), dtype=np.bool_)
    clashes = fit.clashes.astype(np.int64)
    if count < 2:
        tonic = np.where(pairs.any(axis=0), clashes[0], _NEVER)
        return TuneLaws(openings("song", minor)[places], follows, [none], clashes, [np.stack([tonic, tonic])])
    early, late = max(last - _LATE * slots_a_measure, 1), max(last, 1)
    closes = [_closing(pairs, fit, slot, minor) if early <= slot <= late else none for slot in range(count)]
    least = [np.stack([np.full(STATES, _NEVER), clashes[-1]])]
    for slot in range(count - 1, 0, -1):
        least.insert(0, _before(follows, closes[slot], least[0]) + clashes[slot - 1])
        if slot - 1 < early:
            least[0][1] = _NEVER
    return TuneLaws(openings("song", minor)[places], follows, closes, clashes, least)


def _before(follows: Bools, closes: Bools, ahead: Ints) -> Ints:
    """(closed, state): clashes that are still to come after a slot, by what there are from the next one on."""
    change = np.where(follows, ahead[0], _NEVER).min(axis=1)
    close = np.where(closes, ahead[1], _NEVER).min(axis=1)
    return np.stack([np.minimum(np.minimum(change, close), ahead[0]), ahead[1]])


def _closing(pairs: Bools, fit: Fit, slot: int, minor: bool) -> Bools:
    """(before, state): how a tune may close in a slot: with a dominant where there is room for it just before."""
    return pairs & authentic(minor) if has_room(fit, slot - 1) else pairs


def has_room(fit: Fit, slot: int) -> bool:
    """Whether what is sung in a slot goes with the dominant."""
    dominants = [state_of(7, "M"), state_of(7, "7")]
    here = fit.foreign[slot, dominants] <= _ROOM
    return bool((here & ~fit.clashes[slot, dominants]).any())


def authentic(minor: bool) -> Bools:
    """(before, state): dominant and tonic."""
    places = state_places()
    found = closing_pairs("PAC", "song", minor) | closing_pairs("IAC", "song", minor)
    return np.asarray(found[places][:, places])


def state_places() -> Ints:
    """(state,): its place in the list of chords, in root position."""
    return np.array([vocabulary().sounds.index(state_sound(state)) for state in range(STATES)])


def state_sound(state: int) -> Sound:
    """A state as a chord.

    >>> state_sound(state_of(7, "7"))
    Sound(members=(1, 5, 2, -1), bass=1, is_cadential=False)
    """
    kind = KINDS[state // 12]
    return song_sound(state % 12, _KIND_NAMES.get(kind, kind))
