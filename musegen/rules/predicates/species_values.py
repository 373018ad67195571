"""The note values of the five species: what a measure may hold, where a voice begins, eighths and rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from musegen.rules.bounds import Count
from musegen.rules.predicates.bars import Moves, Segment, bars_of, counterpoints, is_whole, moves_of, position_at
from musegen.rules.predicates.lines import line_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View

Species = Literal[1, 2, 3, 4, 5]
_NAMES = ("first", "second", "third", "fourth", "fifth")
_PARTS = {2: 2, 3: 4, 4: 2}
"""Into how many equal notes a measure is cut; in triple meters it is half as many again."""
_TRIPLE = (3, 9)
_TRIO = 3


@predicate("phrase", "together", needs=("cantus_firmus",), facts=("species",))
def wrong_values(view: View, *, species: Species) -> Iterator[Hit]:
    """A measure does not hold the note values of the species, or the cantus no whole note; once a measure."""
    moving = counterpoints(view) if species > 1 else []
    bars = [bars_of(view, voice) for voice in range(len(view.voices.names))]
    for number, measure in enumerate(view.score.measures):
        still = [voice for voice, its in enumerate(bars) if is_whole(view, number, its[number])]
        free = still if set(moving) - set(still) else [voice for voice in still if voice not in moving]
        wrong = [
            voice
            for voice, its in enumerate(bars)
            if voice not in free and (voice not in moving or not _fits(view, number, its[number], species))
        ]
        if wrong:
            at = _at(view, measure.onset)
            rows = tuple(segment.row for voice in wrong for segment in bars[voice][number])
            facts = {"species": _NAMES[species - 1]}
            yield Hit(at, at, tuple(wrong), onset=measure.onset, facts=facts, rows=rows)


@predicate("phrase", "voices", needs=("cantus_firmus",))
def late_start(view: View) -> Iterator[Hit]:
    """A counterpoint rests for more than half of the first measure."""
    if not len(view):
        return
    first = view.score.measures[0]
    for voice in counterpoints(view):
        line = line_of(view, voice)
        begins = int(view.notes["onset"][line[0]]) if line else first.onset + first.length
        if 2 * (begins - first.onset) > first.length:
            yield Hit(0, 0, (voice,), onset=first.onset, rows=tuple(line[:1]))


@predicate("phrase", "voices")
def wrong_eighths(view: View) -> Iterator[Hit]:
    """Eighths that are no pair by step on a weak quarter of a measure, or a second pair there."""
    moves = moves_of(view)
    for voice in counterpoints(view):
        for number, bar in enumerate(bars_of(view, voice)):
            quarter = _quarter(view, number)
            for place, pair in enumerate(_eighths(bar, quarter)):
                if place or not _is_ornament(pair, quarter, moves):
                    at = _at(view, int(view.notes["onset"][pair[0].row]))
                    yield Hit(at, at, (voice,), rows=tuple(item.row for item in pair))


@predicate("phrase", "voices")
def stiff_rhythm(view: View, *, most: Count = 2) -> Iterator[Hit]:
    """More measures in a row than `most` have the same rhythm; once a run."""
    for voice in counterpoints(view):
        bars = bars_of(view, voice)
        rhythms = [tuple((item.start, item.end, item.held) for item in bar) for bar in bars]
        equal = 1
        for number in range(1, len(rhythms)):
            equal = equal + 1 if rhythms[number] and rhythms[number] == rhythms[number - 1] else 1
            if equal == most + 1:
                at = _at(view, view.score.measures[number].onset)
                rows = tuple(item.row for item in bars[number])
                yield Hit(at, at, (voice,), onset=view.score.measures[number].onset, rows=rows)


def _fits(view: View, number: int, bar: list[Segment], species: int) -> bool:
    """The measure of a counterpoint holds what the species asks for there."""
    left = len(view.score.measures) - 1 - number
    if left == 0:
        return is_whole(view, number, bar)
    if number == 0 and not bar:  # `late_start` tells of it
        return True
    if species == len(_NAMES):
        return _is_florid(view, number, bar, left)
    if species == 2 and left == 1 and is_whole(view, number, bar):
        return True
    measure = view.score.measures[number]
    parts = _PARTS[species] * _quarters(view, number) // 4
    grid = [place * measure.length // parts for place in range(parts + 1)]
    cuts = [(item.start, item.end) for item in bar]
    wanted = list(pairwise(grid))
    whole = cuts == wanted or (number == 0 and cuts == wanted[parts - len(cuts) :])
    return whole and _ties_fit(view, bar, species, left)


def _ties_fit(view: View, bar: list[Segment], species: int, left: int) -> bool:
    """The fourth species ties where it can, the second of three voices into the last measure but one."""
    cadence = species == 2 and view.row.shape[1] >= _TRIO
    return species == 4 or not any(
        (item.held and not (cadence and left == 1)) or (item.goes_on and not (cadence and left == 2)) for item in bar
    )


def _is_florid(view: View, number: int, bar: list[Segment], left: int) -> bool:
    """Halves, quarters and eighths without a gap; only halves are tied on, to halves and quarters."""
    if left == 1 and is_whole(view, number, bar):
        return True
    quarters = [item.length / _quarter(view, number) for item in bar]
    values = all(value in (0.5, 1, 2) for value in quarters)
    ties = all(
        (not item.goes_on or value == 2) and (not item.held or value >= 1)
        for item, value in zip(bar, quarters, strict=True)
    )
    joined = all(one.end == two.start for one, two in pairwise(bar)) and bool(bar)
    ends = bool(bar) and bar[-1].end == view.score.measures[number].length
    return values and ties and joined and ends and (number == 0 or bar[0].start == 0)


def _quarters(view: View, number: int) -> int:
    """How many of its quarters a measure of the species holds: four, in a triple meter six."""
    return 6 if view.score.measures[number].time_signature.numerator in _TRIPLE else 4


def _quarter(view: View, number: int) -> float:
    """In ticks."""
    return view.score.measures[number].length / _quarters(view, number)


def _eighths(bar: list[Segment], quarter: float) -> Iterator[list[Segment]]:
    """The eighths of a measure, two by two where they share a quarter."""
    eighths = [item for item in bar if 2 * item.length == quarter and not item.held]
    while eighths:
        one = eighths.pop(0)
        shared = bool(eighths) and eighths[0].start == one.end and one.start % quarter == 0
        yield [one, eighths.pop(0)] if shared else [one]


def _is_ornament(pair: list[Segment], quarter: float, moves: Moves) -> bool:
    """Two eighths on a weak quarter; they move by step, and so does the line into them and out of them."""
    steps = [moves.into[item.row] for item in pair] + [moves.away[pair[-1].row]]
    return len(pair) == 2 and pair[0].start // quarter % 2 == 1 and all(abs(step) == 1 for step in steps)


def _at(view: View, time: int) -> int:
    return max(position_at(view, time), 0)
