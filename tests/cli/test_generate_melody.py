"""`musegen generate melody` as a teacher or composer types it."""

import pytest

from musegen.cli import run
from musegen.score.files import read

MELODY = ["generate", "melody", "-q", "--candidates", "1"]
PRIMER = "X:1\nT:Primer\nM:6/8\nL:1/8\nK:Edor\nEFG Bcd|e3 B3|"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--meter", "7/16"], "no melody in 7/16"),
        (["--key", "H dur"], "write a note and a mode, such as D dorian"),
        (["--key", "G# major"], "too many sharps or flats"),
        (["--key", ""], "is not a key"),
        (["--measures", "1"], "2<=x<=128"),
        (["--measures", "5000"], "2<=x<=128"),
        (["--temperature", "0"], "0.1<=x<=2.0"),
        (["--range", "D5-G3"], "goes down"),
        (["--range", "high"], "write two notes"),
        (["--range", "C4-D4"], "too few notes"),
        (["--chords", "G | H7"], "H7"),
        (["--chords", " | "], "names no chords"),
        (["--chords", ""], "it is empty"),
        (["--primer", ""], "it is empty"),
        (["--style", "baroque"], "baroque"),
        (["--level", "9"], "1<=x<=8"),
        (["--pack", "nothing"], "nothing"),
        (["--count", "0"], "1<=x<=1000"),
        (["--genre", "jig", "--meter", "4/4"], "no jig is in 4/4; it is in 6/8, 9/8 or 12/8"),
        (["--genre", "waltz", "--meter", "6/8", "--level", "3"], "no waltz is in 6/8"),
        (["--key", "D", "--chords", "G | D7 | C D7 | G"], "not in D major; leave out --key, or ask for G major"),
        (["--range", "C4-G4", "--key", "A"], "no A to end on"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, said, tmp_path, capsys):
    assert run([*MELODY, *options, "-o", str(tmp_path / "tune.musicxml")]) == 2
    told = capsys.readouterr().err
    assert said in " ".join(told.split())
    assert "Traceback" not in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not music at all", "no score in a format"),
        ("X:1\nM:5/4\nK:C\nCDEFG|", "5/4"),
        ("X:1\nM:4/4\nK:C\nz4|z4|", "no notes"),
        ("X:1\nM:4/4\nL:1/4\nK:C\nCDEF|\nM:3/4\nCDE|", "not one meter"),
    ],
)
def test_a_primer_that_is_no_tune_is_unreadable(text, said, tmp_path, capsys):
    primer = tmp_path / "primer.abc"
    primer.write_text(text)
    out = tmp_path / "tune.musicxml"
    assert run([*MELODY, "--primer", str(primer), "-o", str(out)]) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert said in told
    assert "primer.abc" in told
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--level", "2", "--style", "song"], "nothing is tied over"),
        (["--mood", "sad", "--key", "G"], "sad melodies are in minor"),
        (["--chords", "C | Am | F | G7"], "the last chord, G7, has no tonic"),
        (["--chords", "C | Am | G7 | C", "--measures", "5"], "break off in 5 measures"),
        (["--chords", "C | Am | G7 | C"], ""),
    ],
)
def test_requests_that_pull_apart_are_kept_and_told(options, said, tmp_path, capsys):
    words = ["generate", "melody", "--candidates", "1", *options, "-o", str(tmp_path / "tune.musicxml")]
    assert run(words) == 0
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 + bool(said)
    assert said in told[0]


def test_chords_of_a_score_in_another_meter_are_told(tmp_path, capsys):
    sheet = tmp_path / "sheet.abc"
    sheet.write_text('X:1\nM:3/4\nL:1/4\nK:G\n"G"GBd|"D7"AFD|"G"G3|\n')
    out = tmp_path / "tune.musicxml"
    assert run([*MELODY, "--chords", str(sheet), "--meter", "4/4", "-o", str(out)]) == 2
    assert "the chords stand in 3/4, not in 4/4; leave out --meter" in " ".join(capsys.readouterr().err.split())
    assert run([*MELODY, "--chords", str(sheet), "-o", str(out)]) == 0
    made = read(out)
    assert (str(made.measures[0].time_signature), made.measures[0].key_signature.fifths) == ("3/4", 1)


def test_the_primer_is_never_written_over(tmp_path, capsys):
    primer = tmp_path / "primer.musicxml"
    assert run([*MELODY, "--measures", "4", "-o", str(primer)]) == 0
    assert run([*MELODY, "--primer", str(primer), "-o", str(primer)]) == 2
    assert "primer.musicxml" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["musicxml", "svg", "mid", "png", "pdf"])
def test_every_kind_of_file_is_written(suffix, tmp_path):
    out = tmp_path / f"tune.{suffix}"
    assert run([*MELODY, "--measures", "4", "-o", str(out)]) == 0
    assert out.stat().st_size > 100


def test_a_jig_in_d_dorian_goes_on_from_its_primer(tmp_path):
    primer, out = tmp_path / "primer.abc", tmp_path / "tune.musicxml"
    primer.write_text(PRIMER)
    words = ["--primer", str(primer), "--measures", "8", "--style", "irish", "--temperature", "0.9", "-o", str(out)]
    assert run([*MELODY, *words]) == 0
    made = read(out)
    assert made.notes["pitch"][:8].tolist() == read(primer).notes["pitch"][:8].tolist()
    assert str(made.measures[1].time_signature) == "6/8"


def test_several_melodies_have_names_of_their_own_and_differ(tmp_path):
    assert run([*MELODY, "--measures", "4", "--count", "3", "-o", str(tmp_path / "tune.musicxml")]) == 0
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["tune-2.musicxml", "tune-3.musicxml", "tune.musicxml"]
    assert len({(tmp_path / name).read_bytes() for name in files}) == 3


def test_chords_of_a_score_are_taken_over(tmp_path):
    sheet, out = tmp_path / "sheet.musicxml", tmp_path / "tune.musicxml"
    words = ["--key", "G", "--meter", "4/4", "--measures", "4", "--pickup", "none"]
    assert run([*MELODY, *words, "--chords", "G | C | D7 | G", "-o", str(sheet)]) == 0
    assert run([*MELODY, *words, "--seed", "9", "--chords", str(sheet), "-o", str(out)]) == 0
    assert [label.text for label in read(out).harmonies] == ["G", "C", "D7", "G"]
