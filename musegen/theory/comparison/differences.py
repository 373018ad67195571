"""`compare`: a human reading and a machine's side by side, moment by moment, and where they part ways."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from musegen.errors import MalformedScore
from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.comparison.agreement import NOTHING, Agreed, agree, agree_either_way, named_reading, reading
from musegen.theory.comparison.kinds import KEY_KINDS, Kind, chord_kind, key_kind
from musegen.theory.comparison.note_time import note_time
from musegen.theory.comparison.umpire import Verdict, judge


class Moment(NamedTuple):
    """A stretch of time in which neither reading changes. Times in ticks."""

    onset: int
    end: int
    human: int  # number of the chord there; -1 where the reading names none
    machine: int
    agreed: Agreed


class Difference(NamedTuple):
    """A span in which two readings part ways in one manner. Times in ticks."""

    onset: int
    end: int
    measure: str
    beat: Fraction
    kind: Kind
    keys_differ: bool
    human: str  # `G: I V6`
    machine: str
    confidence: float  # the machine's, mean by time
    runner_up: str  # the machine's second choice at the start
    is_runner_up: bool  # the human reading is that second choice
    in_variant: bool  # a variant of the human's reads as the machine does
    verdict: Verdict


class Agreement(NamedTuple):
    """What two readings have in common, as shares of the time that the human names."""

    key: float
    numeral: float
    chord: float
    function: float
    time: int  # ticks that the human names


@dataclass(frozen=True)
class Comparison:
    """What two readings have in common, as in `Agreement`, and where they part ways."""

    key: float
    numeral: float
    chord: float
    function: float
    time: int
    differences: tuple[Difference, ...]


def compare(score: Score, human: Analysis, machine: Analysis, variants: Sequence[ChordSpan] = ()) -> Comparison:
    """An umpire between two analyses of one score; a pivot of the human's counts under either name.

    Other readings that the human allows (`variants`) make no agreement, but it is told where the machine has one.

    Raises:
        MalformedScore: the human names no chord.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4\\nS: e5 d5 | c5 .\\nA: g4 f4 | e4 .\\nT: c4 b3 | g3 .\\nB: c3 g3 | c3 .")
    >>> same = compare(piece, analyse(piece), analyse(piece))
    >>> same.numeral, same.differences
    (1.0, ())
    """
    found = moments(human, machine)
    agreed = agreement(found)
    if not agreed.time:
        raise MalformedScore("the human analysis names no chord")
    return Comparison(*agreed, differences=_differences(score, human, machine, found, variants))


def agreement(found: Sequence[Moment]) -> Agreement:
    """The shares of the time on which two readings agree; 0 where there is none.

    >>> agreement([Moment(0, 3, 0, 0, NOTHING), Moment(3, 4, 0, 1, Agreed(True, False, False, True))]).key
    0.25
    """
    total = sum(moment.end - moment.onset for moment in found)

    def share(name: str) -> float:
        return sum(moment.end - moment.onset for moment in found if getattr(moment.agreed, name)) / max(total, 1)

    return Agreement(**{name: share(name) for name in Agreed._fields}, time=total)


def moments(human: Analysis, machine: Analysis) -> list[Moment]:
    """The time that the human names, cut where either reading changes."""
    edges = sorted({edge for chord in (*human.chords, *machine.chords) for edge in (chord.onset, chord.end)})
    spans = [
        Moment(onset, end, _at(human.chords, onset), _last(machine.chords, onset), NOTHING)
        for onset, end in pairwise(edges)
    ]
    return [moment._replace(agreed=_agreed(moment, human, machine)) for moment in spans if moment.human >= 0]


def kind_of(moment: Moment, human: Analysis, machine: Analysis) -> Kind:
    """How two readings of a moment differ; of keys where they hear the same chord."""
    if moment.machine < 0:
        return "other_chord"
    if moment.agreed.chord and human.chords[moment.human].key != machine.chords[moment.machine].key:
        return key_kind(moment.onset, human.keys, machine.keys)
    return chord_kind((moment.human, moment.machine), human.chords, machine.chords)


def _at(chords: Sequence[ChordSpan], onset: int) -> int:
    """The number of the chord that lasts at a time, or -1."""
    number = _last(chords, onset)
    return number if number >= 0 and onset < chords[number].end else -1


def _last(chords: Sequence[ChordSpan], onset: int) -> int:
    """The number of the last chord that has begun at a time: it is heard until another comes; -1 before the first."""
    return bisect_right(chords, onset, key=lambda chord: chord.onset) - 1


def _agreed(moment: Moment, human: Analysis, machine: Analysis) -> Agreed:
    if moment.machine < 0:
        return NOTHING
    return agree_either_way(human.chords[moment.human], reading(machine.chords[moment.machine]))


def _differences(
    score: Score, human: Analysis, machine: Analysis, found: list[Moment], variants: Sequence[ChordSpan]
) -> tuple[Difference, ...]:
    runs: list[tuple[Kind, list[Moment]]] = []
    for moment in found:
        if moment.agreed.numeral:
            continue
        kind = kind_of(moment, human, machine)
        if runs and runs[-1][0] == kind and _goes_on(kind, runs[-1][1][-1], moment, human, machine):
            runs[-1][1].append(moment)
        else:
            runs.append((kind, [moment]))
    return tuple(_difference(score, human, machine, variants, kind, run) for kind, run in runs)


def _in_variant(run: list[Moment], machine: Analysis, variants: Sequence[ChordSpan]) -> bool:
    """Whether, all through a difference, a variant has the machine's chord."""

    def has(moment: Moment) -> bool:
        there = [chord for chord in variants if chord.onset <= moment.onset < chord.end]
        heard = reading(machine.chords[moment.machine])
        return any(agree_either_way(chord, heard).numeral for chord in there)

    return bool(variants) and all(moment.machine >= 0 and has(moment) for moment in run)


