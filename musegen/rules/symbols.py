"""The chord symbols of a piece as rules read them: each with its span and the notes that it names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.rules.view import View
from musegen.score.chord_symbols import parse_chord_symbol
from musegen.score.pitch import fifths_name, pitch_class_of
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.numerals import letters_above

_SECOND, _THIRD, _FOURTH, _SIXTH, _SEVENTH = 1, 2, 3, 5, 6
_MAJOR_THIRD, _MINOR_THIRD, _MINOR_SEVENTH, _FIFTH = 4, -3, -2, 1
_NINTH, _ELEVENTH = 2, -1
_LONGEST = 8  # measures
_PILED = {"11th": (_NINTH, _MAJOR_THIRD), "13th": (_NINTH, _ELEVENTH)}
"""What a symbol of that kind names besides the members that voicings keep; by the end of the kind's name."""


class Symbol(NamedTuple):
    """A chord symbol with its span in ticks. Members, root and bass are places on the line of fifths."""

    onset: int
    end: int
    text: str
    members: tuple[int, ...]  # root first
    bass: int
    states_bass: bool
    piled: tuple[int, ...] = ()  # named too, but no member that a voicing must have

    @property
    def root(self) -> int:
        """The root."""
        return self.members[0]

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes of all that the symbol names, its bass included."""
        return classes_of((*self.members, *self.piled, self.bass))

    @property
    def steps(self) -> frozenset[int]:
        """The members above the root, on the line of fifths."""
        return frozenset(member - self.root for member in self.members)

    @property
    def third(self) -> int | None:
        """The third, or what is suspended in its place."""
        return self._at(_THIRD, _FOURTH, _SECOND)

    @property
    def seventh(self) -> int | None:
        """The seventh."""
        return self._at(_SEVENTH)

    @property
    def guide_tones(self) -> tuple[int, ...]:
        """Third and seventh, or third and sixth; none in a triad."""
        upper = self._at(_SEVENTH, _SIXTH)
        return () if upper is None else tuple(tone for tone in (self.third, upper) if tone is not None)

    @property
    def is_dominant(self) -> bool:
        """It has a minor seventh and a major third, or a fourth instead of it."""
        suspended = _ELEVENTH in self.steps and _MINOR_THIRD not in self.steps
        return _MINOR_SEVENTH in self.steps and (_MAJOR_THIRD in self.steps or suspended)

    @property
    def avoids(self) -> frozenset[int]:
        """Pitch classes a semitone over a member that the symbol does not name itself.

        Only for major, dominant and minor-seventh chords; a minor ninth over a dominant's root is welcome.
        """
        is_minor_seventh = self.steps >= {_MINOR_THIRD, _FIFTH, _MINOR_SEVENTH}
        if _MAJOR_THIRD not in self.steps and not is_minor_seventh:
            return frozenset()
        over = {(number + 1) % 12 for number in classes_of(self.members)}
        free = {(int(pitch_class_of(self.root)) + 1) % 12} if self.is_dominant else set()
        return frozenset(over - free - self.classes)

    def _at(self, *letters: int) -> int | None:
        named = {letters_above(self.root, member): member for member in self.members}
        return next((named[letter] for letter in letters if letter in named), None)


def symbols_of(view: View) -> list[Symbol]:
    """The chord symbols of a piece in time, each until the next, eight measures at most; one that is repeated goes on.

    Symbols that name no chord, and `N.C.`, leave their span empty.
    """
    labels = reversed(view.score.harmonies) if len(view) else ()
    texts = {label.onset: label.text for label in labels if label.kind == "chord_symbol"}
    if not texts:
        return []
    onsets = sorted(texts)
    changes = [place for place, onset in enumerate(onsets) if not place or texts[onset] != texts[onsets[place - 1]]]
    lasts = [*(place - 1 for place in changes[1:]), len(onsets) - 1]
    ends = [*(onsets[place] for place in changes), view.score.end][1:]
    read = (
        _read(onsets[first], min(end, _latest_end(view, onsets[last])), texts[onsets[first]])
        for first, last, end in zip(changes, lasts, ends, strict=True)
    )
    return [symbol for symbol in read if symbol is not None]


def classes_of(fifths: Iterable[int]) -> frozenset[int]:
    """The pitch classes of places on the line of fifths."""
    return frozenset(int(pitch_class_of(place)) for place in fifths)


def tone_name(fifths: int) -> str:
    """`Bb`: a note without its octave."""
    return fifths_name(fifths).replace("-", "b")


def _latest_end(view: View, onset: int) -> int:
    """Where a symbol stops to count that nothing follows: a label that strayed into a score rules no whole movement."""
    measures = view.score.measures
    last = measures[min(view.score.measure_index_at(onset) + _LONGEST, len(measures)) - 1]
    return last.onset + last.length


def _read(onset: int, end: int, text: str) -> Symbol | None:
    try:
        chord, kind = members_of_symbol(text), parse_chord_symbol(text).kind
    except UsageError:
        return None
    piled = tuple(chord.members[0] + step for step in _PILED.get(kind[-4:], ()))
    return Symbol(onset, end, text.replace("-", "b"), chord.members, chord.bass, chord.states_bass, piled)
