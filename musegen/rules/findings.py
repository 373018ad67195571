"""What a check hands back: findings with their place and reasons, what was waived, and what was not checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


class Edit(NamedTuple):
    """One note given another pitch; `before` and `after` as people write them, `Bb3`."""

    note: str  # id
    before: str
    after: str


class Fix(NamedTuple):
    """A small change that resolves a finding without making another, checked by running the rules again."""

    edits: tuple[Edit, ...]
    message: str  # "tenor F3 would avoid it"


@dataclass(frozen=True)
class Finding:
    """One fault at one place. Measure and beat name the arrival, the second of two sonorities.

    `voices` are S A T B in four parts, else 1, 2, ... from the top. `notes` are note ids, the earlier ones first.
    `confidence` is that of the chords that the rule leaned on (1 where it needed none). `waived_by` names the exception
    that lets it pass, with `waiver` its reason.
    """

    rule: str
    severity: Severity
    points: float
    measure: str
    beat: Fraction
    voices: tuple[str, ...]
    notes: tuple[str, ...]
    facts: Mapping[str, Any]
    message: str
    why: str
    fix: Fix | None = None
    confidence: float = 1.0
    waived_by: str = ""
    waiver: str = ""
    onset: int = field(default=0, compare=False)  # of the arrival, in ticks

    @property
    def place(self) -> tuple[str, Fraction, tuple[str, ...]]:
        """(measure, beat, voices)."""
        return self.measure, self.beat, self.voices


class NotChecked(NamedTuple):
    """A rule that could not be judged, everywhere or in places, and why."""

    rule: str
    reason: str


@dataclass(frozen=True)
class Report:
    """Everything that a check has to say of one score, findings in order of time."""

    file: str
    pack: str
    layout: str  # how the notes were dealt to voices
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    notices: tuple[str, ...] = ()  # what reading mended, notes left out

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def at_or_above(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of this severity or a graver one."""
        least = SEVERITIES.index(severity)
        return tuple(item for item in self.findings if SEVERITIES.index(item.severity) >= least)
