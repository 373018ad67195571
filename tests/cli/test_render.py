"""`musegen render`: every kind of file, from a file, a corpus name or a pipe, whole or not at all."""

import subprocess
import sys

import pytest

from musegen import cli
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

FIRSTS = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF", ".mid": b"MThd", ".musicxml": b"<?xml"}


@pytest.fixture
def etude(tmp_path):
    path = tmp_path / "etude.musicxml"
    path.write_bytes(write_musicxml(parse_grid("key: G major; meter: 2/4\nS: d5 c5 | b4 .\nB: g3 a3 | g3 .")))
    return path


@pytest.mark.parametrize("suffix", FIRSTS)
def test_the_suffix_says_what_is_written(etude, tmp_path, suffix):
    out = tmp_path / f"out{suffix}"
    assert cli.run(["render", str(etude), "-o", str(out)]) == 0
    assert out.read_bytes().startswith(FIRSTS[suffix])


def test_a_piece_of_several_pages_becomes_a_png_a_page(tmp_path):
    assert cli.run(["render", "bach/bwv66.6", "--layout", "open", "-o", str(tmp_path / "c.png")]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names in (["c.png"], [f"c-{number}.png" for number in range(1, len(names) + 1)])


def test_a_pipe_goes_in_and_out(etude):
    done = subprocess.run(
        [sys.executable, "-m", "musegen", "render", "-", "--format", "mid", "-o", "-"],
        input=etude.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"MThd")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["none.musicxml", "-o", "out.svg"], 3, "none.musicxml: there is no such file"),
        (["etude.musicxml", "-o", "out.doc"], 2, "must end in .svg"),
        (["etude.musicxml", "-o", "-"], 2, "needs --format"),
        (["etude.musicxml", "-o", "no/such/folder/out.svg"], 5, "cannot write"),
        (["broken.musicxml", "-o", "out.svg"], 3, "broken.musicxml"),
    ],
)
def test_what_goes_wrong_is_one_message_and_no_file(etude, tmp_path, capsys, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.musicxml").write_text("<score-partwise><part")
    before = sorted(tmp_path.iterdir())
    assert cli.run(["render", *arguments]) == code
    assert words in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_our_own_sheet_drawn_again_keeps_its_words_and_says_which_pages_it_wrote(tmp_path, capsys):
    wishes = ["--level", "5", "--measures", "16", "--key", "E- major", "--seed", "3", "-q", "-o", str(tmp_path / "out")]
    assert cli.run(["exercise", "harmonise-melody", *wishes]) == 0
    first = {kind: next((tmp_path / "out").glob(f"*-{kind}.svg")).read_text() for kind in ("answer", "student")}
    for kind, drawn in first.items():
        written = next((tmp_path / "out").glob(f"*-{kind}.musicxml"))
        again = tmp_path / f"{kind}.svg"
        assert cli.run(["render", str(written), "-o", str(again)]) == 0
        for sign in ('class="letter"', 'class="words"', 'class="asterisk"', ">Alto<"):
            assert again.read_text().count(sign) == drawn.count(sign), sign
    assert first["answer"].count('class="letter"') > 0
    capsys.readouterr()
    assert cli.run(["render", str(written), "-o", str(tmp_path / "r.png")]) == 0
    pages = sorted(path.name for path in tmp_path.glob("r-*.png"))
    assert len(pages) > 1
    assert all(name in capsys.readouterr().err for name in pages[:1])
