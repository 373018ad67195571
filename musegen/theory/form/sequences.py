"""Sequences: a model heard again higher or lower, named by the roots of its chords.

A sequence needs the same pattern, transposed, in the bass and in another line, and a harmony that moves along: two
statements of two chords at least. The kinds are those of Aldwell & Schachter (Harmony and Voice Leading, on diatonic
and chromatic sequences), Laitz (The Complete Musician) and, for monte and fonte, Riepel as Gjerdingen reads him (Music
in the Galant Style).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.pitch import STEP_FIFTHS, STEPS
from musegen.score.voices import Slices, assign_voices, slices_of
from musegen.theory.analysis import Analysis
from musegen.theory.form.repeats import LETTERS, Ints, Repeat, lines_of, pulses_of, repeats, shifts_of, structural_lines
from musegen.theory.form.statements import Statements, stated
from musegen.theory.keys import Key

SequenceKind = Literal[
    "descending fifths", "ascending fifths", "descending 5-6", "ascending 5-6", "descending thirds", "ascending thirds",
    "monte", "fonte", "parallel 6-3", "descending seconds", "ascending seconds",
]  # fmt: skip

_CHAINS: dict[tuple[int, tuple[int, ...]], SequenceKind] = {
    (3, (3,)): "descending fifths",
    (6, (3, 3)): "descending fifths",
    (5, (3, 3, 3, 3)): "descending fifths",
    (4, (4,)): "ascending fifths",
    (1, (4, 4)): "ascending fifths",
    (5, (4, 1)): "descending 5-6",
    (5, (1, 4)): "descending 5-6",
    (1, (5, 3)): "ascending 5-6",
    (1, (3, 5)): "monte",
    (5, (5,)): "descending thirds",
    (5, (2, 3)): "descending thirds",
    (5, (3, 2)): "descending thirds",
    (2, (4, 5)): "ascending thirds",
    (2, (3, 6)): "ascending thirds",
}
"""(letters up from statement to statement, letters up from root to root): the kind."""
_PLAIN: dict[int, SequenceKind] = {
    1: "ascending seconds", 6: "descending seconds", 2: "ascending thirds", 5: "descending thirds",
}  # fmt: skip
"""What a model of other chords is called."""
_INTERVALS = ("", "a second up", "a third up", "a fourth up", "a fourth down", "a third down", "a second down")

LEAST_CHORDS = 4
SCHEME = 0.9
"""How well two regular chords must explain the notes, beside the best chords of all, to be heard as the model's."""
SURE, SURER = 1.3, 1.5
"""How well the chords must explain the notes (see `Statements.fit`), and where the lines go along on the beats only."""
FEW, MANY = 6, 16
"""How many notes are heard again in a sequence of a known kind, and in one of no kind."""


class Sequence(NamedTuple):
    """A pattern and its transposed repetitions. Times in ticks, the model in quarters."""

    onset: int
    duration: int
    kind: SequenceKind
    statements: int
    model_quarters: Fraction
    interval: str  # from statement to statement: "a second down"
    real: bool  # transposed by one and the same interval; else within the key
    key: Key  # where it begins
    roots: tuple[str, ...]  # letters of the model's chords, as first stated
    figures: str  # of the model's chords: "7-7", "6-6", "65-42"
    evidence: str  # one clause


class _Heard(NamedTuple):
    """A repetition with its chords: (letter of the root, part of the model where it begins)."""

    repeat: Repeat
    statements: Statements
    chords: tuple[tuple[int, int], ...]
    fit: float

    @property
    def steps(self) -> tuple[int, ...]:
        """Letters up from root to root, to the first of the next statement."""
        roots = [root for root, _ in self.chords]
        return tuple((there - here) % LETTERS for here, there in pairwise([*roots, roots[0] + self.repeat.letters]))


