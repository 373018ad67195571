"""The kinds of sequences: what the roots do from chord to chord of the model, and from statement to statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np

from musegen.theory.form.repeats import LETTERS, Ints, Line, Repeat, within
from musegen.theory.form.statements import HEARD, Floats, Piece, Statements, stated

SequenceKind = Literal[
    "descending fifths", "ascending fifths", "descending 5-6", "ascending 5-6", "descending thirds", "ascending thirds",
    "monte", "fonte", "parallel 6-3", "descending seconds", "ascending seconds",
]  # fmt: skip

CHAINS: dict[tuple[int, tuple[int, ...]], SequenceKind] = {
    (3, (3,)): "descending fifths",
    (6, (3, 3)): "descending fifths",
    (6, (3, 4, 3, 3)): "descending fifths",
    (5, (3, 3, 3, 3)): "descending fifths",
    (4, (4,)): "ascending fifths",
    (1, (4, 4)): "ascending fifths",
    (5, (4, 1)): "descending 5-6",
    (5, (1, 4)): "descending 5-6",
    (1, (5, 3)): "ascending 5-6",
    (1, (3, 5)): "monte",
    (1, (3, 4, 3, 5)): "monte",
    (5, (5,)): "descending thirds",
    (5, (2, 3)): "descending thirds",
    (5, (3, 2)): "descending thirds",
    (2, (4, 5)): "ascending thirds",
    (2, (3, 6)): "ascending thirds",
    (6, (6,)): "parallel 6-3",
    (1, (1,)): "parallel 6-3",
}
"""(letters up from statement to statement, letters up from root to root): the kind."""

SPLITS = (2, 3, 4)
"""The chords may repeat sooner than the lines do: voices that change places at each statement."""
MOST = 0.8
"""Of its notes, where a bass is said to repeat a shorter model."""
STEADY = {"5", "6", "7", "65", "43", "42"}
"""What the chords of a regular scheme may stand over their bass."""
SCHEME, CHAIN = 0.895, 0.75
"""How well two regular chords must explain the notes beside the best chords of all, to be the model's; the same where
they are but one, or dominant and tonic."""
SIMPLE = 0.1
"""How much better any other two chords must explain them than such."""
SEEN = 0.75
"""The share of statements in which the analysis has a root that needs its word."""


@dataclass(frozen=True)
class Reading:
    """A repetition with its chords: (letter of the root, part of the model where it begins)."""

    repeat: Repeat
    statements: Statements
    chords: tuple[tuple[int, int], ...]
    fit: float  # how well they explain the notes; 2 is all

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """Letters up from root to root, to the first of the next statement."""
        roots = [root for root, _ in self.chords]
        following = roots[0] + self.statements.letters
        return tuple((there - here) % LETTERS for here, there in pairwise([*roots, following]))

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The figured bass of each chord; empty where the bass is none of its notes."""
        ends = [*(part for _, part in self.chords[1:]), len(self.statements.bass)]
        return tuple(
            self.statements.figure(range(part, end), root) for (root, part), end in zip(self.chords, ends, strict=True)
        )

    @cached_property
    def kind(self) -> SequenceKind | None:
        """What it is by its roots; a fonte leads by dominants to a minor chord and to the major one a step lower."""
        kind = CHAINS.get((self.statements.letters, self.steps))
        if kind == "parallel 6-3":
            return kind if self._is_six_three() else None
        is_pair = self.statements.count == 2 and self.steps == (3, 3)
        if is_pair and self.has_dominants and (self._thirds(0), self._thirds(1)) == ({-3}, {4}):
            return "fonte"
        return kind

    @cached_property
    def is_full(self) -> bool:
        """Whole triads sound, and the analysis has their roots."""
        roots, parts = np.array([root for root, _ in self.chords]), [part for _, part in self.chords]
        return self.statements.variety >= 3 and bool((self.statements.votes[parts, roots] >= SEEN).all())

    @cached_property
    def has_dominants(self) -> bool:
        """In every statement the first of two chords holds the leading tone of the second."""
        if len(self.chords) != 2 or self.steps[0] != 3:
            return False
        statements, ((_, first), (root, second)) = self.statements, self.chords
        for number in range(statements.count):
            leading = statements.spellings(number, slice(first, second), root - 1)
            tonics = statements.spellings(number, slice(second, None), root)
            if not {tone - 5 for tone in leading} & tonics:
                return False
        return True

    def _thirds(self, statement: int) -> set[int]:
        """The thirds of the second chord in a statement: -3 is minor, 4 major."""
        root, second = self.chords[1]
        tonics = self.statements.spellings(statement, slice(second, None), root)
        thirds = self.statements.spellings(statement, slice(second, None), root + 2)
        return {third - tonic for third in thirds for tonic in tonics}

    def _is_six_three(self) -> bool:
        """Each statement is a first inversion with its root, a sixth over the bass, and its fifth, a third over it."""
        statements, root = self.statements, self.chords[0][0]
        if self.figures != ("6",) or not all(self._sixth_alone(number) for number in range(statements.count)):
            return False
        return bool(statements.sounding.mean(axis=0)[(root + 4) % LETTERS] > HEARD)

    def _sixth_alone(self, statement: int) -> bool:
        """At some time the root sounds, a sixth over the bass, without a fifth over the bass."""
        root = self.chords[0][0]
        parts = (slice(part, part + 1) for part in range(len(self.statements.bass)))
        return any(
            self.statements.spellings(statement, part, root)
            and not self.statements.spellings(statement, part, root + 6)
            for part in parts
        )


