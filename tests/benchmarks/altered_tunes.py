"""What may become of a tune: transposed, cut, ornamented, misremembered, turned round; for figures of similarity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from musegen.features.similarity.lines import Line

NEIGHBOURS = (-2, -1, 1, 2)
WRONG = (-4, -3, -2, -1, 1, 2, 3, 4)


def variants(line: Line, rng: Generator) -> Iterator[tuple[str, Line]]:
    """(name, altered tune) of every alteration that the retrieval figures are about."""
    yield "transposed", transposed(line, int(rng.choice([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6])))
    yield "augmented", Line.of(line.pitch, line.step * 2)
    yield "12-note excerpt", excerpt(line, 12, rng)
    yield "20 % ornamented", ornamented(line, rng)
    yield "15 % wrong notes", misremembered(line, rng)
    yield "inverted", Line.of(2 * line.pitch[0] - line.pitch, line.step)
    yield "retrograde", Line.of(line.pitch[::-1], line.step[::-1])


def transposed(line: Line, semitones: int) -> Line:
    """The tune higher or lower."""
    return Line.of(line.pitch + semitones, line.step)


def excerpt(line: Line, notes: int, rng: Generator) -> Line:
    """So many notes from anywhere in the tune."""
    first = int(rng.integers(0, len(line.pitch) - notes + 1))
    return Line.of(line.pitch[first : first + notes], line.step[first : first + notes])


def ornamented(line: Line, rng: Generator, share: float = 0.2) -> Line:
    """A share of the notes with a mordent, a passing note after it or an appoggiatura before it, in its own time."""
    pitch: list[int] = []
    step: list[float] = []
    following = np.append(line.pitch[1:], line.pitch[-1:])
    for note, length, after in zip(line.pitch.tolist(), line.step.tolist(), following.tolist(), strict=True):
        if rng.random() >= share:
            figure: list[tuple[int, float]] = [(note, 1.0)]
        else:
            figure = _figure(note, after, int(rng.integers(3)), int(rng.choice(NEIGHBOURS)))
        pitch += [sounding for sounding, _ in figure]
        step += [length * part for _, part in figure]
    return Line.of(pitch, step)


def _figure(note: int, after: int, kind: int, away: int) -> list[tuple[int, float]]:
    if kind == 0:
        return [(note, 0.5), (note + away, 0.25), (note, 0.25)]
    if kind == 1:
        way = int(np.sign(after - note)) * abs(away) or away
        return [(note, 0.5), (note + way, 0.5)]
    return [(note + away, 0.5), (note, 0.5)]


def misremembered(line: Line, rng: Generator, share: float = 0.15) -> Line:
    """A share of the notes wrong by a semitone to a major third."""
    wrong = rng.random(len(line.pitch)) < share
    return Line.of(line.pitch + np.where(wrong, rng.choice(WRONG, len(line.pitch)), 0), line.step)


def planted(host: Line, plant: Line, rng: Generator) -> tuple[Line, tuple[int, int]]:
    """The host with notes of its own replaced by the plant, which is transposed to go on from there; and where."""
    size = len(plant.pitch)
    first = int(rng.integers(0, max(len(host.pitch) - size, 0) + 1))
    shift = int(host.pitch[min(first, len(host.pitch) - 1)] - plant.pitch[0]) or 2
    pitch = np.concatenate([host.pitch[:first], plant.pitch + shift, host.pitch[first + size :]])
    step = np.concatenate([host.step[:first], plant.step, host.step[first + size :]])
    return Line.of(pitch, step), (first, first + size)
