"""A second voice against what somebody plays: its note is chosen when the player's begins, and is never a mistake."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.continuation.foresight import Foresight, foresight, is_cadence, is_consonant
from musegen.generation.continuation.keys import spelled
from musegen.generation.continuation.two_voices import TwoVoices
from musegen.generation.wishes import check_temperature
from musegen.rules.packs import load_pack
from musegen.theory.motion import FIFTH, OCTAVE, interval_fifths, interval_steps, melodic_steps
from musegen.theory.sonority import Bools, Sonority
from musegen.theory.tunes.symbols import MODES, Home

Floats = npt.NDArray[np.float64]

_MIDDLE_C = 60
_TOP = 127
_IMPERFECT = (-3, 4, -4, 3)
_LEAP, _REPEATED, _PERFECT, _SAME_AGAIN, _SAME_WAY, _WIDE = 0.35, 0.8, 0.5, 1.2, 0.4, 0.3
"""What is against taste: each staff step beyond the first, a note again, a perfect interval, a fourth third in a row,
moving along, each staff step beyond a tenth between the voices."""
_TENTH = 9
_RUN = 3
_SHARPNESS = 3.0
"""How strongly taste decides at temperature 1."""


class Sung(NamedTuple):
    """A note of the partner."""

    pitch: int  # MIDI
    fifths: int  # its place on the line of fifths


class Partner:
    """One voice above or below a player's, note against note, or with `halves` two notes against one.

    Every note is in the key, consonant with the player's, and such that the pack's error rules about one and two
    sonorities are kept. From the first note on it stays where it can go on lawfully for ever, whatever the player goes
    to by an octave or less (in three octaves around the tonic), as `foresight` has found out. `forced` counts the notes
    at which that failed. With `notes`, the number of the player's notes, it knows the end: it closes on the
    octave, and in a cadence if the player steps to the tonic from above or, by a leading note, from below.

    >>> from musegen.score.pitch import pitch_name
    >>> from musegen.theory.tunes.symbols import home_named
    >>> partner = Partner(home_named("D dorian"), np.random.default_rng(1), notes=5)
    >>> sung = [partner.play(pitch)[0] for pitch in (62, 65, 67, 64, 62)]
    >>> pitch_name(*sung[-2]), pitch_name(*sung[-1]), partner.forced
    ('C#6', 'D6', 0)
    """

    def __init__(
        self, home: Home, rng: Generator, *, above: bool = True, halves: bool = False, notes: int = 0, pack: str = "",
        temperature: float = 1.0,
    ) -> None:  # fmt: skip
        """Ready to play; half a second the first time for a mode.

        Raises:
            UsageError: the temperature or the number of notes is none.
            PackError: there is no such pack.
        """
        check_temperature(temperature)
        if notes < 0 or notes == 1:
            raise UsageError(f"{notes} notes make no line", hint="say two or more, or 0 where nobody knows")
        self.pack = pack or ("species-2" if halves else "species-1")
        self.home, self.forced = home, 0
        self._rng, self._temperature, self._halves, self._notes = rng, temperature, halves, notes
        self._laws = TwoVoices(load_pack(self.pack), above=above)
        self._sees: Foresight = foresight(MODES[home.mode], self.pack, above=above, halves=halves)
        self._shift = home.natural(0).pitch - _MIDDLE_C
        self._place = {(int(pitch), int(fifths)): number for number, (pitch, fifths) in enumerate(self._sees.played)}
        self._heard = 0
        self._beat: Sonority | None = None  # where the player's last note began
        self._before: Sonority | None = None  # what sounded last
        self._run, self._kind = 0, 0
        self._warm_up()

    @property
    def not_judged(self) -> tuple[str, ...]:
        """The ids of error rules of the pack that the partner knows nothing of."""
        return self._laws.not_judged

    def play(self, pitch: int) -> tuple[Sung, ...]:
        """The partner's note, or its two, against a note that the player begins.

        Raises:
            UsageError: the pitch is no MIDI number.
        """
        if not 0 <= pitch <= _TOP:
            raise UsageError(f"{pitch} is no MIDI number", hint="they go from 0 to 127")
        played = np.array([pitch - self._shift, spelled(self.home, pitch) - self.home.fifths], dtype=np.int16)
        now = self._laws.sonority(played, self._sees.sung)
        left = self._notes - self._heard - 1 if self._notes else -1
        first, second = self._chosen(played, now, left)
        self._remember(played, now, first, second)
        places = (first, second) if self._halves and left != 0 else (first,)
        return tuple(self._named(place) for place in places)

    def _warm_up(self) -> None:
        """The first question to a rule takes longer than the others."""
        two = self._laws.sonority(self._sees.played[:1], self._sees.sung)
        self._laws.lawful(two[:1], two)
        self._laws.costs(two[:1], two)

    def _chosen(self, played: npt.NDArray[np.int16], now: Sonority, left: int) -> tuple[int, int]:
        """Places of the note on the beat and of the last one before the next beat."""
        lawful = self._lawful(played, now, left)
        for wanted in self._wishes(played, now, lawful, left):
            if wanted.any():
                return self._drawn(now, wanted)
        self.forced += 1
        return self._drawn(now, np.diag(is_consonant(now) & ~self._sees.is_raised))

    def _lawful(self, played: npt.NDArray[np.int16], now: Sonority, left: int) -> Bools:
        """(Q, Q): what may come on the beat and after it."""
        size, unison = _size(now), now.pitch[:, 0] == now.pitch[:, 1]
        on = self._laws.lawful(self._before, now) & is_consonant(now) & ~(unison & (left != 0))
        if self._before is None:
            on &= (size == OCTAVE) | ((size == FIFTH) & self._laws.above)
        if self._beat is not None and self._halves:
            way = np.sign(now.pitch.astype(int) - self._beat.pitch)
            again = (size == _size(self._beat)) & ((size == OCTAVE) | (size == FIFTH))
            on &= ~(again & (way[:, 0] == way[:, 1]) & (way[:, 0] != 0))
        if self._halves and self._before is not None:
            on &= (now.pitch != self._before.pitch)[:, 0 if self._laws.above else 1]
        off = np.eye(len(size), dtype=bool)
        if self._halves and left != 0:
            later = self._laws.sonority(played, self._sees.sung, struck=False)
            moved = self._sees.sung[:, None, 0] != self._sees.sung[:, 0]
            off = self._laws.lawful(now[:, None], later[None]) & (is_consonant(later) & ~unison) & moved
        allowed: Bools = on[:, None] & off
        raised = self._sees.is_raised
        return allowed if left == 1 else allowed & ~raised[:, None] & ~raised

    def _wishes(self, played: npt.NDArray[np.int16], now: Sonority, lawful: Bools, left: int) -> list[Bools]:
        """(Q, Q) each: what is best to choose from, and what is next best."""
        if left == 0:
            octave = lawful & (_size(now) == OCTAVE)[:, None]
            closes = is_cadence(self._before, now) if self._before is not None else np.zeros(len(lawful), dtype=bool)
            return [octave & closes[:, None], octave, lawful]
        place = self._place.get((int(played[0]), int(played[1])))
        if place is None:  # nobody has looked ahead from there
            return [lawful]
        ahead = self._sees.ahead[left] if 0 < left < len(self._sees.ahead) - 1 else self._sees.forever
        return [lawful & ahead[place], lawful & self._sees.forever[place], lawful]

    def _drawn(self, now: Sonority, wanted: Bools) -> tuple[int, int]:
        cost = np.broadcast_to(self._taste(now)[:, None] + self._taste_after(), wanted.shape)
        odds = np.where(wanted, np.exp(-_SHARPNESS * (cost - cost[wanted].min()) / self._temperature), 0.0)
        ladder = np.cumsum(odds.ravel())
        chosen = int(np.searchsorted(ladder, self._rng.random() * ladder[-1], side="right"))
        first, second = divmod(min(chosen, odds.size - 1), len(now.pitch))
        return first, second

    def _taste(self, now: Sonority) -> Floats:
        """(Q,): what is against each note on the beat, by warnings of the pack and by liking."""
        size = _size(now)
        cost = self._laws.costs(self._before, now) + _PERFECT * ~np.isin(size, _IMPERFECT)
        cost = cost + _SAME_AGAIN * ((_kinds(size) == self._kind) & (self._run >= _RUN))
        cost = cost + _WIDE * np.maximum(np.abs(interval_steps(now)[:, 0]) - _TENTH, 0)
        if self._before is None:
            return np.asarray(cost, dtype=np.float64)
        steps = melodic_steps(self._before, now).astype(float)
        mine, other = (steps[:, 0], steps[:, 1]) if self._laws.above else (steps[:, 1], steps[:, 0])
        along = np.sign(mine) == np.sign(other)
        return np.asarray(cost + _moving(mine) + _SAME_WAY * (along & (mine != 0)), dtype=np.float64)

    def _taste_after(self) -> Floats:
        """(Q, Q): what is against going from the first note of a bar to the second."""
        if not self._halves:
            return np.zeros((1, 1))
        place = self._sees.sung[:, 0] * 7 / 12
        return np.asarray(_moving(place - place[:, None]))

    def _remember(self, played: npt.NDArray[np.int16], now: Sonority, first: int, second: int) -> None:
        self._heard += 1
        kind = int(_kinds(_size(now))[first])
        self._run = self._run + 1 if kind == self._kind else 1
        self._kind = kind
        self._beat = now[first]
        self._before = self._laws.sonority(played, self._sees.sung[second])

    def _named(self, place: int) -> Sung:
        pitch, fifths = self._sees.sung[place].tolist()
        return Sung(pitch + self._shift, fifths + self.home.fifths)


def _size(sonority: Sonority) -> npt.NDArray[np.int16]:
    """(...): the interval, on the line of fifths."""
    return np.asarray(interval_fifths(sonority)[..., 0])


def _kinds(size: npt.NDArray[np.int16]) -> npt.NDArray[np.int64]:
    """(...): 1 for thirds, 2 for sixths, 0 for others."""
    return np.isin(size, (-3, 4)) + 2 * np.isin(size, (-4, 3))


def _moving(steps: Floats) -> Floats:
    """(...): what is against moving by so many staff steps."""
    far = np.abs(steps)
    return np.where(far < 0.5, _REPEATED, _LEAP * np.maximum(far - 1, 0))
