"""Score: everything of a piece that musegen models, as one frozen value, and the places in it by measure and beat."""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Literal, NamedTuple

from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature, beat_words
from musegen.score.table import NoteTable

HarmonyKind = Literal["chord_symbol", "numeral", "function"]
DirectionKind = Literal["tempo", "dynamic"]


class KeySignature(NamedTuple):
    """Sharps (positive) or flats (negative), and the mode where the source states one."""

    fifths: int
    mode: str = ""


class Measure(NamedTuple):
    """One measure of the grid that all parts share. Times in ticks."""

    number: str  # as printed; a pickup is "0"
    onset: int
    length: int  # what is really there: short in a pickup
    time_signature: TimeSignature
    key_signature: KeySignature  # at sounding pitch
    is_pickup: bool = False
    barline: str = ""  # "final", "double", ... at its end; "" is a plain one
    repeat_start: bool = False
    repeat_end: bool = False
    ending: str = ""
    new_system: bool = False  # a system starts here


class Clef(NamedTuple):
    """`G` on line 2 is the treble clef; `octave` -1 sounds an octave lower."""

    sign: str
    line: int
    octave: int = 0


TREBLE, BASS = Clef("G", 2), Clef("F", 4)


class Drum(NamedTuple):
    """One drum or cymbal of a kit, and how it is written."""

    number: int  # its General MIDI key, 0 to 127
    name: str
    place: int  # MIDI number of the natural note whose place in a treble staff it has
    head: str = ""  # MusicXML's notehead, "x" or "circle-x"; "" is a plain one


class Part(NamedTuple):
    """One MusicXML part: an instrument or singer with one staff or more.

    In a part with a `kit`, the pitch of an unpitched note is the number of the drum; without one, its place in the
    staff.
    """

    id: str
    name: str = ""
    abbreviation: str = ""
    clefs: tuple[Clef, ...] = (TREBLE,)  # one a staff, top first
    transpose: tuple[int, int] = (0, 0)  # (steps, semitones) from written to sounding
    midi_program: int = 0  # 1 to 128; 0 = not stated
    kit: tuple[Drum, ...] = ()  # by number


class HarmonyLabel(NamedTuple):
    """A chord symbol, Roman numeral or function written over or under a moment."""

    onset: int
    kind: HarmonyKind
    text: str  # `Cmaj7`, `V65/V`, `PD`
    key: str = ""  # for numerals: `G` major, `g` minor, `B-`
    part: int = 0
    staff: int = 1
    alternate: bool = False  # the second reading of a pivot


class FiguredBass(NamedTuple):
    """Thoroughbass figures under a bass note, top figure first: `("6", "5")`, `("#",)`."""

    onset: int
    duration: int  # ticks that these figures stand for
    figures: tuple[str, ...]
    part: int = 0
    staff: int = 1


class Direction(NamedTuple):
    """A tempo, from its moment on: `Andante` at 72 quarters a minute; or how loud its part is: `mp`."""

    onset: int
    kind: DirectionKind
    text: str = ""  # the words of a tempo, which may have none; the sign of a dynamic
    tempo: float = 0.0  # quarters a minute; 0 of a dynamic
    is_counted: bool = True  # of a tempo: whether its number is printed
    part: int = 0  # tempos are the whole score's: part 0, staff 1
    staff: int = 1


class Lyric(NamedTuple):
    """One syllable under one note."""

    note: int  # the note's id
    verse: str
    text: str
    syllabic: str = "single"


class Metadata(NamedTuple):
    """What the title page says, and what a musicologist asks of a source; "" is what it does not say."""

    title: str = ""
    composer: str = ""
    lyricist: str = ""
    rights: str = ""
    date: str = ""  # of composition, else of first print; kern's as `1798`, `1798-05-12` or `1798/1800`
    place: str = ""  # of origin: a town, region or country
    genre: str = ""
    editor: str = ""  # who made this edition or encoding
    edition: str = ""  # the print or manuscript that was encoded


class Notice(NamedTuple):
    """Something that reading had to mend or guess, with the measure where it happened."""

    message: str
    measure: str = ""


class Source(NamedTuple):
    """Where a score came from."""

    path: str
    format: str  # "musicxml", "kern", "abc", "midi", "stream", ...
    digest: str = ""  # sha256 of the file
    document: bytes = b""  # the MusicXML text itself (unzipped), for annotating in place


class Place(NamedTuple):
    """A moment as a musician names it: the printed measure number and the beat in denominator units, from 1.

    >>> str(Place("3", Fraction(5, 2)))
    'measure 3, beat 5/2'
    """

    measure: str
    beat: Fraction

    def __str__(self) -> str:
        return f"measure {self.measure}, {beat_words(self.beat)}"


