"""Clausulae written into a score: over each note of arrival, which part of the close its voice has."""

from __future__ import annotations

from musegen.engraving.marks import Label, Marks
from musegen.score.model import Score
from musegen.theory.modal.clausulae import Clausula, clausulae
from musegen.theory.modal.lines import Line, lines_of
from musegen.theory.modal.names import spoken

LETTERS = {"cantizans": "C", "tenorizans": "T", "bassizans": "B", "altizans": "A"}
EVADED = "#c0392b"


def clausula_marks(score: Score) -> Marks:
    """A letter over the arrival of each voice of a clausula: C, T, B, A for its part; the cantizans has its note too.

    `C/D` is the cantizans of a close on D, `C/E phr.` of a phrygian one; evaded ones are red.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nS: a4 . d5 . | . c#5 d5 .\\nT: f4 . g4 f4 | e4 . d4 .")
    >>> [label.text for label in clausula_marks(piece).labels]
    ['C/D', 'T']
    """
    lines = {line.name: line for line in lines_of(score)}
    labels = []
    for found in clausulae(score):
        for part, letter in LETTERS.items():
            line = lines.get(getattr(found, part))
            number = line.at(found.onset) if line else -1
            if line is not None and number >= 0:
                labels.append(_label(line, number, found, letter))
    return Marks(labels=tuple(labels))


def _label(line: Line, number: int, found: Clausula, letter: str) -> Label:
    words = f"C/{spoken(found.pitch)}{' phr.' if found.kind == 'phrygian' else ''}" if letter == "C" else letter
    return Label(int(line.note[number]), words, "over", EVADED if found.kind == "evaded" else "")
