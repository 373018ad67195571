"""`musegen corpus classify`, `identify`, `compare` and `mood`, from files to what a musicologist reads."""

import json

import numpy as np
import pytest

from musegen import cli
from musegen.corpora.tables import read_table, write_table
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

NAMES = ("c4", "d4", "e4", "f4", "g4", "a4", "b4", "c5", "d5", "e5", "f5", "g5")


def tune(rng, leaps):
    """Eight measures of quarters, by step or by leap."""
    place, cells = 5, []
    for _ in range(32):
        place = int(np.clip(place + rng.choice([-4, -3, 3, 4] if leaps else [-1, 0, 1]), 0, len(NAMES) - 1))
        cells.append(NAMES[place])
    bars = [" ".join(cells[start : start + 4]) for start in range(0, 32, 4)]
    return write_musicxml(parse_grid("meter: 4/4\nS: " + " | ".join(bars)))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Twelve tunes by Leap and twelve by Step, measured once; and the folder that holds them."""
    folder = tmp_path_factory.mktemp("styles")
    rng = np.random.default_rng(4)
    for number in range(24):
        name = "leap" if number % 2 else "step"
        (folder / "tunes" / name).mkdir(parents=True, exist_ok=True)
        (folder / "tunes" / name / f"{number}.musicxml").write_bytes(tune(rng, number % 2))
    assert cli.run(["corpus", "features", str(folder / "tunes"), "-o", str(folder / "rows.csv"), "--jobs", "1"]) == 0
    rows = read_table(folder / "rows.csv")
    rows.columns["composer"] = np.array(
        ["Leap" if "leap" in name else "Step" for name in rows.columns["piece"]], object
    )
    write_table(rows, folder / "rows.csv")
    return folder / "rows.csv"


def test_leapers_and_steppers_are_told_apart_by_their_intervals(table, capsys):
    asked = ["corpus", "classify", str(table), "--by", "composer", "--permutations", "5", "--features", "melody"]
    assert cli.run([*asked, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unconfounded"]["balanced"] > 0.9 > 0.8 > found["permutations"]["balanced"]
    assert found["effects"][0]["column"].startswith("melody.")
    assert cli.run([*asked, "--top", "1"]) == 0
    text = capsys.readouterr().out
    assert "labels dealt anew to the groups, 5 times" in text
    assert "without meter, note values, parts and format" in text


def test_a_tune_in_leaps_is_told_to_be_by_leap(table, tmp_path, capsys):
    (tmp_path / "new.musicxml").write_bytes(tune(np.random.default_rng(77), leaps=True))
    asked = ["corpus", "identify", str(tmp_path / "new.musicxml"), "--among", str(table), "--by", "composer"]
    assert cli.run([*asked, "--features", "melody", "--jobs", "1", "-o", str(tmp_path / "told.json")]) == 0
    found = json.loads((tmp_path / "told.json").read_text())["pieces"][0]
    assert found["label"] == "Leap"
    assert found["probabilities"]["Leap"] > 0.8
    assert cli.run([*asked, "--features", "melody", "--jobs", "1"]) == 0
    assert "near: " in capsys.readouterr().out


def test_leapers_compared_with_steppers_differ_in_their_intervals_first(table, capsys):
    sides = ["--first", "composer=Leap", "--second", "composer=Step", "--features", "melody,rhythm", "--top", "2"]
    assert cli.run(["corpus", "compare", str(table), str(table), *sides]) == 0
    text = capsys.readouterr().out
    assert "Where composer=Leap differs most" in text
    assert "melody." in text.split("differs most")[1].splitlines()[1]


def test_a_folder_is_measured_once_and_kept(table, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path / "cache"))
    asked = [
        "corpus",
        "compare",
        str(table.parent / "tunes/leap"),
        str(table),
        "--second",
        "composer=Step",
        "--top",
        "1",
    ]
    assert cli.run([*asked, "--jobs", "1"]) == 0
    first = capsys.readouterr().out
    kept = list((tmp_path / "cache/features").iterdir())
    assert len(kept) == 1
    stamp = kept[0].stat().st_mtime_ns
    assert cli.run([*asked, "--jobs", "1"]) == 0
    assert (capsys.readouterr().out, kept[0].stat().st_mtime_ns) == (first, stamp)


def test_mood_is_told_piece_by_piece_and_a_missing_one_costs_itself(table, capsys):
    tunes = sorted((table.parent / "tunes/leap").iterdir())
    assert cli.run(["corpus", "mood", str(tunes[0]), str(table.parent / "none.musicxml"), "--tempo", "140"]) == 3
    told = capsys.readouterr()
    assert "rule of thumb" in told.out
    assert "tempo" in told.out
    assert "none.musicxml" in told.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["classify", "ROWS", "--by", "editor"], 2, "no piece has a label `editor`"),
        (["classify", "ROWS", "--by", "composer", "--without", "metre"], 2, "nothing is known to depend on `metre`"),
        (
            ["classify", "ROWS", "--by", "composer", "--features", "melodie"],
            2,
            "there is no feature or group `melodie`",
        ),
        (["classify", "ROWS", "--by", "composer", "--where", "composer=Leap"], 2, "two labels are needed"),
        (["compare", "ROWS", "ROWS"], 2, "both corpora are called"),
        (["identify", "none.krn", "--among", "ROWS", "--by", "composer"], 3, "none.krn"),
        (["classify", "none.csv", "--by", "composer"], 3, "none.csv"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_its_reason(table, words, code, message, capsys):
    assert cli.run(["corpus", *(str(table) if word == "ROWS" else word for word in words)]) == code
    told = capsys.readouterr()
    assert message in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
