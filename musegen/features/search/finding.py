"""`hits_in`: all that a question finds in one piece, with its place and its context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.features.search.chord_finding import Found, find_chords
from musegen.features.search.counterpoint_finding import Pair, find_modules, find_motions
from musegen.features.search.note_finding import find_notes, line_at
from musegen.features.search.piece_rows import Lines, PieceRows
from musegen.features.search.queries import Query, Where
from musegen.theory.keys import Key
from musegen.theory.modal.interval_modules import beat_times

VOICES = {"soprano": ("S", 0), "alto": ("A", None), "tenor": ("T", None), "bass": ("B", -1)}
"""Names of voices, how four parts call them, and which line the outer two are where lines have numbers."""
OUTER = "outer"
_STRONG = 0.5


class Hit(NamedTuple):
    """One passage that was found. Times in ticks; measures by their indices."""

    measure: str  # printed number, where it begins
    beat: str  # in denominator units, from 1, exact: `5/2`
    key: str  # the local key there; "" where keys were not needed
    before: str
    match: str
    after: str
    voices: str
    cadence: str  # the kind of cadence that it ends with; "" for none
    first: int
    arrival: int  # when its last event begins
    end: int
    first_measure: int
    last_measure: int
    notes: tuple[int, ...]  # ids; empty: all that sounds


class NotSearched(UsageError):
    """The piece has not what is asked for: a reading in keys, or a voice."""


def hits_in(rows: PieceRows, query: Query) -> tuple[Hit, ...]:
    """What a question finds in a piece, in order of time.

    Raises:
        NotSearched: the piece was read by mode and keys are asked for, or it has no such voice.
    """
    if query.needs_tonality and rows.chords is not None and rows.chords.reading == "modal":
        raise NotSearched("read by mode: chords in keys are searched with --reading tonal")
    found = _found(rows, query)
    return tuple(_hit(rows, one) for one in sorted(found) if _is_there(rows, one, query))


def _found(rows: PieceRows, query: Query) -> set[Found]:
    quiet = query.melody is None and query.rhythm is None and query.module is None and query.motion is None
    sung = set() if quiet else set(_of_lines(rows, query))
    if query.chords is None or rows.chords is None:
        return sung
    chords = list(find_chords(query.chords, rows.chords, in_phrase=query.in_phrase))
    if quiet:
        return set(chords)
    return {
        chord._replace(notes=one.notes, voices=one.voices)
        for chord in chords
        for one in sung
        if chord.first <= one.first and one.arrival < chord.end
    }


def _of_lines(rows: PieceRows, query: Query) -> Iterator[Found]:
    """What is found in single lines, or in pairs of them."""
    lines = rows.lines
    assert lines is not None
    if query.melody is not None or query.rhythm is not None:
        quarter = rows.frame.ticks_per_quarter
        for number in voices_asked(query.voice, lines):
            line = line_at(lines, number, rows.chords)
            yield from find_notes(query.melody, query.rhythm, line, quarter, in_phrase=query.in_phrase)
    elif query.module is not None:
        times = beat_times(rows.places) if query.every == "beat" else None
        for pair in pairs_asked(query.voice, lines):
            yield from find_modules(query.module, lines, pair, times)
    elif query.motion is not None and rows.motions is not None:
        yield from find_motions(query.motion, rows.motions, lines, pairs_asked(query.voice, lines))


def voices_asked(voice: str, lines: Lines) -> list[int]:
    """The numbers, from the top, of the lines that `--voice` names.

    Raises:
        NotSearched: the piece has no such voice.
    """
    count, name = len(lines.names), voice.casefold()
    if name == "any":
        return list(range(count))
    if name == OUTER:
        return sorted({0, count - 1}) if count else []
    if name in VOICES and VOICES[name][0] in lines.names:
        return [lines.names.index(VOICES[name][0])]
    place = VOICES.get(name, ("", None))[1]
    if place is not None and count:
        return [place % count]
    if name.isdigit() and 1 <= int(name) <= count:
        return [int(name) - 1]
    raise NotSearched(f"there is no voice `{voice}` among {count}")


def pairs_asked(voice: str, lines: Lines) -> list[Pair]:
    """The pairs of lines that `--voice` names: `any`, `outer`, `soprano-bass`, `1-3`; one voice with each other one."""
    count = len(lines.names)
    if voice.casefold() == OUTER:
        return [(0, count - 1)] if count > 1 else []
    if voice.casefold() == "any":
        return list(combinations(range(count), 2))
    names = voice.split("-")
    asked = [voices_asked(name, lines)[0] for name in names]
    if len(asked) == 1:
        return [(min(asked[0], other), max(asked[0], other)) for other in range(count) if other != asked[0]]
    return [(min(asked), max(asked))] if len(set(asked)) == 2 else []


def _is_there(rows: PieceRows, found: Found, query: Query) -> bool:
    """Whether a passage is where, and in the mode, that the question asks for."""
    if query.mode:
        key = _key(rows, found.first)
        if key is None or key.minor != (query.mode == "minor"):
            return False
    return all(_is_at(rows, found, where, query.cadences) for where in query.at)


def _is_at(rows: PieceRows, found: Found, where: Where, kinds: Sequence[str]) -> bool:
    if where in ("strong-beat", "downbeat"):
        strength = rows.places.strength(found.first)
        return strength == 1 if where == "downbeat" else strength >= _STRONG
    chords = rows.chords
    if chords is None:
        return False
    if where == "cadence":
        kind = _cadence(rows, found)
        return bool(kind) and (not kinds or kind in kinds)
    if where == "phrase-end":
        return any(found.arrival < end <= found.end for end in chords.phrases[:, 1].tolist())
    begins = chords.phrases[:, 0].tolist()
    return found.first in begins or found.first in _openings(rows)


def _openings(rows: PieceRows) -> set[int]:
    """The first chord at or after the beginning of each phrase."""
    assert rows.chords is not None
    places = rows.chords.onset.searchsorted(rows.chords.phrases[:, 0])
    return set(rows.chords.onset[places[places < len(rows.chords)]].tolist())


def _cadence(rows: PieceRows, found: Found) -> str:
    """The kind of the cadence whose last chord comes with the last event."""
    if rows.chords is None:
        return ""
    kinds = (kind for onset, kind in rows.chords.cadences.items() if found.arrival <= onset < found.end)
    return next(kinds, "")


def _key(rows: PieceRows, onset: int) -> Key | None:
    """The local key at a time; None where no keys are known."""
    if rows.chords is None or not len(rows.chords):
        return None
    return rows.chords.key[int(rows.chords.at(onset))]


def _hit(rows: PieceRows, found: Found) -> Hit:
    places = rows.places
    place = places.place(found.first)
    key = _key(rows, found.first)
    return Hit(
        place.measure, str(place.beat), "" if key is None else str(key), found.before, found.match, found.after,
        found.voices, _cadence(rows, found), found.first, found.arrival, found.end,
        places.measure_index_at(found.first), places.measure_index_at(found.arrival), found.notes,
    )  # fmt: skip
