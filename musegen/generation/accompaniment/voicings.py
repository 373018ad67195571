"""Which notes chords are struck with: whole voicings, led with the least motion under the melody, by one search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.accompaniment.guitar import shapes
from musegen.generation.accompaniment.styles import Layer
from musegen.rules.predicates.texture_rules import LOW_LIMITS
from musegen.score.pitch import pitch_class_of
from musegen.theory.numerals import letters_above
from musegen.theory.songs.sheet import SheetChord

Pitches = tuple[int, ...]
Floats = npt.NDArray[np.float64]

_KEPT = 60
"""Voicings of a chord that are followed up."""
_FIFTH, _SIXTH, _SEVENTH = 4, 5, 6
_COVERS, _RUBS, _NAMED_RUB, _CLUSTER, _MUD = 30.0, 9.0, 2.0, 3.0, 15.0
_UNRESOLVED, _OFF_CENTRE, _LEAP, _THIN, _NO_ROOT = 4.0, 0.25, 2.0, 6.0, 0.5
"""Prices, in semitones of motion."""
_HARDER = 0.3
"""What each shape of a guitar costs more than the next easier one."""
_CALM = 5
"""Semitones that the top voice may move before it leaps."""


class Sung(NamedTuple):
    """A note of the melody, and how long it is heard with a chord: a share of the time that the chord is."""

    pitch: int
    share: float


class Passage(NamedTuple):
    """What one voicing must serve: a chord, or a measure of it, and the melody over it."""

    chord: SheetChord
    sung: tuple[Sung, ...]


def voicings_for(passages: Sequence[Passage], layer: Layer, level: int) -> list[Pitches]:
    """A voicing for each passage, from the lowest note up: the cheapest way through all of them.

    Common tones stay, sevenths step down, the top stays under the melody, nothing rubs against it, and one hand can
    grasp every chord. A chord that no hand can have in full is played with fewer voices.
    """
    choices = [_choices(passage, layer, level) for passage in passages]
    best = np.array([price for _, price in choices[0]])
    back: list[npt.NDArray[np.intp]] = []
    for number in range(1, len(passages)):
        prices = _motion(choices[number - 1], choices[number], passages[number - 1].chord, passages[number].chord)
        reached = best[:, None] + prices
        back.append(reached.argmin(axis=0))
        best = reached.min(axis=0) + np.array([price for _, price in choices[number]])
    path = [int(best.argmin())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return [found[place][0] for found, place in zip(choices, reversed(path), strict=True)]


def _choices(passage: Passage, layer: Layer, level: int) -> list[tuple[Pitches, float]]:
    priced = [
        (voicing, price + _melody_price(voicing, passage))
        for voicing, price in candidates(passage.chord._replace(onset=0, end=0), layer, level)
    ]
    return sorted(priced, key=lambda pair: (pair[1], pair[0]))[:_KEPT]


@lru_cache(4096)
def candidates(chord: SheetChord, layer: Layer, level: int) -> tuple[tuple[Pitches, float], ...]:
    """Voicings of a chord that one hand, or six strings, can play, each with its price; at least one.

    >>> from musegen.generation.accompaniment.styles import load_style
    >>> from musegen.theory.songs.sheet import read_symbol
    >>> piano = load_style("waltz").layers["chords"]
    >>> (60, 64, 67) in [voicing for voicing, _ in candidates(read_symbol("C"), piano, 1)]
    True
    """
    if layer.is_guitar:
        found = [(shape, _HARDER * rank + _MUD * _is_muddy(shape)) for rank, shape in enumerate(shapes(chord))]
        return tuple(found) if found else (((int(pitch_class_of(chord.bass)) + 48,), _THIN),)
    centre = (layer.low + layer.high) / 2
    for fewer in range(6):
        wanted = max(layer.voices[level - 1] - fewer, 1)
        found = [
            (voicing, _OFF_CENTRE * abs(float(np.mean(voicing)) - centre) + _clusters(voicing) + price)
            for tones, price in _tones(chord, wanted, layer)
            for voicing in _spread(tones, layer, level, chord)
        ]
        if found:
            return tuple(found)
    return (((_above(layer.low, int(pitch_class_of(chord.bass))),), _THIN),)


def _above(low: int, pitch_class: int) -> int:
    return low + (pitch_class - low) % 12


def _tones(chord: SheetChord, count: int, layer: Layer) -> Iterator[tuple[Pitches, float]]:
    """(pitch classes, price) for so many voices: what tells the chord is there, then root and plain fifth."""
    classes = [int(pitch_class_of(member)) for member in chord.members]
    place = {letters_above(chord.root, member): number for number, member in enumerate(chord.members)}
    plain_fifth = classes[place[_FIFTH]] if chord.root + 1 in chord.members else -1
    bass = int(pitch_class_of(chord.bass))
    telling = [one for one in dict.fromkeys(classes[1:]) if one != plain_fifth]
    if layer.carries_bass:
        telling = [bass, *[one for one in telling if one != bass]]
    elif bass != classes[0]:  # nobody else has the root; the bass has its own note
        telling = [classes[0], *sorted(telling, key=lambda one: one == bass)]
    telling = telling[:count]
    rest = [one for one in dict.fromkeys(classes) if one not in telling]
    missing = count - len(telling)
    if missing <= len(rest):
        for chosen in combinations(rest, max(missing, 0)):
            tones = (*telling, *chosen)
            yield tones, _NO_ROOT * (classes[0] not in tones)
    else:
        everything = (*telling, *rest)
        doubles = [classes[0], *([plain_fifth] if plain_fifth >= 0 else [])]
        for doubled in doubles[: max(missing - len(rest), 0)]:
            yield (*everything, doubled), 0.5
        yield everything, _THIN * 0.5 * (missing - len(rest))


def _spread(tones: Pitches, layer: Layer, level: int, chord: SheetChord) -> Iterator[Pitches]:
    """All ways to put pitch classes on different keys within the hand."""
    bass = int(pitch_class_of(chord.bass))
    rooms = [range(_above(layer.low, tone), layer.high + 1, 12) for tone in tones]
    seen: set[Pitches] = set()
    for keys in product(*rooms):
        voicing = tuple(sorted(keys))
        if voicing in seen or len(set(voicing)) < len(voicing) or voicing[-1] - voicing[0] > layer.span[level - 1]:
            continue
        seen.add(voicing)
        if not _is_muddy(voicing) and (not layer.carries_bass or voicing[0] % 12 == bass):
            yield voicing


def _is_muddy(voicing: Pitches) -> bool:
    return any(is_too_low(low, high) for low, high in pairwise(voicing))


def is_too_low(low: int, high: int) -> bool:
    """Whether two notes lie too close for their depth.

    >>> is_too_low(40, 44), is_too_low(48, 52)
    (True, False)
    """
    return bool(low < LOW_LIMITS[min(max(high - low, 0), len(LOW_LIMITS) - 1)])


def _clusters(voicing: Pitches) -> float:
    """Semitones between neighbours, worst at the top, where they are heard as a wrong tune."""
    found = [number for number, (low, high) in enumerate(pairwise(voicing)) if high - low == 1]
    return sum(_CLUSTER if number == len(voicing) - 2 else 1.0 for number in found)


def _melody_price(voicing: Pitches, passage: Passage) -> float:
    named = {int(pitch_class_of(tone)) for tone in (*passage.chord.members, passage.chord.bass)}
    price = 0.0
    for sung in passage.sung:
        price += _COVERS * (0.2 + sung.share) * ((voicing[-1] > sung.pitch) + (voicing[0] >= sung.pitch))
        for pitch in voicing:
            apart = (sung.pitch - pitch) % 12
            if apart in (1, 11) and sung.pitch != pitch:
                is_harsh = sung.pitch - pitch in (1, 13, -1)
                both = sung.pitch % 12 in named
                price += (_RUBS if is_harsh and not both else _NAMED_RUB * (1 + is_harsh)) * sung.share
    return price


def _motion(
    before: list[tuple[Pitches, float]], after: list[tuple[Pitches, float]], chord: SheetChord, following: SheetChord
) -> Floats:
    """(before, after): what it costs to go from one voicing to another."""
    size = max(len(voicing) for voicing, _ in (*before, *after))
    left, right = (np.array([_padded(voicing, size) for voicing, _ in choices]) for choices in (before, after))
    steps = np.abs(left[:, None, :] - right[None, :, :])
    prices = steps.sum(axis=2) + _LEAP * np.maximum(steps[:, :, -1] - _CALM, 0)
    seventh = next((one for one in chord.members if letters_above(chord.root, one) == _SEVENTH), None)
    if seventh is None or chord.falls_to(following) != 7:
        return np.asarray(prices, dtype=np.float64)
    low = int(pitch_class_of(seventh))
    held = np.where(left % 12 == low, left, -100)
    goals = held[:, None, :, None] - right[None, :, None, :]
    solved = ((goals >= 0) & (goals <= 2)).any(axis=3) | (held < 0)[:, None, :]
    return np.asarray(prices + _UNRESOLVED * ~solved.all(axis=2), dtype=np.float64)


def _padded(voicing: Pitches, size: int) -> Pitches:
    return voicing + voicing[-1:] * (size - len(voicing))
