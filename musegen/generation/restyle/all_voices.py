"""All voices of a score in the other mode: each line as a melody, but sevenths as the chords have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from musegen.generation.restyle.lines import Line
from musegen.generation.restyle.modes import Tone, chosen_tones, other_home, spelled, tones_of
from musegen.score.model import KeySignature, Score
from musegen.score.pitch import diatonic_of
from musegen.score.table import NoteTable, Rows
from musegen.theory.tunes.symbols import MODES, Home, under_signature

_SEVENTH, _MEDIANT = 6, 2
_DOMINANT = {1, 3, 4, 6}
"""Degrees of the chords whose third or root is the leading tone."""
Place = tuple[int, int, int]
"""Part, pitch and place on the line of fifths."""


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
    new: dict[int, Tone] = {}
    for voice in sorted({(int(row["part"]), int(row["staff"]), int(row["voice"])) for row in sounding}):
        mine = [row for row in sounding if (int(row["part"]), int(row["staff"]), int(row["voice"])) == voice]
        options = [_options(row, sounding, line.home, home) for row in mine]
        closing = [False] * len(mine)
        chosen = chosen_tones(options, closing)
        new |= {int(row["id"]): tone for row, tone in zip(mine, chosen, strict=True)}
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


def _options(row: np.void, sounding: Rows, old: Home, home: Home) -> Sequence[Tone]:
    place, alter = _place(row, old)
    tones = tones_of(home, place, alter)
    if place % 7 != _SEVENTH or len(tones) == 1:
        return tones
    return tones[1:] if _is_dominant(row, sounding, old) else tones[:1]


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
