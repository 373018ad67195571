"""Learns `neural.tilting`: `python -m musegen.generation.learn_tilts`, in six minutes, from music21's own corpus.

Bach's shares are those of the chorales for training and validation; what the network draws is heard under the sopranos
of the latter, from which it has not learned.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from musegen.corpora import Split, corpus
from musegen.errors import MusegenError
from musegen.generation.conditions import Condition
from musegen.generation.melody import melody_of
from musegen.generation.neural import tilting
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.cadencing import with_cadences
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.ending import closing_in_root_position
from musegen.generation.neural.frames import frame_onsets, frames_of
from musegen.generation.neural.said import metric_of
from musegen.generation.neural.tilting import Tilts, counted, nothing
from musegen.score.files import read
from musegen.score.model import Score

Numbers = npt.NDArray[np.float64]

CORPUS = "bach-chorales"
ROUNDS, EACH = 16, 2
"""How often the tilts are mended, and settings of each melody that are heard before."""
_RATE = 0.6
"""What of a difference is made up for at once."""
_PRIOR = 6.0
_SURE_MOVES, _SURE_PAIRS = 200.0, 100.0
"""Notes in a situation from which on what is found there is taken for sure."""
_MOST = 4.0
"""Nats that a tilt is at most."""


def pieces(split: Split) -> Iterator[Score]:
    """The chorales of a split that can be read as four voices."""
    for piece in corpus(CORPUS).split(split):
        try:
            score = read(piece.name)
            frames_of(score)
        except MusegenError:
            continue
        yield score


def sopranos(scores: Iterable[Score]) -> list[Score]:
    """Their top lines."""
    found = []
    for score in scores:
        notes = score.notes.where(score.notes["part"] == 0)
        found.append(replace(score, notes=notes, parts=score.parts[:1], harmonies=(), stream=None))
    return found


def total(counts: Iterable[Tilts]) -> Tilts:
    """The sum of counts."""
    sums = nothing()
    for one in counts:
        sums = Tilts(*(sum_ + part for sum_, part in zip(sums, one, strict=True)))
    return sums


def of_bach(scores: Iterable[Score]) -> Tilts:
    """How often everything comes in scores."""
    return total(counted(frames_of(score).pitch, metric_of(score, frame_onsets(score))["phase"]) for score in scores)


def drawn(melodies: Sequence[Score], rng: np.random.Generator, tilt: Tilts) -> Tilts:
    """How often everything comes in settings of melodies."""
    bare = [closing_in_root_position(task_for(melody, Condition())) for melody in melodies]
    tasks = [with_cadences(task, melody_of(melody), rng) for task, melody in zip(bare, melodies, strict=True)]
    answers = draw(tasks, rng, tilt=tilt)
    return total(counted(found[0].frames.pitch, task.said.phase) for task, found in zip(tasks, answers, strict=True))


def mended(tilt: Tilts, bach: Tilts, heard: Tilts) -> Tilts:
    """Tilts under which what came too often comes less often."""
    moves = _mended(tilt.moves, bach.moves, heard.moves, _SURE_MOVES)
    return Tilts(moves, _mended(tilt.pairs, bach.pairs, heard.pairs, _SURE_PAIRS))


def _mended(tilt: Numbers, bach: Numbers, heard: Numbers, sure: float) -> Numbers:
    """More off what is heard oftener than with Bach, in situations as frequent."""
    here = heard.sum(axis=-1, keepdims=True)
    wanted = bach / np.maximum(bach.sum(axis=-1, keepdims=True), 1) * here
    surplus = np.log((heard + _PRIOR) / (wanted + _PRIOR))
    return np.asarray(np.clip(tilt + _RATE * surplus * np.minimum(here / sure, 1), -_MOST, _MOST))


def distance(bach: Tilts, heard: Tilts) -> float:
    """Nats between Bach's moves of alto, tenor and bass and those that are heard."""
    shares = [(part.moves[1:] + 1e-3) / (part.moves[1:] + 1e-3).sum() for part in (bach, heard)]
    return float((shares[0] * np.log(shares[0] / shares[1])).sum())


def main() -> None:
    """Learn and write the tilts: the mean of those of the second half of the rounds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("-o", "--output", type=Path, default=tilting.DATA)
    held = list(pieces("valid"))
    bach, melodies, tilt = of_bach([*pieces("train"), *held]), sopranos(held), nothing()
    settled = nothing()
    for number in range(ROUNDS):
        rng = np.random.default_rng(number)
        heard = total(drawn(melodies, rng, tilt) for _ in range(EACH))
        print(f"round {number}: {distance(bach, heard):.4f} nats from Bach's moves", flush=True)
        tilt = mended(tilt, bach, heard)
        if number >= ROUNDS // 2:
            settled = total([settled, tilt])
    means = {name: (part / (ROUNDS - ROUNDS // 2)).astype(np.float16) for name, part in settled._asdict().items()}
    np.savez_compressed(parser.parse_args().output, **means)


if __name__ == "__main__":
    main()
