"""The note values of the five species: what a measure may hold, where a voice begins, eighths and rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from musegen.rules.bounds import Count
from musegen.rules.predicates.bars import Segment, bars_of, counterpoints, is_whole, position_at
from musegen.rules.predicates.lines import line_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View

Species = Literal[1, 2, 3, 4, 5]
_NAMES = ("first", "second", "third", "fourth", "fifth")
_PARTS = {2: 2, 3: 4, 4: 2}
"""Into how many equal notes a measure is cut; in triple meters it is half as many again."""
_THREE = 3


@predicate("phrase", "together", needs=("cantus_firmus",), facts=("species",))
def wrong_values(view: View, *, species: Species) -> Iterator[Hit]:
    """A measure does not hold the note values of the species, or the cantus no whole note; once a measure."""
    voices = range(len(view.voices.names))
    moving = counterpoints(view) if species > 1 else []
    bars = {voice: bars_of(view, voice) for voice in voices}
    for number, measure in enumerate(view.score.measures):
        wrong = []
        for voice in voices:
            bar = bars[voice][number]
            fits = _fits(view, number, bar, species) if voice in moving else is_whole(view, number, bar)
            if not fits:
                wrong.append(voice)
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
    """Eighths that are no pair by step on the second or fourth quarter of a measure, or a second pair there."""
    for voice in counterpoints(view):
        for number, bar in enumerate(bars_of(view, voice)):
            length = view.score.measures[number].length
            eighths = [item for item in bar if 8 * item.length == length and not item.held]
            seen = 0
            while eighths:
                one = eighths.pop(0)
                two = eighths.pop(0) if eighths and eighths[0].start == one.end else None
                weak = one.start * 4 in (length, 3 * length)
                if seen or two is None or not weak or not _by_step(view, one.row, two.row):
                    at = _at(view, int(view.notes["onset"][one.row]))
                    yield Hit(at, at, (voice,), rows=(one.row, two.row) if two else (one.row,))
                seen += 1


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
    parts = _PARTS[species] * (3 if measure.time_signature.numerator % _THREE == 0 else 2) // 2
    grid = [place * measure.length // parts for place in range(parts + 1)]
    cuts = [(item.start, item.end) for item in bar]
    wanted = list(pairwise(grid))
    whole = cuts == wanted or (number == 0 and cuts == wanted[parts - len(cuts) :])
    return whole and (species == 4 or not any(item.held or item.goes_on for item in bar))


def _is_florid(view: View, number: int, bar: list[Segment], left: int) -> bool:
    """Halves, quarters and eighths without a gap; only halves are tied on, to halves and quarters."""
    length = view.score.measures[number].length
    eighths = [8 * item.length / length for item in bar]
    longest = 8 if left == 1 else 4
    values = all(value in (1, 2, 4, longest) for value in eighths)
    ties = all(
        (not item.goes_on or value == 4) and (not item.held or value in (2, 4, longest))
        for item, value in zip(bar, eighths, strict=True)
    )
    joined = all(one.end == two.start for one, two in pairwise(bar)) and bool(bar)
    return values and ties and joined and bar[-1].end == length and (number == 0 or bar[0].start == 0)


def _by_step(view: View, one: int, two: int) -> bool:
    """The pair moves by step, and so does the line into it and out of it."""
    line = [row for row in (view.previous_row(one), one, two, view.next_row(two)) if row >= 0]
    steps = view.notes.diatonic[line]
    return all(abs(int(after - before)) == 1 for before, after in pairwise(steps))


def _at(view: View, time: int) -> int:
    return max(position_at(view, time), 0)
