"""The generator and the critic of phrases at run time: latents and wishes in, logits of notes and judgements out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.listening import LOWEST as HEARD_FROM
from musegen.generation.neural.listening import NOTES as HEARD
from musegen.generation.neural.listening import Heard
from musegen.generation.neural.network import Harmoniser, Seen, gumbel
from musegen.generation.phrases.encoding import A_STEP, LOWEST, NOTES, STEPS, Phrases, Wish, wish_numbers
from musegen.models.networks import Parts, shipped

NAME = "phrases"
SKIP = 0.15
"""Nats that a semitone of a move costs where a phrase begins: of what went before the generator knows nothing."""
_HELD, _IMPOSSIBLE = 8.0, -30.0
Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


class PhraseNetwork:
    """The parts of the network that ships, or others of the same make."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.latent = parts["draught"].size("latent", 1)

    def draught(self, latent: Floats, wish: Wish) -> Floats:
        """(phrases, STEPS, width): what each step shall be."""
        return self._parts["draught"].run(latent=latent, wish=wish_numbers(wish))["steps"]

    def voice(self, number: int, draught: Floats, before: Array, above: Array) -> Floats:
        """Logits of a voice (rows, NOTES) at a step; of the notes before and above it one number each (rows, voices).

        They are places from LOWEST, and -1 where there is none.
        """
        given = {"draught": draught, "before": _shown(before)}
        if number:
            given["above"] = _shown(above[:, :number])
        return self._parts[f"voice-{number}"].run(**given)["logits"]

    def strokes(self, draught: Floats, before: Array, now: Array) -> Floats:
        """Logits (rows, voices) that a kept note is struck anew."""
        return self._parts["strokes"].run(draught=draught, before=_shown(before), now=_shown(now))["logits"]

    def judged(self, phrases: Phrases) -> Floats:
        """(phrases,): what the critic thinks of each; the higher, the more real."""
        note = np.eye(NOTES, dtype=np.float32)[phrases.note]
        return self._parts["critic"].run(note=note, attack=phrases.attack, wish=wish_numbers(phrases.wish))["told"]

    def sung(self, latent: Floats, wish: Wish, rng: Generator, temperature: float = 1.0) -> Phrases:
        """Phrases as the generator draws them, without any law."""
        draught, before = self.draught(latent, wish), np.full((len(latent), VOICES), -1)
        notes, strokes = [], []
        for step in range(STEPS):
            now = np.full_like(before, -1)
            for number in range(VOICES):
                logits = self.voice(number, draught[:, step], before, now)
                now[:, number] = (logits / temperature + gumbel(rng, logits.shape)).argmax(axis=1)
            again = 1 / (1 + np.exp(-self.strokes(draught[:, step], before, now)))
            strokes.append((now != before) | (rng.random(again.shape) < again))
            notes.append(now)
            before = now
        return Phrases(np.stack(notes, axis=1), np.stack(strokes, axis=1).astype(np.int64), wish)


@cache
def phrase_network() -> PhraseNetwork:
    """The network that ships, loaded once."""
    return PhraseNetwork(shipped(NAME))


def _shown(notes: Array) -> Floats:
    """(rows, voices * NOTES): a 1 for each note that there is."""
    found = notes[..., None] == np.arange(NOTES)
    return np.asarray(found.reshape(len(notes), -1), dtype=np.float32)


