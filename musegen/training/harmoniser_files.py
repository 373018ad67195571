"""The harmoniser's parts as ONNX files: each goes one step, or over one piece, with its state going in and out."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.listening import Heard
from musegen.generation.neural.said import PLAIN
from musegen.training.export import export
from musegen.training.harmoniser_network import HarmoniserNetwork

_STEP = ("particles",)
_FRAME = ("pieces", "frames")


class _Memory(nn.Module):
    """One frame of the memory, for particles."""

    def __init__(self, network: HarmoniserNetwork) -> None:
        super().__init__()
        self.memory = network.memory

    def forward(
        self, note: Tensor, age: Tensor, reached: Tensor, over_bass: Tensor, struck: Tensor, spelled: Tensor,
        elapsed: Tensor, local: Tensor, figure: Tensor, context: Tensor, state: Tensor,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        heard = tuple(column.unsqueeze(1) for column in (note, age, reached, over_bass, struck, spelled, elapsed))
        found, state = self.memory(heard, local.unsqueeze(1), figure.unsqueeze(1), context.unsqueeze(1), state)
        return found.squeeze(1), state


class _Change(nn.Module):
    """Whether a new chord begins, and in which key."""

    def __init__(self, network: HarmoniserNetwork) -> None:
        super().__init__()
        self.chord = network.chord

    def forward(
        self, memory: Tensor, context: Tensor, local: Tensor, figure: Tensor, given: Tensor, home: Tensor
    ) -> tuple[Tensor, Tensor]:
        begin, key, _ = self.chord.change(memory, context, local, figure, given, home)
        return begin, key


class _Figure(nn.Module):
    """Which chord begins in a key."""

    def __init__(self, network: HarmoniserNetwork) -> None:
        super().__init__()
        self.chord = network.chord

    def forward(
        self, memory: Tensor, context: Tensor, local: Tensor, figure: Tensor, given: Tensor, new_local: Tensor
    ) -> Tensor:
        return self.chord.figure(self.chord.told(memory, context, local, figure, given), new_local, given)


class _Voice(nn.Module):
    """The note of one voice."""

    def __init__(self, network: HarmoniserNetwork, voice: int) -> None:
        super().__init__()
        self.chords, self.head = network.chords, network.voices[voice]

    def forward(
        self, memory: Tensor, context: Tensor, local: Tensor, figure: Tensor, home: Tensor, before: Tensor,
        decided: Tensor,
    ) -> Tensor:  # fmt: skip
        chord, roles = self.chords(local, figure)
        told = torch.cat([memory, context, chord], dim=-1)
        return self.head(told, roles, local, figure, home, before, decided)


def export_parts(network: HarmoniserNetwork, folder: Path) -> None:
    """Write encoder.onnx, memory.onnx, change.onnx, figure.onnx, voice-0.onnx to voice-3.onnx and struck.onnx."""
    network.eval()
    width, two = 2 * network.sizes.encoder, 2
    whole = torch.zeros(two, 5, dtype=torch.int64)
    some = torch.zeros(two, dtype=torch.int64)
    notes, upper = some[:, None].repeat(1, VOICES), some[:, None].repeat(1, VOICES - 1)
    memory, context = torch.zeros(two, network.sizes.memory), torch.zeros(two, width)
    frames = {"notes": whole[..., None].repeat(1, 1, VOICES), "struck": whole[..., None].repeat(1, 1, VOICES)}
    frames |= {"said": whole[..., None].repeat(1, 1, len(PLAIN)), "home": whole, "local": whole, "figure": whole}
    export(network.encoder, folder / "encoder.onnx", frames, _sizes(frames, _FRAME) | {"context": _FRAME})
    columns = (notes, notes, notes, upper, notes, upper, some)
    step = dict(zip(Heard._fields, columns, strict=True)) | {"local": some, "figure": some, "context": context}
    state = torch.zeros(2, two, network.sizes.memory)
    sizes = _sizes(step, _STEP) | {"state": ("layers", *_STEP), "memory": _STEP, "state_after": ("layers", *_STEP)}
    export(_Memory(network), folder / "memory.onnx", step | {"state": state}, sizes)
    seen = {"memory": memory, "context": context, "local": some, "figure": some}
    asked = seen | {"given": notes, "home": some}
    export(_Change(network), folder / "change.onnx", asked, _sizes(asked, _STEP) | {"begin": _STEP, "key": _STEP})
    wanted = seen | {"given": notes, "new_local": some + 1}
    export(_Figure(network), folder / "figure.onnx", wanted, _sizes(wanted, _STEP) | {"logits": _STEP})
    for voice in range(VOICES):
        asked = seen | {"home": some, "before": some, "decided": notes}
        export(_Voice(network, voice), folder / f"voice-{voice}.onnx", asked, _sizes(asked, _STEP) | {"logits": _STEP})
    kept = {"memory": memory, "context": context, "before": notes, "now": notes}
    export(network.struck, folder / "struck.onnx", kept, _sizes(kept, _STEP) | {"logits": _STEP})


def _sizes(inputs: dict[str, Tensor], free: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(inputs, free)
