"""The lines of a graph: as the score gives them, separated where it does not say, or none, with slices from the top."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import SILENT, Slices, Voices, assign_voices, slices_of
from musegen.theory.graph.least_motion import least_links
from musegen.theory.graph.separation import separated
from musegen.theory.graph.structure import VoiceMode
from musegen.theory.succession import Arrivals, arrivals_of

LineNumbers = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Lines:
    """Every note in a line, and the slices of these lines.

    `paired` lines have motion edges; those behind them hold what the score's voices left out: notes that double a line,
    and notes of chords for which no voice was free.
    """

    slices: Slices
    home: LineNumbers  # (note,) its line; with `minimal` its place from the top where it begins
    names: tuple[str, ...]
    paired: int
    arrivals: Arrivals

    @property
    def notes(self) -> NoteTable:
        """The sounding notes."""
        return self.slices.notes


def lines_of(score: Score, mode: VoiceMode) -> Lines:
    """The lines of a score in a mode: `score` as it gives them, `separate` found from the notes, or `minimal`."""
    if mode == "minimal":
        return _minimal(score)
    voices = assign_voices(score) if mode == "score" else separated(score)
    complete = _completed(voices)
    slices = slices_of(complete)
    paired = len(voices.names)
    main = arrivals_of(slices.notes, slices.onset, slices.row[:, :paired])
    return Lines(slices, complete.line, complete.names, paired, main)


def _completed(voices: Voices) -> Voices:
    """Every note in one line: left-over notes in lines of their own, and no two notes of a line at a time."""
    notes = voices.notes
    line = _disjoint(notes, voices.line)
    left = np.flatnonzero(line == SILENT)
    place = _stacked(notes, left)
    names = [*voices.names, *(f"+{number + 1}" for number in range(int(place.max(initial=-1)) + 1))]
    line[left] = len(voices.names) + place
    return replace(voices, line=line, names=tuple(names))


def _disjoint(notes: NoteTable, line: LineNumbers) -> LineNumbers:
    """The lines without notes that begin while another of the line still sounds."""
    found = line.copy()
    order = np.lexsort((notes["onset"], line))
    until, number = -1, SILENT
    for row, own, onset, end in zip(
        order.tolist(), line[order].tolist(), notes["onset"][order].tolist(), notes.end[order].tolist(), strict=True
    ):
        if own != number:
            until, number = -1, own
        if own != SILENT and onset < until:
            found[row] = SILENT
        else:
            until = end
    return found


def _stacked(notes: NoteTable, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int16]:
    """For each of these notes, in order of time, the first line that is free; notes of one voice go together."""
    busy: list[int] = []
    owner: list[tuple[int, ...]] = []
    place = np.zeros(len(rows), dtype=np.int16)
    for number in np.lexsort((-notes["pitch"][rows].astype(np.int64), notes["onset"][rows])).tolist():
        row = notes.rows[rows[number]]
        onset, voice = int(row["onset"]), (int(row["part"]), int(row["staff"]), int(row["voice"]))
        free = [line for line, end in enumerate(busy) if end <= onset]
        own = next((line for line in free if owner[line] == voice), free[0] if free else len(busy))
        if own == len(busy):
            busy.append(0)
            owner.append(voice)
        busy[own], owner[own] = onset + int(row["duration"]), voice
        place[number] = own
    return place


def _minimal(score: Score) -> Lines:
    """The notes of each slice from the top, and arrivals whose lines are the links of the least motion."""
    notes = score.notes.sounding()
    place = _stacked(notes, np.arange(len(notes)))
    names = tuple(str(number + 1) for number in range(int(place.max(initial=-1)) + 1))
    dealt = slices_of(Voices(notes, place, names, "from the top"))
    height = np.where(dealt.sounds, dealt.column("pitch").astype(np.int64), -1)
    order = np.argsort(-height, axis=1, kind="stable")
    row, attack = np.take_along_axis(dealt.row, order, axis=1), np.take_along_axis(dealt.attack, order, axis=1)
    slices = replace(dealt, row=row, attack=attack)
    home = np.zeros(len(notes), dtype=np.int16)
    at, column = np.nonzero(attack)
    home[row[at, column]] = column
    return Lines(slices, home, names, len(names), _least_arrivals(slices))


def _least_arrivals(slices: Slices) -> Arrivals:
    """Sounding slices in turn, each heard against the one before, a column for each link."""
    heard = np.flatnonzero(slices.sounds.any(axis=1))
    counts = slices.sounds.sum(axis=1).astype(np.int64)
    first, second = heard[:-1], heard[1:]
    pitch = slices.column("pitch").astype(np.int64)
    held = (slices.row[first][:, :, None] == slices.row[second][:, None, :]) & slices.sounds[first][:, :, None]
    links = least_links(pitch[first], pitch[second], counts[first], counts[second], held)
    before, after = (
        np.where(link >= 0, np.take_along_axis(slices.row[at], np.maximum(link, 0).astype(np.intp), axis=1), SILENT)
        for at, link in ((first, links.first), (second, links.second))
    )
    rested = np.broadcast_to((second - first > 1)[:, None], before.shape)
    return Arrivals(slices.notes, slices.onset, first, second, before, after, rested)
