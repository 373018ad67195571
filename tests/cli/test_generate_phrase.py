"""`musegen generate phrase` as a composer types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from musegen.cli import run
from musegen.score.files import read

PHRASE = ["generate", "phrase", "-q", "--candidates", "1"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--phrases", "0"], "1<=x<=12"),
        (["--phrases", "13"], "1<=x<=12"),
        (["--key", "H dur"], "keys are C G D A E B F#"),
        (["--key", "C# major"], "too many sharps or flats"),
        (["--temperature", "0"], "0.1<=x<=2.0"),
        (["--temperature", "nan"], "nan"),
        (["--count", "0"], "1<=x<=100"),
        (["--candidates", "99"], "1<=x<=32"),
        (["--seed", "-1"], "-1"),
        (["--seed", "x"], "x"),
        (["--between", "1"], "Invalid value for '--between'"),
        (["--between", "1", "a"], "a"),
        (["--between", "1", "2", "--seed", "3"], "--between names two seeds itself"),
        (["--between", "1", "2", "--count", "1"], "no way from one to another"),
        (["--pack", "nothing"], "nothing"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*PHRASE, *options, "-o", str(tmp_path / "phrase.musicxml")]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["phrase.txt", "nowhere/phrase.mid"])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_made(place: str, tmp_path: Path) -> None:
    assert run([*PHRASE, "-o", str(tmp_path / place)]) != 0
    assert list(tmp_path.iterdir()) == []


def test_two_phrases_in_a_key_with_a_report(tmp_path: Path) -> None:
    where, report = tmp_path / "phrase.musicxml", tmp_path / "told.json"
    options = ["--key", "d", "--seed", "4", "--layout", "open", "--report", str(report), "-o", str(where)]
    assert run([*PHRASE, *options]) == 0
    score = read(str(where))
    assert score.metadata.title == "Phrase in D minor"
    assert [part.name for part in score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    told = json.loads(report.read_text())
    assert told["asked"] == {"pack": "chorale", "seed": 4}
    assert set(told["pieces"][0]) >= {"critic", "findings", "shared_with_bach"}
