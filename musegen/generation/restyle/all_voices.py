"""All voices of a score in the other mode: each line as a melody, sevenths as the chords have them, and no two ways."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from musegen.generation.restyle.lines import Line
from musegen.generation.restyle.modes import SEVENTH, Tone, chosen_tones, other_home, spelled, tones_of
from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.model import KeySignature, Score
from musegen.score.pitch import diatonic_of
from musegen.score.table import NoteTable, Rows
from musegen.theory.tunes.symbols import MODES, Home, under_signature

_MEDIANT = 2
_DOMINANT = {1, 3, 4, 6}
"""Degrees of the chords whose third or root is the leading tone."""
Place = tuple[int, int, int]
"""Part, pitch and place on the line of fifths; or part, staff and voice."""
_ROUNDS = 3
"""So often each voice is chosen anew by what the others have."""
_UNLIKE_ITS_CHORD, _AT_ONCE, _CROSS_RELATION, _DOUBLED = 4.0, 40.0, 4.0, 3.0
"""What a seventh costs that its chord does not ask for; one degree in two forms at once, or within a beat in two
voices; and a raised degree in two voices."""


def voices_in_mode(score: Score, line: Line, mode: str) -> Score:
    """The score in minor or major on the tonic of its melody; chord symbols, numerals and figures are gone.

    A seventh in a dominant chord is raised in minor, in other chords it is natural; sixths follow their lines.

    Raises:
        UsageError: it is in that mode.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> score = parse_grid("key: C; meter: 4/4\\nS: e5 d5 c5 b4 | c5 . . .\\nB: c4 b3 a3 g3 | c3 . . .")
    >>> minor = voices_in_mode(score, line_of(score), "minor")
    >>> minor.measures[0].key_signature.fifths, minor.notes["pitch"].tolist()
    (-3, [75, 60, 74, 59, 72, 57, 71, 55, 72, 48])
    """
    home = other_home(line.home, mode)
    sounding = score.notes.sounding().rows
    new = _agreed(sounding, line.home, home)
    rows = _written(score, sounding, new, line.home, home)
    shift = home.signature - line.home.signature
    measures = tuple(
        item._replace(key_signature=KeySignature(item.key_signature.fifths + shift, MODES[home.mode]))
        for item in score.measures
    )
    return replace(score, notes=NoteTable(rows), measures=measures, harmonies=(), figures=(), source=None, stream=None)


def transposed(score: Score, fifths: int) -> Score:
    """The score so many places higher on the line of fifths, by the shorter way.

    >>> from musegen.score.textgrid import parse_grid
    >>> transposed(parse_grid("key: C; meter: 4/4\\nS: e5 . . ."), 2).notes["pitch"].tolist()
    [78]
    """
    semitones = (7 * fifths + 6) % 12 - 6
    rows = score.notes.rows.copy()
    rows["pitch"] += semitones
    rows["fifths"] += fifths
    measures = tuple(
        item._replace(key_signature=item.key_signature._replace(fifths=item.key_signature.fifths + fifths))
        for item in score.measures
    )
    return replace(score, notes=NoteTable(rows), measures=measures)


def _place(row: np.void, home: Home) -> tuple[int, int]:
    """Staff place and alteration in the old key."""
    place = int(diatonic_of(int(row["pitch"]), int(row["fifths"]))) - home.staff
    natural = under_signature((home.staff + place) % 7, home.signature)
    return place, (int(row["fifths"]) - natural) // 7


def _agreed(sounding: Rows, old: Home, home: Home) -> dict[int, Tone]:
    """The tone of every note, by its id: each voice is chosen by what the others have, again and again."""
    voices: dict[Place, list[_Sounding]] = {}
    for row in sounding:
        note = _Sounding.of(row, sounding, old, home)
        voices.setdefault((int(row["part"]), int(row["staff"]), int(row["voice"])), []).append(note)
    chosen: dict[int, Tone] = {}
    for _ in range(_ROUNDS):
        for name, mine in voices.items():
            others = [note for other, notes in voices.items() if other != name for note in notes]
            tones = _voice(mine, [note for note in others if note.note in chosen], chosen)
            chosen |= {note.note: tone for note, tone in zip(mine, tones, strict=True)}
    return chosen


class _Sounding(NamedTuple):
    """A note of a voice, and what it may be in the new mode."""

    note: int  # its id
    onset: int
    end: int
    degree: int
    options: tuple[Tone, ...]
    is_dominant: bool

    @classmethod
    def of(cls, row: np.void, sounding: Rows, old: Home, home: Home) -> _Sounding:
        place, alter = _place(row, old)
        onset, end = int(row["onset"]), int(row["onset"] + row["duration"])
        options = tuple(tones_of(home, place, alter))
        return cls(int(row["id"]), onset, end, place % 7, options, _is_dominant(row, sounding, old))


def _voice(mine: list[_Sounding], others: list[_Sounding], chosen: dict[int, Tone]) -> list[Tone]:
    """The tones of one voice under what the others have."""
    near = [
        [other for other in others if other.degree == note.degree and _is_near(note, other)]
        if len(note.options) > 1
        else []
        for note in mine
    ]

    def heard(place: int, tone: Tone) -> float:
        note = mine[place]
        cost = _UNLIKE_ITS_CHORD * (note.degree == SEVENTH and len(note.options) > 1) * _is_amiss(note, tone)
        return cost + sum(_together(note, tone, other, chosen[other.note]) for other in near[place])

    return chosen_tones([note.options for note in mine], [False] * len(mine), heard)


def _is_amiss(note: _Sounding, tone: Tone) -> bool:
    """Whether a leading tone stands outside a dominant chord, or a chord of the dominant has none."""
    raised = note.options[-1].alter > 0
    return (tone.alter > 0) != note.is_dominant if raised else tone.alter < 0


def _is_near(note: _Sounding, other: _Sounding) -> bool:
    return other.onset - TICKS_PER_QUARTER <= note.end and note.onset <= other.end + TICKS_PER_QUARTER


def _together(note: _Sounding, tone: Tone, other: _Sounding, sung: Tone) -> float:
    """What it costs that two voices have a degree at once, or one soon after the other."""
    at_once = note.onset < other.end and other.onset < note.end
    if tone.alter != sung.alter:
        return _AT_ONCE if at_once else _CROSS_RELATION
    return _DOUBLED if at_once and tone.alter > 0 else 0.0


def _is_dominant(row: np.void, sounding: Rows, old: Home) -> bool:
    """Whether what sounds with a seventh is a chord of the dominant: most of it, by time."""
    ends = sounding["onset"] + sounding["duration"]
    here = sounding[(sounding["onset"] <= row["onset"]) & (ends > row["onset"])]
    degrees = {_place(other, old)[0] % 7 for other in here}
    return _MEDIANT not in degrees and len(degrees & _DOMINANT) >= len(degrees - _DOMINANT) + 1


def _written(score: Score, sounding: Rows, new: dict[int, Tone], before: Home, home: Home) -> Rows:
    """The written rows with the pitches of the notes that they write; tied rows are those of one note."""
    rows = score.notes.rows.copy()
    spans: dict[Place, list[tuple[int, int, int]]] = {}
    for row in sounding:
        place = int(row["part"]), int(row["pitch"]), int(row["fifths"])
        spans.setdefault(place, []).append((int(row["onset"]), int(row["onset"] + row["duration"]), int(row["id"])))
    for number, row in enumerate(score.notes.rows):
        place = int(row["part"]), int(row["pitch"]), int(row["fifths"])
        onset = int(row["onset"])
        found = [note for begin, end, note in spans.get(place, []) if begin <= onset < end]
        tone = new[found[0]] if found else tones_of(home, *_place(row, before))[0]
        pitch = spelled(home, tone.place, tone.alter)
        rows["pitch"][number], rows["fifths"][number] = pitch.pitch, pitch.fifths
    return rows
