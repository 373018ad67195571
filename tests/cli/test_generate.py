"""`musegen generate chorale` as a composer types it."""

from dataclasses import replace

import pytest

import musegen
from musegen.cli import run
from musegen.errors import UsageError
from musegen.generation.chorales import plan_of
from musegen.generation.neural import drawing
from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import frames_of
from musegen.generation.neural.said import said_of
from musegen.score.files import read
from musegen.score.table import Flag
from musegen.theory.analyse import analyse

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
        (["--like", "bwv66.6", "--cadences", "HC"], "--like has its own measures, phrases, meter and cadences"),
        (["--cadences", "HX"], "`HX` is no cadence; there are PAC"),
        (["--cadences", "m4: HC"], "no measure 4"),
        (["--pack", "nothing"], "nothing"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, said, tmp_path, capsys):
    assert run([*CHORALE, *options, "-o", str(tmp_path / "chorale.musicxml")]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("bach/bwv846", "four voices"), ("bwv9999", "no such file"), ("bach/bwv229.2", "too few fermatas")],
)
def test_a_model_that_is_no_chorale_is_unreadable(name, said, tmp_path, capsys):
    assert run([*CHORALE, "--like", name, "-o", str(tmp_path / "chorale.musicxml")]) == 3
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("output", ["-", "chorale.txt"])
def test_a_chorale_is_written_only_as_music(output, tmp_path, capsys):
    assert run([*CHORALE, "-o", output]) == 2
    assert ".musicxml" in capsys.readouterr().err


@pytest.fixture
def bach_draws(monkeypatch):
    """In place of the network Bach himself answers: with bwv66.6."""
    score = read("bach/bwv66.6")
    drawn = Drawn(frames_of(score), said_of(score, analyse(score, engine="neural")), -100.0, 0.0)
    monkeypatch.setattr(drawing, "draw", lambda tasks, *_, **__: [[drawn] for _ in tasks])
    return score


def test_what_bach_draws_on_his_own_plan_is_his_chorale(bach_draws, tmp_path, capsys):
    written = tmp_path / "again.musicxml"
    assert run(["generate", "chorale", "--like", "bwv66.6", "--candidates", "1", "-o", str(written)]) == 0
    told = capsys.readouterr().err
    assert "F sharp minor, 4/4, 9 measures: IAC A, PAC A, PAC f#" in told
    assert "no errors under chorale; shared with Bach: 51 sonorities" in told
    again = read(written)
    for column in ("onset", "pitch", "fifths", "duration"):
        ours, his = (sorted(score.notes.sounding()[column].tolist()) for score in (again, bach_draws))
        assert ours == his
    assert again.notes.has(Flag.FERMATA).sum() == 24
    assert again.metadata.title == "Chorale in F sharp minor, on the plan of bwv66.6"


def test_several_chorales_lie_side_by_side_in_the_form_of_their_suffix(bach_draws, tmp_path, capsys):
    assert run([*CHORALE, "--like", "bwv66.6", "--count", "2", "--layout", "open", "-o", str(tmp_path / "c.svg")]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"c.svg", "c-2.svg"}
    assert capsys.readouterr() == ("", "")


def test_the_same_seed_gives_the_same_chorale_and_the_second_of_two_is_the_second_of_all(tmp_path):
    short = [*CHORALE, "--measures", "4", "--candidates", "1", "--seed", "5"]
    for name, count in (("one", "1"), ("two", "2")):
        assert run([*short, "--count", count, "-o", str(tmp_path / f"{name}.musicxml")]) == 0
    assert (tmp_path / "one.musicxml").read_bytes() == (tmp_path / "two.musicxml").read_bytes()
    assert (tmp_path / "two.musicxml").read_bytes() != (tmp_path / "two-2.musicxml").read_bytes()


def test_a_chorale_is_as_it_was_asked_for(tmp_path):
    wished = [
        "--layout",
        "open",
        "--key",
        "E- major",
        "--meter",
        "3/4",
        "--measures",
        "8",
        "--pickup",
        "beat",
        "--candidates",
        "1",
    ]
    assert run([*CHORALE, *wished, "-o", str(tmp_path / "c.musicxml")]) == 0
    made = read(tmp_path / "c.musicxml")
    assert [part.name for part in made.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert [measure.length // 10080 for measure in made.measures] == [1, 3, 3, 3, 3, 3, 3, 3, 2]
    assert made.measures[0].key_signature.fifths == -3
    found = analyse(made)
    assert (str(found.key), str(found.cadences[-1].key)) == ("E-", "E-")
    assert made.notes.sounding().has(Flag.FERMATA)[-4:].all()


def test_in_python_new_chorales_come_with_their_plans():
    (made,) = musegen.generate("chorale", key="d", measures=4, candidates=1)
    assert musegen.read(made) is made.score
    assert made.plan.full_measures == len([measure for measure in made.score.measures if not measure.is_pickup]) == 4
    with pytest.raises(UsageError, match="there is chorale"):
        musegen.generate("fugue")
    with pytest.raises(UsageError, match="`wild` is no style"):
        musegen.generate("chorale", measures=4, style="wild")


def test_in_python_a_plan_is_drawn_changed_and_sung(bach_draws):
    drawn = plan_of(bach_draws)
    first = drawn.phrases[0]._replace(cadence=None, approach="", last="")
    mine = replace(drawn, phrases=(first, *drawn.phrases[1:]))
    (made,) = musegen.generate(plan=mine, level=8, pack="chorale", candidates=1)
    assert made.plan == mine
    ours, his = (sorted(score.notes.sounding()["pitch"].tolist()) for score in (made.score, bach_draws))
    assert ours == his


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda first, rest: (first._replace(end=first.end + 1), *rest), "phrase 2 of the plan does not begin"),
        (lambda first, rest: (first._replace(last="Q7"), *rest), "no chord `Q7` in A major"),
        (lambda first, rest: (first._replace(repeats=3), *rest), "phrase 1 of the plan repeats none"),
        (lambda first, rest: (first, *rest[:-1]), "do not fill its measures"),
    ],
)
def test_a_plan_that_nobody_can_sing_is_wrong_usage(bach_draws, wrong, said):
    plan = plan_of(bach_draws)
    with pytest.raises(UsageError, match=said):
        musegen.generate(plan=replace(plan, phrases=wrong(plan.phrases[0], plan.phrases[1:])))


def test_a_plan_leaves_no_room_for_other_wishes(bach_draws):
    plan = plan_of(bach_draws)
    for wish in ({"measures": 8}, {"meter": "3/4"}, {"phrases": 4}, {"cadences": "HC"}, {"pickup": "beat"}):
        with pytest.raises(UsageError, match="its own measures, phrases, meter, pickup and cadences"):
            musegen.generate(plan=plan, **wish)
    with pytest.raises(UsageError, match="contradict"):
        musegen.generate(plan=plan, like="bwv66.6")
