"""Weights of a user's own: an ONNX file that differs from the shipped one in its numbers, and in nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

LARGEST = float(np.finfo(np.float16).max)
"""What a weight may be at most: products and sums of such stay finite in every network that ships."""
_GRAPH, _INITIALIZER, _DATA_TYPE, _RAW_DATA = 7, 5, 2, 9
"""Fields of ModelProto, GraphProto and TensorProto (onnx.proto3)."""
_FLOATS = {1: "<f4", 10: "<f2"}


class Numbers(NamedTuple):
    """Where the numbers of one tensor lie in a file."""

    start: int
    stop: int
    kind: str  # a numpy type


def numbers_in(model: bytes) -> tuple[Numbers, ...]:
    """Where the floating-point numbers of an ONNX file of ours lie, in the order of the file."""
    tensors = (
        dict(_fields(model, *tensor))
        for graph in _of(model, (0, len(model)), _GRAPH)
        for tensor in _of(model, graph, _INITIALIZER)
    )
    return tuple(
        Numbers(*tensor[_RAW_DATA], _FLOATS[tensor[_DATA_TYPE][0]])
        for tensor in tensors
        if tensor[_DATA_TYPE][0] in _FLOATS and _RAW_DATA in tensor
    )


def fault_of(content: bytes, shipped: bytes) -> str:
    """Why a stranger's file is none that may be played in the place of the shipped one; "" where it may.

    Only numbers may differ, so that no operator, size or file that is referred to is anybody's but ours.

    >>> fault_of(b"garbage", b"")
    'this is not the shipped network with other weights'
    """
    places = numbers_in(shipped)
    if len(content) != len(shipped) or _frame(content, places) != _frame(shipped, places):
        return "this is not the shipped network with other weights"
    values = (np.frombuffer(content[place.start : place.stop], place.kind) for place in places)
    return "" if all(_is_bounded(value) for value in values) else "a weight is infinite, too large or no number"


def _is_bounded(value: npt.NDArray[Any]) -> bool:
    return bool(np.isfinite(value).all() and (np.abs(value) <= LARGEST).all())


def _frame(content: bytes, places: tuple[Numbers, ...]) -> list[bytes]:
    """All that lies between the numbers."""
    starts = (0, *(place.stop for place in places))
    stops = (*(place.start for place in places), len(content))
    return [content[start:stop] for start, stop in zip(starts, stops, strict=True)]


def _of(content: bytes, message: tuple[int, int], wanted: int) -> Iterator[tuple[int, int]]:
    return (place for number, place in _fields(content, *message) if number == wanted)


def _fields(content: bytes, start: int, stop: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """The fields of a protobuf message: number, and where the value lies; of a whole number (itself, 0)."""
    while start < stop:
        key, start = _whole(content, start)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, start = _whole(content, start)
            yield number, (value, 0)
            continue
        size = {1: 8, 5: 4}.get(wire, 0)
        if wire == 2:
            size, start = _whole(content, start)
        yield number, (start, start + size)
        start += size


def _whole(content: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while content[at] & 128:
        value, shift, at = value | (content[at] & 127) << shift, shift + 7, at + 1
    return value | content[at] << shift, at + 1
