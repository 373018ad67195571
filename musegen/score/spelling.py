"""Names for notes that have none: MIDI numbers keys of a piano, and which sharp or flat is meant is estimated.

Two steps. A hidden Markov model over keys reads the piece in quarters and says how probable each key is there: every
key has a share for each place on the line of fifths above its tonic, and keys whose signatures lie near each other
follow each other. Then each name is weighed again with its neighbours, twice: a semitone up is seldom an augmented
unison, a third seldom an augmented second. (Keys as windows on the line of fifths: Temperley, *The Cognition of Basic
Musical Structures*, ch. 5; a context before and after each note: Meredith, *The ps13 Pitch Spelling Algorithm*, 2006.)
The shares were counted in 315 spelled pieces; `tests/benchmarks/spelling.py` measures without them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Notice, Score
from musegen.score.table import Flag, NoteTable, Rows, distinct

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ESTIMATED = Notice("the file names no sharps and flats: the spelling of its notes is estimated")
"""Stands among the notices of every score that was spelled here."""

_MAJOR = {
    -5: 3, -4: 31, -3: 13, -2: 26, -1: 1007, 0: 2147, 1: 2359, 2: 1100, 3: 542, 4: 1584, 5: 916, 6: 154, 7: 43, 8: 26,
    9: 41, 10: 9,
}  # fmt: skip
_MINOR = {
    -6: 3, -5: 14, -4: 651, -3: 1428, -2: 96, -1: 1044, 0: 1925, 1: 2139, 2: 1315, 3: 145, 4: 67, 5: 972, 6: 186, 7: 9,
    8: 1, 9: 1, 10: 2,
}  # fmt: skip
"""How often a note stands so many fifths above the tonic, of 10 000."""
_TONICS = np.arange(-14, 23)
_PLACES = np.arange(-26, 39)  # on the line of fifths
_SIGNATURES = np.concatenate([_TONICS, _TONICS - 3])
_NEVER = 1e-6
_STAY, _REMOTE, _OTHER_MODE = 0.95, 1.6, 1.0
_WIDEST, _TOO_WIDE = 6, 0.25  # a signature of so many signs costs nothing; each further one this much, every quarter
_NOTE_WEIGHT = 0.45  # the notes of a quarter are no independent witnesses
_SAME_LINE = 4  # semitones between neighbours of a line, at most
_PASSES = 2
_MELODIC, _HARMONIC = (1.1, 0.4), (0.5, 0.5)
"""The weight of what the later note says of the earlier, or the higher of the lower; and the other way round."""
_STEPS = {
    -4: {-4: 9929, 8: 503}, -3: {3: 15907, -9: 432}, -2: {-2: 35287, 10: 289}, -1: {5: 30902, -7: 1116},
    0: {0: 65316, 12: 36, -12: 19}, 1: {-5: 30994, 7: 2474}, 2: {2: 30213, -10: 55}, 3: {-3: 15548, 9: 541},
    4: {4: 10759, -8: 268},
}  # fmt: skip
_CHORDS = {
    0: {0: 57990, -12: 12}, 1: {-5: 1120, 7: 96}, 2: {2: 8848, -10: 38}, 3: {-3: 44190, 9: 1642},
    4: {4: 38207, -8: 424}, 5: {-1: 25014, 11: 32}, 6: {6: 7115, -6: 6582}, 7: {1: 30016, -11: 15},
    8: {-4: 20935, 8: 564}, 9: {3: 25807, -9: 1237}, 10: {-2: 8102, 10: 341}, 11: {5: 2217, -7: 103},
}  # fmt: skip
"""Semitones from a note to the next of its line, or to a higher one of its chord: fifths between them, how often."""


class _Pairs(NamedTuple):
    """Notes that stand together, as row numbers, and the logarithm of each interval between their names."""

    one: Ints
    other: Ints
    cost: Floats  # (pair, fifths from one to the other + _FAR)


_FAR = 24


def respelled(score: Score) -> Score:
    """The score with estimated names of its notes, and a notice that says so.

    Which of two names that sound alike a whole piece gets (G flat or F sharp major) follows its key signatures.
    """
    stated = {measure.key_signature.fifths for measure in score.measures} - {0}
    rows = score.notes.rows.copy()
    rows["fifths"] = estimated(score.notes, score.ticks_per_quarter, signature=_middle(score) if stated else None)
    _tie(rows)
    return replace(score, notes=NoteTable(rows).ordered(), notices=(*score.notices, ESTIMATED))


def is_estimated(score: Score) -> bool:
    """Whether the names of the notes are not the source's own.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5")
    >>> is_estimated(piece), is_estimated(respelled(piece))
    (False, True)
    """
    return ESTIMATED in score.notices


def estimated(notes: NoteTable, ticks_per_quarter: int, *, signature: int | None = None) -> Ints:
    """A place on the line of fifths for each row, from onsets, durations, pitches and parts alone.

    Unpitched rows keep theirs. `signature` (sharps, or minus flats) chooses between names that sound alike.

    >>> from musegen.score.pitch import fifths_name
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 3/4; key: e\\nS: b4 c5 d#5 | e5 . .\\nB: e3 a3 b2 | e3 . .")
    >>> [fifths_name(place) for place in estimated(piece.notes, piece.ticks_per_quarter).tolist()]
    ['B', 'E', 'C', 'A', 'D#', 'B', 'E', 'E']
    """
    found = notes["fifths"].astype(np.int64)
    pitched = np.flatnonzero(~notes.has(Flag.UNPITCHED))
    if not len(pitched):
        return found
    rows = notes.rows[pitched]
    candidates, weights = _by_key(rows, ticks_per_quarter)
    names = _by_neighbours(rows, candidates, weights)
    found[pitched] = names + (_shift(names, signature) if signature is not None else 0)
    return found


def _tie(rows: Rows) -> None:
    """What is tied has one name."""
    names: dict[tuple[int, int, int], int] = {}
    for row in np.flatnonzero(rows["flags"] & (Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS)).tolist():
        part, pitch, onset = (int(rows[column][row]) for column in ("part", "pitch", "onset"))
        if rows["flags"][row] & Flag.TIED_FROM_PREVIOUS:
            rows["fifths"][row] = names.get((part, pitch, onset), rows["fifths"][row])
        if rows["flags"][row] & Flag.TIED_TO_NEXT:
            names[part, pitch, onset + int(rows["duration"][row])] = int(rows["fifths"][row])


def _middle(score: Score) -> int:
    """The signature that most of the piece stands in."""
    lengths: dict[int, int] = {}
    for measure in score.measures:
        lengths[measure.key_signature.fifths] = lengths.get(measure.key_signature.fifths, 0) + measure.length
    return max(lengths, key=lambda fifths: lengths[fifths])


def _shift(names: Ints, signature: int) -> int:
    """How far all names move together to come as near to a signature as they can: its seven notes lie round D."""
    return 12 * round((signature + 2 - float(np.median(names))) / 12)


def _by_key(rows: Rows, ticks_per_quarter: int) -> tuple[Ints, Floats]:
    """The names that each note may have, and the logarithms of their shares in the keys that are heard there."""
    sounds = rows["pitch"].astype(np.int64) % 12
    _, quarter = np.unique(rows["onset"] // ticks_per_quarter, return_inverse=True)
    heard = np.zeros((int(quarter.max()) + 1, 12))
    np.add.at(heard, (quarter, sounds), 1.0)
    model = _model()
    keys = _posterior(_NOTE_WEIGHT * heard @ np.log(model.sounds).T, model)
    shares = np.zeros((len(heard), len(_PLACES)))
    for sound in range(12):
        named = model.named[sound]
        shares[:, named] = keys @ (model.places[:, named] / model.sounds[:, [sound]])
    chosen = model.named[sounds]
    return _PLACES[chosen], np.log(shares[quarter[:, None], chosen] + 1e-9)


class _Model(NamedTuple):
    """The keys of the hidden Markov model: major ones, then minor ones, along `_TONICS`."""

    places: Floats  # (key, place): P(place | key)
    sounds: Floats  # (key, pitch class): P(pitch class | key)
    named: Ints  # (pitch class, candidate): indices into _PLACES
    moves: Floats  # (key, next key)
    widths: Floats  # (key,): what a signature of many signs costs


@cache
def _model() -> _Model:
    above = _PLACES[None, :] - _TONICS[:, None]
    places = np.full((2 * len(_TONICS), len(_PLACES)), _NEVER)
    for mode, table in enumerate((_MAJOR, _MINOR)):
        for fifths, count in table.items():
            row, column = np.nonzero(above == fifths)
            places[row + mode * len(_TONICS), column] = count / 10_000
    named = [np.flatnonzero(sound == _PLACES * 7 % 12)[:5] for sound in range(12)]
    sounds = np.stack([places[:, sound == _PLACES * 7 % 12].sum(axis=1) for sound in range(12)], axis=1)
    is_minor = np.repeat([False, True], len(_TONICS))
    distance = np.abs(_SIGNATURES[:, None] - _SIGNATURES) + 0.0
    moves = np.exp(-_REMOTE * distance - _OTHER_MODE * (is_minor[:, None] != is_minor))
    np.fill_diagonal(moves, 0.0)
    moves *= (1 - _STAY) / moves.sum(axis=1, keepdims=True)
    np.fill_diagonal(moves, _STAY)
    widths = np.exp(-_TOO_WIDE * np.maximum(np.abs(_SIGNATURES) - _WIDEST, 0))
    return _Model(places, sounds, np.stack(named), moves, widths)


def _posterior(heard: Floats, model: _Model) -> Floats:
    """(quarter, key): how probable each key is, given all quarters."""
    likely = np.exp(heard - heard.max(axis=1, keepdims=True)) * model.widths
    before = np.empty_like(likely)
    state = np.full(likely.shape[1], 1.0 / likely.shape[1])
    for number, here in enumerate(likely):
        state = (state @ model.moves if number else state) * here
        state /= state.sum()
        before[number] = state
    after, backward = np.ones(likely.shape[1]), np.ascontiguousarray(model.moves.T)
    for number in range(len(likely) - 2, -1, -1):
        after = (likely[number + 1] * after) @ backward
        after /= after.sum()
        before[number] *= after
    return np.asarray(before / before.sum(axis=1, keepdims=True))


def _by_neighbours(rows: Rows, candidates: Ints, weights: Floats) -> Ints:
    """The name of each note that fits its key and its neighbours' names best."""
    every = np.arange(len(rows))
    names = candidates[every, weights.argmax(axis=1)]
    pairs = (_lines(rows), _MELODIC), (_chords(rows), _HARMONIC)
    for _ in range(_PASSES):
        score = weights.copy()
        for (one, other, cost), (weight, back) in pairs:
            here = np.arange(len(one))[:, None]
            up = np.clip(names[other][:, None] - candidates[one] + _FAR, 0, 2 * _FAR)
            down = np.clip(candidates[other] - names[one][:, None] + _FAR, 0, 2 * _FAR)
            np.add.at(score, one, weight * cost[here, up])
            np.add.at(score, other, back * cost[here, down])
        names = candidates[every, score.argmax(axis=1)]
    return np.asarray(names)


