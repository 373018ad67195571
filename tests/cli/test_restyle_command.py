"""`musegen restyle` as a musician types it."""

import pytest

from musegen.cli import run
from musegen.score.files import read

TUNE = "X:1\nT:A tune\nM:4/4\nL:1/8\nK:G\nGBdB GBdg|fdAd fdcA|GBdB cedc|BGAF G4|]\n"


@pytest.fixture
def tune(tmp_path):
    path = tmp_path / "tune.abc"
    path.write_text(TUNE, encoding="utf-8")
    return path


def test_a_waltz_is_written_and_told(tune, tmp_path, capsys):
    out = tmp_path / "waltz.musicxml"
    assert run(["restyle", str(tune), "--to", "waltz", "-o", str(out)]) == 0
    told = capsys.readouterr().err
    assert "G major, 3/4; 29 of 29 notes kept in their order" in told
    assert "no errors under accompaniment" in told
    score = read(out)
    assert score.metadata.title == "A tune, as a waltz"
    assert str(score.measures[0].time_signature) == "3/4"
    assert score.harmonies


def test_the_same_command_writes_the_same_bytes(tune, tmp_path):
    written = []
    for name in ("one", "two"):
        out = tmp_path / f"{name}.musicxml"
        assert run(["restyle", str(tune), "--to", "counterpoint", "--seed", "3", "-q", "-o", str(out)]) == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("name", ["out.svg", "out.mid"])
def test_it_writes_what_the_suffix_says(name, tune, tmp_path):
    out = tmp_path / name
    assert run(["restyle", str(tune), "--to", "minor", "--key", "d", "-q", "-o", str(out)]) == 0
    assert out.stat().st_size > 100


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "polka"], "no piece is brought into the style `polka`"), (["--to", ""], "it is empty"),
        (["--to", "major"], "which is major already"), (["--to", "waltz", "--keep", "all"], "strict"),
        (["--to", "waltz", "--key", "H"], "H"), (["--to", "waltz", "--level", "9"], "1<=x<=8"), ([], "--to"),
        (["--to", "waltz", "--key", "A# major"], "sharps"), (["--to", "waltz", "--key", "d"], "the melody is major"),
        (["--to", "waltz", "--seed", "-1"], "x>=0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, said, tune, tmp_path, capsys):
    out = tmp_path / "out.musicxml"
    code = run(["restyle", str(tune), *options, "-o", str(out)])
    told = capsys.readouterr().err
    assert code == 2
    assert said in told
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("X:1\nM:4/4\nL:1/4\nK:C\nz4|]\n", "holds no notes"), ("X:1\nM:4/4\nL:1/4\nK:C\nc|]\n", "too few"),
        ("X:1\nM:4/4\nL:1/4\nK:C\ncdef|[M:3/4]cde|c3|]\n", "3/4 and 4/4"), ("", "empty"),
        ("X:1\nM:5/4\nL:1/4\nK:C\ncdefg|cdefg|]\n", "5/4"),
        ("X:1\nM:4/4\nL:1/4\nK:C\ncdef|[K:G]cdef|]\n", "key signature"),
    ],
)  # fmt: skip
def test_what_is_no_melody_is_unreadable_input(text, said, tmp_path, capsys):
    path, out = tmp_path / "tune.abc", tmp_path / "out.musicxml"
    path.write_text(text, encoding="utf-8")
    assert run(["restyle", str(path), "--to", "waltz", "-o", str(out)]) == 3
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_a_folder_that_is_not_there_is_told_before_anything_is_made(tune, tmp_path, capsys):
    assert run(["restyle", str(tune), "--to", "waltz", "-o", str(tmp_path / "no" / "out.pdf")]) == 5
    assert "there is no folder" in capsys.readouterr().err


def test_the_given_file_is_not_overwritten(tmp_path):
    path = tmp_path / "tune.musicxml"
    (tmp_path / "tune.abc").write_text(TUNE, encoding="utf-8")
    assert run(["render", str(tmp_path / "tune.abc"), "-q", "-o", str(path)]) == 0
    before = path.read_bytes()
    assert run(["restyle", str(path), "--to", "waltz", "-o", str(path)]) == 2
    assert path.read_bytes() == before
