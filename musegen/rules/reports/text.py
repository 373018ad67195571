"""Reports as text: a line a finding, as people and editors read it."""

from __future__ import annotations

from collections.abc import Sequence

from musegen.rules.findings import Finding, Report
from musegen.rules.reports.common import Judged, Unreadable, advice, beat_text, by_reason, counted, reports_of


def as_text(judged: Sequence[Judged], unreadable: Sequence[Unreadable] = ()) -> str:
    """`file:measure:beat: severity rule message`, a line a finding; what was not checked and why; a summary line."""
    lines: list[str] = []
    reports = reports_of(judged)
    for report in reports:
        lines += [_line(report.file, finding) for finding in report.findings]
        if ";" in report.layout or (report.layout and len(reports) > 1):
            lines.append(f"{report.file}: voices: {report.layout}")
        lines += [f"{report.file}: note: {notice}" for notice in report.notices]
        lines += [f"{report.file}: not checked: {told}" for told in by_reason(report.not_checked)]
    lines += [f"{file}: unreadable: {reason}" for file, reason in unreadable]
    return "\n".join([*lines, summary(reports, unreadable)]) + "\n"


def summary(reports: Sequence[Report], unreadable: Sequence[Unreadable] = ()) -> str:
    """How much was found, in one line.

    >>> summary([])
    '0 files: no findings'
    """
    counts = [(sum(report.count(kind) for report in reports), kind) for kind in ("error", "warning", "info")]
    told = [counted(number, kind) for number, kind in counts if number] or ["no findings"]
    waived = sum(len(report.waived) for report in reports)
    told += [f"{waived} waived"] if waived else []
    told += [f"{len(unreadable)} unreadable"] if unreadable else []
    layout = f" ({reports[0].layout}; pack {reports[0].pack})" if len(reports) == 1 else ""
    return f"{counted(len(reports) + len(unreadable), 'file')}{layout}: {', '.join(told)}"


def _line(file: str, finding: Finding) -> str:
    place = f"{file}:{finding.measure}:{beat_text(finding.beat)}" if finding.measure else file
    return f"{place}: {finding.severity} {finding.rule} {finding.message}{advice(finding)}"
