"""What rules about single voices say where the chords are known, written down in a table; for cells see `tables`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.numbering import HELD_NOTE, NO_NOTE, STRANGE_NOTE
from musegen.generation.decode.reach import VOICES, asked
from musegen.generation.decode.tables import ASK, EXCUSABLE, ROOM, Bytes, Numbers, numbered, plane_of
from musegen.rules.entries import Rule
from musegen.theory.sonority import Bools, Harmony, Ints, Sonority

Chords = tuple[Harmony, Harmony]

_MOST_BLOCKS = 200_000  # more than a hundred pieces fill, and no more than 50 MB


@dataclass
class ChordTable:
    """What rules about single voices say where the chords are known: by both chords, the voice and its note before.

    A block, one cell for each note that may come, is filled when it is first asked for. `EXCUSABLE` stands where a rule
    holds that another voice may excuse. `at_changes`: the pair rules among them find nothing while a chord goes on.
    """

    rules: Sequence[Rule]
    excusable: Sequence[Rule]
    at_changes: bool
    stored: InitVar[tuple[npt.NDArray[np.int64], Bytes] | None] = None
    _block: dict[int, int] = field(default_factory=dict)
    _cells: Bytes = field(init=False)

    def __post_init__(self, stored: tuple[npt.NDArray[np.int64], Bytes] | None) -> None:
        self._cells = np.zeros((ROOM, HELD_NOTE + 1), dtype=np.uint8)
        if stored is not None:
            self._cells = stored[1]
            self._block = dict(zip(stored[0].tolist(), range(len(self._cells)), strict=True))

    def __len__(self) -> int:
        return len(self._block)

    @property
    def filled(self) -> tuple[npt.NDArray[np.int64], Bytes]:
        """What is known so far, to be `stored`."""
        return np.array(list(self._block), dtype=np.int64), self._cells[: len(self._block)]

    def cells(self, voice: int, chords: Chords, old: Ints, new: Ints) -> Bytes:
        """(rows,): the cells of a voice that goes to the notes `new`; `old` (rows, voices) is where all come from."""
        block = self._blocks(voice, chords, old, new == HELD_NOTE)
        return np.asarray(self._cells[block, new])

    def of_notes(self, voice: int, chords: Chords, old: Ints, notes: Ints) -> Bytes:
        """(rows, notes): the cells of a voice for many notes (rows, notes), all of them new."""
        block = self._blocks(voice, chords, old, np.zeros(len(old), dtype=bool))
        return np.asarray(self._cells.ravel()[block[:, None] * self._cells.shape[1] + notes])

    def _blocks(self, voice: int, chords: Chords, old: Ints, holds: Bools) -> Numbers:
        """(rows,): the blocks of a voice, which holds its note or takes a new one."""
        if self.at_changes:  # while a chord goes on it does not matter where a new note comes from
            goes_on = chord_keys(chords[0]) == chord_keys(chords[1])
            kept = old[:, voice]
            old = np.where(goes_on[:, None], np.int16(NO_NOTE), old)
            old[:, voice] = np.where(holds, kept, old[:, voice])
        successions = succession_keys(*chords)
        keys = (successions + (old[:, voice].astype(np.int64) * VOICES + voice) * _NOTE_FACTOR).tolist()
        if len(self._block) > _MOST_BLOCKS:
            self._block.clear()
        missing = {key: row for row, key in enumerate(keys) if key not in self._block}
        if missing:
            rows = np.array(list(missing.values()))
            self._fill((chords[0][rows], chords[1][rows]), old[rows], successions[rows])
        return np.array([self._block[key] for key in keys], dtype=np.intp)

    def _fill(self, chords: Chords, old: Ints, successions: npt.NDArray[np.int64]) -> None:
        """Fill the missing blocks of all voices at once."""
        keys = successions[:, None] + (old.astype(np.int64) * VOICES + np.arange(VOICES)) * _NOTE_FACTOR
        places = {key: place for place, key in enumerate(keys.ravel().tolist()) if key not in self._block}
        rows, voices = np.divmod(np.array(list(places.values())), VOICES)
        found = self._asked(chords, old.astype(np.intp))
        first, last = len(self._block), len(self._block) + len(places)
        while last > len(self._cells):
            self._cells = np.concatenate([self._cells, np.zeros_like(self._cells)])
        self._cells[first:last] = found[rows, voices]
        self._block.update(zip(places, range(first, last), strict=True))

    def _asked(self, chords: Chords, old: Numbers) -> Bytes:
        """(rows, voices, notes): the cells of these blocks."""
        count, width = len(old), HELD_NOTE + 1
        row, new = np.repeat(np.arange(count), width), np.tile(np.arange(width), count)
        before, held = old[row], (new == HELD_NOTE)[:, None]
        after = np.where(held, before, new[:, None])
        first, second = numbered(before, chords[0][row]), numbered(after, chords[1][row])
        second.attack[held[:, 0]] = False
        cells = np.zeros(before.shape, dtype=np.uint8)
        for rule in self.rules:
            cells |= np.uint8(plane_of(rule)) * asked(rule, first, second)
        for rule in self.excusable:
            for voice in range(VOICES):
                cells[:, voice] |= np.uint8(EXCUSABLE) * asked(rule, first, _alone(second, voice))[:, voice]
        cells[(before == STRANGE_NOTE) | (after == STRANGE_NOTE)] = ASK
        return cells.reshape(count, width, VOICES).transpose(0, 2, 1)


def _alone(sonority: Sonority, voice: int) -> Sonority:
    stays = np.arange(VOICES) == voice
    return Sonority(
        sonority.pitch * stays, sonority.fifths * stays, sonority.sounds & stays, sonority.attack & stays,
        sonority.harmony,
    )  # fmt: skip


_FACTORS = np.random.default_rng(7).integers(1, 1 << 60, 16, dtype=np.int64) * 2 + 1
_NOTE_FACTOR = _FACTORS[15]


def succession_keys(first: Harmony, second: Harmony) -> npt.NDArray[np.int64]:
    """(rows,): a number for each two chords; equal for equal ones, and else different but for very bad luck."""
    goes_on = (first.label == second.label) * _FACTORS[14]
    return np.asarray(chord_keys(first) * _FACTORS[12] + chord_keys(second) * _FACTORS[13] + goes_on)


def chord_keys(harmony: Harmony) -> npt.NDArray[np.int64]:
    """(rows,): a number for each chord with its key; reckoned once for each `Harmony`."""
    known = vars(harmony)
    if "chord_keys" not in known:
        columns = [
            harmony.tonic, harmony.minor, harmony.bass, harmony.inversion, harmony.degree, harmony.leading_tone,
            harmony.seventh, harmony.is_cadential,
        ]  # fmt: skip
        table = np.empty((len(harmony.tonic), 12), dtype=np.int64)
        table[:, :4] = harmony.members
        for number, column in enumerate(columns, start=4):
            table[:, number] = column
        known["chord_keys"] = table @ _FACTORS[:12]
    found: npt.NDArray[np.int64] = known["chord_keys"]
    return found
