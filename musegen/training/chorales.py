"""Bach's chorales as lessons for the harmoniser: on the grid, with all that can be said of them, in the JSB split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from musegen.corpora.manifests import Split, corpus
from musegen.errors import MusegenError
from musegen.generation.levels import HIGHEST, level_named
from musegen.generation.neural.frames import VOICES, Frames, frame_onsets, frames_of
from musegen.generation.neural.listening import Heard, heard
from musegen.generation.neural.said import Said, said_of, style_of
from musegen.score.files import read
from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.kept_analyses import kept_analysis

CORPUS = "bach-chorales"
NAMES = ("Soprano", "Alto", "Tenor", "Bass")
WITH_INSTRUMENTS = tuple(
    f"bach/bwv{number}" for number in (
        "1.6 124.6 128.5 161.6 19.7 190.7-inst 195.6 227.3 248.35-3c 250 251 252 29.8 31.9 52.6 59.3 69.6 91.6 95.7"
    ).split()
)  # fmt: skip
"""Chorales of the training split that the manifest leaves out for their instruments: their four voices are read."""


COPIES = ("bach/bwv253", "bach/bwv324", "bach/bwv69.6-a")
"""In no split, but nearly the same setting as a chorale of `valid` or `test`: bwv414, bwv10.7 and bwv12.7."""


class Lesson(NamedTuple):
    """One chorale to learn from."""

    name: str
    frames: Frames
    said: Said
    heard: Heard


def lessons(name: str, split: Split) -> Iterator[Lesson]:
    """The pieces of a corpus's split (`train`, `valid`, `test`); what cannot be read as four voices is passed over.

    Of Bach's chorales, to `train` belong those of the manifest in no split of the JSB chorales, but COPIES.
    """
    names = [piece.name for piece in corpus(name).split(split)]
    if name == CORPUS and split == "train":
        names += [piece.name for piece in corpus(name).split("none") if piece.name not in COPIES] + [*WITH_INSTRUMENTS]
    for piece in names:
        try:
            yield lesson(piece, four_voices(read(piece)))
        except MusegenError:
            continue


def lesson(name: str, score: Score) -> Lesson:
    """A score as a lesson: keys, chords, phrases and cadences as the neural analyser hears them."""
    analysis = kept_analysis(score, "neural")
    frames = frames_of(score)
    said = _with_levels(said_of(score, analysis), score, analysis, frames)
    return Lesson(name, frames, said, heard(frames))


def four_voices(score: Score) -> Score:
    """The score with its four singing parts alone."""
    places = [number for number, part in enumerate(score.parts) if " ".join(part.name.split()) in NAMES]
    if len(score.parts) <= VOICES or len(places) != VOICES:
        return score
    kept = score.notes.where(np.isin(score.notes["part"], places))
    rows = kept.rows.copy()
    rows["part"] = np.searchsorted(places, rows["part"])
    parts = tuple(score.parts[place] for place in places)
    return replace(score, notes=type(kept)(rows), parts=parts, lyrics=(), harmonies=(), figures=(), stream=None)


def _with_levels(said: Said, score: Score, analysis: Analysis, frames: Frames) -> Said:
    """Level and style of each phrase: the lowest level that has its chords, and how much its voices move."""
    onset = frame_onsets(score)
    level, style = said.level.copy(), said.style.copy()
    begin = 0
    for phrase in analysis.phrases:
        here = (onset >= begin) & (onset < phrase.end)
        begin = phrase.end
        if here.any():
            level[here] = _level([chord for chord in analysis.chords if phrase.onset <= chord.onset < phrase.end])
            style[here] = style_of(frames.attack[here])
    return said._replace(level=level, style=style)


def _level(chords: list[ChordSpan]) -> int:
    needed = {(chord.key.minor, chord.numeral.figure) for chord in chords}
    for number in range(1, HIGHEST + 1):
        level = level_named(number)
        if all(figure in level.figures(minor=minor) for minor, figure in needed):
            return number
    return HIGHEST
