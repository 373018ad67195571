"""Sequences: a model heard again higher or lower, named by the roots of its chords.

A sequence needs the same pattern, transposed, in the bass and in another line, and a harmony that moves along: two
statements of two chords at least. The kinds are those of Aldwell & Schachter (Harmony and Voice Leading, on diatonic
and chromatic sequences), Laitz (The Complete Musician) and, for monte and fonte, Riepel as Gjerdingen reads him (Music
in the Galant Style).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.pitch import STEPS
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analysis import Analysis
from musegen.theory.form.repeats import (
    Line,
    Repeat,
    is_uniform,
    lines_of,
    pulses_of,
    repeats,
    shifts_of,
    structural_lines,
    within,
)
from musegen.theory.form.sequence_kinds import Reading, SequenceKind, reading
from musegen.theory.form.statements import Piece, Statements
from musegen.theory.keys import Key
from musegen.theory.places import measures

_PLAIN: dict[int, SequenceKind] = {
    1: "ascending seconds", 6: "descending seconds", 2: "ascending thirds", 5: "descending thirds",
}  # fmt: skip
"""What a model of no regular chords is called, by the letters up from statement to statement."""
_INTERVALS = ("", "a second up", "a third up", "a fourth up", "a fourth down", "a third down", "a second down")

LEAST_CHORDS = 4
SURE, SURER = 1.3, 1.45
"""How well the chords must explain the notes (see `Statements.fit`); surer where there are but two statements, not
from dominant to tonic, or where the lines go along on the beats only."""
FEW, SOME, MANY, MOST = 6, 8, 12, 16
"""How many notes must be heard again: at least; in most sequences of a known kind; in two statements that are not a
second apart; in a sequence of no known kind."""
SHARE = 0.6
"""Of the notes of all voices in two statements."""
BARE, BARER = 2.0, 1.5
"""Different letters that sound in each part of a model, on average: fewer are no chords; or no dominant and tonic."""


class Sequence(NamedTuple):
    """A pattern and its transposed repetitions. Times in ticks, the model in quarters."""

    onset: int
    duration: int
    kind: SequenceKind
    statements: int
    model_quarters: Fraction
    interval: str  # from statement to statement: "a second down"
    real: bool  # transposed by one and the same interval; else within the key
    applied_dominants: bool  # each statement goes from a dominant to its tonic
    key: Key  # where it begins
    roots: tuple[str, ...]  # letters of the model's chords, as first stated
    figures: str  # of the model's chords: "7-7", "6-6", "65-42"
    evidence: str  # one clause


def sequences(score: Score, analysis: Analysis) -> tuple[Sequence, ...]:
    """The sequences of a piece in order of time; of several readings of one passage, that which explains most notes.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid('''key: C major; meter: 4/4
    ...     S: c5 c5 b4 b4 | a4 a4 g4 g4 | g4 . . .
    ...     A: g4 f4 f4 e4 | e4 d4 d4 c4 | d4 . . .
    ...     T: e4 a3 d4 g3 | c4 f3 b3 e3 | b3 . . .
    ...     B: c3 f3 b2 e3 | a2 d3 g2 c3 | g2 . . .''')
    >>> [(found.kind, found.statements, found.interval) for found in sequences(piece, analyse(piece))]
    [('descending fifths', 4, 'a second down')]
    """
    slices = slices_of(assign_voices(score))
    if not len(slices) or not analysis.chords:
        return ()
    piece = Piece.of(score, analysis, slices)
    chosen: list[Reading] = []
    for found in sorted(_readings(piece), key=_weight, reverse=True):
        if all(_apart(found.statements, other.statements) for other in chosen):
            chosen.append(found)
    return tuple(sorted(_row(found, piece) for found in chosen))


def sequence_line(score: Score, sequence: Sequence) -> str:
    """`measures 132 to 139: descending fifths, 4 statements, each a second down (5-5)`: for the text report."""
    where = measures(score, sequence.onset, sequence.onset + sequence.duration)
    dominants = sequence.applied_dominants and sequence.kind not in ("monte", "fonte")
    kind = f"{sequence.kind}{' by applied dominants' if dominants else ''}"
    return f"{where}: {kind}, {sequence.statements} statements, each {sequence.interval} ({sequence.figures})"


def _readings(piece: Piece) -> Iterator[Reading]:
    """Every sequence: first those in which each note goes along, then those in which the notes on the beats do."""
    shifts, lines = shifts_of(piece.score), lines_of(piece.slices)
    for repeat in _rich(repeats(lines, shifts)):
        found = reading(piece, lines, repeat)
        if found and _is_sequence(found, lines):
            yield found
    on_beats = structural_lines(piece.slices, pulses_of(piece.score))
    for repeat in _rich(repeats(on_beats, shifts)):
        found = reading(piece, on_beats, repeat)
        if found and _is_clear_on_beats(found) and _is_sequence(found, on_beats):
            yield found


def _rich(found: list[Repeat]) -> list[Repeat]:
    return [repeat for repeat in found if repeat.notes >= FEW]


def _is_clear_on_beats(found: Reading) -> bool:
    return found.kind is not None and found.statements.count > 2 and found.fit >= SURER


def _is_sequence(found: Reading, lines: list[Line]) -> bool:
    count, kind, notes = found.statements.count, found.kind, found.repeat.notes
    if count * len(found.chords) < LEAST_CHORDS or found.fit < SURE or notes < FEW:
        return False
    if kind == "parallel 6-3":
        return True
    if found.statements.variety < (BARER if found.has_dominants else BARE):
        return False
    if notes < SOME and not found.has_dominants:
        return False
    if count == 2 and not _is_clear(found, lines[0]):
        return False
    if is_uniform(lines, found.repeat) and not (kind and found.is_full):
        return False
    climbs = set(found.steps) <= {1, 6}  # parallel chords that are no first inversions
    return kind is not None or (found.repeat.letters in _PLAIN and not climbs and notes >= MOST)


def _is_clear(found: Reading, bass: Line) -> bool:
    """Two statements are enough where the bass moves within them and carries chords that are heard."""
    repeat = found.repeat
    needed = FEW if repeat.letters in (1, 6) else MANY
    if (found.fit < SURER and not found.has_dominants) or repeat.notes < needed or repeat.share < SHARE:
        return False
    model = bass.diatonic[within(bass, repeat.onset, repeat.onset + repeat.shift)]
    return len(np.unique(model)) > 1 and (found.kind is None or all(found.figures))


def _weight(found: Reading) -> tuple[float, int]:
    return found.repeat.notes * (1 if found.kind else 0.5), -found.repeat.shift


def _apart(one: Statements, other: Statements) -> bool:
    shared = min(one.end, other.end) - max(one.onset, other.onset)
    return 4 * shared <= min(one.end - one.onset, other.end - other.onset)


def _row(found: Reading, piece: Piece) -> Sequence:
    repeat, statements = found.repeat, found.statements
    start = piece.analysis.chords[int(piece.analysis.chord_indices(np.array([statements.onset]))[0])]
    names = " and ".join(piece.slices.names[line - 1] for line in repeat.lines)
    count = statements.count + (found.kind != "fonte" and _goes_on(repeat, statements))
    return Sequence(
        statements.onset, count * statements.shift, found.kind or _PLAIN[repeat.letters], count,
        piece.score.quarters(statements.shift), _INTERVALS[statements.letters], repeat.real, found.has_dominants,
        start.key, tuple(STEPS[root] for root, _ in found.chords), "-".join(figure or "?" for figure in found.figures),
        f"bass and {names} repeat {repeat.notes} notes",
    )  # fmt: skip


def _goes_on(repeat: Repeat, statements: Statements) -> bool:
    """Half of one more statement is heard."""
    return bool(2 * ((repeat.end - statements.onset) % statements.shift) >= statements.shift)
