"""Reports in SARIF 2.1.0, the interchange format of checkers: one run, every rule described, waivers as suppressions.

A fix of ours changes notes, not text: it stands under `properties`, as SARIF's own fixes are replacements of text.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import musegen
from musegen.rules.entries import Rule
from musegen.rules.findings import KNOWN, WAIVED, Finding, Severity, beat_text
from musegen.rules.house_rules import HOUSE_RULES
from musegen.rules.reports.common import Judged, Unreadable, advice, place_text
from musegen.rules.reports.data import finding_data

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_OUTSIDE = (WAIVED, KNOWN)
"""What is written down apart from the music; an exception of a rule is heard in the music itself."""


def as_sarif(judged: Sequence[Judged], unreadable: Sequence[Unreadable] = ()) -> str:
    """One SARIF log with one run; the uris are those of the files as they were named."""
    rules = _rules(judged)
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "musegen",
                "version": musegen.__version__,
                "rules": [_described(rule) for rule in rules],
            }
        },
        "invocations": [_invocation(judged, unreadable, numbers)],
        "artifacts": [{"location": _artifact(item.report.file)} for item in judged],
        "results": [result for item in judged for result in _results(item, numbers)],
    }
    return (
        json.dumps(
            {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False, allow_nan=False
        )
        + "\n"
    )


def _rules(judged: Sequence[Judged]) -> list[Rule]:
    """Every rule once, as the first pack has it, in the order of the packs."""
    found = {rule.id: rule for item in reversed(judged) for rule in reversed(item.rules)}
    told = {finding.rule for item in judged for finding in item.report.findings}
    return [*reversed(found.values()), *(rule for name, rule in HOUSE_RULES.items() if name in told)]


def _described(rule: Rule) -> dict[str, Any]:
    said = rule.definition or (rule.kind.summary if rule.predicate else rule.why)
    source = f"\n\nSource: {rule.source}" if rule.source else ""
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.id.replace("-", " ").capitalize() + "."},
        "fullDescription": {"text": said},
        "help": {"text": rule.why + source, "markdown": f"**{rule.id}**: {said}\n\n{rule.why}{source}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"points": rule.points},
    }


def _results(judged: Judged, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    times: Counter[str] = Counter()
    report = judged.report
    for finding in sorted((*report.findings, *report.waived), key=lambda item: item.onset):
        print_ = _fingerprint(report.file, finding)
        times[print_] += 1
        data = finding_data(finding)
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "level": _LEVELS[finding.severity],
            "message": {"text": f"{finding.message}{advice(finding)}. {finding.why}"},
            "locations": [_location(report.file, finding, judged.lines)],
            "partialFingerprints": {"musegenPlace/v1": f"{print_}:{times[print_]}"},
            "properties": {name: data[name] for name in ("measure", "beat", "voices", "notes", "points", "confidence")},
        }
        if finding.rule in numbers:
            result["ruleIndex"] = numbers[finding.rule]
        if data["fix"]:
            result["properties"]["fix"] = data["fix"]
        if finding.waived_by:
            result["suppressions"] = [_suppression(finding)]
        yield result


def _location(file: str, finding: Finding, lines: Mapping[str, int]) -> dict[str, Any]:
    """The file, with the line of the last of the notes concerned where it is known; measure, beat and voices."""
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(file)}}
    line = next((lines[note] for note in reversed(finding.notes) if note in lines), 0)
    if line:
        location["physicalLocation"]["region"] = {"startLine": line}
    if finding.measure or finding.voices:
        parts = ("measure", finding.measure), ("beat", beat_text(finding.beat)), ("voices", " ".join(finding.voices))
        whole = "/".join(f"{name} {value}" for name, value in parts if value)
        location["logicalLocations"] = [{"name": place_text(finding), "fullyQualifiedName": whole, "kind": "element"}]
    return location


def _suppression(finding: Finding) -> dict[str, str]:
    kind = "external" if finding.waived_by in _OUTSIDE else "inSource"
    return {"kind": kind, "status": "accepted", "justification": finding.waiver or finding.waived_by}


def _fingerprint(file: str, finding: Finding) -> str:
    """The same for the same fault in a later version of the file: rule, measure and voices, as in a baseline."""
    words = "|".join((os.path.basename(file), finding.rule, finding.measure, " ".join(finding.voices)))
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:32]


def _invocation(judged: Sequence[Judged], unreadable: Sequence[Unreadable], numbers: dict[str, int]) -> dict[str, Any]:
    told: list[dict[str, Any]] = [_notification("error", reason, file) for file, reason in unreadable]
    for report in (item.report for item in judged):
        told += [_notification("note", notice, report.file) for notice in report.notices]
        told += [
            _notification("note", f"{missed.rule} was not checked: {missed.reason}", report.file)
            | ({"associatedRule": {"id": missed.rule, "index": numbers[missed.rule]}} if missed.rule in numbers else {})
            for missed in report.not_checked
        ]
    return {"executionSuccessful": not unreadable, "toolExecutionNotifications": told}


def _notification(level: str, words: str, file: str) -> dict[str, Any]:
    return {
        "level": level,
        "message": {"text": words},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(file)}}],
    }


def _artifact(file: str) -> dict[str, str]:
    path = file.replace(os.sep, "/")
    return {"uri": ("file://" if path.startswith("/") else "") + quote(path, errors="replace")}
