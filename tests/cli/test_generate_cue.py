"""`musegen generate cue` as a composer types it."""

import pytest

from musegen.cli import run
from musegen.score.files import read


def test_a_cue_is_written_and_told(tmp_path, capsys):
    out = tmp_path / "cue.musicxml"
    asked = ["--duration", "16s", "--mood", "sad to hopeful", "--at", "9s", "--key", "d", "--seed", "3"]
    assert run(["generate", "cue", *asked, "-o", str(out)]) == 0
    told = capsys.readouterr().err
    assert "sad from 0.0 s in D minor" in told
    assert "hopeful from 9.0 s in D major" in told
    assert "no errors under melody, lead-sheet, accompaniment" in told
    score = read(out)
    assert [part.name for part in score.parts] == ["Violin", "Piano"]
    assert score.directions[0].text == "Sad"
    assert run(["check", str(out), "--pack", "accompaniment", "--fail-on", "error", "-q"]) == 0


def test_numbers_name_a_mood_and_the_same_seed_writes_the_same_bytes(tmp_path):
    paths = [tmp_path / "one.mid", tmp_path / "other.mid"]
    asked = ["--duration", "0:08", "--valence", "0.5", "--arousal", "-0.6", "--meter", "3/4", "-q"]
    for path in paths:
        assert run(["generate", "cue", *asked, "-o", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--mood", "clam"], "there is no mood `clam`"), ([], "a cue without a mood"), (["--mood", ""], "it is empty"),
        (["--mood", "calm", "--valence", "0.3"], "in words and in numbers"), (["--valence", "2"], "-1<=x<=1"),
        (["--mood", "calm to tense", "--at", "50s"], "a change at 50 s in a cue of 20 s"),
        (["--mood", "calm", "--at", "5s"], "times for 0 changes"), (["--mood", "calm", "--duration", "2s"], "of 2 sec"),
        (["--mood", "calm", "--duration", "soon"], "is no time"), (["--mood", "calm", "--meter", "7/4"], "7/4"),
        (["--mood", "calm", "--style", "polka"], "there is no style `polka`"), (["--mood", "x", "--key", "H"], "key"),
        (["--mood", "calm", "--duration", "2h"], "is no time"), (["--mood", "calm", "--ending", "bang"], "bang"),
        (["--mood", "calm to tense", "--at", "19s"], "too short for a mood"),
        (["--mood", "calm", "--key", "G## major"], "too many sharps or flats"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, said, tmp_path, capsys):
    out = tmp_path / "cue.musicxml"
    assert run(["generate", "cue", "--duration", "20s", *options, "-o", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()
