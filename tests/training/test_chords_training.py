"""Training the chords on a few sheets: they are learned, go on where they stopped, play as ONNX what torch computes.

These tests need torch: `make test-training` installs it.
"""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch

from musegen.cli import run
from musegen.corpora.splitting import split_of
from musegen.engraving.render import render
from musegen.errors import MalformedScore
from musegen.evaluation.chord_figures import nats_of, ranked
from musegen.score.textgrid import parse_grid
from musegen.theory.progressions.network import Parts
from musegen.training.chords import learn, train
from musegen.training.chords_batches import BARE, batch, batches
from musegen.training.chords_files import export_network, export_ranker
from musegen.training.chords_lessons import lessons
from musegen.training.chords_losses import bits, losses_of
from musegen.training.chords_network import ChordNetwork
from musegen.training.chords_ranker import Ranker
from musegen.training.chords_setting import hits
from musegen.training.curves import read_rows
from musegen.training.recipes import Order

LINES = ("C Am F G7", "C F G7 C", "C A7 D7 G7", "C E7 Am D7", "F C G7 C", "C C7 F Fm")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Lead sheets of eight measures whose names put them into all three splits."""
    place = tmp_path_factory.mktemp("sheets")
    rng = np.random.default_rng(1)
    for number in range(30):
        lines = [LINES[rng.integers(len(LINES))] for _ in range(2)]
        tune = " | ".join(
            " ".join(
                f"{note}{octave}" for note, octave in zip(rng.choice(list("cdefgab"), 4), [4, 5, 4, 5], strict=True)
            )
            for _ in range(8)
        )
        chords = " | ".join(f"{symbol} . . ." for line in lines for symbol in line.split())
        sheet = parse_grid(f"key: C major; meter: 4/4\nS: {tune}\nC: {chords}")
        (place / f"sheet-{number}.musicxml").write_bytes(bytes(render(sheet, ".musicxml")))
    return place


@pytest.fixture(scope="module")
def pieces(folder):
    return lessons([str(folder)])


def order(place: Path, folder: Path, passes: int) -> Order:
    return Order("chords", (str(folder),), place / "chords", (0,), passes, lambda line: None)


def test_the_split_of_a_sheet_hangs_on_its_name_alone(pieces, folder):
    assert len(pieces) == 30
    assert {lesson.split for lesson in pieces} == {"train", "valid", "test"}
    assert all(lesson.split == split_of(lesson.name) for lesson in pieces)


def test_progressions_are_learned(pieces, folder, tmp_path):
    untaught = bits(ChordNetwork(), pieces[:10])
    network = learn(pieces[:20], pieces[20:], 0, order(tmp_path, folder, 25))
    taught = bits(network, pieces[:10])
    assert taught.bare < 0.6 * untaught.bare
    assert taught.told < 0.8 * untaught.told
    assert taught.bare <= taught.mixture
    assert [row["pass"] for row in read_rows(tmp_path / "chords-curve.csv")] == [*range(1, 26)]


def test_an_interrupted_run_ends_as_a_whole_one(pieces, folder, tmp_path):
    once, twice = tmp_path / "once", tmp_path / "twice"
    once.mkdir()
    twice.mkdir()
    expected = learn(pieces[:8], pieces[8:10], 3, order(once, folder, 2))

    class Stopped(Exception):
        pass

    def stop(line: str) -> None:
        raise Stopped(line)

    with pytest.raises(Stopped):
        learn(pieces[:8], pieces[8:10], 3, order(twice, folder, 2)._replace(say=stop))
    found = learn(pieces[:8], pieces[8:10], 3, order(twice, folder, 2))
    for name, weight in expected.state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], weight, rtol=0, atol=0)


def test_onnx_plays_what_torch_computes(pieces, tmp_path):
    torch.manual_seed(1)
    network, ranker = ChordNetwork().eval(), Ranker().eval()
    export_network(network, tmp_path)
    export_ranker(ranker, tmp_path)
    parts = Parts(tmp_path)
    for lesson in pieces[:3]:
        one = batch([lesson], [BARE])
        with torch.no_grad():
            expected = float(losses_of(network, one, torch.zeros(1)).told)
            mean, _ = network.latents(one)
        assert nats_of(lesson.piece, parts, None) == pytest.approx(expected, rel=1e-2)
        np.testing.assert_allclose(parts.latents(lesson.piece).mean, mean[0].numpy(), atol=2e-2)
    tunes = [tune for lesson in pieces[:3] for tune in lesson.tunes]
    for told in (True, False):
        assert ranked(tunes, parts, told=told).first == pytest.approx(hits(ranker, tunes, told=told).first, abs=0.05)


def test_what_is_not_said_is_zero_and_what_is_drawn_of_chance_is_its_own(pieces):
    one = batch(pieces[:2], [(), ("mode",)])
    assert not one.said[0].any()
    assert one.said[1].sum(-1).max() == 1
    first, again = ([b.chord for b, _ in batches(pieces, np.random.default_rng(4))] for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_the_command_writes_parts_card_and_curves(folder, tmp_path, capsys):
    place = tmp_path / "mine"
    assert run(["train", "chords", "--corpus", str(folder), "--passes", "2", "-o", str(place)]) == 0
    assert sorted(path.name for path in place.iterdir()) == [
        "encoder.onnx",
        "hearing.onnx",
        "setting.onnx",
        "step.onnx",
    ]
    card = tomllib.loads((tmp_path / "mine.toml").read_text())
    assert card["data"][folder.name]["train"] > 20 - len(card["data"])
    assert card["valid"]["song"]["bare"] > 0
    assert "are few" in capsys.readouterr().err


def test_a_folder_without_chords_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "tune.abc").write_text("X:1\nT:t\nM:4/4\nL:1/4\nK:C\nz4|]\n")
    with pytest.raises(MalformedScore, match="too few pieces"):
        train(order(tmp_path, tmp_path / "empty", 1))
