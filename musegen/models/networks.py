"""The networks that ship: an ONNX session for each name, made on first use, and the card that says what it is."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError, nearest

WEIGHTS = Path(__file__).parent / "weights"
"""The folder of NAME.onnx and NAME.toml."""

Arrays = dict[str, npt.NDArray[Any]]


class Network:
    """One network, on one thread: the same input gives the same output on one machine."""

    def __init__(self, weights: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._outputs = [output.name for output in self._session.get_outputs()]

    def run(self, **inputs: npt.NDArray[Any]) -> Arrays:
        """The outputs by name for inputs by name; floats go in as 32 bits."""
        given = {name: np.asarray(value, dtype=np.float32) for name, value in inputs.items()}
        return dict(zip(self._outputs, self._session.run(None, given), strict=True))


def names() -> list[str]:
    """The networks that ship."""
    return sorted(path.stem for path in WEIGHTS.glob("*.onnx"))


@cache
def network(name: str) -> Network:
    """The network of this name.

    Raises:
        UsageError: none of this name ships.
    """
    return Network((_folder(name) / f"{name}.onnx").read_bytes())


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
