"""`musegen generate chorale` as a composer types it."""

import pytest

from musegen.cli import run

CHORALE = ["generate", "chorale", "-q"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--meter", "7/16"], "no chorale is planned in 7/16; there are 4/4, 3/4"),
        (["--key", "H dur"], "keys are C G D A E B F#"),
        (["--key", "C# major"], "too many sharps or flats"),
        (["--measures", "0"], "2<=x<=64"),
        (["--measures", "5000"], "2<=x<=64"),
        (["--measures", "4", "--phrases", "12"], "of 4 measures has 12 phrases"),
        (["--temperature", "0"], "0.1<=x<=2.0"),
        (["--like", "bwv66.6", "--measures", "8"], "--like has its own measures"),
        (["--like", "bwv66.6", "--key", "G major"], "the plan is in F sharp minor"),
        (["--pack", "nothing"], "nothing"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, said, tmp_path, capsys):
    assert run([*CHORALE, *options, "-o", str(tmp_path / "chorale.musicxml")]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("bach/bwv846", "four voices"), ("bwv9999", "no such file"), ("bach/bwv229.2", "no fermatas")],
)
def test_a_model_that_is_no_chorale_is_unreadable(name, said, tmp_path, capsys):
    assert run([*CHORALE, "--like", name, "-o", str(tmp_path / "chorale.musicxml")]) == 3
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("output", ["-", "chorale.txt"])
def test_a_chorale_is_written_only_as_music(output, tmp_path, capsys):
    assert run([*CHORALE, "-o", output]) == 2
    assert ".musicxml" in capsys.readouterr().err
