"""What sounds with a restyled melody: nothing, chords and an accompaniment, or four voices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.errors import NotFound, UsageError
from musegen.generation.accompaniment.judging import own_findings
from musegen.generation.accompaniment.making import accompany
from musegen.generation.conditions import Condition, Left
from musegen.generation.harmonise import harmonise
from musegen.generation.progressions.setting import chords_over
from musegen.generation.restyle.all_voices import transposed, voices_in_mode
from musegen.generation.restyle.cantus import cantus_of
from musegen.generation.restyle.florid import florid
from musegen.generation.restyle.hymn import at_rest, with_rests_sung, with_whole_upbeat
from musegen.generation.restyle.identity import quoted, structural
from musegen.generation.restyle.lines import Line, Note, is_minor, line_of, score_of
from musegen.generation.restyle.meters import stretched
from musegen.generation.restyle.quavers import with_eighths
from musegen.generation.restyle.ranges import (
    COMPASS,
    FIDDLE,
    SOPRANO,
    has_faulty_leaps,
    in_key,
    in_range,
    mended,
    narrowed,
)
from musegen.generation.restyle.reducing import roughness, skeleton
from musegen.generation.restyle.styles import Keep, Style
from musegen.rules.engine import check
from musegen.rules.findings import Finding
from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import assign_voices
from musegen.theory.keys import MOST_SIGNS, Key
from musegen.theory.songs.slots import Every
from musegen.theory.tunes.symbols import MODES

FOUR_PART_PACK = "chorale"
"""The rules of a piece that stays in four voices."""
_TRIES, _TRIES_OF_LINES = 3, 6
"""Settings that are drawn until one has no error; counterpoints, until one has no warning either."""

_ENOUGH, _QUOTED = 22.0, 2
"""Bits of a passage by which a melody is told from some hundred others; measures that it is looked for in."""


class Setting(NamedTuple):
    """A melody as it is sung at last, and the whole."""

    line: Line
    score: Score
    findings: tuple[Finding, ...]
    pack: str = ""  # that was asked, where it is not the style's


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
    """The melody set as a style has it, and what the rules of the style find.

    Raises:
        UsageError: the key is of the other mode.
        NotFound: no setting was found.
    """
    if key is not None and key.minor != is_minor(line.home):
        told = f"the melody is {'minor' if is_minor(line.home) else 'major'}, and {key.words} is not"
        raise UsageError(told, hint="`--to minor` and `--to major` change the mode")
    if key is not None and abs(line._replace(home=line.home._replace(fifths=key.tonic)).home.signature) > MOST_SIGNS:
        raise UsageError(f"{key.words} has too many sharps or flats", hint=f"a key signature has {MOST_SIGNS} at most")
    return _TEXTURES[style.texture](line, Asked(style, key, keep, level, score), rng)


def _tune(line: Line, asked: Asked, rng: Generator) -> Setting:
    line = mended(in_range(line if asked.key is None else in_key(line, asked.key), FIDDLE, asked.key))
    score = score_of(line, "")
    return Setting(line, score, check(score, asked.style.pack).findings)


def _as_given(line: Line, asked: Asked, rng: Generator) -> Setting:
    """All voices where there are several, else the tune."""
    if len(assign_voices(asked.given).names) == 1 or not asked.style.mode:
        return _tune(line, asked, rng)
    score = voices_in_mode(asked.given, line_of(asked.given), asked.style.mode)
    if asked.key is not None:
        score = transposed(score, asked.key.tonic - line.home.fifths)
        line = in_key(line, asked.key)
    if "".join(assign_voices(score).names) != "SATB":
        return Setting(line, score, check(score, asked.style.pack).findings, asked.style.pack)
    return _mended(Setting(line, score, check(score, FOUR_PART_PACK).findings, FOUR_PART_PACK), rng)


def _mended(made: Setting, rng: Generator) -> Setting:
    """Four voices, those below the melody set anew in measures with errors, and in the one before these."""
    for _ in range(_TRIES):
        places = {finding.measure for finding in made.findings if finding.severity == "error"}
        numbers = [measure.number for measure in made.score.measures]
        near = [one for one, two in zip(numbers, [*numbers[1:], ""], strict=True) if places & {one, two}]
        if not places:
            break
        condition = Condition(key=key_of(made.line), pack=made.pack, left=Left(measures=tuple(near)))
        found = harmonise(replace(made.score, harmonies=()), condition, rng)[0]
        other = made._replace(score=replace(found.score, harmonies=()), findings=check(found.score, made.pack).findings)
        made = min(made, other, key=_weight)
    return made


def _sheet(line: Line, asked: Asked, rng: Generator) -> Setting:
    line = mended(in_range(line if asked.key is None else in_key(line, asked.key), FIDDLE, asked.key))
    bare = score_of(line, "")
    # a waltz strikes its bass on the downbeat; chords of minor that change quickly bring the sixth that Dorian has not
    every: Every | None = "measure" if line.meter.numerator == 3 or MODES[line.home.mode] == "dorian" else None
    chords = chords_over(bare, key=key_of(line), every=every)[0].labels
    made = accompany(replace(bare, harmonies=chords), rng, style=asked.style.accompaniment, level=asked.level)
    return Setting(line, made.score, own_findings(made, asked.style.pack))


def chorale_melody(line: Line, key: Key | None = None, keep: Keep = "free") -> Line:
    """The skeleton of a melody in 4/4, with phrases that come to rest, where sopranos sing.

    Of several, of which each keeps other measures as they were as far as they can be sung, it is the smoothest of those
    that quote enough of the melody to tell it; of none, the one that quotes most. What leaps further than an octave is
    taken last.
    """
    kept = structural(line) if keep == "strict" else frozenset()
    plain = with_whole_upbeat(with_rests_sung(line))
    ways = [range(0), *(range(first, first + _QUOTED * line.bar) for first in range(0, line.end, line.bar))]
    found = [_hymn(skeleton(plain, kept=kept, dense=dense), key) for dense in ways]
    return min(
        found, key=lambda made: (has_faulty_leaps(made), max(0.0, _ENOUGH - quoted(line, made)), roughness(made))
    )


def _hymn(line: Line, key: Key | None) -> Line:
    """A skeleton with its rests, in the compass of a congregation."""
    return narrowed(in_range(at_rest(line), SOPRANO, key), SOPRANO, COMPASS)


def _chorale(line: Line, asked: Asked, rng: Generator) -> Setting:
    line = chorale_melody(line, asked.key, asked.keep)
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
    kept = structural(line) if asked.keep == "strict" else frozenset()
    cantus = cantus_of(stretched(line, "4/4"), asked.key, kept)
    best: Setting | None = None
    for _ in range(_TRIES_OF_LINES):
        upper = florid(cantus, rng)
        if upper is None:
            continue
        divided = with_eighths(upper, rng)
        for voice in (divided, upper):
            score = _with_cantus(cantus, voice)
            made = Setting(cantus, score, check(score, asked.style.pack).findings)
            if best is None or _faults(made) < _faults(best):
                best = made
        if best is not None and not any(_faults(best)):
            break
    if best is None:
        raise NotFound("no voice was found against this cantus", hint="try another key or seed")
    return best


def _faults(made: Setting) -> tuple[int, int]:
    """Errors and warnings."""
    return _weight(made)[:2]


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
    "tune": _tune, "sheet": _sheet, "chorale": _chorale, "as given": _as_given, "counterpoint": _counterpoint,
}  # fmt: skip
