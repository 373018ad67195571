"""What rules say of a voice, and of two, written down in tables so that a search need not ask them again.

A cell is a byte: `SUCCESSION` where a pair rule holds, `SONORITY` where a slice rule does, `ON_PULSE` where one that
judges felt beats only does, `ASK` where the table does not know the notes. All cells are filled by calling the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field, replace

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.numbering import (
    DISTANCES,
    HELD,
    HELD_NOTE,
    INTERVALS,
    MOVES,
    NO_NOTE,
    STEPS,
    STRANGE_DISTANCE,
    STRANGE_MOVE,
    STRANGE_NOTE,
    codes,
    notes_of,
    ways_of,
)
from musegen.generation.decode.reach import PAIRS, VOICES, asked
from musegen.rules.entries import Rule
from musegen.theory.sonority import Bools, Harmony, Ints, Sonority

SUCCESSION, SONORITY, ON_PULSE, EXCUSABLE, ASK = 1, 2, 4, 8, 128
Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.intp]

_ZERO_BLOCK, _ASK_BLOCK = 0, 1
ROOM = 256
_BASE = 60, 2
"""Where the voice stands that the others are told from; any note would do."""
_USUAL = dict(zip(PAIRS, np.array([(0, 12), (3, 22), (7, 31), (0, 12), (3, 24), (0, 19)]), strict=True))
"""Semitones between two voices, as chorales have them."""
_DIATONIC, _FOURTH = 6, 5
"""The tritone on the line of fifths, beyond which nothing is diatonic; a fourth in semitones."""
_KINDS = VOICES * (VOICES - 1)


def plane_of(rule: Rule) -> int:
    """The bit of a cell that a rule sets."""
    if rule.kind.window == "pair":
        return SUCCESSION
    return SONORITY if rule.view == "surface" else ON_PULSE


def note_table(rules: Sequence[Rule]) -> Bytes:
    """(voices, note before, note): what rules about single voices say, by the numbers of notes; a note may be held."""
    count = STRANGE_NOTE
    table = np.zeros((VOICES, NO_NOTE + 1, HELD_NOTE + 1), dtype=np.uint8)
    new, same = np.tile(np.arange(count), count + 1), np.arange(count)
    old = np.repeat([*range(count), NO_NOTE], count)
    for rule in rules:
        moving = asked(rule, _one_note(old), _one_note(new))
        table[:, old, new] |= np.uint8(plane_of(rule)) * moving.T
        table[:, same, HELD_NOTE] |= (
            np.uint8(plane_of(rule)) * asked(rule, _one_note(same), _one_note(same, held=True)).T
        )
    table[:, STRANGE_NOTE] = table[:, :, STRANGE_NOTE] = ASK
    table[:, NO_NOTE, HELD_NOTE] = ASK
    return table


def _one_note(number: Numbers, *, held: bool = False) -> Sonority:
    """All voices on the note of each number."""
    notes = numbered(np.repeat(number[:, None], VOICES, axis=1))
    return replace(notes, attack=notes.sounds & (not held))


@dataclass
class PairTable:
    """What rules about two voices say: by the interval from voice to voice, the move of the other one, and the move of
    the voice itself. A block, one cell for each move of the voice, is filled when it is first asked for."""

    rules: Sequence[Rule]
    stored: InitVar[tuple[npt.NDArray[np.int32], Bytes] | None] = None
    _block: npt.NDArray[np.int32] = field(init=False)
    _cells: Bytes = field(init=False)
    _filled: int = 2

    def __post_init__(self, stored: tuple[npt.NDArray[np.int32], Bytes] | None) -> None:
        if stored is not None:
            self._block, self._cells = stored
            self._filled = len(self._cells)
            return
        self._block = np.full((_KINDS, STRANGE_DISTANCE + 1, HELD + 1), -1, dtype=np.int32)
        self._block[:, STRANGE_DISTANCE] = self._block[:, :, STRANGE_MOVE] = _ASK_BLOCK
        self._cells = np.zeros((ROOM, HELD + 1), dtype=np.uint8)
        self._cells[:, STRANGE_MOVE] = self._cells[_ASK_BLOCK] = ASK
        for voice in range(VOICES) if self.rules else ():
            others = [other for other in range(VOICES) if other != voice]
            self._add(voice, {other: _usual(voice, other) for other in others})

    @property
    def filled(self) -> tuple[npt.NDArray[np.int32], Bytes]:
        """What is known so far, to be `stored`."""
        return self._block, self._cells[: self._filled]

    def cells(self, voice: int, others: list[int], before: Ints, now: Ints, attack: Bools) -> Bytes:
        """(rows, others): the cells of `voice` with each of the others; `before` and `now` are codes of all voices."""
        start = before[:, voice, None]
        mine = np.where(attack[:, voice, None], MOVES[now[:, voice, None] - start], HELD)
        block = self._blocks(voice, others, before, now, attack)
        return np.asarray(self._cells[block, mine])

    def of_moves(self, voice: int, others: list[int], before: Ints, now: Sonority, moves: Ints) -> Bytes:
        """(rows, moves): what the others that sound `now` have against many moves (rows, moves) of `voice`."""
        blocks = self._blocks(voice, others, before, codes(now), now.attack)
        found = np.zeros(moves.shape, dtype=np.uint8)
        flat, width = self._cells.ravel(), self._cells.shape[1]
        for block, sounds in zip(blocks.T, now.sounds[:, others].T, strict=True):
            found |= flat[block[:, None] * width + moves] * sounds[:, None]
        return found

    def _blocks(self, voice: int, others: list[int], before: Ints, now: Ints, attack: Bools) -> npt.NDArray[np.int32]:
        """(rows, others): where the cells of `voice` with each of the others stand, wherever it goes."""
        start = before[:, voice, None]
        distance, move = INTERVALS[before[:, others] - start], MOVES[now[:, others] - before[:, others]]
        theirs = np.where(attack[:, others], move, HELD)
        kinds = np.array([_kind(voice, other) for other in others])
        block = self._block[kinds, distance, theirs]
        if block.min(initial=0) < 0:
            self._fill(voice, others, distance, theirs)
            block = self._block[kinds, distance, theirs]
        return np.asarray(block)

    def _fill(self, voice: int, others: list[int], distance: Ints, theirs: Ints) -> None:
        """Fill the missing blocks of a voice with all others at once: they do not mind each other."""
        missing = {
            other: self._missing(_kind(voice, other), distance[:, column], theirs[:, column])
            for column, other in enumerate(others)
        }
        self._add(voice, {other: blocks for other, blocks in missing.items() if len(blocks)})

    def _add(self, voice: int, missing: dict[int, Numbers]) -> None:
        for other, cells in self._asked(voice, missing).items():
            size, move = missing[other].T
            numbers = self._room(len(size))
            self._cells[numbers] = cells
            self._block[_kind(voice, other), size, move] = numbers

    def _missing(self, kind: int, distance: Ints, theirs: Ints) -> Numbers:
        """(blocks, 2): the distances and moves, each once, that were not asked for before."""
        absent = self._block[kind, distance, theirs] < 0
        wanted = set(zip(distance[absent].tolist(), theirs[absent].tolist(), strict=True))
        return np.array(sorted(wanted), dtype=np.intp).reshape(-1, 2)

    def _room(self, count: int) -> Numbers:
        while self._filled + count > len(self._cells):
            self._cells = np.concatenate([self._cells, np.zeros_like(self._cells)])
        self._filled += count
        return np.arange(self._filled - count, self._filled)

    def _asked(self, voice: int, missing: dict[int, Numbers]) -> dict[int, Bytes]:
        """(blocks, moves): the cells of the missing blocks with each other voice."""
        count, moves = max(map(len, missing.values())), HELD + 1
        mine = np.tile(np.arange(moves), count)
        start = np.broadcast_to(np.array(_BASE, dtype=np.int16), (len(mine), 2))
        before, now, struck = {voice: start}, {voice: start + ways_of(mine)}, {voice: mine != HELD}
        for other, blocks in missing.items():
            size, move = np.repeat(np.resize(blocks, (count, 2)), moves, axis=0).T
            before[other] = start + DISTANCES[size]
            now[other], struck[other] = before[other] + ways_of(move), move != HELD
        everywhere = dict.fromkeys(struck, np.ones(len(mine), dtype=bool))
        first, second = _laid(before, everywhere), _laid(now, struck)
        cells = {other: np.zeros(len(mine), dtype=np.uint8) for other in missing}
        for rule in self.rules:
            found = asked(rule, first, second)
            for other, column in cells.items():
                column |= np.uint8(plane_of(rule)) * found[:, PAIRS.index((min(voice, other), max(voice, other)))]
        for column in cells.values():
            column[mine == STRANGE_MOVE] = ASK
        return {other: column.reshape(count, moves)[: len(missing[other])] for other, column in cells.items()}


def _kind(voice: int, other: int) -> int:
    return voice * (VOICES - 1) + other - (other > voice)


def _usual(voice: int, other: int) -> Numbers:
    """(blocks, 2): the distances and moves that chorales are full of, to be asked for before a search begins."""
    low, high = sorted(_USUAL[min(voice, other), max(voice, other)] * (1 if voice > other else -1))
    apart = np.flatnonzero((DISTANCES[:, 0] >= low) & (DISTANCES[:, 0] <= high) & (abs(DISTANCES[:, 1]) <= _DIATONIC))
    moves = np.flatnonzero((abs(STEPS[:, 0]) <= _FOURTH) & (abs(STEPS[:, 1]) < _DIATONIC))
    moves = np.append(moves, HELD)
    return np.stack([np.repeat(apart, len(moves)), np.tile(moves, len(apart))], axis=1)


def _laid(notes: dict[int, Ints], struck: dict[int, Bools]) -> Sonority:
    """These voices, the others silent."""
    rows = len(next(iter(notes.values())))
    pitch, fifths = np.zeros((2, rows, VOICES), dtype=np.int16)
    sounds, attack = np.zeros((2, rows, VOICES), dtype=bool)
    for voice, columns in notes.items():
        pitch[:, voice], fifths[:, voice] = columns.T
        sounds[:, voice], attack[:, voice] = True, struck[voice]
    return Sonority(pitch, fifths, sounds, attack)


def numbered(numbers: Numbers, harmony: Harmony | None = None) -> Sonority:
    """(rows, voices): notes by their numbers; strange ones are silent."""
    sounds = numbers < STRANGE_NOTE
    return Sonority(*notes_of(numbers), sounds, sounds.copy(), harmony)
