"""Themes: periods, sentences and their hybrids, from phrases, cadences and how alike their parts begin.

Caplin, Classical Form (1998), chapters 3 to 5. A period is an antecedent with a weak close and a consequent with a
stronger one; it is parallel where both begin alike, else contrasting. A sentence states an idea, states it again, and
goes on in smaller pieces or faster harmonies to a cadence. Hybrids mix the two. Only what is clear is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.theory.analysis import Analysis, Cadence
from musegen.theory.form.boundaries import leading_line
from musegen.theory.form.cadences import closes_at
from musegen.theory.form.phrase_units import LIKE, Unit, downbeat, likeness, start_of, units_of
from musegen.theory.form.phrases import LastNote

ThemeKind = Literal[
    "parallel period", "sentence", "antecedent + continuation", "compound basic idea + consequent", "contrasting period"
]
"""The clearest first."""

_STRENGTH = {"HC": 0, "IAC": 1, "PAC": 2}
_SAME = 0.8  # likeness that is asked where no cadence helps
_HALVES = range(2, 17)  # measures of an antecedent
_SQUARE = (4, 8)  # measures of the halves of a contrasting period
_LONG = 4  # pulses of a measure that can hold an idea
_FASTER = 1.5  # harmonies a measure in a continuation, against the presentation


class Theme(NamedTuple):
    """A theme and its parts. Times in ticks."""

    onset: int
    end: int
    kind: ThemeKind
    measures: tuple[int, ...]  # the length of each part
    cadences: tuple[str, ...]  # with their keys, `HC in F major`; a part without one is left out
    likeness: float  # of the second part to the first, 0 to 1

    @property
    def words(self) -> str:
        """`parallel period, 4 + 4 (HC in A major, PAC in A major)`."""
        lengths = " + ".join(str(length) for length in self.measures)
        return f"{self.kind}, {lengths} ({', '.join(self.cadences)})"


class _Piece(NamedTuple):
    """What every search reads."""

    score: Score
    line: NoteTable
    analysis: Analysis
    fresh: frozenset[int]  # onsets of the phrases before which a theme has ended


def themes(score: Score, analysis: Analysis) -> tuple[Theme, ...]:
    """The periods, sentences and hybrids of a piece, in order; none overlaps another, but a half may be a sentence.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> grid = "meter: 3/4\\nS: e5 d5 c5 | d5 b4^ . | e5 d5 c5 | b4 c5 .\\nH: I . . | V . . | I . . | V I ."
    >>> piece = parse_grid(grid)
    >>> [theme.words for theme in themes(piece, analyse(piece))]
    ['parallel period, 2 + 2 (HC in C major, PAC in C major)']
    """
    if not analysis.phrases or not analysis.cadences:
        return ()
    line = leading_line(score)
    units = units_of(score, analysis, line)
    befores = [None, *units[:-1]]
    fresh = {unit.onset for before, unit in zip(befores, units, strict=True) if before is None or _ends_a_theme(before)}
    piece = _Piece(score, line, analysis, frozenset(fresh))
    found = []
    for count in (1, 2):
        halves = _joined(units, count)
        found += [theme for pair in halves for theme in _of_two(piece, *pair)]
    for unit in units:
        pairs = _halved(piece, unit)
        found += [theme for pair in pairs for theme in _of_two(piece, *pair) if theme.kind == "parallel period"]
    for count in (1, 2, 3):
        for first in range(len(units) - count + 1):
            found += _sentence(piece, units[first : first + count])
    return _clearest(found)


def _joined(units: list[Unit], count: int) -> Iterator[tuple[Unit, Unit]]:
    """Neighbouring halves of so many phrases each; no phrase inside a half closes better than its last one."""
    for first in range(len(units) - 2 * count + 1):
        halves = [units[at : at + count] for at in (first, first + count)]
        if not any(_answers_itself(half) for half in halves):
            one, other = (Unit(h[0].onset, h[-1].end, h[0].first, h[-1].last, h[-1].cadence) for h in halves)
            yield one, other


def _halved(piece: _Piece, unit: Unit) -> Iterator[tuple[Unit, Unit]]:
    """One long phrase as two halves, the second with the pickup of the first; what closes in the middle is asked."""
    half = unit.measures // 2
    if unit.measures % 2 or half not in _SQUARE:
        return
    middle = unit.first + half
    begins = start_of(piece.score, middle) - (start_of(piece.score, unit.first) - unit.onset)
    last = int(np.searchsorted(piece.line["onset"], begins, side="left")) - 1
    if last >= 0 and piece.line.end[last] <= begins:
        note = LastNote(int(piece.line["onset"][last]), int(piece.line.end[last]), int(piece.line["fifths"][last]))
        heard = tuple(chord for chord in piece.analysis.chords if unit.onset <= chord.onset < note.end)
        first = Unit(unit.onset, note.end, unit.first, middle, closes_at(heard, note))
        yield first, Unit(begins, unit.end, middle, unit.last, unit.cadence)


def _answers_itself(half: list[Unit]) -> bool:
    """A phrase inside a half has a stronger close than its end."""
    last = half[-1].cadence
    strength = _STRENGTH.get(last.kind, -1) if last else -1
    return any(unit.cadence is not None and _STRENGTH.get(unit.cadence.kind, -1) > strength for unit in half[:-1])


def _of_two(piece: _Piece, first: Unit, second: Unit) -> Iterator[Theme]:
    """The period or hybrid that two phrases make."""
    close = second.cadence
    if first.measures not in _HALVES or close is None or close.kind not in _STRENGTH:
        return
    if not first.measures <= second.measures <= 1.5 * first.measures:
        return
    like = likeness(piece.score, piece.line, first.first, second.first, min(first.measures / 2, 4))
    kind = _kind_of_two(piece, first, second, like)
    if kind:
        made = tuple(_named(cadence) for cadence in (first.cadence, close) if cadence is not None)
        yield Theme(first.onset, second.end, kind, (first.measures, second.measures), made, round(like, 2))


def _kind_of_two(piece: _Piece, first: Unit, second: Unit, like: float) -> ThemeKind | None:
    """What two phrases make; the second has a cadence."""
    if first.cadence is None:
        closes = second.cadence is not None and second.cadence.kind == "PAC"
        return "compound basic idea + consequent" if closes and like >= _SAME and first.measures in _SQUARE else None
    if second.cadence is None or not _is_stronger(second.cadence, first.cadence):
        return None
    if like >= LIKE:
        return "parallel period"
    unlike = first.cadence.kind == "HC" and second.cadence.kind == "PAC" and first.onset in piece.fresh
    if not unlike or first.measures != second.measures or first.measures not in _SQUARE:
        return None
    goes_on = _goes_on(piece, second.first, first.first, first.measures // 2)
    return "antecedent + continuation" if goes_on else "contrasting period"


def _is_stronger(close: Cadence, before: Cadence) -> bool:
    """A close answers a weaker one; one in the key of the dominant is weaker than one at home."""
    if before.kind not in _STRENGTH or not _is_near(close, before):
        return False
    if before.kind == close.kind == "PAC":
        return before.key.tonic == close.key.tonic + 1
    return _STRENGTH[close.kind] > _STRENGTH[before.kind]


def _is_near(close: Cadence, before: Cadence) -> bool:
    """A consequent closes at home, in the dominant, or in the relative key: elsewhere it answers nothing."""
    return close.key.signature == before.key.signature or abs(close.key.tonic - before.key.tonic) <= 1


def _sentence(piece: _Piece, units: Sequence[Unit]) -> Iterator[Theme]:
    """The sentence that one to three phrases make together."""
    close, start = units[-1].cadence, units[0].first
    length = units[-1].last - start
    meter = piece.score.measures[start].time_signature
    sizes = (4, 2, 1) if meter.quarters >= _LONG * meter.pulse_quarters else (4, 2)
    idea = next((size for size in sizes if 4 * size <= length <= (5 if size > 1 else 4) * size), 0)
    if close is None or close.kind not in _STRENGTH or not idea or any(_closes(unit) for unit in units[:-1]):
        return
    if len(units) > 1 and any(unit.first not in (start + idea, start + 2 * idea) for unit in units[1:]):
        return
    like = likeness(piece.score, piece.line, start, start + idea, idea)
    asked = LIKE if units[0].onset in piece.fresh else _SAME
    if like >= asked and _goes_on(piece, start + 2 * idea, start, idea):
        lengths = (idea, idea, length - 2 * idea)
        yield Theme(units[0].onset, units[-1].end, "sentence", lengths, (_named(close),), round(like, 2))


def _ends_a_theme(unit: Unit) -> bool:
    return unit.cadence is not None and unit.cadence.kind == "PAC"


def _closes(unit: Unit) -> bool:
    return unit.cadence is not None and unit.cadence.kind != "EC"


def _goes_on(piece: _Piece, start: int, before: int, idea: int) -> bool:
    """From measure `start` on the music breaks into smaller pieces, or its harmonies move faster than from `before`."""
    if likeness(piece.score, piece.line, before, start, idea) >= _SAME:
        return False
    if idea >= 2 and likeness(piece.score, piece.line, start, start + idea // 2, idea / 2) >= LIKE:
        return True
    harmonies = [_harmonies(piece, first, 2 * idea) for first in (before, start)]
    return harmonies[1] >= _FASTER * harmonies[0]


def _harmonies(piece: _Piece, first: int, measures: int) -> int:
    """How many chords begin in so many measures."""
    start, end = start_of(piece.score, first), start_of(piece.score, first + measures)
    return sum(start <= chord.onset < end for chord in piece.analysis.chords)


def _named(cadence: Cadence) -> str:
    return f"{cadence.kind} in {cadence.key.words}"


def _clearest(found: list[Theme]) -> tuple[Theme, ...]:
    """Those that do not overlap: parallel periods first, contrasting ones last; a sentence may fill half a period."""
    kept: list[Theme] = []
    clearest = get_args(ThemeKind)
    for theme in sorted(found, key=lambda theme: (clearest.index(theme.kind), -theme.likeness, theme.onset)):
        if all(_apart(theme, other) for other in kept):
            kept.append(theme)
    return tuple(sorted(kept, key=lambda theme: (theme.onset, -theme.end)))


def _apart(theme: Theme, other: Theme) -> bool:
    inside = theme.kind == "sentence" and other.onset <= theme.onset and theme.end <= other.end
    half = inside and 3 * (theme.end - theme.onset) < 2 * (other.end - other.onset)
    return half or theme.end <= other.onset or theme.onset >= other.end


def theme_line(score: Score, theme: Theme) -> str:
    """`Measures 1 to 8: parallel period, 4 + 4 (HC in A major, PAC in A major)`."""
    return f"{_span(score, theme)}: {theme.words}"


def theme_lines(score: Score, found: Sequence[Theme]) -> list[str]:
    """A line for each way in which themes are made, with the places of all that are made so."""
    places: dict[str, list[str]] = {}
    for theme in found:
        places.setdefault(theme.words, []).append(_span(score, theme))
    return [f"{', '.join(spans)}: {words}" for words, spans in places.items()]


def _span(score: Score, theme: Theme) -> str:
    first = score.measures[downbeat(score, theme.onset)].number
    last = score.measures[score.measure_index_at(theme.end - 1)].number
    return f"measures {first} to {last}"
