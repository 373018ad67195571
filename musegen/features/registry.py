"""The table of features: what each is called, measures and needs; a new one is a function with `@feature` on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Literal, NamedTuple, get_args

import numpy.typing as npt

from musegen.errors import UsageError, nearest
from musegen.features.piece_view import PieceView

Group = Literal["pitch", "melody", "rhythm", "texture", "vertical", "harmony", "voice_leading", "form", "learned"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""Each is a module, or a package, of this room, in the order of the columns."""
ASKED_FOR: tuple[Group, ...] = ("learned",)
"""Groups that are measured only where they, or features of theirs, are named."""
HAND_MADE = "hand-made"
"""A name for all other groups together."""
Needs = Literal["notes", "voices", "chords", "graph"]
Confound = Literal["meter", "note_values", "parts", "format"]
"""What a feature may tell of the edition instead of the style: bar lines, note values, number of staves, file."""
Values = npt.ArrayLike
"""A number, or one for each dimension; NaN where it is undefined."""


class Feature(NamedTuple):
    """One measurement of a piece, with one dimension or more."""

    name: str
    group: Group
    dims: tuple[str, ...]  # ("",) for a single number
    unit: str
    low: float
    high: float  # inclusive; infinity where there is no limit
    needs: Needs
    source: str
    confounds: tuple[Confound, ...]
    absolute: bool  # it tells the pitch level: transposing the piece changes it
    measure: Callable[[PieceView], Values]

    @property
    def definition(self) -> str:
        """What it measures, in a sentence."""
        return " ".join((self.measure.__doc__ or "").split("\n\n")[0].split())

    @property
    def columns(self) -> tuple[str, ...]:
        """The name of each dimension in a table: `pitch.pitch_class_shares.tonic`, `rhythm.note_density`."""
        return tuple(".".join((self.group, self.name, *([dim] if dim else []))) for dim in self.dims)


_FOUND: dict[str, Feature] = {}


def feature(
    group: Group,
    *,
    unit: str,
    source: str,
    dims: Sequence[str] = ("",),
    low: float = 0.0,
    high: float = 1.0,
    needs: Needs = "notes",
    confounds: Sequence[Confound] = (),
    absolute: bool = False,
) -> Callable[[Callable[[PieceView], Values]], Callable[[PieceView], Values]]:
    """Enter a function in the table: its name is the feature's, the first paragraph of its docstring the definition."""

    def enter(measure: Callable[[PieceView], Values]) -> Callable[[PieceView], Values]:
        name = measure.__name__
        if name in _FOUND:
            raise ValueError(f"there are two features `{name}`")
        entry = (group, tuple(dims), unit, low, high, needs, source, tuple(confounds), absolute)
        _FOUND[name] = Feature(name, *entry, measure)
        return measure

    return enter


@cache
def features() -> tuple[Feature, ...]:
    """Every feature, by group, in the order of the files."""
    for group in GROUPS:
        import_module(f"musegen.features.{group}")
    return tuple(sorted(_FOUND.values(), key=lambda found: GROUPS.index(found.group)))


def has_asked_for(names: Sequence[str]) -> bool:
    """Whether a group or feature is named that is not measured otherwise.

    >>> has_asked_for(["melody"]), has_asked_for(["melody_thoughts"])
    (False, True)
    """
    return any(found.group in ASKED_FOR for found in chosen(names))


def chosen(names: Sequence[str] = (), without: Sequence[Confound] = ()) -> tuple[Feature, ...]:
    """The features of these groups or names (the hand-made ones, where none is named) that no such confound touches.

    Raises:
        UsageError: there is no group or feature of a name.

    >>> names = [found.name for found in chosen(("learned", "number_of_lines"))]
    >>> names, "melody_thoughts" in [found.name for found in chosen()]
    (['number_of_lines', 'melody_thoughts'], False)
    """
    every = features()
    known = [HAND_MADE, *GROUPS, *(found.name for found in every)]
    for name in names:
        if name not in known:
            raise UsageError(f"there is no feature or group `{name}`", hint=nearest(name, known))
    asked = set(names or (HAND_MADE,))
    if HAND_MADE in asked:
        asked |= set(GROUPS) - set(ASKED_FOR)
    return tuple(
        found for found in every if {found.group, found.name} & asked and not set(without) & set(found.confounds)
    )
