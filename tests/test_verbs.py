"""The public verbs: a path, a corpus name, a stream or a Score in; what the rooms give out."""

import pytest

import musegen
from musegen.errors import MusegenError, UnreadableFile, UsageError
from musegen.score.textgrid import parse_grid


def test_every_verb_takes_a_score_and_a_name_alike():
    score = musegen.read("bach/bwv66.6")
    assert musegen.read(score) is score
    assert musegen.analyse(score) == musegen.analyse("bach/bwv66.6")
    assert musegen.render(score, "musicxml") == musegen.render("bach/bwv66.6", "musicxml")
    assert repr(musegen.describe(score)) == repr(musegen.describe("bach/bwv66.6"))  # NaN is not equal to itself


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


def test_an_answer_is_graded_by_the_manifest_of_its_exercise(tmp_path):
    from musegen.cli import run

    run(["exercise", "harmonise-melody", "--measures", "4", "--seed", "7", "-q", "-o", str(tmp_path)])
    (answer,), (sheet,) = tmp_path.glob("*-answer.musicxml"), tmp_path.glob("*-student.musicxml")
    full, nothing = musegen.grade(answer, tmp_path), musegen.grade(sheet, tmp_path / "manifest.json", pack="strict")
    assert (full.marks, full.deductions) == (full.judged, ())
    assert nothing.marks < full.marks / 4


def test_a_check_takes_chords_waivers_and_predicates_of_ones_own(tmp_path, forget_plugins):
    piece = parse_grid("key: C major; meter: 2/4\nS: e5 d5 | e5 .\nA: g4 g4 | g4 .\nT: c4 b3 | c4 .\nB: c3 g3 | c3 .")
    (tmp_path / "chords.rntxt").write_text("Time Signature: 2/4\nm1 C: I b2 ii\nm2 I\n")
    (tmp_path / "let.toml").write_text('[[waive]]\nrule = "high"\nmeasure = "1"\nreason = "a joke"\n')
    (tmp_path / "mine.py").write_text(
        "from musegen.rules import predicate\n\n@predicate(window='slice', axis='voices')\n"
        "def high(sound):\n    return sound.sounds & sound.attack & (sound.pitch > 75)\n"
    )
    rule = '[[rule]]\nid = "high"\npredicate = "high"\nmessage = "{voice} is high"\nwhy = "So."\n'
    named = '[[rule]]\nid = "numeral-mismatch"\n'
    (tmp_path / "mine.toml").write_text(f'[pack]\nid = "mine"\n{rule}{named}')
    report = musegen.check(
        piece,
        pack=str(tmp_path / "mine.toml"),
        harmony=tmp_path / "chords.rntxt",
        waivers=tmp_path / "let.toml",
        plugins=[tmp_path / "mine.py"],
    )
    assert [(item.rule, item.measure) for item in report.findings] == [("numeral-mismatch", "1"), ("high", "2")]
    assert [(item.rule, item.measure) for item in report.waived] == [("high", "1")]


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


def test_an_accompaniment_keeps_the_tune_and_adds_parts():
    tune = parse_grid("key: C major; meter: 4/4\nS: e5 . g5 . | f5 . d5 . | e5 . d5 . | c5 . . .\nC: C | G7 | G7 | C")
    made = musegen.accompany(tune, style="folk", level=2)
    assert not made.are_found
    assert made.score.notes.rows[made.score.notes["part"] == 0]["pitch"].tolist() == tune.notes["pitch"].tolist()
    assert len(made.score.parts) > 1
    assert musegen.accompany(tune, style="folk", level=2).score == made.score


def test_tunes_are_alike_by_their_notes_or_by_their_character():
    tune, others = "oneills1850/0001-0050#4", ["oneills1850/0001-0050#5", "oneills1850/0001-0050#7"]
    found = musegen.similar(tune, others, by="character")
    assert {one.piece for one in found} == set(others)
    assert found[0].likeness >= found[1].likeness
    for ways in ({"by": "taste"}, {"by": "character", "plain": True}):
        with pytest.raises(UsageError, match="notes, character"):
            musegen.similar(tune, others, **ways)
