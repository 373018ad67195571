"""Schemata of the galant style: scale degrees of melody and bass that go together, at regular places of the meter.

The table `data/schemata.toml` holds one entry a schema, with its source and an example. A stage is heard where the
structural notes of both outer lines are those of the entry in one key and the chord stands on one of its roots.
Structural is what sounds at the stage's beginning; of an accented dissonance, its resolution by step.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analysis import Analysis
from musegen.theory.form.outer_lines import OuterLines, outer_lines
from musegen.theory.keys import MAJOR_DEGREES, MINOR_DEGREES, Key
from musegen.theory.places import measures

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ALTERED = {"#1": 7, "#4": 6, "b7": -2, "7": 5}
_SCALES = {False: MAJOR_DEGREES, True: (*MINOR_DEGREES[:6], MAJOR_DEGREES[6])}
"""Of minor the harmonic one."""


class Schema(NamedTuple):
    """An entry of the table."""

    name: str
    source: str
    melody: tuple[tuple[str, ...], ...]  # degrees of each stage
    bass: tuple[tuple[str, ...], ...]
    roots: tuple[tuple[str, ...], ...]
    times: tuple[tuple[int, ...], ...]  # of the stages, in units
    shortest: float  # stage, in measures
    longest: float
    broken_bass: bool
    at_cadence: bool
    example: str


class FoundSchema(NamedTuple):
    """A schema in a piece, to the end of its last stage. Times in ticks."""

    onset: int
    end: int
    name: str
    key: Key
    melody: str  # degrees as found: "6-5-4-3"
    bass: str
    evidence: str  # one clause


@cache
def table() -> tuple[Schema, ...]:
    """The schemata that are known.

    >>> [entry.name for entry in table()][:3]
    ['Romanesca', 'Prinner', 'Do-Re-Mi']
    """
    text = (resources.files("musegen.theory") / "data" / "schemata.toml").read_text(encoding="utf-8")
    return tuple(_entry(data) for data in tomllib.loads(text)["schema"])


def schema_line(score: Score, schema: FoundSchema) -> str:
    """`measures 3 to 4: Prinner in C major, 6-5-4-3 over 4-3-2-1`: for the text report."""
    where = measures(score, schema.onset, schema.end)
    return f"{where}: {schema.name} in {schema.key.words}, {schema.melody} over {schema.bass}"


def _entry(data: dict[str, object]) -> Schema:
    def degrees(field: str) -> tuple[tuple[str, ...], ...]:
        stages = data[field]
        assert isinstance(stages, list)
        return tuple(tuple(stage.split()) for stage in stages)

    times = data["times"]
    assert isinstance(times, list)
    return Schema(
        str(data["name"]), str(data["source"]), degrees("melody"), degrees("bass"), degrees("roots"),
        tuple(tuple(stages) for stages in times), float(str(data.get("shortest", 0))),
        float(str(data.get("longest", 2))), bool(data.get("broken_bass")), bool(data.get("at_cadence")),
        str(data["example"]),
    )  # fmt: skip


def schemata(score: Score, analysis: Analysis) -> tuple[FoundSchema, ...]:
    """The schemata of a piece in order of time; where two overlap, the one of more stages, then the longer.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid(table()[1].example)
    >>> [(found.name, found.melody, found.bass) for found in schemata(piece, analyse(piece))]
    [('Prinner', '6-5-4-3', '4-3-2-1')]
    """
    slices = slices_of(assign_voices(score))
    if not len(slices) or not analysis.chords:
        return ()
    frame = _frame(score, analysis, outer_lines(score, analysis, slices))
    found = [row for entry in table() for row in _matches(entry, frame)]
    chosen: list[FoundSchema] = []
    for row in sorted(found, key=lambda row: (-len(row.bass), row.onset - row.end, row.onset)):
        if all(min(row.end, other.end) <= max(row.onset, other.onset) for other in chosen):
            chosen.append(row)
    return tuple(sorted(chosen))


def _matches(entry: Schema, frame: _Frame) -> Iterator[FoundSchema]:
    """Every place of an entry, in every local key of the piece; one stage may come late where stages are long."""
    for key in sorted({span.key for span in frame.analysis.keys}):
        heard, late = _stages(entry, key, frame.lines)
        for unit, starts in frame.starts:
            fits = entry.shortest <= unit / frame.measure <= entry.longest
            for times in entry.times if fits else ():
                stages = _at(frame.lines.time, starts, unit * np.array(times))
                number = np.arange(len(times))[:, None]
                missing = (~heard[number, stages]).sum(axis=0)
                lags = (late[number, stages] | heard[number, stages]).all(axis=0) & (unit >= 2 * frame.pulse)
                together = ((missing == 0) | ((missing == 1) & lags)) & (stages >= 0).all(axis=0)
                for first in np.flatnonzero(together).tolist():
                    yield from _checked(entry, key, unit, stages[:, first], frame)


def _at(time: Ints, starts: Ints, distances: Ints) -> Ints:
    """(stage, start): the moments so many ticks after each start; -1 where there is none."""
    wanted = time[starts] + distances[:, None]
    found = np.minimum(np.searchsorted(time, wanted), len(time) - 1)
    return np.where(time[found] == wanted, found, -1)


def _checked(entry: Schema, key: Key, unit: int, stages: Ints, frame: _Frame) -> Iterator[FoundSchema]:
    """The schema at these moments, if the key is at hand, a cadence comes where it must, and it is no mere scale."""
    onset, last = (int(time) for time in frame.lines.time[stages[[0, -1]]])
    near = (span for span in frame.analysis.keys if span.onset < last + 2 * unit)
    if not any(span.key == key and span.end > onset - 2 * unit for span in near):
        return
    if entry.at_cadence and not (abs(frame.goals - last) < frame.pulse).any():
        return
    if _goes_on(entry, key, onset - unit, frame.lines):
        return
    units = frame.score.quarters(unit)
    yield FoundSchema(
        onset, last + unit, entry.name, key, _degrees(entry.melody), _degrees(entry.bass), f"stages of {units} quarters"
    )


def _goes_on(entry: Schema, key: Key, before: int, lines: OuterLines) -> bool:
    """Both lines come down to the first stage by the steps of the others: tenths that go on are no schema."""
    at = int(np.searchsorted(lines.time, before))
    if not (_is_scale(entry.melody) and _is_scale(entry.bass)) or at >= len(lines.time) or lines.time[at] != before:
        return False
    melody, bass = (_places((str(int(stages[0][0]) % 7 + 1),), key) for stages in (entry.melody, entry.bass))
    return bool(np.isin(lines.melody[at] - key.tonic, melody).any() and np.isin(lines.bass[at] - key.tonic, bass).any())


def _is_scale(stages: tuple[tuple[str, ...], ...]) -> bool:
    """Every stage is a step under the one before."""
    plain = all(degree.isdigit() for degree, *_ in stages)
    return plain and all(int(here[0]) - int(there[0]) == 1 for here, there in pairwise(stages))


def _degrees(stages: tuple[tuple[str, ...], ...]) -> str:
    return "-".join(stage[0] for stage in stages)


def _stages(entry: Schema, key: Key, lines: OuterLines) -> tuple[Bools, Bools]:
    """(stage, moment): where the degrees and the chord of each stage are heard; and where the melody comes late."""
    heard, late = [], []
    for melody, bass, roots in zip(entry.melody, entry.bass, entry.roots, strict=True):
        below = np.isin(lines.bass - key.tonic, _places(bass, key)).any(axis=1)
        if entry.broken_bass:
            below |= np.isin(lines.figured - key.tonic, _places(bass, key)).any(axis=1)
        below &= np.isin(lines.root - key.tonic, _places(roots, key))
        heard.append(below & np.isin(lines.melody - key.tonic, _places(melody, key)).any(axis=1))
        late.append(below & np.isin(lines.late - key.tonic, _places(melody, key)))
    return np.array(heard), np.array(late)


def _places(degrees: tuple[str, ...], key: Key) -> list[int]:
    scale = _SCALES[key.minor]
    return [_ALTERED[degree] if degree in _ALTERED else scale[int(degree) - 1] for degree in degrees]


class _Frame(NamedTuple):
    """What is the same for all entries: the piece, its lines, where its phrases and cadences arrive."""

    score: Score
    analysis: Analysis
    lines: OuterLines
    pulse: int  # in ticks, as all times
    measure: int
    starts: tuple[tuple[int, Ints], ...]  # unit, the moments at which a schema may begin in such units
    goals: Ints


def _frame(score: Score, analysis: Analysis, lines: OuterLines) -> _Frame:
    meter = Counter(measure.time_signature for measure in score.measures).most_common(1)[0][0]
    pulse, measure = score.ticks(meter.pulse_quarters), score.ticks(meter.quarters)
    halves = measure // 2 if measure // pulse % 2 == 0 else measure
    offset = np.array([score.ticks(score.offset_in_measure(time)) for time in lines.time.tolist()])
    units = [(pulse, min(2 * pulse, halves)), (halves, halves), (measure, halves), (2 * measure, measure)]
    starts = {unit: np.flatnonzero(offset % grid == 0) for unit, grid in units}
    goals = np.array([cadence.onset for cadence in analysis.cadences], dtype=np.int64)
    return _Frame(score, analysis, lines, pulse, measure, tuple(starts.items()), goals)
