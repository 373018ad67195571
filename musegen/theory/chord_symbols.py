"""What chord symbols (`Cmaj7`, `F#m7b5`, `Bb7/D`) mean: their members, spelled, on the line of fifths."""

from __future__ import annotations

from typing import NamedTuple

from musegen.errors import UsageError
from musegen.score.chord_symbols import parse_chord_symbol
from musegen.score.pitch import parse_pitch

_MAJOR, _MINOR, _DIM, _AUG = (0, 4, 1), (0, -3, 1), (0, -3, -6), (0, 4, 8)
_MEMBERS: dict[str, tuple[int, ...]] = {
    "major": _MAJOR, "minor": _MINOR, "augmented": _AUG, "diminished": _DIM,
    "major-sixth": _MAJOR, "minor-sixth": _MINOR,
    "dominant": (*_MAJOR, -2), "major-seventh": (*_MAJOR, 5), "minor-seventh": (*_MINOR, -2),
    "major-minor": (*_MINOR, 5),
    "half-diminished": (*_DIM, -2), "diminished-seventh": (*_DIM, -9), "augmented-seventh": (*_AUG, -2),
    "suspended-fourth": _MAJOR, "suspended-second": _MAJOR, "power": _MAJOR,
}  # fmt: skip
_EXTENDED = {"dominant": (*_MAJOR, -2), "major": (*_MAJOR, 5), "minor": (*_MINOR, -2)}


class SymbolChord(NamedTuple):
    """The members that a symbol names, root first, and the bass, as places on the line of fifths."""

    members: tuple[int, ...]
    bass: int
    states_bass: bool


def members_of_symbol(text: str) -> SymbolChord:
    """Root, third, fifth and seventh of a chord symbol; ninths and higher are left to the player.

    A suspended chord or a power chord is read as the major triad that it stands for, a sixth chord as its triad.

    Raises:
        UsageError: the text is no chord symbol, or of a kind that names no such members.

    >>> members_of_symbol("F#m7b5").members
    (6, 3, 0, 4)
    >>> members_of_symbol("C/E").bass
    4
    """
    symbol = parse_chord_symbol(text)
    shape = _MEMBERS.get(symbol.kind) or _EXTENDED.get(symbol.kind.split("-")[0])
    if shape is None:
        raise UsageError(f"`{text}` names no chord that can be set in four parts", hint="write it like C, Am7 or Bb7/D")
    root, bass = (parse_pitch(f"{name}4").fifths for name in (symbol.root, symbol.bass or symbol.root))
    return SymbolChord(tuple(root + step for step in shape), bass, bool(symbol.bass))
