"""What the chords over a melody allow: members of them on strong beats, other notes reached and left by step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.tunes.plans import Plan, strong_of
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import (
    ALTERATIONS,
    DURATIONS,
    FIRST,
    GRID,
    IS_NOTE,
    PLACES,
    REST,
    SYMBOLS,
    Home,
    Ints,
)
from musegen.theory.tunes.tune import Tune

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_LEANING = 1.5
"""Nats by which a member that lies outside the key is likelier over its chord."""
_TRITONE = 6
"""Places on the line of fifths."""
_TRIAD = 0, 2, 4
"""Scale degrees, from 0, of the tonic's chord."""
_BY_STEP = (abs(PLACES[:, None] - PLACES) <= 1) & IS_NOTE[:, None] & IS_NOTE


class ChordLaws(NamedTuple):
    """Row 0 is where no chord has begun yet; there everything is a member."""

    begins: Ints  # (chords,)
    inside: Bools  # (chords + 1, SYMBOLS): the members of each, as far as they are in range
    fitting: Bools  # (chords + 1, SYMBOLS): what may sound with it: where it alters a degree, only as it does
    strong: int  # from one strong beat to the next
    pulse: int
    harsh: Bools  # (chords + 1, SYMBOLS): notes that are none of the chord and a tritone from its root
    telling: Bools  # (chords + 1, SYMBOLS): members that lie outside the key, without which the chord is not heard

    def symbols(self, onset: Ints, last: Ints, before: Ints, length: Ints) -> Bools:
        """(tunes, SYMBOLS): members, and notes next to the one before; a note that was none of the chord steps on.

        `last` is the note before, `before` the event before, which may be a rest, and `length` that event's.
        """
        here, past = self._row(onset), self._row(onset - 1)
        strong = self._is_strong(onset)
        member, goes_on = self.inside[here], before >= FIRST
        calm = ~(strong[:, None] & self.harsh[here])
        left = goes_on & ~self.inside[past, last]
        began = onset - DURATIONS[np.minimum(length, len(DURATIONS) - 1)]
        runs_on = left & ~strong & ~self._is_strong(began)
        stepping = _BY_STEP[last] & goes_on[:, None]
        passing = stepping & (PLACES[last][:, None] != PLACES)
        free = np.where(left[:, None], stepping & (member | (passing & runs_on[:, None])), member | (stepping & calm))
        return np.asarray(free & self.fitting[here] | (np.arange(SYMBOLS) == REST) & ~left[:, None])

    def lengths(self, onset: Ints, end: Ints, onward: Bools) -> Bools:
        """(tunes, SYMBOLS, LENGTHS): no longer than a felt beat against a chord, and left where a step leads into one.

        `end` (tunes, LENGTHS) is where each length would end, `onward` (tunes, LENGTHS, SYMBOLS) what can follow there.
        """
        here, final, after = self._row(onset), self._row(end - 1), self._row(end)
        foreign_at_first = ~self.inside[here][:, :, None]
        foreign_at_last = ~self.inside[final].transpose(0, 2, 1)
        resolves = _beside(self.inside[after] & onward).transpose(0, 2, 1)
        begins = np.append(np.iinfo(np.int64).min // 2, self.begins)[final]
        against = np.where(foreign_at_first, (end - onset[:, None])[:, None], (end - begins)[:, None])
        stays = (here[:, None] == final)[:, None]
        fine = ~foreign_at_last | (resolves & (against <= self.pulse) & (stays | ~foreign_at_first))
        fine = fine & (~foreign_at_first | stays)
        fine[:, :FIRST] = True
        return np.asarray(fine)

    def members_at(self, onset: Ints) -> Bools:
        """(onsets, SYMBOLS): the members of the chord at each onset."""
        return self.inside[self._row(onset)]

    def begun_at(self, onset: Ints) -> Ints:
        """(onsets,): where the chord at each onset began."""
        return np.asarray(self.begins[np.maximum(self._row(onset) - 1, 0)])

    def leanings(self, onset: Ints) -> Floats:
        """(tunes, SYMBOLS): nats by which each note is likelier than the network holds it."""
        return np.where(self.telling[self._row(onset)], _LEANING, 0.0)

    def unsung(self, tune: Tune) -> float:
        """Of the chords that have members outside the key, the share over which the tune sings none of these."""
        notes = tune.is_note
        row = self._row(tune.onset[notes])
        sung = set(row[self.telling[row, tune.symbol[notes]]].tolist())
        begun = np.append(-np.inf, self.begins)
        asking = [number for number in np.flatnonzero(self.telling.any(axis=1)).tolist() if begun[number] < tune.end]
        return len([number for number in asking if number not in sung]) / max(1, len(asking))

    def _row(self, onset: Ints) -> Ints:
        return np.searchsorted(self.begins, onset, side="right")

    def _is_strong(self, onset: Ints) -> Bools:
        return np.asarray((onset % self.strong == 0) | np.isin(onset, self.begins))


def _beside(notes: Bools) -> Bools:
    """(..., SYMBOLS): what is a step or less from one of some notes (..., SYMBOLS)."""
    return np.asarray((notes.astype(np.float32) @ _BY_STEP.astype(np.float32)) > 0)


def tonic_first(plan: Plan, symbols: Bools) -> ChordLaws:
    """The laws of a melody whose first bar is over the tonic's chord, and which is free from there on."""
    notes = symbols & IS_NOTE
    triad = notes & np.isin(PLACES % 7, _TRIAD) & (ALTERATIONS == 0)
    pulse = int(plan.meter.pulse_quarters * GRID)
    begins = np.array([0, min(plan.bar, plan.phrase_ends[0] - pulse)])
    nothing = np.zeros((3, SYMBOLS), dtype=bool)
    return ChordLaws(begins, np.array([notes, triad, notes]), np.array([notes] * 3), pulse, pulse, nothing, nothing)


def chord_laws_of(
    chords: tuple[tuple[int, tuple[int, ...]], ...], home: Home, meter: TimeSignature, symbols: Bools
) -> ChordLaws:
    """The laws of chords, each an onset in parts of the grid and the members on the line of fifths.

    `symbols` (SYMBOLS,) are the notes of key and range; members of a chord that lie outside the key are added.
    """
    fifths = np.array([home.pitch(symbol).fifths for symbol in range(FIRST, SYMBOLS)])
    reached = np.unique(PLACES[symbols & IS_NOTE])
    in_range = IS_NOTE & (reached[0] <= PLACES) & (reached[-1] >= PLACES)
    nothing = np.zeros(SYMBOLS, dtype=bool)
    inside, fitting, harsh, telling = [IS_NOTE], [symbols & IS_NOTE], [nothing], [nothing]
    for _, members in chords:
        is_member = np.append(np.zeros(FIRST, dtype=bool), np.isin(fifths, members)) & in_range
        altered = np.isin(PLACES % 7, (PLACES[is_member & (ALTERATIONS != 0)]) % 7)
        natural = is_member & (ALTERATIONS == 0)
        both = np.isin(PLACES % 7, PLACES[natural] % 7)
        inside.append(is_member if is_member.any() else symbols & IS_NOTE)
        apart = np.append(np.zeros(FIRST, dtype=np.int64), abs(fifths - members[0]) if members else 0 * fifths)
        harsh.append((apart == _TRITONE) & ~is_member)
        telling.append(is_member & (ALTERATIONS != 0))
        fitting.append((symbols & IS_NOTE & ((ALTERATIONS == 0) & (~altered | both))) | is_member)
    within = np.array(inside)
    begins = np.array([onset for onset, _ in chords])
    strong, pulse = strong_of(meter), int(meter.pulse_quarters * GRID)
    return ChordLaws(begins, within, np.array(fitting), strong, pulse, np.array(harsh), np.array(telling))