def reading(piece: Piece, lines: list[Line], repeat: Repeat) -> Reading | None:
    """The chords of the model: a regular scheme where it explains the notes nearly as well as the best chords do.

    None where the model cannot be divided into halves of beats.
    """
    whole = stated(piece, repeat)
    if whole is None:
        return None
    free = _free(repeat, whole)
    basses = lines[0], lines[-1]  # what sounds lowest, and the lowest voice
    splits = [split for split in SPLITS if any(_bass_repeats(bass, repeat, split) for bass in basses)]
    shorter = [stated(piece, repeat, split) for split in splits]
    regular = [found for statements in (whole, *shorter) if statements for found in _schemes(repeat, statements)]
    top = max(regular, key=_plausibility, default=free)
    return top if top.fit >= (CHAIN if _is_plain(top) else SCHEME) * free.fit else free


def _is_plain(found: Reading) -> bool:
    """One chord, or a dominant and its tonic: what the ear takes for granted."""
    return len(found.chords) == 1 or found.has_dominants


def _plausibility(found: Reading) -> float:
    return found.fit + SIMPLE * _is_plain(found)


def _free(repeat: Repeat, statements: Statements) -> Reading:
    """The best chord of every part; one that comes early at the end is the next statement's first."""
    fit = statements.fit()
    roots = fit.argmax(axis=1)
    if len(np.unique(roots)) > 2 and (roots[-1] - roots[0] - repeat.letters) % LETTERS == 0:
        last = int(np.flatnonzero(roots != roots[-1])[-1])
        roots = np.where(np.arange(len(roots)) > last, roots[last], roots)
    return _with_roots(repeat, statements, fit, roots)


def _with_roots(repeat: Repeat, statements: Statements, fit: Floats, roots: Ints) -> Reading:
    chords = [(int(root), part) for part, root in enumerate(roots) if not part or root != roots[part - 1]]
    return Reading(repeat, statements, tuple(chords), float(fit[np.arange(len(fit)), roots].mean()))


def _bass_repeats(bass: Line, repeat: Repeat, split: int) -> bool:
    """The bass alone states a model so many times shorter."""
    shift = repeat.shift // split
    notes = np.arange(len(bass.onset))[within(bass, repeat.onset, repeat.end)]
    later = np.minimum(np.searchsorted(bass.onset, bass.onset[notes] + shift), len(bass.onset) - 1)
    again = bass.onset[later] == bass.onset[notes] + shift
    moved = split * (bass.diatonic[later] - bass.diatonic[notes]) - repeat.letters
    return len(notes) > 0 and bool((again & (moved % LETTERS == 0)).mean() >= MOST)


def _schemes(repeat: Repeat, statements: Statements) -> Iterator[Reading]:
    """The roots of each part of the model under every regular scheme of one or two chords, if it is of that kind.

    A chain of single fifths is told by twos, which go down or up by steps, where the notes do so.
    """
    fit, parts = statements.fit(), np.arange(len(statements.bass))
    is_whole = statements.shift == repeat.shift
    for letters, steps in CHAINS:
        if letters == statements.letters and len(steps) <= 2 and (is_whole or letters not in (3, 4)):
            for root in range(LETTERS):
                for change in range(1, len(parts)) if len(steps) == 2 else (len(parts),):
                    roots = np.where(parts < change, root, (root + steps[0]) % LETTERS)
                    found = _with_roots(repeat, statements, fit, roots)
                    if found.kind and set(found.figures) <= STEADY:
                        yield found
