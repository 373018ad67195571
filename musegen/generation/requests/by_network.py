"""The network as the judge of voicings: how naturally it would sing each setting after what it has heard of a path."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.generation.neural.chord_tables import figure_numbers, key_classes
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import A_QUARTER, VOICES
from musegen.generation.neural.listening import HELD, STRUCK, Listener, numbers_of
from musegen.generation.neural.network import LAYERS, NOT_GIVEN, Harmoniser, Seen, harmoniser, log_shares
from musegen.generation.neural.said import UNSAID, key_number
from musegen.generation.requests.plan import Plan
from musegen.generation.requests.scoring import Array, Settings
from musegen.theory.vocabulary import index_of


class Path(NamedTuple):
    """What the network remembers of paths, before the first frame of a slot; a row a path."""

    listener: Listener
    state: Array  # (layers, paths, width)
    memory: Array  # (paths, width)
    chord: tuple[Array, Array]  # key classes and figure numbers (paths,) of the frame before


class NetworkScorer:
    """A judge of settings, slot after slot: nats that the network gives the notes with which a slot begins.

    It hears each chord held to the next slot; given voices sing their own notes. `task` says what is given and said.
    """

    def __init__(self, task: Task, network: Harmoniser | None = None) -> None:
        self.task, self.network = task, network or harmoniser()
        self._context = self.network.contexts([task])[0]
        given = numbers_of(task.given.pitch.astype(np.int64))
        self._given = np.where(task.free, NOT_GIVEN, given)
        self._home = key_classes(task.said.home.astype(np.int64))
        self._frames: list[int] = []

    def start(self, plan: Plan) -> Path:
        """One path that has heard the given voices up to the first slot."""
        quarter, frames = plan.score.ticks_per_quarter, len(self._given)
        begins = [slot.onset * A_QUARTER // quarter for slot in plan.slots]
        self._frames = np.minimum([*begins, frames], frames).tolist()
        nothing = np.zeros(1, dtype=np.int64)
        silent = np.zeros((LAYERS, 1, self.network.width), dtype=np.float32)
        path = self._remember(Path(Listener(1), silent, silent[0], (nothing, nothing)), 0)
        notes = np.zeros((1, VOICES), dtype=np.int64)
        return self._held(path, notes, notes, range(self._frames[0]))

    def scores(self, state: Path, slot: int, settings: Settings) -> Array:
        """(paths, settings): nats of the free voices from the top, each after the chord and the voices above it."""
        time, free = self._frames[slot], self.task.free[min(self._frames[slot], len(self._given) - 1)]
        total = np.zeros((len(state.memory), len(settings.pitch)))
        if time >= len(self._given):
            return total
        chords = np.stack(self._chords(settings), axis=1)
        notes = np.where(free, numbers_of(settings.pitch.astype(np.int64)), self._given[time])
        for voice in np.flatnonzero(free).tolist():
            known, which = np.unique(np.hstack([chords, notes[:, :voice]]), axis=0, return_inverse=True)
            shares = self._shares(state, time, voice, known)
            total += shares[:, which.reshape(-1), notes[:, voice]]
        return total

    def advance(self, state: Path, slot: int, parents: Array, chosen: Settings) -> Path:
        """The paths that go on with these settings, which are held until the next slot."""
        state.listener.keep(parents)
        path = state._replace(state=state.state[:, parents], memory=state.memory[parents], chord=self._chords(chosen))
        notes = numbers_of(chosen.pitch.astype(np.int64))
        return self._held(path, notes, chosen.fifths.astype(np.int64), range(*self._frames[slot : slot + 2]))

    def _held(self, path: Path, notes: Array, fifths: Array, frames: range) -> Path:
        """The paths after some frames in which free voices hold these notes."""
        free, given = self.task.free, self.task.given
        for time in frames:
            sung = np.where(free[time], notes, self._given[time])
            spelled = np.where(free[time], fifths, given.fifths[time])
            begins = np.where(free[time], sung != path.listener.now.note, given.attack[time])
            path.listener.hear(sung, np.where(begins, STRUCK, HELD), spelled)
            path = self._remember(path, time + 1)
        return path

    def _remember(self, path: Path, time: int) -> Path:
        """The paths with what is remembered before a frame; at the end nothing comes any more."""
        if time >= len(self._given):
            return path
        context = np.repeat(self._context[time][None], path.state.shape[1], axis=0)
        memory, state = self.network.remember(path.listener.now, *path.chord, context, path.state)
        return path._replace(memory=memory, state=state)

    def _shares(self, path: Path, time: int, voice: int, known: Array) -> Array:
        """(paths, known, notes): logs of chances of a voice's notes; `known` are key, figure and the notes above."""
        paths, ways = len(path.memory), len(known)
        rows, which = np.repeat(np.arange(paths), ways), np.tile(np.arange(ways), paths)
        given = np.repeat(self._given[time][None], len(rows), axis=0)
        decided = given.copy()
        decided[:, :voice] = known[which, 2:]
        context = np.repeat(self._context[time][None], len(rows), axis=0)
        home = np.full(len(rows), self._home[time])
        seen = Seen(path.memory[rows], context, known[which, 0], known[which, 1], given, home)
        logits = self.network.notes(voice, seen, path.listener.now.note[rows, voice], decided)
        return log_shares(logits).reshape(paths, ways, -1)

    @staticmethod
    def _chords(settings: Settings) -> tuple[Array, Array]:
        """(settings,): key classes and figure numbers of their chords; no figure where the vocabulary has none."""
        names = {number: settings.chords[number] for number in set(settings.chord.tolist())}
        known = {
            number: (key_number(chord.key), UNSAID if (place := index_of(chord.numeral)) is None else place)
            for number, chord in names.items()
        }
        local, figure = np.array([known[number] for number in settings.chord.tolist()], dtype=np.int64).reshape(-1, 2).T
        return key_classes(local), figure_numbers(local, figure)
