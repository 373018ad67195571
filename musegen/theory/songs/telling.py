"""The aspects of a lead sheet: its patterns, its chromatic chords, and what its melody is over the chords."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.keys import MAJOR_DEGREES, MINOR_DEGREES, Key, scale_tones
from musegen.theory.songs.cadential import cadential_patterns
from musegen.theory.songs.jazz_numerals import degree_name, jazz_figure
from musegen.theory.songs.key_finding import is_blues
from musegen.theory.songs.loops import blues_choruses, line_cliches, loops
from musegen.theory.songs.steps import MINOR_KINDS, Found, Step, printed, steps_of

_STEP, _FOURTH, _FIFTH, _WHOLE_UP, _UP = 1, 5, 7, 10, 11
_MOST = 6
"""Places that a line of text names."""


class SongPattern(NamedTuple):
    """A pattern and all the places where it stands so. `onset` and `end` in ticks, of the first place."""

    onset: int
    end: int
    kind: str  # `ii-V-I`, `backdoor`, `twelve-bar blues`
    key: Key
    chords: str  # `Gm7 C7 Fmaj7`
    onsets: tuple[int, ...]
    measures: tuple[str, ...]


class ChromaticChord(NamedTuple):
    """A chord outside its key, what it is there, and all its places. `onset` in ticks, of the first."""

    onset: int
    kind: str  # `secondary dominant`, `borrowed`
    key: Key
    figure: str  # jazz numeral; `subV7/ii` for a substitute
    symbol: str
    measures: tuple[str, ...]


def song_patterns(score: Score, analysis: Analysis) -> list[SongPattern]:
    """The patterns of a lead sheet in order of first place; none of a score that is not read by its symbols.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.songs.reading import stated_by_symbols
    >>> sheet = parse_grid("key: F major; meter: 2/4\\nS: b4 g4 | a4 . | b4 g4 | f4 .\\nC: Gm7 C7 | F . | Gm7 C7 | F .")
    >>> [(row.kind, str(row.key), row.chords, row.measures) for row in song_patterns(sheet, stated_by_symbols(sheet))]
    [('ii-V-I', 'F', 'Gm7 C7 F', ('1', '3'))]
    """
    steps = steps_of(score, analysis)
    found = [*blues_choruses(score, steps), *cadential_patterns(steps), *loops(steps), *line_cliches(steps)]
    groups: dict[tuple[str, Key, str], list[Found]] = {}
    for one in found:
        told = "" if "blues" in one.kind else printed(one.steps)
        groups.setdefault((one.kind, one.key, told), []).append(one)
    rows = [_pattern(kind, key, told, places) for (kind, key, told), places in groups.items()]
    return sorted(rows, key=lambda row: row.onset)


def _pattern(kind: str, key: Key, told: str, places: list[Found]) -> SongPattern:
    spans = [(one.steps[0].span, one.steps[-1].span) for one in places]
    first, last = spans[0]
    onsets = tuple(begin.onset for begin, _ in spans)
    measures = tuple(dict.fromkeys(begin.measure for begin, _ in spans))
    return SongPattern(first.onset, last.end, kind, key, told, onsets, measures)


def pattern_line(_score: Score, row: SongPattern) -> str:
    """`ii-V-I in F major: Gm7 C7 F (measures 1, 3)`."""
    chords = f": {row.chords}" if row.chords else ""
    return f"{row.kind} in {row.key.words}{chords} ({_measures(row.measures)})"


def pattern_lines(score: Score, rows: Sequence[SongPattern]) -> list[str]:
    """A line for each pattern in each key, with the chords of its first place and the measures of all."""
    groups: dict[tuple[str, Key], list[SongPattern]] = {}
    for row in rows:
        groups.setdefault((row.kind, row.key), []).append(row)
    lines = []
    for same in groups.values():
        onsets = sorted({onset for row in same for onset in row.onsets})
        measures = tuple(dict.fromkeys(score.place(onset).measure for onset in onsets))
        lines.append(pattern_line(score, same[0]._replace(measures=measures)))
    return lines


def _measures(measures: Sequence[str]) -> str:
    more = f" and {len(measures) - _MOST} more" if len(measures) > _MOST else ""
    return f"measure{'s' * (len(measures) > 1)} {', '.join(measures[:_MOST])}{more}"


def chromatic_chords(score: Score, analysis: Analysis) -> list[ChromaticChord]:
    """The chords of a lead sheet that its keys do not hold, equal ones together, in order of first place.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.songs.reading import stated_by_symbols
    >>> sheet = parse_grid("key: C major; meter: 2/4\\nS: e5 c#5 | d5 f5 | a-4 . | g4 .\\nC: C A7 | Dm G7 | Fm . | C .")
    >>> [(row.kind, row.figure, row.symbol) for row in chromatic_chords(sheet, stated_by_symbols(sheet))]
    [('secondary dominant', 'V7/ii', 'A7'), ('borrowed', 'iv', 'Fm')]
    """
    steps = steps_of(score, analysis)
    blues = is_blues(tuple(step.symbol for step in steps), analysis.key)
    places: dict[tuple[str, Key, str, str], list[Step]] = {}
    for number, step in enumerate(steps):
        kind, figure = _nature(step, steps[number + 1 : number + 3], blues and step.span.key == analysis.key)
        if kind:
            places.setdefault((kind, step.span.key, figure, step.symbol.printed), []).append(step)
    return [
        ChromaticChord(here[0].span.onset, *named, tuple(dict.fromkeys(step.span.measure for step in here)))
        for named, here in places.items()
    ]


def _nature(step: Step, after: tuple[Step, ...], blues: bool) -> tuple[str, str]:
    """(what a chord outside its key is there, its figure); empty for a chord of the key."""
    numeral, figure = step.span.numeral, jazz_figure(step.span.numeral)
    if step.is_dominant and step.degree != 7:
        return _dominant(step, after, blues)
    if numeral.applied_to:
        kind = "related ii" if numeral.degree == 2 else "secondary dominant"
        return (kind, figure) if numeral.is_dominant or numeral.degree == 2 else ("", "")
    if step.quality in ("d", "d7"):
        return ("", "") if step.degree == _UP or _holds(step, MINOR_DEGREES) else ("diminished", figure)
    if _holds(step, scale_tones(minor=numeral.minor)) or step.quality in ("+", "s"):
        return "", ""
    other = MAJOR_DEGREES if numeral.minor else (*MINOR_DEGREES, -5)
    return ("borrowed", figure) if _holds(step, other) and step.degree != 7 else ("", "")


def _holds(step: Step, scale: Iterable[int]) -> bool:
    """Whether root, third and fifth of a chord lie in a scale over its key, by sound."""
    held = {7 * degree % 12 for degree in scale}
    return {7 * tone % 12 for tone in step.span.numeral.members[:3]} <= held


def _dominant(step: Step, after: tuple[Step, ...], blues: bool) -> tuple[str, str]:
    numeral, figure = step.span.numeral, jazz_figure(step.span.numeral)
    goal = next((one for one in after if one.symbol.pitch_class != step.symbol.pitch_class), None)
    falls = step.falls_to(goal) if goal else None
    if blues and step.degree in (0, _FOURTH):
        return "blue seventh", figure
    if step.span.key.minor and step.degree == _FOURTH and falls != _FIFTH:
        return "borrowed", figure
    if falls == _STEP and goal is not None and step.degree:
        target = degree_name(goal.symbol.root - step.span.key.tonic, minor=goal.quality in (*MINOR_KINDS, "h"))
        return "substitute dominant", "subV7" if goal.degree == 0 else f"subV7/{target}"
    if step.degree == _WHOLE_UP and goal is not None and goal.degree == 0:
        return "backdoor dominant", figure
    if numeral.applied_to:
        return "secondary dominant", figure
    return ("blue seventh" if step.degree in (0, _FOURTH) else "dominant seventh"), figure


def chromatic_lines(_score: Score, rows: Sequence[ChromaticChord]) -> list[str]:
    """A line a kind: `secondary dominant: V7/ii A7 (measure 4); V7/V D7 (measures 6, 14)`; keys not told."""
    kinds = dict.fromkeys(row.kind for row in rows)
    return [f"{kind}: " + "; ".join(chromatic_line(_score, row) for row in rows if row.kind == kind) for kind in kinds]


def chromatic_line(_score: Score, row: ChromaticChord) -> str:
    """`V7/ii A7 (measure 4)`."""
    return f"{row.figure} {row.symbol} ({_measures(row.measures)})"
