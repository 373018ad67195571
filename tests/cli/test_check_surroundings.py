"""What surrounds a check at the command line: baselines, waivers, patterns, plugins, chords of another file, marks."""

import json
from pathlib import Path

import pytest
from lxml import etree

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid
from tests.engraving.schema import faults

FIFTHS = """meter: 2/4
S: e5 d5 | e5 f5
A: c5 a4 | c5 a4
T: g3 a3 | g3 a3
B: c3 d3 | c3 d3"""
"""Tenor and bass in fifths: to 1:2, to 2:1 and to 2:2."""
MENDED = FIFTHS.replace("T: g3 a3 | g3 a3", "T: g3 f3 | g3 a3")
WAIVER = '[[waive]]\nrule = "parallel-fifths"\nreason = "as in the model"\n'


def write(path: Path, grid: str) -> Path:
    path.write_bytes(write_musicxml(parse_grid(grid)))
    return path


@pytest.fixture
def etude(tmp_path):
    return write(tmp_path / "etude.musicxml", FIFTHS)


def told(capsys, *arguments):
    """The exit code, and the report of the first file as JSON."""
    capsys.readouterr()
    code = run(["check", *map(str, arguments), "--pack", "strict", "--select", "parallel-fifths", "--format", "json"])
    return code, json.loads(capsys.readouterr().out)["files"][0]


def places(entry, kind="findings"):
    return [(item["measure"], item["beat"]) for item in entry[kind]]


def test_what_a_baseline_knows_does_not_count_and_what_was_mended_is_told(etude, tmp_path, capsys):
    known = tmp_path / "known.json"
    assert run(["check", str(etude), "--select", "parallel-fifths", "--write-baseline", str(known)]) == 0
    code, file = told(capsys, etude, "--baseline", known)
    assert (code, places(file), len(file["waived"])) == (0, [], 3)
    write(etude, MENDED)
    code, file = told(capsys, etude, "--baseline", known)
    assert (code, places(file), places(file, "waived")) == (0, [], [("2", 2)])
    assert file["notices"] == [
        "fixed since the baseline: parallel-fifths, measure 1, T B",
        "fixed since the baseline: parallel-fifths, measure 2, T B",
    ]


def test_a_second_fault_in_a_known_measure_is_new(etude, tmp_path, capsys):
    known = tmp_path / "known.json"
    write(etude, MENDED)
    run(["check", str(etude), "--select", "parallel-fifths", "--format", "json", "-o", str(known)])
    write(etude, FIFTHS)
    code, file = told(capsys, etude, "--baseline", known)
    assert (code, places(file), places(file, "waived")) == (1, [("1", 2), ("2", 2)], [("2", 1)])


def test_what_is_no_baseline_is_one_line(etude, tmp_path, capsys):
    for content in ("", "[1]", '{"files": [{"file": 3, "findings": [4]}]}', '{"files": 1}'):
        (tmp_path / "b.json").write_text(content)
        assert run(["check", str(etude), "--baseline", str(tmp_path / "b.json")]) == 3
        assert "no baseline" in capsys.readouterr().err
    assert run(["check", str(etude), "--baseline", str(tmp_path / "none.json")]) == 3


def test_waivers_beside_a_score_cover_what_they_name(etude, capsys):
    side = etude.with_name("etude.waivers.toml")
    side.write_text(WAIVER + 'measure = 2\nbeat = 2\nvoices = ["B", "T"]\n')
    code, file = told(capsys, etude)
    assert (code, places(file), file["waived"][0]["reason"]) == (1, [("1", 2), ("2", 1)], "as in the model")
    side.write_text(WAIVER)
    assert told(capsys, etude)[0] == 0


def test_a_waiver_that_is_past_and_one_that_covers_nothing_are_findings(etude, capsys):
    side = etude.with_name("etude.waivers.toml")
    side.write_text(WAIVER + "expires = 2001-06-30\n" + WAIVER + 'measure = "9"\n')
    run(["check", str(etude), "--select", "parallel-fifths", "--select", "*-waiver"])
    text = capsys.readouterr().out
    assert "warning expired-waiver The waiver of parallel-fifths ended on 2001-06-30" in text
    assert "etude.musicxml:9:1: info unused-waiver The waiver of parallel-fifths, measure 9 covers nothing" in text
    assert text.count("error parallel-fifths") == 3


def test_a_waiver_of_a_misspelled_rule_is_asked_about_the_rule_that_was_meant(etude, capsys):
    etude.with_name("etude.waivers.toml").write_text(WAIVER.replace("parallel-fifths", "parallel-fiths"))
    run(["check", str(etude)])
    told = "unused-waiver The waiver of parallel-fiths covers nothing; did you mean parallel-fifths?"
    assert told in capsys.readouterr().out


def test_waivers_of_rules_that_nobody_judged_are_left_alone(etude, capsys):
    side = etude.with_name("etude.waivers.toml")
    side.write_text(WAIVER.replace("parallel-fifths", "voice-overlap") + WAIVER.replace("fifths", "fourths"))
    run(["check", str(etude), "--ignore", "voice-overlap", "--pack", "strict"])
    text = capsys.readouterr().out
    assert "voice-overlap" not in text
    assert "unused-waiver The waiver of parallel-fourths covers nothing" in text


