"""A baseline: findings of an earlier day that are known and do not count again.

A finding is known where the baseline has one of the same file, rule, measure and voices. The beat and the words are not
compared, so that a note changed elsewhere in the measure leaves it known; of three alike, two known ones leave one new.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from musegen.errors import UnreadableFile
from musegen.rules.findings import KNOWN, Finding, Report
from musegen.score.files import regular_file

_MAX_BYTES = 64 << 20
_MOST_TOLD = 20
"""Faults that are gone and told one by one."""


class Fault(NamedTuple):
    """What makes two findings the same fault."""

    file: str
    rule: str
    measure: str
    voices: tuple[str, ...]

    def __str__(self) -> str:
        voices = f", {' '.join(self.voices)}" if self.voices else ""
        return " ".join(f"{self.rule}, measure {self.measure}{voices}".split())


class Baseline(NamedTuple):
    """How often each fault is known in which files, and the name of the file that says so."""

    name: str
    known: Mapping[Fault, int]
    files: frozenset[str]


def read_baseline(path: Path) -> Baseline:
    """The findings of a JSON report, or of a file that `--write-baseline` wrote, which has the same shape.

    Raises:
        UnreadableFile: it is neither.
    """
    hint = "write it with `musegen check --write-baseline FILE`"
    try:
        content = json.loads(regular_file(path, _MAX_BYTES).decode("utf-8-sig"))
        files = frozenset(_plain(entry["file"]) for entry in content["files"])
        listed = [_fault(entry["file"], item) for entry in content["files"] for item in entry.get("findings", ())]
    except UnreadableFile as error:
        raise UnreadableFile(f"this is no baseline: {error.message}", file=str(path), hint=hint) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableFile("this is no baseline and no JSON report", file=str(path), hint=hint) from None
    return Baseline(str(path), Counter(listed), files)


def baseline_text(reports: Iterable[Report]) -> str:
    """The baseline of these reports: their findings, and those that an older baseline knew, with places for people."""
    files = [
        {"file": _plain(report.file), "findings": [_entry(item) for item in (*report.findings, *_known_ones(report))]}
        for report in reports
    ]
    return json.dumps({"version": 1, "files": files}, indent=1, ensure_ascii=False) + "\n"


def without_known(report: Report, baseline: Baseline, unjudged: Collection[str] = ()) -> Report:
    """The report with its known findings under `waived`, and a notice for each known one that is there no more.

    A notice tells where the baseline does not name the file at all. Rules that were `unjudged` have nothing that could
    be gone.
    """
    left = Counter({fault: times for fault, times in baseline.known.items() if fault.file == _plain(report.file)})
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in report.findings:
        fault = Fault(_plain(report.file), finding.rule, finding.measure, finding.voices)
        if left[fault] > 0:
            left[fault] -= 1
            known.append(replace(finding, waived_by=KNOWN, waiver=f"known by {baseline.name}"))
        else:
            new.append(finding)
    gone = [f"fixed since the baseline: {fault}" for fault in left.elements() if fault.rule not in unjudged]
    if len(gone) > _MOST_TOLD:
        gone = [*gone[:_MOST_TOLD], f"fixed since the baseline: {len(gone) - _MOST_TOLD} more"]
    waived = sorted((*report.waived, *known), key=lambda finding: finding.onset)
    return replace(
        report, findings=tuple(new), waived=tuple(waived), notices=(*report.notices, *_unnamed(report, baseline), *gone)
    )


def _unnamed(report: Report, baseline: Baseline) -> list[str]:
    """That the baseline does not name the file of a report, and which of its files have the same name elsewhere."""
    name = _plain(report.file)
    if name in baseline.files:
        return []
    alike = sorted(other for other in baseline.files if other.rpartition("/")[2] == name.rpartition("/")[2])
    told = f"; it names {' and '.join(alike[:2])}" if alike else ""
    return [f"the baseline {baseline.name} knows nothing of {name}{told}"]


def _known_ones(report: Report) -> Sequence[Finding]:
    return [finding for finding in report.waived if finding.waived_by == KNOWN]


def _entry(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "measure": finding.measure,
        "beat": float(finding.beat),
        "voices": list(finding.voices),
        "message": finding.message,
    }


def _fault(file: str, item: Mapping[str, Any]) -> Fault:
    return Fault(_plain(file), str(item["rule"]), str(item["measure"]), tuple(map(str, item.get("voices", ()))))


def _plain(file: str) -> str:
    """A file's name alike on every system, however it was typed: `./a//b` is `a/b`."""
    return os.path.normpath(file).replace(os.sep, "/")
