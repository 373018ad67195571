"""What is asked of a cue, completed: when each mood begins, the key and meter, how many measures at which tempo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.scenes.character import Character, character_of
from musegen.generation.scenes.moods import Mood, Step
from musegen.generation.scenes.timing import Timed, shares, strain, timed
from musegen.score.meter import TimeSignature
from musegen.theory.keys import MOST_SIGNS, Key
from musegen.theory.tunes.symbols import check_meter

_METERS = {"cheerful": ("4/4", "6/8", "2/4"), "peaceful": ("4/4", "3/4"), "tense": ("4/4",), "sad": ("4/4", "3/4")}
"""Usual meters of a cue that begins in such a mood."""
_OTHERS = ("4/4", "3/4", "2/4", "6/8")
"""What is tried where none of the usual ones can be played in the time."""
_STRAINED = 0.5
"""Octaves that the tempo of a scene may be from what its mood wants."""
_TONICS = {False: (0, 1, 2, -1, -2, 3, -3), True: (3, 2, 4, 1, 5, 0)}
"""Usual tonics in major and in minor, on the line of fifths."""
_OF_BOTH = (0, 1, 2, 3, -1)
"""Those whose major and minor have four signs at most."""
_LATER_SIGNS = 5
"""Those that a later mood may have."""
_RELATIVE = 3
"""Places on the line of fifths from a major tonic to the one of the minor with its signature."""
ENDINGS = ("cadence", "open")


@dataclass(frozen=True)
class CueWish:
    """Requests; None and "" leave it free."""

    duration: float  # seconds
    steps: tuple[Step, ...]
    key: Key | None = None  # of the first mood; its mode goes with the mood unless it is stated here
    meter: TimeSignature | None = None
    style: str = ""  # of the accompaniment, throughout; else each mood has its own
    ending: str = "cadence"


class Scene(NamedTuple):
    """A stretch of one mood."""

    mood: Mood
    start: float  # seconds
    key: Key
    character: Character
    timed: Timed
    is_gradual: bool  # the mood before goes over to it bit by bit


class CuePlan(NamedTuple):
    """What the cue is to be, before any note."""

    meter: TimeSignature
    scenes: tuple[Scene, ...]


def planned(wish: CueWish, rng: Generator) -> CuePlan:
    """The plan of a cue.

    Raises:
        UsageError: the times contradict each other, or a scene is too short for its music.

    >>> import numpy as np
    >>> from musegen.generation.scenes.moods import steps_named
    >>> plan = planned(CueWish(42.0, steps_named("calm to tense")), np.random.default_rng(1))
    >>> [(scene.start, scene.key.minor) for scene in plan.scenes]
    [(0.0, False), (21.0, True)]
    """
    if wish.ending not in ENDINGS:
        raise UsageError(f"a cue does not end with `{wish.ending[:40]}`", hint=f"it ends with {' or '.join(ENDINGS)}")
    starts = shares(wish.duration, [step.at for step in wish.steps])
    lengths = [end - start for start, end in zip(starts, [*starts[1:], wish.duration], strict=True)]
    meter = _meter(wish, lengths, rng)
    characters = [character_of(step.mood, is_compound=meter.is_compound) for step in wish.steps]
    keys = _keys(wish, characters, rng)
    scenes = []
    for number, (step, start, length) in enumerate(zip(wish.steps, starts, lengths, strict=True)):
        onward = _onward(wish.steps, characters, number)
        found = timed(length, characters[number].pulse, meter, onward)
        scenes.append(Scene(step.mood, start, keys[number], characters[number], found, step.is_gradual))
    return CuePlan(meter, tuple(scenes))


def _onward(steps: Sequence[Step], characters: Sequence[Character], number: int) -> float:
    """The tempo towards which a scene bends at its end; 0 where it does not."""
    goes_over = number + 1 < len(steps) and steps[number + 1].is_gradual
    return characters[number + 1].pulse if goes_over else 0.0


def _keys(wish: CueWish, characters: Sequence[Character], rng: Generator) -> list[Key]:
    """One tonic for all moods, each in its own mode; a key that is asked for is that of the first."""
    if wish.key and abs(wish.key.signature) > MOST_SIGNS:
        told = f"{wish.key.words} has too many sharps or flats"
        raise UsageError(told, hint=f"a key signature has {MOST_SIGNS} at most")
    modes = {one.is_minor for one in characters}
    tonics = _OF_BOTH if len(modes) > 1 else _TONICS[modes.pop()]
    home = wish.key or Key(int(tonics[int(rng.integers(len(tonics)))]), characters[0].is_minor)
    return [home, *(_in_mode(home, minor=one.is_minor) for one in characters[1:])]


def _in_mode(home: Key, *, minor: bool) -> Key:
    """The key on the same tonic; where that has too many signs, the one with the same signature.

    >>> str(_in_mode(Key.parse("D"), minor=True)), str(_in_mode(Key.parse("E-"), minor=True))
    ('d', 'c')
    """
    found = Key(home.tonic, minor)
    if minor == home.minor or abs(found.signature) <= _LATER_SIGNS:
        return found
    return Key(home.tonic + (_RELATIVE if minor else -_RELATIVE), minor)


def _meter(wish: CueWish, lengths: Sequence[float], rng: Generator) -> TimeSignature:
    """The meter that is asked for, or the first of the usual ones in which every scene can be played in its time."""
    if wish.meter:
        check_meter(wish.meter)
        if math.isinf(_strain(wish, wish.meter, lengths)):
            told = f"{min(lengths):g} seconds are no two measures of {wish.meter}"
            raise UsageError(told, hint="ask for a longer cue, fewer moods or another --meter")
        return wish.meter
    usual = [*_METERS[wish.steps[0].mood.quadrant]]
    rng.shuffle(usual)
    meters = [TimeSignature.parse(text) for text in dict.fromkeys((*usual, *_OTHERS))]
    strains = [_strain(wish, meter, lengths) for meter in meters]
    fitting = [meter for meter, much in zip(meters, strains, strict=True) if much <= _STRAINED]
    best = fitting[0] if fitting else meters[strains.index(min(strains))]
    if math.isinf(min(strains)):
        told = f"{min(lengths):.3g} seconds are too short for a mood"
        raise UsageError(told, hint="ask for a longer cue or fewer moods")
    return best


def _strain(wish: CueWish, meter: TimeSignature, lengths: Sequence[float]) -> float:
    characters = [character_of(step.mood, is_compound=meter.is_compound) for step in wish.steps]
    return max(
        strain(length, characters[number].pulse, meter, _onward(wish.steps, characters, number))
        for number, length in enumerate(lengths)
    )
