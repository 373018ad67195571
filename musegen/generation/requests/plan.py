"""A plan: the slots of a piece and what is asked of each, every request droppable by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from musegen.generation.conditions import CadenceAsked, Condition
from musegen.generation.given import Asked
from musegen.generation.melody import Melody, MelodySlot
from musegen.score.model import Score
from musegen.theory.keys import Key

VOICES = 4


class Note(NamedTuple):
    """A note that is given: MIDI pitch and place on the line of fifths."""

    pitch: int
    fifths: int


Sung = tuple[Note, ...]
"""What one given voice sings in a slot, in order; empty where the voice is free."""
FREE: tuple[Sung, ...] = ((),) * VOICES


class Wish(NamedTuple):
    """What is asked of one slot."""

    chord: Asked = None  # a numeral, a chord symbol, or pitch classes over a bass
    figures: Asked = None  # thoroughbass over the given bass
    cadence: CadenceAsked | None = None  # that this slot's chord closes
    notes: tuple[Sung, ...] = FREE  # S A T B

    @property
    def states_chord(self) -> bool:
        """The chord is not ours to choose.

        >>> Wish().states_chord
        False
        """
        return self.chord is not None or self.figures is not None


@dataclass(frozen=True)
class Plan:
    """Slots with their wishes, the key round which free chords are looked for, and the rules to keep.

    A slot without rows is a bare one: no melody is given there.
    """

    score: Score  # its measures tell where a slot stands
    home: Key
    pack: str
    slots: tuple[MelodySlot, ...]
    wishes: tuple[Wish, ...]
    melody: Melody | None = None  # whose slots these are


def plan_of(source: Score, condition: Condition) -> Plan:
    """The plan of a score: its given voices, and the chords, figures and cadences that it or the condition asks for.

    Without `condition.left` the lines of the score are given from the top: a melody alone, soprano and bass, or a bass
    alone where figures stand. With it, what it names is free and the other lines are given. A score without notes is
    a row of bare measures.

    Raises:
        UnreadableFile: the score is too long, or has not the voices that are given.
        UsageError: a key or measure that is asked for does not exist.
    """
    raise NotImplementedError
