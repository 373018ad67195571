"""A melody network of one's own: it takes up a habit, stops in time, goes on where it stopped, and says what is wrong.

These tests need torch: `make test-training` installs it.
"""

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch

from musegen.cli import run
from musegen.corpora import corpus
from musegen.corpora.adding import Wishes, added
from musegen.errors import EngravingError, MalformedScore, UnreadableFile, UsageError
from musegen.models.networks import open_folder, shipped, shipped_weights
from musegen.theory.tunes.telling import SIZES, STYLES
from musegen.training import melody_tuning
from musegen.training import own_tunes as own_tunes_module
from musegen.training.curves import read_rows
from musegen.training.melody_batches import BARE, batch, batches, bits_a_note, bits_a_tune, count, stretches
from musegen.training.melody_files import check_place, grafted, rebuilt, write_folder
from musegen.training.melody_network import MelodyNetwork
from musegen.training.melody_tuning import PATIENCE, begin, make_own, teach
from musegen.training.own_card import Gain, gain_of, warnings_of
from musegen.training.own_tunes import Divided, own_tunes
from musegen.training.recipes import Order
from musegen.training.tunes import Lesson

HABITS = ("CEDF", "EGFA", "DFEG")


def waltz(number: int, key: str = "C") -> str:
    """A tune of a composer with a habit: up a third, down a step, and a long note at the end of every phrase."""
    rng = np.random.default_rng(number)
    phrases = ["|".join("".join(f"{note}2" for note in rng.choice(HABITS)[:3]) for _ in range(3)) for _ in range(4)]
    return f"X:{number}\nT:Waltz {number}\nM:3/4\nL:1/8\nK:{key}\n{'|C6|'.join(phrases)}|C6|]\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Forty waltzes in one collection, and one that changes its meter."""
    place = tmp_path_factory.mktemp("waltzes")
    odd = "X:99\nT:Odd\nM:3/4\nL:1/8\nK:C\nC2D2E2|[M:4/4]C2D2E2F2|]\n"
    (place / "waltzes.abc").write_text("\n".join([*(waltz(number) for number in range(1, 41)), odd]))
    return place


@pytest.fixture(scope="module")
def tunes(folder) -> Divided:
    return own_tunes([str(folder)])


def order(folder: Path, passes: int = 2, **changes) -> Order:
    blank = Order("melody", ("waltzes",), folder / "my-style", (0,), passes, lambda line: None, "shipped")
    return blank._replace(**changes)


def logits(network: MelodyNetwork, lesson: Lesson) -> tuple[np.ndarray, np.ndarray]:
    whole = batch([lesson], [[]])
    with torch.no_grad():
        thought, symbol, _ = network.eval()(whole.moment, network.start(1))
        return symbol.numpy(), network.length_of(thought, whole.moment, whole.symbol).numpy()


def played(parts, lesson: Lesson) -> tuple[np.ndarray, np.ndarray]:
    whole = batch([lesson], [[]])
    found = parts["step"].run(**whole.moment._asdict(), state=np.zeros((4, 1, 256)))
    symbol, length = whole.moment.symbol, whole.moment.length
    return found["logits"], parts["length"].run(
        thought=found["thought"], symbol=symbol, length=length, chosen=whole.symbol
    )["logits"]


def test_the_shipped_network_is_rebuilt_in_torch_as_it_plays(tunes):
    network = rebuilt(shipped_weights("melody"))
    for lesson in tunes.lessons["train"][:3]:
        for found, expected in zip(logits(network, lesson), played(shipped("melody"), lesson), strict=True):
            np.testing.assert_allclose(found, expected, atol=1e-2)


def test_weights_that_were_not_changed_give_the_same_files():
    parts = shipped_weights("melody")
    assert grafted(parts, rebuilt(parts)) == parts


def test_any_network_of_these_sizes_is_played_from_a_folder_of_ones_own(tunes, tmp_path):
    torch.manual_seed(5)
    network = MelodyNetwork()
    write_folder(tmp_path / "mine", grafted(shipped_weights("melody"), network))
    parts = open_folder(tmp_path / "mine", "melody")
    for found, expected in zip(
        played(parts, tunes.lessons["test"][0]), logits(network, tunes.lessons["test"][0]), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-2)


def test_the_style_own_says_at_first_as_much_as_no_style(tunes):
    style = [*SIZES].index("style")
    lesson = tunes.lessons["train"][0]
    assert set(lesson.told[:, style]) == {STYLES.index("own") + 1}
    network = begin("shipped")
    assert bits_a_note(network, [lesson], []) == bits_a_note(network, [lesson], [style])
    assert bits_a_note(rebuilt(shipped_weights("melody")), [lesson], []) != bits_a_note(network, [lesson], [])


def test_every_tune_is_in_one_split_and_what_is_no_tune_is_named(tunes):
    assert {split: len(found) for split, found in tunes.lessons.items()}.keys() == {"train", "valid", "test"}
    assert sum(map(len, tunes.lessons.values())) == 40
    assert len(tunes.lessons["train"]) >= 24
    assert [*tunes.passed_over] == ["waltzes.abc#99"]
    assert "not one meter" in tunes.passed_over["waltzes.abc#99"]


