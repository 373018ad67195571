"""`voice_leading_graph`: a score, and its analysis where there is one, as a graph."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from musegen.errors import UsageError, nearest
from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.graph import schema
from musegen.theory.graph.counterpoint import motions, simultaneities
from musegen.theory.graph.harmony import Chords, figures_of, ranges
from musegen.theory.graph.lines import Lines, lines_of
from musegen.theory.graph.melody import successions
from musegen.theory.graph.nodes import chords_in, notes_of, phrases_in, slices_in
from musegen.theory.graph.progressions import progressions, voice_leadings
from musegen.theory.graph.schema import NO
from musegen.theory.graph.structure import MODES, About, Rows, VoiceLeadingGraph, VoiceMode, graph_of, table


def voice_leading_graph(
    score: Score,
    analysis: Analysis | None = None,
    voices: VoiceMode = "score",
    *,
    only: Collection[str] = tuple(schema.KINDS),
) -> VoiceLeadingGraph:
    """The voice-leading graph of a score.

    `voices` is `score`, the lines as the score gives them (those that the rules read); `separate`, lines found from
    the notes, for keyboard music and MIDI; or `minimal`, no lines: notes lead to where the least motion takes
    them. Without an analysis there are no chords, phrases, degrees and tendencies. Only the tables named in `only` are
    made; the others are empty. A score in which nothing pitched sounds has an empty graph.

    Raises:
        UsageError: there is no such mode of voices.

    >>> from musegen.score.textgrid import parse_grid
    >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: g4 a4\\nB: c3 d3"))
    >>> graph.succession["semitones"].tolist(), graph.motion["first"].tolist()
    ([2, 2], [1])
    """
    if voices not in MODES:
        raise UsageError(f"there are no voices `{voices}`", hint=nearest(voices, MODES))
    lines, chords = lines_of(score, voices), Chords.of(analysis)
    member = _note_in_chord(analysis, lines, chords)
    slices = slices_in(score, lines, chords)
    notes = notes_of(score, lines, chords, slices, member)
    tables: dict[str, Callable[[], Rows]] = {
        "note": lambda: notes,
        "slice": lambda: slices,
        "succession": lambda: successions(notes, lines, chords, voices),
        "simultaneity": lambda: simultaneities(lines),
        "motion": lambda: motions(score, lines),
        "voice_leading": lambda: voice_leadings(lines, slices, voices),
        "note_in_slice": lambda: _note_in_slice(notes, slices),
        "note_in_chord": lambda: member,
        "slice_in_chord": lambda: _held(schema.SLICE_IN_CHORD, slices["chord"]),
    }
    made = {name: make() for name, make in tables.items() if name in only}
    if not set(only) <= set(tables):
        found = _chord_tables(score, analysis, chords)
        made |= {name: rows for name, rows in found.items() if name in only}
    return graph_of(_about(score, analysis, voices, lines), made)


def _chord_tables(score: Score, analysis: Analysis | None, chords: Chords) -> dict[str, Rows]:
    phrases = phrases_in(score, analysis)
    named = chords_in(chords, phrases)
    return {
        "chord": named, "phrase": phrases,
        "progression": progressions(analysis, chords, named["phrase"]),
        "chord_in_phrase": _held(schema.CHORD_IN_PHRASE, named["phrase"]),
    }  # fmt: skip


def _about(score: Score, analysis: Analysis | None, voices: VoiceMode, lines: Lines) -> About:
    title, key = " ".join(score.metadata.title.split()), "" if analysis is None else str(analysis.key)
    return About(title, score.ticks_per_quarter, voices, lines.names, lines.paired, key)


def _note_in_chord(analysis: Analysis | None, lines: Lines, chords: Chords) -> Rows:
    notes = lines.notes
    note, chord = chords.during(notes)
    member = chords.member(chord, notes["fifths"][note])
    figure = np.zeros(len(note), dtype=np.int8)
    if analysis:
        foreign = member == 0
        heard = np.maximum(notes["onset"][note[foreign]], chords.onset[chord[foreign]])
        figure[foreign] = figures_of(analysis, notes["id"][note[foreign]], heard)
    columns = {"source": note, "target": chord, "member": member, "non_chord_tone": figure}
    return table(schema.NOTE_IN_CHORD, len(note), columns)


def _note_in_slice(notes: Rows, slices: Rows) -> Rows:
    last = np.searchsorted(slices["onset"], notes["onset"] + notes["duration"], side="left")
    note, part = ranges(notes["slice"].astype(np.intp), last)
    columns = {"source": note, "target": part, "attack": part == notes["slice"][note]}
    return table(schema.NOTE_IN_SLICE, len(note), columns)


def _held(kind: schema.TableKind, owner: np.ndarray[tuple[int], np.dtype[np.int32]]) -> Rows:
    """An edge to the owner of each node that has one."""
    held = np.flatnonzero(owner != NO)
    return table(kind, len(held), {"source": held, "target": owner[held]})
