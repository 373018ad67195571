"""A human analysis from its file, laid on a score: RomanText or a DCML table."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from musegen.errors import MalformedScore, ScoreError, UnreadableFile
from musegen.score.files import find, regular_file
from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.annotations.alignment import analysis_of, explained, place_on
from musegen.theory.annotations.dcml.placing import dcml_analysis
from musegen.theory.annotations.dcml.reading import read_dcml
from musegen.theory.annotations.romantext.reading import Fault, RomanText, read_roman_text

SUFFIXES = (".rntxt", ".txt", ".tsv", ".harmonies.tsv")
"""What a folder of human analyses is searched for."""
MISFIT = 0.5
"""Below this share of the notes an analysis belongs to another score."""
_TABLE = re.compile(r"^\ufeff?[^\n]*\t?label(\t|\r?\n)")


class Human(NamedTuple):
    """An analysis by hand on its score."""

    analysis: Analysis
    lines: tuple[int, ...]  # of the file, one a chord
    faults: tuple[Fault, ...]  # what could not be read
    fit: float  # the share of the notes that its chords explain
    variants: tuple[ChordSpan, ...] = ()  # what the file allows besides, by its variants of measures


def read_human(path: Path, score: Score, name: str = "") -> Human:
    """The human analysis in a file, on the ticks of a score; `name` is what errors call the file.

    Single figures of RomanText that cannot be read are handed back as faults.

    Raises:
        UnreadableFile: not there, not a regular file, or neither RomanText nor a DCML table.
        MalformedScore: it contradicts itself, or does not belong to the score.
    """
    name = name or str(path)
    text = regular_file(path).decode("utf-8", errors="replace")
    try:
        human = _table(text, name, score) if _TABLE.match(text) else _roman_text(text, score)
    except ScoreError as error:
        raise error.at(name) from None
    if human.fit < MISFIT:
        raise MalformedScore(
            f"its chords hold only {human.fit:.0%} of the notes", file=name, hint="give the analysis of this very score"
        )
    return human


def _table(text: str, name: str, score: Score) -> Human:
    analysis, placed, fit = dcml_analysis(read_dcml(text, name), score)
    return Human(analysis, tuple(chord.line for chord in placed), (), fit)


def _roman_text(text: str, score: Score) -> Human:
    document = read_roman_text(text)
    if not document.chords:
        raise UnreadableFile("it is neither RomanText nor a DCML harmony table")
    placed = place_on(document, score)
    analysis = analysis_of(placed, score)
    fit = explained(score, placed)
    return Human(analysis, tuple(chord.line for chord in placed), document.faults, fit, _variants(document, score))


def _variants(document: RomanText, score: Score) -> tuple[ChordSpan, ...]:
    """The chords of `m4var1` and its like, each to the next or to the end of its measure."""
    placed = place_on(replace(document, chords=document.variants), score) if document.variants else []
    found = []
    for chord in analysis_of(placed, score).chords if placed else ():
        measure = score.measures[score.measure_index_at(chord.onset)]
        end = min(chord.end, measure.onset + measure.length)
        found.append(chord._replace(duration=end - chord.onset))
    return tuple(found)


def human_file(place: str, stem: str) -> tuple[Path, str]:
    """The analysis of a score, with what to call it: the file itself, or the one of this stem in a folder.

    `place` is a path or a name of music21's corpus (`bach/choraleAnalyses/riemenschneider001`).

    Raises:
        UnreadableFile: there is none.
    """
    found = find(place)
    if not found.is_dir():
        return found, place
    for suffix in SUFFIXES:
        if (found / f"{stem}{suffix}").is_file():
            return found / f"{stem}{suffix}", f"{place.rstrip('/')}/{stem}{suffix}"
    raise UnreadableFile(f"there is no {stem}.rntxt or {stem}.tsv in it", file=place)
