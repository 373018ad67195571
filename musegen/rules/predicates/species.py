"""How a species exercise begins, runs and ends: openings, cadences, unisons, thirds in a row, peaks, crossings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import numpy as np

from musegen.rules.bounds import Count
from musegen.rules.predicates.bars import downbeats, struck_downbeats
from musegen.rules.predicates.independence import spanning
from musegen.rules.predicates.lines import line_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.motion import (
    FIFTH,
    OCTAVE,
    both_sound,
    contrary_motion,
    interval_fifths,
    interval_steps,
    is_interval,
    melodic_steps,
)

_MAJOR_SIXTH, _MINOR_THIRD, _MAJOR_THIRD = 3, -3, 4
_FROM_FIFTH = (3, -4)
"""Staff steps of the bass into the final."""
_KINDS = {2: "thirds", 5: "sixths"}
_TENTH, _OCTAVE_STEPS, _FOURTH = 9, 7, 3
_SIZES = {"fifth": FIFTH, "octave": OCTAVE}
_THREE = 3
_SIXTH_CHORD, _TRIAD = {0, 2, 5}, {0, 2, 4}


@predicate("phrase", "pairs", needs=("two_voices", "cantus_firmus"))
def imperfect_opening(view: View) -> Iterator[Hit]:
    """The first interval is no unison or octave, nor, with the counterpoint above, a fifth."""
    together = np.flatnonzero(both_sound(view.sonority).all(axis=1)).tolist()
    good = (OCTAVE, FIFTH) if view.cantus == 1 else (OCTAVE,)
    if together and int(interval_fifths(view.sonority)[together[0], 0]) not in good:
        yield Hit(together[0], together[0], (0, 1))


@predicate("phrase", "pairs", needs=("two_voices",))
def imperfect_ending(view: View) -> Iterator[Hit]:
    """The last interval is no unison or octave."""
    together = np.flatnonzero(both_sound(view.sonority)[:, 0]).tolist()
    if together and not is_interval(view.sonority, OCTAVE)[together[-1], 0]:
        yield Hit(together[-1], together[-1], (0, 1))


@predicate("phrase", "together")
def weak_cadence(view: View) -> Iterator[Hit]:
    """No two voices step apart from a major sixth, or together from a minor third, into the last sonority.

    With three voices or more, a leading note may also rise over a bass that leaps from the fifth degree.
    """
    at = int(np.flatnonzero(view.sonority.attack.any(axis=1))[-1]) - 1 if len(view) else -1
    if at < 0:
        return
    before, last = view.first[at], view.second[at]
    upper, lower = last.pairs
    steps, size = melodic_steps(before, last), interval_fifths(before)
    crossed = before.pitch[upper] < before.pitch[lower]
    above, below = (np.where(crossed, steps[one], steps[other]) for one, other in ((lower, upper), (upper, lower)))
    opens = (size == _MAJOR_SIXTH) & (above == 1) & (below == -1)
    closes = (size == _MINOR_THIRD) & (above == -1) & (below == 1)
    over_bass = (size == _MAJOR_THIRD) & (above == 1) & (lower == last.voices - 1) & (last.voices >= _THREE)
    leaps = over_bass & np.isin(below, _FROM_FIFTH)
    if not ((opens | closes | leaps) & is_interval(last, OCTAVE) & view.connected_pairs[at]).any():
        yield Hit(at, at, tuple(range(view.row.shape[1])))


@predicate("phrase", "pairs")
def inner_unison(view: View) -> Iterator[Hit]:
    """Two voices strike or meet in a unison on a downbeat, neither tied over, other than at the beginning and end."""
    upper, lower = view.sonority.pairs
    pitch, struck = view.sonority.pitch, view.sonority.attack
    unison = (pitch[:, upper] == pitch[:, lower]) & is_interval(view.sonority, OCTAVE)
    same = unison & struck[:, upper] & struck[:, lower]
    for at in struck_downbeats(view):
        for pair in np.flatnonzero(same[at]).tolist() if at >= 0 else ():
            begins = both_sound(view.sonority)[:, pair] & (struck[:, upper[pair]] | struck[:, lower[pair]])
            together = np.flatnonzero(begins)
            if together[0] < at < together[-1]:
                yield Hit(at, at, (int(upper[pair]), int(lower[pair])))


@predicate("phrase", "pairs", needs=("two_voices",))
def battuta(view: View) -> Iterator[Hit]:
    """From a tenth into an octave on a downbeat by contrary motion, the upper voice stepping down; not at the end."""
    if len(view) < 2:
        return
    first, second = view.first, view.second
    steps = [interval_steps(sonority)[:, 0] for sonority in (first, second)]
    narrows = (steps[0] >= _TENTH) & (steps[0] % 7 == 2) & (steps[1] >= _OCTAVE_STEPS)
    octave = is_interval(second, OCTAVE)[:, 0] & contrary_motion(first, second)[:, 0]
    found = narrows & octave & (melodic_steps(first, second)[:, 0] == -1) & view.connected_pairs[:, 0]
    for at in struck_downbeats(view)[1:-1]:
        if at > 0 and found[at - 1]:
            yield Hit(at - 1, at, (0, 1))


@predicate("phrase", "pairs", needs=("two_voices",), facts=("kind",))
def too_many_imperfect(view: View, *, most: Count = 3) -> Iterator[Hit]:
    """More thirds, or sixths, than `most` stand on the downbeats in succession; once a run."""
    size = interval_steps(view.sonority)[:, 0]
    run, before = 0, -1
    for at, measure in zip(downbeats(view), view.score.measures, strict=True):
        kind = abs(int(size[at])) % 7 if at >= 0 and both_sound(view.sonority)[at, 0] else -1
        run = run + 1 if kind == before else 1
        before = kind
        if kind in _KINDS and run == most + 1:
            yield Hit(at, at, (0, 1), facts={"kind": _KINDS[kind]}, onset=measure.onset)


@predicate("phrase", "pairs", needs=("two_voices",))
def shared_climax(view: View) -> Iterator[Hit]:
    """Both voices are at their highest note at the same time, and come there only once."""
    tops = [_only_top(view, voice) for voice in (0, 1)]
    if min(tops) < 0:
        return
    rows = np.array(tops, dtype=np.int32)
    together = np.flatnonzero((view.row == rows).all(axis=1)).tolist()
    if together:
        yield Hit(together[0], together[0], (0, 1), rows=tuple(tops))


@predicate("phrase", "pairs")
def lasting_crossing(view: View, *, most: Count = 2) -> Iterator[Hit]:
    """Two voices stay crossed for more than `most` notes of theirs: found at the first note too many."""
    upper, lower = view.sonority.pairs
    pitch, struck = view.sonority.pitch, view.sonority.attack
    notes = struck[:, upper] | struck[:, lower]
    crossed = (pitch[:, upper] < pitch[:, lower]) & both_sound(view.sonority)
    for pair in np.flatnonzero(crossed.any(axis=0)).tolist():
        run = 0
        for at in range(len(view)):
            run = run + int(notes[at, pair]) if crossed[at, pair] else 0
            if run == most + 1 and notes[at, pair]:
                yield Hit(at, at, (int(upper[pair]), int(lower[pair])))


@predicate("phrase", "pairs")
def downbeat_intervals(
    view: View, *, interval: Literal["fifth", "octave"], most: Count = 3, ties_save: bool = False
) -> Iterator[Hit]:
    """Two voices stand in the same perfect interval on neighbouring downbeats, having moved the same way.

    Between them they have other notes, at `most` so many times, and no voice with such a note leaps a fourth or more.
    With `ties_save` a note that is tied over to the second downbeat excuses it.
    """
    upper, lower = view.sonority.pairs
    perfect = is_interval(view.sonority, _SIZES[interval])
    barlines = [measure.onset for measure in view.score.measures]
    for (start, begin), (stop, end) in pairwise(zip(downbeats(view), barlines, strict=True)):
        if min(start, stop) < 0:
            continue
        ways = np.sign(view.sonority.pitch[stop].astype(int) - view.sonority.pitch[start])
        inside = view.sonority.attack & ((view.onset > begin) & (view.onset < end))[:, None]
        for pair in np.flatnonzero(perfect[start] & perfect[stop]).tolist():
            voices = int(upper[pair]), int(lower[pair])
            notes = inside[:, voices]
            leaps = any(
                _largest_move(view, start, stop, voice) >= _FOURTH for voice in voices if inside[:, voice].any()
            )
            tied = ties_save and bool((view.notes["onset"][view.row[stop, voices]] < end).any())
            same_way = ways[voices[0]] == ways[voices[1]] != 0
            if same_way and 1 <= notes.any(axis=1).sum() <= most and not leaps and not tied:
                yield spanning(view, start, stop, voices)._replace(onset=end)


@predicate("phrase", "together")
def incomplete_triad(view: View) -> Iterator[Hit]:
    """Three voices make no full triad or sixth chord on a downbeat; not at the beginning, at the end or under a tie."""
    if view.row.shape[1] != _THREE:
        return
    sounds, struck = view.sonority.sounds, view.sonority.attack
    for at in struck_downbeats(view)[1:-1]:
        if at < 0 or not (sounds[at] & struck[at]).all():
            continue
        steps = view.sonority.diatonic[at]
        lowest = steps[int(view.sonority.pitch[at].argmin())]
        if {int(step - lowest) % 7 for step in steps} not in (_TRIAD, _SIXTH_CHORD):
            yield Hit(at, at, (0, 1, 2))


def _only_top(view: View, voice: int) -> int:
    """The highest note of a voice, -1 where it comes back."""
    line = line_of(view, voice)
    pitches = [int(view.notes["pitch"][row]) for row in line]
    return line[pitches.index(max(pitches))] if line and pitches.count(max(pitches)) == 1 else -1


def _largest_move(view: View, start: int, stop: int, voice: int) -> int:
    """The largest number of staff steps between neighbouring notes of a voice from one position to another."""
    rows = view.row[start : stop + 1, voice]
    steps = view.notes.diatonic[rows[rows >= 0]]
    return int(np.abs(np.diff(steps)).max()) if len(steps) > 1 else 0
