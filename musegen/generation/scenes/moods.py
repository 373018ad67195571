"""Moods in words and numbers: `calm`, `calm to tense at 20s then sad`, valence -0.6 and arousal 0.7."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from musegen.errors import UsageError, nearest

MOODS = {
    "calm": (0.6, -0.7), "peaceful": (0.7, -0.6), "serene": (0.7, -0.7), "relaxed": (0.7, -0.6), "tender": (0.6, -0.4),
    "dreamy": (0.4, -0.6), "content": (0.7, -0.3), "nostalgic": (0.2, -0.5), "hopeful": (0.6, 0.1),
    "happy": (0.8, 0.5), "cheerful": (0.8, 0.5), "playful": (0.7, 0.6), "joyful": (0.9, 0.6), "bright": (0.7, 0.4),
    "triumphant": (0.7, 0.8), "heroic": (0.6, 0.7), "excited": (0.7, 0.8), "energetic": (0.5, 0.9),
    "tense": (-0.6, 0.6), "anxious": (-0.6, 0.5), "restless": (-0.4, 0.5), "fearful": (-0.7, 0.7),
    "scary": (-0.7, 0.7), "angry": (-0.7, 0.8), "agitated": (-0.6, 0.8), "dramatic": (-0.4, 0.8), "dark": (-0.7, 0.2),
    "sad": (-0.7, -0.5), "melancholy": (-0.5, -0.5), "gloomy": (-0.7, -0.4), "mournful": (-0.8, -0.6),
    "lonely": (-0.6, -0.6), "tired": (-0.3, -0.8), "mysterious": (-0.4, -0.3),
}  # fmt: skip
"""(valence, arousal), -1 to 1. Our places, on the circle of Russell (1980), after his words where he has them."""
MOST = 8
"""Moods of one cue."""
_JOINT = re.compile(r"\s*(?:,\s*)?\b(to|then)\b\s*|\s*,\s*")
_AT = re.compile(r"^(.*?)\s+at\s+(\S+)$")
_TIME = re.compile(r"(?:(\d{1,3}):(\d{2}(?:\.\d{1,3})?)|(\d{1,5}(?:\.\d{1,3})?)\s*(ms|s|sec|seconds|min|m)?)$")
_UNITS = {"ms": 0.001, "min": 60.0, "m": 60.0}


class Mood(NamedTuple):
    """A place on Russell's circumplex, and what it is called."""

    words: str
    valence: float  # -1 unpleasant to 1 pleasant
    arousal: float  # -1 calm to 1 active

    @property
    def quadrant(self) -> str:
        """`cheerful`, `peaceful`, `tense` or `sad`; the middle counts as pleasant and calm.

        >>> [mood_named(word).quadrant for word in ("joyful", "dreamy", "angry", "lonely")]
        ['cheerful', 'peaceful', 'tense', 'sad']
        """
        if self.valence < 0:
            return "tense" if self.arousal > 0 else "sad"
        return "cheerful" if self.arousal > 0 else "peaceful"


class Step(NamedTuple):
    """A mood, when it begins, and whether the music goes over to it bit by bit."""

    mood: Mood
    at: float | None = None  # seconds; None: where equal shares have it
    is_gradual: bool = False


def mood_named(word: str) -> Mood:
    """The mood of a word.

    Raises:
        UsageError: there is no such word; says which are near.
    """
    plain = " ".join(word.lower().split())
    if plain not in MOODS:
        raise UsageError(f"there is no mood `{word.strip()[:60]}`", hint=nearest(plain, MOODS))
    return Mood(plain, *MOODS[plain])


def mood_at(valence: float, arousal: float) -> Mood:
    """The mood of two numbers, called by the nearest word.

    Raises:
        UsageError: a number is not from -1 to 1.

    >>> mood_at(-0.6, 0.7)
    Mood(words='tense', valence=-0.6, arousal=0.7)
    """
    for name, value in (("valence", valence), ("arousal", arousal)):
        if not -1 <= value <= 1:
            raise UsageError(f"a {name} of {value:g}", hint="it is from -1 to 1")
    word = min(MOODS, key=lambda word: round(math.dist(MOODS[word], (valence, arousal)), 9))
    return Mood(word, float(valence), float(arousal))


