"""`musegen corpus similar` and `originality`: tunes of a folder found again, copies told, indexes kept."""

import json
import re

import numpy as np
import pytest

from musegen import cli
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

NAMES = ("c", "d", "e", "f", "g", "a", "b")


def grid(rng):
    """Eight measures of quarters and halves."""
    bars = []
    for _ in range(8):
        notes = [f"{NAMES[number % 7]}{4 + number // 7}" for number in rng.integers(0, 14, 4)]
        bars.append(f"{notes[0]} {notes[1]} {notes[2]} {'.' if rng.random() < 0.4 else notes[3]}")
    return "meter: 4/4\nS: " + " | ".join(bars)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Twelve tunes, and a file that is none."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(2)
    (tmp_path / "tunes").mkdir()
    for number in range(12):
        (tmp_path / f"tunes/t{number}.musicxml").write_bytes(write_musicxml(parse_grid(grid(rng))))
    return tmp_path


def test_a_typed_melody_is_found_where_it_stands(folder, capsys):
    rng = np.random.default_rng(2)
    opening = [cell for cell in grid(rng).split("S: ")[1].replace("|", "").split() if cell != "."][:9]
    assert cli.run(["corpus", "similar", "--melody", " ".join(opening), "tunes", "--count", "2"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert "tunes/t0.musicxml, measures 1-" in first


def test_a_piece_of_the_corpus_is_not_its_own_likeness_and_broken_files_are_told(folder, capsys):
    (folder / "tunes/broken.musicxml").write_text("<score-partwise><part")
    assert cli.run(["corpus", "similar", "tunes/t3.musicxml", "tunes", "--format", "json"]) == 3
    told = capsys.readouterr()
    assert "broken.musicxml" in told.err
    data = json.loads(told.out)
    assert data["index"]["pieces"] == 12
    assert "tunes/t3.musicxml" not in [match["piece"] for match in data["matches"]]


def test_a_collection_asks_with_its_first_tune_and_says_so(folder, capsys):
    tune = "M:4/4\nL:1/4\nK:C\nCDEF|GABc|\n"
    (folder / "two.abc").write_text(f"X:1\nT:One\n{tune}\nX:2\nT:Two\n{tune}")
    for words in (["similar", "two.abc", "tunes"], ["mood", "two.abc"]):
        cli.run(["corpus", *words])
        assert "the collection holds 2 tunes: the first is read" in capsys.readouterr().err


def test_an_index_is_kept_in_a_file_and_searched_without_the_folder(folder, capsys):
    assert cli.run(["corpus", "similar", "tunes/t3.musicxml", "tunes", "--index", "kept.npz", "-o", "a.json"]) == 0
    (folder / "t3.musicxml").write_bytes((folder / "tunes/t3.musicxml").read_bytes())
    for path in (folder / "tunes").iterdir():
        path.unlink()
    assert cli.run(["corpus", "similar", "t3.musicxml", "tunes", "--index", "kept.npz"]) == 0
    assert "1  " in capsys.readouterr().out
    (folder / "kept.npz").write_bytes(b"nothing")
    assert cli.run(["corpus", "similar", "t3.musicxml", "tunes", "--index", "kept.npz"]) == 3
    assert "no index" in capsys.readouterr().err


def test_a_copy_is_told_with_its_base_rate_and_shown_engraved(folder, capsys):
    rng = np.random.default_rng(2)
    opening = grid(rng).split("S: ")[1].split(" | ")[:5]
    own = "f#4 bb4 f#5 eb5 | c#4 g#4 a4 f#4"
    (folder / "copy.musicxml").write_bytes(write_musicxml(parse_grid("meter: 4/4\nS: " + " | ".join([*opening, own]))))
    assert cli.run(["corpus", "originality", "copy.musicxml", "tunes"]) == 0
    out = capsys.readouterr().out
    assert "tunes/t0.musicxml" in out
    assert re.search("unrelated pieces? shares? as much with another", out)
    assert cli.run(["corpus", "originality", "copy.musicxml", "tunes", "-o", "report.html"]) == 0
    assert (folder / "report.html").read_text().count("<img") >= 2


ASKED_WRONG = (
    ("similar", "tunes"),
    ("originality", "tunes"),
    ("similar", "--melody", "c4 d4", "tunes"),
    ("similar", "tunes/t1.musicxml", "tunes", "--index", "kept.txt"),
    ("similar", "tunes/t1.musicxml", "tunes", "-o", "alike.pdf"),
)


@pytest.mark.parametrize("words", ASKED_WRONG)
def test_what_cannot_be_asked_is_one_line_and_exit_code_two(folder, capsys, words):
    assert cli.run(["corpus", *words]) == 2
    assert capsys.readouterr().err.count("\n") <= 4


def test_tunes_of_the_same_character_are_ranked_and_a_piece_is_not_its_own_likeness(folder, capsys):
    asked = ["corpus", "similar", "tunes/t3.musicxml", "tunes", "--by", "character", "--index", "kept.npz"]
    assert cli.run([*asked, "--format", "json", "--count", "20"]) == 0
    told = capsys.readouterr()
    data = json.loads(told.out)
    assert "t3.musicxml is in this corpus itself" in told.err
    assert data["index"]["pieces"] == 12
    assert sorted(match["piece"] for match in data["matches"]) == sorted(
        f"tunes/t{number}.musicxml" for number in range(12) if number != 3
    )
    likeness = [match["likeness"] for match in data["matches"]]
    assert likeness == sorted(likeness, reverse=True)
    assert all(-1 <= match["passage_likeness"] <= 1.001 for match in data["matches"])
    assert cli.run([*asked, "-o", "a.html", "--count", "1"]) == 0
    assert (folder / "a.html").read_text().count("<figure") == 2


def test_a_tune_in_another_key_is_most_like_itself(folder, capsys):
    (folder / "one.abc").write_text("X:1\nT:Up\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|dcBA|G4|CEGE|FDB,D|C4|\n")
    (folder / "up.abc").write_text("X:1\nT:Up\nM:4/4\nL:1/4\nK:D\nDEFG|ABcd|edcB|A4|DFAF|GECE|D4|\n")
    assert cli.run(["corpus", "similar", "up.abc", "tunes", "one.abc", "--by", "character", "--count", "1"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert re.match(r"  1  1\.00  one\.abc \(Up\), measures 1-4 most like measures 1-4 \(1\.00\)", first)


def test_an_index_of_notes_is_none_of_character_and_no_tune_has_one(folder, capsys):
    assert cli.run(["corpus", "similar", "tunes/t3.musicxml", "tunes", "--index", "kept.npz", "-o", "a.txt"]) == 0
    again = ["corpus", "similar", "tunes/t3.musicxml", "tunes", "--by", "character"]
    assert cli.run([*again, "--index", "kept.npz"]) == 3
    assert "build it again" in capsys.readouterr().err
    assert cli.run([*again, "--plain"]) == 2
    (folder / "five.abc").write_text("X:1\nM:5/4\nL:1/4\nK:C\nCDEFG|\n")
    assert cli.run(["corpus", "similar", "five.abc", "tunes", "--by", "character"]) == 3
    assert "5/4" in capsys.readouterr().err
