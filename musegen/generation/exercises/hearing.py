"""How much exercises sound like Bach: the network reads them and says how likely each note and chord is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.exercises.setting import Setting
from musegen.generation.exercises.telling import chord_columns, task_of
from musegen.generation.neural.chord_tables import figure_numbers, key_classes
from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.listening import HELD, NOTES, STRUCK, Listener, numbers_of
from musegen.generation.neural.network import LAYERS, NOT_GIVEN, Harmoniser, Seen, harmoniser, log_shares

Array = npt.NDArray[Any]


class Hearing(NamedTuple):
    """What the network makes of one setting under its plan: meter, phrases, cadences and home key."""

    nats: float  # a note: how surprising its notes and chords are; lower is more like Bach
    notes: Array  # (frames, 4, NOTES): log-probability of every note, all before it being as it is in the setting


def heard(settings: Sequence[Setting], network: Harmoniser | None = None) -> list[Hearing]:
    """What the network makes of settings, all at once."""
    if not settings:
        return []
    return _Ear(settings, network or harmoniser()).listen()


class _Ear:
    """Reads many settings side by side, in the order of their frames; what follows a shorter one does not count."""

    def __init__(self, settings: Sequence[Setting], network: Harmoniser) -> None:
        self.network = network
        tasks = [task_of(setting, tuple(range(VOICES)), tells_chords=False) for setting in settings]
        self.lengths = [len(task.joined) for task in tasks]
        frames = [task.given for task in tasks]
        self.counts = [max(int(one.attack.sum()), 1) for one in frames]
        self.note = numbers_of(_side_by_side([one.pitch for one in frames]))
        self.fifths = _side_by_side([one.fifths for one in frames])
        self.struck = np.where(_side_by_side([one.attack for one in frames]), STRUCK, HELD)
        chords = [chord_columns(setting, length) for setting, length in zip(settings, self.lengths, strict=True)]
        local, figure = (_side_by_side([each[name] for each in chords]) for name in ("local", "figure"))
        self.key, self.figure = key_classes(local), figure_numbers(local, figure)
        self.home = key_classes(np.array([task.said.home[0] for task in tasks], dtype=np.int64))
        self.contexts = network.contexts(tasks)

    def listen(self) -> list[Hearing]:
        """Frame by frame."""
        rows = self.note.shape[1]
        listener, nothing = Listener(rows), np.zeros(rows, dtype=np.int64)
        state = np.zeros((LAYERS, rows, self.network.width), dtype=np.float32)
        told, surprise = np.zeros((*self.note.shape, NOTES), dtype=np.float32), np.zeros(self.note.shape[:2])
        before = nothing, nothing
        for time, now in enumerate(self.note):
            context, here, earlier = self.contexts[:, time], (self.key[time], self.figure[time]), listener.now
            memory, state = self.network.remember(earlier, *before, context, state)
            known = np.full(now.shape, NOT_GIVEN)
            seen = Seen(memory, context, *before, known.copy(), self.home)
            surprise[time] = self._of_chords(seen, here)
            for voice in range(VOICES):
                own = seen._replace(local=here[0], figure=here[1])
                told[time, :, voice] = log_shares(self.network.notes(voice, own, earlier.note[:, voice], known))
                known[:, voice] = now[:, voice]
            surprise[time] -= _chosen(told[time], now).sum(axis=1)
            listener.hear(now, self.struck[time], self.fifths[time])
            before = here
        return [
            Hearing(float(surprise[:length, row].sum()) / self.counts[row], told[:length, row])
            for row, length in enumerate(self.lengths)
        ]

    def _of_chords(self, seen: Seen, here: tuple[Array, Array]) -> Array:
        """(rows,): nats of a chord that begins, in its key, or of the old one that goes on."""
        begin, keys = self.network.change(seen)
        figures = self.network.figures(seen, here[0])
        begins = (seen.local != here[0]) | (seen.figure != here[1])
        new = _chosen(log_shares(keys), np.maximum(here[0] - 1, 0)) + _chosen(log_shares(figures), here[1])
        return np.asarray(np.where(begins, np.logaddexp(0, -begin) - new, np.logaddexp(0, begin)))


def _side_by_side(columns: Sequence[Array]) -> Array:
    """(frames, settings, ...): the last frame of a shorter one goes on."""
    length = max(map(len, columns))
    longer = [column[np.minimum(np.arange(length), len(column) - 1)] for column in columns]
    return np.stack(longer, axis=1).astype(np.int64)


def _chosen(table: Array, number: Array) -> Array:
    return np.asarray(np.take_along_axis(table, number[..., None], axis=-1)[..., 0])
