"""What chord symbols (`Cmaj7`, `F#m7b5`, `Bb7/D`) mean: their members, spelled, on the line of fifths."""

from __future__ import annotations

from typing import NamedTuple

from musegen.errors import UsageError
from musegen.score.chord_symbols import ChordSymbol, Degree, parse_chord_symbol
from musegen.score.pitch import fifths_name, parse_pitch
from musegen.theory.numerals import letters_above, member_order

_MAJOR, _MINOR, _DIM, _AUG = (0, 4, 1), (0, -3, 1), (0, -3, -6), (0, 4, 8)
_DOMINANT, _MAJOR_SEVENTH, _MINOR_SEVENTH = (*_MAJOR, -2), (*_MAJOR, 5), (*_MINOR, -2)
_NINTH, _ELEVENTH, _THIRTEENTH = 2, -1, 3
_MEMBERS: dict[str, tuple[int, ...]] = {
    "major": _MAJOR, "minor": _MINOR, "augmented": _AUG, "diminished": _DIM,
    "major-sixth": (*_MAJOR, 3), "minor-sixth": (*_MINOR, 3),
    "dominant": _DOMINANT, "major-seventh": _MAJOR_SEVENTH, "minor-seventh": _MINOR_SEVENTH,
    "major-minor": (*_MINOR, 5),
    "half-diminished": (*_DIM, -2), "diminished-seventh": (*_DIM, -9), "augmented-seventh": (*_AUG, -2),
    "suspended-fourth": (0, -1, 1), "suspended-second": (0, 2, 1), "power": (0, 1),
    "dominant-ninth": (*_DOMINANT, _NINTH), "major-ninth": (*_MAJOR_SEVENTH, _NINTH),
    "minor-ninth": (*_MINOR_SEVENTH, _NINTH),
    "dominant-11th": (0, _ELEVENTH, 1, -2), "major-11th": (0, _ELEVENTH, 1, 5),
    "minor-11th": (*_MINOR_SEVENTH, _ELEVENTH),
    "dominant-13th": (*_DOMINANT, _THIRTEENTH), "major-13th": (*_MAJOR_SEVENTH, _THIRTEENTH),
    "minor-13th": (*_MINOR_SEVENTH, _THIRTEENTH),
}  # fmt: skip
_FUNCTIONAL = {
    "Neapolitan": (-5, "", -1), "Italian": (-4, "7", None), "French": (-4, "7(b5)", None), "German": (-4, "7", None),
}  # fmt: skip
"""Chords that are named by what they do in a key: what musicians write over its tonic, root, kind and bass."""
_DEGREES = {0: 0, 1: 2, 2: 4, 3: -1, 4: 1, 5: 3, 6: -2}
"""Letters above the root to the degree that MusicXML counts alterations from: major and perfect, the seventh minor."""


class SymbolChord(NamedTuple):
    """The members that a symbol names, root first, and the bass, as places on the line of fifths."""

    members: tuple[int, ...]
    bass: int
    states_bass: bool

    @property
    def tones(self) -> frozenset[int]:
        """The members, and the bass that may be none of them.

        >>> sorted(members_of_symbol("C/D").tones)
        [0, 1, 2, 4]
        """
        return frozenset((*self.members, self.bass))

    @property
    def may_turn(self) -> bool:
        """Whether another member may be in the bass: in triads and sevenths of which the symbol names no bass.

        >>> [members_of_symbol(text).may_turn for text in ("C", "C/E", "Csus4")]
        [True, False, False]
        """
        steps = tuple(member - self.members[0] for member in self.members)
        return not self.states_bass and steps in _TURNING


def members_of_symbol(text: str) -> SymbolChord:
    """What a chord symbol asks for: root, third (or what is suspended for it), fifth, seventh, then what is added.

    Of the notes that an eleventh or thirteenth chord piles up, four voices have no room for all: the ninth is left
    out, and the third under an eleventh.

    Raises:
        UsageError: the text is no chord symbol, or of a kind that names no such members (`CN6`).

    >>> members_of_symbol("F#m7b5").members
    (6, 3, 0, 4)
    >>> members_of_symbol("C/E").bass
    4
    >>> members_of_symbol("Csus4").members, members_of_symbol("C7alterb5").members, members_of_symbol("Cadd9").members
    ((0, -1, 1), (0, 4, -6, -2), (0, 4, 1, 2))
    >>> members_of_symbol("CN6")
    Traceback (most recent call last):
    musegen.errors.UsageError: a Neapolitan chord in C is no chord symbol; write the chord itself: Db/F
    """
    symbol = parse_chord_symbol(text)
    shape = _shape(symbol)
    if symbol.kind in _FUNCTIONAL:
        told = f"a {symbol.kind} chord in {symbol.root.replace('-', 'b')} is no chord symbol"
        raise UsageError(told, hint=f"write the chord itself: {_as_written(symbol)}")
    if shape is None or len(shape) < 2:
        raise UsageError(f"`{text}` names no chord that can be set in four parts", hint="write it like C, Am7 or B-7/D")
    root, bass = (parse_pitch(f"{name}4").fifths for name in (symbol.root, symbol.bass or symbol.root))
    return SymbolChord(tuple(root + step for step in shape), bass, bool(symbol.bass))


def _as_written(symbol: ChordSymbol) -> str:
    """A chord that is named by what it does, as a chord symbol: Db/F, the Neapolitan of C."""
    tonic = parse_pitch(f"{symbol.root}4").fifths
    root, kind, bass = _FUNCTIONAL[symbol.kind]
    over = "" if bass is None else "/" + fifths_name(tonic + bass)
    return (fifths_name(tonic + root) + kind + over).replace("-", "b")


def _shape(symbol: ChordSymbol) -> tuple[int, ...] | None:
    """Steps on the line of fifths above the root; None for a kind that stacks no thirds."""
    steps = _MEMBERS.get(symbol.kind)
    if symbol.kind == "major" and symbol.degrees == (Degree("add", 5),):  # what music21 makes of `C5`
        return _MEMBERS["power"]
    for degree in symbol.degrees if steps else ():
        steps = _with(steps or (), degree)
    return None if steps is None or steps[:1] != (0,) else member_order(steps)


def _with(steps: tuple[int, ...], degree: Degree) -> tuple[int, ...]:
    letters = (degree.value - 1) % 7
    same = [step for step in steps if letters_above(0, step) == letters]
    others = tuple(step for step in steps if step not in same)
    if degree.word == "omit":
        return others
    if degree.word == "alter":
        return (*others, (same or [_DEGREES[letters]])[0] + 7 * degree.alter)
    return (*steps, *({_DEGREES[letters] + 7 * degree.alter} - set(steps)))


_TURNING = frozenset(
    _MEMBERS[kind]
    for kind in (
        "major", "minor", "augmented", "diminished", "dominant", "major-seventh", "minor-seventh", "major-minor",
        "half-diminished", "diminished-seventh", "augmented-seventh",
    )
)  # fmt: skip
