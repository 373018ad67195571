"""Trains the neural analyser: `python -m musegen.training.analyser FOLDER -o analyser.onnx`.

FOLDER holds human analyses with their scores and a MANIFEST.tsv; see `examples`. One thread; a checkpoint beside the
output after every pass, from which an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, nll_loss

from musegen.theory.encoding import Encoded
from musegen.theory.joint import MAJORS, MINORS
from musegen.theory.neural import TONICS, lowest_tonic, windows
from musegen.theory.vocabulary import numerals
from musegen.training.analyser_network import AnalyserNetwork
from musegen.training.examples import Example, examples

CHUNK, BATCH = 192, 8
"""Frames of a chunk, and chunks of a step."""
SHORTEST = 16
RATE, DECAY, WARM_UP = 2e-3, 1e-2, 0.15
KEY_SHARE, CHORD_SHARE, CHANGE_SHARE = 0.5, 0.5, 0.3
"""What the other tasks weigh beside the joint one."""
EVERY = 10
"""Of the extra pieces, one in so many is kept for validation."""
_NOTHING = -100


Chunk = tuple[npt.NDArray[Any], ...]


class Batch(NamedTuple):
    """Chunks of pieces: what the network sees and what it should say; _NOTHING where nobody knows."""

    windows: Tensor  # (chunk, tonic, frame, feature)
    state: Tensor  # (chunk, frame) tonic * figures + figure
    key: Tensor  # (chunk, frame) tonic * 2 + minor
    changes: Tensor  # (chunk, frame, 2) of chord, of key


class Losses(NamedTuple):
    """Of one batch: losses of the tasks, and the shares of frames that are right."""

    joint: Tensor
    key: Tensor
    chord: Tensor
    change: Tensor
    right: Tensor
    right_key: Tensor
    right_chord: Tensor

    @property
    def total(self) -> Tensor:
        """What is made small."""
        return self.joint + KEY_SHARE * self.key + CHORD_SHARE * self.chord + CHANGE_SHARE * self.change


def main() -> None:
    """Read the examples, learn, write the network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("analyser.onnx"))
    parser.add_argument("--passes", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    learnt, held, extra = split(examples(asked.folder))
    print(f"{len(learnt)} pieces to learn from, {len(held)} and {len(extra)} chorales for validation", flush=True)
    network = learn(learnt, (held, extra), asked.passes, asked.seed, asked.output.with_suffix(".pt"))
    export(network, asked.output)


def split(found: Iterator[Example]) -> tuple[list[Example], list[Example], list[Example]]:
    """The pieces to learn from, the validation pieces, and every tenth of the extra ones."""
    pieces = list(found)
    extra = [item for item in pieces if item.split == "extra"][::EVERY]
    names = {item.name for item in extra}
    held = [item for item in pieces if item.split == "validation"]
    return [item for item in pieces if item.split != "validation" and item.name not in names], held, extra


def learn(
    pieces: list[Example], held: tuple[list[Example], ...], passes: int, seed: int, checkpoint: Path
) -> AnalyserNetwork:
    """The network after so many passes; goes on from the checkpoint where there is one."""
    torch.manual_seed(seed)
    network, done = AnalyserNetwork(), 0
    steps = passes * (sum(max(1, len(item.piece) // CHUNK + 1) for item in pieces) // BATCH + 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + BATCH, pct_start=WARM_UP)
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        done = kept["passes"]
        for part, name in ((network, "network"), (optimizer, "optimizer"), (schedule, "schedule")):
            part.load_state_dict(kept[name])
    for number in range(done, passes):
        start = time.monotonic()
        told = one_pass(network, optimizer, schedule, batches(pieces, np.random.default_rng([seed, number])), steps)
        shown = "  ".join(measured(network, group) for group in held)
        print(f"pass {number + 1}: {told}  {shown}  {time.monotonic() - start:.0f} s", flush=True)
        state = {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
        }
        torch.save({**state, "passes": number + 1}, checkpoint)
    return network


def one_pass(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    found: Iterator[Batch],
    steps: int,
) -> str:
    """Learn from every batch once; says how it went."""
    network.train()
    seen = []
    for batch in found:
        losses = losses_of(network, batch)
        optimizer.zero_grad()
        losses.total.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if schedule.last_epoch < steps:
            schedule.step()
        seen.append([float(value.detach()) for value in losses])
    return _told(np.mean(seen, axis=0))


def measured(network: nn.Module, pieces: list[Example]) -> str:
    """How the network reads pieces whole."""
    network.eval()
    rows, weights = [], []
    with torch.no_grad():
        for item in pieces:
            batch = _batch([_chunk(item, 0, len(item.piece))])
            losses = losses_of(network, batch)
            if torch.isfinite(losses.joint):
                rows.append([float(value) for value in losses])
                weights.append(len(item.piece))
    return _told(np.average(rows, axis=0, weights=weights))


def _told(means: npt.NDArray[np.float64]) -> str:
    joint, *_, right, key, chord = means.tolist()
    return f"loss {joint:.3f} numeral {right:.3f} key {key:.3f} chord {chord:.3f}"


def batches(pieces: list[Example], rng: np.random.Generator) -> Iterator[Batch]:
    """Every piece once, in chunks that begin elsewhere each time, shuffled."""
    places = []
    for number, item in enumerate(pieces):
        length = len(item.piece)
        starts = [0] if length <= CHUNK else range(-int(rng.integers(0, CHUNK)), length, CHUNK)
        whole = [start for start in starts if length <= CHUNK or start + CHUNK > SHORTEST]
        places += [(number, max(0, min(start, length - CHUNK))) for start in whole]
    rng.shuffle(places)
    for at in range(0, len(places) - BATCH + 1, BATCH):
        yield _batch([_chunk(pieces[number], start, CHUNK) for number, start in places[at : at + BATCH]])


def _chunk(item: Example, start: int, length: int) -> Chunk:
    """Windows, states, keys and changes of some frames; short pieces are filled up with silence."""
    inside = slice(start, start + length)
    part = Encoded(*(getattr(item.piece, name)[inside] for name in ("onset", "end", "notes", "context")))
    lowest, missing = lowest_tonic(part.notes), length - len(part)
    tonic, minor, figure = (column[inside] for column in (item.tonic, item.minor, item.figure))
    number = tonic - lowest
    near = (number >= 0) & (number < TONICS)
    state = np.where(near & (figure >= 0), number * (MAJORS + MINORS) + minor * MAJORS + figure, _NOTHING)
    key = np.where(near, number * 2 + minor, _NOTHING)
    named = np.stack([tonic, minor, figure], axis=1)
    fresh = [np.diff(columns, axis=0, prepend=columns[:1]).any(axis=1) for columns in (named, named[:, :2])]
    seen = np.pad(windows(part, lowest), ((0, 0), (0, missing), (0, 0)))
    filled = (np.pad(column, (0, missing), constant_values=_NOTHING) for column in (state, key))
    return seen, *filled, np.pad(np.stack(fresh, axis=1), ((0, missing), (0, 0))).astype(np.float32)


def _batch(chunks: list[Chunk]) -> Batch:
    return Batch(*(torch.as_tensor(np.stack(column)) for column in zip(*chunks, strict=True)))


def losses_of(network: nn.Module, batch: Batch) -> Losses:
    """How far the network is from what people say of the state, and of its key and its sounding chord."""
    scores, bounds = network(batch.windows)
    flat = scores.permute(0, 2, 1, 3).reshape(-1, TONICS * (MAJORS + MINORS))
    state, key = batch.state.reshape(-1), batch.key.reshape(-1)
    chances = flat.exp()
    classes = torch.as_tensor(_CHORDS)
    keys = _summed(chances, torch.as_tensor(_KEYS), 2 * TONICS)
    chords = _summed(chances, classes, int(_CHORDS.max()) + 1)
    chord = torch.where(state >= 0, classes[state.clamp(min=0)], torch.full_like(state, _NOTHING))
    named = key >= 0
    change = binary_cross_entropy_with_logits(bounds.reshape(-1, 2)[named], batch.changes.reshape(-1, 2)[named])
    pairs = ((flat, state), (keys, key), (chords, chord))
    joint, of_key, of_chord = (nll_loss(found, wanted, ignore_index=_NOTHING) for found, wanted in pairs)
    right, right_key, right_chord = (
        (found.argmax(dim=-1) == wanted)[wanted >= 0].float().mean() for found, wanted in pairs
    )
    return Losses(joint, of_key, of_chord, change, right, right_key, right_chord)


def _summed(chances: Tensor, classes: Tensor, count: int) -> Tensor:
    """Log-probabilities of classes of states."""
    return (chances.new_zeros(len(chances), count).index_add_(1, classes, chances) + 1e-7).log()


def _classes() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For every state its key, and its sounding chord: root, quality and inversion."""
    every = [(number.root, number.quality, number.inversion) for minor in (False, True) for number in numerals(minor)]
    known: dict[tuple[int, str, int], int] = {}
    chords = [
        known.setdefault((tonic + root, quality, inversion), len(known))
        for tonic in range(TONICS)
        for root, quality, inversion in every
    ]
    keys = [2 * tonic + (figure >= MAJORS) for tonic in range(TONICS) for figure in range(len(every))]
    return np.array(keys, dtype=np.int64), np.array(chords, dtype=np.int64)


_KEYS, _CHORDS = _classes()


def export(network: AnalyserNetwork, path: Path) -> None:
    """Write the network as ONNX; pieces, tonics and frames may be as many as one likes."""
    network.eval()
    shape = {0: "pieces", 1: "tonics", 2: "frames"}
    example = torch.zeros(2, TONICS, 8, network.inp.in_features)
    torch.onnx.export(
        network, (example,), path, dynamo=False, opset_version=17, input_names=["windows"],
        output_names=["scores", "bounds"],
        dynamic_axes={"windows": shape, "scores": shape, "bounds": {0: "pieces", 1: "frames"}},
    )  # fmt: skip


if __name__ == "__main__":
    main()