def steps_named(text: str) -> tuple[Step, ...]:
    """Moods in words: `to` goes over bit by bit, `then` or a comma at once; `at 20s` says when the mood begins.

    Raises:
        UsageError: a word is no mood, a time is none, or there are too many.

    >>> [(step.mood.words, step.at, step.is_gradual) for step in steps_named("calm to tense at 20s, sad")]
    [('calm', None, False), ('tense', 20.0, True), ('sad', None, False)]
    """
    pieces, joints = _split(" ".join(text.lower().split()))
    if len(pieces) > MOST:
        raise UsageError(f"a cue of {len(pieces)} moods", hint=f"{MOST} at most")
    steps = []
    for piece, joint in zip(pieces, joints, strict=True):
        found = _AT.match(piece)
        words, at = (found[1], seconds_of(found[2])) if found else (piece, None)
        if not words.strip():
            raise UsageError(f"`{text[:80]}` leaves a mood out", hint="write it like calm to tense, or calm then sad")
        steps.append(Step(mood_named(words), at, joint == "to"))
    if steps[0].at:
        raise UsageError("the first mood begins with the cue", hint="leave out its `at`")
    return tuple(steps)


def seconds_of(text: str) -> float:
    """A time in seconds: `42`, `42s`, `1:30`, `1.5min`.

    Raises:
        UsageError: it is none.

    >>> [seconds_of(text) for text in ("42", "20.5s", "1:30", "2 min", "800ms")]
    [42.0, 20.5, 90.0, 120.0, 0.8]
    """
    found = _TIME.match(text.strip().lower())
    if not found:
        raise UsageError(f"`{text[:60]}` is no time", hint="write it like 42s, 1:30 or 1.5min")
    minutes, seconds, number, unit = found.groups()
    if minutes is not None:
        return 60.0 * int(minutes) + float(seconds)
    return float(number) * _UNITS.get(unit or "s", 1.0)


def _split(text: str) -> tuple[list[str], list[str]]:
    """Pieces, and the word that joins each to the one before."""
    pieces, joints, start = [], [""], 0
    for found in _JOINT.finditer(text):
        pieces.append(text[start : found.start()])
        joints.append(found[1] or "then")
        start = found.end()
    return [*pieces, text[start:]], joints


def steps_of(
    text: str, valence: float | None = None, arousal: float | None = None, at: Sequence[float] = ()
) -> tuple[Step, ...]:
    """The moods that words, or two numbers, ask for; `at` are the times of the changes in turn.

    Raises:
        UsageError: they contradict each other, or name no mood.

    >>> [step.at for step in steps_of("calm to tense", at=[20.0])]
    [None, 20.0]
    """
    numbers = (valence, arousal) != (None, None)
    if bool(text.strip()) == numbers:
        told = "a mood in words and in numbers" if numbers else "a cue without a mood"
        raise UsageError(told, hint="ask for one of them: --mood calm, or --valence 0.6 --arousal -0.7")
    if numbers:
        steps: tuple[Step, ...] = (Step(mood_at(valence or 0.0, arousal or 0.0)),)
    else:
        steps = steps_named(text)
    if not at:
        return steps
    if any(step.at is not None for step in steps[1:]):
        raise UsageError("the times of the changes are said twice", hint="leave out --at, or `at` in the mood")
    if len(at) >= len(steps):
        changes = f"{len(steps) - 1} change{'s' * (len(steps) != 2)}"
        raise UsageError(f"{len(at)} times for {changes}", hint="a time for each change, in turn")
    times = (None, *at, *[None] * (len(steps) - 1 - len(at)))
    return tuple(step._replace(at=time) for step, time in zip(steps, times, strict=True))
