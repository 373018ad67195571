"""Reports in Markdown: a table a file, for a comment under a change or for a printout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from musegen.rules.findings import Finding, Report, beat_text
from musegen.rules.reports.common import Judged, Unreadable, advice, by_reason, reports_of
from musegen.rules.reports.text import summary

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")
_SIGNS = {"error": "■ error", "warning": "◆ warning", "info": "● info"}
"""The shapes of the badges in marked scores."""


def as_markdown(judged: Sequence[Judged], unreadable: Sequence[Unreadable] = ()) -> str:
    """A summary, then a table for each file with findings; every word of a score or a path is escaped."""
    reports = reports_of(judged)
    parts = [f"## musegen check\n\n{escaped(summary(reports, unreadable))}\n"]
    parts += ["\n".join(_section(report)) for report in reports if _has_news(report)]
    if unreadable:
        parts.append(
            "\n".join(["### Unreadable\n", *(f"- {escaped(file)}: {escaped(why)}" for file, why in unreadable)])
        )
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def escaped(words: str) -> str:
    """The words so that Markdown shows them as they are, on one line.

    >>> escaped("a|b *c*")
    'a\\\\|b \\\\*c\\\\*'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))


def _has_news(report: Report) -> bool:
    return bool(report.findings or report.waived or report.not_checked or report.notices)


def _section(report: Report) -> Iterator[str]:
    yield f"### {escaped(report.file)}\n"
    if report.findings:
        yield "| measure | beat | voices | severity | rule | what |"
        yield "|---|---|---|---|---|---|"
        yield from (_row(finding) for finding in report.findings)
        yield ""
    yield from (f"- Waived: {_waived(finding)}" for finding in report.waived)
    yield from (f"- Not checked: {escaped(told)}" for told in by_reason(report.not_checked))
    yield from (f"- Note: {escaped(notice)}" for notice in report.notices)


def _row(finding: Finding) -> str:
    beat = beat_text(finding.beat) if finding.measure else ""
    cells = (
        finding.measure, beat, " ".join(finding.voices), _SIGNS[finding.severity], finding.rule,
        finding.message + advice(finding),
    )  # fmt: skip
    return f"| {' | '.join(escaped(cell) for cell in cells)} |"


def _waived(finding: Finding) -> str:
    place = f"measure {finding.measure}, beat {beat_text(finding.beat)}" if finding.measure else ""
    return escaped(f"{finding.rule}, {place} ({finding.waiver})")