def test_common_waivers_are_unused_only_where_no_score_has_use_for_them(etude, tmp_path, capsys):
    write(tmp_path / "other.musicxml", "S: e5 d5\nA: c5 b4\nT: g3 g3\nB: c3 g2")
    common = tmp_path / "class.toml"
    common.write_text(WAIVER + WAIVER + 'measure = "7"\n')
    run(["check", str(tmp_path), "--waivers", str(common), "--pack", "strict", "--format", "ndjson"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    faults = [(line["file"], line["rule"], line["measure"]) for line in lines if line.get("rule") == "unused-waiver"]
    assert faults == [(str(common), "unused-waiver", "7")]


def test_faulty_waivers_are_one_line(etude, capsys):
    side = etude.with_name("etude.waivers.toml")
    for content, complaint in (
        ("[[waive]]\nrule = 'x'", "needs a rule and a reason"),
        (WAIVER + "beat = 'two'", "`beat` cannot be 'two'"),
        (WAIVER + "expires = 'soon'", "`expires` must be a date"),
        (WAIVER + "until = 3", "`until` is not a key of a waiver"),
        ("rules = 1", "`rules` is not a key"),
        ("waive = [", "not a TOML file"),
        (WAIVER + "voices = [" + "'S'," * 100 + "]", "`voices` must be names, at most 99"),
        (WAIVER + "measure = '" + "x" * 5000 + "'", "`measure` must be a printed number"),
        ("[[waive]]\nrule = 'two\\nlines'\nreason = 'so'", "is the id of no rule"),
        ('[[waive]]\nrule = "two\\nlines"\nreason = "so"', "is the id of no rule"),
        (WAIVER + 'voices = ["a\\nb"]', "`voices` must be names"),
    ):
        side.write_text(content)
        assert run(["check", str(etude)]) == 3
        error = capsys.readouterr().err
        assert complaint in error
        assert "etude.waivers.toml" in error


def test_patterns_choose_rules(etude, capsys):
    assert run(["check", str(etude), "--select", "parallel-*", "--ignore", "*-fifths"]) == 0
    assert run(["check", str(etude), "--select", "*-fifths"]) == 1
    assert run(["check", str(etude), "--select", "paralel-*"]) == 2
    capsys.readouterr()


def test_ndjson_tells_each_score_before_the_next_is_judged(etude, tmp_path, capsys, monkeypatch):
    from musegen.cli.judging import Task

    write(tmp_path / "fugue.musicxml", FIFTHS)
    judge, seen = Task.judge, []

    def watched(self, name):
        seen.append(capsys.readouterr().out.count('"type": "finding"'))
        return judge(self, name)

    monkeypatch.setattr(Task, "judge", watched)
    run(["check", str(tmp_path), "--select", "parallel-fifths", "--format", "ndjson"])
    assert seen == [0, 3]


def test_chords_of_another_file_replace_those_of_the_score_and_what_fits_nowhere_is_told(tmp_path, capsys):
    piece = write(
        tmp_path / "piece.musicxml", "key: C major; meter: 2/4\nS: e5 d5\nA: c5 b4\nT: g4 g4\nB: c3 g3\nH: ii V"
    )
    chords = tmp_path / "chords.rntxt"
    chords.write_text("Time Signature: 2/4\n\nm1 C: I b2 V6/4\nm2 I\n")
    run(
        ["check", str(piece), "--harmony", str(chords), "--select", "missing-*", "--format", "json", "--pack", "strict"]
    )
    file = json.loads(capsys.readouterr().out)["files"][0]
    assert [notice for notice in file["notices"] if "chords.rntxt" in notice] == [
        f"I of {chords} at measure 2, beat 1 has no place here"
    ]
    assert not [item for item in file["findings"] if "ii" in item["message"]]
    (tmp_path / "none.musicxml").write_bytes(write_musicxml(parse_grid("S: c5")))
    assert run(["check", str(piece), "--harmony", str(tmp_path / "none.musicxml")]) == 3


def test_a_cantus_firmus_that_is_no_voice_is_wrong_usage(etude, capsys):
    assert run(["check", str(etude), "--cantus-firmus", "X"]) == 2
    assert "it is upper, lower, S, A, T, B" in capsys.readouterr().err


def test_a_marked_score_has_a_badge_a_finding_and_a_legend(etude, tmp_path, capsys):
    out = tmp_path / "marked.svg"
    assert run(["check", str(etude), "--select", "parallel-fifths", "--format", "svg", "-o", str(out)]) == 1
    root = etree.parse(out).getroot()
    badges = root.findall(".//{*}g[@class='badge square']")
    assert len(badges) == 6  # three at notes, three in the legend
    assert len(root.findall(".//{*}g[@class='mark-line']")) == 6
    assert "T B: parallel-fifths (error)" in "".join(root.itertext())
    capsys.readouterr()


def test_marked_musicxml_is_valid_and_keeps_every_other_element(etude, tmp_path, capsys):
    out = tmp_path / "marked.musicxml"
    run(["check", str(etude), "--select", "parallel-fifths", "--format", "musicxml", "-o", str(out)])
    assert faults(out.read_bytes()) == []
    before, after = etree.parse(etude).getroot(), etree.parse(out).getroot()
    numbers = after.findall(".//words[@enclosure='square']")
    assert [words.text for words in numbers] == ["1", "2", "3"]
    assert after.findtext("credit/credit-words").count("\n") == 2
    for direction in [words.getparent().getparent() for words in numbers] + after.findall("credit[@page]"):
        if direction.find("credit-words") is None or direction.findtext("credit-words").startswith("1  "):
            direction.getparent().remove(direction)
    for note in after.iter("note"):
        note.attrib.pop("color", None)
    assert [etree.tostring(item) for item in before.iter("note")] == [
        etree.tostring(item) for item in after.iter("note")
    ]
    assert [item.tag for item in before.iter()] == [item.tag for item in after.iter()]
    capsys.readouterr()


def test_several_marked_scores_need_a_folder_and_no_score_is_written_over(etude, tmp_path, capsys):
    write(tmp_path / "fugue.musicxml", FIFTHS)
    marked = tmp_path / "marked"
    assert run(["check", str(tmp_path), "--format", "svg"]) == 2
    assert run(["check", str(tmp_path), "--format", "musicxml", "-o", str(tmp_path)]) == 2
    assert run(["check", str(tmp_path), "--format", "svg", "-o", str(tmp_path / "all.svg")]) == 2
    assert run(["check", str(tmp_path), "--format", "svg", "-o", str(marked)]) == 1
    assert sorted(path.name for path in marked.iterdir()) == ["etude.svg", "fugue.svg"]
    capsys.readouterr()


def test_an_editors_analysis_of_a_chorale_finds_every_beat_even_of_measures_broken_at_a_fermata(capsys):
    analysis = "bach/choraleAnalyses/riemenschneider001"
    run(["check", "bach/bwv269", "--harmony", analysis, "--format", "json"])
    file = json.loads(capsys.readouterr().out)["files"][0]
    assert [notice for notice in file["notices"] if analysis in notice] == []
    assert not [item for item in file["not_checked"] if "no chords" in item["reason"]]


def test_sarif_points_to_the_line_of_the_note(etude, capsys):
    capsys.readouterr()
    run(["check", str(etude), "--select", "parallel-fifths", "--format", "sarif"])
    first = json.loads(capsys.readouterr().out)["runs"][0]["results"][0]
    line = first["locations"][0]["physicalLocation"]["region"]["startLine"]
    written = etude.read_text().splitlines()[line - 1]
    assert written.lstrip().startswith("<note")
    bass_d = etree.parse(etude).findall("part")[3].findall(".//note")[1]
    assert (bass_d.findtext("pitch/step"), bass_d.sourceline) == ("D", line)


def test_a_numeral_that_is_none_in_a_file_of_chords_is_told_with_its_place_and_nothing_else_is_judged_by(
    etude, tmp_path, capsys
):
    chords = tmp_path / "chords.rntxt"
    chords.write_text("Time Signature: 2/4\nm1 C: I b2 blah\n")
    assert run(["check", str(etude), "--harmony", str(chords)]) == 3
    told = capsys.readouterr()
    assert told.err.count("chords.rntxt, measure 1, beat 2: `blah`") == 1
    assert "is not a Roman numeral" in told.err


def test_a_baseline_of_faults_that_are_all_gone_is_told_in_a_few_lines(etude, tmp_path, capsys):
    known = tmp_path / "known.json"
    gone = [{"rule": "parallel-octaves", "measure": str(number), "voices": ["T", "B"]} for number in range(5000)]
    known.write_text(json.dumps({"version": 1, "files": [{"file": str(etude), "findings": gone}]}))
    run(["check", str(etude), "--baseline", str(known)])
    lines = [line for line in capsys.readouterr().out.splitlines() if "fixed since the baseline" in line]
    assert len(lines) == 21
    assert lines[-1].endswith("fixed since the baseline: 4980 more")


def test_one_score_of_several_that_lacks_the_voice_asked_for_does_not_stop_the_others(etude, tmp_path, capsys):
    write(tmp_path / "duet.musicxml", "meter: 2/4\nS: e5 d5\nB: c3 d3")
    assert run(["check", str(tmp_path / "duet.musicxml"), "--cantus-firmus", "T"]) == 2
    assert run(["check", str(tmp_path), "--cantus-firmus", "T", "--pack", "strict", "--select", "parallel-*"]) == 2
    told = capsys.readouterr()
    assert "duet.musicxml: no voice is called `T`" in told.err
    assert f"{etude}:1:2: error parallel-fifths" in told.out
    assert run(["check", str(etude), "--keep", "S"]) == 2
    assert "--keep says what --fix leaves alone" in capsys.readouterr().err
