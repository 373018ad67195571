"""The chord lattice: which chords in which keys each slot of a melody suggests, priced by what Bach's chorales do.

Costs are negative log-probabilities from `theory.statistics`. Keys and chords are states of one chain; the lattice
keeps, for every slot, the states through which a good path runs (max-marginals); the search over voicings chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.melody import Melody, MelodySlot
from musegen.generation.voicings import Chord
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.sonority import NONE
from musegen.theory.statistics import DEGREES, ChoraleStatistics, degree_index, key_index
from musegen.theory.vocabulary import figures, numerals, sounding_places

Array = npt.NDArray[Any]

_RAREST_KEY = 0.012  # keys in which fewer than this share of cadences stand are not tried
_RAREST_FIGURE = 4e-4
_ACCENTED = 3.2  # the price of a non-chord tone on the pulse
_UNPREPARED = 4.0  # of one off the pulse that is left or reached by leap
_STEPWISE = 0.15
_SEVENTH = -0.35  # likewise: a best path has fewer sevenths than the average one
_APPLIED = -0.4  # and fewer applied chords
_SIX_FOUR = 2.0  # a six-four that is not cadential needs its place in the bar and the bass
_SUBTONIC = 2.5  # the minor dominant, which Bach all but avoids
_SOPRANO_WEIGHT = 0.8
_KEY_WEIGHT = 0.8
_CADENCE_WEIGHT = 4.0
_TURN_BACKOFF = 25.0
_STAY = 5.0  # what a held chord costs on top of its probability: a best path is duller than the average one


@dataclass(frozen=True, eq=False)
class ChordSpace:
    """All chord states round a home key: columns of equal length, and the costs of going from one to another."""

    chords: tuple[Chord, ...]
    key: Array  # key number of each state
    figure: Array  # place in the vocabulary of its mode
    members: Array  # (states, 4) absolute, NONE where there is none
    inside: Array  # (states, states) cost of a succession in a phrase
    boundary: Array  # the same over a phrase end
    approach: Array  # the same into the last chord of a phrase
    alone: Array  # (states,) -log P(figure)
    color: Array  # (states,) what is added for taste
    soprano: tuple[Array, ...]  # by key number: (degree, strength, figure) log-probabilities
    unclosed: Array  # (states,) what it costs to end a piece out of this chord
    turns: tuple[CadenceTurns, ...]  # by key number: what the soprano sings into a cadence
    cadence_key: Array  # (states,) cost of a cadence in this state's key


@lru_cache(maxsize=64)
def chord_space(home: Key, statistics: ChoraleStatistics) -> ChordSpace:
    """The states round a home key, priced by chorale statistics."""
    keys = _keys_round(home, statistics)
    kept = {minor: np.flatnonzero(np.exp(statistics.unigram(minor)) > _RAREST_FIGURE) for minor in (False, True)}
    states = [(number, key, int(place)) for number, key in enumerate(keys) for place in kept[key.minor]]
    chords = tuple(Chord(key, numerals(key.minor)[place]) for _, key, place in states)
    key_number = np.array([number for number, _, _ in states])
    figure = np.array([place for _, _, place in states])
    alone = np.concatenate([-statistics.unigram(key.minor)[kept[key.minor]] for key in keys])
    color = np.array([_color_cost(chord) for chord in chords])
    tables = {name: _succession(keys, key_number, figure, chords, statistics, name, home) for name in _TABLES}
    cadence_key = -statistics.cadence_key()[int(home.minor)][[key_index(key, home) for _, key, _ in states]]
    return ChordSpace(
        chords, key_number, figure, np.array([_members(chord) for chord in chords]),
        tables["bigram"], tables["boundary"], tables["approach"], alone, color,
        tuple(statistics.given_soprano(key.minor) for key in keys),
        np.array([_unclosed_cost(chord, home) for chord in chords]),
        tuple(cadence_turns(key.minor, statistics) for key in keys), cadence_key,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class CadenceTurns:
    """How the soprano goes into the last chord of a phrase in keys of one mode."""

    last: Array  # (degree, figure): P(last soprano degree, last figure)
    before: Array  # (degree, degree): P(the degree before | a degree)
    counted: dict[tuple[int, int, int], Array]  # last three degrees to counts by figure
    total: float

    def log_probability(self, degrees: list[int]) -> Array:
        """(figure,): log P(these last soprano degrees, figure), backed off to their single steps."""
        backed_off = self.last[degrees[-1]].copy()
        for here, there in zip(degrees[::-1], degrees[-2::-1], strict=False):
            backed_off = backed_off * self.before[here, there]
        counted = self.counted.get(tuple(degrees), 0.0) if len(degrees) == 3 else 0.0  # type: ignore[arg-type]
        return np.asarray(np.log((counted + _TURN_BACKOFF * backed_off) / (self.total + _TURN_BACKOFF)))


def cadence_turns(minor: bool, statistics: ChoraleStatistics) -> CadenceTurns:
    """The turns of all counted phrase ends in one mode."""
    rows = statistics.cadences(minor)
    size = len(figures(minor))
    last = np.full((DEGREES, size), 0.02 / size)
    before = np.full((DEGREES, DEGREES), 0.05)
    counted: dict[tuple[int, int, int], Array] = {}
    for _, _, figure, first, second, third, count in rows.tolist():
        last[third, figure] += count
        before[third, second] += count
        before[second, first] += count
        counted.setdefault((first, second, third), np.zeros(size))[figure] += count
    total = float(rows[:, -1].sum()) if len(rows) else 0.0
    return CadenceTurns(last / last.sum(), before / before.sum(axis=1, keepdims=True), counted, total)


_TABLES = ("bigram", "boundary", "approach")


def _keys_round(home: Key, statistics: ChoraleStatistics) -> list[Key]:
    shares = np.exp(statistics.cadence_key()[int(home.minor)])
    keys = [Key(home.tonic + step, minor) for minor in (False, True) for step in range(-6, 7)]
    common = [key for key in keys if shares[key_index(key, home)] >= _RAREST_KEY or key == home]
    return sorted(common, key=lambda key: (key != home, key))


def _members(chord: Chord) -> list[int]:
    tones = list(chord.numeral.tones(chord.key))[:4]
    return tones + [NONE] * (4 - len(tones))


def _succession(
    keys: list[Key],
    key_number: Array,
    figure: Array,
    chords: tuple[Chord, ...],
    statistics: ChoraleStatistics,
    table: str,
    home: Key,
) -> Array:
    """(states, states): the cost of one chord after another, read in the key of the second."""
    change = statistics.key_change()[int(home.minor)]
    cost = np.empty((len(chords), len(chords)))
    for number, key in enumerate(keys):
        columns = np.flatnonzero(key_number == number)
        log_probability = getattr(statistics, table)(key.minor)
        rows = np.array([_reading(chord, key, len(figures(key.minor))) for chord in chords])
        turning = np.array([change[key_index(chord.key, home), key_index(key, home)] for chord in chords])
        cost[:, columns] = -log_probability[rows][:, figure[columns]] - _KEY_WEIGHT * turning[:, None]
    return cost


def _reading(chord: Chord, key: Key, none: int) -> int:
    """The place of a chord in the vocabulary of another key; the row after the last one where it has no name there."""
    relative = frozenset(tone - key.tonic for tone in chord.numeral.tones(chord.key)[:4])
    if chord.numeral.is_cadential:
        return figures(key.minor).index("Cad64") if chord.key == key else none
    return sounding_places(key.minor).get((relative, chord.numeral.inversion), none)


@dataclass(frozen=True)
class Lattice:
    """For every slot: the states kept, the cost of each by itself, and the least that the rest of the piece costs."""

    space: ChordSpace
    states: tuple[Array, ...]
    own: tuple[Array, ...]
    ahead: tuple[Array, ...]
    cost: float  # of the best path of chords, voicings apart
    complete: bool  # no state that the melody allows was left out

    def step(self, slot: int, here: MelodySlot, hold: Array) -> Array:
        """(states before, states here): costs of succession into a slot."""
        return _step(self.space, here, hold, self.states[slot - 1], self.states[slot])


def succession_table(space: ChordSpace, here: MelodySlot) -> Array:
    """Which table prices the step into this slot."""
    if here.is_phrase_start:
        return space.boundary
    return space.approach if here.is_phrase_end else space.inside


Wanted = Callable[[Chord], bool]


def build_lattice(
    melody: Melody,
    space: ChordSpace,
    home: Key,
    hold: Array,
    wanted: list[Wanted | None],
    *,
    width: int,
    margin: float,
) -> Lattice | int:
    """The lattice of a melody round a home key; the number of the first slot that has no chord, where one has none.

    `hold` is P(a new chord begins) by strength class. `wanted` says which chords each slot may have. `width` and
    `margin` say how many states a slot keeps and how much worse than the best path they may be.
    """
    own = [slot_costs(melody, number, space, home, given=wish is not None) for number, wish in enumerate(wanted)]
    own[0] = own[0] + np.array([_opening_cost(chord, home) for chord in space.chords])
    for number, wish in enumerate(wanted):
        if wish is not None:
            allowed = np.array([wish(chord) for chord in space.chords])
            own[number] = np.where(allowed, own[number], np.inf)
    live = [np.flatnonzero(np.isfinite(cost)) for cost in own]
    empty = [number for number, states in enumerate(live) if not len(states)]
    if empty:
        return empty[0]
    steps = [_step(space, melody.slots[n], hold, live[n - 1], live[n]) for n in range(1, len(live))]
    forward = [own[0][live[0]]]
    for number, step in enumerate(steps, start=1):
        forward.append((forward[-1][:, None] + step).min(axis=0) + own[number][live[number]])
    ahead = [np.zeros(len(live[-1]))]
    for number in range(len(steps) - 1, -1, -1):
        ahead.insert(0, (steps[number] + (own[number + 1][live[number + 1]] + ahead[0])[None, :]).min(axis=1))
    best = float(forward[-1].min())
    kept = [_keep(f + a, best, width, margin) for f, a in zip(forward, ahead, strict=True)]
    return Lattice(
        space,
        tuple(states[keep] for states, keep in zip(live, kept, strict=True)),
        tuple(own[number][live[number][keep]] for number, keep in enumerate(kept)),
        tuple(rest[keep] for rest, keep in zip(ahead, kept, strict=True)),
        best,
        all(len(keep) == len(states) for keep, states in zip(kept, live, strict=True)),
    )


def _keep(marginal: Array, best: float, width: int, margin: float) -> Array:
    order = np.argsort(marginal, kind="stable")[:width]
    return np.asarray(order[marginal[order] <= best + margin])


def _step(space: ChordSpace, here: MelodySlot, hold: Array, before: Array, states: Array) -> Array:
    cost = succession_table(space, here)[np.ix_(before, states)] - np.log(hold[here.strength])
    if here.is_last:
        cost = cost + space.unclosed[before][:, None]
    same = before[:, None] == states[None, :]
    stay = np.inf if here.is_phrase_start else _STAY - np.log(1 - hold[here.strength])
    return np.asarray(np.where(same, stay, cost))


def slot_costs(melody: Melody, number: int, space: ChordSpace, home: Key, *, given: bool = False) -> Array:
    """(states,): how badly each chord suits the melody at a slot; infinite where the slot's notes forbid it.

    Where the chord is `given`, the melody may sing any note over it.
    """
    slot = melody.slots[number]
    fifths = melody.notes["fifths"][list(slot.rows)].astype(np.int64)
    sounding = (space.members[:, None, :] == fifths[None, :, None]).any(axis=2)
    accented = _accented_cost(melody, slot, sounding)
    cost = np.where(sounding[:, 0], 0.0, np.minimum(accented, _UNPREPARED) if given else accented)
    for place in range(1, len(slot.rows)):
        stepwise = _is_stepwise(melody, slot.rows[place])
        cost = cost + np.where(sounding[:, place], 0.0, _STEPWISE if stepwise else _UNPREPARED)
    soprano = np.empty(len(cost))
    for key_number in np.unique(space.key):
        here = space.key == key_number
        tonic = space.chords[int(np.flatnonzero(here)[0])].key.tonic
        heard = _heard(fifths, sounding[here])
        degrees = np.array([degree_index(int(note) - tonic) for note in heard])
        soprano[here] = -space.soprano[key_number][degrees, slot.strength, space.figure[here]]
    cost = cost + space.color
    if not slot.is_phrase_end:
        return np.asarray(cost + _SOPRANO_WEIGHT * (soprano - space.alone))
    cost = cost + _CADENCE_WEIGHT * (_turn_cost(melody, number, space) + space.cadence_key)
    if number == len(melody.slots) - 1:
        cost = cost + np.array([_ending_cost(chord, home) for chord in space.chords])
    return np.asarray(cost)


def _turn_cost(melody: Melody, number: int, space: ChordSpace) -> Array:
    """(states,): -log P(the soprano's way into this cadence, figure) in each state's key."""
    start = number
    while start > max(0, number - 2) and not melody.slots[start].is_phrase_start:
        start -= 1
    sung = [int(melody.notes["fifths"][slot.rows[0]]) for slot in melody.slots[start : number + 1]]
    cost = np.empty(len(space.chords))
    for key_number, turns in enumerate(space.turns):
        here = np.flatnonzero(space.key == key_number)
        tonic = space.chords[int(here[0])].key.tonic
        degrees = [degree_index(note - tonic) for note in sung]
        cost[here] = -turns.log_probability(degrees)[space.figure[here]]
    return cost


def _heard(fifths: Array, sounding: Array) -> Array:
    """By state: the first of the slot's notes that belongs to the chord, else its first note."""
    first = np.where(sounding.any(axis=1), sounding.argmax(axis=1), 0)
    return np.asarray(fifths[first])


def _accented_cost(melody: Melody, slot: MelodySlot, sounding: Array) -> Array:
    """A first note outside the chord must resolve by step into it inside the slot."""
    if len(slot.rows) < 2:
        return np.full(len(sounding), np.inf)
    first, second = slot.rows[0], slot.rows[1]
    step = abs(int(melody.notes.diatonic[second]) - int(melody.notes.diatonic[first])) == 1
    return np.where(sounding[:, 1] & step, _ACCENTED, np.inf)


def _is_stepwise(melody: Melody, row: int) -> bool:
    """Reached and left by step or repetition: a passing or neighbour tone, or an anticipation."""
    heights = melody.notes.diatonic
    into = abs(int(heights[row]) - int(heights[row - 1])) if row else 0
    out = abs(int(heights[row + 1]) - int(heights[row])) if row + 1 < len(heights) else 0
    return into <= 1 and out <= 1


def _color_cost(chord: Chord) -> float:
    numeral = chord.numeral
    minor_dominant = numeral.degree == 5 and numeral.quality in ("minor", "min7") and not numeral.applied_to
    six_four = len(numeral.members) == 3 and numeral.inversion == 2 and not numeral.is_cadential
    applied = bool(numeral.applied_to)
    return _SUBTONIC * minor_dominant + _SEVENTH * numeral.is_seventh + _SIX_FOUR * six_four + _APPLIED * applied


def _opening_cost(chord: Chord, home: Key) -> float:
    """A piece begins in its key, most often on the tonic, or on a dominant before it."""
    if chord.key != home:
        return 7.0
    plain = {"I": 0.0, "i": 0.0, "V": 1.2, "V6": 2.0, "I6": 2.5, "i6": 2.5}
    return plain.get(chord.numeral.figure, 4.0 if not chord.numeral.is_seventh else 7.0)


def _unclosed_cost(chord: Chord, home: Key) -> float:
    """The last chord but one is a dominant of home, or else its subdominant."""
    if chord.key == home and chord.numeral.is_dominant and not chord.numeral.applied_to:
        return 0.0
    return 3.0 if chord.key == home and chord.numeral.degree in (4, 5) else 7.0


def _ending_cost(chord: Chord, home: Key) -> float:
    """The last chord is the tonic in root position, major at will in minor (Picardy); else the dominant."""
    numeral: Numeral = chord.numeral
    if chord.key == home and numeral.figure in ("I", "i"):
        return 0.0
    return 9.0 if chord.key == home and numeral.figure == "V" else 15.0
