"""Where the systems of a sheet begin: few, so that short sheets fill one page, and at phrase ends where possible."""

from __future__ import annotations

from musegen.generation.exercises.plan import Plan
from musegen.score.model import Score

_DENSE_LEVEL = 5  # from this level on a system holds three measures, and four only of short ones
_MOST = 4
_MOST_DENSE = 3
_SHORT_ONSETS = 4  # a measure of 3/4 with so many onsets at most is short
_SYSTEM = 10.0
_BROKEN_PHRASE = 4.0  # a break inside a phrase
_HALF_PERIOD = 1.0  # a break after the first phrase of two
_TWO_PHRASES = {_MOST: 20.0, _MOST_DENSE: 0.0}  # a phrase that ends inside a system of so many measures
_LONE_MEASURE = 6.0
_EMPTY_PLACE = 0.5


def measures_a_system(level: int, plan: Plan, answer: Score) -> int:
    """How many measures a system holds at most, by the level and by what the fullest measure of the answer asks for."""
    if level < _DENSE_LEVEL or str(plan.meter) == "2/4":
        return _MOST
    is_short = str(plan.meter) == "3/4" and _fullest(answer) <= _SHORT_ONSETS
    return _MOST if is_short else _MOST_DENSE


def system_starts(plan: Plan, most: int) -> tuple[int, ...]:
    """The measure indices at which systems begin, the first left out: few systems, then few broken phrases.

    A pickup stands before the first measure of the first system. Where a system holds four measures none has the end
    of a phrase inside; eight measures by three are 3 + 3 + 2, for a phrase on two systems each would fill two pages.
    """
    ends = {phrase.last: _HALF_PERIOD * (number % 2 == 0) for number, phrase in enumerate(plan.phrases)}
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for last in range(1, plan.measures + 1):
        best[last] = min(
            (best[last - size][0] + _price(last - size, last, most, ends), (*best[last - size][1], last))
            for size in range(1, min(most, last) + 1)
        )
    return tuple(end + (plan.pickup > 0) for end in best[plan.measures][1][:-1])


def _price(first: int, last: int, most: int, ends: dict[int, float]) -> float:
    """What a system costs that ends with measure `last` and whose predecessor ends with measure `first`."""
    size = last - first
    inside = sum(end in ends for end in range(first + 1, last))
    price = _SYSTEM + _EMPTY_PLACE * (most - size) ** 2 + _TWO_PHRASES[most] * inside
    return price + _LONE_MEASURE * (size == 1) + ends.get(last, _BROKEN_PHRASE)


def _fullest(score: Score) -> int:
    """The most onsets that any measure has, all voices together."""
    onsets: dict[int, set[int]] = {}
    for index, onset in zip(score.notes["measure_index"].tolist(), score.notes["onset"].tolist(), strict=True):
        onsets.setdefault(index, set()).add(onset)
    return max((len(found) for found in onsets.values()), default=0)
