"""The melody network as two ONNX files: a step of the memory with the next symbol's logits, and the length's."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from musegen.theory.tunes.hearing import ECHOES
from musegen.theory.tunes.telling import SIZES
from musegen.training.export import export
from musegen.training.melody_network import MelodyNetwork, Moment

_STEPS = ("tunes", "events")


class _Step(nn.Module):
    """What is thought at some events, logits of their symbols, and the state to go on from."""

    def __init__(self, network: MelodyNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, before: Tensor, offset: Tensor, symbol: Tensor, length: Tensor, run: Tensor, told: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        found: tuple[Tensor, Tensor, Tensor] = self.network(Moment(before, offset, symbol, length, run, told), state)
        return found


class _Length(nn.Module):
    """Logits of the length of a symbol that is chosen."""

    def __init__(self, network: MelodyNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, thought: Tensor, symbol: Tensor, length: Tensor, chosen: Tensor) -> Tensor:
        moment = Moment(symbol, symbol, symbol, length, symbol, symbol)  # of these the echoes are looked at alone
        return self.network.length_of(thought, moment, chosen)


def export_parts(network: MelodyNetwork, folder: Path) -> None:
    """Write step.onnx and length.onnx into a folder."""
    network.eval()
    tunes, events = 2, 3
    echoes = torch.ones(tunes, events, ECHOES, dtype=torch.int64)
    numbers = torch.ones(tunes, events, dtype=torch.int64)
    told = torch.ones(tunes, events, len(SIZES), dtype=torch.int64)
    step = {
        "before": torch.ones(tunes, events, 3, dtype=torch.int64), "offset": numbers, "symbol": echoes,
        "length": echoes, "run": echoes, "told": told, "state": network.start(tunes),
    }  # fmt: skip
    sizes = dict.fromkeys(step, _STEPS) | {"state": ("layers", "tunes")}
    outputs = {"thought": _STEPS, "logits": _STEPS, "new_state": ("layers", "tunes")}
    export(_Step(network), folder / "step.onnx", step, sizes | outputs)
    thought = torch.zeros(tunes, events, network.sizes.head)
    length = {"thought": thought, "symbol": echoes, "length": echoes, "chosen": numbers}
    export(_Length(network), folder / "length.onnx", length, dict.fromkeys(length, _STEPS) | {"logits": _STEPS})
