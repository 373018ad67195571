"""What a sheet of paper shows besides the notes: title, instruction, small print, marks on notes, and what it hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from musegen.score.model import HarmonyLabel

Paper = Literal["a4", "letter"]
Arrangement = Literal["as written", "keyboard", "choir", "open"]
Where = Literal["above", "below", "over", "under"]
"""Of words: in a row above or below the system, or small and close over or under their own note."""
Shape = Literal["square", "diamond", "circle"]
Cadential = Literal["Cad64", "I64", "V64"]


class Label(NamedTuple):
    """A few words over or under a note."""

    note: int  # the note's id
    text: str
    where: Where = "above"
    color: str = ""  # "#RRGGBB"

    @property
    def placement(self) -> str:
        """What MusicXML calls its side: `above` or `below`."""
        return "above" if self.where in ("above", "over") else "below"


class Pen(NamedTuple):
    """How a line is drawn; lengths in hundredths of a millimetre."""

    thickness: float = 38.0
    dashes: tuple[float, ...] = ()  # ink and gap by turns
    opacity: float = 0.85
    arrow: bool = False  # at its end
    is_round: bool = False  # its ends
    is_under: bool = False  # under the notes
    to_rims: bool = False  # from rim to rim of the noteheads, not from middle to middle


class Line(NamedTuple):
    """A line from one notehead to another, as teachers draw between parallel fifths."""

    first: int  # note ids
    second: int
    color: str = "#c0392b"
    pen: Pen = Pen()
    kind: str = "mark-line"  # its class in SVG


class LineSample(NamedTuple):
    """What a line means, for the legend at the foot of the sheet."""

    color: str
    pen: Pen
    text: str


class Stretch(NamedTuple):
    """A word under a moment, with a line to where it ends: a function that is prolonged. Times in ticks."""

    onset: int
    end: int  # the onset itself: no line
    text: str


class Badge(NamedTuple):
    """A number in a shape beside a note, and what the legend at the foot of the sheet says of it."""

    note: int  # the note's id; -1 stands in the legend only
    number: int
    shape: Shape
    text: str
    color: str  # "#RRGGBB"


class Table(NamedTuple):
    """Rows of cells under the music, the first row a heading, and the columns' shares of the width."""

    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Marks:
    """What is written onto a score: coloured notes, words, lines, badges, harmony labels. Notes go by their ids."""

    colors: tuple[tuple[int, str], ...] = ()  # note id, "#RRGGBB"
    labels: tuple[Label, ...] = ()
    lines: tuple[Line, ...] = ()
    samples: tuple[tuple[LineSample, ...], ...] = ()  # the legend of lines, row by row
    badges: tuple[Badge, ...] = ()
    harmonies: tuple[HarmonyLabel, ...] = ()
    functions: tuple[Stretch, ...] = ()  # a row under the numerals
    cadences: tuple[Stretch, ...] = ()  # framed, in the lowest row


@dataclass(frozen=True)
class Sheet:
    """How a score becomes a page. Everything has a default that suits a plain score.

    >>> Sheet(title="Chorale 1", arrangement="keyboard").measures_per_system
    0
    """

    title: str = ""  # "" takes the score's own
    instruction: str = ""  # a line or two of plain words under the title
    name_line: bool = False  # "Name ____  Date ____"
    small_print: str = ""  # level and seed
    arrangement: Arrangement = "as written"  # four one-voice parts on two staves ("keyboard", "choir") or four
    hidden_parts: frozenset[int] = frozenset()  # parts of the score that stay empty
    first_chord: bool = False  # shows what sounds at the start even in hidden parts
    harmonies: bool = True  # prints (and writes) numerals, chord symbols and functions
    figures: bool = True  # prints (and writes) figured bass
    cadential: Cadential = "Cad64"  # how the cadential six-four is printed
    system_starts: tuple[int, ...] = ()  # measure indices
    measures_per_system: int = 0  # at most; 0 = as many as fit
    equal_measures: bool = False
    final_barline: bool = True  # ends the last measure with one where the score says nothing
    numeral_line: bool = False  # a ruled line under the bass, with room to write
    asterisks: tuple[int, ...] = ()  # onsets, in ticks
    marks: Marks = Marks()
    table: Table | None = None  # printed after the last system
    paper: Paper = "a4"
    fields: tuple[tuple[str, str], ...] = ()  # for programs: names and values of <miscellaneous-field>
