"""Generator and critic of phrases learn, go on after an interruption to the same bits, and play alike in ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from musegen.errors import MalformedScore, UnreadableFile
from musegen.generation.phrases.encoding import LOWEST, NOTES, STEPS, Phrases, Wish, wish_numbers
from musegen.generation.phrases.network import PhraseNetwork
from musegen.models.networks import Network
from musegen.training import phrases as training
from musegen.training.phrases_course import Course, slopes
from musegen.training.phrases_data import as_batch, drawn, moved, shuffled
from musegen.training.phrases_files import export_parts
from musegen.training.phrases_network import LATENT, Sung, struck
from musegen.training.phrases_theory import CHORDS, FARTHEST, PAIRS, Theory
from musegen.training.recipes import Order


def some_phrases(count: int = 24, seed: int = 0) -> Phrases:
    """Voices that move by step here and there, in C major."""
    rng = np.random.default_rng(seed)
    start = np.array([72, 65, 60, 48]) - np.array(LOWEST)
    note = np.clip(start + rng.integers(-2, 3, (count, STEPS, 4)).cumsum(axis=1) // 2, 7, NOTES - 8)
    moved = np.diff(note, axis=1, prepend=-1) != 0
    wish = Wish(*(np.full(count, value) for value in (0, 0, 3, 0, 0)))
    return Phrases(note, moved.astype(np.int64), wish)


def steps_of(*chords: tuple[int, int, int, int]) -> torch.Tensor:
    """A phrase of these chords, MIDI numbers from the top, the last one held to the end."""
    pitch = np.array([*chords, *[chords[-1]] * (STEPS - len(chords))])
    return as_batch(some_phrases(1)._replace(note=pitch[None] - np.array(LOWEST))).note


def test_theory_hears_parallel_octaves_of_soprano_and_bass_and_no_others() -> None:
    theory = Theory()._parallels
    note = steps_of((72, 67, 64, 48), (74, 67, 65, 50))
    sung = torch.einsum("stvn,vnc->stvc", note, Theory().classes)
    apart = [Theory()._interval(sung[:, :, low], sung[:, :, high]) for high, low in PAIRS]
    found = theory(apart, torch.tensor([[[0.0, 1.0, 0.0, 0.0]]]).expand(1, STEPS, 4))[0, 1]
    octaves = found.view(len(PAIRS), 2)[:, 1]
    assert octaves.tolist() == [1.0 if pair == (0, 3) else 0.0 for pair in PAIRS]


def test_theory_hears_moves_and_chords() -> None:
    told = Theory()(steps_of((72, 67, 64, 48), (71, 67, 62, 55)), torch.zeros(1, 4))[0, 1]
    moves = told[48 + len(PAIRS) * 14 + 3 :][: 4 * (2 * FARTHEST + 1)].view(4, -1)
    assert (moves.argmax(-1) - FARTHEST).tolist() == [-1, 0, -2, 7]
    triads = told[-8 - 12 * len(CHORDS) : -8].view(len(CHORDS), 12)
    assert triads[0, 7] == 1.0
    assert triads[0, 0] == 0.0


def test_a_new_note_is_struck_whatever_the_strokes_say() -> None:
    note = steps_of((72, 67, 64, 48), (71, 67, 64, 48))
    assert struck(note, torch.zeros(1, STEPS, 4))[0, :3].tolist() == [[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]]


def test_drawn_phrases_are_certain_and_chance_says_which_wishes_are_left_out() -> None:
    batch = drawn(some_phrases(), 64, np.random.default_rng(1))
    assert batch.note.sum(-1).eq(1).all()
    assert 0 < int((batch.wish[:, 0] == 0).sum()) < 64


def test_forged_phrases_have_one_note_a_voice_and_strike_every_new_one() -> None:
    batch, rng = as_batch(some_phrases()), np.random.default_rng(2)
    for note, attack in (moved(batch, rng), shuffled(batch, rng)):
        assert note.sum(-1).eq(1).all()
        assert not torch.equal(note, batch.note)
        new = note.argmax(-1).diff(dim=1) != 0
        assert attack[:, 1:][new].eq(1).all()


def test_a_step_of_each_kind_changes_its_own_networks_only() -> None:
    torch.manual_seed(0)
    course, rng = Course(), np.random.default_rng(0)
    batch = drawn(some_phrases(), 16, rng)
    before = [
        {name: value.clone() for name, value in one.state_dict().items()} for one in (course.generator, course.critic)
    ]
    course.judge(batch)
    assert all(torch.equal(value, before[0][name]) for name, value in course.generator.state_dict().items())
    assert any(not torch.equal(value, before[1][name]) for name, value in course.critic.state_dict().items())
    course.answer(batch)
    assert any(not torch.equal(value, before[0][name]) for name, value in course.generator.state_dict().items())


def test_the_slope_of_a_critic_is_that_of_its_numbers() -> None:
    batch = as_batch(some_phrases(8))

    def critic(note: torch.Tensor, attack: torch.Tensor, wish: torch.Tensor) -> torch.Tensor:
        return 3 * attack.sum((1, 2)) + 0 * note.sum((1, 2, 3))

    found = slopes(critic, batch, Sung(batch.note, batch.attack))  # type: ignore[arg-type]
    assert torch.allclose(found, torch.full((8,), 3 * 8.0))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("COPYING", 1), ("COPIES", 2), ("ANSWERS", 1), ("FIRST", 1), ("JUDGING", 1), ("SIZE", 16)):
        monkeypatch.setattr(training, name, value)
    monkeypatch.setattr(training, "phrases_of", lambda corpus, split: [some_phrases(40, len(split))])


def order(folder: Path, passes: int) -> Order:
    return Order("phrases", ("bach-chorales",), folder / "phrases", (0,), passes, lambda line: None)


def test_training_that_is_interrupted_gives_the_same_bits(
    quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    training.train(order(whole, 3))
    real = Course.save

    def stop(course: Course, path: Path) -> None:
        real(course, path)
        if course.passes == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Course, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        training.train(order(broken, 3))
    monkeypatch.setattr(Course, "save", real)
    training.train(order(broken, 3))
    files = sorted(path.name for path in (whole / "phrases").glob("*.onnx"))
    assert len(files) == 7
    assert all((whole / "phrases" / name).read_bytes() == (broken / "phrases" / name).read_bytes() for name in files)
    assert (whole / "phrases.toml").read_text() == (broken / "phrases.toml").read_text()


def test_what_is_no_checkpoint_is_told(quick: None, tmp_path: Path) -> None:
    (tmp_path / "phrases-0.pt").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile, match="no checkpoint"):
        training.train(order(tmp_path, 3))


def test_a_corpus_without_phrases_is_told(quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "phrases_of", lambda corpus, split: [])
    with pytest.raises(MalformedScore, match="too few phrases"):
        training.train(order(tmp_path, 3))


def test_what_is_played_is_what_was_learned(tmp_path: Path) -> None:
    torch.manual_seed(0)
    course, batch = Course(), as_batch(some_phrases())
    export_parts(course.mean, course.critic, batch, tmp_path)
    network = PhraseNetwork({path.stem: Network(path.read_bytes()) for path in tmp_path.glob("*.onnx")})
    phrases = some_phrases(3)
    latent = torch.randn(3, LATENT)
    with torch.no_grad():
        draught = course.mean.draught(latent, as_batch(phrases).wish)
        logits, _ = course.mean.told(latent, as_batch(phrases).wish, Sung(*as_batch(phrases)[:2]))
    assert np.allclose(network.draught(latent.numpy(), phrases.wish), draught, atol=0.05)
    played = network.voice(2, draught[:, 5].numpy(), phrases.note[:, 4], phrases.note[:, 5])
    assert np.allclose(played, logits[:, 5, 2], atol=0.05)
    assert abs(float(network.judged(some_phrases()).mean())) < 0.01
    assert wish_numbers(phrases.wish).shape == (3, 13)
