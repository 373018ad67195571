"""What the words of counterpoint mean: modules, as intervals with the steps of the lower voice, and kinds of motion."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from musegen.errors import UsageError, nearest
from musegen.features.search.intervals import Move, Sonance, read_move, read_sonance
from musegen.features.search.syntax import ANYTHING, Pattern, QueryError, read_pattern
from musegen.theory.motion import Motion

ANTIPARALLEL = "antiparallel"
MOTIONS = {motion.name.lower(): motion for motion in Motion}
"""As a pattern names them; `antiparallel` besides."""
_HELD = {"held": "1"}
_HINT = "write 7_1 6_-2 8 (interval, step of the lower voice to the next one), or 7 6 8 / 1 -2"


@dataclass(frozen=True)
class Contact:
    """One interval of a module, and how the lower voice goes on to the next; None is anything."""

    interval: Sonance | None = None
    lower: Move | None = None


def read_module(text: str) -> Pattern[Contact]:
    """A counterpoint module: `7_1 6_-2 8`, the same as `7 6 8 / 1 -2`; `7 6 8` with any steps.

    Raises:
        QueryError: it cannot be read.

    >>> read_module("7 6 8 / 1 -2").readings == read_module("7_Held 6_-2 8").readings
    True
    """
    if " / " in f" {text} ":
        text = _joined(text)
    return read_pattern(text, _read_contact)


def _joined(text: str) -> str:
    """The form with underscores of one with a slash."""
    above, _, below = text.partition("/")
    intervals, steps = above.split(), below.split()
    position = text.index("/") + 2
    if not steps or "/" in steps:
        raise QueryError("after the slash stand the steps of the lower voice", text, position, hint=_HINT)
    if len(steps) not in (len(intervals) - 1, len(intervals)):
        raise QueryError(f"{len(intervals)} intervals have {len(intervals) - 1} steps", text, position, hint=_HINT)
    pairs = zip_longest(intervals, steps)
    return " ".join(interval if step is None else f"{interval}_{step}" for interval, step in pairs)


def _read_contact(text: str) -> Contact:
    interval, mark, step = text.partition("_")
    if mark and not step:
        raise UsageError(f"`{text}` says no step", hint=_HINT)
    step = _HELD.get(step.lower(), step)
    return Contact(
        None if interval == ANYTHING else read_sonance(interval),
        None if step in ("", ANYTHING) else read_move(step),
    )


@dataclass(frozen=True)
class MotionWord:
    """Two voices moving from one interval to another: `parallel P5 P5`; None is anything."""

    text: str
    motion: Motion | None = None
    is_antiparallel: bool = False
    first: Sonance | None = None
    second: Sonance | None = None


def read_motion(text: str) -> MotionWord:
    """A kind of motion and the intervals between which it goes: `parallel P5 P5`, `contrary * 8`, `similar`.

    Raises:
        QueryError: it cannot be read.

    >>> read_motion("parallel P5 P5").motion.name
    'PARALLEL'
    """
    words = text.split()
    if not words or len(words) > 3:
        hint = "write parallel P5 P5, contrary * 8 or similar"
        raise QueryError("a motion has a kind and at most two intervals", text, 1, hint=hint)
    kind = words[0].lower()
    if kind not in (*MOTIONS, ANTIPARALLEL, ANYTHING):
        hint = nearest(kind, [*MOTIONS, ANTIPARALLEL])
        raise QueryError(f"there is no motion `{words[0]}`", text, text.index(words[0]) + 1, hint=hint)
    first, second = (_interval(words, number, text) for number in (1, 2))
    return MotionWord(text, MOTIONS.get(kind), kind == ANTIPARALLEL, first, second)


def _interval(words: list[str], number: int, text: str) -> Sonance | None:
    if number >= len(words) or words[number] == ANYTHING:
        return None
    try:
        return read_sonance(words[number])
    except UsageError as error:
        start = len(words[0]) if number == 1 else text.rindex(words[number])
        raise QueryError(error.message, text, text.index(words[number], start) + 1, hint=error.hint) from None