def _lines(rows: Rows) -> _Pairs:
    """Each note with the nearest in pitch of the next ones of its part, where it is a third away or less."""
    ones, others = [], []
    for part in distinct(rows["part"]):
        mine = np.flatnonzero(rows["part"] == part)
        mine = mine[np.lexsort((rows["pitch"][mine], rows["onset"][mine]))]
        pitch = rows["pitch"][mine].astype(np.int64)
        onsets, group = np.unique(rows["onset"][mine], return_inverse=True)
        following = np.searchsorted(onsets, rows["onset"][mine] + np.maximum(rows["duration"][mine], 1))
        place = np.searchsorted(group * 256 + pitch, following * 256 + pitch)
        around = np.stack([np.maximum(place - 1, 0), np.minimum(place, len(mine) - 1)], axis=1)
        apart = np.where(group[around] == following[:, None], np.abs(pitch[around] - pitch[:, None]), 999)
        nearest = apart.argmin(axis=1)
        near = np.flatnonzero(apart.min(axis=1) <= _SAME_LINE)
        ones.append(mine[near])
        others.append(mine[around[near, nearest[near]]])
    one, other = np.concatenate(ones), np.concatenate(others)
    return _costed(rows, one, other, _STEPS, _SAME_LINE)


def _chords(rows: Rows) -> _Pairs:
    """Notes that begin together, each with the three above it."""
    order = np.lexsort((rows["pitch"], rows["onset"]))
    pairs = []
    for step in (1, 2, 3):
        low, high = order[:-step], order[step:]
        together = rows["onset"][low] == rows["onset"][high]
        pairs.append((low[together], high[together]))
    one, other = (np.concatenate(column) for column in zip(*pairs, strict=True))
    return _costed(rows, one, other, _CHORDS, 0)


def _costed(rows: Rows, one: Ints, other: Ints, table: dict[int, dict[int, int]], lowest: int) -> _Pairs:
    """The pairs with what each interval between their names costs; `lowest` semitones down is the table's first row."""
    costs = np.full((len(table), 2 * _FAR + 1), np.log(_NEVER))
    for semitones, counts in table.items():
        for fifths, count in counts.items():
            costs[semitones + lowest, fifths + _FAR] = np.log(count / sum(counts.values()))
    semitones = rows["pitch"][other].astype(np.int64) - rows["pitch"][one]
    row: Any = semitones + lowest if lowest else semitones % 12
    return _Pairs(one, other, costs[row])
