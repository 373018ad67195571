"""One sonority against its chord: what is doubled, what is missing, what is spelled as another note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.pitch import pitch_class_of
from musegen.theory.sonority import NONE, Bools, Harmony, Ints, Sonority

_NOWHERE = np.int16(1000)
_FLATTEST = -5
"""The lowered second degree, on the line of fifths from the tonic: nothing flatter belongs to a key."""
_SHARPEST = {"major": 9, "minor": 7}
"""The leading tone of iii in major, the raised first degree in minor: nothing sharper belongs to a key."""
_PRIMARY = np.isin(np.arange(8), (1, 4, 5))
"""Whether a degree is that of I, IV or V."""
_THIRDS = (3, 4)
"""In semitones."""
_MEMBERS = {"root": 0, "third": 1, "fifth": 2, "seventh": 3}


@predicate("slice", "together", needs_harmony=True, view="pulses")
def doubled_tendency_tone(sonority: Sonority, *, tone: Literal["leading tone", "seventh"]) -> Bools:
    """Two voices or more have the leading tone of a dominant, or the seventh of a chord."""
    harmony = _harmony(sonority)
    target = harmony.leading_tone if tone == "leading tone" else harmony.seventh
    return _if_doubled(_sounds_as(sonority, target))


@predicate("slice", "together", needs_harmony=True, view="pulses")
def doubled_altered_note(sonority: Sonority) -> Bools:
    """Two voices or more have the same chromatic chord note; leading tones, sevenths and borrowed roots are free."""
    harmony = _harmony(sonority)
    tones = harmony.members[..., :3]
    degree = tones - harmony.tonic[..., None]
    free = (tones == harmony.leading_tone[..., None]) | (tones == harmony.seventh[..., None])
    free[..., 0] |= (degree[..., 0] >= -4) & (degree[..., 0] <= -2)  # roots of bVI, bIII, bVII, not the Neapolitan's
    altered = np.where(_is_altered(degree, harmony.minor[..., None]) & ~free, tones, np.int16(NONE))[..., None, :]
    sounding = (sonority.fifths[..., None] == altered) & (altered != NONE) & sonority.sounds[..., None]
    return np.asarray((sounding & (sounding.sum(axis=-2, keepdims=True) > 1)).any(axis=-1))


@predicate("phrase", "together", needs_harmony=True, view="pulses", four_parts=True)
def tripled_root(view: View) -> Iterator[Hit]:
    """Three voices or more have the root of a chord that is not the last of its phrase."""
    if view.harmony is None or not len(view):
        return
    has_root = _sounds_as(view.sonority, view.harmony.members[:, 0])
    ends = set(view.phrase_ends.tolist()) | {view.score.end}
    told = -1
    for time in np.flatnonzero(has_root.sum(axis=1) > 2).tolist():
        harmony = -1 if view.harmony_number is None else int(view.harmony_number[time])
        if harmony != told and not _last_of_phrase(view, time, ends):
            yield Hit(time, time, tuple(np.flatnonzero(has_root[time]).tolist()))
            told = harmony


@predicate("phrase", "together", needs_harmony=True, view="pulses", four_parts=True)
def doubled_bass_of_sixth(view: View) -> Iterator[Hit]:
    """The soprano doubles the bass of a major sixth chord on I, IV or V that does not merely pass."""
    if view.harmony is None:
        return
    harmony, fifths = view.harmony, view.sonority.fifths
    major = (harmony.members[:, 1] - harmony.members[:, 0] == 4) & (harmony.members[:, 2] - harmony.members[:, 0] == 1)
    primary = major & (harmony.inversion == 1) & _PRIMARY[harmony.degree] & (harmony.members[:, 3] == NONE)
    doubled = (fifths[:, 0] == fifths[:, -1]) & (fifths[:, -1] == harmony.members[:, 1])
    outer = [0, -1]
    sounding = view.sonority.sounds[:, outer].all(axis=1) & view.sonority.attack[:, outer].any(axis=1)
    for time in np.flatnonzero(primary & doubled & sounding).tolist():
        if not _passes(view, int(view.row[time, -1])):
            yield Hit(time, time, (0, view.row.shape[1] - 1))


@predicate("slice", needs_harmony=True, throughout=True)
def missing_member(
    sonority: Sonority, *, member: Literal["root", "third", "fifth", "seventh"], inverted_only: bool = False
) -> Bools:
    """A chord of three voices or more lacks this member from beginning to end; any note that sounds a third is one."""
    harmony = _harmony(sonority)
    tone = harmony.members[..., _MEMBERS[member]]
    sounding = (sonority.pitch % 12 == pitch_class_of(tone)[..., None]) & sonority.sounds
    if member == "third":
        over_root = (sonority.pitch - pitch_class_of(harmony.members[..., 0])[..., None]) % 12
        sounding |= np.isin(over_root, _THIRDS) & sonority.sounds
    lacks = (tone != NONE) & ~sounding.any(axis=-1) & (sonority.sounds.sum(axis=-1) > 2)
    return np.asarray(lacks & (harmony.inversion > 0) if inverted_only else lacks)


@predicate("slice", "voices", needs_harmony=True)
def misspelled_note(sonority: Sonority) -> Bools:
    """A note sounds like a member of its chord but is written as another note, or lies too far from the key."""
    harmony = _harmony(sonority)
    members = np.where(harmony.members == NONE, _NOWHERE, harmony.members)[..., None, :]
    distance = sonority.fifths[..., None] - members
    sounds_like = ((distance % 12 == 0) & (members != _NOWHERE)).any(axis=-1)
    degree = sonority.fifths - harmony.tonic[..., None]
    sharpest = np.where(harmony.minor, _SHARPEST["minor"], _SHARPEST["major"])[..., None]
    misspelled = (sounds_like | (degree < _FLATTEST) | (degree > sharpest)) & ~(distance == 0).any(axis=-1)
    return np.asarray(misspelled & sonority.sounds & sonority.attack)


def _last_of_phrase(view: View, time: int, ends: set[int]) -> bool:
    """No other chord comes before the phrase ends."""
    chord = view.chord_at(time)
    stop = view.score.end if chord is None else chord.onset + chord.duration
    return any(int(view.onset[time]) < end <= stop for end in ends)


def _passes(view: View, row: int) -> bool:
    """Reached and left by step."""
    before, after = view.previous_row(row), view.next_row(row)
    steps = view.notes.diatonic
    return before >= 0 and after >= 0 and abs(steps[row] - steps[before]) == 1 and abs(steps[after] - steps[row]) == 1


def _harmony(sonority: Sonority) -> Harmony:
    assert sonority.harmony is not None, "a rule that needs chords was given none"
    return sonority.harmony


def _sounds_as(sonority: Sonority, tone: npt.NDArray[np.int16]) -> Bools:
    target = tone[..., None]
    return np.asarray((sonority.fifths == target) & (target != NONE) & sonority.sounds)


def _if_doubled(mask: Bools) -> Bools:
    return np.asarray(mask & (mask.sum(axis=-1) > 1)[..., None])


def _is_altered(degree: Ints, minor: Bools) -> Bools:
    """Outside the scale, on the line of fifths from the tonic; minor has both forms of its sixth and seventh degree."""
    in_major = (degree >= -1) & (degree <= 5)
    in_minor = ((degree >= -4) & (degree <= 3)) | (degree == 5)
    return np.asarray(~np.where(minor, in_minor, in_major))
