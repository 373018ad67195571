"""Who plays when: keys in seconds come in, notes on the grid come out, each asked for at its time. It owns no clock."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.continuation.beat import Beat
from musegen.generation.continuation.keys import spelled
from musegen.generation.continuation.partner import Partner
from musegen.generation.continuation.session import Note, Session
from musegen.generation.continuation.streams import Key
from musegen.theory.tunes.symbols import Home, home_of


class Cue(NamedTuple):
    """A note of the machine: when it begins and ends, in seconds."""

    start: float
    end: float
    pitch: int


class Conductor:
    """A session on a beat.

    Tell it keys with `key`, and call `cue` at the time that `due` names: just before the place of the machine's next
    note, when nothing that is played can come before it any more. `played` and `answered` are what was played so far.
    """

    def __init__(self, beat: Beat, session: Session) -> None:
        self.beat, self.session = beat, session
        self._down: dict[int, int] = {}  # place in `_keys` of every key that is down
        self._keys: list[tuple[int, int, int]] = []  # onset, end or 0, pitch
        self.answered: list[Note] = []
        self._next = self._turn_after(0) if session.setting.turns == "answer" else -1

    @property
    def home(self) -> Home:
        """The key of what is played; C major where nothing is."""
        return self.session.key or home_of(0, "major")

    @property
    def played(self) -> list[Note]:
        """The player's notes; one that is still held has lasted for a sixteenth."""
        least = self.beat.finest
        return [
            Note(onset, max(end - onset, least), pitch, spelled(self.home, pitch)) for onset, end, pitch in self._keys
        ]

    @property
    def due(self) -> float | None:
        """When `cue` is to be called, in seconds; None as long as the player has the word."""
        return None if self._next < 0 else self.beat.settled(self._next)

    def key(self, key: Key) -> None:
        """The player does something."""
        place = self.beat.snapped(key.seconds)
        if place < 0:
            return
        if key.is_down:
            self._down[key.pitch] = len(self._keys)
            self._keys.append((place, 0, key.pitch))
            self.session.hear(place, key.pitch)
        elif key.pitch in self._down:
            number = self._down.pop(key.pitch)
            onset, _, pitch = self._keys[number]
            self._keys[number] = onset, place, pitch
            if number == len(self._keys) - 1:
                self.session.release(place)
        if self.session.setting.turns == "follow":
            self._next = -1 if self._down else -(-place // self.beat.bar) * self.beat.bar + self.beat.bar

    def cue(self) -> Cue | None:
        """The machine's next note; None where its turn is over."""
        note = self.session.next(max(self._next, 0))
        if note is None:
            self._next = self._turn_after(self._next)
            return None
        self.answered.append(note)
        self._next = note.end
        return Cue(self.beat.seconds(note.onset), self.beat.seconds(note.end), note.pitch)

    def _turn_after(self, onset: int) -> int:
        """Where the machine's next turn begins."""
        turn = self.beat.bar * self.session.setting.measures
        return (onset // turn + 1 + onset // turn % 2) * turn


class Duet:
    """A partner on a beat: its note sounds as long as the player's key is down.

    `key` says which notes begin at once.
    """

    def __init__(self, beat: Beat, partner: Partner) -> None:
        self.beat, self.partner = beat, partner
        self.home = partner.home
        self.played: list[Note] = []
        self.answered: list[Note] = []
        self._pitch = -1

    def key(self, key: Key) -> int | None:
        """The MIDI number that the partner sings from now on, against a key that goes down; None for other keys."""
        place = max(self.beat.snapped(key.seconds), 0)
        if not key.is_down:
            if key.pitch == self._pitch:
                self._end(place)
            return None
        if self.played and self.played[-1].onset == place:
            return None  # a chord: the first of its notes has been answered
        self._end(place)
        self._pitch = key.pitch
        sung = self.partner.play(key.pitch)[0]
        self.played.append(Note(place, 0, key.pitch, spelled(self.home, key.pitch)))
        self.answered.append(Note(place, 0, *sung))
        return sung.pitch

    def _end(self, place: int) -> None:
        """Both notes end."""
        if self._pitch >= 0:
            length = max(place - self.played[-1].onset, self.beat.finest)
            self.played[-1] = self.played[-1]._replace(length=length)
            self.answered[-1] = self.answered[-1]._replace(length=length)
            self._pitch = -1
