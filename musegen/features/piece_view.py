"""What features read of a piece: notes, lines, slices, analysis and graph, each found once when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from musegen.features.grid import Grid
from musegen.features.lines import Lines
from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import Slices, Voices, assign_voices, slices_of
from musegen.theory.analyse import Engine, analyse
from musegen.theory.analysis import Analysis
from musegen.theory.graph import VoiceLeadingGraph, voice_leading_graph

GRAPH_TABLES = ("note", "slice", "succession", "motion", "voice_leading")


@dataclass(frozen=True, eq=False)
class PieceView:
    """A piece for the features; `engine` reads its harmony."""

    score: Score
    engine: Engine = "classical"
    found: Analysis | None = None  # an analysis made elsewhere

    @property
    def notes(self) -> NoteTable:
        """What is heard as one note each."""
        return self.score.notes.sounding()

    @cached_property
    def pitch(self) -> npt.NDArray[np.int64]:
        """The MIDI pitch of each of `notes`."""
        return self.notes["pitch"].astype(np.int64)

    @cached_property
    def duration(self) -> npt.NDArray[np.float64]:
        """The duration of each of `notes` in ticks, as weights want it."""
        return self.notes["duration"].astype(np.float64)

    @cached_property
    def voices(self) -> Voices:
        """The lines, top first."""
        return assign_voices(self.score)

    @cached_property
    def lines(self) -> Lines:
        """The notes of the lines laid end to end, and the moves between them."""
        return Lines.of(self.voices)

    @cached_property
    def grid(self) -> Grid:
        """Where the notes stand in their measures."""
        return Grid.of(self.score)

    @cached_property
    def slices(self) -> Slices:
        """What sounds between neighbouring onsets."""
        return slices_of(self.voices)

    @cached_property
    def analysis(self) -> Analysis:
        """Keys, chords, cadences, phrases."""
        return self.found or analyse(self.score, engine=self.engine)

    @cached_property
    def graph(self) -> VoiceLeadingGraph:
        """The voice-leading graph with the chords of the analysis: of its tables those that features read."""
        return voice_leading_graph(self.score, self.analysis, only=GRAPH_TABLES)
