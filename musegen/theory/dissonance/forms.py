"""Dissonances one by one: each non-chord tone with the form of its kind, where it stands and how long it lasts.

Kinds are those of `Analysis.non_chord_tones`; forms name what textbooks tell apart within them: accented and chromatic
passing tones, upper and lower neighbours, the double neighbour (changing tones), the cambiata, the incomplete
neighbour, pedal points with all chords over them (Aldwell & Schachter, chs. 21, 22 and 24; Laitz, ch. 11; Fux for the
cambiata).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analysis import Analysis, NonChordTone, NonChordToneKind
from musegen.theory.dissonance.lines import Lines
from musegen.theory.keys import Key, scale_tones
from musegen.theory.places import listed, measures, voice_words

_CAMBIATA = (-1, -2, 1)
"""Staff steps into the dissonance, out of it, and back."""
_FEW = 8
"""Unexplained notes that are told one by one: where there are more, the texture is none of voices."""


class Dissonance(NamedTuple):
    """A note that one chord or more do not hold. Times in ticks."""

    onset: int  # where it becomes foreign
    end: int  # where it is left, or where the last chord foreign to it ends
    voice: str
    note: str  # its id in the score
    kind: NonChordToneKind
    form: str  # within its kind: `upper`, `double neighbor`, `cambiata`; "" where there is none to tell
    is_accented: bool  # it stands on a stronger moment than the note that follows
    is_chromatic: bool  # it is foreign to the key
    chords: tuple[str, ...]  # the numerals that it is foreign to


def dissonances(score: Score, analysis: Analysis) -> tuple[Dissonance, ...]:
    """Every non-chord tone of a voice, each note once, in order of time.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4; unit: 1/8\\nS: e5 f5 d5 e5\\nB: c3 . . .\\nH: I . . .")
    >>> [(row.kind, row.form) for row in dissonances(piece, analyse(piece))]
    [('escape', 'double neighbor'), ('appoggiatura', 'double neighbor')]
    """
    lines = Lines.of(slices_of(assign_voices(score)))
    merged: dict[int, list[NonChordTone]] = {}
    for tone in analysis.non_chord_tones:
        if tone.note in lines.place:
            merged.setdefault(tone.note, []).append(tone)
    found = [_row(score, analysis, lines, tones) for tones in merged.values()]
    return tuple(sorted(found, key=lambda row: row.onset))


def _row(score: Score, analysis: Analysis, lines: Lines, tones: list[NonChordTone]) -> Dissonance:
    notes, (voice, at) = lines.slices.notes, lines.place[tones[0].note]
    row, after = int(lines.rows[voice][at]), lines.row(voice, at + 1)
    numbers = analysis.chord_indices(np.array([tone.onset for tone in tones], dtype=np.int64)).tolist()
    chords = [analysis.chords[number] for number in numbers]
    onset, end = tones[0].onset, min(int(notes.end[row]), chords[-1].end)
    strong = after is not None and score.strength(onset) > score.strength(int(notes["onset"][after]))
    return Dissonance(
        onset, end, lines.slices.names[voice], score.note_name(tones[0].note), tones[0].kind,
        _form(lines, voice, at, tones[0].kind), strong, _is_chromatic(int(notes["fifths"][row]), chords[0].key),
        tuple(dict.fromkeys(chord.numeral.figure for chord in chords)),
    )  # fmt: skip


def _form(lines: Lines, voice: int, at: int, kind: NonChordToneKind) -> str:
    """What a textbook calls the note within its kind."""
    comes, goes = lines.steps(voice, at - 1, 1), lines.steps(voice, at, 1)
    if kind == "passing" and comes is not None and goes is not None:
        return "rising" if comes + goes > 0 else "falling"
    if kind == "neighbor" and comes is not None:
        return "upper" if comes > 0 else "lower"
    if kind == "escape" and comes is not None and goes is not None:
        return _of_escape(lines, voice, at, comes, goes)
    if kind == "appoggiatura" and comes is not None and goes is not None:
        if _surrounds(lines, voice, at - 2):
            return "double neighbor"
        return "" if comes * goes < 0 else "incomplete neighbor"
    if kind == "pedal":
        lowest = voice == max(number for number, line in enumerate(lines.rows) if len(line))
        return "in the bass" if lowest else "inverted" if voice == 0 else "in an inner voice"
    return ""


def _of_escape(lines: Lines, voice: int, at: int, comes: int, goes: int) -> str:
    if _surrounds(lines, voice, at - 1):
        return "double neighbor"
    if (comes, goes, lines.steps(voice, at + 1, 1)) == _CAMBIATA:
        return "cambiata"
    return "" if comes * goes < 0 else "incomplete neighbor"


def _surrounds(lines: Lines, voice: int, at: int) -> bool:
    """From a note to both its neighbours, by a third between them, and back."""
    moves = tuple(lines.steps(voice, at, further) for further in (1, 2, 3))
    return moves in ((1, -1, 0), (-1, 1, 0))


def _is_chromatic(fifths: int, key: Key) -> bool:
    return fifths - key.tonic not in scale_tones(minor=key.minor)


def dissonance_lines(score: Score, rows: Sequence[Dissonance]) -> list[str]:
    """What a person wants to be told: how many are accented or chromatic, and where the rare ones stand.

    Of many that are unexplained the report has told the number already.
    """
    lines = []
    for kind in ("passing", "neighbor"):
        same = [row for row in rows if row.kind == kind]
        facts = [
            f"{sum(row.is_accented for row in same)} accented",
            f"{sum(row.is_chromatic for row in same)} chromatic",
        ]
        told = [fact for fact in facts if not fact.startswith("0 ")]
        lines += [f"{len(same)} {kind}: {', '.join(told)}"] if told else []
    for word in ("double neighbor", "cambiata"):
        places = [_place(score, row) for row in rows if row.form == word and (row.kind == "escape")]
        lines += _listed(word, places)
    held = [row for row in rows if row.kind == "pedal" and len(row.chords) > 1]
    lines += _listed(
        "pedal point", [f"{measures(score, row.onset, row.end)} ({voice_words(row.voice)}, {row.form})" for row in held]
    )
    foreign = [_place(score, row) for row in rows if row.kind == "unexplained"]
    return lines + (_listed("unexplained", foreign) if len(foreign) <= _FEW else [])


def _listed(word: str, places: list[str]) -> list[str]:
    return [f"{word}: {listed(places)}"] if places else []


def _place(score: Score, row: Dissonance) -> str:
    return f"{score.place(row.onset)} ({voice_words(row.voice)})"


def dissonance_line(score: Score, row: Dissonance) -> str:
    """`measure 1, beat 2: passing (S, rising, accented)`."""
    facts = [voice_words(row.voice), row.form, "accented" * row.is_accented, "chromatic" * row.is_chromatic]
    return f"{score.place(row.onset)}: {row.kind} ({', '.join(fact for fact in facts if fact)})"
