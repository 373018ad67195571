"""How far voices keep apart over more than one step: perfect intervals on neighbouring beats, motion all one way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Literal

import numpy as np

from musegen.rules.bounds import Count, Share
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.motion import (
    FIFTH,
    OCTAVE,
    both_sound,
    direction,
    is_interval,
    melodic_fifths,
    melodic_steps,
    same_harmony,
)
from musegen.theory.sonority import Bools, Sonority

_MAJOR_THIRD, _WHOLE_TONE = 4, 2
"""On the line of fifths."""
_SIZES = {"fifth": FIFTH, "octave": OCTAVE}
_FOURTH = 3


@predicate("pair", "pairs")
def direct_unison(first: Sonority, second: Sonority) -> Bools:
    """Two neighbouring voices move the same way into a unison."""
    upper, lower = second.pairs
    way = direction(first, second)
    same = (way[..., upper] == way[..., lower]) & (way[..., upper] != 0)
    unison = (second.pitch[..., upper] == second.pitch[..., lower]) & is_interval(second, OCTAVE)
    return np.asarray(same & unison & ~is_interval(first, OCTAVE) & (lower - upper == 1))


@predicate("pair", "pairs")
def tritone_cross_relation(first: Sonority, second: Sonority) -> Bools:
    """The outer voices step a whole tone in parallel major thirds, so that a tritone lies between them crosswise."""
    upper, lower = second.pairs
    thirds = is_interval(first, _MAJOR_THIRD) & is_interval(second, _MAJOR_THIRD)
    whole = np.abs(melodic_fifths(first, second)[..., upper]) == _WHOLE_TONE
    steps = melodic_steps(first, second)
    moved = whole & (np.abs(steps[..., upper]) == 1) & (steps[..., upper] == steps[..., lower])
    return np.asarray(thirds & moved & (upper == 0) & (lower == second.voices - 1))


@predicate("phrase", "together")
def all_voices_similar(view: View) -> Iterator[Hit]:
    """Four voices or more all move the same way, the chord changing."""
    if len(view) < 2 or view.row.shape[1] < 4:
        return
    way = direction(view.first, view.second)
    together = (way == way[:, :1]).all(axis=1) & (way[:, 0] != 0) & view.connected_voices.all(axis=1)
    voices = tuple(range(view.row.shape[1]))
    for time in np.flatnonzero(together & ~same_harmony(view.first, view.second)).tolist():
        yield Hit(time, time + 1, voices)


@predicate("phrase", facts=("share",))
def little_contrary_motion(view: View, *, least: Share = 0.3, fewest: Count = 16) -> Iterator[Hit]:
    """Of the moves of the outer voices, too few are contrary or oblique."""
    if len(view) < 2 or view.row.shape[1] < 2:
        return
    way = direction(view.first, view.second)[:, [0, -1]]
    joined = (view.connected_voices & view.second.sounds)[:, [0, -1]].all(axis=1)
    moves = way[(way != 0).any(axis=1) & joined]
    free = (moves[:, 0] != moves[:, 1]).mean() if len(moves) else 1.0
    if len(moves) >= fewest and free < least:
        yield Hit(0, 0, (0, view.row.shape[1] - 1), facts={"share": f"{round(100 * free)} %"})


@predicate("phrase", "pairs")
def afterbeat_intervals(
    view: View, *, interval: Literal["fifth", "octave"], interpolated_leap: bool = True
) -> Iterator[Hit]:
    """Two voices stand in the same perfect interval on neighbouring beats, and another sonority only hides it."""
    if len(view) < 3:
        return
    perfect = is_interval(view.sonority, _SIZES[interval])
    other = both_sound(view.sonority) & ~perfect
    pairs = list(combinations(range(view.row.shape[1]), 2))
    place = np.maximum(np.searchsorted(view.onset, view.pulses, side="right") - 1, 0)
    begun = view.onset[place] <= view.pulses
    apart = begun[:-1] & (view.onset[place[1:]] == view.pulses[1:]) & (np.diff(place) > 1)
    starts, stops = place[:-1][apart], place[1:][apart]
    for number, column in np.argwhere(perfect[starts] & perfect[stops]).tolist():
        start, stop, voices = int(starts[number]), int(stops[number]), pairs[column]
        if other[start:stop, column].any() and _hidden(view, start, stop, voices, interpolated_leap):
            yield spanning(view, start, stop, voices)


def _hidden(view: View, start: int, stop: int, voices: tuple[int, int], interpolated_leap: bool) -> bool:
    """Both voices come anew to the second beat from below or both from above, no leap away from the first between."""
    pitch, ways = view.sonority.pitch, set()
    for voice in voices:
        if not view.sonority.attack[stop, voice] or not view.connected_voices[start:stop, voice].all():
            return False
        ways.add(int(np.sign(int(pitch[stop, voice]) - int(pitch[start, voice]))))
        rows = view.row[start:stop, voice]
        inner = np.abs(np.diff(view.notes.diatonic[rows[rows >= 0]]))
        if interpolated_leap and inner.max(initial=0) >= _FOURTH:
            return False
    return len(ways) == 1 and ways != {0}


def spanning(view: View, start: int, stop: int, voices: tuple[int, int]) -> Hit:
    """A finding at the later of two positions that are no neighbours, with the notes of both."""
    rows = [int(view.row[place, voice]) for place in (start, stop) for voice in voices]
    names = [view.note_name(row) for row in rows]
    facts = dict(zip(("upper_from", "lower_from", "upper_to", "lower_to"), names, strict=True))
    return Hit(stop - 1, stop, voices, facts=facts, rows=tuple(rows))
