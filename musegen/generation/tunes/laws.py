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
    FIRST,
    GRID,
    LENGTHS,
    MODES,
    REST,
    SYMBOLS,
    Home,
    Ints,
    alter_symbol,
    place_of,
)  # fmt: skip

Bools = npt.NDArray[np.bool_]

_SIZES = np.array(LENGTHS)
_PLACES, _ALTERED = place_of(np.arange(SYMBOLS)), alter_symbol(np.arange(SYMBOLS))
_IS_NOTE = np.arange(SYMBOLS) >= FIRST
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
    ends: Bools  # (sections, SYMBOLS): what may come last in each
    latest: Ints  # (sections,): where its last note begins at the latest
    over_bars: bool  # whether notes sound on over barlines
    most_altered: int

    def next_symbols(self, onset: Ints, last: Ints, before: Ints, altered: Ints) -> Bools:
        """(tunes, SYMBOLS): what may begin at each onset (tunes,).

        `last` is the note before, `before` the event before, which may be a rest, and `altered` how many notes are
        altered already.
        """
        section, latest = self._section(onset), self._latest(onset)
        free = self.symbols & ((altered < self.most_altered)[:, None] | (_ALTERED == 0) | ~_IS_NOTE)
        free = free & self.steps[last] & _resolving(last)
        free[:, REST] = (before > REST) & (onset < latest - self.plan.bar) & self.symbols[REST]
        closing = onset >= latest
        free[closing] = (self.steps[last] & self.ends[section])[closing]
        stuck = ~free.any(axis=1)
        free[stuck] = np.where(closing[:, None], self.ends[section], self.symbols & _IS_NOTE)[stuck]
        return np.asarray(free)

    def next_lengths(self, onset: Ints, symbol: Ints, before: Ints) -> Bools:
        """(tunes, LENGTHS): how long what begins may be; `before` is the length of the event before."""
        end = onset[:, None] + _SIZES
        section, latest = self._section(onset), self._latest(onset)
        whole = np.array(self.plan.boundaries)[section]
        free = self.lengths & _in_groups(onset, before)
        if not self.over_bars:
            free = free & (end <= ((onset // self.plan.bar + 1) * self.plan.bar)[:, None])
        closes = self.ends[section, symbol] & self._may_close(onset, whole, latest)
        free = (free & (end <= latest[:, None])) | (closes[:, None] & (end == whole[:, None]))
        stuck = ~free.any(axis=1)
        free[stuck] = _longest(onset[stuck], whole[stuck])
        return np.asarray(free)

    def _section(self, onset: Ints) -> Ints:
        """(tunes,): the section that each onset is in."""
        return np.searchsorted(self.plan.boundaries, onset, side="right")

    def _latest(self, onset: Ints) -> Ints:
        """(tunes,): where the last note of the section begins at the latest."""
        return self.latest[self._section(onset)]

    def _may_close(self, onset: Ints, whole: Ints, latest: Ints) -> Bools:
        """(tunes,): of the last section on a felt beat of its last bar; with a length left that can be written."""
        pulse = int(self.plan.meter.pulse_quarters * GRID)
        on_beat = (onset % self.plan.bar % pulse == 0) & (onset >= self.plan.end + self.plan.pickup - self.plan.bar)
        return np.asarray((on_beat | (whole < self.plan.end)) & (onset <= latest) & np.isin(whole - onset, LENGTHS))


def _last_onset(plan: Plan, boundary: int, shortest: int) -> int:
    """Where the last note of a section begins at the latest; `shortest` is the shortest length that is allowed."""
    pulse, beat = (int(value * GRID) for value in (plan.meter.pulse_quarters, plan.meter.beat_quarters))
    if boundary < plan.end:
        return boundary - max(shortest, beat if plan.meter.is_compound else beat // 2)
    least = max(shortest, min(2 * beat if plan.meter.is_compound else beat // 2, pulse))
    line = boundary + plan.pickup - plan.bar
    return max(onset for onset in range(line, boundary, pulse) if boundary - onset >= least)


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
    goals = plan.form.goal[[*(start - 1 for start in plan.starts[1:]), plan.bars - 1]]
    lengths = allowed_lengths(plan.meter, limits)
    shortest = int(_SIZES[lengths].min())
    latest = np.array([_last_onset(plan, boundary, shortest) for boundary in plan.boundaries])
    places = _IS_NOTE & inside & (_ALTERED == 0)
    ends = places & ((goals[:, None] == _PLACES % 7) | (goals[:, None] < 0))
    return Laws(
        plan, symbols, steps, lengths, ends, latest, over_bars,
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


def _longest(onset: Ints, end: Ints) -> Bools:
    """(tunes, LENGTHS): where nothing else fits, the longest length that does not go beyond the end."""
    fits = onset[:, None] + _SIZES <= end[:, None]
    longest = np.where(fits, _SIZES, 0).argmax(axis=1)
    return np.asarray(np.arange(len(_SIZES)) == longest[:, None])
