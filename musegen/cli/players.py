"""Where `musegen play` listens: a MIDI file, a MIDI port, the keys of a terminal; where it sounds; who plays when."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from musegen.errors import MissingExtra, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from musegen.generation.continuation.conductor import Conductor, Duet
    from musegen.generation.continuation.streams import Key

_POLL = 0.001
"""Seconds between two looks at a port."""
_VELOCITY = 80
_LOWER, _UPPER = "awsedftgyhujkolp", 60
QUIT = ("q", "\x04", "\x1b")
REST = " "


class Player(Protocol):
    """Keys in time; `wait` gives the next one, None at the time `until`; EOFError says that no more will come."""

    @property
    def is_over(self) -> bool:
        """Nothing more will be played."""

    def wait(self, until: float | None) -> Key | None:
        """The next key before a time, in seconds since playing began."""

    def now(self) -> float:
        """Seconds since playing began."""


class FilePlayer:
    """A MIDI file, as fast as it is read, or `paced` as it would be played."""

    def __init__(self, keys: Sequence[Key], *, paced: bool) -> None:
        self._keys, self._paced, self._time = list(keys), paced, 0.0
        self._begun = time.perf_counter()

    def now(self) -> float:
        """Seconds since playing began."""
        return time.perf_counter() - self._begun if self._paced else self._time

    def wait(self, until: float | None) -> Key | None:
        """The next key before a time."""
        if not self._keys and until is None:
            raise EOFError
        comes = self._keys[0].seconds if self._keys else float("inf")
        moment = comes if until is None else min(comes, until)
        if self._paced:
            time.sleep(max(0.0, moment - self.now()))
        self._time = max(self._time, moment)
        return self._keys.pop(0) if self._keys and comes <= moment else None

    @property
    def is_over(self) -> bool:
        """All has been played."""
        return not self._keys


class PortPlayer:
    """A MIDI input port."""

    def __init__(self, name: str) -> None:
        self.is_over = False
        self._port = _opened("MidiIn", name, "input")
        self._begun = time.perf_counter()

    def now(self) -> float:
        """Seconds since playing began."""
        return time.perf_counter() - self._begun

    def wait(self, until: float | None) -> Key | None:
        """The next key before a time."""
        from musegen.generation.continuation.streams import key_of

        while until is None or self.now() < until:
            message = self._port.get_message()
            if message is None:
                time.sleep(_POLL)
            elif key := key_of(bytes(message[0]), self.now()):
                return key
        return None


class KeyboardPlayer:
    """The letters of a terminal as a piano: `a` is middle C, `w` C sharp; a note lasts until the next one."""

    def __init__(self) -> None:
        self.is_over = False
        self._down, self._waiting = -1, list[Any]()
        self._begun = time.perf_counter()

    def now(self) -> float:
        """Seconds since playing began."""
        return time.perf_counter() - self._begun

    def wait(self, until: float | None) -> Key | None:
        """The next key before a time."""
        while not self._waiting:
            letter = _letter(None if until is None else max(0.0, until - self.now()))
            if letter is None:
                return None
            if letter in QUIT or not letter:
                self.is_over = True
                raise EOFError
            self._waiting += self._keys(letter)
        key: Key = self._waiting.pop(0)
        return key

    def _keys(self, letter: str) -> Iterator[Key]:
        from musegen.generation.continuation.streams import Key

        if letter not in _LOWER + REST:
            return
        now = self.now()
        if self._down >= 0:
            yield Key(now, self._down, False)
        self._down = _UPPER + _LOWER.index(letter) if letter != REST else -1
        if self._down >= 0:
            yield Key(now, self._down, True)


@contextmanager
def raw_terminal() -> Iterator[None]:
    """Letters come one by one, and are not shown.

    Raises:
        UsageError: standard input is no terminal, or of a system whose terminals work otherwise.
    """
    try:
        import termios
        import tty
    except ImportError:
        raise _no_terminal() from None
    if not sys.stdin.isatty():
        raise _no_terminal()
    before = termios.tcgetattr(sys.stdin.fileno())
    try:
        tty.setcbreak(sys.stdin.fileno())
        yield
    finally:
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, before)


def _no_terminal() -> UsageError:
    hint = "play a file with --stream, or a MIDI port with --port"
    return UsageError("there is no terminal to play on", hint=hint)


def _letter(seconds: float | None) -> str | None:
    """The next letter; None where none comes in time, "" at the end."""
    import os
    import select

    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return os.read(sys.stdin.fileno(), 1).decode("latin-1") if ready else None


class Sounder:
    """Where the machine's notes go: a MIDI output port, or nowhere."""

    def __init__(self, name: str | None) -> None:
        self._port = _opened("MidiOut", name, "output") if name else None

    def begin(self, pitch: int) -> None:
        """A note sounds from now on."""
        self._send(0x90, pitch, _VELOCITY)

    def end(self, pitch: int) -> None:
        """It ends."""
        self._send(0x80, pitch, 0)

    def _send(self, *message: int) -> None:
        if self._port:
            self._port.send_message(list(message))


