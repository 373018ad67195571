"""The voices of polyphony as arrays of notes, with the parts that they sing: which is the cantus, which the tenor."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from musegen.score.keeping import kept
from musegen.score.model import Score
from musegen.score.voices import assign_voices

Role = Literal["cantus", "altus", "tenor", "bassus", ""]
Times = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64]

_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("altus", re.compile(r"\b(contra(tenor|alto)?\b|alt(o|us)?\b)", re.I)),
    ("tenor", re.compile(r"\bten(or|ore)?\b", re.I)),
    ("cantus", re.compile(r"\b(cant(o|us|i)|sopran\w*|super\w*|discant\w*|triplum)\b", re.I)),
    ("bassus", re.compile(r"\bbas(s|so|sus)?\b", re.I)),
)
_BY_NUMBER: dict[int, tuple[Role, ...]] = {
    1: ("tenor",),
    2: ("cantus", "tenor"),
    3: ("cantus", "altus", "tenor"),
    4: ("cantus", "altus", "tenor", "bassus"),
}


@dataclass(frozen=True)
class Line:
    """One voice: its notes in order of time, ties merged. Times in ticks; `diatonic` counts staff steps from C0."""

    name: str  # `Tenor`, `Tenor 2`, or the number from the top
    role: Role  # "" where neither name nor number of voices tells
    onset: Times
    end: Times
    pitch: Numbers
    fifths: Numbers
    diatonic: Numbers
    note: Numbers  # ids

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def joined(self) -> npt.NDArray[np.bool_]:
        """(notes,): no rest stands before this note; the first note begins after one."""
        return np.concatenate([[False], self.end[:-1] == self.onset[1:]])[: len(self)]

    def at(self, time: int) -> int:
        """The number of the note that sounds at this time, -1 in a rest."""
        number = int(np.searchsorted(self.onset, time, side="right")) - 1
        return number if number >= 0 and int(self.end[number]) > time else -1


def lines_of(score: Score) -> tuple[Line, ...]:
    """The voices of a score, top first; found once and kept with the score.

    >>> from musegen.score.textgrid import parse_grid
    >>> [(line.name, line.role) for line in lines_of(parse_grid("meter: 2/4\\nCantus: c5 d5\\nTenor: c4 ."))]
    [('Cantus', 'cantus'), ('Tenor', 'tenor')]
    """
    return kept(score, "modal_lines", _lines)


def _lines(score: Score) -> tuple[Line, ...]:
    voices = assign_voices(score)
    notes = voices.notes
    rows = [np.flatnonzero(voices.line == number) for number in range(len(voices.names))]
    rows = [found[np.argsort(notes["onset"][found], kind="stable")] for found in rows if len(found)]
    names = _names([score.parts[int(notes["part"][found[0]])].name.strip() for found in rows])
    roles = _roles(names)
    found = []
    for name, role, row in zip(names, roles, rows, strict=True):
        columns = (notes["onset"], notes.end, notes["pitch"], notes["fifths"], notes.diatonic, notes["id"])
        found.append(Line(name, role, *(column[row].astype(np.int64) for column in columns)))
    return tuple(found)


def _names(given: list[str]) -> list[str]:
    """Each voice by its part; equal names are numbered, and without names the voices are, from the top."""
    if not all(given):
        return [str(number + 1) for number in range(len(given))]
    often, seen = Counter(given), Counter[str]()
    names = []
    for name in given:
        seen[name] += 1
        names.append(f"{name} {seen[name]}" if often[name] > 1 else name)
    return names


def _roles(names: list[str]) -> list[Role]:
    """By name where names tell a tenor, else by the usual order of so many voices."""
    named: list[Role] = [next((role for role, words in _ROLES if words.search(name)), "") for name in names]
    if "tenor" in named or not names:
        return named
    if len(names) in _BY_NUMBER:
        return list(_BY_NUMBER[len(names)])
    inner: list[Role] = [""] * (len(names) - 3)
    return ["cantus", *inner, "tenor", "bassus"]
