"""The melody network as two ONNX files, a step of the memory and the length of a note; from these back to torch."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import Tensor, nn

from musegen.errors import EngravingError, UsageError
from musegen.score.whole_files import check_writable, write_atomically
from musegen.theory.tunes.hearing import ECHOES
from musegen.theory.tunes.telling import SIZES
from musegen.training.export import export
from musegen.training.melody_network import MelodyNetwork, Moment

_STEPS = ("tunes", "events")
_HALF = "_half"
_OF_MODULE = re.compile(r"(?:/network)?/(\w+)/(MatMul|LSTM)")
_GATES = (0, 2, 3, 1)
"""Where torch's gates (input, forget, cell, output) stand among those of ONNX (input, output, forget, cell)."""
Floats = npt.NDArray[np.float32]


class _Step(nn.Module):
    """What is thought at some events, logits of their symbols, and the state to go on from."""

    def __init__(self, network: MelodyNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, before: Tensor, offset: Tensor, symbol: Tensor, length: Tensor, run: Tensor, ahead: Tensor, told: Tensor,
        state: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        moment = Moment(before, offset, symbol, length, run, ahead, told)
        found: tuple[Tensor, Tensor, Tensor] = self.network(moment, state)
        return found


class _Length(nn.Module):
    """Logits of the length of a symbol that is chosen."""

    def __init__(self, network: MelodyNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, thought: Tensor, symbol: Tensor, length: Tensor, chosen: Tensor) -> Tensor:
        moment = Moment(symbol, symbol, symbol, length, symbol, symbol, symbol)  # only echoes are looked at
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
        "length": echoes, "run": echoes, "ahead": echoes[..., :2], "told": told, "state": network.start(tunes),
    }  # fmt: skip
    sizes: dict[str, tuple[str, ...]] = dict.fromkeys((*step, "thought", "logits"), _STEPS)
    sizes |= dict.fromkeys(("state", "new_state"), ("layers", "tunes"))
    export(_Step(network), folder / "step.onnx", step, sizes)
    thought = torch.zeros(tunes, events, network.sizes.head)
    length = {"thought": thought, "symbol": echoes, "length": echoes, "chosen": numbers}
    sizes = dict.fromkeys((*length, "logits"), _STEPS)
    export(_Length(network), folder / "length.onnx", length, sizes)


class _Kept(NamedTuple):
    """A tensor of an ONNX file, and the weights of torch that it holds."""

    tensor: TensorProto
    names: tuple[str, ...]  # two where both biases of an LSTM lie end to end
    way: str  # "plain", "turned" or "gates"


def rebuilt(parts: Mapping[str, bytes]) -> MelodyNetwork:
    """The network in torch that was written as these ONNX files, by name; its weights are those of 16 bits.

    The files must be ones that `musegen.models.networks` plays.
    """
    found: dict[str, Tensor] = {}
    for content in parts.values():
        for kept in _kept(onnx.load_model_from_string(content)):
            found |= {name: torch.tensor(value) for name, value in _to_torch(kept).items()}
    network = MelodyNetwork()
    network.load_state_dict(found)
    return network


def grafted(parts: Mapping[str, bytes], network: MelodyNetwork) -> dict[str, bytes]:
    """The same ONNX files with the weights of another network in the place of theirs: no other byte differs."""
    return {part: _grafted(content, network) for part, content in parts.items()}


def _grafted(content: bytes, network: MelodyNetwork) -> bytes:
    model = onnx.load_model_from_string(content)
    weights = {name: weight.detach().numpy() for name, weight in network.state_dict().items()}
    for kept in _kept(model):
        kind = numpy_helper.to_array(kept.tensor).dtype
        kept.tensor.raw_data = _to_onnx(kept, weights).astype(kind).tobytes()
    written: bytes = model.SerializeToString()
    return written


def _kept(model: onnx.ModelProto) -> Iterator[_Kept]:
    """The tensors of weights; what holds a weight is told by the name that it has, or by the node that reads it."""
    readers: dict[str, tuple[str, str, int]] = {}
    for node in model.graph.node:
        if found := _OF_MODULE.fullmatch(node.name):
            readers |= {name: (found[1], found[2], place) for place, name in enumerate(node.input)}
    for tensor in model.graph.initializer:
        name = tensor.name.removesuffix(_HALF)
        if name.startswith("network."):
            yield _Kept(tensor, (name.removeprefix("network."),), "plain")
        elif name in readers:
            module, kind, place = readers[name]
            if kind == "MatMul":
                yield _Kept(tensor, (f"{module}.weight",), "turned")
            else:
                ends = (("weight_ih_l0",), ("weight_hh_l0",), ("bias_ih_l0", "bias_hh_l0"))[place - 1]
                yield _Kept(tensor, tuple(f"{module}.{end}" for end in ends), "gates")


def _to_torch(kept: _Kept) -> dict[str, Floats]:
    value = numpy_helper.to_array(kept.tensor).astype(np.float32)
    if kept.way != "gates":
        return {kept.names[0]: value.T.copy() if kept.way == "turned" else value}
    each = np.split(value[0], len(kept.names))
    return {
        name: np.concatenate([np.split(one, 4)[gate] for gate in _GATES])
        for name, one in zip(kept.names, each, strict=True)
    }


def _to_onnx(kept: _Kept, weights: Mapping[str, Floats]) -> Floats:
    values = [weights[name] for name in kept.names]
    if kept.way != "gates":
        return values[0].T if kept.way == "turned" else values[0]
    order = np.argsort(_GATES)
    return np.concatenate([np.split(value, 4)[gate] for value in values for gate in order])[None]


def check_place(folder: Path, parts: Iterable[str]) -> None:
    """Nothing, where a folder of weights can be written: it is not there yet, or holds these parts alone.

    Raises:
        UsageError: it holds something else.
        EngravingError: it cannot be written.
    """
    check_writable(folder)
    try:
        others = sorted({path.name for path in folder.iterdir()} - {f"{part}.onnx" for part in parts})
    except FileNotFoundError:
        return
    except OSError as error:
        reason = "there is a file of that name" if folder.is_file() else error.strerror or str(error)
        raise EngravingError(f"cannot write {folder}: {reason}", hint="name another folder") from None
    if others:
        raise UsageError(f"{folder} holds something else, such as {others[0][:80]}", hint="name another folder with -o")


def write_folder(folder: Path, parts: Mapping[str, bytes]) -> None:
    """Write weights into a folder: all parts are the new ones, or none is.

    Raises:
        EngravingError: it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name[:40]}.", suffix=".part") as room:
            fresh, old = Path(room, "new"), Path(room, "old")
            fresh.mkdir()
            for part, content in parts.items():
                write_atomically(fresh / f"{part}.onnx", content)
            try:
                if folder.exists():
                    folder.rename(old)
                fresh.rename(folder)
            except BaseException:  # also where the user interrupts
                if old.exists() and not folder.exists():
                    old.rename(folder)
                raise
    except OSError as error:
        raise EngravingError(f"cannot write {folder}: {error.strerror or error}", hint="name another folder") from None
