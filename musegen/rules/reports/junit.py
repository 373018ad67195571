"""Reports as JUnit XML, as build servers read it: a suite a file, a test case a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from musegen.rules.entries import Rule
from musegen.rules.findings import SEVERITIES, Finding, Report, counted
from musegen.rules.house_rules import HOUSE_RULES
from musegen.rules.reports.common import Judged, Unreadable, advice, place_text


def as_junit(judged: Sequence[Judged], unreadable: Sequence[Unreadable] = (), *, fail_on: str = "error") -> str:
    """Findings at least as grave as `fail_on` (`never` for none) are failures: the build agrees with the exit code.

    Milder ones are what a case put out, with those that were waived; what was not checked is skipped. A file that
    cannot be read is a case with an error.
    """
    root = etree.Element("testsuites", name="musegen")
    for item in judged:
        _suite(root, item, fail_on)
    for file, reason in unreadable:
        suite = _element(root, "testsuite", name=file, tests="1", failures="0", errors="1", skipped="0", time="0")
        case = _element(suite, "testcase", name="readable", classname=file, time="0")
        _element(case, "error", message=reason, type="unreadable")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    return etree.tostring(root, pretty_print=True, encoding="unicode", doctype='<?xml version="1.0" encoding="UTF-8"?>')


def _suite(root: etree._Element, judged: Judged, fail_on: str) -> None:
    report = judged.report
    suite = _element(root, "testsuite", name=report.file, package=report.pack, time="0", errors="0")
    told = {finding.rule for finding in report.findings}
    listed = [*judged.rules, *(rule for name, rule in HOUSE_RULES.items() if name in told)]
    for rule in listed:
        _case(suite, rule, report, fail_on)
    for name, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("skipped", "testcase/skipped")):
        suite.set(name, str(len(suite.findall(tag))))


def _case(suite: etree._Element, rule: Rule, report: Report, fail_on: str) -> None:
    case = _element(suite, "testcase", name=rule.id, classname=report.file, time="0")
    found = [finding for finding in report.findings if finding.rule == rule.id]
    grave = [finding for finding in found if fail_on in SEVERITIES[: SEVERITIES.index(finding.severity) + 1]]
    missed = next((item.reason for item in report.not_checked if item.rule == rule.id), "")
    if grave:
        message = grave[0].message if len(grave) == 1 else f"{counted(len(grave), 'finding')} of {rule.id}"
        _element(case, "failure", _listed(grave, rule), message=message, type=rule.severity)
    elif missed and not found:
        _element(case, "skipped", message=missed)
    mild = [finding for finding in found if finding not in grave]
    waived = [finding for finding in report.waived if finding.rule == rule.id]
    lines = [_listed(mild, rule)] * bool(mild) + [f"{_line(item)} (waived: {item.waiver})" for item in waived]
    if lines:
        _element(case, "system-out", "\n".join(lines))


def _listed(findings: Iterable[Finding], rule: Rule) -> str:
    return "\n".join([*map(_line, findings), rule.why])


def _line(finding: Finding) -> str:
    place = place_text(finding)
    return f"{finding.severity}: {place}{': ' * bool(place)}{finding.message}{advice(finding)}"


def _element(parent: etree._Element, tag: str, words: str = "", **attributes: str) -> etree._Element:
    from musegen.engraving.ink import legal

    element = etree.SubElement(parent, tag, {name: legal(value) for name, value in attributes.items()})
    element.text = legal(words) or None
    return element
