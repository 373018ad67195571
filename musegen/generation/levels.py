"""Exercise levels: the vocabulary that `rules/level-N.toml` allows, gathered along the chain of packs it extends."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from musegen.errors import UsageError
from musegen.score.data_folder import data_folder
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral

HIGHEST = 8


@dataclass(frozen=True)
class NewThings:
    """What a level adds to the one before: the devices that its sheets are to use."""

    major: tuple[str, ...]
    minor: tuple[str, ...]
    ornaments: tuple[str, ...]  # non-chord tones and the figures of suspensions
    modulations_major: tuple[str, ...]
    modulations_minor: tuple[str, ...]

    def figures(self, *, minor: bool) -> tuple[str, ...]:
        """The numerals that are new in a mode."""
        return self.minor if minor else self.major

    def goals(self, key: Key) -> tuple[Key, ...]:
        """The keys that a sheet may now modulate to and could not before."""
        return keys_of(key, self.modulations_minor if key.minor else self.modulations_major)


@dataclass(frozen=True)
class Level:
    """What a level allows.

    >>> level_named(2).figures(minor=False)
    ('I', 'IV', 'V', 'I6', 'IV6', 'V6', 'V7')
    """

    number: int
    title: str
    major: tuple[str, ...]
    minor: tuple[str, ...]
    non_chord_tones: tuple[str, ...]
    suspensions: tuple[str, ...]
    modulations_major: tuple[str, ...]
    modulations_minor: tuple[str, ...]
    new: NewThings
    words_major: str  # all chords in words, for the student; "" where the figures themselves are said
    words_minor: str
    marks: tuple[tuple[str, int], ...]  # for each cadence, and the parts in which the other marks are shared out

    @property
    def pack(self) -> str:
        """The rule pack that judges this level."""
        return f"level-{self.number}"

    def figures(self, *, minor: bool) -> tuple[str, ...]:
        """The numerals allowed in a mode, oldest first."""
        return self.minor if minor else self.major

    def goals(self, key: Key) -> tuple[Key, ...]:
        """The keys that a sheet of this level may modulate to."""
        return keys_of(key, self.modulations_minor if key.minor else self.modulations_major)


@cache
def level_named(number: int) -> Level:
    """The level of this number.

    Raises:
        UsageError: there is no such level.
    """
    if not 1 <= number <= HIGHEST:
        raise UsageError(f"there is no level {number}", hint=f"levels are 1 to {HIGHEST}")
    tables = [_table(step) for step in range(1, number + 1)]
    allows = [table["allow"] for table in tables]

    def gathered(name: str) -> tuple[str, ...]:
        return tuple(item for allow in allows for item in allow.get(name, ()))

    return Level(
        number=number,
        title=tables[-1]["pack"]["title"],
        major=gathered("major"),
        minor=gathered("minor"),
        non_chord_tones=gathered("non_chord_tones"),
        suspensions=gathered("suspensions"),
        modulations_major=gathered("modulations_major"),
        modulations_minor=gathered("modulations_minor"),
        new=_new_things(allows[-1]),
        words_major=allows[-1].get("words_major", ""),
        words_minor=allows[-1].get("words_minor", ""),
        marks=tuple(next(table["marks"] for table in reversed(tables) if "marks" in table).items()),
    )


def _new_things(allow: dict[str, Any]) -> NewThings:
    ornaments = (*allow.get("non_chord_tones", ()), *allow.get("suspensions", ()))
    return NewThings(
        major=tuple(allow["major"]),
        minor=tuple(allow["minor"]),
        ornaments=tuple(ornament for ornament in ornaments if ornament != "suspension"),
        modulations_major=tuple(allow.get("modulations_major", ())),
        modulations_minor=tuple(allow.get("modulations_minor", ())),
    )


def _table(number: int) -> dict[str, Any]:
    return tomllib.loads((data_folder("rules") / f"level-{number}.toml").read_text(encoding="utf-8"))


def keys_of(home: Key, figures: tuple[str, ...]) -> tuple[Key, ...]:
    """The keys whose tonics these numerals of the home key are."""
    numerals = [parse_numeral(figure, minor=home.minor) for figure in figures]
    return tuple(Key(home.tonic + numeral.root, numeral.quality in ("minor", "dim")) for numeral in numerals)
