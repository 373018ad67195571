"""Small letters close to single notes, such as P over a passing note: as near as other signs let them stand."""

from __future__ import annotations

from collections import defaultdict
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
_STRIP = 1000.0
_MANY = 5000
_ASIDE = (0.0, 0.8, -0.8, 1.4, -1.4)  # where it may stand instead of right over its note, in widths of a notehead


class _Pile:
    """Boxes in an array that grows."""

    def __init__(self) -> None:
        self._room: npt.NDArray[np.float64] = np.empty((16, 4))
        self._count = 0

    def add(self, box: Box) -> None:
        if self._count == len(self._room):
            self._room = np.concatenate((self._room, np.empty_like(self._room)))
        self._room[self._count] = box
        self._count += 1

    @property
    def boxes(self) -> npt.NDArray[np.float64]:
        return self._room[: self._count]


class Crowd:
    """What a system has drawn so far, in strips of its width: quick to ask what stands over and under a place."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._strips: defaultdict[int, _Pile] = defaultdict(_Pile)
        for box in system.ink:
            self._keep(box)

    def add(self, box: Box) -> None:
        """One more sign, which the next ones keep clear of; the system becomes as high as it then is."""
        system = self.system
        system.ink.append(box)
        system.top, system.bottom = min(system.top, box.top), max(system.bottom, box.bottom)
        self._keep(box)

    def column(self, left: float, right: float) -> npt.NDArray[np.float64]:
        """Top and bottom, (n, 2), of all that comes nearer than a margin to what stands between left and right."""
        boxes = np.concatenate([self._strips[strip].boxes for strip in _strips(left, right)])
        return boxes[(boxes[:, 2] + _NEAREST > left) & (right + _NEAREST > boxes[:, 0])][:, 1::2]

    def _keep(self, box: Box) -> None:
        for strip in _strips(box.left, box.right):
            self._strips[strip].add(box)


def _strips(left: float, right: float) -> range:
    """The strips that hold what may touch something between left and right."""
    return range(int((left - _NEAREST) // _STRIP), int((right + _NEAREST) // _STRIP) + 1)


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
    """Where a sign of this size touches no other and is nearest to its note; beyond the next staff where need be.

    Among thousands of signs in one system it is looked for right over or under the note only.
    """
    places = []
    asides = _ASIDE[:1] if len(crowd.system.ink) > _MANY else _ASIDE
    for place in _places(crowd, head, width, high, asides, is_over=is_over):
        if _is_between_staves(crowd.system, head, place):
            return place
        places.append(place)
    return places[0]


def _places(
    crowd: Crowd, head: Head, width: float, high: float, asides: Iterable[float], *, is_over: bool
) -> Iterator[Box]:
    """Free places for a sign, the nearest to the middle of its note first."""
    top, bottom = crowd.system.staves[head.staff]
    for aside in asides:
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
    lowest_first = column[np.argsort(-column[:, 1], kind="stable")]
    feet, summits = lowest_first[:, 1] + _NEAREST, np.minimum.accumulate(lowest_first[:, 0])
    met = int(np.count_nonzero(feet > base - high))
    if not met or summits[met - 1] >= base + _NEAREST:
        return base
    is_free = feet[met:] <= summits[met - 1 : -1] - _GAP - high  # between all that it has met and the next above
    return float(summits[met - 1 + int(np.argmax(is_free)) if is_free.any() else -1] - _GAP)


def _is_between_staves(system: System, head: Head, box: Box) -> bool:
    """Whether a place is nearer to its own staff than the next staves are."""
    above = system.staves[head.staff - 1][1] if head.staff else float("-inf")
    below = system.staves[head.staff + 1][0] if head.staff + 1 < len(system.staves) else float("inf")
    return above < box.top and box.bottom < below
