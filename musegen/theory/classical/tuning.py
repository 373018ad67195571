"""Learns the analyser's weights: `python -m musegen.theory.classical.tuning FOLDER -o analyser.npz [--folds 3]`.

The human analyses of a folder (see `counted_pieces`) are made as probable as they can be (a conditional
random field, adaptive gradient steps piece by piece, weights averaged over the second half). The counts of a piece are
left out of its own tables. With `--folds` nothing is written: every piece is read by weights that never saw it, and the
shares of time named rightly are printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from musegen.theory.annotations.alignment import home_key
from musegen.theory.classical.among import steadiest
from musegen.theory.classical.decoding import Model
from musegen.theory.classical.evidence import Evidence, Tables, Weights, shapes
from musegen.theory.classical.feature_totals import Ints, Lesson, expected_moves, move_totals, state_totals
from musegen.theory.classical.frames import frames_of
from musegen.theory.classical.moves import Moves
from musegen.theory.classical.probabilities import sums
from musegen.theory.classical.scores import state_scores
from musegen.theory.counted_pieces import Analysed, training_pieces
from musegen.theory.keys import Key
from musegen.theory.lattice import Lattice, lattice
from musegen.theory.statistics import ChoraleStatistics, statistics
from musegen.theory.vocabulary import sounding_places

SHRUNK = {"figure": 0.3, "key": 0.3, "outside": 0.5, "relation": 0.5, "quality": 0.5}
"""Weights that are drawn towards zero, the more the smaller the number: there are many of each and little to see."""
PULL, STEP = 0.02, 0.15


def first_weights() -> Weights:
    """Where learning starts: what a harmony book would say."""
    weights = {name: np.zeros(shape) for name, shape in shapes().items()}
    weights["role"][:] = np.array([1, 1, 0.7, 0.7])
    weights["outside"][:] = -1.5
    weights["missing_frame"][:] = np.array([[-1, -1], [-1, -1], [-0.3, -0.2], [0, -1.5]])
    weights["bass"][0], weights["bass"][1] = 1, -1
    weights["stay"][:] = np.array([[-1, -2], [-1, -2], [-1, -2], [1.5, -1], [-1, -2]])
    weights["change"][:] = -2
    for name, value in {"unigram": 0.3, "soprano": 0.3, "cadence": 0.5, "bigram": 0.7, "key_bigram": 0.7}.items():
        weights[name][:] = value
    weights["change_table"][:] = 0.7
    return weights


def lesson_of(piece: Analysed, counted: ChoraleStatistics) -> Lesson:
    """A piece with the human's state for every frame; chords outside the vocabulary become ones that sound alike."""
    frames, home = frames_of(piece.score), home_key(piece.chords)
    states = lattice(home.minor)
    onsets = np.array([chord.onset for chord in piece.chords])
    middle = frames.onset + frames.duration // 2
    at = np.maximum(np.searchsorted(onsets, middle, side="right") - 1, 0)
    found = np.array([_state(piece, int(number), home, states) for number in at])
    known = np.maximum.accumulate(np.where(found >= 0, np.arange(len(found)), 0))
    tables = Tables.of(counted.without(piece.name), states)
    return Lesson(piece.name, Evidence.of(frames, home), tables, np.maximum(found[known], 0))


def _state(piece: Analysed, number: int, home: Key, states: Lattice) -> int:
    chord = piece.chords[number]
    key = Key(chord.key.tonic - home.tonic, chord.key.minor)
    place = chord.place
    if place < 0:
        members = frozenset(tone - chord.key.tonic for tone in chord.tones[:4])
        place = sounding_places(key.minor).get((members, chord.numeral.inversion), -1)
    if key not in states.keys or place < 0:
        return -1
    return int(np.flatnonzero((states.key == states.keys.index(key)) & (states.figure == place))[0])


def learn(lessons: list[Lesson], *, rounds: int, rng: np.random.Generator) -> Weights:
    """The weights that make the human readings most probable."""
    weights = first_weights()
    seen = {name: np.full(value.shape, 1e-8) for name, value in weights.items()}
    total = {name: np.zeros(value.shape) for name, value in weights.items()}
    human = [lesson.human() for lesson in lessons]
    averaged = 0
    for number in range(rounds):
        for chosen in rng.permutation(len(lessons)):
            ours = _expected(lessons[chosen], weights)
            for name in weights:
                slope = (human[chosen][name] - ours[name]) / len(lessons[chosen].path) * 10
                slope -= PULL / SHRUNK[name] * weights[name] if name in SHRUNK else 0
                seen[name] += slope * slope
                weights[name] = weights[name] + STEP * slope / np.sqrt(seen[name])
            if 2 * number >= rounds:
                averaged += 1
                for name in weights:
                    total[name] += weights[name]
    return {name: value / averaged for name, value in total.items()}


def _expected(lesson: Lesson, weights: Weights) -> Weights:
    model = Model.of(weights, lesson.tables)
    moves = Moves.of(lesson.evidence, weights, model.successions)
    found = sums(state_scores(lesson.evidence, model.scoring).astype(np.float64), moves)
    read = expected_moves(lesson, moves, found)
    return state_totals(lesson.evidence, lesson.tables, found.states) | move_totals(lesson, read)


class Shares(NamedTuple):
    """Shares of the time that were named as the human named them."""

    numeral: float
    key: float
    chord: float


def shares(lessons: list[Lesson], weights: Weights) -> list[tuple[int, Shares]]:
    """For each piece its length in ticks and its shares, around the human's home key."""
    return [(int(lesson.evidence.frames.duration.sum()), _share(lesson, weights)) for lesson in lessons]


def _share(lesson: Lesson, weights: Weights) -> Shares:
    states, length = lesson.evidence.states, lesson.evidence.frames.duration
    found = Model.of(weights, lesson.tables).read(lesson.evidence)
    path = steadiest(found, np.ones(len(length), dtype=np.int64), states)

    def share(columns: Ints) -> float:
        return float((length * (columns[path] == columns[lesson.path])).sum() / length.sum())

    return Shares(share(np.arange(len(states.key))), share(states.key), share(states.chord))


def cross_validated(lessons: list[Lesson], *, folds: int, rounds: int, seed: int) -> Shares:
    """The mean shares by time, every piece read by weights that were learned without it."""
    found: list[tuple[int, Shares]] = []
    for fold in range(folds):
        held = [lesson for number, lesson in enumerate(lessons) if number % folds == fold]
        rest = [lesson for number, lesson in enumerate(lessons) if number % folds != fold]
        found += shares(held, learn(rest, rounds=rounds, rng=np.random.default_rng([seed, fold])))
    length = np.array([ticks for ticks, _ in found])
    return Shares(*(length @ np.array([share for _, share in found]) / length.sum()).tolist())


def main() -> None:
    """Learn the analyser's weights from a folder of analysed chorales, or cross-validate them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("analyser.npz"))
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folds", type=int, default=0, help="cross-validate and print instead")
    given = parser.parse_args()
    counted = statistics()
    lessons = [lesson_of(piece, counted) for piece in training_pieces(given.folder)]
    if given.folds:
        print(cross_validated(lessons, folds=given.folds, rounds=given.rounds, seed=given.seed))
        return
    weights = learn(lessons, rounds=given.rounds, rng=np.random.default_rng(given.seed))
    small: dict[str, Any] = {name: value.astype(np.float32) for name, value in weights.items()}
    np.savez_compressed(given.output, **small)


if __name__ == "__main__":
    main()
