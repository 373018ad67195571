"""What tells made tunes from real ones, quickly: `python tests/benchmarks/telling_melodies.py --count 200 --seed 3`.

The adversary and the distances of `musegen evaluate melody`, without its likelihoods, rules and shared passages; and an
adversary that sees only what the melody network thinks of tunes, which the critic that chooses them never saw.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from musegen.corpora import Split, corpus
from musegen.errors import MusegenError
from musegen.evaluation.melodies import shipped
from musegen.evaluation.melodies.adversary import Numbers, numbers_of, told_apart, what_tells
from musegen.evaluation.melodies.asked import shares_kept
from musegen.evaluation.melodies.distances import distances
from musegen.evaluation.melodies.judging import tunes_of
from musegen.evaluation.melodies.lines import MelodyLine, line_of
from musegen.evaluation.melodies.order import surprise_of
from musegen.evaluation.sure import Figure
from musegen.theory.tunes.thinking import summary, thoughts
from musegen.theory.tunes.tune import tune_of

_COMPARED = 800
"""Training tunes, from which those are drawn that distances are measured to."""
_CHOOSING, _MEASURING = 5, 1
"""Seeds."""


def main() -> None:
    """Print what is kept of what was asked, distances, the area under the curve, and what tells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--most", type=int, default=0, help="of each split only so many tunes, for a quick look")
    asked = parser.parse_args()
    held_out, known = _lines("test", asked.most), _lines("train", asked.most)
    surprise = surprise_of(known)
    made = shipped.made(asked.count, np.random.default_rng(asked.seed))
    lines = [line_of(score, f"m{number}", f"m{number}") for number, (score, _) in enumerate(made)]
    print(shares_kept(lines, [wish for _, wish in made]))
    chosen = np.random.default_rng(_CHOOSING).permutation(len(known))[:_COMPARED]
    apart = distances(lines, held_out, [known[number] for number in chosen], np.random.default_rng(_MEASURING))
    print(f"distance, by the corpus's own: {apart.ratio:.2f} [{apart.low:.2f}, {apart.high:.2f}]")
    for one in apart.each:
        print(f"  {one.name}: {one.ratio:.2f} [{one.low:.2f}, {one.high:.2f}]; made {one.made:.2f}, own {one.own:.2f}")
    numbers, real = numbers_of(lines, surprise), numbers_of(held_out, surprise)
    print(told_apart(numbers, real))
    print(by_thoughts(lines, held_out))
    for tell in what_tells(numbers, real, 30):
        print(f"  {tell.column}: {tell.delta:+.2f}; made {tell.made:.3f}, real {tell.real:.3f}")


def by_thoughts(made: Sequence[MelodyLine], real: Sequence[MelodyLine]) -> Figure:
    """The area under the curve of a judge that sees only what the melody network thinks of a tune."""
    both = [_thought(lines) for lines in (made, real)]
    names = [str(number) for number in range(both[0].values.shape[1])]
    return told_apart(*both, "the same, by the network's thoughts", names=names)


def _thought(lines: Sequence[MelodyLine]) -> Numbers:
    """A row a tune that the network can read."""
    groups, rows = [], []
    for line in lines:
        try:
            rows.append(summary(thoughts(tune_of(line.score))))
        except MusegenError:
            continue
        groups.append(line.group)
    return Numbers(tuple(groups), np.array(rows, dtype=np.float64))


def _lines(split: Split, most: int) -> tuple[MelodyLine, ...]:
    pieces = list(corpus("folk-tunes").split(split))
    return tunes_of(pieces[: most or len(pieces)], lambda name, error: None)


if __name__ == "__main__":
    main()
