"""Reports for programs: one JSON document, or a line of JSON for each thing that is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from musegen.rules.findings import Finding, Report
from musegen.rules.reports.common import Judged, Unreadable, reports_of


def as_json(judged: Sequence[Judged], unreadable: Sequence[Unreadable] = ()) -> str:
    """The reports as one JSON document of version 1 (design.md section 5), a beat as a number."""
    files: list[dict[str, Any]] = [_file(report) for report in reports_of(judged)]
    files += [{"file": file, "error": reason} for file, reason in unreadable]
    return json.dumps({"version": 1, "files": files}, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_ndjson(judged: Sequence[Judged], unreadable: Sequence[Unreadable] = ()) -> str:
    """A JSON object a line: `type` is `finding`, `waived`, `file` (what else is told of it) or `error`."""
    lines = [line for report in reports_of(judged) for line in _lines(report)]
    lines += [{"type": "error", "file": file, "error": reason} for file, reason in unreadable]
    return "".join(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n" for line in lines)


def finding_data(item: Finding) -> dict[str, Any]:
    """A finding in plain values; a beat is a whole number or a decimal one."""
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


def _lines(report: Report) -> Iterator[dict[str, Any]]:
    whole = _file(report)
    for kind, name in (("finding", "findings"), ("waived", "waived")):
        for item in whole.pop(name):
            yield {"type": kind, "file": report.file, "pack": report.pack, **item}
    yield {"type": "file", **whole}


def _file(report: Report) -> dict[str, Any]:
    return {
        "file": report.file,
        "pack": report.pack,
        "voices": report.layout,
        "findings": [finding_data(item) for item in report.findings],
        "fixed": [finding_data(item) for item in report.fixed],
        "waived": [finding_data(item) | {"waived_by": item.waived_by, "reason": item.waiver} for item in report.waived],
        "not_checked": [item._asdict() for item in report.not_checked],
        "notices": list(report.notices),
    }
