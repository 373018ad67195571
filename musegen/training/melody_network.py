"""The melody network in torch: a memory of two recurrent layers, and heads that choose the next note and its length."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, relu

from musegen.theory.tunes.form import KINSHIPS
from musegen.theory.tunes.hearing import ECHOES, LONGEST_RUN
from musegen.theory.tunes.symbols import ALTERS, FIRST, LENGTHS, MODES, SYMBOLS, alter_symbol, place_of, semitones
from musegen.theory.tunes.telling import FAMILIES, SIZES, UNSAID
from musegen.training.harmoniser_network import locked

LONGEST_BAR = 144
_REACH = 12
"""Staff places from the note before that the head tells apart."""
_DEGREES = 7 * ALTERS
_NAMES = tuple(SIZES)
_NO_PLACE = -99  # of END and REST


class Sizes(NamedTuple):
    """How large the parts are."""

    memory: int = 256
    head: int = 192
    symbol: int = 48
    length: int = 16


class Shares(NamedTuple):
    """What is left out in learning, so that nothing is learned by heart (Merity et al. 2018 for recurrent weights)."""

    inputs: float = 0.2
    recurrent: float = 0.4
    between: float = 0.3
    heads: float = 0.3
    echoes: float = 0.1  # single bars that are not listened to


class Moment(NamedTuple):
    """What the network is given of some events: `hearing.Heard`, and `telling.Told` with its columns side by side."""

    before: Tensor  # (tune, event, 3)
    offset: Tensor  # (tune, event)
    symbol: Tensor  # (tune, event, ECHOES)
    length: Tensor  # (tune, event, ECHOES)
    run: Tensor  # (tune, event, ECHOES)
    ahead: Tensor  # (tune, event, 2)
    told: Tensor  # (tune, event, columns)


class MelodyNetwork(nn.Module):
    """All that is heard and told goes through two layers of LSTM; a note is chosen, and then its length."""

    def __init__(self, sizes: Sizes = Sizes(), shares: Shares = Shares()) -> None:  # noqa: B008
        super().__init__()
        self.sizes, self.shares = sizes, shares
        self.symbols = nn.Embedding(SYMBOLS, sizes.symbol)
        self.lengths = nn.Embedding(len(LENGTHS) + 2, sizes.length)
        self.runs = nn.Embedding(LONGEST_RUN + 1, 8)
        self.offsets = nn.Embedding(LONGEST_BAR, 32)
        self.said = nn.ModuleList(nn.Embedding(size + 1, 8) for size in SIZES.values())
        self.copies = nn.Embedding(len(KINSHIPS), 8)
        each = sizes.symbol + sizes.length + 8
        self.echo = nn.Linear(ECHOES * each, 160)
        width = 3 * sizes.symbol + sizes.length + 32 + 8 * len(SIZES) + 160 + 8
        self.first = nn.LSTM(width, sizes.memory, batch_first=True)
        self.second = nn.LSTM(sizes.memory, sizes.memory, batch_first=True)
        self.think = nn.Linear(sizes.memory + width, sizes.head)
        self.alone = nn.Linear(sizes.head, SYMBOLS)
        self.step = nn.Linear(sizes.head, 2 * _REACH + 2)
        self.towards = nn.Linear(sizes.head, 2 * _REACH + 2)
        self.degree = nn.Linear(sizes.head, _DEGREES + FIRST)
        self.role = nn.Linear(sizes.head, 12 * (len(FAMILIES) + 1))
        self.gate = nn.Linear(sizes.head, ECHOES)
        self.trust = nn.Embedding(LONGEST_RUN + 1, ECHOES)
        self.weigh = nn.Linear(sizes.head + sizes.symbol + ECHOES, 96)
        self.last = nn.Linear(96, len(LENGTHS))
        self.keep = nn.Linear(96, ECHOES)
        self._tables()

    def forward(self, moment: Moment, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is thought at each event (tune, event, head), logits of its symbol, and the state to go on from.

        The state is (4, tune, memory): hidden and cell of each layer.
        """
        told = self._told(moment)
        seen = locked(told, self.shares.inputs, self.training)
        low, first = self._through(self.first, seen, state[:2])
        high, second = self._through(self.second, low, state[2:])
        thought = self._lost(self.think(torch.cat([low + high, told], dim=-1)))
        return thought, self._symbols(thought, moment), torch.cat([first, second])

    def length_of(self, thought: Tensor, moment: Moment, symbol: Tensor) -> Tensor:
        """Logits of the length (..., LENGTHS) of a note that is chosen."""
        agrees = (moment.symbol == symbol.unsqueeze(-1)) & (moment.length > 0)
        told = torch.cat([thought, self.symbols(symbol), agrees.to(thought.dtype)], dim=-1)
        weighed = self._lost(self.weigh(told))
        gates = self.keep(weighed) * agrees
        echoed = torch.zeros(*symbol.shape, len(LENGTHS) + 1)
        return self.last(weighed) + echoed.scatter_add(-1, moment.length, gates.to(echoed.dtype))[..., 1:]

    def start(self, tunes: int) -> Tensor:
        """The state before anything."""
        return torch.zeros(4, tunes, self.sizes.memory)

    def _told(self, moment: Moment) -> Tensor:
        heard = [self.symbols(moment.symbol), self.lengths(moment.length), self.runs(moment.run)]
        present = torch.ones(moment.symbol.shape)
        if self.training:
            present = dropout(present, self.shares.echoes) * (1 - self.shares.echoes)
        echoes = (torch.cat(heard, dim=-1) * present.unsqueeze(-1)).flatten(-2)
        parts = [self.symbols(moment.before[..., 0]), self.symbols(moment.before[..., 2])]
        parts += [self.lengths(moment.before[..., 1] + 1), self.offsets(moment.offset), relu(self.echo(echoes))]
        parts += [self.symbols(moment.ahead[..., 0]), self.copies(moment.ahead[..., 1])]
        parts += [table(moment.told[..., column]) for column, table in enumerate(self.said)]
        return torch.cat(parts, dim=-1)

    def _through(self, layer: nn.LSTM, seen: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        if not self.training:
            found, (hidden, cell) = layer(seen, (state[:1], state[1:]))
            return found, torch.cat([hidden, cell])
        recurrent = dropout(layer.weight_hh_l0, self.shares.recurrent)
        weights = [layer.weight_ih_l0, recurrent, layer.bias_ih_l0, layer.bias_hh_l0]
        kept = [part.contiguous() for part in (state[:1], state[1:])]
        found, hidden, cell = torch.lstm(seen, kept, weights, True, 1, 0.0, True, False, True)
        return locked(found, self.shares.between, True), torch.cat([hidden, cell])

    def _symbols(self, thought: Tensor, moment: Moment) -> Tensor:
        logits = self.alone(thought) + self.degree(thought)[..., self.degrees]
        logits = logits + self.step(thought).gather(-1, self._steps(moment.before[..., 2]))
        logits = logits + self.towards(thought).gather(-1, self._steps(moment.ahead[..., 0]))
        root, family, mode = (moment.told[..., _NAMES.index(name)] for name in ("root", "family", "mode"))
        heard = self.classes[(mode - 1).clamp(min=0)]
        above = (heard - (root - 1).unsqueeze(-1)) % 12 + 12 * family.unsqueeze(-1)
        known = ((root > UNSAID) & (mode > UNSAID)).unsqueeze(-1) & (self.places > _NO_PLACE)
        logits = logits + self.role(thought).gather(-1, above) * known
        gates = (self.gate(thought) + self.trust.weight[moment.run, torch.arange(ECHOES)]) * (moment.symbol > 0)
        return logits.scatter_add(-1, moment.symbol, gates.to(logits.dtype))

    def _steps(self, symbol: Tensor) -> Tensor:
        """(..., SYMBOLS): the class of the step from a symbol (...) to every one; one class where either is no note."""
        steps = (self.places - self.places[symbol].unsqueeze(-1)).clamp(-_REACH, _REACH) + _REACH
        return torch.where((self.places > _NO_PLACE) & (symbol >= FIRST).unsqueeze(-1), steps, 2 * _REACH + 1)

    def _lost(self, thought: Tensor) -> Tensor:
        return dropout(relu(thought), self.shares.heads, self.training)

    def _tables(self) -> None:
        """Of each symbol: its staff place, its scale degree with alteration, its pitch class above the tonic."""
        number = torch.arange(SYMBOLS)
        places: Tensor = place_of(number)
        degrees = (places % 7) * ALTERS + alter_symbol(number) + 1
        self.register_buffer("places", torch.where(number < FIRST, _NO_PLACE, places), persistent=False)
        silent = _DEGREES + number
        self.register_buffer("degrees", torch.where(number < FIRST, silent, degrees), persistent=False)
        classes = torch.stack([torch.as_tensor(semitones(mode)) % 12 for mode in range(len(MODES))])
        self.register_buffer("classes", classes, persistent=False)
        self.places: Tensor
        self.degrees: Tensor
        self.classes: Tensor
