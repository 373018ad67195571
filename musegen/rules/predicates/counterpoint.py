"""Counterpoint, two notes against two: dissonance, direct motion, leaps, all without a harmony to lean on."""

from __future__ import annotations

import numpy as np

from musegen.rules.registry import Hit, exemption, predicate
from musegen.rules.view import View
from musegen.theory.motion import (
    FIFTH,
    FOURTH,
    OCTAVE,
    both_sound,
    interval_fifths,
    is_interval,
    melodic_fifths,
    melodic_steps,
    similar_motion,
)
from musegen.theory.sonority import Bools, Sonority

_AUGMENTED_FOURTH = 6
_CONSONANT = (OCTAVE, FIFTH, -3, 4, -4, 3)
"""Unison, fifth, thirds and sixths, on the line of fifths from the lower note up."""
_FREE_ABOVE = (*_CONSONANT, FOURTH, _AUGMENTED_FOURTH, -_AUGMENTED_FOURTH)
"""Between two voices that are both consonant with the lowest, the fourth is free, and so is the tritone."""
_SUNG = {1: (2, -5), 2: (4, -3), 3: (-1,), 4: (1,), 7: (0,)}
"""Staff steps of the leaps that are sung both ways, and their sizes upwards on the line of fifths."""
_MINOR_SIXTH = (5, -4)
_LARGE = 3
_SILENT = np.int16(999)


@predicate("slice", "together")
def vertical_dissonance(sonority: Sonority) -> Bools:
    """Voices begin to sound at a second, seventh or fourth, or at an augmented or diminished interval.

    With three voices or more a fourth counts between upper voices no more, and above the lowest it is `bass_fourth`.
    """
    upper, lower = sonority.pairs
    begins = sonority.attack[..., upper] | sonority.attack[..., lower]
    return by_voice(clashes(sonority) & begins, sonority)


@predicate("pair", "pairs")
def direct_perfect(first: Sonority, second: Sonority) -> Bools:
    """Two voices move the same way into a perfect interval from another one.

    Of three voices or more the outer two, and only where the upper one leaps.
    """
    upper, lower = second.pairs
    arrives = [is_interval(second, size) & ~is_interval(first, size) for size in (OCTAVE, FIFTH)]
    judged = (upper == 0) & (lower == second.voices - 1)
    if second.voices > 2:
        judged = judged & (np.abs(melodic_steps(first, second))[..., upper] > 1)
    return np.asarray((arrives[0] | arrives[1]) & similar_motion(first, second) & judged & both_sound(first))


@predicate("pair", "pairs")
def both_leap(first: Sonority, second: Sonority) -> Bools:
    """All voices leap a fourth or more in the same direction at once; told of the outer two."""
    upper, lower = second.pairs
    steps = melodic_steps(first, second)
    all_leap = (steps >= _LARGE).all(axis=-1, keepdims=True) | (steps <= -_LARGE).all(axis=-1, keepdims=True)
    return np.asarray(all_leap & (upper == 0) & (lower == second.voices - 1) & similar_motion(first, second))


@predicate("pair", "voices")
def forbidden_leap(first: Sonority, second: Sonority) -> Bools:
    """A voice moves by an interval that is not sung: all but seconds to fifths, octaves and the rising minor sixth."""
    steps, fifths = melodic_steps(first, second), melodic_fifths(first, second)
    way = np.sign(steps)
    sung = (steps == _MINOR_SIXTH[0]) & (fifths == _MINOR_SIXTH[1])
    for size, qualities in _SUNG.items():
        sung = sung | ((np.abs(steps) == size) & np.isin(fifths * way, qualities))
    return np.asarray((steps != 0) & ~sung)


@predicate("pair", "voices")
def chromatic_step(first: Sonority, second: Sonority) -> Bools:
    """A voice moves from a note to its own chromatic alteration."""
    return np.asarray((melodic_steps(first, second) == 0) & (melodic_fifths(first, second) != 0))


@exemption(kernel=False, axes=("voices",))
def in_cantus(hit: Hit, view: View) -> bool:
    """It stands in the cantus firmus, which is given."""
    return hit.voices[0] == view.cantus


@exemption(kernel=False, axes=("pairs",))
def octave_leap_of_cantus(hit: Hit, view: View) -> bool:
    """The cantus firmus leaps an octave, which only changes its register."""
    if view.cantus not in hit.voices:
        return False
    before, after = int(view.row_before[hit.before, view.cantus]), int(view.row[hit.at, view.cantus])
    return abs(int(view.notes.diatonic[after] - view.notes.diatonic[before])) == 7


def clashes(sonority: Sonority) -> Bools:
    """(..., pairs): the pair is dissonant; with three voices or more without the fourths above the lowest."""
    found = both_sound(sonority) & ~_agrees(sonority)
    return found & ~fourths_over_bass(sonority) if sonority.voices > 2 else found


def fourths_over_bass(sonority: Sonority) -> Bools:
    """(..., pairs): a perfect or augmented fourth whose lower note is the lowest that sounds."""
    fourth = np.isin(interval_fifths(sonority), (FOURTH, _AUGMENTED_FOURTH))
    return np.asarray(fourth & _with_lowest(sonority) & both_sound(sonority))


def by_voice(pairs: Bools, sonority: Sonority) -> Bools:
    """(..., voices): the voice belongs to a pair where the mask (..., pairs) holds."""
    upper, lower = sonority.pairs
    found = np.zeros((*pairs.shape[:-1], sonority.voices), dtype=bool)
    for voice in range(sonority.voices):
        found[..., voice] = pairs[..., (upper == voice) | (lower == voice)].any(axis=-1)
    return found


def _agrees(sonority: Sonority) -> Bools:
    size = interval_fifths(sonority)
    return np.where(_with_lowest(sonority), np.isin(size, _CONSONANT), np.isin(size, _FREE_ABOVE))


def _with_lowest(sonority: Sonority) -> Bools:
    upper, lower = sonority.pairs
    sounding = np.where(sonority.sounds, sonority.pitch, _SILENT)
    lowest = sounding.min(axis=-1, keepdims=True, initial=_SILENT)
    return np.asarray(np.minimum(sounding[..., upper], sounding[..., lower]) == lowest)
