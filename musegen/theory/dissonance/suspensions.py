"""Suspensions and retardations: preparation, interval pattern over the bass, resolution.

Patterns count from the bass, as in figured bass: 4-3, 7-6, 9-8; a suspended bass is told by the voice that it rubs
against: 2-3. Where the bass moves on to another chord note under the resolution, the second number counts from there:
7-3, 9-6
(Aldwell & Schachter, *Harmony and Voice Leading*, ch. 22; Laitz, *The Complete Musician*, ch. 11).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from musegen.score.model import Score
from musegen.score.voices import Slices, assign_voices, slices_of
from musegen.theory.analysis import Analysis, NonChordTone
from musegen.theory.dissonance.lines import Lines
from musegen.theory.places import listed, voice_words

_DISSONANT = ("2", "4", "7", "9")
_RESOLVED = ("3", "5", "6", "8", "10")
_RETARDATIONS = ("2-3", "4-5", "7-8", "9-10")
_RUBS = (2, 4, 5, 7)
"""Intervals over a suspended bass that make it one, the sharpest first."""


class Suspension(NamedTuple):
    """A note held or struck again over a chord that it does not belong to, and what becomes of it. Times in ticks."""

    onset: int  # where it becomes foreign
    end: int  # where it is left
    voice: str
    note: str  # its id in the score
    kind: str  # suspension or retardation
    pattern: str  # 4-3; "" where it rubs against nothing over or under it
    preparation: int  # onset of the note that prepares it
    resolution: int  # onset of the note that resolves it
    is_prepared: bool  # that note was consonant: it belonged to its chord
    is_struck_again: bool  # not tied
    is_ornamented: bool  # other notes come between it and its resolution
    is_chained: bool  # it is prepared by the resolution of another
    bass_moves: bool  # there is another bass under the resolution


def suspensions(score: Score, analysis: Analysis) -> tuple[Suspension, ...]:
    """Every suspension and retardation that the analysis names and that resolves, in order of time.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 4/4\\nS: f5 . . e5\\nB: d3 . c3 .\\nH: ii . I .")
    >>> [(row.pattern, row.is_prepared, row.is_chained) for row in suspensions(piece, analyse(piece))]
    [('4-3', True, False)]
    """
    named = [tone for tone in analysis.non_chord_tones if tone.kind in ("suspension", "retardation")]
    if not named:
        return ()
    lines = Lines.of(slices_of(assign_voices(score)))
    foreign = {tone.note for tone in analysis.non_chord_tones}
    found: list[Suspension] = []
    resolved: set[tuple[int, int]] = set()  # (voice, place of a resolution)
    seen: set[tuple[int, int]] = set()
    for tone in named:
        held = _held(lines, tone)
        if held is None or held.place in seen:
            continue
        seen |= {(held.place[0], at) for at in range(held.first, held.resolution + 1)}
        row = _row(score, lines, tone, held, foreign)
        chained = (held.place[0], held.first) in resolved
        found.append(row._replace(is_chained=chained))
        resolved.add((held.place[0], held.resolution))
    return tuple(found)


class _Held(NamedTuple):
    """Places in one line."""

    place: tuple[int, int]  # (voice, place of the note named)
    first: int  # the first of the notes of one pitch that lead up to it
    last: int  # the last one of that pitch before it is left
    resolution: int


def _held(lines: Lines, tone: NonChordTone) -> _Held | None:
    """Where a suspension is prepared and resolved; None where it does not resolve after all."""
    voice, at = lines.place.get(tone.note, (-1, -1))
    if voice < 0:
        return None
    first = last = at
    while lines.steps(voice, first, -1) == 0:
        first -= 1
    wanted = -1 if tone.kind == "suspension" else 1
    while lines.steps(voice, last, 1) == 0:
        last += 1
    after = next((last + n for n in (1, 2, 3) if lines.steps(voice, last, n) == wanted), None)
    return None if after is None else _Held((voice, at), first, last, after)


def _row(score: Score, lines: Lines, tone: NonChordTone, held: _Held, foreign: set[int]) -> Suspension:
    slices, notes, voice = lines.slices, lines.slices.notes, held.place[0]
    first, at, last, after = (
        int(lines.rows[voice][place]) for place in (held.first, held.place[1], held.last, held.resolution)
    )
    here, there = int(slices.at(tone.onset)), int(slices.at(notes["onset"][after]))
    bass = int(slices.lowest[there])
    steps, onset = notes.diatonic, notes["onset"]
    other = (steps[bass] - steps[slices.lowest[here]]) % 7 != 0
    moves = other and bass != after and int(notes["id"][bass]) not in foreign
    pattern = _pattern(slices, voice, (at, after), (here, there if moves else here))
    prepared = first if first != at or int(onset[at]) < tone.onset else at
    return Suspension(
        tone.onset, int(notes.end[last]), slices.names[voice], score.note_name(tone.note), tone.kind, pattern,
        int(onset[prepared]), int(onset[after]), prepared == at or int(notes["id"][prepared]) not in foreign,
        int(onset[at]) == tone.onset, held.resolution > held.last + 1, False, bool(moves),
    )  # fmt: skip


def _pattern(slices: Slices, voice: int, rows: tuple[int, int], times: tuple[int, int]) -> str:
    """The intervals of the two notes over the bass, or of another voice over them where they are the bass."""
    diatonic = slices.notes.diatonic
    note, after = int(diatonic[rows[0]]), int(diatonic[rows[1]])
    here, there = times
    bass = slices.lowest[[here, there]]
    if rows[0] != bass[0]:
        return _numbers(note - int(diatonic[bass[0]]), after - int(diatonic[bass[1]]))
    others = [other for other in range(slices.row.shape[1]) if other != voice and slices.sounds[here, other]]
    apart = {(int(slices.diatonic[here, other]) - note) % 7 + 1: other for other in reversed(others)}
    rub = next((number for number in _RUBS if number in apart), 0)
    if not rub or not slices.sounds[there, apart[rub]]:
        return ""
    return f"{rub}-{(int(slices.diatonic[there, apart[rub]]) - after) % 7 + 1}"


def _numbers(first: int, second: int) -> str:
    """Two distances in staff steps as figures: a ninth goes to the octave, a second in close position to the unison."""
    is_ninth = first % 7 == 1 and first > 7
    start = 9 if is_ninth else first % 7 + 1
    goal = second % 7 + 1
    if goal == 1 and second:
        goal = 8
    return f"{start}-{goal + 7 if is_ninth and goal == 3 and second > first else goal}"


def suspension_lines(score: Score, rows: Sequence[Suspension]) -> list[str]:
    """A line a pattern with its places: `7-6: measure 3, beat 1 (A); ...`.

    Those that textbooks know: prepared, dissonant over the bass or a 6-5, resolved to a consonance; retardations only
    over a bass that stays.
    """
    told: dict[str, list[str]] = {}
    for row in rows:
        if row.is_prepared and _is_of_textbooks(row):
            words = f"{row.pattern} retardation" if row.kind == "retardation" else row.pattern
            told.setdefault(words, []).append(_place(score, row))
    return [f"{words}: {listed(places)}" for words, places in sorted(told.items(), key=lambda item: -len(item[1]))]


def _is_of_textbooks(row: Suspension) -> bool:
    if row.kind == "retardation":
        return row.pattern in _RETARDATIONS and not row.bass_moves
    first, _, last = row.pattern.partition("-")
    return row.pattern == "6-5" or (first in _DISSONANT and last in _RESOLVED)


def suspension_line(score: Score, row: Suspension) -> str:
    """`4-3: measure 2, beat 1 (S, ornamented)`; "" for one that only programs are told."""
    return "".join(suspension_lines(score, [row]))


def _place(score: Score, row: Suspension) -> str:
    facts = [
        word
        for word, holds in (
            ("ornamented", row.is_ornamented), ("chained", row.is_chained), ("the bass moves", row.bass_moves),
        )
        if holds
    ]  # fmt: skip
    return f"{score.place(row.onset)} ({', '.join([voice_words(row.voice), *facts])})"
