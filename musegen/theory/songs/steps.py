"""What the readers of patterns walk over: each chord of a lead sheet with its symbol, and how chords follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.keys import Key
from musegen.theory.songs.sheet import SheetChord, sheet_chords

MINOR_KINDS, MAJOR_KINDS = ("m", "m7"), ("M", "M7")


class Step(NamedTuple):
    """A chord as it is read and as its symbol states it."""

    span: ChordSpan
    symbol: SheetChord

    @property
    def quality(self) -> str:
        """Of the symbol: see `SheetChord.quality`."""
        return self.symbol.quality

    @property
    def degree(self) -> int:
        """Semitones of the root above the tonic of its local key."""
        return (self.symbol.pitch_class - 7 * self.span.key.tonic) % 12

    @property
    def is_dominant(self) -> bool:
        """A dominant seventh, altered or suspended ones too."""
        return self.quality == "7"

    @property
    def is_rest(self) -> bool:
        """A chord to come to rest on: major or minor, with a sixth or major seventh."""
        return self.quality in (*MAJOR_KINDS, *MINOR_KINDS)

    def falls_to(self, other: Step) -> int:
        """As `SheetChord.falls_to`."""
        return self.symbol.falls_to(other.symbol)


class Found(NamedTuple):
    """A group of chords that means something, before equal ones are told together."""

    kind: str
    key: Key
    steps: tuple[Step, ...]


def steps_of(score: Score, analysis: Analysis) -> tuple[Step, ...]:
    """The chords with their symbols; none where the chords are not those of symbols."""
    if not analysis.symbols:
        return ()
    symbols = {chord.onset: chord for chord in sheet_chords(score)}
    return tuple(Step(span, symbols[span.onset]) for span in analysis.chords if span.onset in symbols)


def key_of(step: Step) -> Key:
    """The key whose tonic a chord is."""
    return Key(step.symbol.root, step.quality in MINOR_KINDS)


def printed(steps: Sequence[Step]) -> str:
    """`Gm7 C7 Fmaj7`."""
    return " ".join(step.symbol.printed for step in steps)
