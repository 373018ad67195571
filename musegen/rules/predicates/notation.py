"""What is written rather than heard: measures that are too long or too short."""

from __future__ import annotations

from collections.abc import Iterator

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.model import Measure, Score


@predicate("phrase", facts=("measure", "beats", "meter"))
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
        told = f"{beats} beat{'s' * (beats != 1)}"
        facts = {"beats": told, "meter": str(measure.time_signature), "measure": measure.number}
        if len(view):
            yield Hit(0, 0, (), facts=facts, onset=measure.onset)


def _makes_up(score: Score, number: int, full: int) -> bool:
    """This short measure completes the pickup at the end of a section, or the measure before or after it."""
    measures = score.measures
    measure = measures[number]
    if measure.length > full:
        return False
    after = measures[number + 1] if number + 1 < len(measures) else None
    pickups = {item.length for item in measures if item.is_pickup}
    if _ends_section(measure, after) and full - measure.length in pickups:
        return True
    near = [item for item in measures[max(number - 1, 0) : number + 2] if item is not measure]
    return any(item.length + measure.length == full and _is_divided(measure, item) for item in near)


def _ends_section(measure: Measure, after: Measure | None) -> bool:
    return after is None or bool(measure.barline or measure.repeat_end or after.repeat_start)


def _is_divided(measure: Measure, other: Measure) -> bool:
    first, second = sorted((measure, other), key=lambda item: item.onset)
    return _ends_section(first, second) or bool(first.ending) or first.number == second.number
