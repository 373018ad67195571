"""What a check hands back: findings with their place and reasons, what was waived, and what was not checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
WAIVED, KNOWN = "waiver", "baseline"
"""What `Finding.waived_by` says of a finding that a waiver lets pass, and of one that a baseline knows."""
_PASSED = {WAIVED: "waived", KNOWN: "known"}
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

    >>> from musegen.rules.engine import check
    >>> from musegen.score.textgrid import parse_grid
    >>> report = check(parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3"), "strict", infer=False)
    >>> print(report.findings[0])
    1:2: error parallel-fifths Tenor G3-A3 and bass C3-D3 move in parallel fifths
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

    def __str__(self) -> str:
        """`2:3.5: error parallel-fifths Tenor ...`, with what would avoid it, as reports have it."""
        place = f"{self.measure}:{beat_text(self.beat)}: " if self.measure else ""
        return f"{place}{self.severity} {self.rule} {self.message}" + (f"; {self.fix.message}" if self.fix else "")

    def __repr__(self) -> str:
        return f"<Finding: {self}>"

    @property
    def place(self) -> tuple[str, Fraction, tuple[str, ...]]:
        """(measure, beat, voices)."""
        return self.measure, self.beat, self.voices


class NotChecked(NamedTuple):
    """A rule that could not be judged, and why: everywhere, or only at these `places`, each `measure:beat`."""

    rule: str
    reason: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything that a check has to say of one score, findings in order of time.

    >>> from musegen.rules.engine import check
    >>> from musegen.score.textgrid import parse_grid
    >>> check(parse_grid("meter: 2/4\\nS: e5 d5\\nA: g4 f4\\nT: g3 a3\\nB: c3 d3"), "strict", infer=False)
    <Report: pack strict: 1 error>
    """

    file: str
    pack: str
    layout: str  # how the notes were dealt to voices
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    notices: tuple[str, ...] = ()  # what reading mended, notes left out
    fixed: tuple[Finding, ...] = ()  # what fixes resolved before, each with its fix

    def __repr__(self) -> str:
        file = f"{self.file}, " if self.file else ""
        return f"<Report: {file}pack {self.pack}: {tally([self])}>"

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def at_or_above(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of this severity or a graver one."""
        least = SEVERITIES.index(severity)
        return tuple(item for item in self.findings if SEVERITIES.index(item.severity) >= least)


def tally(reports: Sequence[Report]) -> str:
    """`1 error, 2 warnings, 3 waived`: what there is in some reports; or `no findings`.

    What an exception of the rule itself excuses, what waivers let pass and what a baseline knows count apart.
    """
    counts = [(sum(report.count(severity) for report in reports), severity) for severity in reversed(SEVERITIES)]
    told = [counted(number, severity) for number, severity in counts if number] or ["no findings"]
    passed = Counter(_PASSED.get(item.waived_by, "excused by its rule") for report in reports for item in report.waived)
    return ", ".join(told + [f"{number} {how}" for how, number in sorted(passed.items())])


def counted(number: int, thing: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {thing}{'s' * (number != 1)}"


def beat_text(beat: Fraction) -> str:
    """A beat for people: `2`, `2.5`, `1+1/3`.

    >>> [beat_text(Fraction(number)) for number in ("2", "5/2", "4/3")]
    ['2', '2.5', '1+1/3']
    """
    whole, part = divmod(beat, 1)
    if not part:
        return str(whole)
    return f"{float(beat):g}" if part.denominator in (2, 4, 8) else f"{whole}+{part}"