def _goes_on(kind: Kind, before: Moment, moment: Moment, human: Analysis, machine: Analysis) -> bool:
    """Whether a difference is the same one still: one pair of keys, or one chord against others."""
    if before.end != moment.onset:
        return False
    if kind in KEY_KINDS:
        keys = [(human.chords[item.human].key, machine.chords[item.machine].key) for item in (before, moment)]
        return keys[0] == keys[1]
    return before.human == moment.human or (before.machine == moment.machine and moment.machine >= 0)


def _difference(
    score: Score, human: Analysis, machine: Analysis, variants: Sequence[ChordSpan], kind: Kind, run: list[Moment]
) -> Difference:
    onset, end = run[0].onset, run[-1].end
    theirs = [human.chords[moment.human] for moment in run]
    heard = [moment for moment in run if moment.machine >= 0]
    ours = [machine.chords[moment.machine] for moment in heard]
    lengths = [moment.end - moment.onset for moment in heard]
    sure = sum(chord.confidence * length for chord, length in zip(ours, lengths, strict=True)) / max(sum(lengths), 1)
    second = ours[0].runner_up if ours else ""
    return Difference(
        onset,
        end,
        *score.place(onset),
        kind,
        any(not moment.agreed.key for moment in run),
        _written(theirs),
        _written(ours) or "nothing",
        round(sure, 3),
        second,
        bool(second) and _is_runner_up(theirs[0], ours[0]),
        _in_variant(run, machine, variants),
        judge(run, human, machine, note_time(score)),
    )


def _is_runner_up(theirs: ChordSpan, ours: ChordSpan) -> bool:
    return agree(reading(theirs), named_reading(ours.runner_up, ours.key)).numeral


def _written(chords: Sequence[ChordSpan]) -> str:
    """`G: I V6 D: V`: each chord once, its key where that changes."""
    words: list[str] = []
    key = figure = None
    for chord in chords:
        if chord.key != key:
            words.append(f"{chord.key}:")
        elif chord.numeral.figure == figure:
            continue
        words.append(chord.numeral.figure)
        key, figure = chord.key, chord.numeral.figure
    return " ".join(words)
