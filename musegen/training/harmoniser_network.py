"""The harmoniser in torch: an encoder of all that is given, a memory of the frames so far, and heads that draw."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, one_hot, relu

from musegen.generation.neural.chord_tables import (
    FIGURES,
    KEYS,
    ROLES,
    bass_table,
    is_minor_table,
    role_table,
    root_table,
)
from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.listening import LOWEST, NO_INTERVAL, NOT_SPELLED, NOTES, OLDEST, UNKNOWN
from musegen.generation.neural.network import NOT_GIVEN, PHASES
from musegen.generation.neural.said import CADENCES, FAR, FUNCTIONS, MOTIONS, STYLES, WIDEST

LEVELS = 8
_ROUNDS = (4, 12, 16)
"""Frames of a quarter, of a bar of three and of one of four."""
_REACH = 25
"""Semitones from a voice's note before that a head tells apart."""


class Sizes(NamedTuple):
    """How large the parts are."""

    memory: int = 256
    encoder: int = 96
    head: int = 160
    note: int = 32


class Shares(NamedTuple):
    """What is left out in learning, so that nothing is learned by heart (Merity et al. 2018 for recurrent weights)."""

    inputs: float = 0.3
    recurrent: float = 0.5
    between: float = 0.5
    heads: float = 0.5
    notes: float = 0.1  # single notes that are not heard


class Chords(nn.Module):
    """A key and a figure as numbers: what each pitch class is in the chord, its bass, root and key, and its name."""

    WIDTH = 12 * ROLES + 12 + 12 + 2 + 16

    def __init__(self) -> None:
        super().__init__()
        for name, table in (("roles", role_table()), ("bass", bass_table()), ("root", root_table())):
            self.register_buffer(name, torch.as_tensor(table), persistent=False)
        self.register_buffer("is_minor", torch.as_tensor(is_minor_table()), persistent=False)
        self.names = nn.Embedding(FIGURES, 16)
        self.roles: Tensor
        self.bass: Tensor
        self.root: Tensor
        self.is_minor: Tensor

    def forward(self, local: Tensor, figure: Tensor) -> tuple[Tensor, Tensor]:
        """(...) each: what is said of them (..., WIDTH), and the role of each pitch class (..., 12)."""
        tonic = torch.where(local > 0, torch.div(local - 1, 2, rounding_mode="floor"), 0)
        places = (torch.arange(12) - tonic.unsqueeze(-1)) % 12
        roles = self.roles[figure].gather(-1, places)
        known, in_key = (figure > 0).unsqueeze(-1), (local > 0).unsqueeze(-1)
        bass = one_hot((self.bass[figure] + tonic) % 12, 12) * known
        home = one_hot(tonic, 12) * in_key
        mode = torch.stack([(local > 0) & (local % 2 == minor) for minor in (1, 0)], dim=-1)
        held = one_hot(roles, ROLES).flatten(-2) * known
        parts = [held, bass, home, mode]
        return torch.cat([*(part.to(self.names.weight.dtype) for part in parts), self.names(figure)], dim=-1), roles


class Encoder(nn.Module):
    """All that is given, read both ways; the same vector everywhere where nothing is."""

    def __init__(self, sizes: Sizes, shares: Shares, chords: Chords) -> None:
        super().__init__()
        self.shares, self.chords = shares, chords
        self.notes = nn.ModuleList(nn.Embedding(NOTES + 1, sizes.note) for _ in range(VOICES))
        self.struck = nn.ModuleList(nn.Embedding(3, 4) for _ in range(VOICES))
        counts = (
            PHASES,
            5,
            FAR + 1,
            FAR + 1,
            4,
            len(FUNCTIONS),
            MOTIONS,
            WIDEST + 1,
            len(CADENCES),
            LEVELS + 1,
            len(STYLES),
        )
        self.said = nn.ModuleList(nn.Embedding(count + 1, 8) for count in counts)
        self.home = nn.Embedding(KEYS, 16)
        told = VOICES * (sizes.note + 4 + 12) + 8 * len(counts) + 16 + Chords.WIDTH
        self.narrow = nn.Linear(told, 128)
        self.read = nn.GRU(128, sizes.encoder, batch_first=True, bidirectional=True)
        self.nothing = nn.Parameter(torch.zeros(2 * sizes.encoder))

    def forward(
        self, notes: Tensor, struck: Tensor, said: Tensor, home: Tensor, local: Tensor, figure: Tensor
    ) -> Tensor:
        """(piece, frame, ...) each to (piece, frame, 2 * encoder).

        `notes` are NOT_GIVEN where they are; `said` are the other columns, 0 where UNSAID and else one more.
        """
        told = [table(notes[..., voice]) for voice, table in enumerate(self.notes)]
        told += [table(struck[..., voice]) for voice, table in enumerate(self.struck)]
        given = ((notes > 0) & (notes < NOT_GIVEN)).unsqueeze(-1)
        told.append((one_hot((notes + LOWEST) % 12, 12) * given).flatten(-2).to(told[0].dtype))
        told += [table(said[..., column]) for column, table in enumerate(self.said)]
        told += [self.home(home), self.chords(local, figure)[0]]
        seen = locked(relu(self.narrow(torch.cat(told, dim=-1))), self.shares.inputs, self.training)
        found, _ = self.read(seen)
        anything = (notes != NOT_GIVEN).any(-1) | (said > 0).any(-1) | (home > 0) | (local > 0)
        some = anything.any(dim=1)[:, None, None].to(found.dtype)
        return some * found + (1 - some) * self.nothing


