"""The second checker on the lengths of measures."""

from __future__ import annotations

from collections.abc import Iterator

from musegen.rules.entries import Rule
from musegen.score.model import Measure
from second_checker.music import Music, Place
from second_checker.registry import second


@second("measure-length")
def measure_length(music: Music, rule: Rule) -> Iterator[Place]:
    """A measure that is too long or too short, and no part of a divided one."""
    measures = music.score.measures
    for number, measure in enumerate(measures):
        full = music.score.ticks(measure.time_signature.quarters)
        if measure.length == full or measure.is_pickup:
            continue
        if all(measure.length + other.length != full for other in _partners(measures, number)):
            yield music.place(measure.onset)


def _partners(measures: tuple[Measure, ...], number: int) -> Iterator[Measure]:
    """The measures that may complete one: its neighbour in a divided measure; at the end of a section the pickups."""
    measure, others = measures[number], measures[number + 1 : number + 2]
    if number and _is_divided(measures[number - 1], measure):
        yield measures[number - 1]
    yield from (other for other in others if _is_divided(measure, other))
    if not others or _ends_section(measure, others[0]):
        yield from (other for other in measures if other.is_pickup)


def _ends_section(one: Measure, two: Measure) -> bool:
    """A repeat or a double bar stands between two measures."""
    return bool(one.repeat_end or two.repeat_start or one.barline)


def _is_divided(one: Measure, two: Measure) -> bool:
    """Two parts of one measure: 5 and 5a, or on either side of a repeat, a double bar or an ending."""
    return _ends_section(one, two) or bool(one.ending) or one.number.rstrip("abc") == two.number.rstrip("abc")
