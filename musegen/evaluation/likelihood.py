"""Held-out likelihood: nats a note of four-voice frames under a network, with every condition dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import VOICES, Frames
from musegen.generation.neural.listening import UNKNOWN, Listener, numbers_of
from musegen.generation.neural.network import LAYERS, NOT_GIVEN, Harmoniser, Seen, harmoniser, log_shares
from musegen.generation.neural.said import nothing_said

Array = npt.NDArray[Any]

_TOGETHER = 32
"""Pieces that are heard at once."""


class Likelihood(NamedTuple):
    """Nats a note on the grid of sixteenths, silence being a note."""

    per_piece: float  # each piece counting alike
    overall: float  # each frame counting alike
    voices: tuple[float, ...]  # S A T B, each frame counting alike; of a given voice nan


def likelihood(pieces: Sequence[Frames], *, given: Sequence[int] = (), network: Harmoniser | None = None) -> Likelihood:
    """How well a network foretells pieces from the pitches of earlier frames alone, nothing else being said.

    The voices of numbers `given` are given all through and do not count; then the network knows how long the piece is,
    too. What is struck, how notes are spelled, meter, phrases, keys and chords are not said.

    >>> from musegen.generation.neural.frames import frames_of
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = frames_of(parse_grid("meter: 2/4\\nS: g4 g4\\nA: e4 d4\\nT: c4 b3\\nB: c3 g3"))
    >>> likelihood([piece], given=(0,)).per_piece > 0
    True
    """
    found = [
        nats
        for start in range(0, len(pieces), _TOGETHER)
        for nats in _nats(pieces[start : start + _TOGETHER], tuple(given), network or harmoniser())
    ]
    free = [voice for voice in range(VOICES) if voice not in given]
    every = np.concatenate(found)[:, free]
    voices = np.full(VOICES, np.nan)
    voices[free] = every.mean(axis=0)
    alone = [nats[:, free].mean() for nats in found]
    return Likelihood(float(np.mean(alone)), float(every.mean()), tuple(voices.tolist()))


def _nats(pieces: Sequence[Frames], given: tuple[int, ...], network: Harmoniser) -> list[Array]:
    """(frames, voices) for each piece; pieces of unlike length are heard apart where voices are given.

    The encoder reads what is given both ways, so that silence after the end of a shorter piece would be heard.
    """
    if given and len({len(piece.pitch) for piece in pieces}) > 1:
        return [_nats([piece], given, network)[0] for piece in pieces]
    lengths = [len(piece.pitch) for piece in pieces]
    notes = np.zeros((max(lengths), len(pieces), VOICES), dtype=np.int64)
    for number, piece in enumerate(pieces):
        notes[: lengths[number], number] = numbers_of(piece.pitch.astype(np.int64))
    contexts = network.contexts([_task(piece, given) for piece in pieces])
    found = _through(notes, contexts, given, network)
    return [found[:length, number] for number, length in enumerate(lengths)]


def _task(piece: Frames, given: tuple[int, ...]) -> Task:
    free = np.ones(piece.pitch.shape, dtype=bool)
    free[:, list(given)] = False
    frames = len(piece.pitch)
    return Task(piece, free, nothing_said(frames), np.ones(frames, dtype=bool))


def _through(notes: Array, contexts: Array, given: tuple[int, ...], network: Harmoniser) -> Array:
    """(frames, pieces, voices) nats, frame by frame."""
    rows = notes.shape[1]
    listener, found = Listener(rows), np.zeros(notes.shape)
    state, nothing = np.zeros((LAYERS, rows, network.width), dtype=np.float32), np.zeros(rows, dtype=np.int64)
    for time, here in enumerate(notes):
        heard, context = listener.now, contexts[:, time]
        memory, state = network.remember(heard, nothing, nothing, context, state)
        known = np.full(here.shape, NOT_GIVEN)
        known[:, list(given)] = here[:, list(given)]
        seen = Seen(memory, context, nothing, nothing, known.copy(), nothing)
        for voice in range(VOICES):
            logits = network.notes(voice, seen, heard.note[:, voice], known)
            known[:, voice] = here[:, voice]
            found[time, :, voice] = -log_shares(logits)[np.arange(rows), here[:, voice]]
        listener.hear(here, np.full(here.shape, UNKNOWN), None)
    return found
