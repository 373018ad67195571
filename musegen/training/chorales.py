"""Bach's chorales as lessons for the harmoniser: on the grid, with all that can be said of them, in the JSB split."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from musegen.corpora import Piece, Split, corpus
from musegen.errors import MusegenError
from musegen.evaluation.bach import CORPUS, held_out_pieces, singing, training_pieces
from musegen.generation.levels import HIGHEST, level_named
from musegen.generation.neural.frames import Frames, frame_onsets, frames_of
from musegen.generation.neural.listening import Heard, heard
from musegen.generation.neural.said import Said, said_of, style_of
from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.kept_analyses import kept_analysis


class Lesson(NamedTuple):
    """One chorale to learn from."""

    name: str
    frames: Frames
    said: Said
    heard: Heard


def lessons(name: str, split: Split) -> Iterator[Lesson]:
    """The pieces of a corpus's split (`train`, `valid`, `test`); what cannot be read as four voices is passed over.

    Of Bach's chorales those with instruments are there, too, and to `train` belong those in no split.
    """
    for piece in _pieces(name, split):
        try:
            yield lesson(piece.name, singing(piece.read()))
        except MusegenError:
            continue


def _pieces(name: str, split: Split) -> tuple[Piece, ...]:
    if name == CORPUS and split in _OF_BACH:
        return _OF_BACH[split]()
    return corpus(name).split(split)


_OF_BACH = {"train": training_pieces, "test": held_out_pieces}


def lesson(name: str, score: Score) -> Lesson:
    """A score as a lesson: keys, chords, phrases and cadences as the neural analyser hears them."""
    analysis = kept_analysis(score, "neural")
    frames = frames_of(score)
    said = _with_levels(said_of(score, analysis), score, analysis, frames)
    return Lesson(name, frames, said, heard(frames))


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
