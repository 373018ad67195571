"""What marks are given for, what each fault of an answer costs, and what is left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from musegen.rules.findings import Finding, Report
from musegen.rules.packs import Pack
from musegen.score.table import NoteTable
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral

CHORDS, VOICE_LEADING, CADENCES, NUMERALS = "chords", "voice-leading", "cadences", "numerals"
TONES, GIVEN, EMPTY = "non-chord-tones", "given notes", "empty chords"


@dataclass(frozen=True)
class Assignment:
    """What a sheet asks for, laid on an answer. Times in ticks."""

    sheet: str
    pack: Pack
    scheme: Mapping[str, float]  # marks by aspect
    slots: tuple[int, ...]  # where a chord is asked for
    phrase_ends: tuple[int, ...]
    cadences: tuple[tuple[int, str], ...]  # onset of the last chord, kind
    given: NoteTable | None = None  # the melody as it was given, sounding; None where it is not known
    chords: tuple[tuple[int, tuple[Key, Numeral]], ...] = ()  # of our own answer, by their onsets

    @property
    def marks(self) -> float:
        """What the sheet is worth."""
        return sum(self.scheme.values())


class Deduction(NamedTuple):
    """What one fault costs, and why, in the student's own notes."""

    aspect: str
    rule: str  # empty where it is no rule's
    marks: float  # after the caps
    measure: str
    beat: Fraction
    words: str
    relief: str = ""  # why it costs less than its price
    shares: tuple[tuple[str, float], ...] = ()  # the headings that it is taken from, where there are several
    onset: int = 0  # in ticks
    finding: Finding | None = None  # of the rule
    notes: tuple[str, ...] = ()  # ids of notes at fault, where it is no rule's

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        """(heading, marks) that it costs."""
        return self.shares or ((self.aspect, self.marks),)


@dataclass(frozen=True)
class Grade:
    """The marks of one answer. What the file cannot show is `open`: marks that the teacher gives by hand."""

    file: str
    sheet: str
    out_of: float
    scheme: Mapping[str, float]
    open: Mapping[str, float]
    deductions: tuple[Deduction, ...]
    remarks: tuple[str, ...]  # warnings that cost nothing
    report: Report  # with the fixes
    notices: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = ()  # those of the remarks

    @property
    def marks(self) -> float:
        """What is left of the marks that could be judged, to the nearest half: never below 0, all only for no fault."""
        return _left(self.judged, sum(item.marks for item in self.deductions))

    @property
    def judged(self) -> float:
        """The marks that could be judged."""
        return self.out_of - sum(self.open.values())

    @property
    def sections(self) -> dict[str, float | None]:
        """The marks got under every heading of the scheme, in its order; None where the teacher gives them.

        They are to the nearest half; what was taken for changed notes is taken from the total only.
        """
        left = {name: marks - self.open.get(name, 0.0) for name, marks in self.scheme.items()}
        return {name: _left(marks, self.lost(name)) if marks else None for name, marks in left.items()}

    def lost(self, aspect: str) -> float:
        """What was lost under one heading of the mark scheme."""
        return sum(marks for item in self.deductions for name, marks in item.parts if name == aspect)


def halves(marks: float) -> float:
    """Marks to the nearest half, upwards from the middle.

    >>> halves(19.68), halves(16.75), halves(0.2)
    (19.5, 17.0, 0.0)
    """
    return math.floor(2 * marks + 0.5 + 1e-9) / 2


def _left(marks: float, lost: float) -> float:
    """What is left, to the nearest half: not all where anything was lost.

    >>> _left(20, 0.25), _left(20, 0), _left(17, 17.1)
    (19.5, 20.0, 0.0)
    """
    left = halves(max(0.0, marks - lost))
    return min(left, max(marks - 0.5, 0.0)) if lost > 1e-9 else left
