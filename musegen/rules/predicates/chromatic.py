"""Altered chords: chromatic notes and augmented sixths on their way, diminished triads on their root."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.pitch import step_of
from musegen.theory.analysis import ChordSpan
from musegen.theory.sonority import NONE, Harmony, Ints

_AUGMENTED_SIXTHS = ("It", "Fr", "Ger")
_DIMINISHED_FIFTH = -6
_BORROWED_ROOTS = range(-4, -1)
"""Of bVI, bIII and bVII on the line of fifths from the tonic: roots of chords that go where they like."""
_FLAT_SIXTH, _SHARP_FOURTH = -4, 6


@predicate("phrase", "voices", needs_harmony=True)
def unresolved_chromatic(view: View) -> Iterator[Hit]:
    """A raised note of a chord does not go up by step, or a lowered one down, when the chord changes.

    It may hold; a raised note may sink to its natural form, the lowered second go straight to the leading tone.
    Leading tones, sevenths, borrowed roots and augmented sixths have rules of their own.
    """
    harmony, number = view.first.harmony, view.harmony_number
    if harmony is None or number is None:
        return
    way = _bent(view.first.fifths, harmony)
    moves = (view.row[1:] != view.row_before) & (view.row[1:] >= 0) & view.connected_voices & view.first.sounds
    for time, voice in np.argwhere((way != 0) & moves & (np.diff(number) > 0)[:, None]).tolist():
        chord = view.chord_at(time)
        here, after = int(view.row_before[time, voice]), int(view.row[time + 1, voice])
        is_free = chord is None or chord.numeral.quality in _AUGMENTED_SIXTHS
        if not is_free and not _goes(view, here, after, int(way[time, voice])):
            yield Hit(time, time + 1, (voice,))


@predicate("phrase", "together", needs_harmony=True)
def unresolved_augmented_sixth(view: View) -> Iterator[Hit]:
    """The ends of an augmented sixth do not open to the octave when the chord is left.

    The raised fourth may sink to the fourth where a dominant seventh follows; a note held over is a suspension.
    """
    number = view.harmony_number
    if view.harmony is None or number is None:
        return
    for at in (np.flatnonzero(np.diff(number)) + 1).tolist():
        chord, goal = view.chord_at(at - 1), view.chord_at(at)
        if chord is None or goal is None or chord.numeral.quality not in _AUGMENTED_SIXTHS:
            continue
        if goal.numeral.quality in _AUGMENTED_SIXTHS:  # not left yet
            continue
        wrong = tuple(voice for voice in range(view.row.shape[1]) if _astray(view, at, voice, chord, goal))
        if wrong:
            yield Hit(at - 1, at, wrong)


@predicate("phrase", needs_harmony=True, view="pulses", four_parts=True)
def root_position_diminished(view: View) -> Iterator[Hit]:
    """A diminished triad stands on its root, outside a sequence of falling fifths."""
    harmony, number = view.harmony, view.harmony_number
    if harmony is None or number is None or not len(view):
        return
    members = harmony.members
    is_triad = (members[:, 3] == NONE) & (members[:, 2] != NONE)
    diminished = is_triad & (members[:, 2] - members[:, 0] == _DIMINISHED_FIFTH)
    new = np.append(True, (np.diff(number) != 0) | (np.diff(harmony.inversion) != 0))
    starts = np.flatnonzero(new)
    steps = step_of(members[starts, 0])
    for place in np.flatnonzero((diminished & (harmony.inversion == 0))[starts]).tolist():
        falls = np.diff(steps[max(place - 1, 0) : place + 2]) % 7 == 3
        if not (len(falls) == 2 and falls.all()):
            yield Hit(int(starts[place]), int(starts[place]), ())


def _bent(fifths: Ints, harmony: Harmony) -> npt.NDArray[np.int8]:
    """(positions, voices): 1 for a raised, -1 for a lowered chord note that has to resolve, else 0."""
    minor, tonic, root, leading_tone, seventh = (
        column[:, None]
        for column in (harmony.minor, harmony.tonic, harmony.members[:, 0], harmony.leading_tone, harmony.seventh)
    )
    degree = fifths - tonic
    raised = (degree > 5) | (minor & (degree == 4))  # the major third of a minor key is raised
    lowered = degree < np.where(minor, -4, -1)
    belongs = (fifths[..., None] == harmony.members[:, None, :]).any(axis=-1)
    is_borrowed = (fifths == root) & (degree >= _BORROWED_ROOTS[0]) & (degree <= _BORROWED_ROOTS[-1])
    free = (fifths == leading_tone) | (fifths == seventh) | ~belongs | is_borrowed
    return np.where(free, 0, raised.astype(np.int8) - lowered)


def _goes(view: View, here: int, after: int, way: int) -> bool:
    steps = int(view.notes.diatonic[after] - view.notes.diatonic[here])
    semitones = int(view.notes["pitch"][after]) - int(view.notes["pitch"][here])
    same = steps == 0 and semitones in (0, min(-way, 0))
    to_leading_tone = way < 0 and (steps, semitones) == (-2, -2)
    return steps == way or same or to_leading_tone


def _astray(view: View, at: int, voice: int, chord: ChordSpan, goal: ChordSpan) -> bool:
    """The voice leaves an end of the augmented sixth otherwise than outwards."""
    here, after = int(view.row_before[at - 1, voice]), int(view.row[at, voice])
    if here < 0 or after < 0 or here == after or not view.connected_voices[at - 1, voice]:
        return False
    notes = view.notes
    tonic = chord.key.tonic if not chord.numeral.applied_to else int(chord.numeral.applied_tonic) + chord.key.tonic
    degree = int(notes["fifths"][here]) - tonic
    steps = int(notes.diatonic[after] - notes.diatonic[here])
    if degree == _FLAT_SIXTH:
        return steps != -1
    if degree != _SHARP_FOURTH:
        return False
    sinks = steps == 0 and int(notes["pitch"][after]) - int(notes["pitch"][here]) == -1
    return not (steps == 1 or (sinks and goal.numeral.is_seventh and goal.numeral.is_dominant))
