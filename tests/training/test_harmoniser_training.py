"""Training the harmoniser, on two chorales: it learns, goes on where it stopped, and plays as ONNX what torch computes.

These tests need torch: `make test-training` installs it.
"""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch

from musegen.evaluation.likelihood import likelihood as played_likelihood
from musegen.generation.neural.network import NOT_GIVEN, Harmoniser
from musegen.models import networks
from musegen.score.files import read
from musegen.training.chorales import lesson
from musegen.training.curves import read_rows
from musegen.training.harmoniser import learn
from musegen.training.harmoniser_batches import BARE, OVER_SOPRANO, batch, batches, whole
from musegen.training.harmoniser_files import export_parts
from musegen.training.harmoniser_losses import likelihood, note_losses, remembered
from musegen.training.harmoniser_network import HarmoniserNetwork
from musegen.training.recipes import Order, recipe


@pytest.fixture(scope="module")
def pieces():
    return [lesson(name, read(name)) for name in ("bach/bwv269", "bach/bwv86.6")]


def order(folder: Path, passes: int) -> Order:
    return Order("harmoniser", ("bach-chorales",), folder / "harmoniser", (0,), passes, lambda line: None)


def test_a_chorale_is_learned(pieces, tmp_path):
    untaught = likelihood(HarmoniserNetwork(), pieces[:1]).bare
    taught = likelihood(learn(pieces[:1] * 8, pieces[1:], 0, order(tmp_path, 12)), pieces[:1]).bare
    assert taught < 0.6 * untaught
    assert [row["pass"] for row in read_rows(tmp_path / "harmoniser-curve.csv")] == [*range(1, 13)]
    assert (tmp_path / "harmoniser-curve.svg").read_text().startswith("<svg")


def test_an_interrupted_run_ends_as_a_whole_one(pieces, tmp_path):
    once, twice = tmp_path / "once", tmp_path / "twice"
    once.mkdir()
    twice.mkdir()
    expected = learn(pieces, pieces[:1], 3, order(once, 2))

    class Stopped(Exception):
        pass

    def stop(line: str) -> None:
        raise Stopped(line)

    with pytest.raises(Stopped):
        learn(pieces, pieces[:1], 3, order(twice, 2)._replace(say=stop))
    found = learn(pieces, pieces[:1], 3, order(twice, 2))
    for name, weight in expected.state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], weight, rtol=0, atol=0)


def test_in_bare_batches_nothing_is_said(pieces):
    bare, over = whole(pieces[0], BARE), whole(pieces[0], OVER_SOPRANO)
    assert not bare.said.any()
    assert not bare.drawn_local.any()
    assert (bare.given == NOT_GIVEN).all()
    np.testing.assert_array_equal(over.given[:, 0], over.note[:, 0])
    assert (over.given[:, 1:] == NOT_GIVEN).all()


def test_a_moved_passage_keeps_its_chords_over_its_notes(pieces):
    rng, network = np.random.default_rng(0), HarmoniserNetwork()
    members = 0
    for drawn in (one for _ in range(6) for one in batches(pieces, rng)):
        _, roles = network.chords(drawn.drawn_local, drawn.drawn_figure)
        known = (drawn.drawn_figure > 0) & drawn.real
        if known.any():
            bass = (drawn.note[..., 3] + 29) % 12
            role = roles.gather(-1, bass.unsqueeze(-1)).squeeze(-1)
            members += 1
            assert float((role > 0)[known].float().mean()) > 0.8
    assert members


def test_the_future_is_not_heard(pieces):
    network = HarmoniserNetwork().eval()
    row = whole(pieces[0], BARE)
    changed = row._replace(note=row.note.copy(), heard=row.heard._replace(note=row.heard.note.copy()))
    changed.note[40:] = 20
    changed.heard.note[41:] = 20
    with torch.no_grad():
        here, there = (
            note_losses(network, one, remembered(network, one))[0, :40] for one in (batch([row]), batch([changed]))
        )
    torch.testing.assert_close(here, there)


def test_onnx_plays_what_torch_computes(pieces, tmp_path, monkeypatch):
    network = HarmoniserNetwork()
    with torch.no_grad():
        network.encoder.nothing.normal_()
    (tmp_path / "harmoniser").mkdir()
    (tmp_path / "harmoniser.toml").write_text('name = "harmoniser"\n')
    export_parts(network, tmp_path / "harmoniser")
    monkeypatch.setattr(networks, "WEIGHTS", tmp_path)
    networks.network.cache_clear()
    try:
        played = Harmoniser()
        for given, kind in (((), "bare"), ((0,), "over_soprano")):
            for piece in pieces:
                expected = getattr(likelihood(network, [piece]), kind)
                found = played_likelihood([piece.frames], given=given, network=played)
                assert found.per_piece == pytest.approx(expected, rel=2e-3)  # kept in 16 bits
    finally:
        networks.network.cache_clear()


def test_the_recipe_names_its_corpus():
    assert recipe("harmoniser").default == "bach-chorales"
    card = networks.card("harmoniser")
    assert tomllib.loads((networks.WEIGHTS / "harmoniser.toml").read_text())["name"] == card["name"]
