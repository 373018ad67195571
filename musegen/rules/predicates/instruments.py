"""What instruments and singers can do: range, comfort, breath, double stops, and one note at a time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import numpy as np

from musegen.rules.bounds import Count, Quarters
from musegen.rules.instruments import Player, player_of
from musegen.rules.places import Rows, attacks, hit_at, lines_of, note_hit, staves_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.pitch import nearest_fifths, pitch_name

_BLOWN = ("wind", "brass", "voice")
_BOWED_CHORDS = ("Violin", "Viola", "Cello")
_FIFTH = 7
_PLAIN = 1
"""Spellings around G: F sharp, B flat, E flat."""


@predicate("phrase", facts=("part", "instrument", "note", "low", "high"), needs=("instruments",))
def instrument_range(view: View) -> Iterator[Hit]:
    """A note lies outside what the instrument of its part can play."""
    for player, rows in _parts(view):
        low, high = player.hard
        for row in _outside(view, rows, low, high):
            yield _range_hit(view, row, player, low, high)


@predicate("phrase", facts=("part", "instrument", "note", "low", "high"), needs=("instruments",))
def instrument_comfort(view: View) -> Iterator[Hit]:
    """A note can be played, but lies outside the comfortable range of its instrument."""
    for player, rows in _parts(view):
        playable = rows[np.isin(rows, _outside(view, rows, *player.hard), invert=True)]
        for row in _outside(view, playable, *player.easy):
            yield _range_hit(view, row, player, *player.easy)


@predicate("phrase", facts=("part", "instrument", "quarters"), needs=("instruments",))
def no_breath(view: View, *, most: Count = 32, shortest_rest: Quarters = 0.5) -> Iterator[Hit]:
    """A wind player or singer goes on for more than `most` quarters without a phrase end or a rest to breathe in.

    The rest lasts `shortest_rest` quarters at least. Where the meter counts half notes, both are halves.
    """
    unit = max((measure.time_signature.beat_quarters for measure in view.score.measures), default=Fraction(1))
    quarter = view.score.ticks(max(unit, Fraction(1)))
    limit, breath = most * quarter, shortest_rest * quarter
    for player, rows in _parts(view):
        if player.instrument.family not in _BLOWN or player.several:
            continue
        for start, end in _breaths(view, rows, breath):
            if end - start > limit:
                sung = rows[(view.notes["onset"][rows] <= start + limit) & (view.notes.end[rows] > start + limit)]
                here = sung.tolist() or [int(rows[view.notes["onset"][rows] > start + limit][0])]
                quarters, name = f"{float(view.score.quarters(end - start)):g}", player.instrument.name
                voices = lines_of(view, here)
                yield hit_at(view, start + limit, here, voices, quarters=quarters, instrument=name)


@predicate("phrase", facts=("part", "instrument", "notes"), needs=("instruments",))
def double_stop(view: View, *, widest: Count = 16) -> Iterator[Hit]:
    """Notes struck together on a violin, viola or cello find no strings side by side, a hand's width apart at most."""
    for (part, _), rows in staves_of(view).items():
        player = _player(view, part)
        if player is None or player.several or player.instrument.name not in _BOWED_CHORDS:
            continue
        for onset, chord in attacks(view, rows):
            pitches = sorted({int(pitch) for pitch in view.notes["pitch"][chord]})
            if len(pitches) > 1 and not _can_stop(pitches, player.instrument.strings, widest):
                yield hit_at(view, onset, chord, instrument=player.instrument.name)


@predicate("phrase", facts=("part", "instrument", "notes"), needs=("instruments",))
def monophonic_chord(view: View) -> Iterator[Hit]:
    """One player of an instrument that has a single note at a time, or one singer, has two."""
    written = view.notes["voice"]
    for (part, _), rows in staves_of(view).items():
        player = _player(view, part)
        if player is None or player.several or not player.instrument.monophonic:
            continue
        for voice in sorted(set(written[rows].tolist())):
            for onset, chord in attacks(view, rows[written[rows] == voice]):
                if len(set(view.notes["pitch"][chord].tolist())) > 1:
                    yield hit_at(view, onset, chord, instrument=player.instrument.name)


def _player(view: View, part: int) -> Player | None:
    return player_of(view.score.parts[part]) if part < len(view.score.parts) else None


def _parts(view: View) -> Iterator[tuple[Player, Rows]]:
    """Every part whose player is known, with its sounding notes."""
    column = view.notes["part"]
    for part in range(len(view.score.parts)):
        player, rows = _player(view, part), np.flatnonzero(column == part)
        if player is not None and len(rows):
            yield player, rows


def _outside(view: View, rows: Rows, low: int, high: int) -> list[int]:
    pitch = view.notes["pitch"][rows]
    return [int(row) for row in rows[(pitch < low) | (pitch > high)]]


def _range_hit(view: View, row: int, player: Player, low: int, high: int) -> Hit:
    names = (pitch_name(pitch, nearest_fifths(pitch % 12, centre=_PLAIN)) for pitch in (low, high))
    facts = dict(zip(("low", "high"), names, strict=True))
    return note_hit(view, row, instrument=player.instrument.name, **facts)


def _breaths(view: View, rows: Rows, breath: float) -> Iterator[tuple[int, int]]:
    """(start, end) of the stretches that a part sings without a phrase end or a rest of such a length."""
    onsets = np.sort(view.notes["onset"][rows])
    ends = np.maximum.accumulate(view.notes.end[rows][np.argsort(view.notes["onset"][rows], kind="stable")])
    phrase = np.searchsorted(view.phrase_ends, onsets, side="right")
    breaks = np.flatnonzero((onsets[1:] - ends[:-1] >= breath) | (np.diff(phrase) > 0))
    yield from zip(onsets[[0, *(breaks + 1)]].tolist(), ends[[*breaks, -1]].tolist(), strict=True)


def _can_stop(pitches: list[int], strings: tuple[int, ...], widest: int) -> bool:
    """Some strings side by side hold the notes in their order, and the fingers lie within a hand's reach.

    Strings are a fifth apart, so that `widest` is reached where one finger lies `widest` less a fifth over another.
    """
    for first in range(len(strings) - len(pitches) + 1):
        chosen = strings[first : first + len(pitches)]
        stopped = [pitch - string for pitch, string in zip(pitches, chosen, strict=True) if pitch > string]
        fits = all(pitch >= string for pitch, string in zip(pitches, chosen, strict=True))
        if fits and all(abs(two - one) <= widest - _FIFTH for one, two in combinations(stopped, 2)):
            return True
    return False
