"""What search reads of a piece: chords, lines and motions as arrays, kept on disk so that a second search is fast."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.corpora.pieces import Piece
from musegen.score.cache import cache_folder, keep_arrays, kept_arrays
from musegen.score.files import regular_file
from musegen.score.meter import TimeSignature
from musegen.score.model import KeySignature, Measure, Place, Score
from musegen.score.table import NOTE_DTYPE, NoteTable, Rows
from musegen.score.voices import assign_voices, slices_of
from musegen.theory.analyse import Engine
from musegen.theory.analysis import Analysis
from musegen.theory.graph.counterpoint import motions
from musegen.theory.graph.lines import lines_of
from musegen.theory.kept_analyses import analyser_id, kept_analysis
from musegen.theory.keys import Key
from musegen.theory.modal.reading import Asked

Ints = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[Any]]
Need = Literal["chords", "lines", "motions"]
_LAYOUT = 3
_MOTION = (
    "upper", "lower", "upper_from", "lower_from", "upper_to", "lower_to", "motion", "first", "second", "first_steps",
    "second_steps", "antiparallel",
)  # fmt: skip
"""The columns of the graph's motions that a pattern can ask for; notes go by their rows in the sounding table."""


class Frame(NamedTuple):
    """Measures without notes: where a moment is."""

    measures: list[Any]
    ticks_per_quarter: int

    def score(self) -> Score:
        """An empty score with these measures."""
        measures = tuple(
            Measure(number, onset, length, TimeSignature(*meter), KeySignature(*key), *rest)
            for number, onset, length, meter, key, *rest in self.measures
        )
        return Score(NoteTable.of([]), measures, (), ticks_per_quarter=self.ticks_per_quarter)


@dataclass(frozen=True, eq=False)
class Chords:
    """The chords of a piece, one a row, with its cadences and phrases. Times in ticks."""

    reading: str
    onset: Ints
    end: Ints
    key: tuple[Key, ...]
    figure: tuple[str, ...]
    minor: tuple[bool, ...]  # the mode in which the numeral counts
    function: tuple[str, ...]
    cadences: dict[int, str]  # onset of the last chord, kind
    phrases: Ints  # (phrases, 2): onset and end
    implied: bool  # by a single line

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Chords:
        """The chords of what `_chord_facts` made."""
        rows = facts["chords"]
        onset, duration, tonic, minor, figure, mode, function = zip(*rows, strict=True) if rows else ((),) * 7
        begins = np.array(onset, dtype=np.int64)
        return cls(
            facts["reading"], begins, begins + np.array(duration, dtype=np.int64),
            tuple(Key(*one) for one in zip(tonic, map(bool, minor), strict=True)), figure, tuple(map(bool, mode)),
            function, {int(at): kind for at, kind in facts["cadences"]},
            np.array(facts["phrases"], dtype=np.int64).reshape(-1, 2), bool(facts["implied"]),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.figure)

    @cached_property
    def tonic(self) -> Ints:
        """(chords,): keys as numbers; equal ones are one key."""
        return np.array([2 * key.tonic + key.minor for key in self.key], dtype=np.int64)

    def phrase_at(self, times: npt.ArrayLike) -> Ints:
        """The number of the phrase at each of these times, in ticks; -1 before the first."""
        return np.asarray(np.searchsorted(self.phrases[:, 0], times, side="right") - 1)

    def at(self, times: npt.ArrayLike) -> Ints:
        """The number of the chord at each of these times (the first one before the piece begins)."""
        return np.asarray(np.maximum(np.searchsorted(self.onset, times, side="right") - 1, 0))


@dataclass(frozen=True, eq=False)
class Lines:
    """The notes of a piece as they are heard, and the lines that they belong to, top first."""

    names: tuple[str, ...]
    notes: NoteTable
    line: Ints  # (notes,): -1 for a note of no line
    times: Ints  # (slices,): where anything begins or ends, in ticks
    row: Ints  # (slices, lines): the note that sounds, -1 for none


@dataclass(frozen=True, eq=False)
class PieceRows:
    """A piece as search reads it; what was not asked for is None."""

    piece: Piece
    frame: Frame
    chords: Chords | None = None
    lines: Lines | None = None
    motions: Arrays | None = None

    @cached_property
    def places(self) -> Score:
        """Its measures, for asking where a moment is."""
        return self.frame.score()

    def place(self, onset: int) -> Place:
        """The measure and beat of a time in ticks."""
        return self.places.place(onset)

    @property
    def beats(self) -> float:
        """How many beats (denominator units) its measures hold, repeats not unfolded."""
        quarter = self.frame.ticks_per_quarter
        lengths = ((length, denominator) for _, _, length, (_, denominator), *_ in self.frame.measures)
        return float(sum(Fraction(length * denominator, 4 * quarter) for length, denominator in lengths))


