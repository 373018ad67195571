"""The networks that ship, and a user's own weights for them: ONNX sessions, made on first use; the cards."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile, UsageError, nearest
from musegen.models.own_weights import fault_of
from musegen.score.files import regular_file

WEIGHTS = Path(__file__).parent / "weights"
"""The folder of each NAME.toml with NAME.onnx, or with a folder NAME of parts, PART.onnx, that are played in turn."""

Arrays = dict[str, npt.NDArray[Any]]
_MOST_BYTES = 1 << 26
_KINDS = {"tensor(float)": np.float32, "tensor(int64)": np.int64}


class Network:
    """One network, on one thread: the same input gives the same output on one machine."""

    def __init__(self, weights: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._shapes = {item.name: item.shape for item in self._session.get_inputs()}
        self._kinds = {item.name: _KINDS[item.type] for item in self._session.get_inputs()}

    def run(self, **inputs: npt.NDArray[Any]) -> Arrays:
        """The outputs by name for inputs by name, each taken as the kind of number that the network reads."""
        given = {name: np.asarray(value, dtype=self._kinds[name]) for name, value in inputs.items()}
        return dict(zip(self._outputs, self._session.run(None, given), strict=True))

    def size(self, name: str, axis: int) -> int:
        """How long an axis of an input is, where that is fixed."""
        return int(self._shapes[name][axis])


Parts = dict[str, Network]
"""The parts of one network, by their names."""


def names() -> list[str]:
    """The networks that ship."""
    return sorted(path.stem for path in WEIGHTS.glob("*.toml"))


def parts(name: str) -> list[str]:
    """The parts of a network; the empty name alone where it is one file.

    Raises:
        UsageError: none of this name ships.

    >>> parts("analyser"), "memory" in parts("harmoniser")
    ([''], True)
    """
    return sorted(path.stem for path in (_folder(name) / name).glob("*.onnx")) or [""]


@cache
def network(name: str, part: str = "") -> Network:
    """The network of this name, or one part of it.

    Raises:
        UsageError: none of this name ships.
    """
    return Network(_file(name, part).read_bytes())


def shipped(name: str) -> Parts:
    """All parts of a network, by their names.

    Raises:
        UsageError: none of this name ships.

    >>> "memory" in shipped("harmoniser")
    True
    """
    return {part: network(name, part) for part in parts(name)}


def open_folder(folder: Path | str, name: str) -> Parts:
    """The parts of a user's own weights for the network of this name, which `musegen train` wrote into a folder.

    Raises:
        UsageError: no network of this name ships.
        UnreadableFile: the folder does not hold them, or holds something else.
    """
    return {part: Network(content) for part, content in weights_in(folder, name).items()}


def weights_in(folder: Path | str, name: str) -> dict[str, bytes]:
    """The files of a user's own weights, by the names of the parts: each is the shipped file with other numbers.

    Raises:
        UsageError: no network of this name ships.
        UnreadableFile: as `open_folder` does.
    """
    found: dict[str, bytes] = {}
    for part, ours in shipped_weights(name).items():
        place = Path(folder) / f"{part or name}.onnx"
        content = regular_file(place, _MOST_BYTES)
        if fault := fault_of(content, ours):
            raise UnreadableFile(fault, file=str(place), hint=f"make them with `musegen train {name}`, this version's")
        found[part] = content
    return found


def shipped_weights(name: str) -> dict[str, bytes]:
    """The files of a network, by the names of its parts.

    Raises:
        UsageError: none of this name ships.
    """
    return {part: _file(name, part).read_bytes() for part in parts(name)}


def card(name: str) -> dict[str, Any]:
    """What a network is: data and licence, split, seed, command, held-out figures.

    Raises:
        UsageError: none of this name ships.
    """
    return tomllib.loads((_folder(name) / f"{name}.toml").read_text(encoding="utf-8"))


def _file(name: str, part: str) -> Path:
    return _folder(name) / (f"{name}/{part}.onnx" if part else f"{name}.onnx")


def _folder(name: str) -> Path:
    if name not in names():
        raise UsageError(f"there is no network `{name}`", hint=nearest(name, names()))
    return WEIGHTS
