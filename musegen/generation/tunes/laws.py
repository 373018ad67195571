"""What a melody may do next, as masks over symbols and lengths: rules of a pack, key, range, meter, level, the end."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.reach import VOICES, asked, reach_of
from musegen.generation.tunes.plans import Plan
from musegen.rules.packs import Pack
from musegen.theory.sonority import Sonority
from musegen.theory.tunes.levels import LEVELS, LIMITS, allowed_lengths
from musegen.theory.tunes.symbols import (
    ALTERS,
    FIRST,
    GRID,
    LENGTHS,
    LOWEST,
    MODES,
    REST,
    SYMBOLS,
    Home,
    Ints,
)

Bools = npt.NDArray[np.bool_]

_SIZES = np.array(LENGTHS)
_PLACES = (np.arange(SYMBOLS) - FIRST) // ALTERS + LOWEST
_ALTERED = (np.arange(SYMBOLS) - FIRST) % ALTERS - 1
_IS_NOTE = np.arange(SYMBOLS) >= FIRST
_TONICS = _IS_NOTE & (_PLACES % 7 == 0) & (_ALTERED == 0)
_INFLECTED = {
    "major": ((3, 1), (6, -1)), "minor": ((6, 1), (5, 1)), "dorian": ((6, 1),), "mixolydian": ((6, 1),),
    "lydian": ((3, -1),), "phrygian": ((2, 1), (6, 1)),
}  # fmt: skip
"""Scale degrees, from 0, that melodies of each mode raise or lower without leaving it: what leads, and what softens."""
_BARS_AN_ALTERED = 4
"""A melody in one key has one altered note in so many bars, at most."""


class Laws(NamedTuple):
    """Masks of one melody; True is allowed."""

    plan: Plan
    symbols: Bools  # (SYMBOLS,): by key, range and level
    steps: Bools  # (SYMBOLS, SYMBOLS): from the note before; END is no note before
    lengths: Bools  # (LENGTHS,): by the level
    finals: Bools  # (SYMBOLS,): what may come last
    over_bars: bool  # whether notes sound on over barlines
    most_altered: int

    def next_symbols(self, onset: Ints, last: Ints, before: Ints, altered: Ints) -> Bools:
        """(tunes, SYMBOLS): what may begin at each onset (tunes,).

        `last` is the note before, `before` the event before, which may be a rest, and `altered` how many notes are
        altered already.
        """
        free = self.symbols & ((altered < self.most_altered)[:, None] | (_ALTERED == 0) | ~_IS_NOTE)
        free = free & self.steps[last] & _resolving(last)
        silent = (before > REST) & (onset < self.last_onset - self.plan.bar)
        free[:, REST] = silent & self.symbols[REST]
        closing = onset >= self.last_onset
        free[closing] = self.steps[last][closing] & self.finals
        free[~free.any(axis=1) & closing] = self.finals
        free[~free.any(axis=1)] = self.symbols & _IS_NOTE
        return np.asarray(free)

    def next_lengths(self, onset: Ints, symbol: Ints, before: Ints) -> Bools:
        """(tunes, LENGTHS): how long what begins may be; `before` is the length of the event before."""
        end = onset[:, None] + _SIZES
        boundary = np.array(self.plan.boundaries)
        free = self.lengths & (end <= boundary[np.searchsorted(boundary, onset, side="right")][:, None])
        if not self.over_bars:
            free = free & (end <= ((onset // self.plan.bar + 1) * self.plan.bar)[:, None])
        free = free & _in_groups(onset, before)
        whole = self.plan.end
        closes = (self.finals[symbol] & self._is_final_onset(onset))[:, None] & (end == whole)
        free = (free & (end <= self.last_onset)) | (closes & (end == whole))
        empty = ~free.any(axis=1)
        free[empty] = _longest(onset[empty], whole)
        return np.asarray(free)

    @property
    def last_onset(self) -> int:
        """Where the last note begins at the latest: a felt beat with a printed beat left."""
        pulse, beat = (int(value * GRID) for value in (self.plan.meter.pulse_quarters, self.plan.meter.beat_quarters))
        line = (self.plan.bars - 1) * self.plan.bar
        return max(onset for onset in range(line, self.plan.end, pulse) if self.plan.end - onset >= min(beat, pulse))

    def _is_final_onset(self, onset: Ints) -> Bools:
        pulse = int(self.plan.meter.pulse_quarters * GRID)
        inside = (onset >= (self.plan.bars - 1) * self.plan.bar) & (onset <= self.last_onset)
        return np.asarray(inside & (onset % self.plan.bar % pulse == 0) & np.isin(self.plan.end - onset, LENGTHS))


def laws_of(plan: Plan, home: Home, pack: Pack, *, level: int = 0, lowest: int, highest: int, over_bars: bool) -> Laws:
    """The masks of a melody on a plan, in a key, between two staff places from the tonic."""
    limits = LIMITS[(level or LEVELS) - 1]
    inside = (lowest <= _PLACES) & (highest >= _PLACES)
    inflected = [(degree == _PLACES % 7) & (alter == _ALTERED) for degree, alter in _INFLECTED[MODES[home.mode]]]
    natural = (_ALTERED == 0) | (np.any(inflected, axis=0) & limits.altered)
    symbols = _IS_NOTE & inside & natural
    symbols[REST] = level != 1
    leaps = abs(_PLACES[:, None] - _PLACES) <= limits.leap
    steps = _allowed_steps(pack, home) & (leaps | ~_IS_NOTE[:, None] | ~_IS_NOTE)
    return Laws(
        plan, symbols, steps, allowed_lengths(plan.meter, limits), _TONICS & inside, over_bars,
        -(-plan.bars // _BARS_AN_ALTERED),
    )  # fmt: skip


def _allowed_steps(pack: Pack, home: Home) -> Bools:
    """(SYMBOLS, SYMBOLS): from note to note, what no rule of the pack about a single voice forbids."""
    rules = [rule for rule in pack.rules if rule.severity == "error" and rule.kind.window in ("slice", "pair")]
    rules = [rule for rule in rules if rule.kind.window == "pair" and reach_of(rule) == "one"]
    notes = np.array([home.pitch(symbol) for symbol in range(FIRST, SYMBOLS)], dtype=np.int16)
    count = len(notes)
    first, second = _voices(np.repeat(notes, count, axis=0)), _voices(np.tile(notes, (count, 1)))
    allowed = np.ones((SYMBOLS, SYMBOLS), dtype=bool)
    for rule in rules:
        allowed[FIRST:, FIRST:] &= ~asked(rule, first, second)[:, 0].reshape(count, count)
    return allowed


def _voices(notes: Ints) -> Sonority:
    """All voices on each note (rows, 2)."""
    pitch, fifths = (np.repeat(column[:, None], VOICES, axis=1) for column in notes.T)
    everywhere = np.ones(pitch.shape, dtype=bool)
    return Sonority(pitch, fifths, everywhere, everywhere.copy())


def _resolving(last: Ints) -> Bools:
    """(tunes, SYMBOLS): an altered note goes on by step, in its direction or back, or stays."""
    step = abs(_PLACES - _PLACES[last][:, None]) <= 1
    return np.asarray(step | (_ALTERED[last] == 0)[:, None] | (last < FIRST)[:, None])


def _in_groups(onset: Ints, before: Ints) -> Bools:
    """(tunes, LENGTHS): a triplet begins on a beat or half of one, and is filled before anything else comes."""
    place = onset % GRID
    inside, triplet = place % 3 != 0, _SIZES % 3 != 0
    half = GRID // 2
    sixths = np.isin(_SIZES, (4, 8)) & ((place % half)[:, None] + _SIZES <= half)
    thirds = np.isin(_SIZES, (8, 16)) & (place[:, None] + _SIZES <= GRID)
    previous = np.where(before < len(LENGTHS), _SIZES[np.minimum(before, len(LENGTHS) - 1)], 0)
    going = np.where((previous == 4)[:, None], sixths, thirds)
    starts = ((_SIZES == 4) & (place % half == 0)[:, None]) | (np.isin(_SIZES, (8, 16)) & (place == 0)[:, None])
    return np.asarray(np.where(inside[:, None], going, ~triplet | starts))


def _longest(onset: Ints, end: int) -> Bools:
    """(tunes, LENGTHS): where nothing else fits, the longest length that does not go beyond the end."""
    fits = onset[:, None] + _SIZES <= end
    longest = np.where(fits, _SIZES, 0).argmax(axis=1)
    return np.asarray(np.arange(len(_SIZES)) == longest[:, None])