class Singer(Harmoniser):
    """The generator in the place of the harmoniser's network: draughts are its context, chords are said to it."""

    width = 1

    def __init__(self, network: PhraseNetwork, contexts: Sequence[tuple[Task, Array]], sketched: float) -> None:
        """`contexts` has what `context_of` says of the frames of each task, or of a part of it that is a task.

        By `sketched` nats a note of the sketch is the likelier.
        """
        self._network, self._sketched = network, sketched
        self._of = {id(task): (task, context) for task, context in contexts}

    def contexts(self, tasks: Sequence[Task]) -> Array:
        """(task, frame, context), filled up to the longest."""
        found = [self._of[id(task)][1] for task in tasks]
        longest = max(map(len, found))
        return np.stack([np.pad(one, ((0, longest - len(one)), (0, 0))) for one in found])

    def remember(self, heard: Heard, local: Array, figure: Array, context: Array, state: Array) -> tuple[Array, Array]:
        """The notes of the frame before."""
        return heard.note, state

    def change(self, seen: Seen) -> tuple[Array, Array]:
        """No chord begins that is not said."""
        return np.full(len(seen.home), _IMPOSSIBLE), np.zeros((len(seen.home), 24))

    def notes(self, voice: int, seen: Seen, before: Array, decided: Array) -> Array:
        """Logits (rows, notes): at a step the generator's, between steps those of the note that there is."""
        draught, shift, sketch, at_step, begins = _told(seen.context)
        rows = np.arange(len(before))
        found = np.full((len(before), HEARD), _IMPOSSIBLE)
        found[rows, before] = _HELD
        steps = np.flatnonzero(at_step)
        if len(steps):
            base = np.array(LOWEST) + shift[steps, None] - HEARD_FROM
            earlier = np.where(begins[steps, None], -1, seen.memory[steps] - base)
            logits = self._network.voice(voice, draught[steps], earlier, decided[steps] - base)
            logits = logits + self._sketched * (np.arange(NOTES) == sketch[steps, voice, None])
            places = base[:, voice, None] + np.arange(NOTES)
            far = np.abs(places - before[steps, None]) * (begins[steps] & (before[steps] > 0))[:, None]
            inside = (places > 0) & (places < HEARD)
            found[steps] = _IMPOSSIBLE
            row, column = np.nonzero(inside)
            found[steps[row], places[row, column]] = (logits - SKIP * far)[row, column]
        return found

    def struck(self, seen: Seen, before: Array, now: Array) -> Array:
        """Logits (rows, voices)."""
        draught, shift, _, at_step, begins = _told(seen.context)
        found = np.full(now.shape, _IMPOSSIBLE)
        steps = np.flatnonzero(at_step)
        if len(steps):
            base = np.array(LOWEST) + shift[steps, None] - HEARD_FROM
            earlier = np.where(begins[steps, None], -1, before[steps] - base)
            found[steps] = self._network.strokes(draught[steps], earlier, now[steps] - base)
        return found


def context_of(sheet: Phrases, draught: Floats) -> Array:
    """(frames, context): draught, semitones to C, sketch, and where a step and a phrase begin, of phrases in a row."""
    steps = len(sheet.note) * STEPS
    columns = np.concatenate([
        draught.reshape(steps, -1), np.repeat(sheet.wish.shift, STEPS)[:, None],
        sheet.note.reshape(steps, VOICES), np.ones((steps, 1)), (np.arange(steps) % STEPS == 0)[:, None],
    ], axis=1)  # fmt: skip
    columns[_held(sheet.wish), -2] = 0
    frames = np.repeat(columns, A_STEP, axis=0)
    frames[np.arange(len(frames)) % A_STEP > 0, -2:] = 0
    return np.asarray(frames)


def _held(wish: Wish) -> npt.NDArray[np.bool_]:
    """(phrases * STEPS,): the steps at which a last chord goes on, if it is the last of all or longer than a beat."""
    long = (wish.close > 0) | (np.arange(len(wish.close)) == len(wish.close) - 1)
    begins = STEPS - 2 * (wish.close + 1)
    return np.asarray(((np.arange(STEPS) > begins[:, None]) & long[:, None]).ravel())


def _told(context: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Draught, shift, sketch, whether it is a step, and whether a phrase begins."""
    draught, shift, sketch = context[:, : -VOICES - 3], context[:, -VOICES - 3], context[:, -VOICES - 2 : -2]
    return draught, shift.astype(np.int64), sketch.astype(np.int64), context[:, -2] > 0, context[:, -1] > 0
