"""What a teacher or a judge would mark in a melody, as numbers to rank candidates by."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from musegen.generation.tunes.plans import Plan
from musegen.theory.tunes.form import SAME, VARIED, form_of, scale_degree
from musegen.theory.tunes.symbols import DURATIONS, GRID, MODES, Ints, is_leading_tone, place_of
from musegen.theory.tunes.tune import Tune

_LEADING = (1, 2, 4, 6)
"""Scale degrees, from 0, from which a melody steps or leaps to its last tonic in a cadence."""
_AWKWARD, _SHAPELESS = 1.0, 1.5
"""Nats a note that a fault a bar costs."""
_COPIED, _UNREACHED = 2.0, 0.7
"""The same of bars that come again unasked, and of each staff place of its range that a tune does not reach."""
_SEVENTH, _OCTAVE, _FIFTH, _LEAP = 6, 7, 4, 2  # staff places
_TRITONE = 6  # places on the line of fifths
_TRIAD = {0: 4, 2: 2, 4: 1}
"""Faults that an exercise has whose first two bars lack a degree of the tonic's chord."""
_MINOR = "minor"
_UNLED = 4
"""Faults that a minor melody without a leading tone has."""
_ROCKING = 6
"""Notes in a row that go to and fro between two."""
_EQUAL, _LEAPING = 0.2, 0.35
"""Shares of the moves of a phrase that may be none, and leaps."""
_STANDING = 3
"""Equal notes in a row that are one too many."""


def closes(tune: Tune) -> bool:
    """Whether a tune ends in a cadence.

    Its last note is the tonic, not shorter than its middle note, and comes from a degree of the dominant, or the third.
    """
    notes = tune.is_note
    degrees, lengths = scale_degree(tune.symbol[notes]), DURATIONS[tune.length[notes]]
    others = degrees[degrees != degrees[-1]]
    return bool(degrees[-1] == 0 and len(others) and others[-1] in _LEADING and lengths[-1] >= np.median(lengths))


def price(
    tune: Tune, plan: Plan, nats_a_note: float, span: tuple[int | None, int | None] | None = None
) -> tuple[bool, float]:
    """What candidates are ranked by, the least first: an end in no cadence; then unlikely, awkward, copied, shapeless.

    Shape is looked at where the plan is in phrases that close: exercises and songs. `span` are the lowest and the
    highest staff place that it is to reach, if any.
    """
    faults = _AWKWARD * awkward(tune, plan) + (_SHAPELESS * shapeless(tune, plan) if plan.is_phrased else 0.0)
    return not closes(tune), nats_a_note + faults + _COPIED * copied(tune, plan) + _UNREACHED * unreached(tune, span)


def unreached(tune: Tune, span: tuple[int | None, int | None] | None) -> int:
    """Staff places by which the tune stays inside the range that it is to fill."""
    lowest, highest = span or (None, None)
    if lowest is None or highest is None:
        return 0
    place = place_of(tune.symbol[tune.is_note])
    return max(0, int(place.min()) - lowest) + max(0, highest - int(place.max()))


def copied(tune: Tune, plan: Plan) -> float:
    """The share of bars that repeat an earlier one note for note, where the plan has them new or varied."""
    again = form_of(tune).kinship == SAME
    wanted = plan.form.kinship == SAME
    return float(np.mean(again[: len(wanted)] & ~wanted[: len(again)]))


def awkward(tune: Tune, plan: Plan) -> float:
    """How much of a tune is awkward, in places a bar: sevenths, tritones, leaps on leaps or into repeats, rocking.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.tunes.tune import tune_of
    >>> from musegen.generation.tunes.periods import period_plan
    >>> from musegen.score.meter import TimeSignature
    >>> plan = period_plan(np.random.default_rng(1), TimeSignature(3, 4), 2)
    >>> lines = "c5 d5 e5 | d5 . c5", "c5 b5 e5 | c5 . c5"
    >>> [awkward(tune_of(parse_grid(f"meter: 3/4\\nS: {text}")), plan) for text in lines]
    [0.0, 0.5]
    """
    notes = tune.is_note
    place, onset = place_of(tune.symbol[notes]), tune.onset[notes]
    moves = np.diff(place)
    sevenths = np.sum(abs(moves) == _SEVENTH)
    leaps = sevenths + _tritones(tune, moves) + _leaps_on_leaps(moves) + _leaps_back(moves, onset, plan)
    return float((leaps + _rocking(place) + _lone_triplets(tune)) / plan.bars)