def sequences(score: Score, analysis: Analysis) -> tuple[Sequence, ...]:
    """The sequences of a piece in order of time; of several readings of one passage, that which explains most notes.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 4/4\\nS: c5 c5 b4 b4 | a4 a4 g4 g4 | g4 . . .\\nA: g4 f4 f4 e4 | e4 d4 d4 c4 | d4 . . ."
    ...                    "\\nT: e4 a3 d4 g3 | c4 f3 b3 e3 | b3 . . .\\nB: c3 f3 b2 e3 | a2 d3 g2 c3 | g2 . . .")
    >>> [(found.kind, found.statements, found.interval) for found in sequences(piece, analyse(piece))]
    [('descending fifths', 4, 'a second down')]
    """
    slices = slices_of(assign_voices(score))
    if not len(slices) or not analysis.chords:
        return ()
    found = sorted(_heard(score, analysis, slices), key=_weight, reverse=True)
    chosen: list[_Heard] = []
    for heard in found:
        if all(_apart(heard.statements, other.statements) for other in chosen):
            chosen.append(heard)
    return tuple(sorted(_row(heard, slices, analysis) for heard in chosen))


def _heard(score: Score, analysis: Analysis, slices: Slices) -> Iterator[_Heard]:
    shifts = shifts_of(score)
    for repeat in repeats(lines_of(slices), shifts):
        heard = _harmony(repeat, stated(score, analysis, slices, repeat))
        if _is_sequence(heard, 2, SURE):
            yield heard
    for repeat in repeats(structural_lines(slices, pulses_of(score)), shifts):
        heard = _harmony(repeat, stated(score, analysis, slices, repeat))
        if _kind(heard) and _is_sequence(heard, 3, SURER):
            yield heard


def _is_sequence(heard: _Heard, least: int, fit: float) -> bool:
    count, kind = heard.statements.count, _kind(heard)
    if count < least or heard.fit < fit or count * len(heard.chords) < LEAST_CHORDS:
        return False
    if kind:
        return heard.repeat.notes >= FEW
    return heard.repeat.letters in _PLAIN and len(heard.chords) > 1 and heard.repeat.notes >= MANY


def _kind(heard: _Heard) -> SequenceKind | None:
    return _CHAINS.get((heard.repeat.letters, heard.steps))


def _weight(heard: _Heard) -> tuple[float, int]:
    return heard.repeat.notes * (1 if _kind(heard) else 0.5), -heard.repeat.shift


def _apart(one: Statements, other: Statements) -> bool:
    shared = min(one.end, other.end) - max(one.onset, other.onset)
    return 4 * shared <= min(one.end - one.onset, other.end - other.onset)


def _harmony(repeat: Repeat, statements: Statements) -> _Heard:
    """The chords of the model: a regular scheme where it explains the notes nearly as well as the best chords do."""
    fit = statements.fit()
    best = fit.argmax(axis=1)
    scheme = max(_schemes(statements), key=lambda roots: _mean(fit, roots), default=best)
    roots = scheme if _mean(fit, scheme) >= SCHEME * _mean(fit, best) else best
    chords = [(int(root), part) for part, root in enumerate(roots) if not part or root != roots[part - 1]]
    if len(chords) > 1 and chords[-1][0] == (chords[0][0] + repeat.letters) % LETTERS:
        chords.pop()
    return _Heard(repeat, statements, tuple(chords), _mean(fit, roots))


def _mean(fit: np.ndarray[tuple[int, int], np.dtype[np.float64]], roots: Ints) -> float:
    return float(fit[np.arange(len(fit)), roots].mean())


def _schemes(statements: Statements) -> Iterator[Ints]:
    """The roots of each part of the model under every regular scheme of one or two chords."""
    parts = len(statements.bass)
    for letters, steps in _CHAINS:
        if letters == statements.letters and len(steps) <= 2:
            for root in range(LETTERS):
                for change in range(1, parts) if len(steps) == 2 else (parts,):
                    yield np.where(np.arange(parts) < change, root, (root + steps[0]) % LETTERS)


def _row(heard: _Heard, slices: Slices, analysis: Analysis) -> Sequence:
    repeat, statements = heard.repeat, heard.statements
    kind = _kind(heard) or _PLAIN[repeat.letters]
    figures = "-".join(statements.figure(part, root) or "?" for root, part in heard.chords)
    start = analysis.chords[int(analysis.chord_indices(np.array([statements.onset]))[0])]
    names = [slices.names[line - 1] for line in repeat.lines]
    evidence = f"bass and {' and '.join(names)} repeat {repeat.notes} notes {_INTERVALS[repeat.letters]}"
    roots = tuple(STEPS[root] for root, _ in heard.chords)
    return Sequence(
        statements.onset, statements.end - statements.onset, kind, statements.count, Fraction(0),
        _INTERVALS[repeat.letters], repeat.real, start.key, roots, figures, evidence,
    )  # fmt: skip
