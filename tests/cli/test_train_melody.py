"""`musegen train melody` as it is typed: what is wrong is said before anything is read. Needs no torch."""

from importlib.util import find_spec

import pytest

from musegen.cli import run
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
