"""What is written rather than heard: measures that are too long or too short."""

from __future__ import annotations

from collections.abc import Iterator

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.model import Measure, Score


@predicate("phrase")
def measure_length(view: View) -> Iterator[Hit]:
    """A measure is longer or shorter than its time signature says.

    A pickup is free; a short last measure may make up for it, and so may the two halves of a measure that a repeat or
    double bar divides.
    """
    measures = view.score.measures
    for number, measure in enumerate(measures):
        full = view.score.ticks(measure.time_signature.quarters)
        if measure.length == full or measure.is_pickup or _makes_up(view.score, number, full):
            continue
        beats = view.score.quarters(measure.length) / measure.time_signature.beat_quarters
        facts = {"beats": str(beats), "meter": str(measure.time_signature), "measure": measure.number}
        if len(view):
            yield Hit(0, 0, (), facts=facts, onset=measure.onset)


def _makes_up(score: Score, number: int, full: int) -> bool:
    """This short measure completes the one before or after it, or the pickup."""
    measures = score.measures
    measure = measures[number]
    if measure.length > full:
        return False
    if number == len(measures) - 1 and measures[0].is_pickup and measures[0].length + measure.length == full:
        return True
    near = [item for item in measures[max(number - 1, 0) : number + 2] if item is not measure]
    return any(item.length + measure.length == full and _is_divided(measure, item) for item in near)


def _is_divided(measure: Measure, other: Measure) -> bool:
    first = min(measure, other, key=lambda item: item.onset)
    second = max(measure, other, key=lambda item: item.onset)
    return bool(
        first.barline or first.repeat_end or second.repeat_start or first.ending or first.number == second.number
    )
