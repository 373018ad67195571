"""Small letters close to single notes, such as P over a passing note: as near as other signs let them stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from musegen.engraving.ink import draw, text
from musegen.engraving.marks import Label
from musegen.engraving.systems import HEAD_WIDTH, Box, Head, System

_EM = 280.0
_CAP = 0.72  # the height of capitals, in ems
_GAP = 45.0  # between a letter and any other sign
_NEAREST = 44.0  # less than the gap: a letter that has just moved away is away, however sums are rounded
_ASIDE = (0.0, 0.8, -0.8, 1.4, -1.4)  # where it may stand instead of right over its note, in widths of a notehead


def draw_letters(system: System, labels: Iterable[tuple[Label, Head]]) -> None:
    """Adds the labels that stand `over` or `under` their own note, and makes the system as high as it then is."""
    for label, head in labels:
        block = text(label.text, style="italic")
        box = free_place(system, head, block.width * _EM, _CAP * _EM, is_over=label.where == "over")
        system.ink.append(box)
        system.top, system.bottom = min(system.top, box.top), max(system.bottom, box.bottom)
        group = draw(block, box.left, box.bottom, _EM, **{"class": "letter"})
        if label.color:
            group.attrib.update({"fill": label.color, "color": label.color})
        system.element.append(group)


def free_place(system: System, head: Head, width: float, high: float, *, is_over: bool) -> Box:
    """Where a sign of this size touches no other and is nearest to its note; beyond the next staff where need be."""
    places = list(_places(system, head, width, high, is_over=is_over))
    return next((place for place in places if _is_between_staves(system, head, place)), places[0])


def _places(system: System, head: Head, width: float, high: float, *, is_over: bool) -> Iterator[Box]:
    """Free places for a sign, the nearest to the middle of its note first."""
    top, bottom = system.staves[head.staff]
    for aside in _ASIDE:
        left = head.x + aside * HEAD_WIDTH - width / 2
        base = (
            min(top, head.y - HEAD_WIDTH / 2) - _GAP if is_over else max(bottom, head.y + HEAD_WIDTH / 2) + _GAP + high
        )
        box = Box(left, base - high, left + width, base)
        while hit := [ink for ink in system.ink if ink.touches(box, _NEAREST)]:
            base = min(ink.top for ink in hit) - _GAP if is_over else max(ink.bottom for ink in hit) + _GAP + high
            box = box._replace(top=base - high, bottom=base)
        yield box


def _is_between_staves(system: System, head: Head, box: Box) -> bool:
    """Whether a place is nearer to its own staff than the next staves are."""
    above = system.staves[head.staff - 1][1] if head.staff else float("-inf")
    below = system.staves[head.staff + 1][0] if head.staff + 1 < len(system.staves) else float("inf")
    return above < box.top and box.bottom < below
