"""What each part of the neural analyser is worth: the same network learned without it, from one seed.

python tests/training/ablations.py FOLDER --passes 6 --kept checkpoints/  # all: an hour or two on one core
python tests/training/ablations.py FOLDER --passes 6 --kept checkpoints/ --only whole phrases

FOLDER is a corpus as `musegen train analyser` wants it. Shares of frames of the validation pieces, and of the chorales
kept from learning: numeral (with its key), key, chord; each frame by itself, then with the decoder.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import torch

from musegen.theory.neural.decoding import decode, keys_of
from musegen.theory.neural.encoding import CONTEXT
from musegen.theory.neural.reading import CANDIDATES, TONICS, Heard, lowest_tonic
from musegen.theory.statistics import statistics
from musegen.training import analyser_batches
from musegen.training.analyser import learn, split
from musegen.training.analyser_batches import whole
from musegen.training.analyser_network import AnalyserNetwork
from musegen.training.augmentation import Passage
from musegen.training.examples import Example, examples
from musegen.training.recipes import Order
from musegen.training.sounds import sounds_of_states

NAMES = ("numeral", "key", "chord")
SIGNS_OF_PHRASES = [number for number, name in enumerate(CONTEXT) if "phrase" in name]
METER = [number for number, name in enumerate(CONTEXT) if name in ("downbeat", "middle", "pulse", "weak", "barline")]


class Variant(NamedTuple):
    """A part that is missing: from every piece, from what is learned from, from the passages."""

    what: str
    piece: Callable[[Example], Example] = lambda item: item
    learnt: Callable[[Example], bool] = lambda _: True
    augmented: bool = True


def _without(columns: list[int]) -> Callable[[Example], Example]:
    """Pieces of which the network is not told some columns of the context."""

    def blind(item: Example) -> Example:
        context = item.piece.context.copy()
        context[:, columns] = 0
        return item._replace(piece=type(item.piece)(item.piece.onset, item.piece.end, item.piece.notes, context))

    return blind


VARIANTS = {
    "whole": Variant("nothing missing"),
    "augmentation": Variant("without passages at other speeds, broken or thinned", augmented=False),
    "phrases": Variant("without signs of phrase ends (fermatas, rests)", piece=_without(SIGNS_OF_PHRASES)),
    "meter": Variant("without meter", piece=_without(METER)),
    "chorales": Variant("without the extra chorales", learnt=lambda item: item.split != "extra"),
}


def as_it_is(passage: Passage, longest: int, _: np.random.Generator) -> Passage:
    """What stands for `augmentation.changed` where nothing is changed."""
    return passage.cut(0, longest)


def told(network: AnalyserNetwork, pieces: list[Example]) -> str:
    """Shares of frames that are read as people read them."""
    rows = np.sum([_right(network, item) for item in pieces], axis=0)
    frame, path = rows[:3] / rows[-1], rows[3:6] / rows[-1]
    return "  ".join(f"{name} {a:.3f} -> {b:.3f}" for name, a, b in zip(NAMES, frame, path, strict=True))


def _right(network: AnalyserNetwork, item: Example) -> np.ndarray:
    """How many frames are right by themselves (numeral, key, chord), and with the decoder; how many there are."""
    batch, lowest = whole(item), lowest_tonic(item.piece.notes)
    with torch.no_grad():
        scores, _, changes = network(batch.notes, batch.context)
    best, states = scores[0].topk(CANDIDATES, dim=-1)
    chord_changes, key_changes = torch.sigmoid(changes[0]).numpy().T
    heard = Heard(states.numpy(), best.numpy(), lowest, chord_changes, key_changes)
    state, key, sound = (column[0].numpy() for column in (batch.state, batch.key, batch.sound))
    sounds = sounds_of_states(torch.arange(TONICS)).numpy()
    counts = []
    for found in (heard.states[:, 0], decode(heard, statistics()).taken):
        counts += [(found == state).sum(), (keys_of(found) == key).sum(), (sounds[found] == sound).sum()]
    return np.array([*counts, (key >= 0).sum()], dtype=float)


def measure(name: str, folder: Path, passes: int, kept: Path) -> None:
    """Learn one variant, or go on with it, and print what it reaches."""
    variant = VARIANTS[name]
    learnt, held, extra = split(variant.piece(item) for item in examples(folder))
    order = Order(
        "analyser", (folder,), kept / f"{name}.onnx", (0,), passes, lambda line: print("   ", line, flush=True)
    )
    changed = analyser_batches.changed if variant.augmented else as_it_is
    with patch.object(analyser_batches, "changed", changed):
        network = learn([item for item in learnt if variant.learnt(item)], held, 0, order)
    network.eval()
    print(f"{variant.what}, {passes} passes")
    print(f"    validation  {told(network, held)}")
    print(f"    chorales    {told(network, extra)}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", metavar="VARIANT", choices=[*VARIANTS], default=[*VARIANTS])
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--kept", type=Path, required=True, help="where checkpoints are kept")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    asked.kept.mkdir(parents=True, exist_ok=True)
    for name in asked.only:
        measure(name, asked.folder, asked.passes, asked.kept)
