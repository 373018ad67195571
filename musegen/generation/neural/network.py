"""The harmoniser's network at run time: what is given and heard goes in, logits of chords and notes come out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.neural.chord_tables import figure_numbers, key_classes
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import padded
from musegen.generation.neural.listening import HELD, NOTES, STRUCK, UNKNOWN, Heard, numbers_of
from musegen.generation.neural.said import PLAIN, Said
from musegen.models.networks import Arrays, Network, network

Array = npt.NDArray[Any]

NAME = "harmoniser"
NOT_GIVEN = NOTES
PHASES = 64
"""Frames of the longest measure that is told apart."""
LAYERS = 2
_STEPS = 1024
"""Logits are rounded to so many steps a nat: a draw shall not hang on the last bits of a processor."""
_SOONEST = np.float32(1e-30)


class Seen(NamedTuple):
    """What the heads look at, a row a particle."""

    memory: Array
    context: Array
    local: Array  # key class and figure number of a chord: the one before, or for notes their own
    figure: Array
    given: Array  # (rows, voices): the given notes of the frame, else NOT_GIVEN
    home: Array  # key class of the home key

    def rows(self, which: Array) -> Seen:
        """Some rows."""
        return Seen(*(column[which] for column in self))


class Harmoniser:
    """The parts of one network, for rows of particles; whole numbers as `chord_tables` and `listening` make them."""

    def __init__(self, name: str = NAME) -> None:
        parts = ("encoder", "memory", "change", "figure", "struck", *(f"voice-{number}" for number in range(4)))
        self._parts: dict[str, Network] = {part: network(name, part) for part in parts}
        self.width = self._parts["memory"].size("state", 2)

    def contexts(self, tasks: Sequence[Task]) -> Array:
        """(task, frame, context): all that is given of each task, read both ways; to the longest of them."""
        return self._parts["encoder"].run(**_given(tasks))["context"]

    def remember(self, heard: Heard, local: Array, figure: Array, context: Array, state: Array) -> tuple[Array, Array]:
        """What is remembered before a frame (rows, memory), and the state to go on from.

        `local` and `figure` are the chord of the frame before; the first state is zeros (LAYERS, rows, width).
        """
        found = self._run("memory", **heard._asdict(), local=local, figure=figure, context=context, state=state)
        return found["memory"], found["state_after"]

    def change(self, seen: Seen) -> tuple[Array, Array]:
        """Logits of a new chord (rows,) and of its key (rows, 24)."""
        found = self._run("change", **seen._asdict())
        return found["begin"], found["key"]

    def figures(self, seen: Seen, new_local: Array) -> Array:
        """Logits of every figure (rows, figures) for a chord in the key `new_local`."""
        columns = seen._asdict()
        del columns["home"]
        return self._run("figure", **columns, new_local=new_local)["logits"]

    def notes(self, voice: int, seen: Seen, before: Array, decided: Array) -> Array:
        """Logits of every note of a voice (rows, notes) in the chord that is `seen`.

        `before` (rows,) is the voice's note before, `decided` (rows, voices) are the notes of the frame that are
        decided or given, NOT_GIVEN for the others.
        """
        columns = seen._asdict()
        del columns["given"]
        return self._run(f"voice-{voice}", **columns, before=before, decided=decided)["logits"]

    def struck(self, seen: Seen, before: Array, now: Array) -> Array:
        """Logits (rows, voices) that a voice which keeps its note strikes it anew."""
        return self._run("struck", memory=seen.memory, context=seen.context, before=before, now=now)["logits"]

    def _run(self, part: str, **inputs: Array) -> Arrays:
        found = self._parts[part].run(**inputs)
        return found if part == "memory" else {name: np.round(value * _STEPS) / _STEPS for name, value in found.items()}


def log_shares(logits: Array) -> Array:
    """Logs of chances, over the last axis.

    >>> np.exp(log_shares(np.array([[0.0, 0.0]]))).tolist()
    [[0.5, 0.5]]
    """
    peak = logits.max(axis=-1, keepdims=True)
    return np.asarray(logits - peak - np.log(np.exp(logits - peak).sum(axis=-1, keepdims=True)))


def gumbel(rng: Generator, shape: tuple[int, ...]) -> Array:
    """Numbers that are added to logits, so that the place of the largest is drawn by their shares (Gumbel 1954).

    >>> drawn = (np.log([[0.2, 0.8]]) + gumbel(np.random.default_rng(1), (4000, 2))).argmax(axis=1)
    >>> round(float(drawn.mean()), 1)
    0.8
    """
    waited = rng.standard_exponential(shape, dtype=np.float32)
    return -np.log(np.maximum(waited, _SOONEST))


@cache
def harmoniser(name: str = NAME) -> Harmoniser:
    """The network that ships, loaded once."""
    return Harmoniser(name)


def _given(tasks: Sequence[Task]) -> Arrays:
    columns = [_columns(task) for task in tasks]
    filling = {"notes": NOT_GIVEN}
    return {name: padded([column[name] for column in columns], filling.get(name, 0)) for name in columns[0]}


def _columns(task: Task) -> Arrays:
    note, said = numbers_of(task.given.pitch.astype(np.int64)), task.said
    return {
        "notes": np.where(task.free, NOT_GIVEN, note),
        "struck": np.where(task.free, UNKNOWN, np.where(task.given.attack, STRUCK, HELD)),
        "said": plain_numbers(said),
        "home": key_classes(said.home.astype(np.int64)),
        "local": key_classes(said.local.astype(np.int64)),
        "figure": figure_numbers(said.local.astype(np.int64), said.figure.astype(np.int64)),
    }


def plain_numbers(said: Said) -> Array:
    """(frames, columns): the columns of PLAIN as the network reads them, 0 where UNSAID and else one more."""
    columns = said._asdict() | {"phase": np.minimum(said.phase, PHASES - 1)}
    return np.stack([columns[name].astype(np.int64) + 1 for name in PLAIN], axis=1)
