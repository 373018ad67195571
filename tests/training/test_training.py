"""Training the analyser, on two chorales: it learns, goes on where it stopped, and plays as ONNX what torch computes.

These tests need torch: `make test-training` installs it.
"""

import csv
import pickle
import re
import tomllib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from musegen.cli import run
from musegen.errors import UnreadableFile, UsageError
from musegen.score.files import corpus_folder
from musegen.theory.neural.decoding import MAJORS, MINORS
from musegen.theory.neural.reading import TONICS, places
from musegen.training.analyser import learn, shares, train
from musegen.training.analyser_batches import SIZE, batches, losses_of, whole
from musegen.training.analyser_network import AnalyserNetwork
from musegen.training.augmentation import Passage, at_half_speed, at_twice_the_speed, broken, changed
from musegen.training.examples import COLUMNS, NOWHERE, examples
from musegen.training.recipes import Order

CHORALES = {1: "bwv269", 4: "bwv86.6"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """Two chorales with the analyses that music21 ships: one to learn from, one for validation, one extra."""
    folder, theirs = tmp_path_factory.mktemp("corpus"), corpus_folder()
    assert theirs is not None
    with (folder / "MANIFEST.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t")
        table.writerow(["id", "score", "analysis", "set", "split", "licence"])
        for split, number in (("training", 1), ("validation", 4), ("extra", 4)):
            score = theirs / "bach" / f"{CHORALES[number]}.mxl"
            analysis = theirs / "bach" / "choraleAnalyses" / f"riemenschneider{number:03d}.rntxt"
            table.writerow([f"{split}-{number}", score, analysis, "chorales", split, "free"])
        table.writerow(["closed", score, analysis, "chorales", "training", "CC BY-NC 4.0"])
    return folder


@pytest.fixture(scope="module")
def pieces(corpus):
    return list(examples(corpus))


def order(corpus, folder, **changes) -> Order:
    return Order("analyser", (corpus,), folder / "analyser.onnx", (0,), 2, lambda line: None)._replace(**changes)


def test_pieces_that_are_not_free_are_not_learned_from(pieces):
    assert [item.name for item in pieces] == ["training-1", "validation-4", "extra-4"]
    assert all((item.figure >= 0).mean() > 0.9 for item in pieces)


def test_a_chorale_is_learned_by_heart(pieces, tmp_path):
    one = pieces[:1] * SIZE
    few, many = (
        learn(one, one[:1], 0, order(tmp_path, tmp_path / name, passes=n)) for name, n in ((".", 2), ("..", 25))
    )
    assert shares(many, one[:1]).numeral > shares(few, one[:1]).numeral + 0.3


def test_an_interrupted_run_ends_as_a_whole_one(pieces, tmp_path):
    once, twice = tmp_path / "once", tmp_path / "twice"
    once.mkdir()
    twice.mkdir()
    some = pieces * 4
    expected = learn(some, pieces[:1], 3, order(tmp_path, once))
    stopped = order(tmp_path, twice)

    class Stopped(Exception):
        pass

    def stop(line: str) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        learn(some, pieces[:1], 3, stopped._replace(say=stop))
    found = learn(some, pieces[:1], 3, stopped)
    for name, weights in expected.state_dict().items():
        torch.testing.assert_close(found.state_dict()[name], weights, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (lambda whole: b"", UnreadableFile, "analyser-0.pt: the file is empty"),
        (lambda whole: whole[: len(whole) // 2], UnreadableFile, "analyser-0.pt: this is no checkpoint"),
        (lambda whole: pickle.dumps(print), UnreadableFile, "analyser-0.pt: this is no checkpoint"),
        (lambda whole: whole, UsageError, "analyser-0.pt is of a run of 1 steps, not of 2; remove it"),
    ],
)
def test_what_is_no_checkpoint_of_this_run_is_said_and_left_alone(pieces, tmp_path, spoil, error, said):
    wanted = order(tmp_path, tmp_path, passes=1)
    learn(pieces[:1], pieces[:1], 0, wanted)
    checkpoint = tmp_path / "analyser-0.pt"
    found = spoil(checkpoint.read_bytes())
    checkpoint.write_bytes(found)
    with pytest.raises(error, match=re.escape(said)):
        learn(pieces[:1], pieces[:1], 0, wanted._replace(passes=2))
    assert checkpoint.read_bytes() == found


def test_less_than_a_batch_is_learned_from_too(pieces):
    (batch,) = batches(pieces[:1], np.random.default_rng(0))
    assert 0 < len(batch.notes) < SIZE


def test_a_piece_in_another_key_gets_the_same_scores_in_other_places(pieces):
    torch.manual_seed(1)
    network = AnalyserNetwork().eval()
    piece = pieces[0].piece
    moved = np.roll(piece.notes, 3, axis=1)
    context = torch.as_tensor(piece.context[None])
    with torch.no_grad():
        here, there = (
            network(torch.as_tensor(places(notes, lowest)[None]), context)[0]
            for notes, lowest in ((piece.notes, -8), (moved, -5))
        )
    torch.testing.assert_close(here, there)
    assert here.shape[-1] == TONICS * (MAJORS + MINORS)
    torch.testing.assert_close(here.exp().sum(dim=-1), torch.ones(here.shape[:2]))


def test_the_whole_recipe_writes_a_network_that_plays_what_torch_computes(corpus, pieces, tmp_path, capfd):
    train(order(corpus, tmp_path, seeds=(0, 1), passes=1))
    assert "rror" not in capfd.readouterr().err
    card = (tmp_path / "analyser.toml").read_text(encoding="utf-8")
    assert "seeds = [0, 1]" in card
    assert 'licences = ["free"]' in card
    session = onnxruntime.InferenceSession(str(tmp_path / "analyser.onnx"))
    for frames, tonics in ((16, 21), (40, 13)):
        notes, context = (
            places(pieces[0].piece.notes[:frames], -6, tonics)[None],
            pieces[0].piece.context[None, :frames],
        )
        scores, *_ = session.run(None, {"notes": notes, "context": context})
        assert scores.shape == (1, frames, tonics * (MAJORS + MINORS))
        np.testing.assert_allclose(np.exp(scores).sum(axis=-1), 1, rtol=1e-3)


def test_half_the_speed_and_twice_the_speed_undo_each_other(pieces):
    item = pieces[0]
    passage = Passage(item.piece.notes, item.piece.context, item.tonic, item.minor, item.figure).cut(2, 34)
    again = at_twice_the_speed(at_half_speed(passage))
    for channel in (0, 1, 2, 3, 4, 5, 7):
        np.testing.assert_allclose(again.notes[..., channel], passage.notes[..., channel], err_msg=str(channel))
    np.testing.assert_array_equal(again.figure, passage.figure)


def test_broken_chords_sound_one_note_at_a_time_and_the_bass_on_the_beat(pieces):
    item = pieces[0]
    passage = Passage(item.piece.notes, item.piece.context, item.tonic, item.minor, item.figure).cut(0, 32)
    found = broken(passage, np.random.default_rng(1), with_melody=False)
    assert set((found.notes[..., 0] > 0).sum(axis=1).tolist()) == {1}
    beats = passage.context[:, :3].any(axis=1)
    np.testing.assert_array_equal(found.notes[beats, :, 0].argmax(axis=1), passage.notes[beats, :, 2].argmax(axis=1))


def test_every_changed_passage_has_readings_for_its_frames(pieces):
    item, rng = pieces[0], np.random.default_rng(5)
    passage = Passage(item.piece.notes, item.piece.context, item.tonic, item.minor, item.figure)
    for _ in range(50):
        found = changed(passage, 24, rng)
        assert {len(column) for column in found} == {len(found.tonic)}
        assert 0 < len(found.tonic) <= 24
        assert (found.tonic > NOWHERE).any()


def test_losses_are_of_all_tasks_and_finite(pieces):
    batch = next(batches(pieces * 4, np.random.default_rng(0)))
    losses = losses_of(AnalyserNetwork(), batch)
    assert all(bool(torch.isfinite(value)) for value in losses)
    assert torch.isfinite(losses_of(AnalyserNetwork(), whole(pieces[1])).total)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["analyzer", "--corpus", "."], 2),
        (["analyser", "--corpus", "nowhere"], 2),
        (["analyser", "--corpus", "."], 3),
        (["analyser", "--corpus", ".", "--seeds", "a"], 2),
        (["analyser", "--corpus", ".", "--seeds", "1,01"], 2),
        (["analyser", "--corpus", ".", "--seeds", "9" * 30], 2),
        (["analyser", "--corpus", ".", "-o", "weights.pt"], 2),
    ],
)
def test_what_cannot_be_trained_is_said(arguments, code, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["train", *arguments]) == code
    assert len(capsys.readouterr().err.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []


HEAD = "\t".join(COLUMNS)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (HEAD, "corpus: no piece in it can be learned from"),
        (f"{HEAD}\na\tno.mxl\tno.rntxt\tx\ttraining\tfree", "corpus: no piece in it can be learned from"),
        (f"{HEAD}\na\tno.mxl", "MANIFEST.tsv: row 2: `` is no split; write training, validation, extra"),
        (f"{HEAD}\na\tb\tc\td\ttest\tfree", "MANIFEST.tsv: row 2: `test` is no split"),
        (f"{HEAD}\n\xe9".encode("latin-1"), "MANIFEST.tsv: the manifest is not UTF-8"),
        (HEAD + "\n" + "x" * 200_000, "MANIFEST.tsv: row 2: field larger than field limit"),
    ],
)
def test_a_manifest_without_pieces_is_one_line(manifest, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "MANIFEST.tsv").write_bytes(manifest if isinstance(manifest, bytes) else manifest.encode())
    assert run(["train", "analyser", "--corpus", "corpus"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert [file.name for file in tmp_path.iterdir()] == ["corpus"]


def test_analyses_that_are_no_files_are_passed_over_and_odd_names_stand_in_the_card(corpus, tmp_path):
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        head, first, *_ = csv.reader(file, delimiter="\t")
    with (tmp_path / "MANIFEST.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t")
        table.writerows([head, [*first[:2], "/dev/zero", *first[3:]], [*first[:3], 'a].b "x"\x7f', *first[4:]]])
    train(order(tmp_path, tmp_path, passes=1))
    card = tomllib.loads((tmp_path / "analyser.toml").read_text(encoding="utf-8"))
    assert card["data"] == {'a].b "x"\x7f': {"training": 1, "licences": ["free"]}}
    assert "validation" not in card


def test_a_place_that_cannot_be_written_is_told_before_the_work(corpus, monkeypatch, capsys):
    monkeypatch.setattr("musegen.training.analyser.examples", lambda folder: pytest.fail("the corpus was read first"))
    assert run(["train", "analyser", "--corpus", str(corpus), "-o", f"{'x' * 300}.onnx"]) == 5
    assert "cannot write xxx" in capsys.readouterr().err
