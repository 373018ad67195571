"""Every note that a voice may sing next, judged at once: for searches that draw one of many."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.chord_table import Chords
from musegen.generation.decode.compiled import Compiled
from musegen.generation.decode.numbering import HELD, HELD_NOTE, MOVES, NOTE_NUMBERS, codes
from musegen.generation.decode.tables import ON_PULSE, SONORITY, SUCCESSION, Bytes
from musegen.theory.sonority import Bools, Ints, Sonority

Numbers = npt.NDArray[np.intp]


class Coming(NamedTuple):
    """Rows of four voices before they sing the next frame, with what is the same for all notes that they may sing."""

    known: Compiled
    before: Ints  # (rows, voices): codes of what was sung last
    left: Ints  # (rows, voices): its numbers
    chords: Chords | None
    acts: Bytes  # (rows,): the bits of the rules that act here

    @classmethod
    def of(cls, known: Compiled, before: Sonority, now: Sonority, joined: Bools, pulse: Bools | bool) -> Coming:
        """Of `now` only the chords matter."""
        old = codes(before)
        acts = joined * np.uint8(SUCCESSION) + np.uint8(SONORITY) + np.multiply(pulse, ON_PULSE, dtype=np.uint8)
        chords = None if now.harmony is None else (before.harmony or now.harmony, now.harmony)
        return cls(known, old, NOTE_NUMBERS[old], chords, acts)

    def rows(self, which: Numbers) -> Coming:
        """Some rows, in order."""
        if len(which) == len(self.acts):
            return self
        chords = None if self.chords is None else (self.chords[0][which], self.chords[1][which])
        return Coming(self.known, self.before[which], self.left[which], chords, self.acts[which])

    def cells(self, voice: int, now: Sonority, notes: Ints, held: Numbers) -> Bytes:
        """(rows, notes): what the tables say of notes of a voice, alone and with each other one that is decided.

        Args:
            voice: which one.
            now: what is decided; `sounds` is False for the voice itself.
            notes: (rows, notes) codes; none of them silent.
            held: (rows,): the place in `notes` of the note that goes on if it is taken; -1 where none does.
        """
        known, left = self.known, self.left[:, voice]
        numbers = NOTE_NUMBERS[notes]
        cells: Bytes = known.notes[voice][left[:, None], numbers]
        holding = np.flatnonzero(held >= 0)
        places = holding, held[holding]
        cells[places] = known.notes[voice, left[holding], HELD_NOTE]
        if self.chords is not None and (known.chords.rules or known.chords.excusable):
            found = known.chords.of_notes(voice, self.chords, self.left, numbers)
            goes_on = np.full(len(left), HELD_NOTE, dtype=np.int16)
            found[places] = known.chords.cells(voice, self.chords, self.left, goes_on)[holding]
            cells |= found
        others = np.flatnonzero(now.sounds.any(axis=0)).tolist()
        if others and known.pairs.rules:
            moves = MOVES[notes - self.before[:, voice, None]]
            moves[places] = HELD
            cells |= known.pairs.of_moves(voice, others, self.before, now, moves)
        return cells
