"""The chords that a check leans on: excerpts in the key of their signature or out of it, and which engine hears."""

from pathlib import Path

import pytest

import musegen
from musegen.cli import run
from musegen.rules.engine import check
from musegen.rules.hearing import heard
from musegen.score.textgrid import parse_grid

MODULATES = "S: e5 d5 c#5 d5\nA: g4 g4 a4 a4\nT: c4 b-3 e4 f4\nB: c3 g3 a3 d3"
STAYS = "S: c5 d5\nA: e4 f4\nT: g3 b3\nB: c3 g2"


def test_an_excerpt_that_closes_in_d_minor_is_not_read_in_the_c_of_its_signature() -> None:
    assert [str(chord.key) for chord in heard(parse_grid(MODULATES)).chords][-2:] == ["d", "d"]
    told = {finding.rule for finding in check(parse_grid(MODULATES), "strict").findings}
    assert not told & {"weak-ending", "no-cadence", "unresolved-chromatic"}


def test_two_chords_are_i_and_v_of_the_signature_and_not_iv_and_i() -> None:
    assert [(str(chord.key), chord.numeral.degree) for chord in heard(parse_grid(STAYS)).chords] == [("C", 1), ("C", 5)]


def test_check_leans_on_what_the_engine_that_is_asked_for_hears() -> None:
    score = musegen.read("mozart/k545/movement1_exposition")
    network, counted = heard(score, "neural"), heard(score)
    assert check(score, "keyboard", engine="neural").findings == check(score, "keyboard", network).findings
    assert network.chords != counted.chords


def test_the_command_line_takes_the_engine_and_says_who_mends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    piece = "mozart/k545/movement1_exposition"
    told = {}
    for engine in ("classical", "neural"):
        assert run(["check", piece, "--pack", "keyboard", "--engine", engine, "--format", "json"]) in (0, 1)
        told[engine] = capsys.readouterr().out
    assert told["classical"] != told["neural"]
    assert run(["check", piece, "--engine", "neural", "--fix", str(tmp_path / "mended.musicxml")]) == 2
    assert "leave out --engine neural" in capsys.readouterr().err
