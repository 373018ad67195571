"""Chord symbols (`Cmaj7`, `F#m7b5`, `B-7/D`) read into spelled chord members."""

from __future__ import annotations

import re
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.score.pitch import STEP_FIFTHS, STEPS

_SYMBOL = re.compile(r"([A-G])([#b-]*)([^/]*)(?:/([A-G])([#b-]*))?$")
_MAJOR, _MINOR, _DIM, _AUG = (0, 4, 1), (0, -3, 1), (0, -3, -6), (0, 4, 8)
_KINDS: tuple[tuple[str, tuple[int, ...]], ...] = (
    (r"(maj|Maj|MAJ|M|Δ|ma)(7|9|11|13)|Δ", (*_MAJOR, 5)),
    (r"(m|min|mi)(maj|M|Δ)(7|9)", (*_MINOR, 5)),
    (r"(m|min|mi)(7|9|11)(b5|-5|\(b5\))|ø7?|m7-5|half-?dim7?", (*_DIM, -2)),
    (r"(o|°|dim)7", (*_DIM, -9)),
    (r"(m|min|mi)(7|9|11|13)", (*_MINOR, -2)),
    (r"(\+|aug)7|7(\+|#5|\(#5\))", (*_AUG, -2)),
    (r"(7|9|11|13|dom7?)(sus4?)?[#b0-9()-]*|alt", (*_MAJOR, -2)),
    (r"(m|min|mi)6?", _MINOR),
    (r"o|°|dim", _DIM),
    (r"\+|aug", _AUG),
    (r"(maj|Maj|M|ma)?(6|69|6add9|add9|2|add2)?|sus[24]?|5|power|pedal", _MAJOR),
)


class ChordSymbol(NamedTuple):
    """The members that a symbol names, root first, as places on the line of fifths; `bass` is what stands lowest.

    Ninths and higher are left to the player: only root, third, fifth and seventh are listed.
    """

    members: tuple[int, ...]
    bass: int
    states_bass: bool


def parse_chord_symbol(text: str) -> ChordSymbol:
    """Read a chord symbol; flats may be written `b` or `-`.

    Raises:
        UsageError: the text is no chord symbol.

    >>> parse_chord_symbol("F#m7b5").members
    (6, 3, 0, 4)
    >>> parse_chord_symbol("C/E").bass
    4
    """
    found = _SYMBOL.match(text.strip())
    if found:
        letter, accidental, kind, low, low_accidental = found.groups()
        root = _place(letter, accidental)
        steps = next((steps for pattern, steps in _KINDS if re.fullmatch(pattern, kind.strip())), None)
        if steps is not None:
            bass = root if low is None else _place(low, low_accidental)
            return ChordSymbol(tuple(root + step for step in steps), bass, low is not None)
    raise UsageError(f"`{text}` is not a chord symbol", hint="write it like C, Am7, F#m7b5, Bb7 or C/E")


def _place(letter: str, accidental: str) -> int:
    alter = accidental.count("#") - accidental.count("b") - accidental.count("-")
    return int(STEP_FIFTHS[STEPS.index(letter)]) + 7 * alter