def sing(player: Player, duet: Duet, sounder: Sounder) -> None:
    """A second voice, until the player stops."""
    sounding = -1
    with suppress(EOFError):
        while True:
            key = player.wait(None)
            if key is None:
                continue
            sung = duet.key(key)
            if sounding >= 0 and (sung is not None or key.pitch == duet.played[-1].pitch):
                sounder.end(sounding)
                sounding = -1
            if sung is not None:
                sounder.begin(sung)
                sounding = sung
    if sounding >= 0:
        sounder.end(sounding)


def take_turns(player: Player, conductor: Conductor, sounder: Sounder, *, turns: int, measures: int) -> None:
    """Both in turn, until the player stops, or so many turns of the machine are over.

    Where turns are free, and the player has stopped for good, the machine plays so many measures more.
    """
    coming: list[tuple[float, bool, int]] = []  # when a note of the machine begins or ends
    with suppress(EOFError):
        while turns and not _has_ended(player, conductor, measures):
            while conductor.session.prepare():
                pass
            due = conductor.due
            times = [time for time in (due, *(event[0] for event in coming[:1])) if time is not None]
            key = player.wait(min(times, default=None))
            if key:
                conductor.key(key)
                continue
            while coming and coming[0][0] <= player.now():
                _sound(sounder, coming.pop(0))
            if due is not None and due <= player.now():
                cue = conductor.cue()
                turns -= cue is None
                coming += [(cue.start, True, cue.pitch), (cue.end, False, cue.pitch)] if cue else []
    for event in coming:
        _sound(sounder, event)


def _sound(sounder: Sounder, event: tuple[float, bool, int]) -> None:
    _, begins, pitch = event
    (sounder.begin if begins else sounder.end)(pitch)


def _has_ended(player: Player, conductor: Conductor, measures: int) -> bool:
    """The player has stopped for good, and the machine has had its last turn."""
    if not player.is_over:
        return False
    played, answered = conductor.played, conductor.answered
    last = max((note.end for note in played), default=0)
    if conductor.session.setting.turns == "follow":
        return bool(answered) and answered[-1].end >= last + (measures + 1) * conductor.beat.bar
    both = 2 * measures * conductor.beat.bar
    return conductor.due is None or conductor.due >= conductor.beat.settled(-(-last // both) * both)


def _rtmidi() -> Any:
    try:
        return import_module("rtmidi")
    except ImportError:
        told = "MIDI ports need python-rtmidi, which is not installed"
        raise MissingExtra(told, hint="pip install 'musegen[live]', or play a file with --stream") from None


def _opened(side: str, name: str, kind: str) -> Any:
    """A port whose name holds a word.

    Raises:
        UsageError: there is none, or the system has no MIDI at all.
    """
    rtmidi = _rtmidi()
    try:
        port = getattr(rtmidi, side)()
    except getattr(rtmidi, "SystemError", OSError) as error:
        raise UsageError(f"this system has no MIDI: {error}", hint="play a file with --stream") from None
    names = [str(known) for known in port.get_ports()]
    found = [number for number, known in enumerate(names) if name.lower() in known.lower()]
    if not found:
        hint = nearest(name, names) if names else "no MIDI port is there; connect an instrument"
        raise UsageError(f"there is no MIDI {kind} port `{name}`", hint=hint)
    port.open_port(found[0])
    return port
