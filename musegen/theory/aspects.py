"""What else a reading tells: one entry an aspect, found from score and analysis when it is asked for.

A new aspect is one function from a score and its analysis to rows, and one entry in `ASPECTS`: the text report, the
JSON and `musegen analyse --aspects` then have it. Rows are NamedTuples whose field `onset` is in ticks; `duration` or
`end`, where there is one, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from musegen.errors import UsageError, nearest
from musegen.score.model import Score
from musegen.theory.analysis import Analysis, Reading
from musegen.theory.dissonance.forms import dissonance_line, dissonance_lines, dissonances
from musegen.theory.dissonance.suspensions import suspension_line, suspension_lines, suspensions
from musegen.theory.form.hypermeter import group_line, hypermeter, hypermeter_lines
from musegen.theory.form.periods import theme_line, theme_lines, themes
from musegen.theory.form.schemata import schema_line, schemata
from musegen.theory.form.sequences import sequence_line, sequences
from musegen.theory.harmony.harmonic_rhythm import harmonic_rhythm, rhythm_line, rhythm_lines
from musegen.theory.harmony.pivots import modulation_line, modulations
from musegen.theory.harmony.prolongation import function_line, function_lines, function_spans
from musegen.theory.harmony.tonicizations import tonicization_line, tonicization_lines, tonicizations
from musegen.theory.keys import Key
from musegen.theory.modal import telling as modal
from musegen.theory.numerals import Numeral
from musegen.theory.songs.telling import (
    chromatic_chords,
    chromatic_line,
    chromatic_lines,
    pattern_line,
    pattern_lines,
    song_patterns,
)
from musegen.theory.songs.tensions import melody_line, melody_lines, melody_uses

Row = Any
"""A NamedTuple with a field `onset`."""
_TICKS = {name: f"{name}_quarter" for name in ("duration", "end", "preparation", "resolution")}


class Aspect(NamedTuple):
    """Something that can be told of a piece."""

    name: str  # its key in JSON
    title: str  # its heading in the text report
    find: Callable[[Score, Analysis], Sequence[Row]]
    line: Callable[[Score, Row], str]  # one row for a person; "" for a row that only programs are told
    together: Callable[[Score, Sequence[Row]], list[str]] | None = None  # all rows, where a line a row is too much
    reading: Reading = "tonal"  # told of analyses of this reading only


ASPECTS: tuple[Aspect, ...] = (
    Aspect("modulations", "Modulations", modulations, modulation_line),
    Aspect("tonicizations", "Tonicizations", tonicizations, tonicization_line, tonicization_lines),
    Aspect("themes", "Themes", themes, theme_line, theme_lines),
    Aspect("hypermeter", "Hypermeter", hypermeter, group_line, hypermeter_lines),
    Aspect("sequences", "Sequences", sequences, sequence_line),
    Aspect("schemata", "Schemata", schemata, schema_line),
    Aspect("functions", "Prolongations", function_spans, function_line, function_lines),
    Aspect("harmonic_rhythm", "Harmonic rhythm", harmonic_rhythm, rhythm_line, rhythm_lines),
    Aspect("suspensions", "Suspensions", suspensions, suspension_line, suspension_lines),
    Aspect("dissonances", "Dissonances", dissonances, dissonance_line, dissonance_lines),
    Aspect("song_patterns", "Patterns of song", song_patterns, pattern_line, pattern_lines),
    Aspect("chromatic_chords", "Chords outside the key", chromatic_chords, chromatic_line, chromatic_lines),
    Aspect("melody_over_chords", "Melody over the chords", melody_uses, melody_line, melody_lines),
    Aspect("mode", "Mode", modal.modes, modal.mode_line, modal.mode_lines, "modal"),
    Aspect("clausulae", "Clausulae", modal.placed_clausulae, modal.clausula_line, modal.clausula_lines, "modal"),
    Aspect("imitation", "Points of imitation", modal.points, modal.point_line, modal.point_lines, "modal"),
    Aspect("interval_modules", "Interval modules", modal.modules, modal.module_line, modal.module_lines, "modal"),
)
"""In the order of the text report."""


def named(names: Sequence[str]) -> tuple[Aspect, ...]:
    """The aspects of these names, in the order of `ASPECTS`.

    Raises:
        UsageError: there is none of a name.
    """
    known = [aspect.name for aspect in ASPECTS]
    for name in names:
        if name not in known:
            raise UsageError(f"there is no aspect `{name}`", hint=nearest(name, known))
    return tuple(aspect for aspect in ASPECTS if aspect.name in names)


def lines(score: Score, analysis: Analysis, aspects: Sequence[Aspect] = ASPECTS) -> list[str]:
    """For each aspect of which something is to be told, an empty line, its title, and its lines."""
    found = []
    for aspect in (aspect for aspect in aspects if aspect.reading == analysis.reading):
        rows = aspect.find(score, analysis)
        told = aspect.together(score, rows) if aspect.together else [aspect.line(score, row) for row in rows]
        told = [line for line in told if line]
        if told:
            found += ["", f"{aspect.title}:", *(f"  {line}" for line in told)]
    return found


def as_json(score: Score, analysis: Analysis, aspects: Sequence[Aspect] = ASPECTS) -> dict[str, list[dict[str, Any]]]:
    """Each aspect's rows as objects: times in quarters with measure and beat, keys and numerals as they are written."""
    told = (aspect for aspect in aspects if aspect.reading == analysis.reading)
    return {aspect.name: [_object(score, row) for row in aspect.find(score, analysis)] for aspect in told}


def _object(score: Score, row: Row) -> dict[str, Any]:
    measure, beat = score.place(row.onset)
    found = {"onset_quarter": float(score.quarters(row.onset)), "measure": measure, "beat": float(beat)}
    for name, value in row._asdict().items():
        if name in _TICKS:
            found[_TICKS[name]] = float(score.quarters(value))
        elif name not in found and name != "onset":
            found[name] = _plain(score, value)
    return found


def _plain(score: Score, value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Key):
        return str(value)
    if isinstance(value, Numeral):
        return value.figure
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, tuple):
        return _object(score, value) if hasattr(value, "onset") else [_plain(score, item) for item in value]
    return value