def test_the_split_is_the_same_wherever_the_folder_is_named_from(folder, tunes, monkeypatch):
    monkeypatch.chdir(folder.parent)
    again = own_tunes([folder.name])
    assert [[one.name for one in found] for found in again.lessons.values()] == [
        [one.name for one in found] for found in tunes.lessons.values()
    ]


def test_a_corpus_keeps_its_own_splits(tmp_path):
    rng = np.random.default_rng(1)
    for number in range(1, 31):
        bars = "|".join("".join(rng.choice([*"CDEFGABcd"], 4)) for _ in range(8))
        (tmp_path / f"{number}.abc").write_text(f"X:1\nT:Air {number}\nM:2/4\nL:1/8\nK:C\n{bars}|]\n")
    added("airs-of-mine", tmp_path, Wishes()).save()
    found = own_tunes(["airs-of-mine"])
    assert found.seed == 0
    for split, lessons in found.lessons.items():
        assert {lesson.name for lesson in lessons} == {piece.name for piece in corpus("airs-of-mine").split(split)}
    with pytest.raises(MalformedScore, match=r"airs-of-mine: of \d+ tunes none is in the split train"):
        own_tunes_module._check(found._replace(lessons={**found.lessons, "train": []}), ["airs-of-mine"])


def test_one_tune_in_two_keys_and_two_folders_is_never_on_both_sides(tmp_path):
    places = [tmp_path / name for name in ("here", "there")]
    for place, key in zip(places, ("C", "D"), strict=True):
        place.mkdir()
        for number in range(1, 13):
            raised = waltz(number).replace("K:C", f"K:{key}")
            music = raised if key == "C" else raised[: raised.index("K:D") + 4] + up(raised[raised.index("K:D") + 4 :])
            (place / f"{number}.abc").write_text(music)
    found = own_tunes([str(place) for place in places])
    sides = [{Path(tune.name).name for tune in tunes} for tunes in found.lessons.values()]
    assert sum(map(len, found.lessons.values())) == 24
    assert not sides[0] & sides[1]
    assert not sides[0] & sides[2]
    assert not sides[1] & sides[2]
    assert found.sources()[str(places[0])] == found.sources()[str(places[1])]


def up(music: str) -> str:
    """The same a step higher."""
    return music.translate(str.maketrans("CDEFG", "DEFGA"))


def test_a_habit_is_taken_up(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["train", "melody", "--corpus", str(folder), "--passes", "5", "-o", "my-style"]) == 0
    card = tomllib.loads((tmp_path / "my-style.toml").read_text())
    for figures in (card["test"]["meter_and_mode_said"], card["test"]["everything_said"]):
        assert figures["after"] < 0.8 * figures["before"]
    assert 0.5 < card["test"]["ngram"] < card["test"]["meter_and_mode_said"]["before"]
    assert card["warnings"] == ["40 tunes are few: below 50 those to judge by seldom show a gain (docs/own-style.md)"]
    assert card["learning"]["from"] == "shipped"
    assert 0 < card["learning"]["best_pass"] <= card["learning"]["passes_run"] <= 5
    assert sum(card["data"][str(folder)][split] for split in ("train", "valid", "test")) == 40
    assert card["passed_over"].keys() == {"waltzes.abc#99"}
    assert card["command"].endswith("--from shipped --passes 5 --seeds 0")
    assert len(read_rows("my-style-curve.csv")) == card["learning"]["passes_run"] + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "my-style", "my-style-curve.csv", "my-style-curve.svg", "my-style.toml",
    ]  # fmt: skip
    lesson = own_tunes([str(folder)]).lessons["test"][0]
    network = begin(str(tmp_path / "my-style"))
    for found, expected in zip(played(open_folder("my-style", "melody"), lesson), logits(network, lesson), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-2)


def test_learning_stops_when_others_gain_no_more_and_the_best_is_kept(tunes, tmp_path, monkeypatch):
    heard = iter([3.0, 2.0, *[2.5] * 50])
    kept = []

    def listen(network, held):
        kept.append({name: value.clone() for name, value in network.state_dict().items()})
        return next(heard)

    monkeypatch.setattr(melody_tuning, "_heard", listen)
    few = tunes.lessons["train"][:8]
    taught = teach(begin("shipped"), few, few[:1], order(tmp_path, 30))
    assert (taught.best, taught.passes) == (1, 1 + PATIENCE)
    for name, value in taught.network.state_dict().items():
        torch.testing.assert_close(value, kept[1][name], rtol=0, atol=0)


def test_where_nothing_is_gained_the_beginning_stays(tunes, tmp_path, monkeypatch):
    heard = iter([1.0, *[2.0] * 50])
    monkeypatch.setattr(melody_tuning, "_heard", lambda network, held: next(heard))
    begun, few = begin("shipped"), tunes.lessons["train"][:8]
    taught = teach(begun, few, few[:1], order(tmp_path, 30))
    assert (taught.best, taught.passes) == (0, PATIENCE)
    assert grafted(shipped_weights("melody"), taught.network) == grafted(shipped_weights("melody"), begun)


