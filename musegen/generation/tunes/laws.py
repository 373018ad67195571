"""What a melody may do next, as masks over symbols and lengths: rules, key, range, meter, level, form, closes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.reach import VOICES, asked, reach_of
from musegen.generation.tunes.chord_laws import ChordLaws, tonic_first
from musegen.generation.tunes.closing import Closes, closes_of
from musegen.generation.tunes.plans import Plan
from musegen.rules.packs import Pack
from musegen.theory.sonority import Sonority
from musegen.theory.tunes.form import RHYTHM, SAME
from musegen.theory.tunes.levels import LEVELS, LIMITS, exercise_lengths
from musegen.theory.tunes.symbols import (  # fmt: skip
    ALTERATIONS,
    ALTERS,
    DURATIONS,
    FIRST,
    GRID,
    IS_NOTE,
    LENGTHS,
    MODES,
    PLACES,
    REST,
    SYMBOLS,
    Home,
    Ints,
    is_leading_tone,
)

Bools = npt.NDArray[np.bool_]

_INFLECTED = {
    "major": ((3, 1), (6, -1)), "minor": ((6, 1), (5, 1)), "dorian": ((6, 1),), "mixolydian": ((6, 1),),
    "lydian": ((3, -1),), "phrygian": ((2, 1), (6, 1)),
}  # fmt: skip
"""Scale degrees, from 0, that melodies of each mode raise or lower without leaving it: what leads, and what softens."""
_BARS_AN_ALTERED = 4
"""A melody in one key has one altered note in so many bars, at most; those of its chords not counted."""
_SHORTEST_SUNG = GRID // 4
_SHORTEST_REST = GRID // 2
_SUNG_RESTS = np.isin(DURATIONS, [_SHORTEST_REST * times for times in (1, 2, 3, 4, 6, 8)])
"""Rests of songs and exercises: an eighth or more, on eighths, each one sign or one and its dot."""
_EASIEST = 1
"""The level whose melodies have no rests, and nothing altered."""
_STRICT = range(1, 6)
"""Levels of which a rule's warnings are kept as its errors are: no diminished leaps, no sevenths."""
_SEVENTH = 6  # scale degree, from 0
_WITH_LEADING_TONE = "major", "lydian"
_MINOR = "minor"


class Moment(NamedTuple):
    """Where melodies are when their next event is drawn; (tunes,) each."""

    onset: Ints
    last: Ints  # the note before; END where there is none
    before: Ints  # the event before, which may be a rest
    length: Ints  # of the event before, as a place in LENGTHS
    altered: Ints  # how many notes are altered already
    echo: Ints  # what sounded here in the bar that the form names, and one more than the length of what began there
    begun: Ints


