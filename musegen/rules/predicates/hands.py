"""What two hands can play: spans, fingers, leaps and crossings of the staves, and a melody that stays on top."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from musegen.rules.bounds import Count
from musegen.rules.instruments import player_of
from musegen.rules.places import (
    Rows,
    Staves,
    attacks,
    begins,
    hit_at,
    melody_and_rest,
    sounding_at,
    staves_of,
    times_of,
    tops,
)
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.table import distinct
from musegen.theory.motion import both_sound
from musegen.theory.sonority import Bools, Sonority

_HAND_AND_BASS = 3  # the fewest voices of which the right hand has two
_SILENT_LOW = 128
"""Stands over every pitch where a voice rests."""


@predicate("slice", "pairs")
def wide_right_hand(sonority: Sonority, *, most: Count = 12) -> Bools:
    """The highest and the lowest of the voices that sound over the bass lie more than `most` semitones apart."""
    upper, lower = sonority.pairs
    together = both_sound(sonority)
    if sonority.voices < _HAND_AND_BASS:
        return np.zeros_like(together)
    pitch, sounds = sonority.pitch[..., :-1], sonority.sounds[..., :-1]
    highest = pitch.argmax(axis=-1)[..., None]
    lowest = np.where(sounds, pitch, _SILENT_LOW).argmin(axis=-1)[..., None]
    ends = (np.minimum(highest, lowest) == upper) & (np.maximum(highest, lowest) == lower)
    apart = np.abs(sonority.pitch[..., upper] - sonority.pitch[..., lower])
    return np.asarray((apart > most) & ends & together)


@predicate("phrase", facts=("part", "notes"))
def wide_hand(view: View, *, most: Count = 16) -> Iterator[Hit]:
    """Notes that one staff strikes together span more than `most` semitones, the other hand being busy."""
    for onset, chord in _grasped(view):
        if view.notes["pitch"][chord[-1]] - view.notes["pitch"][chord[0]] > most:
            yield hit_at(view, onset, [chord[0], chord[-1]])


@predicate("phrase", facts=("part", "notes", "count"))
def too_many_fingers(view: View, *, most: Count = 5) -> Iterator[Hit]:
    """One staff strikes more than `most` keys together, the other hand being busy."""
    for onset, chord in _grasped(view):
        keys = len(distinct(view.notes["pitch"][chord]))
        if keys > most:
            yield hit_at(view, onset, chord, count=keys)


@predicate("phrase", facts=("part", "notes", "semitones"))
def hand_leap(view: View, *, most: Count = 19) -> Iterator[Hit]:
    """From one attack of a staff to the next, within less than a quarter, both ends jump more than `most` semitones."""
    pitch = view.notes["pitch"]
    for rows in _hands(view).values():
        for (before, left), (onset, reached) in pairwise(attacks(view, rows)):
            lowest = int(pitch[reached[0]]) - int(pitch[left[0]])
            highest = int(pitch[reached[-1]]) - int(pitch[left[-1]])
            if onset - before < view.score.ticks_per_quarter and min(abs(lowest), abs(highest)) > most:
                yield hit_at(view, onset, [*left, *reached], semitones=min(abs(lowest), abs(highest)))


@predicate("phrase", facts=("part", "notes"))
def crossed_hands(view: View) -> Iterator[Hit]:
    """The top note of a part's lower staff sounds above the top note of its upper staff."""
    staves = _hands(view)
    for part, staff in staves:
        if staff == 1 and (part, 2) in staves:
            yield from _over(view, staves[part, 1], staves[part, 2])


@predicate("phrase", facts=("part", "notes"))
def melody_covered(view: View) -> Iterator[Hit]:
    """A note of another part sounds above the melody."""
    melody, others = melody_and_rest(view)
    if len(melody) and len(others):
        yield from _over(view, melody, others)


def _hands(view: View) -> Staves:
    """The staves on which hands lie: of keyboards and harps, and of parts that do not tell their instrument."""
    parts = view.score.parts
    players = {part: player_of(parts[part]) if part < len(parts) else None for part, _ in staves_of(view)}

    def has_hands(part: int) -> bool:
        player = players[part]
        return player is None or player.instrument.family == "keyboard" or player.instrument.name == "Harp"

    return {key: rows for key, rows in staves_of(view).items() if has_hands(key[0])}


def _grasped(view: View) -> Iterator[tuple[int, list[int]]]:
    """(onset, notes) of what one hand strikes; where the other staff of a part is silent, its hand may help."""
    staves = _hands(view)
    for (part, staff), rows in staves.items():
        others = [found for key, found in staves.items() if key[0] == part and key[1] != staff]
        for onset, chord in attacks(view, rows):
            if not others or any(sounding_at(view, other, onset) for other in others):
                yield onset, chord


def _over(view: View, upper: Rows, lower: Rows) -> Iterator[Hit]:
    """Where the top of `lower` sounds over the top of `upper`, once for as long as it lasts."""
    times = times_of(view, np.concatenate([upper, lower]))
    above, below = tops(view, upper, times), tops(view, lower, times)
    for place in begins((below > above) & (above >= 0)):
        onset = int(times[place])
        pair = [sounding_at(view, lower, onset)[-1], sounding_at(view, upper, onset)[-1]]
        yield hit_at(view, onset, pair)