class Memory(nn.Module):
    """The frames so far, two recurrent layers deep."""

    def __init__(self, sizes: Sizes, shares: Shares, chords: Chords) -> None:
        super().__init__()
        self.shares, self.chords = shares, chords
        self.notes = nn.ModuleList(nn.Embedding(NOTES, sizes.note) for _ in range(VOICES))
        self.age = nn.ModuleList(nn.Embedding(OLDEST + 1, 8) for _ in range(VOICES))
        self.reached = nn.ModuleList(nn.Embedding(NO_INTERVAL + 1, 8) for _ in range(VOICES))
        self.over = nn.ModuleList(nn.Embedding(NO_INTERVAL + 1, 12) for _ in range(VOICES - 1))
        self.struck = nn.ModuleList(nn.Embedding(UNKNOWN + 1, 4) for _ in range(VOICES))
        self.spelled = nn.ModuleList(nn.Embedding(NOT_SPELLED + 1, 6) for _ in range(VOICES - 1))
        self.rounds = nn.ModuleList(nn.Embedding(count, 8) for count in _ROUNDS)
        self.classes = nn.Linear(12, 32)
        self.chord = nn.Linear(Chords.WIDTH, 48)
        of_voices = VOICES * (sizes.note + 8 + 8 + 4) + (VOICES - 1) * (12 + 6)
        width = 8 * len(_ROUNDS) + of_voices + 32 + 48 + 2 * sizes.encoder
        self.first = nn.GRU(width, sizes.memory, batch_first=True)
        self.second = nn.GRU(sizes.memory, sizes.memory, batch_first=True)

    def forward(
        self, heard: tuple[Tensor, ...], local: Tensor, figure: Tensor, context: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """What is remembered at each frame (piece, frame, memory), and the state (2, piece, memory) to go on from.

        `heard` are the columns of `listening.Heard`; `local` and `figure` those of the frame before.
        """
        note, age, reached, over, struck, spelled, elapsed = heard
        told = [table(elapsed % count) for table, count in zip(self.rounds, _ROUNDS, strict=True)]
        present = torch.ones_like(note, dtype=told[0].dtype)
        present = dropout(present, self.shares.notes, self.training) * (1 - self.shares.notes * self.training)
        for tables, column in (
            (self.notes, note), (self.age, age), (self.reached, reached), (self.over, over),
            (self.struck, struck), (self.spelled, spelled),
        ):  # fmt: skip
            told += [table(column[..., voice]) * present[..., voice, None] for voice, table in enumerate(tables)]
        sounding = one_hot((note + LOWEST) % 12, 12) * ((note > 0) * present).unsqueeze(-1)
        told.append(self.classes(sounding.amax(dim=-2).to(told[0].dtype)))
        told += [self.chord(self.chords(local, figure)[0]), context]
        seen = locked(torch.cat(told, dim=-1), self.shares.inputs, self.training)
        low, first = self._through(self.first, seen, state[:1])
        high, second = self._through(self.second, low, state[1:])
        return low + high, torch.cat([first, second])

    def _through(self, layer: nn.GRU, seen: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        if not self.training:
            found: tuple[Tensor, Tensor] = layer(seen, state)
            return found
        recurrent = dropout(layer.weight_hh_l0, self.shares.recurrent)
        weights = [layer.weight_ih_l0, recurrent, layer.bias_ih_l0, layer.bias_hh_l0]
        out, last = torch.gru(seen, state.to(seen.dtype), weights, True, 1, 0.0, True, False, True)
        return locked(out, self.shares.between, True), last


class ChordHead(nn.Module):
    """Whether a new chord begins, in which key, and which chord."""

    def __init__(self, sizes: Sizes, shares: Shares, chords: Chords) -> None:
        super().__init__()
        self.shares, self.chords = shares, chords
        width = sizes.memory + 2 * sizes.encoder + Chords.WIDTH + VOICES * (ROLES + 1)
        self.begins = nn.Linear(width, 64)
        self.begin = nn.Linear(64, 1)
        self.keys = nn.Linear(width, 64)
        self.key = nn.Linear(64, KEYS - 1)
        self.moved = nn.Linear(64, KEYS)
        self.from_home = nn.Linear(64, KEYS)
        self.names = nn.Linear(width + KEYS, sizes.head)
        self.name, self.root, self.bass = (nn.Linear(sizes.head, count) for count in (FIGURES, 12, 12))
        self.holds = nn.ModuleList(nn.Linear(sizes.head, ROLES) for _ in range(VOICES))

    def change(
        self, remembered: Tensor, context: Tensor, local: Tensor, figure: Tensor, given: Tensor, home: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of a new chord (...), of its key (..., 24), and what `figure` goes on from.

        `local` and `figure` are the chord before, `given` (..., voices) the given notes of the frame, `home` the key of
        the piece, if it is said.
        """
        told = self.told(remembered, context, local, figure, given)
        begin = self.begin(self._lost(self.begins(told))).squeeze(-1)
        thought = self._lost(self.keys(told))
        key = self.key(thought)
        for head, place in ((self.moved, local), (self.from_home, home)):
            key = key + head(thought).gather(-1, _steps_from(place))
        return begin, key, told

    def told(self, remembered: Tensor, context: Tensor, local: Tensor, figure: Tensor, given: Tensor) -> Tensor:
        """What is remembered, the chord before, and what the given notes are in that chord."""
        chord, roles = self.chords(local, figure)
        known = (given > 0) & (given < NOT_GIVEN)
        held = torch.where(known, roles.gather(-1, (given + LOWEST) % 12), ROLES)
        return torch.cat([remembered, context, chord, one_hot(held, ROLES + 1).flatten(-2).to(chord.dtype)], dim=-1)

    def figure(self, told: Tensor, local: Tensor, given: Tensor) -> Tensor:
        """Logits of every figure (..., FIGURES) in a key; those of the other mode are out of the question."""
        key = one_hot(local, KEYS).to(told.dtype)
        thought = self._lost(self.names(torch.cat([told, key], dim=-1)))
        tonic = torch.div((local - 1).clamp(min=0), 2, rounding_mode="floor").unsqueeze(-1)
        logits = self.name(thought)
        for head, table in ((self.root, self.chords.root), (self.bass, self.chords.bass)):
            logits = logits + head(thought).gather(-1, (table + tonic) % 12)
        for voice, head in enumerate(self.holds):
            note = given[..., voice]
            roles = self.chords.roles.T[(note + LOWEST - tonic.squeeze(-1)) % 12]
            logits = logits + head(thought).gather(-1, roles) * ((note > 0) & (note < NOT_GIVEN)).unsqueeze(-1)
        minor = ((local - 1) % 2 == 1).unsqueeze(-1)
        other = (self.chords.is_minor != minor) | (torch.arange(FIGURES) == 0)
        return logits.masked_fill(other, -30.0)

    def _lost(self, thought: Tensor) -> Tensor:
        return dropout(relu(thought), self.shares.heads, self.training)


def _steps_from(key: Tensor) -> Tensor:
    """(..., 24): for every key how it lies to one, as 2 * semitones + change of mode; KEYS - 1 where that is unsaid."""
    every, before = torch.arange(KEYS - 1), (key - 1).clamp(min=0).unsqueeze(-1)
    steps = (torch.div(every, 2, rounding_mode="floor") - torch.div(before, 2, rounding_mode="floor")) % 12
    return torch.where((key > 0).unsqueeze(-1), 2 * steps + (every + before) % 2, KEYS - 1)


class VoiceHead(nn.Module):
    """The note of one voice, given the memory, the chord, and the voices that are decided before it in the frame.

    The logit of a note sums what is thought of it by itself, of the step from the voice's note before, of the interval
    with each voice that is decided or given, of its role in the chord, of its place in the local key and at home: all
    but the first are the same in every key.
    """

    def __init__(self, voice: int, sizes: Sizes, shares: Shares) -> None:
        super().__init__()
        self.voice, self.shares = voice, shares
        width = sizes.memory + 2 * sizes.encoder + Chords.WIDTH
        self.think = nn.Linear(width, sizes.head)
        self.others = [other for other in range(VOICES) if other != voice]
        self.decided = nn.ModuleList(nn.Embedding(NOTES + 1, sizes.head) for _ in self.others)
        self.apart = nn.ModuleList(nn.Embedding(2 * NOTES + 1, sizes.head) for _ in self.others)
        self.alone = nn.Linear(sizes.head, NOTES)
        self.step = nn.Linear(sizes.head, 2 * _REACH + 1)
        self.interval = nn.ModuleList(nn.Linear(sizes.head, 12) for _ in self.others)
        self.role = nn.Linear(sizes.head, ROLES)
        self.degree, self.home_degree = (nn.Linear(sizes.head, KEYS - 1) for _ in range(2))

    def forward(
        self, told: Tensor, roles: Tensor, local: Tensor, figure: Tensor, home: Tensor, before: Tensor, decided: Tensor
    ) -> Tensor:
        """Logits (..., NOTES).

        `told` is memory, context and chord; `before` (...) the voice's note before; `decided` (..., voices) those of
        the frame that are decided or given, NOT_GIVEN for the others; its own voice is not looked at.
        """
        thought = self.think(told)
        for number, other in enumerate(self.others):
            note = decided[..., other]
            missing = (note == 0) | (before == 0) | (note == NOT_GIVEN)
            apart = torch.where(missing, torch.where(note == NOT_GIVEN, 2 * NOTES, 0), note - before + NOTES)
            thought = thought + self.decided[number](note) + self.apart[number](apart)
        thought = dropout(relu(thought), self.shares.heads, self.training)
        every = torch.arange(NOTES)
        sounds = every > 0
        classes = (every + LOWEST) % 12
        steps = (every - before.unsqueeze(-1)).clamp(-_REACH, _REACH) + _REACH
        logits = self.alone(thought) + self.step(thought).gather(-1, steps) * (sounds & (before > 0).unsqueeze(-1))
        for number, other in enumerate(self.others):
            note = decided[..., other].unsqueeze(-1)
            known = sounds & (note > 0) & (note < NOT_GIVEN)
            logits = logits + self.interval[number](thought).gather(-1, (every - note) % 12) * known
        logits = logits + self.role(thought).gather(-1, roles[..., classes]) * (sounds & (figure > 0).unsqueeze(-1))
        for head, key in ((self.degree, local), (self.home_degree, home)):
            tonic = torch.div((key - 1).clamp(min=0), 2, rounding_mode="floor").unsqueeze(-1)
            degree = 2 * ((classes - tonic) % 12) + ((key - 1).clamp(min=0) % 2).unsqueeze(-1)
            logits = logits + head(thought).gather(-1, degree) * (sounds & (key > 0).unsqueeze(-1))
        return logits


class StruckHead(nn.Module):
    """Which of the voices that keep their note strike it anew, given the notes of the frame."""

    def __init__(self, sizes: Sizes, shares: Shares) -> None:
        super().__init__()
        self.shares = shares
        self.think = nn.Linear(sizes.memory + 2 * sizes.encoder + 2 * VOICES, 64)
        self.out = nn.Linear(64, VOICES)

    def forward(self, remembered: Tensor, context: Tensor, before: Tensor, now: Tensor) -> Tensor:
        """Logits (..., voices)."""
        moves = (now != before).to(remembered.dtype)
        silent = (now == 0).to(remembered.dtype)
        thought = relu(self.think(torch.cat([remembered, context, moves, silent], dim=-1)))
        return self.out(dropout(thought, self.shares.heads, self.training))


class HarmoniserNetwork(nn.Module):
    """All parts, for learning; each is written to a file of its own and played alone."""

    def __init__(self, sizes: Sizes = Sizes(), shares: Shares = Shares()) -> None:  # noqa: B008
        super().__init__()
        self.sizes = sizes
        self.chords = Chords()
        self.encoder = Encoder(sizes, shares, self.chords)
        self.memory = Memory(sizes, shares, self.chords)
        self.chord = ChordHead(sizes, shares, self.chords)
        self.voices = nn.ModuleList(VoiceHead(voice, sizes, shares) for voice in range(VOICES))
        self.struck = StruckHead(sizes, shares)


def locked(values: Tensor, share: float, training: bool) -> Tensor:
    """Dropout that leaves out the same places in every frame of a piece (Gal & Ghahramani 2016)."""
    if not training or not share:
        return values
    kept = torch.empty(len(values), 1, values.shape[-1]).bernoulli_(1 - share) / (1 - share)
    return values * kept