class Laws(NamedTuple):
    """Masks of one melody; True is allowed."""

    plan: Plan
    symbols: Bools  # (SYMBOLS,): by key, range and level
    steps: Bools  # (SYMBOLS, SYMBOLS): from the note before; END is no note before
    lengths: Bools  # (LENGTHS,): by the level
    closes: Closes
    over_bars: bool  # whether notes sound on over barlines
    most_altered: int
    chords: ChordLaws | None = None

    def next_symbols(self, now: Moment) -> Bools:
        """(tunes, SYMBOLS): what may begin."""
        closing = self.closes.is_due(now.onset)
        wanted = np.where(closing[:, None], self.closes.ends_at(now.onset), self._notes(now))
        lawful = wanted & self.steps[now.last] & _resolving(now.last)
        rests = (now.before > REST) & (now.onset < self.closes.latest_at(now.onset) - self.plan.bar)
        rests &= self.plan.is_phrased | (now.onset % self.plan.bar != 0)  # of real dance tunes one in seventy has such
        lawful[:, REST] = rests & self.symbols[REST]
        sung = lawful & self.chords.symbols(now.onset, now.last, now.before, now.length) if self.chords else lawful
        going_on = self._fits(now).any(axis=2)
        return self._as_before(now, _first_that_can(sung & going_on, lawful & going_on, lawful, wanted))

    def next_lengths(self, now: Moment, symbol: Ints) -> Bools:
        """(tunes, LENGTHS): how long what begins may be."""
        tunes = np.arange(len(symbol))
        whole = self.closes.boundary_at(now.onset)
        free = _first_that_can(
            self._fits(now)[tunes, symbol], self._times(now)[tunes, symbol], _longest(now.onset, whole)
        )
        kept = (now.begun > 0)[:, None] & (np.arange(len(DURATIONS)) == now.begun[:, None] - 1)
        again = self._is(now.onset, SAME) & (symbol == now.echo) | self._is(now.onset, RHYTHM)
        return _first_that_can(free & kept & again[:, None], free)

    def leanings(self, onset: Ints) -> npt.NDArray[np.float64]:
        """(tunes, SYMBOLS): nats by which each note is likelier than the network holds it, for its chord's sake."""
        return self.chords.leanings(onset) if self.chords else np.zeros((len(onset), SYMBOLS))

    def _notes(self, now: Moment) -> Bools:
        """(tunes, SYMBOLS): the notes of key and range, altered ones while there may be more."""
        within = now.altered < self.most_altered
        free = self.symbols & (within[:, None] | (ALTERATIONS == 0)) & IS_NOTE
        return np.asarray(free | self.chords.members_at(now.onset) if self.chords else free)

    def _fits(self, now: Moment) -> Bools:
        """(tunes, SYMBOLS, LENGTHS): lengths after which the melody can go on to its close."""
        end = now.onset[:, None] + DURATIONS
        going = self._times(now) & self.closes.reachable(now.onset, now.last)
        if self.plan.is_phrased:
            going[:, REST] &= _SUNG_RESTS & (now.onset % _SHORTEST_REST == 0)[:, None]
        if not self.chords:
            return going
        return going & self.chords.lengths(now.onset, end, self.closes.onward(now.onset))

    def _times(self, now: Moment) -> Bools:
        """(tunes, SYMBOLS, LENGTHS): what meter, level and the ends of phrases allow."""
        end = now.onset[:, None] + DURATIONS
        free = self.lengths & _in_groups(now.onset, now.length)
        if not self.over_bars:
            free = free & (end <= ((now.onset // self.plan.bar + 1) * self.plan.bar)[:, None])
        goes_on = free & (end <= self.closes.latest_at(now.onset)[:, None])
        return np.asarray(goes_on[:, None] | self.closes.closing(now.onset))

    def _as_before(self, now: Moment, free: Bools) -> Bools:
        """Where the plan has a bar come again as it was, its notes and rests, as far as they are free."""
        moved = self._moved(now.onset)
        echo = np.arange(SYMBOLS) == (now.echo + ALTERS * moved * (now.echo > REST))[:, None]
        again = (self._is(now.onset, SAME) | (moved != 0)) & (now.begun > 0)
        return _first_that_can(free & echo & again[:, None], free)

    def _moved(self, onset: Ints) -> Ints:
        """(tunes,): by how many staff places the bar lies from the one that it repeats; upbeats do not."""
        if not self.plan.moved:
            return np.zeros(len(onset), dtype=np.int64)
        bar = np.clip(onset // self.plan.bar, 0, self.plan.bars - 1)
        return np.asarray(np.where(onset >= 0, np.array(self.plan.moved)[bar], 0))

    def _is(self, onset: Ints, kinship: int) -> Bools:
        """(tunes,): whether an onset lies in a bar of that kinship; upbeats do not."""
        bar = np.clip(onset // self.plan.bar, 0, self.plan.bars - 1)
        return np.asarray((self.plan.form.kinship[bar] == kinship) & (onset >= 0))


def laws_of(
    plan: Plan, home: Home, pack: Pack, *, level: int = 0, lowest: int, highest: int, over_bars: bool,
    chords: ChordLaws | None = None,
) -> Laws:  # fmt: skip
    """The masks of a melody on a plan, in a key, between two staff places from the tonic.

    Exercises over no chords begin with the tonic's, so that the key is heard at once.
    """
    limits = LIMITS[(level or LEVELS) - 1]
    symbols = symbols_of(home, level, lowest, highest)
    leaps = abs(PLACES[:, None] - PLACES) <= limits.leap
    steps = _allowed_steps(pack, home, is_strict=level in _STRICT) & (leaps | ~IS_NOTE[:, None] | ~IS_NOTE)
    if plan.is_phrased:
        steps &= _leading(home, is_free=not chords)
    lengths = exercise_lengths(plan.meter, level or LEVELS)
    if plan.is_phrased:
        lengths = lengths & (DURATIONS >= _SHORTEST_SUNG)
    naturals = symbols & IS_NOTE & (ALTERATIONS == 0)
    closes = closes_of(plan, naturals, steps & symbols, int(DURATIONS[lengths].min()), chords)
    is_led = plan.is_phrased and MODES[home.mode] not in _WITH_LEADING_TONE
    most = SYMBOLS if chords or is_led else -(-plan.bars // _BARS_AN_ALTERED)
    if plan.is_exercise and not chords:
        chords = tonic_first(plan, symbols)
    return Laws(plan, symbols, steps, lengths, closes, over_bars, most, chords)


def symbols_of(home: Home, level: int, lowest: int, highest: int) -> Bools:
    """(SYMBOLS,): the notes of a key between two staff places, and rests, as far as a level has them."""
    limits = LIMITS[(level or LEVELS) - 1]
    inside = (lowest <= PLACES) & (highest >= PLACES)
    inflected = [(degree == PLACES % 7) & (alter == ALTERATIONS) for degree, alter in _INFLECTED[MODES[home.mode]]]
    leads = is_leading_tone(home.mode) & (MODES[home.mode] == _MINOR) & (level != _EASIEST)
    natural = (ALTERATIONS == 0) | (np.any(inflected, axis=0) & limits.altered) | leads
    symbols = IS_NOTE & inside & natural
    symbols[REST] = level != _EASIEST
    return np.asarray(symbols)


def _first_that_can(*choices: Bools) -> Bools:
    """(tunes, ...): of each tune the first choice that leaves it anything."""
    found = choices[-1]
    for choice in choices[-2::-1]:
        found = np.where(choice.any(axis=1, keepdims=True), choice, found)
    return found


def _leading(home: Home, *, is_free: bool) -> Bools:
    """(SYMBOLS, SYMBOLS): from a leading tone no leap down, from a raised one only up; in minor no other but falling.

    Over chords, which are not `is_free`, these say which seventh it is; else the one that is not raised comes from the
    tonic and goes to the sixth degree.
    """
    move = PLACES - PLACES[:, None]
    leads = is_leading_tone(home.mode)[:, None]
    if MODES[home.mode] in _WITH_LEADING_TONE:
        fine = ~leads | (move >= -1)
    else:
        fine = ~leads | (move > 0) | np.eye(SYMBOLS, dtype=bool)
    if is_free and MODES[home.mode] == _MINOR:
        falling = (PLACES % 7 == _SEVENTH) & (ALTERATIONS == 0)
        fine &= (~falling[:, None] | (move == -1)) & (~falling | (move == -1))
    return np.asarray(fine | ~IS_NOTE[:, None] | ~IS_NOTE)


def _allowed_steps(pack: Pack, home: Home, *, is_strict: bool) -> Bools:
    """(SYMBOLS, SYMBOLS): from note to note, what no rule of the pack about a single voice forbids."""
    kinds = ("error", "warning") if is_strict else ("error",)
    rules = [rule for rule in pack.rules if rule.severity in kinds and rule.kind.window in ("slice", "pair")]
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
    step = abs(PLACES - PLACES[last][:, None]) <= 1
    return np.asarray(step | (ALTERATIONS[last] == 0)[:, None] | (last < FIRST)[:, None])


def _in_groups(onset: Ints, before: Ints) -> Bools:
    """(tunes, LENGTHS): a triplet begins on a beat or half of one, and is filled before anything else comes."""
    place = onset % GRID
    inside, triplet = place % 3 != 0, DURATIONS % 3 != 0
    half = GRID // 2
    sixths = np.isin(DURATIONS, (4, 8)) & ((place % half)[:, None] + DURATIONS <= half)
    thirds = np.isin(DURATIONS, (8, 16)) & (place[:, None] + DURATIONS <= GRID)
    previous = np.where(before < len(LENGTHS), DURATIONS[np.minimum(before, len(LENGTHS) - 1)], 0)
    going = np.where((previous == 4)[:, None], sixths, thirds)
    starts = ((DURATIONS == 4) & (place % half == 0)[:, None]) | (np.isin(DURATIONS, (8, 16)) & (place == 0)[:, None])
    return np.asarray(np.where(inside[:, None], going, ~triplet | starts))


def _longest(onset: Ints, end: Ints) -> Bools:
    """(tunes, LENGTHS): where nothing else fits, the longest length that does not go beyond the end."""
    fits = onset[:, None] + DURATIONS <= end[:, None]
    longest = np.where(fits, DURATIONS, 0).argmax(axis=1)
    return np.asarray(np.arange(len(DURATIONS)) == longest[:, None])
