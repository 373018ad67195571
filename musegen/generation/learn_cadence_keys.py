"""Learns `cadence_keys`: `python -m musegen.generation.learn_cadence_keys`, in two minutes, from music21's own corpus.

The pieces are listed in `data/cadence_keys.toml`; the key of each cadence is what the analyser hears in Bach's own
setting. Needs SciPy, which comes with scikit-learn.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.cadence_keys import CadenceKeys, as_arrays, feature_codes, near_keys, phrase_spans
from musegen.generation.melody import melody_of
from musegen.score.files import read
from musegen.theory.analyse import analyse

DATA = Path(__file__).parent / "data"
_RAREST = 3  # a feature seen less often has no weight
_PENALTY = 3.0  # of the squared weights, halved
_KEYS = 14


class Example(NamedTuple):
    """One cadence: the features as every key would have them, and the place of the true key."""

    features: tuple[tuple[int, ...], ...]
    true: int


def examples(name: str) -> list[Example]:
    """The cadences of one chorale by its music21 name, those that end a phrase of its soprano."""
    score = read(name)
    melody, cadences = melody_of(score), analyse(score).cadences
    keys = near_keys(melody)
    found = []
    for end, start in phrase_spans(melody):
        slot = melody.slots[end]
        here = [item.key for item in cadences if slot.onset <= item.onset < slot.onset + slot.duration]
        if here and here[0] in keys:
            features = tuple(tuple(feature_codes(melody, start, end, key)) for key in keys)
            found.append(Example(features, keys.index(here[0])))
    return found


def learned(cadences: list[Example]) -> CadenceKeys:
    """The weights under which the true keys are likeliest, kept small by a penalty."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    counted = Counter(chain.from_iterable(chain.from_iterable(item.features for item in cadences)))
    codes = np.array(sorted(code for code, times in counted.items() if times >= _RAREST), dtype=np.int64)
    rows, columns = _places(cadences, codes)
    ones = np.ones(len(rows))
    seen = csr_matrix((ones, (rows, columns)), shape=(len(cadences) * _KEYS, len(codes)))
    here, true = np.arange(len(cadences)), np.array([item.true for item in cadences])

    def loss(weights: npt.NDArray[Any]) -> tuple[float, npt.NDArray[Any]]:
        total = (seen @ weights).reshape(-1, _KEYS)
        total -= total.max(axis=1, keepdims=True)
        share = np.exp(total)
        whole = share.sum(axis=1, keepdims=True)
        share /= whole
        unlikely = float(np.log(whole).sum() - total[here, true].sum())
        share[here, true] -= 1
        return unlikely + _PENALTY / 2 * float(weights @ weights), seen.T @ share.ravel() + _PENALTY * weights

    best = minimize(loss, np.zeros(len(codes)), jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return CadenceKeys(codes, best.x.astype(np.float32))


def _places(cadences: list[Example], codes: npt.NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Rows (cadence, key) and columns (feature) of what is there."""
    column = {int(code): number for number, code in enumerate(codes)}
    rows: list[int] = []
    columns: list[int] = []
    for row, features in enumerate(chain.from_iterable(item.features for item in cadences)):
        known = [column[code] for code in features if code in column]
        rows += [row] * len(known)
        columns += known
    return rows, columns


def training_pieces() -> list[str]:
    """The names that the card lists."""
    card = tomllib.loads((DATA / "cadence_keys.toml").read_text(encoding="utf-8"))
    return [f"bach/{name}" for name in card["pieces_read"]]


def learn(names: Iterable[str]) -> CadenceKeys:
    """The weights from these pieces."""
    return learned([item for name in names for item in examples(name)])


def main() -> None:
    """Learn from the listed pieces and write the weight file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("-o", "--output", type=Path, default=DATA / "cadence_keys.npz")
    np.savez_compressed(parser.parse_args().output, **as_arrays(learn(training_pieces())))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
