"""`musegen analyse` writes voice-leading graphs that musegen reads back."""

import os

import musegen
from musegen import cli
from musegen.theory.graph import from_graphml, from_json, from_npz, voice_leading_graph


def test_each_format_holds_the_graph_of_the_piece(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    score = musegen.read("bach/bwv66.6")
    graph = voice_leading_graph(score, musegen.analyse(score))
    for form, read in (("graphml", from_graphml), ("graph-json", from_json), ("npz", from_npz)):
        assert cli.run(["analyse", "bach/bwv66.6", "--format", form, "-o", f"graph.{form}"]) == 0
        assert read((tmp_path / f"graph.{form}").read_bytes()) == graph


def test_several_scores_have_a_graph_each_in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pieces = ["bach/bwv66.6", "bach/bwv269"]
    assert cli.run(["analyse", *pieces, "--format", "npz", "--voices", "minimal", "-o", "graphs/"]) == 0
    assert sorted(os.listdir("graphs")) == ["bwv269.npz", "bwv66.6.npz"]
    assert from_npz((tmp_path / "graphs" / "bwv269.npz").read_bytes()).about.voices == "minimal"


def test_voices_of_no_graph_are_a_wrong_use(capsys):
    assert cli.run(["analyse", "bach/bwv66.6", "--voices", "minimal"]) == 2
    assert "--voices goes with graphml" in capsys.readouterr().err
