"""`musegen train melody` as it is typed: what is wrong is said first; and what it makes is played. Needs no torch."""

from importlib.util import find_spec

import pytest

import musegen
from musegen.cli import run
from musegen.models.networks import shipped_weights
from musegen.training import recipes


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["analyser", "--corpus", ".", "--from", "shipped"], "the analyser begins with nothing"),
        (["harmoniser", "--from", "nothing"], "the harmoniser begins with nothing"),
        (["melody", "--from", ""], "it is empty"),
        (["melody", "-o", "my-style.onnx"], "is no folder; write -o my-style"),
        (["melody", "--seeds", "one"], "no list of seeds"),
        (["melody", "--passes", "0"], "--passes"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(arguments, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["train", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_torch_the_extra_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(recipes, "find_spec", lambda name: None if name == "torch" else find_spec(name))
    monkeypatch.chdir(tmp_path)
    assert run(["train", "melody", "--corpus", "anywhere"]) == 5
    assert 'pip install "musegen[train]"' in capsys.readouterr().err


def test_the_help_tells_how_a_style_of_ones_own_is_made(capsys):
    assert run(["train", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "musegen train melody --corpus my-tunes/ -o my-style" in told
    assert "--from" in told


def test_melodies_are_made_with_weights_of_ones_own(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-style").mkdir()
    for part, content in shipped_weights("melody").items():
        (tmp_path / "my-style" / f"{part}.onnx").write_bytes(content)
    asked = ["generate", "melody", "--key", "G", "--meter", "3/4", "--measures", "8", "--candidates", "1"]
    assert run([*asked, "--weights", "my-style", "-o", "mine.musicxml"]) == 0
    assert len(musegen.read("mine.musicxml").measures) >= 8
    (tmp_path / "my-style" / "step.onnx").write_bytes(b"garbage")
    assert run([*asked, "--weights", "my-style", "-o", "more.musicxml"]) == 3
    assert run([*asked, "--weights", "nowhere", "-o", "more.musicxml"]) == 3
    assert run([*asked, "--weights", "", "-o", "more.musicxml"]) == 2
    told = capsys.readouterr().err
    assert "my-style/step.onnx: this is not the shipped network with other weights" in told
    assert "nowhere/length.onnx: no such file" in told
    assert not (tmp_path / "more.musicxml").exists()
