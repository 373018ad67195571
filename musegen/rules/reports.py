"""Reports as text: a line a finding for people and editors, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from musegen.rules.findings import Finding, NotChecked, Report

Unreadable = tuple[str, str]
"""A file that could not be read, and why."""


def as_text(reports: Sequence[Report], unreadable: Sequence[Unreadable] = ()) -> str:
    """`file:measure:beat: severity rule message`, a line a finding; what was not checked and why; a summary line."""
    lines: list[str] = []
    for report in reports:
        lines += [_line(report.file, finding) for finding in report.findings]
        lines += [f"{report.file}: voices: {report.layout}"] * (";" in report.layout or len(reports) > 1)
        lines += [f"{report.file}: note: {notice}" for notice in report.notices]
        lines += [f"{report.file}: not checked: {told}" for told in _by_reason(report.not_checked)]
    lines += [f"{file}: unreadable: {reason}" for file, reason in unreadable]
    return "\n".join([*lines, summary(reports, unreadable)]) + "\n"


def as_json(reports: Sequence[Report], unreadable: Sequence[Unreadable] = ()) -> str:
    """The reports as one JSON document of version 1 (design.md section 5), a beat as a number."""
    import json

    files: list[dict[str, Any]] = [_file(report) for report in reports]
    files += [{"file": file, "error": reason} for file, reason in unreadable]
    return json.dumps({"version": 1, "files": files}, indent=2, ensure_ascii=False) + "\n"


def summary(reports: Sequence[Report], unreadable: Sequence[Unreadable] = ()) -> str:
    """How much was found, in one line.

    >>> summary([])
    '0 files: no findings'
    """
    counts = [(sum(report.count(kind) for report in reports), kind) for kind in ("error", "warning", "info")]
    told = [_counted(number, kind) for number, kind in counts if number] or ["no findings"]
    waived = sum(len(report.waived) for report in reports)
    told += [f"{waived} waived"] if waived else []
    told += [f"{len(unreadable)} unreadable"] if unreadable else []
    layout = f" ({reports[0].layout}; pack {reports[0].pack})" if len(reports) == 1 else ""
    return f"{_counted(len(reports) + len(unreadable), 'file')}{layout}: {', '.join(told)}"


def beat_text(beat: Fraction) -> str:
    """A beat for people: `2`, `2.5`, `1+1/3`.

    >>> [beat_text(Fraction(number)) for number in ("2", "5/2", "4/3")]
    ['2', '2.5', '1+1/3']
    """
    whole, part = divmod(beat, 1)
    if not part:
        return str(whole)
    return f"{float(beat):g}" if part.denominator in (2, 4, 8) else f"{whole}+{part}"


def _line(file: str, finding: Finding) -> str:
    place = f"{file}:{finding.measure}:{beat_text(finding.beat)}"
    return f"{place}: {finding.severity} {finding.rule} {finding.message}"


def _by_reason(missed: Iterable[NotChecked]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for item in missed:
        reasons.setdefault(item.reason, []).append(item.rule)
    return [f"{', '.join(rules)} ({reason})" for reason, rules in reasons.items()]


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _file(report: Report) -> dict[str, Any]:
    return {
        "file": report.file,
        "pack": report.pack,
        "voices": report.layout,
        "findings": [_finding(item) for item in report.findings],
        "waived": [_finding(item) | {"waived_by": item.waived_by, "reason": item.waiver} for item in report.waived],
        "not_checked": [item._asdict() for item in report.not_checked],
        "notices": list(report.notices),
    }


def _finding(item: Finding) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "severity": item.severity,
        "points": item.points,
        "measure": item.measure,
        "beat": int(item.beat) if item.beat.denominator == 1 else float(item.beat),
        "voices": list(item.voices),
        "notes": list(item.notes),
        "facts": dict(item.facts),
        "confidence": item.confidence,
        "message": item.message,
        "why": item.why,
        "fix": item.fix and {"message": item.fix.message, "edits": [edit._asdict() for edit in item.fix.edits]},
    }
