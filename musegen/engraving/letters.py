"""Small letters close to single notes, such as P over a passing note: as near as other signs let them stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from musegen.engraving.ink import draw, text
from musegen.engraving.marks import Label
from musegen.engraving.systems import HEAD_WIDTH, Box, Head, System

_EM = 280.0
_CAP = 0.72  # the height of capitals, in ems
_GAP = 45.0  # between a letter and any other sign
_NEAREST = 44.0  # less than the gap: a letter that has just moved away is away, however sums are rounded
_ASIDE = (0.0, 0.8, -0.8, 1.4, -1.4)  # where it may stand instead of right over its note, in widths of a notehead


class Crowd:
    """What a system has drawn so far, quick to ask what stands over and under one place."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._boxes: npt.NDArray[np.float64] = np.array(system.ink, dtype=np.float64).reshape(-1, 4)
        self._count = len(system.ink)

    def add(self, box: Box) -> None:
        """One more sign, which the others keep clear of; the system becomes as high as it then is."""
        if self._count == len(self._boxes):
            self._boxes = np.concatenate((self._boxes, np.empty((self._count + 16, 4))))
        self._boxes[self._count] = box
        self._count += 1
        system = self.system
        system.ink.append(box)
        system.top, system.bottom = min(system.top, box.top), max(system.bottom, box.bottom)

    def column(self, left: float, right: float) -> npt.NDArray[np.float64]:
        """Top and bottom, (n, 2), of all that comes nearer than a margin to what stands between left and right."""
        boxes = self._boxes[: self._count]
        near = (boxes[:, 2] + _NEAREST > left) & (right + _NEAREST > boxes[:, 0])
        return boxes[near][:, 1::2]


def draw_letters(system: System, labels: Iterable[tuple[Label, Head]]) -> None:
    """Adds the labels that stand `over` or `under` their own note, and makes the system as high as it then is."""
    crowd = Crowd(system)
    for label, head in labels:
        block = text(label.text, style="italic")
        box = free_place(crowd, head, block.width * _EM, _CAP * _EM, is_over=label.where == "over")
        crowd.add(box)
        group = draw(block, box.left, box.bottom, _EM, **{"class": "letter"})
        if label.color:
            group.attrib.update({"fill": label.color, "color": label.color})
        system.element.append(group)


def free_place(crowd: Crowd, head: Head, width: float, high: float, *, is_over: bool) -> Box:
    """Where a sign of this size touches no other and is nearest to its note; beyond the next staff where need be."""
    places = []
    for place in _places(crowd, head, width, high, is_over=is_over):
        if _is_between_staves(crowd.system, head, place):
            return place
        places.append(place)
    return places[0]


def _places(crowd: Crowd, head: Head, width: float, high: float, *, is_over: bool) -> Iterator[Box]:
    """Free places for a sign, the nearest to the middle of its note first."""
    top, bottom = crowd.system.staves[head.staff]
    for aside in _ASIDE:
        left = head.x + aside * HEAD_WIDTH - width / 2
        column = crowd.column(left, left + width)
        if is_over:
            base = _risen(min(top, head.y - HEAD_WIDTH / 2) - _GAP, high, column)
            yield Box(left, base - high, left + width, base)
        else:  # the same upside down
            upper = -_risen(-(max(bottom, head.y + HEAD_WIDTH / 2) + _GAP), high, -column[:, ::-1])
            yield Box(left, upper, left + width, upper + high)


def _risen(base: float, high: float, column: npt.NDArray[np.float64]) -> float:
    """How far up a sign must go from its base until nothing in its column, (n, 2), touches it: its base there."""
    summit = math.inf  # the top of the highest sign that it has met
    for top, bottom in column[np.argsort(-column[:, 1], kind="stable")].tolist():
        if bottom + _NEAREST <= base - high:
            if summit < base + _NEAREST:
                base = summit - _GAP
            if bottom + _NEAREST <= base - high:
                return base
        summit = min(summit, top)
    return summit - _GAP if summit < base + _NEAREST else base


def _is_between_staves(system: System, head: Head, box: Box) -> bool:
    """Whether a place is nearer to its own staff than the next staves are."""
    above = system.staves[head.staff - 1][1] if head.staff else float("-inf")
    below = system.staves[head.staff + 1][0] if head.staff + 1 < len(system.staves) else float("inf")
    return above < box.top and box.bottom < below
