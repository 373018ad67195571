"""The harmoniser's lessons as batches: what is given, what is said, and what is left to be drawn, another each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from musegen.generation.neural.chord_tables import figure_numbers, key_classes
from musegen.generation.neural.frames import A_QUARTER, VOICES, padded
from musegen.generation.neural.listening import NOT_SPELLED, NOTES, UNKNOWN, Heard, numbers_of
from musegen.generation.neural.network import NOT_GIVEN, PHASES
from musegen.generation.neural.said import PLAIN, UNSAID, Said
from musegen.training.chorales import Lesson

LENGTH, SIZE = 256, 16
"""Frames of a passage, and passages of a batch."""
HIGHER = 6
"""Semitones by which a passage may be moved."""
BARE, OVER_SOPRANO, SAID, PART = range(4)
"""What is asked for: notes from nothing, under a bare soprano, with things said, for what is missing of a score."""
OFTEN = (0.3, 0.15, 0.4, 0.15)

Ints = npt.NDArray[np.int64]


class Row(NamedTuple):
    """One passage."""

    note: Ints  # (frames, voices): what is to be drawn
    struck: Ints  # (frames, voices) 0 or 1
    heard: Heard  # before each frame
    given: Ints  # (frames, voices): NOT_GIVEN, or the note
    given_struck: Ints
    said: Ints  # (frames, PLAIN), 0 where UNSAID
    home: Ints
    local: Ints  # as said
    figure: Ints
    drawn_local: Ints  # as drawn: 0 everywhere where chords are not drawn
    drawn_figure: Ints


class Batch(NamedTuple):
    """Passages of one length; `real` is False where one is shorter."""

    note: Tensor
    struck: Tensor
    heard: tuple[Tensor, ...]
    given: Tensor
    given_struck: Tensor
    said: Tensor
    home: Tensor
    local: Tensor
    figure: Tensor
    drawn_local: Tensor
    drawn_figure: Tensor
    real: Tensor


def batches(pieces: list[Lesson], rng: np.random.Generator) -> Iterator[Batch]:
    """Every piece once, a passage of it, moved and asked for anew, those of like length together."""
    rows = [_drawn(piece, rng) for piece in pieces]
    order = sorted(range(len(rows)), key=lambda number: (len(rows[number].note) // 32, rng.random()))
    groups = [order[at : at + SIZE] for at in range(0, len(order), SIZE)]
    for number in rng.permutation(len(groups)):
        yield batch([rows[place] for place in groups[number]])


def count(pieces: list[Lesson]) -> int:
    """How many batches there are in a pass."""
    return -(-len(pieces) // SIZE)


def whole(piece: Lesson, kind: int) -> Row:
    """A piece as it is, asked for barely (BARE) or with its soprano given and nothing said (OVER_SOPRANO)."""
    row = _row(piece, 0, len(piece.frames.pitch), 0)
    if kind == OVER_SOPRANO:
        row.given[:, 0] = row.note[:, 0]
    nothing = np.zeros(len(row.note), dtype=np.int64)
    return row._replace(heard=_unspelled(_unstruck(row.heard)), drawn_local=nothing, drawn_figure=nothing)


def batch(rows: list[Row]) -> Batch:
    """Rows filled up with silence to the longest of them."""
    length = max(len(row.note) for row in rows)
    columns = {name: _stacked([getattr(row, name) for row in rows], _FILL.get(name, 0)) for name in Row._fields
               if name != "heard"}  # fmt: skip
    heard = tuple(_stacked([row.heard[place] for row in rows]) for place in range(len(Heard._fields)))
    real = torch.as_tensor(np.stack([np.arange(length) < len(row.note) for row in rows]))
    return Batch(heard=heard, real=real, **columns)


_FILL = {"given": NOT_GIVEN}


def _stacked(columns: list[Ints], fill: int = 0) -> Tensor:
    return torch.as_tensor(padded(columns, fill).astype(np.int64))


def _drawn(piece: Lesson, rng: np.random.Generator) -> Row:
    length = len(piece.frames.pitch)
    start = int(rng.integers(0, length - LENGTH + 1)) if length > LENGTH and rng.random() < 0.7 else 0
    sounding = piece.frames.pitch[piece.frames.pitch > 0]
    lowest, highest = max(-HIGHER, 31 - int(sounding.min())), min(HIGHER, 87 - int(sounding.max()))
    moved = int(rng.integers(lowest, highest + 1))
    row = _row(piece, start, min(start + LENGTH, length), moved)
    kind = rng.choice(4, p=OFTEN)
    if kind == BARE:
        return _bare(row, rng)
    if kind == OVER_SOPRANO:
        row.given[:, 0] = row.note[:, 0]
        return _bare(row, rng)
    said = piece.said.cut(start, start + len(row.note))
    row = _said(row, said, moved, rng)
    return _part(row, said, rng) if kind == PART else _voices(row, rng)


def _row(piece: Lesson, first: int, last: int, moved: int) -> Row:
    """A passage with nothing given or said, `moved` by semitones."""
    frames, said = piece.frames.cut(first, last), piece.said.cut(first, last)
    heard = Heard(*(column[first:last] for column in piece.heard))
    heard = heard._replace(note=np.where(heard.note > 0, np.clip(heard.note + moved, 1, NOTES - 1), 0))
    note = numbers_of(np.where(frames.pitch > 0, frames.pitch + moved, 0)).astype(np.int64)
    nothing = np.zeros(len(note), dtype=np.int64)
    return Row(
        note, frames.attack.astype(np.int64), heard,
        np.full(note.shape, NOT_GIVEN), np.full(note.shape, UNKNOWN),
        np.zeros((len(note), len(PLAIN)), dtype=np.int64), nothing, nothing, nothing,
        _moved(key_classes(said.local), moved), figure_numbers(said.local, said.figure),
    )  # fmt: skip


def _moved(key: Ints, semitones: int) -> Ints:
    return np.where(key > 0, 1 + (key - 1 + 2 * semitones) % 24, 0)


def _bare(row: Row, rng: np.random.Generator) -> Row:
    """No chords are drawn; mostly nobody says what is struck, mostly nobody how it is spelled."""
    nothing = np.zeros(len(row.note), dtype=np.int64)
    row = row._replace(drawn_local=nothing, drawn_figure=nothing)
    return _forgetting(row, rng, 0.8)


def _forgetting(row: Row, rng: np.random.Generator, often: float) -> Row:
    heard = _unstruck(row.heard) if rng.random() < often else row.heard
    return row._replace(heard=_unspelled(heard) if rng.random() < often else heard)


def _unstruck(heard: Heard) -> Heard:
    return heard._replace(struck=np.full_like(heard.struck, UNKNOWN))


def _unspelled(heard: Heard) -> Heard:
    return heard._replace(spelled=np.full_like(heard.spelled, NOT_SPELLED))


def _said(row: Row, said: Said, moved: int, rng: np.random.Generator) -> Row:
    """With things said: each column by chance, chords not at all, here and there, or everywhere."""
    plain = np.stack([_shown(name, getattr(said, name), rng) for name in PLAIN], axis=1)
    home = _moved(key_classes(said.home), moved) if rng.random() < 0.75 else row.home
    shown = _spans(said, rng)
    keys = shown | (_spans(said, rng) if rng.random() < 0.4 else False)
    row = row._replace(
        said=plain,
        home=home,
        local=np.where(keys, row.drawn_local, 0),
        figure=np.where(shown, row.drawn_figure, 0),
    )
    if rng.random() < 0.15 and not shown.any():
        row = row._replace(drawn_local=np.zeros_like(row.home), drawn_figure=np.zeros_like(row.home))
    return _forgetting(row, rng, 0.1)


_KEPT = {"phase": 0.85, "strength": 0.85, "to_phrase_end": 0.8, "to_end": 0.75, "cadence": 0.5}
_ELSE = 0.2


def _shown(name: str, column: npt.NDArray[Any], rng: np.random.Generator) -> Ints:
    """A column of what is said as numbers of the network: all of it, at some frames, or nothing."""
    values = column.astype(np.int64) + 1
    if name == "phase":
        values = np.minimum(values, PHASES)
    if rng.random() > _KEPT.get(name, _ELSE):
        return np.zeros_like(values)
    return values if rng.random() < 0.7 else np.where(_stretches(len(values), rng), values, 0)


def _spans(said: Said, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """The chords that are said: none, all, or each by chance."""
    chance = rng.random()
    if chance < 0.55:
        return np.zeros(len(said.figure), dtype=bool)
    if chance < 0.75:
        return np.ones(len(said.figure), dtype=bool)
    fresh = (np.diff(said.figure, prepend=UNSAID - 1) != 0) | (np.diff(said.local, prepend=UNSAID - 1) != 0)
    number = np.cumsum(fresh) - 1
    return np.asarray((rng.random(number[-1] + 1) < rng.random())[number])


def _stretches(length: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Stretches of frames, about half of all."""
    bounds = np.sort(rng.integers(0, length + 1, 6))
    return np.asarray(np.searchsorted(bounds, np.arange(length), side="right") % 2 == rng.integers(0, 2))


def _voices(row: Row, rng: np.random.Generator) -> Row:
    """Nothing given, the soprano, or any voices all through."""
    chance = rng.random()
    if chance < 0.4:
        return row
    given = np.array([True, False, False, False]) if chance < 0.8 else rng.random(VOICES) < 0.4
    return _given(row, np.broadcast_to(given, row.note.shape))


def _part(row: Row, said: Said, rng: np.random.Generator) -> Row:
    """Some measures, some voices of some measures, or the notes on the pulses are given."""
    length = len(row.note)
    chance = rng.random()
    if chance < 0.35:
        given = np.repeat(_stretches(length, rng)[:, None], VOICES, axis=1)
    elif chance < 0.7:
        given = np.stack([_stretches(length, rng) | (rng.random() < 0.3) for _ in range(VOICES)], axis=1)
    else:
        given = np.repeat((said.phase % A_QUARTER == 0)[:, None], VOICES, axis=1)
        given[:, 0] |= rng.random() < 0.6
    return _given(row, given)


def _given(row: Row, given: npt.NDArray[np.bool_]) -> Row:
    return row._replace(
        given=np.where(given, row.note, NOT_GIVEN),
        given_struck=np.where(given, row.struck, UNKNOWN),
    )
