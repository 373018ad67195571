"""What is looked for: patterns of one kind or several, the voices that have them, and where in a piece they must be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from musegen.errors import UsageError, nearest
from musegen.features.search.chord_words import ChordWord, read_chords
from musegen.features.search.counterpoint_words import Contact, MotionWord, read_module, read_motion
from musegen.features.search.note_words import Melody, Ratios, Rhythm, read_melody, read_rhythm
from musegen.features.search.piece_rows import Need
from musegen.features.search.syntax import Pattern
from musegen.theory.analysis import CadenceKind

Where = Literal["cadence", "phrase-end", "phrase-start", "strong-beat", "downbeat"]
WHERE: tuple[Where, ...] = get_args(Where)
Every = Literal["beat", "onset"]
CADENCES: tuple[str, ...] = get_args(CadenceKind)
_ONE = r"(?:soprano|alto|tenor|bass|[1-9]\d?)"
_VOICE, _PAIR = re.compile(rf"any|outer|{_ONE}", re.IGNORECASE), re.compile(rf"{_ONE}-{_ONE}", re.IGNORECASE)
_OF_CHORDS: tuple[Where, ...] = ("cadence", "phrase-end", "phrase-start")


@dataclass(frozen=True)
class Query:
    """A question to a corpus. With several patterns, the others are heard while the chords go on, or from one note on.

    `at` holds for the last event of a hit (`cadence`, `phrase-end`) or for its first one (the others).
    """

    words: str  # the question as it was asked
    chords: Pattern[ChordWord] | None = None
    melody: Melody | None = None
    rhythm: Rhythm | Ratios | None = None
    module: Pattern[Contact] | None = None
    motion: MotionWord | None = None
    voice: str = "any"
    at: tuple[Where, ...] = ()
    cadences: tuple[str, ...] = ()  # kinds; any where none is named
    mode: Literal["", "major", "minor"] = ""
    every: Every = "beat"  # when modules are heard
    in_phrase: bool = False  # no hit goes from one phrase to the next

    @property
    def needs(self) -> tuple[Need, ...]:
        """What must be known of a piece."""
        needs: list[Need] = []
        if self.needs_chords:
            needs.append("chords")
        if self.melody or self.rhythm or self.module or self.motion:
            needs.append("lines")
        if self.motion:
            needs.append("motions")
        return tuple(needs)

    @property
    def needs_chords(self) -> bool:
        """It asks for keys, chords, cadences or phrases."""
        asked = self.chords is not None or self.in_phrase or bool(self.mode)
        return asked or self.needs_tonality or bool(set(self.at) & set(_OF_CHORDS))

    @property
    def needs_tonality(self) -> bool:
        """It asks for what a reading by mode does not have: chords in keys, degrees, cadences."""
        degrees = self.melody is not None and self.melody.needs_key
        return self.chords is not None or degrees or bool(self.cadences or self.mode) or "cadence" in self.at


def make_query(
    chords: str = "",
    *,
    melody: str = "",
    rhythm: str = "",
    module: str = "",
    motion: str = "",
    voice: str = "any",
    at: Sequence[str] = (),
    cadences: Sequence[str] = (),
    mode: Literal["", "major", "minor"] = "",
    every: Every = "beat",
    in_phrase: bool = False,
) -> Query:
    """The question that these patterns and conditions ask; docs/searching.md tells how each is written.

    Raises:
        QueryError: a pattern cannot be read; says at which letter.
        UsageError: there is no pattern, or no such condition.

    >>> make_query("V65/V V", at=["cadence"]).words
    "'V65/V V' --at cadence"
    """
    patterns = {"": chords, "melody": melody, "rhythm": rhythm, "module": module, "motion": motion}
    given = {name: text for name, text in patterns.items() if text.strip()}
    if not given:
        raise UsageError("there is nothing to find", hint="write a pattern such as 'V65/V V', or --melody '+2 +2 -3'")
    if len(given) > 1 and not set(given) <= {"", "melody", "rhythm"} and len(given.keys() - {""}) > 1:
        raise UsageError("modules and motions are looked for alone, or with chords", hint="leave one pattern out")
    _check_voice(voice, pairs=bool({"module", "motion"} & set(given)))
    for name in at:
        if name not in WHERE:
            raise UsageError(f"there is no place `{name}`", hint=nearest(name, WHERE))
    for kind in cadences:
        if kind not in CADENCES:
            raise UsageError(f"there is no cadence `{kind}`", hint=nearest(kind, CADENCES))
    places: list[Where] = [name for name in WHERE if name in at or (name == "cadence" and cadences)]
    return Query(
        _words(given, voice, places, cadences, mode, every, in_phrase),
        read_chords(chords) if "" in given else None,
        read_melody(melody) if "melody" in given else None,
        read_rhythm(rhythm) if "rhythm" in given else None,
        read_module(module) if "module" in given else None,
        read_motion(motion) if "motion" in given else None,
        voice, tuple(places), tuple(cadences), mode, every, in_phrase,
    )  # fmt: skip


def _check_voice(voice: str, *, pairs: bool) -> None:
    if not (_VOICE.fullmatch(voice) or (pairs and _PAIR.fullmatch(voice))):
        hint = "write any, outer, soprano, alto, tenor, bass, or a number from the top" + "; a pair is 1-3" * pairs
        raise UsageError(f"there is no voice `{voice[:40]}`", hint=hint)


def _words(
    given: dict[str, str],
    voice: str,
    at: Sequence[str],
    cadences: Sequence[str],
    mode: str,
    every: str,
    in_phrase: bool,
) -> str:
    """The question as it would be typed."""
    told = [f"--{name} '{text}'" if name else f"'{text}'" for name, text in given.items()]
    told += [f"--voice {voice}"] * (voice != "any")
    told += [f"--at {name}" for name in at if name != "cadence" or not cadences]
    told += [f"--cadence {kind}" for kind in cadences]
    told += [f"--mode {mode}"] * bool(mode) + [f"--every {every}"] * (every != "beat")
    return " ".join([*told, *["--in-phrase"] * in_phrase])
