"""Reports as text: a line a finding, as people and editors read it."""

from __future__ import annotations

from collections.abc import Sequence

from musegen.rules.findings import Finding, Report, counted, tally
from musegen.rules.reports.common import Judged, Unreadable, by_reason, in_lines, reports_of


def as_text(judged: Sequence[Judged], unreadable: Sequence[Unreadable] = ()) -> str:
    """`file:measure:beat: severity rule message`, a line a finding; what was not checked and why; a summary line."""
    lines: list[str] = []
    reports = reports_of(judged)
    mixed = len({report.pack for report in reports}) > 1
    for report in reports:
        lines += [_line(report.file, finding) for finding in report.findings]
        if ";" in report.layout or (report.layout and len(reports) > 1):
            lines.append(f"{report.file}: voices: {report.layout}")
        if mixed:
            lines.append(f"{report.file}: judged by the pack {report.pack}")
        lines += [f"{report.file}: note: {notice}" for notice in report.notices]
        lines += [f"{report.file}: not checked: {told}" for told in by_reason(report.not_checked)]
    lines += [f"{file}: unreadable: {reason}" for file, reason in unreadable]
    return in_lines([*lines, summary(reports, unreadable)])


def summary(reports: Sequence[Report], unreadable: Sequence[Unreadable] = ()) -> str:
    """How much was found, in one line.

    >>> summary([])
    '0 files: no findings'
    """
    packs = {report.pack for report in reports}
    layout = f"{reports[0].layout}; " if len(reports) == 1 else ""
    told = f" ({layout}pack {reports[0].pack})" if len(packs) == 1 else ""
    failed = f", {len(unreadable)} unreadable" if unreadable else ""
    return f"{counted(len(reports) + len(unreadable), 'file')}{told}: {tally(reports)}{failed}"


def _line(file: str, finding: Finding) -> str:
    return f"{file}:{finding}" if finding.measure else f"{file}: {finding}"
