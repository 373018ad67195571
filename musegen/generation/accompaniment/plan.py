"""When what is struck: the rows of a style laid over the measures and chords of a score, to a last chord that rings."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple

from numpy.random import Generator

from musegen.generation.accompaniment.meters import Rows, rows_for
from musegen.generation.accompaniment.rows import UPPER, WHOLE, Act, Bar, between, joined
from musegen.generation.accompaniment.styles import LayerName, Pattern, Style
from musegen.score.meter import TimeSignature
from musegen.score.model import Measure, Score
from musegen.theory.songs.sheet import SheetChord

ROOT, OCTAVES = "1", "o"
_ONSET = attrgetter("onset")


class Strike(NamedTuple):
    """Something struck under a chord. Times in ticks."""

    onset: int
    end: int
    cell: str
    chord: int  # its number; -1 for drums


class Ending(NamedTuple):
    """From when the last chord rings, and to when. Times in ticks."""

    onset: int
    end: int


class Place(NamedTuple):
    """Where a measure stands in its section, and what lot the section has drawn among rows of one level."""

    number: int
    ends_phrase: bool
    lot: float


def ending_of(score: Score, chords: Sequence[SheetChord]) -> Ending:
    """The last chord rings from the barline before its end, or from where it comes after that."""
    last = chords[-1]
    measure = score.measures[score.measure_index_at(last.end - 1)]
    return Ending(max(last.onset, measure.onset), last.end)


def places_of(score: Score, phrase: int, rng: Generator) -> list[Place]:
    """Every measure in its section; a phrase is so many, counted anew from repeat signs, double bars and endings."""
    found: list[Place] = []
    number, lot = 0, float(rng.random())
    for index, measure in enumerate(score.measures):
        before = score.measures[index - 1] if index else None
        if before is not None and _begins_section(before, measure):
            number, lot = 0, float(rng.random())
        after = score.measures[index + 1] if index + 1 < len(score.measures) else None
        ends = after is not None and ((number + 1) % phrase == 0 or _begins_section(measure, after))
        found.append(Place(number, ends and not measure.is_pickup, lot))
        number += not measure.is_pickup
    return found


def _begins_section(before: Measure, measure: Measure) -> bool:
    barred = before.repeat_end or before.barline in ("double", "final")
    return barred or measure.repeat_start or (measure.ending != before.ending)


def acts_of(score: Score, style: Style, level: int, row: str, places: Sequence[Place]) -> Iterator[tuple[int, Act]]:
    """(the measure's onset in ticks, act) for a row of a style; acts in quarters from the measure's first note."""
    regular = [pattern for pattern in style.patterns if pattern.level <= level and not pattern.is_fill]
    fills = [pattern for pattern in style.patterns if pattern.level <= level and pattern.is_fill]
    for measure, place in zip(score.measures, places, strict=True):
        meter = measure.time_signature
        rows = _chosen(fills, row, meter, place) if place.ends_phrase else None
        rows = rows or _chosen(regular, row, meter, place)
        if rows:
            bar = rows[place.number % len(rows)]
            for act in fitted(bar, score, measure):
                yield measure.onset, act


def _chosen(patterns: Sequence[Pattern], row: str, meter: TimeSignature, place: Place) -> Rows | None:
    """The rows of the highest level; those that the style has in this meter go before those that are made for it."""
    known = [pattern for pattern in patterns if row in pattern.rows]
    own = [pattern for pattern in known if is_like(pattern.meter, meter)]
    for level in sorted({pattern.level for pattern in own or known}, reverse=True):
        found = rows_for([pattern for pattern in own or known if pattern.level == level], row, meter)
        if found:
            return found[int(place.lot * len(found))]
    return None


def is_like(one: TimeSignature, other: TimeSignature) -> bool:
    """Whether two meters are as long as each other, and both simple or both compound: 4/4 and 2/2 are alike."""
    return one.quarters == other.quarters and one.is_compound == other.is_compound


def fitted(bar: Bar, score: Score, measure: Measure) -> Bar:
    """What of a bar stands in a measure that is shorter, or longer, than its meter."""
    full = measure.time_signature.quarters
    start = score.offset_in_measure(measure.onset)
    end = start + score.quarters(measure.length)
    return between(joined([(bar, full)] * -(-end // full)), start, end)


def strikes_of(
    score: Score, style: Style, level: int, layer: LayerName, chords: Sequence[SheetChord], places: Sequence[Place]
) -> list[Strike]:
    """What bass or chords strike, in time; under every new chord first its bass. Nothing where no chord is."""
    ending = ending_of(score, chords)
    player = style.layers[layer]
    has_bass = layer == "bass" or player.carries_bass
    found: list[Strike] = []
    for onset, act in acts_of(score, style, level, layer, places):
        start, end = (onset + _ticks(score, time) for time in (act.start, act.end))
        found += _under_chords(Strike(start, min(end, ending.onset), act.cell, -1), chords, has_bass=has_bass)
    found = _with_every_chord(found, chords, score, ending, has_bass=has_bass)
    return [*found, _last(ending, len(chords) - 1, layer, found)]


def _ticks(score: Score, quarters: Fraction) -> int:
    return int(quarters * score.ticks_per_quarter)


def _under_chords(strike: Strike, chords: Sequence[SheetChord], *, has_bass: bool) -> Iterator[Strike]:
    """A strike cut where chords change, each piece struck anew."""
    sounding = max(bisect_right(chords, strike.onset, key=_ONSET) - 1, 0)
    for number in range(sounding, bisect_left(chords, strike.end, key=_ONSET)):
        chord = chords[number]
        start, end = max(strike.onset, chord.onset), min(strike.end, chord.end)
        if start < end:
            begins = start == chord.onset
            yield Strike(start, end, _first_cell(strike.cell) if begins and has_bass else strike.cell, number)


def _first_cell(cell: str) -> str:
    """What stands for a cell where a chord begins: its bass is in it."""
    if cell in (OCTAVES, WHOLE):
        return cell
    if cell == UPPER:
        return WHOLE
    return cell if ROOT in cell.split("+") else ROOT


def _with_every_chord(
    strikes: list[Strike], chords: Sequence[SheetChord], score: Score, ending: Ending, *, has_bass: bool
) -> list[Strike]:
    """A bass note also where a chord begins in a rest of the row, to the next strike, for a beat at most.

    Chords may come late, as rows off the beat have them, but none passes without being struck.
    """
    added = []
    onsets, struck = sorted(strike.onset for strike in strikes), {strike.chord for strike in strikes}
    starts = set(onsets)
    for number, chord in enumerate(chords):
        is_there = chord.onset in starts if has_bass else number in struck
        if is_there or chord.onset >= ending.onset:
            continue
        measure = score.measures[score.measure_index_at(chord.onset)]
        beat = _ticks(score, measure.time_signature.pulse_quarters)
        later = onsets[bisect_right(onsets, chord.onset) :][:1]
        ends = (chord.end, chord.onset + beat, measure.onset + measure.length, *later)
        added.append(Strike(chord.onset, min(ends), ROOT if has_bass else WHOLE, number))
    return sorted([*strikes, *added])


def _last(ending: Ending, chord: int, layer: LayerName, before: Sequence[Strike]) -> Strike:
    octaves = layer == "bass" and any(strike.cell == OCTAVES for strike in before)
    cell = OCTAVES if octaves else ROOT if layer == "bass" else WHOLE
    return Strike(ending.onset, ending.end, cell, chord)
