"""How many measures and which tempos make a cue exactly as long as it is asked to be, each change on a barline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.score.meter import TimeSignature

SHORTEST, LONGEST = 4.0, 600.0
"""Seconds of a cue."""
_FEWEST = 2
_COUNTS = range(_FEWEST, 400)
"""Measures of a scene."""
_SLOWEST, _FASTEST = 36.0, 208.0
"""Felt beats a minute that a person conducts."""
_ODD, _UNEVEN = 0.12, 0.05
"""What an odd number of measures, and one that is no multiple of four, cost, in octaves of tempo."""
_NEAR = 0.1
"""Seconds by which a scene may differ from what is asked, so that its tempo is a whole number."""
_SHARE, _LONGEST_BEND = 4, 4
"""One measure in so many before a gradual change leads over to it, and so many at most."""


class Timed(NamedTuple):
    """A scene in time: its measures, and the tempo of each in felt beats a minute."""

    pulses: tuple[float, ...]

    @property
    def measures(self) -> int:
        """How many."""
        return len(self.pulses)

    def seconds(self, meter: TimeSignature) -> float:
        """How long it sounds."""
        return 60.0 * _beats(meter) * sum(1.0 / pulse for pulse in self.pulses)


def timed(seconds: float, wanted: float, meter: TimeSignature, onward: float = 0.0) -> Timed:
    """The measures of a scene of so many seconds, near `wanted` felt beats a minute.

    With `onward` its last measures bend bit by bit towards that tempo.

    >>> from musegen.score.meter import TimeSignature
    >>> scene = timed(25.0, 60.0, TimeSignature(4, 4))
    >>> scene.measures, scene.pulses[0], round(scene.seconds(TimeSignature(4, 4)), 2)
    (6, 57.6, 25.0)
    """
    one = 60.0 * _beats(meter) / seconds  # felt beats a minute of a single measure
    bases = {count: one * sum(1.0 / ratio for ratio in _ratios(count, wanted, onward)) for count in _COUNTS}
    count = min(_COUNTS, key=lambda measures: _cost(bases[measures], wanted, measures))
    base, ratios = bases[count], _ratios(count, wanted, onward)
    for digits in (0, 1, 2):
        found = Timed(tuple(round(base * ratio, digits) for ratio in ratios))
        if abs(found.seconds(meter) - seconds) <= _NEAR:
            break
    return found


def strain(seconds: float, wanted: float, meter: TimeSignature, onward: float = 0.0) -> float:
    """How far the tempo is from what the mood wants, in octaves; infinite where nobody could conduct it."""
    pulse = timed(seconds, wanted, meter, onward).pulses[0]
    return abs(math.log2(pulse / wanted)) if _SLOWEST <= pulse <= _FASTEST else math.inf


def shares(duration: float, starts: Sequence[float | None]) -> tuple[float, ...]:
    """When scenes begin: those that are not asked for share the time between their neighbours equally.

    Raises:
        UsageError: the cue is too short or too long, or a change lies outside it or before another.

    >>> shares(42.0, [None, None]), shares(60.0, [None, 10.0, None])
    ((0.0, 21.0), (0.0, 10.0, 35.0))
    """
    if not SHORTEST <= duration <= LONGEST:
        raise UsageError(f"a cue of {duration:g} seconds", hint=f"{SHORTEST:g} to {LONGEST:g} can be had")
    known: dict[int, float] = {number: time for number, time in enumerate(starts) if time is not None}
    known |= {0: 0.0, len(starts): duration}
    places = sorted(known)
    found: list[float] = []
    for first, last in pairwise(places):
        step = (known[last] - known[first]) / (last - first)
        if step <= 0:
            told = f"a change at {known[first if first else last]:g} s in a cue of {duration:g} s"
            raise UsageError(told, hint="changes come one after the other, inside the cue")
        found += [known[first] + step * number for number in range(last - first)]
    return tuple(found)


def _beats(meter: TimeSignature) -> float:
    """Felt beats of a measure."""
    return float(meter.quarters / meter.pulse_quarters)


def _ratios(measures: int, wanted: float, onward: float) -> tuple[float, ...]:
    """Of each measure's tempo to that of the scene; the bend goes by equal ratios."""
    bent = min(measures // _SHARE, _LONGEST_BEND) if onward else 0
    bent = max(bent, 1) if onward and measures > _FEWEST else bent
    steps = [(onward / wanted) ** (number / (bent + 1)) for number in range(1, bent + 1)]
    return (*[1.0] * (measures - bent), *steps)


def _cost(pulse: float, wanted: float, measures: int) -> float:
    uneven = _ODD if measures % 2 else _UNEVEN if measures % 4 else 0.0
    return abs(math.log2(pulse / wanted)) + uneven
