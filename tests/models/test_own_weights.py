"""A user's own weights are a stranger's files: the shipped network with other numbers, or one error."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musegen.errors import UnreadableFile, UsageError
from musegen.models.networks import open_folder, shipped_weights
from musegen.models.own_weights import fault_of, numbers_in
from musegen.theory.tunes.hearing import BEFORE_ANY, ECHOES, Heard
from musegen.theory.tunes.network import MelodyMemory
from musegen.theory.tunes.telling import SIZES, Told


@pytest.fixture(scope="module")
def shipped():
    return shipped_weights("melody")


@pytest.fixture
def folder(tmp_path, shipped):
    """A copy of the shipped weights, as a user's own would lie there."""
    place = tmp_path / "my-style"
    place.mkdir()
    for part, content in shipped.items():
        (place / f"{part}.onnx").write_bytes(content)
    return place


def with_number(content: bytes, tensor: int, value: float) -> bytes:
    """The file with the first number of one tensor changed."""
    place = numbers_in(content)[tensor]
    size = np.dtype(place.kind).itemsize
    return content[: place.start] + np.array(value, place.kind).tobytes() + content[place.start + size :]


def first_logits(weights=None):
    nothing = np.zeros(1, dtype=np.int64)
    echoes = np.zeros((1, ECHOES), dtype=np.int64)
    heard = Heard(np.array([[0, BEFORE_ANY, 0]]), nothing, echoes, echoes, echoes, echoes[:, :2])
    return MelodyMemory(1, weights).symbols(heard, Told(*(nothing for _ in SIZES)))


def test_nearly_all_of_a_file_is_numbers_and_they_are_the_weights(shipped):
    step = shipped["step"]
    places = numbers_in(step)
    assert sum(place.stop - place.start for place in places) > 0.95 * len(step)
    values = [np.frombuffer(step[place.start : place.stop], place.kind) for place in places]
    assert all(np.abs(value).max() < 100 for value in values)
    assert {place.kind for place in places} == {"<f2", "<f4"}


def test_a_copy_of_the_shipped_weights_plays_as_they_do(folder):
    np.testing.assert_array_equal(first_logits(open_folder(folder, "melody")), first_logits())


def test_other_numbers_are_played(folder, shipped):
    step = shipped["step"]
    for tensor in range(len(numbers_in(step))):
        step = with_number(step, tensor, 1.5)
    (folder / "step.onnx").write_bytes(step)
    found = first_logits(open_folder(folder, "melody"))
    assert np.isfinite(found).all()
    assert (found != first_logits()).any()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_no_number_may_make_another_infinite(shipped, value):
    small = [number for number, place in enumerate(numbers_in(shipped["step"])) if place.kind == "<f4"]
    changed = with_number(shipped["step"], small[0], value)
    assert fault_of(changed, shipped["step"]) == "a weight is infinite, too large or no number"


@given(st.data())
def test_nothing_but_numbers_may_differ(data):
    content = shipped_weights("melody")["length"]
    numbers = numbers_in(content)
    frame = [at for at in range(len(content)) if not any(place.start <= at < place.stop for place in numbers)]
    at = data.draw(st.sampled_from(frame))
    other = bytes([data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))])
    assert fault_of(content[:at] + other + content[at + 1 :], content)


@given(st.binary(max_size=300))
def test_garbage_is_told_to_be_garbage(garbage):
    content = shipped_weights("melody")["length"]
    assert fault_of(garbage, content)
    assert fault_of(content[: len(garbage)], content)
    assert fault_of(content + garbage + b"x", content)


@pytest.mark.parametrize("content", [b"", b"  \n", b"\x08\x08garbage", b"\xff" * 5000])
def test_what_is_no_network_is_one_error_with_its_file(folder, content):
    (folder / "length.onnx").write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"length\.onnx: "):
        open_folder(folder, "melody")


def test_the_parts_may_not_be_exchanged_or_missing(folder, shipped):
    (folder / "length.onnx").write_bytes(shipped["step"])
    with pytest.raises(UnreadableFile, match="not the shipped network"):
        open_folder(folder, "melody")
    (folder / "length.onnx").unlink()
    with pytest.raises(UnreadableFile, match="no such file"):
        open_folder(folder, "melody")
    (folder / "length.onnx").mkdir()
    with pytest.raises(UnreadableFile, match="this is a folder"):
        open_folder(folder, "melody")
    shutil.rmtree(folder)
    with pytest.raises(UnreadableFile, match="no such file"):
        open_folder(folder, "melody")
    with pytest.raises(UnreadableFile):
        open_folder("my\0style", "melody")


def test_weights_of_a_network_that_does_not_ship_are_not_opened(folder):
    with pytest.raises(UsageError, match="no network `melodies`"):
        open_folder(folder, "melodies")
