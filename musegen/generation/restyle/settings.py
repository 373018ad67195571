"""What sounds with a restyled melody: nothing, chords and an accompaniment, or four voices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from numpy.random import Generator

from musegen.errors import NotFound
from musegen.generation.accompaniment.judging import own_findings
from musegen.generation.accompaniment.making import accompany
from musegen.generation.conditions import Condition
from musegen.generation.harmonise import harmonise
from musegen.generation.progressions.setting import chords_over
from musegen.generation.restyle.hymn import at_rest, with_rests_sung
from musegen.generation.restyle.identity import structural
from musegen.generation.restyle.lines import Line, is_minor, score_of
from musegen.generation.restyle.ranges import FIDDLE, SOPRANO, in_key, in_range
from musegen.generation.restyle.reducing import skeleton
from musegen.generation.restyle.styles import Keep, Style
from musegen.rules.engine import check
from musegen.rules.findings import Finding
from musegen.score.model import Score
from musegen.theory.keys import Key

_TRIES = 3
"""Settings that are drawn until one has no error."""


class Setting(NamedTuple):
    """A melody as it is sung at last, and the whole."""

    line: Line
    score: Score
    findings: tuple[Finding, ...]


class Asked(NamedTuple):
    """What a setting depends on besides the melody."""

    style: Style
    key: Key | None
    keep: Keep
    level: int
    given: Score


def set_as(
    line: Line, style: Style, rng: Generator, *, key: Key | None, keep: Keep, level: int, score: Score
) -> Setting:
    """The melody set as a style has it, and what the rules of the style find."""
    return _TEXTURES[style.texture](line, Asked(style, key, keep, level, score), rng)


def _tune(line: Line, asked: Asked, rng: Generator) -> Setting:
    line = (
        in_range(line, FIDDLE, asked.key) if asked.key is None else in_range(in_key(line, asked.key), FIDDLE, asked.key)
    )
    score = score_of(line, "")
    return Setting(line, score, check(score, asked.style.pack).findings)


def _sheet(line: Line, asked: Asked, rng: Generator) -> Setting:
    line = in_range(line if asked.key is None else in_key(line, asked.key), FIDDLE, asked.key)
    bare = score_of(line, "")
    chords = chords_over(bare, key=key_of(line))[0].labels
    made = accompany(replace(bare, harmonies=chords), rng, style=asked.style.accompaniment, level=asked.level)
    return Setting(line, made.score, own_findings(made, asked.style.pack))


def _chorale(line: Line, asked: Asked, rng: Generator) -> Setting:
    kept = structural(line) if asked.keep == "strict" else frozenset()
    line = in_range(at_rest(skeleton(with_rests_sung(line), kept=kept)), SOPRANO, asked.key)
    melody = score_of(line, "", fermatas=True)
    condition = Condition(key=key_of(line), pack=asked.style.pack)
    best = None
    for _ in range(_TRIES):
        found = harmonise(melody, condition, rng)[0]
        if best is None or found.errors < best.errors:
            best = found
        if not best.errors:
            break
    if best is None:
        raise NotFound("no setting was drawn", hint="try another seed or key")
    return Setting(line, best.score, best.findings)


def key_of(line: Line) -> Key:
    """The major or minor key of a line."""
    return Key(line.home.fifths, is_minor(line.home))


_TEXTURES: dict[str, Callable[[Line, Asked, Generator], Setting]] = {
    "tune": _tune, "sheet": _sheet, "chorale": _chorale, "as given": _tune,
}  # fmt: skip