@dataclass(frozen=True)
class Score:
    """A piece. Two scores are equal when everything but their `source` and `notices` is.

    Times are whole ticks, `ticks_per_quarter` to a quarter note. All parts share one measure grid; pitches and key
    signatures are sounding ones.

    >>> from musegen.score.textgrid import parse_grid
    >>> parse_grid("meter: 2/4\\nS: b4 c5\\nB: g3 c3")
    <Score: 2 parts, 1 measure>
    """

    notes: NoteTable
    measures: tuple[Measure, ...]
    parts: tuple[Part, ...]
    harmonies: tuple[HarmonyLabel, ...] = ()
    figures: tuple[FiguredBass, ...] = ()
    lyrics: tuple[Lyric, ...] = ()
    note_names: tuple[tuple[int, str], ...] = ()  # ids that the source gave its notes
    colors: tuple[tuple[int, str], ...] = ()  # note id to "#RRGGBB"
    metadata: Metadata = Metadata()
    ticks_per_quarter: int = TICKS_PER_QUARTER
    directions: tuple[Direction, ...] = ()  # by time; one tempo at a moment at most
    source: Source | None = field(default=None, compare=False, repr=False)
    notices: tuple[Notice, ...] = field(default=(), compare=False)
    four_voices: bool = field(default=False, compare=False, repr=False)  # an answer to a sheet of ours: S, A, T and B
    stream: Any = field(default=None, compare=False, repr=False)  # the music21 stream that it was made from

    def __repr__(self) -> str:
        title = self.metadata.title or (os.path.basename(self.source.path) if self.source else "")
        parts, measures = len(self.parts), len(self.measures)
        counted = f"{parts} part{'s' * (parts != 1)}, {measures} measure{'s' * (measures != 1)}"
        return f"<Score: {title!r}, {counted}>" if title else f"<Score: {counted}>"

    @classmethod
    def from_music21(cls, stream: Any) -> Score:
        """A music21 stream as a Score; see `musegen.score.music21_door.from_music21`."""
        from musegen.score.music21_door import from_music21

        return from_music21(stream)

    def to_music21(self) -> Any:
        """A music21 Score that holds all that is modelled here; see `musegen.score.music21_door.to_music21`."""
        from musegen.score.music21_door import to_music21

        return to_music21(self)

    @property
    def path(self) -> str:
        """The file that it was read from, as errors name it; empty where there was none.

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("S: c5").path
        ''
        """
        return self.source.path if self.source else ""

    @property
    def end(self) -> int:
        """The end of the last measure, in ticks.

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("meter: 3/4\\nS: c5 d5 e5 | c5 . .").end
        60480
        """
        return self.measures[-1].onset + self.measures[-1].length if self.measures else 0

    @cached_property
    def _measure_onsets(self) -> list[int]:
        return [measure.onset for measure in self.measures]

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(self.note_names)

    def measure_index_at(self, onset: int) -> int:
        """The index of the measure that holds this tick; a time outside the piece belongs to its nearest end.

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("meter: 3/4\\nS: c5 d5 e5 | c5 . .").measure_index_at(4 * 10080)
        1
        """
        found = bisect_right(self._measure_onsets, onset) - 1
        return min(max(found, 0), len(self.measures) - 1)

    def place(self, onset: int) -> Place:
        """The measure and beat of a tick. The beats of a pickup count back from its barline.

        >>> from musegen.score.textgrid import parse_grid
        >>> print(parse_grid("meter: 6/8; unit: 1/8\\nS: c5 d5 e5 f5 . .").place(15120))
        measure 1, beat 4
        """
        measure = self.measures[self.measure_index_at(onset)]
        pickup = measure.length if measure.is_pickup else 0
        inside = int(onset) - measure.onset
        return Place(measure.number, _beat(measure.time_signature, inside, pickup, self.ticks_per_quarter))

    def offset_in_measure(self, onset: int) -> Fraction:
        """Quarters since the barline; in a pickup, since the barline that a full measure would have had.

        >>> from musegen.score.textgrid import parse_grid
        >>> print(parse_grid("meter: 4/4; pickup: 1\\nS: g4 | c5 . . .").offset_in_measure(0))
        3
        """
        measure = self.measures[self.measure_index_at(onset)]
        pickup = measure.length if measure.is_pickup else 0
        return _offset(measure.time_signature, int(onset) - measure.onset, pickup, self.ticks_per_quarter)

    def strength(self, onset: int) -> Fraction:
        """How strong this moment is in its measure; see `TimeSignature.strength`.

        >>> from musegen.score.textgrid import parse_grid
        >>> print(parse_grid("meter: 4/4\\nS: c5 d5 e5 f5").strength(2 * 10080))
        1/2
        """
        measure = self.measures[self.measure_index_at(onset)]
        return measure.time_signature.strength(self.offset_in_measure(onset))

    def quarters(self, ticks: int) -> Fraction:
        """Ticks as exact quarters.

        >>> from musegen.score.textgrid import parse_grid
        >>> print(parse_grid("meter: 4/4\\nS: c5 . . .").quarters(15120))
        3/2
        """
        return Fraction(int(ticks), self.ticks_per_quarter)

    def ticks(self, quarters: Fraction | int) -> int:
        """Quarters as ticks; the caller must stay on the grid.

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("meter: 4/4\\nS: c5 . . .").ticks(Fraction(3, 2))
        15120
        """
        exact = Fraction(quarters) * self.ticks_per_quarter
        if exact.denominator != 1:
            raise ValueError(f"{quarters} quarters are no whole number of ticks")
        return exact.numerator

    def note_name(self, note: int) -> str:
        """The id of a note in MusicXML, SVG and findings: the source's own, or `n12`.

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("meter: 4/4\\nS: c5 . . .").note_name(0)
        'n0'
        """
        return self._names.get(note, f"n{note}")


@lru_cache(maxsize=4096)
def _beat(meter: TimeSignature, inside: int, pickup: int, ticks_per_quarter: int) -> Fraction:
    """The beat so many ticks after the first note of a measure; `pickup` is the length of one, else 0."""
    return 1 + _offset(meter, inside, pickup, ticks_per_quarter) / meter.beat_quarters


@lru_cache(maxsize=4096)
def _offset(meter: TimeSignature, inside: int, pickup: int, ticks_per_quarter: int) -> Fraction:
    """The same in quarters from the barline."""
    missing = meter.quarters * ticks_per_quarter - pickup if pickup else Fraction(0)
    return (missing + inside) / ticks_per_quarter
