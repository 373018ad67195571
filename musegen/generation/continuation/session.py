"""Playing together: notes that are played come in, the next note of the machine comes out; no clock, no ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.continuation.keys import MODES_HEARD, KeyFinder, octave_for, symbol_at
from musegen.generation.continuation.rounds import Round, Turns, rounds_for
from musegen.generation.tunes.asking import check_words
from musegen.generation.tunes.drawing import Making
from musegen.generation.wishes import check_temperature
from musegen.models.networks import Parts
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import GRID, LENGTHS, MODES, REST, Home, check_meter
from musegen.theory.tunes.telling import Wish

_ROUNDS = 4
"""Plans that are ready when playing begins; then they come again."""
_LEGATO = GRID // 2
"""A gap before the next note, up to this length, is a way of playing and no rest."""
_TOP = 127
_FINEST = LENGTHS[0]
_WARM = 4
_REMEMBERED = 64
"""Notes by whose height the machine chooses its octave."""


class Note(NamedTuple):
    """A note on the grid; times in parts (`GRID` a quarter) from the first barline."""

    onset: int
    length: int
    pitch: int  # MIDI
    fifths: int  # its place on the line of fifths

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.onset + self.length


@dataclass(frozen=True)
class Setting:
    """How a machine and a player play together.

    With `turns` "answer" both play `measures` in turn, the player first; with "follow" the machine goes on whenever it
    is asked. Without a key it listens for one.
    """

    meter: TimeSignature = TimeSignature(4, 4)
    key: Home | None = None
    turns: Turns = "answer"
    measures: int = 4
    style: str = ""
    genre: str = ""
    temperature: float = 0.9
    pack: str = "melody"


class _Event(NamedTuple):
    """What was played or is silent, in the time of its round."""

    length: int  # place in LENGTHS
    pitch: int  # 0 is a rest


class Session:
    """One player and the machine, on one grid.

    `hear` and `release` tell what the player does, `next` asks for the machine's next note, `prepare` does what can be
    done while nobody waits. Each costs a step or two of the network at most, but for `next` where `prepare` was not
    called. What comes out is in key and on the grid.

    >>> from musegen.theory.tunes.symbols import home_named
    >>> setting = Setting(key=home_named("D dorian"), measures=1)
    >>> session = Session(setting, np.random.default_rng(1))
    >>> for beat, pitch in enumerate((62, 65, 69, 67)):
    ...     session.hear(24 * beat, pitch)
    >>> notes = []
    >>> while note := session.next(96):
    ...     notes.append(note)
    >>> notes[0].onset, notes[-1].end
    (96, 192)
    """

    def __init__(self, setting: Setting, rng: Generator, weights: Parts | None = None) -> None:
        """Ready to play: everything that takes longer than a note is done here.

        Raises:
            UsageError: the setting asks for what nobody plays.
            PackError: there is no such pack.
        """
        _check(setting)
        self.setting, self._rng, self._weights = setting, rng, weights
        modes = (MODES[setting.key.mode],) if setting.key else MODES_HEARD
        self._rounds = rounds_for(
            setting.meter, setting.turns, setting.measures, modes, setting.pack, rng.spawn(1)[0], _ROUNDS
        )
        self._bar = int(setting.meter.quarters * GRID)
        self._finder, self._pitches = KeyFinder(), list[int]()
        self._number, self._origin = 0, 0
        self._events, self._done, self._at = list[_Event](), 0, 0  # of this round; `_at` counts from its origin
        self._home, self._has_played = setting.key, False
        self._making: Making | None = None
        self._held: Note | None = None
        self._warm_up()

    @property
    def key(self) -> Home | None:
        """The key in which the machine plays, its tonic in the octave of the player; None before anything is heard."""
        return self._home

    def is_ours(self, onset: int) -> bool:
        """Whether it is the machine's turn at a place of the grid."""
        return self.setting.turns == "follow" or onset // (self._bar * self.setting.measures) % 2 == 1

    def hear(self, onset: int, pitch: int) -> None:
        """The player begins a note, at a place of the grid.

        Of notes that begin together the highest counts. What is played in the machine's turn is not listened to; where
        turns are free, what is played into a note of the machine counts from the end of that note.

        Raises:
            UsageError: the pitch is no MIDI number, or the place none on the grid.
        """
        if not 0 <= pitch <= _TOP:
            raise UsageError(f"{pitch} is no MIDI number", hint="they go from 0 to 127")
        _check_place(onset)
        held = self._held
        if self.setting.turns == "answer" and (self.is_ours(onset) or onset < self._now):
            return
        onset = max(onset, self._now, held.onset if held else onset)
        if held and held.onset == onset:
            self._held = Note(onset, 0, max(held.pitch, pitch), 0)
            return
        self._settle(onset)
        self._held = Note(onset, 0, pitch, 0)

    def release(self, onset: int) -> None:
        """The player's note ends."""
        if self._held and onset > self._held.onset:
            self._held = self._held._replace(length=onset - self._held.onset)

    def prepare(self) -> bool:
        """Think over a little of what was heard; says whether there is more to think over."""
        self._decide()
        return self._think()

    def next(self, onset: int) -> Note | None:
        """The machine's next note, which begins at this place of the grid or after what it has played.

        None where its turn is over, or has not come. Where nothing was heard and no key is set, it plays in C major.

        Raises:
            UsageError: the place is none on the grid.
        """
        _check_place(onset)
        begin = max(onset, self._now)
        if not self.is_ours(begin):
            return None
        self._settle(begin)
        while self.is_ours(self._now):
            note = self._draw()
            if note:
                return note
        return None

    @property
    def _now(self) -> int:
        """Up to where all is known, on the grid."""
        return self._origin + self._at

    @property
    def _round(self) -> Round:
        return self._rounds[self._number % len(self._rounds)]

    def _warm_up(self) -> None:
        """The first step of a network takes long; so do the masks of the first note."""
        rng, plan = np.random.default_rng(0), self._round.plan
        mode, laws = next(iter(self._round.laws.items()))
        making = Making(laws, Home(0, mode, 28), Wish(), 1, (), self._weights)
        for _ in range(min(_WARM, plan.bars)):
            making.draw([rng], 1.0)
        self._finder.best()

    def _settle(self, until: int) -> None:
        """What the player held, and the silence after it, up to a place of the grid."""
        held, self._held = self._held, None
        if held:
            is_short = 0 < held.length < until - held.onset - _LEGATO
            end = min(held.end if is_short else until, held.onset + LENGTHS[-1])
            if self.setting.turns == "answer":
                turn = self._bar * self.setting.measures
                end = min(end, (held.onset // turn + 1) * turn)
            self._rest(held.onset)
            self._finder.add(held.pitch, (end - held.onset) / GRID)
            self._pitches = [*self._pitches[1 - _REMEMBERED :], held.pitch]
            self._last(end - held.onset, held.pitch)
        self._rest(until)

    def _rest(self, until: int) -> None:
        """Silence up to a place of the grid, measure by measure."""
        while (left := until - self._now) > 0:
            self._last(min(left, self._bar - self._at % self._bar), 0)

    def _last(self, length: int, pitch: int) -> None:
        """A note (0 is a rest) of any length, as events; what is beyond a length that symbols have is silent."""
        length = min(length, self._round.plan.end - self._at)
        while length > 0:
            place = int(np.searchsorted(LENGTHS, length, side="right")) - 1
            self._add(_Event(place, pitch))
            length, pitch = length - LENGTHS[place], 0
        self._turn_over()

    def _add(self, event: _Event) -> None:
        self._events.append(event)
        self._at += LENGTHS[event.length]

    def _turn_over(self) -> None:
        """Where a round has ended the next one begins."""
        if self._at >= self._round.plan.end:
            self._origin += self._round.plan.end
            self._number += 1
            self._events, self._done, self._at, self._making = [], 0, 0, None
            self._has_played = False

    def _decide(self) -> None:
        """Choose the key anew, as long as the machine has not played in it in this round."""
        if self._has_played:
            return
        found = self.setting.key or self._finder.best()
        found = octave_for(found, np.array(self._pitches)) if self._pitches else found
        if self._making and found == self._home:
            return
        self._home = found
        wish = Wish(self.setting.style, self.setting.genre)
        self._making = Making(self._round.laws[found.mode], self._home, wish, 1, (), self._weights)
        self._done = 0

    def _think(self) -> bool:
        """One event of those that were heard, as the network hears it; says whether there are more."""
        if self._making and self._home and self._done < len(self._events):
            event = self._events[self._done]
            symbol = symbol_at(self._home, event.pitch) if event.pitch else REST
            self._making.add(np.array([symbol]), np.array([event.length]))
            self._done += 1
        return self._done < len(self._events)

    def _draw(self) -> Note | None:
        """The machine's next event; None for a rest."""
        if self._making is None:  # else another key would have to hear all of it again, while somebody waits
            self._decide()
        while self._think():
            pass
        assert self._making is not None
        assert self._home is not None
        onset, self._has_played = self._now, True
        self._making.draw([self._rng], self.setting.temperature)
        tune = self._making.melodies()[0].tune
        symbol, length = int(tune.symbol[-1]), int(tune.length[-1])
        sung = None if symbol == REST else self._home.pitch(symbol)
        self._done += 1
        self._add(_Event(length, sung.pitch if sung else 0))
        self._turn_over()
        return Note(onset, LENGTHS[length], sung.pitch, sung.fifths) if sung else None


def _check(setting: Setting) -> None:
    check_temperature(setting.temperature)
    check_words(setting.style, setting.genre)
    check_meter(setting.meter)


def _check_place(onset: int) -> None:
    if onset < 0 or onset % _FINEST:
        told = f"{onset} is no place on the grid"
        raise UsageError(told, hint=f"a quarter has {GRID} parts, and notes begin on every third of them")