def test_an_interrupted_run_ends_as_a_whole_one(tunes, tmp_path):
    once, twice = tmp_path / "once", tmp_path / "twice"
    once.mkdir()
    twice.mkdir()
    learnt, held = tunes.lessons["train"][:9], tunes.lessons["valid"]
    expected = teach(begin("shipped"), learnt, held, order(once, 3))

    def stop(line: str) -> None:
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            teach(begin("shipped"), learnt, held, order(twice, 3, say=stop))
    found = teach(begin("shipped"), learnt, held, order(twice, 3))
    assert (found.best, found.passes) == (expected.best, expected.passes)
    for name, weight in expected.network.state_dict().items():
        torch.testing.assert_close(found.network.state_dict()[name], weight, rtol=0, atol=0)
    with pytest.raises(UsageError, match="other tunes or another beginning"):
        teach(begin("nothing"), learnt, held, order(twice, 3))
    (twice / "my-style-0.pt").write_bytes(b"garbage")
    with pytest.raises(UnreadableFile, match="no checkpoint"):
        teach(begin("shipped"), learnt, held, order(twice, 3))


def test_bits_of_tunes_are_bits_of_notes(tunes):
    network, some = begin("shipped"), tunes.lessons["train"][:5]
    spent = bits_a_tune(network, some, BARE)
    alone = [bits_a_note(network, [tune], BARE).total * tune.notes for tune in some]
    np.testing.assert_allclose(spent.sum(axis=1), alone, rtol=1e-4)


def test_a_gain_has_an_error_and_too_little_is_warned_of(tunes):
    notes = np.array([10, 20, 30])
    sure, vague = gain_of(3.0 * notes, 2.5 * notes, notes), gain_of(notes * [3, 2, 4], notes * [2, 4, 3], notes)
    assert sure.is_sure
    assert sure.bits == pytest.approx(0.5)
    assert not vague.is_sure
    assert math.isnan(gain_of(np.ones(1), np.ones(1), notes[:1]).error)
    assert not Gain(3.0, 1.0, math.nan).is_sure
    assert warnings_of(tunes, {"bare": sure}, 40) == []
    assert [words.split(":")[0] for words in warnings_of(tunes, {"bare": vague}, 41)] == [
        "40 tunes are few",
        f"on {len(tunes.lessons['test'])} tunes that nothing was learned from the gain may be chance",
    ]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "no scores in this folder"),
        ({"notes.txt": "no music"}, "no scores in this folder"),
        ({"one.abc": "X:1\nM:2/4\nL:1/4\nK:C\nCD|]\n"}, "no tune is in it; one.abc: 2 notes are too few"),
        ({"broken.musicxml": "<score-partwise><part>"}, "no tune is in it; broken.musicxml: "),
        ({"one.abc": waltz(1)}, "1 tune is too few"),
        ({"one.abc": waltz(1), "two.abc": waltz(2)}, "2 tunes are too few"),
    ],
)
def test_too_little_to_learn_from_is_one_error(tmp_path, files, told):
    place = tmp_path / "scores"
    place.mkdir()
    for name, text in files.items():
        (place / name).write_text(text)
    with pytest.raises((MalformedScore, UnreadableFile), match=f"scores: {told}"):
        make_own(order(tmp_path, corpora=(str(place),)))
    assert [path.name for path in tmp_path.iterdir()] == ["scores"]


def test_places_that_cannot_be_written_are_told_before_anything_is_learned(tmp_path, folder):
    (tmp_path / "my-style").write_text("a file")
    with pytest.raises(EngravingError, match="there is a file of that name"):
        make_own(order(tmp_path, corpora=(str(folder),)))
    with pytest.raises(UsageError, match=r"holds something else, such as waltzes\.abc"):
        check_place(folder, ["step", "length"])
    with pytest.raises(EngravingError, match="cannot write"):
        make_own(order(tmp_path / "nowhere", corpora=(str(folder),)))


def test_what_to_begin_with_must_be_weights(tmp_path):
    for start in ("nowhere", str(tmp_path)):
        with pytest.raises(UnreadableFile, match=r"length\.onnx: "):
            begin(start)


def test_weights_are_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    place = tmp_path / "mine"
    write_folder(place, {"step": b"old", "length": b"old"})
    written = []

    def stop(path: Path, content: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path.write_bytes(content))

    monkeypatch.setattr("musegen.training.melody_files.write_atomically", stop)
    with pytest.raises(KeyboardInterrupt):
        write_folder(place, {"step": b"new", "length": b"new"})
    assert {path.read_bytes() for path in place.iterdir()} == {b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    monkeypatch.undo()
    write_folder(place, {"step": b"new", "length": b"new"})
    assert {path.read_bytes() for path in place.iterdir()} == {b"new"}


def test_the_steps_of_a_run_are_counted_before_they_are_taken(tunes):
    learnt = tunes.lessons["train"]
    taken = [
        int((part.length >= 0).any())
        for number in range(3)
        for whole in batches(learnt, 5, number, 4)
        for part in stretches(whole)
    ]
    assert sum(taken) == count(learnt, 5, 3, 4) > 0
