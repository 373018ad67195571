"""What sounds with a restyled melody: nothing, chords and an accompaniment, or four voices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.errors import NotFound
from musegen.generation.accompaniment.judging import own_findings
from musegen.generation.accompaniment.making import accompany
from musegen.generation.conditions import Condition
from musegen.generation.harmonise import harmonise
from musegen.generation.progressions.setting import chords_over
from musegen.generation.restyle.cantus import cantus_of
from musegen.generation.restyle.florid import florid
from musegen.generation.restyle.hymn import at_rest, with_rests_sung
from musegen.generation.restyle.identity import structural
from musegen.generation.restyle.lines import Line, Note, is_minor, score_of
from musegen.generation.restyle.ranges import FIDDLE, SOPRANO, in_key, in_range
from musegen.generation.restyle.reducing import skeleton
from musegen.generation.restyle.styles import Keep, Style
from musegen.rules.engine import check
from musegen.rules.findings import Finding
from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.theory.keys import Key

_TRIES, _TRIES_OF_LINES = 3, 6
"""Settings that are drawn until one has no error; counterpoints, until one has no warning either."""


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


def _counterpoint(line: Line, asked: Asked, rng: Generator) -> Setting:
    cantus = cantus_of(line, asked.key, structural(line) if asked.keep == "strict" else frozenset())
    best: Setting | None = None
    for _ in range(_TRIES_OF_LINES):
        upper = florid(cantus, rng)
        if upper is None:
            continue
        score = _with_cantus(cantus, upper)
        made = Setting(cantus, score, check(score, asked.style.pack).findings)
        if best is None or _weight(made) < _weight(best):
            best = made
        if not any(finding.severity in ("error", "warning") for finding in best.findings):
            break
    if best is None:
        raise NotFound("no voice was found against this cantus", hint="try another key or seed")
    return best


def _weight(made: Setting) -> tuple[int, int, int]:
    """Errors, warnings, hints."""
    severities = [finding.severity for finding in made.findings]
    return severities.count("error"), severities.count("warning"), severities.count("info")


def _with_cantus(cantus: Line, upper: tuple[Note, ...]) -> Score:
    """Two parts, the cantus below."""
    voices = (score_of(cantus._replace(notes=upper), ""), score_of(cantus, ""))
    parts = [
        voice.parts[0]._replace(id=f"P{number}", name=name)
        for number, (voice, name) in enumerate(zip(voices, ("Counterpoint", "Cantus firmus"), strict=True), start=1)
    ]
    rows = [voice.notes.rows.copy() for voice in voices]
    for part, table in enumerate(rows):
        table["part"] = part
    joined = np.concatenate(rows)
    joined["id"] = np.arange(len(joined))
    return replace(voices[1], notes=NoteTable(joined).ordered(), parts=tuple(parts))


def key_of(line: Line) -> Key:
    """The major or minor key of a line."""
    return Key(line.home.fifths, is_minor(line.home))


_TEXTURES: dict[str, Callable[[Line, Asked, Generator], Setting]] = {
    "tune": _tune, "sheet": _sheet, "chorale": _chorale, "as given": _tune, "counterpoint": _counterpoint,
}  # fmt: skip
