"""The chord space round a home key: every chord that a harmonisation may use, and what each succession costs.

Costs are negative log-probabilities from `theory.statistics`, with a few weights for taste.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.voicings import Chord
from musegen.theory.keys import Key
from musegen.theory.sonority import NONE
from musegen.theory.statistics import DEGREES, ChoraleStatistics, key_index
from musegen.theory.vocabulary import figures, numerals, sounding_places

Array = npt.NDArray[Any]

_RAREST_KEY = 0.012  # keys in which fewer than this share of cadences stand are not tried
_RAREST_FIGURE = 4e-4
_SEVENTH = -0.35  # a best path has fewer sevenths than the average one
_APPLIED = -0.4  # and fewer applied chords
_SIX_FOUR = 2.0  # a six-four that is not cadential needs its place in the bar and the bass
_SUBTONIC = 2.5  # the minor dominant, which Bach all but avoids
_DIMINISHED = 2.5  # a diminished triad on its root
_KEY_WEIGHT = 0.8
_TURN_BACKOFF = 25.0
_HANGING = 2.5  # an applied dominant that does not reach its chord
_SQUARE = ("inside", "boundary", "approach")
_TABLES = ("bigram", "boundary", "approach")


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


def states_of(space: ChordSpace, rows: Array) -> dict[str, Any]:
    """The columns of a space, and the tables of its successions, for these states alone."""

    columns = {name: column for name, column in vars(space).items() if isinstance(column, np.ndarray)}
    square = np.ix_(rows, rows)
    return {name: column[square if name in _SQUARE else rows] for name, column in columns.items()}


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
    return ChordSpace(
        chords, key_number, figure, np.array([_members(chord) for chord in chords]),
        tables["bigram"], tables["boundary"], tables["approach"], alone, color,
        tuple(statistics.given_soprano(key.minor) for key in keys),
        np.array([_unclosed_cost(chord, home) for chord in chords]),
        tuple(cadence_turns(key.minor, statistics) for key in keys),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class CadenceTurns:
    """How the soprano goes into the last chord of a phrase in keys of one mode."""

    last: Array  # (degree, figure): P(last soprano degree, last figure)
    before: Array  # (degree, degree): P(the degree before | a degree)
    counted: dict[tuple[int, int, int], Array]  # last three degrees to counts by figure

    def log_probability(self, degrees: list[int]) -> Array:
        """(figure,): log P(figure | these last soprano degrees), backed off to their single steps."""
        backed_off = self.last[degrees[-1]].copy()
        for here, there in zip(degrees[::-1], degrees[-2::-1], strict=False):
            backed_off = backed_off * self.before[here, there]
        counted = self.counted.get(tuple(degrees), 0.0) if len(degrees) == 3 else 0.0  # type: ignore[arg-type]
        together = counted + _TURN_BACKOFF * backed_off
        return np.asarray(np.log(together / together.sum()))


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
    return CadenceTurns(last / last.sum(), before / before.sum(axis=1, keepdims=True), counted)


def _keys_round(home: Key, statistics: ChoraleStatistics) -> list[Key]:
    shares = np.exp(statistics.cadence_key()[int(home.minor)])
    keys = [Key(home.tonic + step, minor) for minor in (False, True) for step in range(-6, 7)]
    common = [key for key in keys if shares[key_index(key, home)] >= _RAREST_KEY or key == home]
    return sorted(common, key=lambda key: (key != home, key))


def _members(chord: Chord) -> list[int]:
    tones = list(chord.tones)[:4]
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
    return cost if table == "boundary" else cost + _HANGING * _left_hanging(chords)


def _left_hanging(chords: tuple[Chord, ...]) -> Array:
    """(states, states): an applied dominant goes neither to its chord nor to another dominant of that chord."""
    root = np.array([chord.tones[0] for chord in chords])
    tonic = np.array([chord.key.tonic for chord in chords])
    applied = np.array([bool(chord.numeral.applied_to) and chord.numeral.is_dominant for chord in chords])
    aim = np.where(applied, tonic + [chord.numeral.applied_tonic for chord in chords], NONE)
    cadential = np.array([chord.numeral.is_cadential for chord in chords])
    aims, goes = aim[:, None], [root, aim, np.where(cadential, tonic + 1, NONE)]
    reached = np.logical_or.reduce([aims == other for other in goes]) | (root[:, None] == root)
    return np.asarray(applied[:, None] & ~reached)


def _reading(chord: Chord, key: Key, none: int) -> int:
    """The place of a chord in the vocabulary of another key; the row after the last one where it has no name there."""
    relative = frozenset(tone - key.tonic for tone in chord.tones[:4])
    if chord.numeral.is_cadential:
        return figures(key.minor).index("Cad64") if chord.key == key else none
    return sounding_places(key.minor).get((relative, chord.numeral.inversion), none)


def _color_cost(chord: Chord) -> float:
    numeral = chord.numeral
    minor_dominant = numeral.degree == 5 and numeral.quality in ("minor", "min7") and not numeral.applied_to
    six_four = len(numeral.members) == 3 and numeral.inversion == 2 and not numeral.is_cadential
    plain = _SUBTONIC * minor_dominant + _SEVENTH * numeral.is_seventh + _SIX_FOUR * six_four
    on_its_root = numeral.quality == "dim" and numeral.inversion == 0
    return plain + _APPLIED * bool(numeral.applied_to) + _DIMINISHED * on_its_root


def _unclosed_cost(chord: Chord, home: Key) -> float:
    """The last chord but one is a dominant of home, best on its root, or else its subdominant."""
    if chord.key == home and chord.numeral.is_dominant and not chord.numeral.applied_to:
        return 0.0 if chord.numeral.degree == 5 and chord.numeral.inversion == 0 else 4.0
    return 5.0 if chord.key == home and chord.numeral.degree in (4, 5) else 8.0
