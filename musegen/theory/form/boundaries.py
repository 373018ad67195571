"""What speaks for a phrase to begin at each note of the leading line: rests, long notes, cadences, parallels, text."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.model import Measure, Score
from musegen.score.table import Flag, NoteTable, distinct
from musegen.score.voices import Slices, assign_voices
from musegen.theory.analysis import ChordSpan
from musegen.theory.form.cadences import closes_before
from musegen.theory.form.phrases import LastNote

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]

SIGNS = (
    "breath", "rest", "silence", "long", "peak", "still", "PAC", "IAC", "HC", "other", "strong_close", "held_on",
    "phase", "downbeat", "adrift", "two", "four", "repeat", "opening", "sign", "text", "in_word", "leap", "fermata",
    "unprepared", "answer",
)  # fmt: skip
"""The columns of `evidence`: 0 or 1, but `long` is in octaves of duration, `repeat` and `opening` are shares."""
ALIKE = 5
"""So many notes that follow each other alike are a parallel."""
_MANY, _LONGEST = 40, 64
"""So many places that begin alike are compared, over so many notes."""
_NEAR = 8  # notes either side whose length is the usual one


def leading_line(score: Score) -> NoteTable:
    """The top line; where it is silent for a measure or more, the next line that is not.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: r r | c5 d5\\nB: e3 f3 | c3 .")
    >>> leading_line(piece)["pitch"].tolist()
    [52, 53, 72, 74]
    """
    voices = assign_voices(score)
    kept = voices.notes.where(voices.line == 0)
    for line in range(1, len(voices.names)):
        under = voices.notes.where(voices.line == line)
        gaps = _gaps(kept, score)
        inside = np.zeros(len(under), dtype=bool)
        for start, end in gaps:
            inside |= (under["onset"] >= start) & (under.end <= end)
        if not gaps:
            break
        kept = NoteTable(np.concatenate([kept.rows, under.rows[inside]])).ordered()
    return kept


def _gaps(line: NoteTable, score: Score) -> list[tuple[int, int]]:
    """Where a line is silent for a measure or more."""
    starts, ends = np.append(0, line.end), np.append(line["onset"], score.end)
    long = max(score.measures[0].length, score.ticks(score.measures[0].time_signature.quarters))
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b - a >= long]


def evidence(score: Score, line: NoteTable, where: Floats, chords: tuple[ChordSpan, ...], slices: Slices) -> Floats:
    """(note, sign): what is found between each note of the line and the one before it; the first row is empty.

    `where` is `measures_at` of the line.
    """
    found = np.zeros((len(line), len(SIGNS)))
    columns = {
        **_lengths(score, line), **_stops(score, line, slices), **_closes(score, line, chords),
        **_places(where), **_parallels(line, where), **_signs(score, line), **_texts(score, line),
    }  # fmt: skip
    columns |= _together(columns)
    for name, values in columns.items():
        found[:, SIGNS.index(name)] = values
    found[0] = 0
    return found


def _together(columns: Columns) -> Columns:
    """Away from every usual place with nothing to stop the line; the opening again after an open close."""
    stops = ("breath", "rest", "long", "peak", "sign", "text", "fermata")
    stopped = np.any([columns[name] > 0 for name in stops], axis=0)
    is_open = (columns["HC"] > 0) | (columns["IAC"] > 0)
    return {"unprepared": columns["adrift"] & ~stopped, "answer": np.where(is_open, columns["opening"], 0)}


def _lengths(score: Score, line: NoteTable) -> Columns:
    """How long the note before is: against its neighbourhood, and against the two notes next to it."""
    pulse = score.ticks(score.measures[0].time_signature.pulse_quarters)
    length = np.append(np.diff(line["onset"]), line["duration"][-1:]).astype(float)
    before = np.concatenate([length[:1], length[:-1]])
    usual = np.array([np.median(length[max(at - _NEAR, 0) : at + _NEAR]) for at in range(len(length))])
    gap = np.concatenate([[0], line["onset"][1:] - line.end[:-1]])
    peak = (before > length) & (before > np.concatenate([length[:2], length[:-2]])[: len(length)])
    return {
        "breath": np.asarray((gap > 0) & (gap < pulse)), "rest": np.asarray(gap >= pulse), "peak": np.asarray(peak),
        "long": np.clip(np.log2(np.maximum(before, 1) / np.maximum(usual, 1)), 0, 3),
        "fermata": np.concatenate([[False], line.has(Flag.FERMATA)[:-1]]),
    }  # fmt: skip


def _stops(score: Score, line: NoteTable, slices: Slices) -> Columns:
    """All voices silent before the note; none of several moving while the note before it lasts; a leap."""
    attacks = slices.onset[slices.attack.any(axis=1)]
    first, last = np.append(line["onset"][:1], line["onset"][:-1]), line["onset"]
    moves = np.searchsorted(attacks, last, side="left") - np.searchsorted(attacks, first, side="right")
    before = np.maximum(np.searchsorted(slices.onset, last, side="left") - 1, 0)
    pulse = score.ticks(score.measures[0].time_signature.pulse_quarters)
    leap = np.append(0, np.abs(np.diff(line["pitch"].astype(int))))
    return {
        "silence": ~slices.sounds[before].any(axis=1),
        "still": (moves == 0) & (last - first >= pulse) & (slices.sounds[before].sum(axis=1) > 1),
        "leap": np.asarray(leap >= 5),
    }


def _closes(score: Score, line: NoteTable, chords: tuple[ChordSpan, ...]) -> Columns:
    """The cadence that a phrase would make if it ended with the note before."""
    found = {name: np.zeros(len(line)) for name in ("PAC", "IAC", "HC", "other", "strong_close", "held_on")}
    starts = np.array([chord.onset for chord in chords], dtype=np.int64)
    onset, end, fifths = line["onset"].tolist(), line.end.tolist(), line["fifths"].tolist()
    for at in range(1, len(line)):
        note = LastNote(onset[at - 1], min(end[at - 1], onset[at]), fifths[at - 1])
        last = int(np.searchsorted(starts, note.end, side="left"))
        close = closes_before(chords, last, note)
        if close is None:
            continue
        arrival = close.onset
        if arrival < note.onset - (note.end - note.onset):
            continue  # the harmony came long before the note: nothing closes here
        found[close.kind if close.kind in ("PAC", "IAC", "HC") else "other"][at] = 1
        found["strong_close"][at] = score.strength(arrival) >= 1 / 2
        found["held_on"][at] = last < len(chords) and chords[last].onset > onset[at]
    return found


def _places(where: Floats) -> Columns:
    """On the downbeat; where in the measure the piece began, or neither; two or four measures counted from there."""
    since = where - where[0]
    strong = np.isclose(where % 1, 0)
    phase = np.isclose((since + 0.5) % 1, 0.5)
    two, four = (np.isclose((since + 0.5) % size, 0.5) for size in (2, 4))
    return {"phase": phase, "downbeat": strong, "adrift": ~strong & ~phase, "two": two, "four": four}


def measures_at(score: Score, line: NoteTable) -> Floats:
    """Where each note begins, in measures: 2.5 in the middle of the third. A pickup leads up to its barline.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4; pickup: 1\\nS: g4 | c5 d5 | e5 .")
    >>> measures_at(piece, piece.notes).tolist()
    [0.5, 1.0, 1.5, 2.0]
    """
    found = []
    for onset in line["onset"].tolist():
        index = score.measure_index_at(onset)
        whole = score.measures[index].time_signature.quarters
        found.append(index + float(score.offset_in_measure(onset) / whole))
    return np.array(found)


def _parallels(line: NoteTable, where: Floats) -> Columns:
    """How far the music goes on as elsewhere, or as the piece began, where that before differs: 1 is two measures."""
    shapes, count = alike(line).tolist(), len(line)
    groups: dict[tuple[int, ...], list[int]] = {}
    for at in range(count - ALIKE + 1):
        groups.setdefault(tuple(shapes[at : at + ALIKE - 1]), []).append(at)
    repeat, opening = np.zeros(count), np.zeros(count)
    for places in groups.values():
        for later, at in enumerate(places[:_MANY]):
            for other in places[:later]:
                if other and shapes[at - 1] == shapes[other - 1]:
                    continue
                share = min(float(where[at + _common(shapes, at, other)] - where[at]) / 2, 1.0)
                for one in (at, other):
                    repeat[one] = max(repeat[one], share)
                if other == 0:
                    opening[at] = share
    return {"repeat": repeat, "opening": opening}


def _common(shapes: list[int], one: int, other: int) -> int:
    """How many steps two places go on alike; the later place is `one`."""
    count = 0
    while one + count < len(shapes) and shapes[one + count] == shapes[other + count] and count < _LONGEST:
        count += 1
    return count


def alike(line: NoteTable) -> Ints:
    """A number for each step from a note to the next: equal where rhythm and staff interval are.

    >>> from musegen.score.textgrid import parse_grid
    >>> steps = alike(parse_grid("meter: 4/4\\nS: c5 d5 e5 . | d5 e5 f5 .").notes)
    >>> bool((steps[:2] == steps[3:]).all())
    True
    """
    length = np.diff(line["onset"])
    rank = np.searchsorted(distinct(length), length) if len(length) else length
    return np.asarray(rank * 128 + np.clip(np.diff(line.diatonic), -63, 63) + 63)


def _signs(score: Score, line: NoteTable) -> Columns:
    """A repeat sign, double bar, or new key or time signature since the note before began."""
    pairs = zip((None, *score.measures[:-1]), score.measures, strict=True)
    marked = np.array([here.onset for before, here in pairs if before is not None and _is_marked(before, here)])
    first = np.append(line["onset"][:1], line["onset"][:-1])
    passed = np.searchsorted(marked, line["onset"], side="right") - np.searchsorted(marked, first, side="right")
    return {"sign": np.asarray(passed > 0)}


def _is_marked(before: Measure, here: Measure) -> bool:
    new = before.key_signature != here.key_signature or before.time_signature != here.time_signature
    return new or before.repeat_end or here.repeat_start or before.barline not in ("", "regular", "none", "dashed")


def _texts(score: Score, line: NoteTable) -> Columns:
    """Punctuation closes the text of the note before; or its word goes on."""
    stops = {lyric.note for lyric in score.lyrics if lyric.text.strip().rstrip("\"'»)”’")[-1:] in tuple(".,;:!?")}
    words = {lyric.note for lyric in score.lyrics if lyric.syllabic in ("begin", "middle")}
    ids = line["id"].tolist()
    before = [None, *ids[:-1]]
    return {"text": np.array([note in stops for note in before]), "in_word": np.array([n in words for n in before])}
