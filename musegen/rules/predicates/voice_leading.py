"""Two voices, two sonorities: parallel, antiparallel, direct and unequal perfect intervals, overlap, cross-relation."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from musegen.rules.registry import predicate
from musegen.theory.motion import (
    DIMINISHED_FIFTH,
    FIFTH,
    OCTAVE,
    both_sound,
    contrary_motion,
    direction,
    is_interval,
    melodic_steps,
    same_harmony,
    similar_motion,
)
from musegen.theory.sonority import Bools, Sonority

PerfectInterval = Literal["fifth", "octave"]
Chords = Literal["changing", "any"]
"""Whether a rule looks away while the chord goes on."""
Voices = npt.NDArray[np.intp]
_FIFTHS = {"fifth": FIFTH, "octave": OCTAVE}


@predicate("pair", "pairs")
def parallel_intervals(first: Sonority, second: Sonority, *, interval: PerfectInterval) -> Bools:
    """Two voices move the same way from one perfect interval to another of the same kind."""
    return _both_perfect(first, second, interval) & similar_motion(first, second) & ~_revoiced(first, second)


@predicate("pair", "pairs")
def antiparallel_intervals(first: Sonority, second: Sonority, *, interval: PerfectInterval) -> Bools:
    """Two voices move in opposite ways from one perfect interval to another of the same kind."""
    return _both_perfect(first, second, interval) & contrary_motion(first, second) & ~_revoiced(first, second)


@predicate("pair", "pairs")
def direct_interval(
    first: Sonority,
    second: Sonority,
    *,
    interval: PerfectInterval,
    pairs: Literal["outer", "all"] = "outer",
    chords: Chords = "changing",
) -> Bools:
    """Two voices move the same way into a perfect interval while the upper one leaps, and the chord changes."""
    upper, _ = second.pairs
    size = _FIFTHS[interval]
    arrives = is_interval(second, size) & ~is_interval(first, size) & similar_motion(first, second)
    leaps = np.abs(melodic_steps(first, second))[..., upper] > 1
    found = arrives & leaps
    if chords == "changing":
        found = found & ~same_harmony(first, second)[..., None]
    return found & _outer(second) if pairs == "outer" else found


@predicate("pair", "pairs")
def unequal_fifths(first: Sonority, second: Sonority, *, with_bass: bool = True) -> Bools:
    """A diminished fifth rises to a perfect one."""
    upper, lower = second.pairs
    rises = similar_motion(first, second) & (direction(first, second)[..., upper] > 0)
    found = is_interval(first, DIMINISHED_FIFTH) & is_interval(second, FIFTH) & rises
    return found & (lower == second.voices - 1) if with_bass else found


@predicate("pair", "pairs")
def voice_overlap(first: Sonority, second: Sonority, *, chords: Chords = "changing") -> Bools:
    """A voice passes the note that its neighbour has just left, the chord changing and the voices not crossing.

    With `chords = "any"` wherever it does, in one chord and in crossing, too.
    """
    upper, lower = second.pairs
    sound = both_sound(first) & both_sound(second)
    over = (second.pitch[..., lower] > first.pitch[..., upper]) & second.attack[..., lower]
    under = (second.pitch[..., upper] < first.pitch[..., lower]) & second.attack[..., upper]
    found = (over | under) & sound & (lower - upper == 1)
    if chords == "any":
        return np.asarray(found)
    crosses = second.pitch[..., upper] < second.pitch[..., lower]
    return np.asarray(found & ~crosses & ~same_harmony(first, second)[..., None])


@predicate("pair", "pairs")
def cross_relation(first: Sonority, second: Sonority) -> Bools:
    """A note and its chromatic alteration follow each other in two voices, neither voice making the step itself."""
    upper, lower = second.pairs
    both_ways = _inflects(first, second, np.concatenate([upper, lower]), np.concatenate([lower, upper]))
    return np.asarray(both_ways[..., : len(upper)] | both_ways[..., len(upper) :])


def _inflects(first: Sonority, second: Sonority, had: Voices, takes: Voices) -> Bools:
    """Voice `takes` sounds a chromatic form of the note that voice `had` has just sounded."""
    changed = np.abs(second.fifths[..., takes] - first.fifths[..., had]) == 7
    by_itself = (first.fifths[..., takes] == first.fifths[..., had]) & first.sounds[..., takes]
    again = (first.fifths[..., takes] == second.fifths[..., takes]) & first.sounds[..., takes]
    led = (second.fifths[..., had] == second.fifths[..., takes]) & second.sounds[..., had]
    sound = first.sounds[..., had] & second.sounds[..., takes] & second.attack[..., takes]
    return np.asarray(changed & sound & ~by_itself & ~again & ~led)


def _both_perfect(first: Sonority, second: Sonority, interval: str) -> Bools:
    size = _FIFTHS[interval]
    return is_interval(first, size) & is_interval(second, size)


def _revoiced(first: Sonority, second: Sonority) -> Bools:
    """Both voices only change their octave: the same chord in another position."""
    upper, lower = second.pairs
    same = first.fifths == second.fifths
    return np.asarray(same[..., upper] & same[..., lower])


def _outer(sonority: Sonority) -> Bools:
    upper, lower = sonority.pairs
    return np.asarray((upper == 0) & (lower == sonority.voices - 1))
