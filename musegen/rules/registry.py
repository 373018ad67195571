"""How predicates and exceptions are declared and found: a decorator each, and the tables that packs name them by."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple, get_args, get_type_hints

Window = Literal["slice", "pair", "phrase"]
Axis = Literal["none", "pairs", "voices", "together"]
ViewName = Literal["surface", "pulses", "reduction"]
Need = Literal["cantus_firmus", "chord_symbols", "figures", "numerals", "vocabulary", "two_voices", "instruments"]
"""What a rule may need besides notes and chords: of the score, or (`vocabulary`) of the pack's [allow] table, whose
lists are laid over the parameters of the same names."""


class Hit(NamedTuple):
    """One place where a predicate holds: view positions before and at the arrival, and the voices concerned."""

    before: int  # equal to `at` where only one sonority is concerned
    at: int
    voices: tuple[int, ...]
    end: int = 0  # the last view position of a state that lasts; 0 where it does not matter
    facts: Mapping[str, Any] = {}
    onset: int = -1  # in ticks, where it is not that of position `at`
    rows: tuple[int, ...] = ()  # the notes concerned, where they are not simply those of the voices at that place


@dataclass(frozen=True)
class Predicate:
    """A pure function over sonorities (or over a whole view, for window `phrase`) and what the engine must know of it.

    `axis` says what the last axis of its mask is: pairs of voices, voices each for itself, voices `together` (all that
    are true make one finding), or none. `throughout` reports only what holds all through a chord.
    """

    name: str
    function: Callable[..., Any]
    window: Window
    axis: Axis
    needs_harmony: bool
    view: ViewName
    throughout: bool
    four_parts: bool
    facts: frozenset[str]  # what a message may speak of
    needs: tuple[Need, ...] = ()

    @cached_property
    def params(self) -> dict[str, inspect.Parameter]:
        """The keyword parameters that a pack may set."""
        listed = inspect.signature(self.function).parameters.values()
        return {item.name: item for item in listed if item.kind is inspect.Parameter.KEYWORD_ONLY}

    @cached_property
    def hints(self) -> dict[str, Any]:
        """Type hints of the parameters, with their bounds."""
        return get_type_hints(self.function, include_extras=True)

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.function) or "").split("\n")[0]


@dataclass(frozen=True)
class Exemption:
    """A reason to let a finding pass, named in a rule's `unless`.

    A kernel takes the sonorities that the predicate takes and returns a mask that broadcasts to the predicate's (so the
    decoder applies it too); a contextual one takes (hit, view) and returns a bool.
    """

    name: str
    function: Callable[..., Any]
    kernel: bool
    reason: str
    windows: tuple[Window, ...]  # the predicates that it can excuse
    axes: tuple[Axis, ...]

    def suits(self, kind: Predicate) -> bool:
        """It can judge the findings of this predicate."""
        return kind.window in self.windows and kind.axis in self.axes


_ONE_VOICE = ("voice", "note_from", "note_to", "voices", "notes")
CHORD_FACTS = ("chord_before", "chord", "key")
_FACTS: dict[Axis, tuple[str, ...]] = {
    "none": (),
    "voices": _ONE_VOICE,
    "together": _ONE_VOICE,
    "pairs": (*_ONE_VOICE, "upper", "lower", "upper_from", "upper_to", "lower_from", "lower_to"),
}

PREDICATES: dict[str, Predicate] = {}
EXEMPTIONS: dict[str, Exemption] = {}


def predicate(
    window: Window,
    axis: Axis = "none",
    *,
    needs_harmony: bool = False,
    view: ViewName = "surface",
    throughout: bool = False,
    four_parts: bool = False,
    facts: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a predicate; its name is the function's. `facts` are those that its hits bring along.

    Where a score lacks one of its `needs`, the rule is listed under `not_checked`.

    Raises:
        ValueError: there is no such window, axis, view or need, or the mask could not be told.
    """
    for name, kind, said in (
        ("window", Window, [window]),
        ("axis", Axis, [axis]),
        ("view", ViewName, [view]),
        ("needs", Need, needs),
    ):
        for word in said:
            if word not in get_args(kind):
                raise ValueError(f"`{name}` cannot be {word!r}; there are {', '.join(get_args(kind))}")
    if window != "phrase" and axis == "none" and not throughout:
        raise ValueError("a predicate over slices or pairs needs an axis: pairs, voices or together")
    known = frozenset((*_FACTS[axis], *facts, *(CHORD_FACTS if needs_harmony else ())))

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__
        PREDICATES[name] = Predicate(
            name, function, window, axis, needs_harmony, view, throughout, four_parts, known, needs
        )
        return function

    return register


def exemption(
    *,
    kernel: bool,
    windows: tuple[Window, ...] = ("pair",),
    axes: tuple[Axis, ...] = ("voices", "pairs"),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an exception; its name in packs is the function's with dashes, its reason the first docstring line."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__.replace("_", "-")
        reason = (inspect.getdoc(function) or "").split("\n")[0].rstrip(".")
        EXEMPTIONS[name] = Exemption(name, function, kernel, reason, windows, axes)
        return function

    return register
