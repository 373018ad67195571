"""The notes of a bass line: one search over all that its cells leave open, by steps and fifths, below everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.accompaniment.heard import Heard
from musegen.generation.accompaniment.plan import OCTAVES, ROOT, Strike
from musegen.generation.accompaniment.styles import Layer
from musegen.generation.accompaniment.voicings import is_too_low
from musegen.score.pitch import pitch_class_of
from musegen.theory.numerals import letters_above
from musegen.theory.songs.sheet import SheetChord

Floats = npt.NDArray[np.float64]
Line = tuple[tuple[int, int], ...]
"""(pitch, place on the line of fifths) of each strike."""

_WALK, _APPROACH, _HIGH = "w", "a", "8"
_MEMBERS = {"3": (2, 3, 1), "5": (4,), "6": (5, 4), "7": (6, 5, 4)}
"""Letters above the root that a cell asks for, the first that the chord has."""
_MOVES = np.array([1.5, 0.0, 0.0, 0.6, 0.6, 0.4, 2.0, 0.6, 2.0, 2.5, 4.0, 4.0, 0.8])
"""Prices of intervals up to the octave; what is wider is no move of a bass."""
_STUCK, _FOREIGN, _CHROMATIC, _RUBS, _CROSSES, _TOO_WIDE = 2.0, 0.4, 0.6, 6.0, 60.0, 1000.0
_LEAPT_TO, _ODD_NAME = 1.5, 4.0
_OFF_CENTRE, _CHANCE, _WRONG_OCTAVE = 0.06, 0.5, 3.0
_OCTAVE = 12
_DEEPER = 7
"""So far below the range of single notes octaves may begin."""
_USUAL = range(-5, 9)
"""Places on the line of fifths from the key signature that passing notes have usual names at."""
_SPELLED = {-1: 5, 1: -5, -2: -2, 2: 2}
"""A step to the next note, by semitones over it: places on the line of fifths from it."""
_STEP_FIFTHS = np.array([0, -2, 5, 0, -5, 2, 0])
"""The same in an array; 0 semitones stand at 3, and what is no step at the ends."""


class _Option(NamedTuple):
    pitch: int
    fifths: int  # of chord notes; of others found from the note that follows
    belongs: bool  # to the chord
    price: float


def bass_line(
    strikes: Sequence[Strike],
    chords: Sequence[SheetChord],
    layer: Layer,
    heard: Heard,
    rng: Generator,
) -> Line:
    """A note for each strike (the lower one, where it is octaves).

    No leap is wider than an octave; notes foreign to the chord go on by step to one of the next chord's notes; the line
    stays under melody and chords, and not so close that it growls.
    """
    options = [_options(strike, chords[strike.chord], layer, heard, rng) for strike in strikes]
    best = np.array([option.price for option in options[0]])
    best += [_CROSSES * (not option.belongs) for option in options[0]]
    back: list[npt.NDArray[np.intp]] = []
    for number in range(1, len(strikes)):
        signature = heard.signature(strikes[number].onset)
        prices = _moves(options[number - 1], options[number], strikes[number - 1], strikes[number], signature)
        reached = best[:, None] + prices
        back.append(reached.argmin(axis=0))
        best = reached.min(axis=0) + np.array([option.price for option in options[number]])
    best += [_TOO_WIDE * (not option.belongs) for option in options[-1]]
    path = [int(best.argmin())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return _spelled([found[place] for found, place in zip(options, reversed(path), strict=True)])


def _spelled(line: Sequence[_Option]) -> Line:
    """Passing notes are named as a step to what follows."""
    found: list[tuple[int, int]] = []
    for option in reversed(line):
        step = option.pitch - found[-1][0] if found else 0
        passes = not option.belongs and found and step in _SPELLED
        found.append((option.pitch, found[-1][1] + _SPELLED[step] if passes else option.fifths))
    return tuple(reversed(found))


def _options(strike: Strike, chord: SheetChord, layer: Layer, heard: Heard, rng: Generator) -> list[_Option]:
    tones = _tones(strike.cell, chord)
    room = range(layer.low, layer.high + 1)
    if strike.cell == OCTAVES:
        room = range(layer.low - _DEEPER, layer.low - _DEEPER + _OCTAVE)
    free = strike.cell in (_WALK, _APPROACH)
    named = {int(pitch_class_of(tone)): tone for tone in reversed(tones)}
    found = []
    for pitch in room:
        fifths = named.get(pitch % _OCTAVE)
        if fifths is None and not free:
            continue
        price = _price(pitch, strike, layer, heard) + _CHANCE * free * float(rng.random())
        if fifths is None:
            is_scale = heard.in_scale(pitch, strike.onset)
            price += _FOREIGN + _CHROMATIC * (not is_scale) * (strike.cell == _WALK)
        found.append(_Option(pitch, fifths if fifths is not None else 0, fifths is not None, price))
    return found


def _tones(cell: str, chord: SheetChord) -> tuple[int, ...]:
    """What a cell may sound, on the line of fifths."""
    if cell in (_WALK, _APPROACH):
        return tuple(dict.fromkeys((chord.bass, *chord.members[:4])))
    there = {letters_above(chord.root, member): member for member in chord.members}
    member = next((there[letter] for letter in _MEMBERS.get(cell, ()) if letter in there), None)
    return (chord.bass if member is None else member,)


def _price(pitch: int, strike: Strike, layer: Layer, heard: Heard) -> float:
    """What a note costs by itself: off the middle of the range, over what lies above it, or muddy under it."""
    centre = layer.low + (layer.high - layer.low) * 0.4
    price = _OFF_CENTRE * abs(pitch - centre)
    top = pitch + _OCTAVE * (strike.cell == OCTAVES)
    above = heard.lowest_above(strike.onset, strike.end)
    if above is not None:
        is_muddy = top == pitch and is_too_low(pitch, above)
        price += _CROSSES * (top >= above) + _CROSSES * is_muddy
    rubs = any((pitch - sung) % _OCTAVE in (1, 11) for sung in heard.sung_at(strike.onset))
    return price + _RUBS * rubs * (strike.cell != ROOT)


def _moves(before: list[_Option], after: list[_Option], left: Strike, right: Strike, signature: int) -> Floats:
    """(before, after): what each succession costs."""
    here, there = (np.array([option.pitch for option in options]) for options in (before, after))
    apart = np.abs(here[:, None] - there[None, :])
    prices = np.where(apart > _OCTAVE, _TOO_WIDE, _MOVES[np.minimum(apart, _OCTAVE)])
    if right.cell == _WALK or left.cell in (_WALK, _APPROACH):
        prices = prices + _STUCK * (apart == 0)
    if left.cell == right.cell and left.chord == right.chord and right.cell != _WALK:
        prices = prices * (apart > 0)
    if right.cell == _HIGH:
        prices = prices + _WRONG_OCTAVE * (apart != _OCTAVE)
    if left.cell == _APPROACH:
        prices = prices + np.where(apart <= 2, 0.0, np.where((apart == 5) | (apart == 7), 1.0, 3.0))
    foreign = ~np.array([option.belongs for option in before])[:, None]
    belongs = np.array([option.belongs for option in after])[None, :]
    stays = (apart >= 1) & (apart <= 2) & belongs
    prices = prices + _TOO_WIDE * (foreign & ~stays) + _LEAPT_TO * (~belongs & (apart > 2))
    fifths = np.array([option.fifths for option in after])[None, :]
    steps = _STEP_FIFTHS[np.clip(here[:, None] - there[None, :], -3, 3)]
    odd = (fifths + steps - signature < _USUAL[0]) | (fifths + steps - signature > _USUAL[-1])
    return np.asarray(prices + _ODD_NAME * (foreign & odd), dtype=np.float64)