def shapeless(tune: Tune, plan: Plan) -> float:
    """How far the phrases of an exercise are from what a teacher writes, in faults a bar.

    Every phrase has one highest note, not its last and not a neighbour of the lowest; most moves are steps, a leap is
    followed by a step the other way; no note is struck again and again; the highest note of all comes once, or
    where its bar comes again.
    """
    notes = tune.is_note
    place, onset = place_of(tune.symbol[notes]), tune.onset[notes]
    bounds = [int(tune.onset[0]), *plan.phrase_ends]
    faults: float = 0.0
    for begin, end in pairwise(bounds):
        inside = (onset >= begin) & (onset < end)
        faults += _of_phrase(place[inside])
    closings = [place[onset < end][-1] for end in plan.phrase_ends]
    faults += sum(first == second for first, second in pairwise(closings))
    return float((faults + _unclear(tune, plan)) / plan.bars)


def _unclear(tune: Tune, plan: Plan) -> int:
    """What hides the key: an exercise that begins without the tonic's chord, a minor melody without a leading tone."""
    symbols = tune.symbol[tune.is_note]
    begins = symbols[tune.onset[tune.is_note] < 2 * plan.bar]
    degrees = scale_degree(begins)
    missing = sum(weight for degree, weight in _TRIAD.items() if plan.is_exercise and degree not in degrees)
    is_led = MODES[tune.home.mode] != _MINOR or bool(is_leading_tone(tune.home.mode)[symbols].any())
    return missing + _UNLED * (not is_led)


def _of_phrase(place: Ints) -> float:
    if len(place) < 2:
        return 1.0
    moves = np.diff(place)
    highest = place == place.max()
    summits = int(np.sum(highest & np.append(True, moves != 0)))
    is_flat = int(place.max() - place.min()) <= _LEAP
    unturned = int(np.sum((abs(moves[:-1]) > _LEAP) & (moves[:-1] * moves[1:] >= 0)))
    wide = int(np.sum(abs(moves) > _FIFTH))
    equal = max(0.0, float(np.mean(moves == 0)) - _EQUAL)
    leaping = max(0.0, float(np.mean(abs(moves) >= _LEAP)) - _LEAPING)
    whole = is_flat + 2 * (equal + leaping)
    return whole + (summits - 1 + int(highest[-1]) + unturned + wide + _rocking(place) + _standing(moves)) / 2


def _tritones(tune: Tune, moves: Ints) -> int:
    """Leaps of a tritone that are not left by a step back."""
    fifths = np.array([tune.home.pitch(symbol).fifths for symbol in tune.symbol[tune.is_note].tolist()])
    leaps = np.flatnonzero(abs(np.diff(fifths)) == _TRITONE)
    after = np.append(moves, 0)[leaps + 1]
    return int(np.sum(after * np.sign(moves[leaps]) != -1))


def _leaps_on_leaps(moves: Ints) -> int:
    """Two leaps one way that span more than an octave."""
    first, second = moves[:-1], moves[1:]
    both = (abs(first) >= _LEAP) & (abs(second) >= _LEAP) & (first * second > 0)
    return int(np.sum(both & (abs(first + second) > _OCTAVE)))


def _leaps_back(moves: Ints, onset: Ints, plan: Plan) -> int:
    """Leaps wider than a fifth over the barline into a bar that comes again."""
    bar = onset // plan.bar
    enters = (bar[1:] != bar[:-1]) & (bar[1:] < plan.bars)
    again = np.isin(plan.form.kinship[np.clip(bar[1:], 0, plan.bars - 1)], (SAME, VARIED))
    return int(np.sum(enters & again & (abs(moves) > _FIFTH)))


def _rocking(place: Ints) -> int:
    """How many notes go on to and fro between two, after so many that did."""
    same = (place[2:] == place[:-2]) & (place[1:-1] != place[:-2])
    run, found = 0, 0
    for again in same.tolist():
        run = run + 1 if again else 0
        found += run >= _ROCKING - 2
    return found


def _standing(moves: Ints) -> int:
    """How many notes are struck once more after three equal ones."""
    run, found = 1, 0
    for move in moves.tolist():
        run = run + 1 if move == 0 else 1
        found += run > _STANDING
    return found


def _lone_triplets(tune: Tune) -> int:
    """Beats in triplets, where a tune has one or two of them."""
    begun = (DURATIONS[tune.length] % 3 != 0) & (tune.onset % (GRID // 2) == 0)
    many = int(np.sum(begun))
    return many if many <= 2 else 0