def piece_rows(piece: Piece, needs: Iterable[Need], engine: Engine = "neural", reading: Asked = "auto") -> PieceRows:
    """The arrays of a piece that are needed, from the disk where they were made before.

    Raises:
        ScoreError: it cannot be read, or is too long to be analysed.
    """
    score: Score | None = None
    found: dict[str, Any] = {}
    for need in needs:
        entry = _entry(piece, need, engine, reading)
        stored = _held(need, kept_arrays(entry))
        if stored is None:
            score = score or piece.read()
            facts, arrays = _made(need, score, engine, reading)
            arrays["facts"] = _packed((score.measures, score.ticks_per_quarter, facts))
            keep_arrays(entry, **arrays)
            stored = _held(need, arrays)
        found |= stored or {}
    return PieceRows(piece, **found)


def are_kept(piece: Piece, needs: Iterable[Need], engine: Engine, reading: Asked) -> bool:
    """Whether all that is needed lies on the disk.

    Raises:
        UnreadableFile: the piece is not there.
    """
    return all(os.path.exists(_entry(piece, need, engine, reading)) for need in needs)


def _made(need: Need, score: Score, engine: Engine, reading: Asked) -> tuple[Any, Arrays]:
    """What is kept for one kind of pattern, JSON values and few arrays: each costs a third of a millisecond to load."""
    if need == "chords":
        return _chord_facts(score, kept_analysis(score, engine, reading)), {}
    if need == "lines":
        voices = assign_voices(score)
        slices = slices_of(voices)
        numbers = np.concatenate([voices.line, slices.onset, slices.row.ravel()], dtype=np.int64)
        return voices.names, {"notes": voices.notes.rows.view(np.uint8), "numbers": numbers}
    edges = motions(score, lines_of(score, "score"))
    return None, {"numbers": np.stack([edges[name].astype(np.int64) for name in _MOTION])}


def _held(need: Need, stored: Arrays | None) -> dict[str, Any] | None:
    """The parts of `PieceRows` in stored arrays; None where there are none, or they are damaged."""
    if stored is None:
        return None
    try:
        *frame, facts = _unpacked(stored["facts"])
        found: dict[str, Any] = {"frame": Frame(*frame)}
        if need == "chords":
            return found | {"chords": Chords.of(facts)}
        if need == "lines":
            return found | {"lines": _lines(tuple(facts), stored["notes"].view(NOTE_DTYPE), stored["numbers"])}
        return found | {"motions": dict(zip(_MOTION, stored["numbers"], strict=True))}
    except (KeyError, ValueError, TypeError, IndexError):
        return None


def _lines(names: tuple[str, ...], rows: Rows, numbers: Ints) -> Lines:
    line, rest = numbers[: len(rows)], numbers[len(rows) :]
    count = len(rest) // (1 + len(names))
    return Lines(names, NoteTable(rows), line, rest[:count], rest[count:].reshape(count, len(names)))


def _chord_facts(score: Score, analysis: Analysis) -> dict[str, Any]:
    rows = [
        (int(c.onset), int(c.duration), *c.key, c.numeral.figure, c.numeral.minor, c.function or "")
        for c in analysis.chords
    ]
    cadences = [(int(cadence.onset), cadence.kind) for cadence in analysis.cadences]
    phrases = [(int(phrase.onset), int(phrase.end)) for phrase in analysis.phrases]
    stated, sounds = analysis.given or analysis.symbols, slices_of(assign_voices(score)).sounds
    return {
        "reading": analysis.reading, "chords": rows, "cadences": cadences, "phrases": phrases,
        "implied": not stated and bool((sounds.sum(axis=1) < 2).all()),
    }  # fmt: skip


def _packed(facts: Any) -> npt.NDArray[np.uint8]:
    return np.frombuffer(json.dumps(facts).encode(), np.uint8)


def _unpacked(stored: npt.NDArray[Any]) -> Any:
    return json.loads(stored.tobytes())


def _entry(piece: Piece, need: Need, engine: Engine, reading: Asked) -> Path:
    """Where the arrays lie: named by the file as it is, the piece in it and its name, and what reads it."""
    path = piece.path
    state = os.stat(path)
    name = hashlib.sha256(piece.place.encode(errors="backslashreplace")).hexdigest()[:12]
    by = f"{engine}-{reading}" if need == "chords" else need
    file = _digest(path, state.st_mtime_ns, state.st_size)
    return cache_folder() / "search" / f"{file[:40]}-{name}-{by}-{analyser_id(engine)}.{_LAYOUT}.npz"


@lru_cache(maxsize=4096)
def _digest(path: Path, _changed: int, _size: int) -> str:
    """Of a file's content; asked again only where the file has changed."""
    return hashlib.sha256(regular_file(path)).hexdigest()
