"""The networks that ship: ONNX sessions for each name, made on first use, and the card that says what it is."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError, nearest

WEIGHTS = Path(__file__).parent / "weights"
"""The folder of each NAME.toml with NAME.onnx, or with a folder NAME of parts, PART.onnx, that are played in turn."""

Arrays = dict[str, npt.NDArray[Any]]
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
    return Network((_folder(name) / (f"{name}/{part}.onnx" if part else f"{name}.onnx")).read_bytes())


def card(name: str) -> dict[str, Any]:
    """What a network is: data and licence, split, seed, command, held-out figures.

    Raises:
        UsageError: none of this name ships.
    """
    return tomllib.loads((_folder(name) / f"{name}.toml").read_text(encoding="utf-8"))


def _folder(name: str) -> Path:
    if name not in names():
        raise UsageError(f"there is no network `{name}`", hint=nearest(name, names()))
    return WEIGHTS
