"""What else a piece could look like: at half or twice the speed, broken into single notes, with notes left out.

The readings stay what they are, so that a network learns to hear chords however they are spread in time. Transposed
copies are not needed: the network hears all keys alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.neural.encoding import CHANNELS, CONTEXT

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

SLOWER, FASTER, BROKEN, THINNED = 0.2, 0.25, 0.15, 0.35
"""How often each is done. The first two, and the last two, exclude each other."""
WITH_MELODY = 0.6
"""How often the top line is left whole above broken chords."""
MOST_LEFT_OUT = 0.35
_FIRST, _SECOND, _BASS_FIRST, _BASS_SECOND, _ATTACK_FIRST, _ATTACK_SECOND, _TOP, _HELD = range(len(CHANNELS))
_AT = {name: number for number, name in enumerate(CONTEXT)}
_ONE, _TWO = 0.25, 0.5
"""What `encoding` says of one note, and of two, among the notes of a frame."""


class Passage(NamedTuple):
    """Some frames of an example."""

    notes: Floats  # (frame, column, channel)
    context: Floats  # (frame, context)
    tonic: Ints
    minor: Ints
    figure: Ints

    def cut(self, first: int, last: int) -> Passage:
        """The frames from the first up to the last."""
        return self.taken(slice(first, last))

    def taken(self, some: slice) -> Passage:
        """Some of the frames."""
        tonic, minor, figure = (column[some] for column in (self.tonic, self.minor, self.figure))
        return Passage(self.notes[some], self.context[some], tonic, minor, figure)


def changed(passage: Passage, longest: int, rng: np.random.Generator) -> Passage:
    """The passage as it is or changed in speed and texture, at most so many frames of it."""
    drawn = rng.random()
    if drawn < SLOWER:
        start = int(rng.integers(0, max(1, len(passage.tonic) - longest // 2 + 1)))
        passage = at_half_speed(passage.cut(start, start + longest // 2))
    elif drawn < SLOWER + FASTER:
        passage = at_twice_the_speed(passage)
    drawn = rng.random()
    if drawn < BROKEN:
        passage = broken(passage, rng, with_melody=rng.random() < WITH_MELODY)
    elif drawn < BROKEN + THINNED:
        kept = rng.random(passage.notes.shape[:2]) > rng.random() * MOST_LEFT_OUT
        passage = passage._replace(notes=passage.notes * kept[..., None])
    return passage.cut(0, longest)


def at_half_speed(passage: Passage) -> Passage:
    """Every half of a frame becomes a frame of its own."""
    notes = np.repeat(passage.notes, 2, axis=0)
    first, second = notes[::2], notes[1::2]
    held = (second[..., _SECOND] > 0) & (second[..., _ATTACK_SECOND] == 0)
    for half, share, bass in ((first, _FIRST, _BASS_FIRST), (second, _SECOND, _BASS_SECOND)):
        half[..., [_FIRST, _SECOND]] = half[..., [share]]
        half[..., [_BASS_FIRST, _BASS_SECOND]] = half[..., [bass]]
        half[..., _TOP] *= half[..., _FIRST] > 0
        half[..., _TOP] /= np.maximum(half[..., _TOP].sum(axis=1, keepdims=True), _ONE)
    second[..., _ATTACK_FIRST], second[..., _HELD] = second[..., _ATTACK_SECOND], held / 2
    notes[..., _ATTACK_SECOND] = 0
    context = np.repeat(passage.context, 2, axis=0)
    context[::2, _AT["pulse"]] += context[::2, _AT["weak"]]
    context[::2, _AT["weak"]] = 0
    context[1::2, : _AT["weak"]], context[1::2, _AT["weak"]] = 0, 1
    for name in ("barline", "last of phrase", "first of phrase", "first", "last"):
        context[name in ("barline", "first of phrase", "first") :: 2, _AT[name]] = 0
    context[:, _AT["length"]] = np.minimum(context[:, _AT["length"]] * 2, 2)
    return Passage(notes, context, *(np.repeat(column, 2) for column in passage[2:]))


def at_twice_the_speed(passage: Passage) -> Passage:
    """Two frames become the halves of one; the passage itself where its measures have no even number of frames."""
    barlines = np.flatnonzero(passage.context[:, _AT["barline"]])
    if (np.diff(barlines) % 2).any() or len(passage.tonic) < 2:
        return passage
    start = int(barlines[0] % 2) if len(barlines) else 0
    whole = passage.cut(start, start + (len(passage.tonic) - start) // 2 * 2)
    one, other = (whole.taken(slice(half, None, 2)) for half in (0, 1))
    notes = one.notes.copy()
    for half, share, attack in ((one, _FIRST, _ATTACK_FIRST), (other, _SECOND, _ATTACK_SECOND)):
        notes[..., share] = half.notes[..., [_FIRST, _SECOND]].mean(axis=-1)
        notes[..., attack] = np.minimum(half.notes[..., [_ATTACK_FIRST, _ATTACK_SECOND]].sum(axis=-1), 1)
    notes[..., _BASS_SECOND] = other.notes[..., _BASS_FIRST]
    notes[..., _TOP] = (one.notes[..., _TOP] + other.notes[..., _TOP]) / 2
    context = one.context.copy()
    context[:, _AT["weak"]] += context[:, _AT["pulse"]]
    context[:, _AT["pulse"]], context[:, _AT["middle"]] = context[:, _AT["middle"]], 0
    context[:, _AT["length"]] /= 2
    context[:, _AT["silent"]] = np.minimum(context[:, _AT["silent"]], other.context[:, _AT["silent"]])
    context[:, _AT["notes"]] = (context[:, _AT["notes"]] + other.context[:, _AT["notes"]]) / 2
    ends = slice(_AT["phrase end"], _AT["last"] + 1)
    context[:, ends] = np.maximum(context[:, ends], other.context[:, ends])
    return Passage(notes, context, *one[2:])


def broken(passage: Passage, rng: np.random.Generator, *, with_melody: bool) -> Passage:
    """Each half of a frame keeps one of its notes, on the beat the bass, as an accompaniment in broken chords does."""
    notes, on_beat = np.zeros_like(passage.notes), passage.context[:, : _AT["weak"]].any(axis=1)
    top = passage.notes[..., _TOP].argmax(axis=1)
    halves = ((_FIRST, _BASS_FIRST, _ATTACK_FIRST), (_SECOND, _BASS_SECOND, _ATTACK_SECOND))
    for share, bass, attack in halves:
        sounding = passage.notes[..., share] > 0
        kept = (sounding * rng.random(sounding.shape)).argmax(axis=1)
        lowest = passage.notes[..., bass]
        takes_bass = on_beat & (share == _FIRST) & lowest.any(axis=1)
        kept = np.where(takes_bass, lowest.argmax(axis=1), kept)
        heard = np.flatnonzero(sounding.any(axis=1))
        notes[heard, kept[heard], share] = notes[heard, kept[heard], bass] = 1
        notes[heard, kept[heard], attack] = 1 / 2
        if with_melody:
            notes[heard, top[heard], share] += 1
            notes[heard, :, share] /= 2
            notes[heard, top[heard], attack] = passage.notes[heard, top[heard], attack]
        else:
            notes[heard, kept[heard], _TOP] += 1 / 2
    if with_melody:
        notes[..., _TOP] = passage.notes[..., _TOP]
    context = passage.context.copy()
    context[:, _AT["notes"]] = np.where(context[:, _AT["notes"]] > 0, _TWO if with_melody else _ONE, 0)
    return passage._replace(notes=notes, context=context)
