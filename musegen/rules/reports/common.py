"""What all reports share: a report with the rules that gave it, and places in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from musegen.rules.entries import Rule
from musegen.rules.findings import Finding, NotChecked, Report, beat_text, counted

_MOST_NAMED = 4
"""Rules with one reason for not being checked that are all named where people read."""
Unreadable = tuple[str, str]
"""A file that could not be read, and why."""


class Judged(NamedTuple):
    """A report, the rules that were asked for, and where the notes stand in the text of the file, if that is known."""

    report: Report
    rules: tuple[Rule, ...]
    lines: Mapping[str, int] = {}  # from 1, by the names of notes


def reports_of(judged: Sequence[Judged]) -> list[Report]:
    """The reports alone."""
    return [item.report for item in judged]


def place_text(finding: Finding) -> str:
    """`measure 3, beat 2, T B`; what is about no measure has no place."""
    if not finding.measure:
        return " ".join(finding.voices)
    place = f"measure {finding.measure}, beat {beat_text(finding.beat)}"
    return f"{place}, {' '.join(finding.voices)}" if finding.voices else place


def advice(finding: Finding) -> str:
    """What would mend a finding, as the end of a sentence; empty where nothing is known."""
    return f"; {finding.fix.message}" if finding.fix else ""


def in_lines(told: Iterable[str]) -> str:
    """The texts, a line each: a name with a line break in it begins no line of its own.

    >>> in_lines(["a\\nb.musicxml:1:2: error", "1 file"])
    'a b.musicxml:1:2: error\\n1 file\\n'
    """
    return "".join(f"{' '.join(text.splitlines())}\n" for text in told)


def by_reason(missed: Iterable[NotChecked]) -> list[str]:
    """A line a reason why rules were not checked: how many there are and the first few; JSON names all.

    Rules that were judged elsewhere are only counted, with the places where they were not.

    >>> by_reason([NotChecked("no-cadence", "no chords"), NotChecked("bass-off-chord", "no symbols")])
    ['no-cadence (no chords)', 'bass-off-chord (no symbols)']
    >>> by_reason([NotChecked(f"rule-{number}", "no chords") for number in range(9)])
    ['9 rules: rule-0, rule-1, rule-2, ... (no chords)']
    >>> by_reason([NotChecked(f"rule-{number}", "the chord is uncertain", ("1:1", "2:3")) for number in range(9)])
    ['9 rules only at 1:1, 2:3 (the chord is uncertain)']
    """
    reasons: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for item in missed:
        reasons.setdefault((item.reason, item.places), []).append(item.rule)
    return [f"{_named(rules, places)} ({reason})" for (reason, places), rules in reasons.items()]


def _named(rules: Sequence[str], places: Sequence[str]) -> str:
    """The rules, or at how many places they alone were left out."""
    if places:
        return f"{counted(len(rules), 'rule')} only at {_first_few(places)}"
    return _first_few(rules) if len(rules) <= _MOST_NAMED else f"{len(rules)} rules: {_first_few(rules)}"


def _first_few(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: _MOST_NAMED - 1])}, ..."
