"""Chords that a melody is made over: from words (`G | D7 | C D7 | G`), or from the chord symbols of a score."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.generation.tunes.chart_keys import TimedChord, home_of_chords, is_key_of
from musegen.generation.tunes.chord_laws import Bools, ChordLaws, chord_laws_of
from musegen.generation.tunes.plans import Plan
from musegen.generation.tunes.writing import ticks_of
from musegen.score.meter import TimeSignature
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.tunes.chords import span_of
from musegen.theory.tunes.symbols import GRID, Home
from musegen.theory.tunes.telling import ChordSpan

_MOST = 64
"""Chords of one bar."""
_AIMS = 4, 1, 2, 6, 3, 5, 0
"""Scale degrees, from 0, that a phrase rather ends on where the chord has none that it aimed at."""
_FEWEST = 8
"""Bars of a melody over chords, of which no length is asked."""


class Chart(NamedTuple):
    """Chord symbols, bar by bar, each with its share of the bar; shorter than a melody it begins again."""

    bars: tuple[tuple[tuple[float, str], ...], ...]  # (where in the bar, 0 to 1; symbol)
    meter: TimeSignature | None = None  # of the score that they stand in
    signature: int | None = None  # its key signature

    @property
    def measures(self) -> int:
        """The length of a melody over it of which none is asked: its own, or as often as makes eight bars."""
        return len(self.bars) * -(-_FEWEST // len(self.bars))

    @property
    def home(self) -> Home:
        """The key that it is in, under the key signature of its score if it has one."""
        chords = self._timed()
        return home_of_chords(chords) if self.signature is None else home_of_chords(chords, [self.signature])

    def is_in(self, home: Home) -> bool:
        """Whether a key can be that of the chords."""
        return is_key_of(home, self._timed())

    def has_tonic_at(self, bar: int, tonic: int) -> bool:
        """Whether the last chord over a bar has a note, named by its place on the line of fifths."""
        chords = self.over(bar)
        return not chords or tonic in members_of_symbol(chords[-1][1]).members

    def over(self, bar: int) -> tuple[tuple[float, str], ...]:
        """What stands over a bar of a melody; where it begins with none, the last chord goes on."""
        here = self.bars[bar % len(self.bars)]
        if here and here[0][0] == 0:
            return here
        past = [self.bars[at % len(self.bars)] for at in range(bar - 1, bar - len(self.bars) - 1, -1)]
        sounding = next((chords[-1][1] for chords in past if chords), "")
        return ((0.0, sounding), *here) if sounding else here

    def _timed(self) -> list[TimedChord]:
        begins = [(bar + share, symbol) for bar, chords in enumerate(self.bars) for share, symbol in chords]
        ends = [*(begin for begin, _ in begins[1:]), float(len(self.bars))]
        return [
            TimedChord(members_of_symbol(symbol).members, end - begin)
            for (begin, symbol), end in zip(begins, ends, strict=True)
            if end > begin
        ]

    def symbols(self, plan: Plan) -> list[tuple[int, str]]:
        """Onsets in parts of the grid, and symbols, for all bars of a plan; chords in words begin on felt beats."""
        found = []
        pulse = int(plan.meter.pulse_quarters * GRID)
        for bar in range(plan.bars):
            here = self.bars[bar % len(self.bars)]
            unit = pulse if self.meter is None and len(here) * pulse <= plan.bar else 1
            for share, symbol in here:
                found.append((bar * plan.bar + int(share * plan.bar / unit + 1 / 2) * unit, symbol))
        return found


def chart_of_words(text: str) -> Chart:
    """Read bars with lines between; the chords of a bar share it equally.

    Raises:
        UsageError: there is no chord, or a word is none.

    >>> chart_of_words("G | D7 | C D7 | G").bars[2]
    ((0.0, 'C'), (0.5, 'D7'))
    """
    bars = [bar.split() for bar in re.split(r"\|+", text.strip().strip("|"))]
    if not any(bars) or any(len(bar) > _MOST for bar in bars):
        raise UsageError(f"`{text[:80]}` names no chords", hint="write them like G | D7 | C D7 | G")
    for symbol in (symbol for bar in bars for symbol in bar):
        members_of_symbol(symbol)
    return Chart(tuple(tuple((at / len(bar), symbol) for at, symbol in enumerate(bar)) for bar in bars))


def chart_of_score(score: Score) -> Chart:
    """The chord symbols of a score by its measures.

    Raises:
        UsageError: it has none.
    """
    bars: list[list[tuple[float, str]]] = [[] for measure in score.measures if not measure.is_pickup]
    first = len(score.measures) - len(bars)
    for label in score.harmonies:
        number = score.measure_index_at(label.onset)
        if label.kind == "chord_symbol" and number >= first:
            measure = score.measures[number]
            bars[number - first].append(((label.onset - measure.onset) / measure.length, label.text))
    if not any(bars):
        raise UsageError("there are no chord symbols in the score", hint="`musegen generate chords` makes some")
    head = score.measures[0]
    return Chart(tuple(map(tuple, bars)), head.time_signature, head.key_signature.fifths)


def spans_of(chart: Chart, plan: Plan, home: Home) -> tuple[ChordSpan, ...]:
    """What the network is told of a chart."""
    return tuple(span_of(symbol, onset, home) for onset, symbol in chart.symbols(plan))


def laws_of_chart(chart: Chart, plan: Plan, home: Home, notes: Bools) -> ChordLaws:
    """What the chords of a chart allow, of the `notes` (SYMBOLS,) of key and range."""
    chords = tuple((onset, members_of_symbol(symbol).members) for onset, symbol in chart.symbols(plan))
    return chord_laws_of(chords, home, plan.meter, notes)


def with_room(chart: Chart, home: Home, span: tuple[int, int], limits: tuple[int, int]) -> tuple[int, int]:
    """The lowest and the highest staff place, so far apart that each chord can be told by what it has outside the key.

    `limits` are MIDI numbers that the range is not widened beyond.

    >>> from musegen.theory.tunes.symbols import home_named
    >>> with_room(chart_of_words("Am | E7"), home_named("a")._replace(staff=33), (0, 5), (59, 77))
    (-1, 5)
    """
    lowest, highest = span
    natural = {home.natural(place).fifths: place % 7 for place in range(7)}
    symbols = sorted({symbol for bar in chart.bars for _, symbol in bar})
    for symbol in symbols:
        outside = [member for member in members_of_symbol(symbol).members if member not in natural]
        degrees = {natural[one] for member in outside for one in (member - 7, member + 7) if one in natural}
        if not degrees or any(place % 7 in degrees for place in range(lowest, highest + 1)):
            continue
        below = next(place for place in range(lowest, lowest - 8, -1) if place % 7 in degrees)
        above = next(place for place in range(highest, highest + 8) if place % 7 in degrees)
        fits = [place for place in (below, above) if limits[0] <= home.natural(place).pitch <= limits[1]]
        if fits:
            nearest = min(fits, key=lambda place: max(lowest - place, place - highest))
            lowest, highest = min(lowest, nearest), max(highest, nearest)
    return lowest, highest


def aimed(plan: Plan, chart: Chart, home: Home) -> Plan:
    """The plan, each phrase of which aims at a note of the chord that it ends on: where its goal is none, another."""
    goal = plan.form.goal.copy()
    degrees = [home.natural(place).fifths for place in range(7)]
    for begin, end in zip(plan.phrases, [*plan.phrases[1:], plan.bars], strict=True):
        members = members_of_symbol(symbol).members if (symbol := chart.over(end - 1)[-1][1]) else ()
        inside = [degree for degree in _AIMS if degrees[degree] in members]
        if inside and goal[end - 1] not in inside:
            goal[begin:end] = inside[0]
    return replace(plan, form=plan.form._replace(goal=goal))


def labels_of(chart: Chart, plan: Plan) -> tuple[HarmonyLabel, ...]:
    """The symbols as they are written over the melody; one that goes on is written again where a section begins."""
    found: list[HarmonyLabel] = []
    sections = {start * plan.bar for start in plan.starts}
    for onset, symbol in chart.symbols(plan):
        if not found or found[-1].text != symbol or onset in sections:
            found.append(HarmonyLabel(ticks_of(plan, onset), "chord_symbol", symbol))
    return tuple(found)
