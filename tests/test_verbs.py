"""The public verbs: a path, a corpus name, a stream or a Score in; what the rooms give out."""

import pytest

import musegen
from musegen.errors import MusegenError, UnreadableFile, UsageError


def test_every_verb_takes_a_score_and_a_name_alike():
    score = musegen.read("bach/bwv66.6")
    assert musegen.read(score) is score
    assert musegen.analyse(score) == musegen.analyse("bach/bwv66.6")
    assert musegen.render(score, "musicxml") == musegen.render("bach/bwv66.6", "musicxml")


def test_a_stated_key_is_kept():
    assert str(musegen.analyse("bach/bwv66.6", key="A major").key) == "A"


def test_a_piece_is_written_by_its_suffix_and_read_back(tmp_path):
    musegen.write("bach/bwv66.6", tmp_path / "copy.musicxml")
    again = musegen.read(tmp_path / "copy.musicxml")
    assert again.notes.sounding()["pitch"].tolist() == musegen.read("bach/bwv66.6").notes.sounding()["pitch"].tolist()


def test_a_setting_keeps_the_melody_note_for_note():
    given = musegen.read("bach/bwv66.6")
    setting = musegen.harmonise(given)[0].score
    sopranos = [score.notes.sounding() for score in (given, setting)]
    tunes = [notes.where(notes["part"] == 0) for notes in sopranos]
    for column in ("onset", "duration", "pitch", "fifths"):
        assert tunes[0][column].tolist() == tunes[1][column].tolist()


def test_a_setting_is_written_and_checked_as_it_comes(tmp_path):
    setting = musegen.harmonise("bach/bwv66.6")[0]
    musegen.write(setting, tmp_path / "setting.musicxml")
    assert musegen.read(setting) is setting.score
    assert musegen.check(setting) == musegen.check(setting.score)
    written = musegen.read(tmp_path / "setting.musicxml").notes.sounding()
    assert sorted(written["pitch"].tolist()) == sorted(setting.score.notes.sounding()["pitch"].tolist())


def test_one_seed_gives_one_exercise_and_another_seed_another():
    sheets = [musegen.exercise(level=1, key="D", measures=4, seed=seed)[0] for seed in (1, 1, 2)]
    assert sheets[0].answer == sheets[1].answer
    assert sheets[0].answer != sheets[2].answer


def test_what_cannot_be_is_a_typed_error(tmp_path):
    for call, error in (
        (lambda: musegen.read("no/such/file.xml"), UnreadableFile),
        (lambda: musegen.read(3), UnreadableFile),
        (lambda: musegen.analyse("bach/bwv66.6", key="H"), UsageError),
        (lambda: musegen.check("bach/bwv66.6", pack="no-such-pack"), MusegenError),
        (lambda: musegen.render("bach/bwv66.6", "doc"), UsageError),
        (lambda: musegen.write("bach/bwv66.6", tmp_path / "none" / "a.svg"), MusegenError),
        (lambda: musegen.exercise(level=9), UsageError),
    ):
        with pytest.raises(error):
            call()


def test_a_name_that_is_no_verb_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute `harmonice`"):
        musegen.harmonice  # noqa: B018
