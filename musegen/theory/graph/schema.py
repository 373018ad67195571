"""What every table of a voice-leading graph holds: the one list that builds, writes, reads and documents them."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple, get_args

import numpy as np

from musegen.theory.analysis import CadenceKind, NonChordToneKind
from musegen.theory.motion import Motion
from musegen.theory.numerals import Function

NO = -1
"""Stands where a node has no slice, chord or phrase."""


class Move(IntEnum):
    """How far a line goes: a skip is a third, a leap more; an augmented second is a step."""

    REPEAT = 0
    STEP = 1
    SKIP = 2
    LEAP = 3


class Tendency(IntEnum):
    """What a note wants where it leaves its last chord."""

    NONE = 0
    LEADING_TONE = 1
    SEVENTH = 2
    SIX_FOUR = 3  # the sixth or fourth over the bass of a cadential six-four
    SUSPENSION = 4
    RETARDATION = 5


class Resolution(IntEnum):
    """What became of a tendency in the next note of the line; a fact, no verdict: rules know the exceptions."""

    NONE = 0
    RESOLVED = 1
    STAYS = 2  # the note is sung again
    OPEN = 3  # its chord goes on, or the next one does not hold the tonic that a leading tone wants
    UNRESOLVED = 4


class Consonance(IntEnum):
    """How two notes sound together, by spelling; a fourth over the lowest note is dissonant."""

    DISSONANT = 0
    IMPERFECT = 1
    PERFECT = 2


class Begins(IntEnum):
    """Which of two notes begins where they meet."""

    BOTH = 0
    SOURCE = 1
    TARGET = 2


RISES = (0, 1, -1, -1, -1, 1)
"""The way, in staff steps, that each `Tendency` goes."""
NON_CHORD_TONES: tuple[str, ...] = ("", *get_args(NonChordToneKind))
FUNCTIONS: tuple[str, ...] = ("", *get_args(Function))
QUALITIES = ("other", *"major minor dim aug dom7 maj7 min7 dim7 hdim7 It Fr Ger".split())
CADENCES: tuple[str, ...] = ("", *get_args(CadenceKind))


class Column(NamedTuple):
    """An attribute of a node or an edge. Codes are numbers in the arrays and names in GraphML and JSON."""

    name: str
    kind: str  # a numpy type, "text", or "code"
    meaning: str
    names: tuple[str, ...] = ()  # of a code

    @property
    def dtype(self) -> str:
        """The numpy type of its values; of text without a length."""
        return {"text": "U", "code": "int8"}.get(self.kind, self.kind)


class TableKind(NamedTuple):
    """A kind of node, or of edge where `source` and `target` name kinds of nodes."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    source: str = ""
    target: str = ""

    @property
    def is_edge(self) -> bool:
        """Whether its rows join nodes."""
        return bool(self.source)


def names_of(enum: type[IntEnum]) -> tuple[str, ...]:
    """The names of all codes, in their order.

    >>> names_of(Begins)
    ('BOTH', 'SOURCE', 'TARGET')
    """
    return tuple(member.name for member in sorted(enum))


_TIME = (
    Column("onset", "int64", "when it begins, in ticks"),
    Column("duration", "int64", "how long it lasts, in ticks"),
)
_PLACE = (
    Column("measure", "text", "the printed number of its measure"),
    Column("beat", "text", "the beat in denominator units, from 1, exact: `5/2`"),
)
_STRENGTH = Column("beat_strength", "float64", "1 at the barline, halving with each level below")
_ENDS = (
    Column("source", "int32", "the node that it leaves, by its number in its table"),
    Column("target", "int32", "the node that it reaches"),
)
_FIRST = "the interval on the line of fifths from the lower note up, octaves apart alike (0 octave, 1 fifth)"

NOTE = TableKind(
    "note", "a note as it is heard: ties merged, grace notes, cue notes and unpitched ones left out",
    (
        Column("note_id", "text", "its id in MusicXML, SVG and findings"),
        Column("note", "int32", "its id in the note table of the score"),
        *_TIME,
        Column("pitch", "int16", "MIDI number, sounding"),
        Column("fifths", "int16", "its spelling as a place on the line of fifths: C 0, G 1, F -1"),
        Column("name", "text", "what people call it: `F#4`"),
        Column("part", "int16", "the part of the score, from 0"),
        Column("staff", "int16", "the staff of the part, from 1"),
        Column("voice", "int16", "its line, 0 on top; with `minimal` its place from the top where it begins"),
        Column("measure_index", "int32", "its measure, from 0"),
        *_PLACE,
        _STRENGTH,
        Column("fermata", "bool", "a fermata stands on it"),
        Column("slice", "int32", "the slice where it begins"),
        Column("chord", "int32", "the chord in which it begins; -1 for none"),
        Column("degree", "int8", "scale degree, 1 to 7, in the key of that chord; 0 without one"),
        Column("alteration", "int8", "semitones against that key's scale (natural minor)"),
        Column("member", "int8", "1 root, 3, 5, 7 of that chord (or an added 2, 4, 6); 0 where it is none"),
        Column("non_chord_tone", "code", "the first kind of figure that it makes in any chord", NON_CHORD_TONES),
        Column("tendency", "code", "what it wants where it leaves its last chord", names_of(Tendency)),
    ),
)  # fmt: skip
SLICE = TableKind(
    "slice", "what sounds between neighbouring onsets or ends of notes",
    (
        *_TIME, *_PLACE, _STRENGTH,
        Column("size", "int16", "how many notes sound"),
        Column("bass", "int32", "the lowest note; -1 in silence"),
        Column("pitch_classes", "int16", "what sounds, as a bit for each pitch class: 1 is C"),
        Column("chord", "int32", "the chord at its beginning; -1 for none"),
    ),
)  # fmt: skip
CHORD = TableKind(
    "chord", "a chord of the analysis",
    (
        *_TIME, *_PLACE,
        Column("key", "text", "the local key: `G`, `g`, `B-`"),
        Column("tonic", "int16", "its tonic on the line of fifths"),
        Column("minor", "bool", "it is a minor key"),
        Column("numeral", "text", "its Roman numeral there: `V65/V`"),
        Column("degree", "int8", "1 to 7, in its own (applied) key"),
        Column("function", "code", "T, PD or D in context; empty where functions are withheld", FUNCTIONS),
        Column("root", "int16", "the root on the line of fifths"),
        Column("bass", "int16", "the chord member in the bass on the line of fifths"),
        Column("quality", "code", "of the members, however inverted", QUALITIES),
        Column("inversion", "int8", "0 for root position"),
        Column("confidence", "float64", "how sure the analysis is, 0 to 1"),
        Column("phrase", "int32", "the phrase in which it begins; -1 for none"),
    ),
)  # fmt: skip
PHRASE = TableKind(
    "phrase", "a phrase of the analysis",
    (*_TIME, *_PLACE, Column("cadence", "code", "the cadence that ends it; empty for none", CADENCES)),
)  # fmt: skip
SUCCESSION = TableKind(
    "succession", "the next note of a line; with `minimal`, where the least motion leads",
    (
        *_ENDS,
        Column("voice", "int16", "the line; with `minimal` the place of the target from the top"),
        Column("semitones", "int16", "the melodic interval, up positive"),
        Column("steps", "int16", "the same in staff steps"),
        Column("fifths", "int16", "the same on the line of fifths: 9 is an augmented second up"),
        Column("move", "code", "how far it goes by its spelling", names_of(Move)),
        Column("gap", "int64", "the rest between the notes, in ticks"),
        Column("resolution", "code", "what becomes of the tendency of the source", names_of(Resolution)),
    ), "note", "note",
)  # fmt: skip
SIMULTANEITY = TableKind(
    "simultaneity", "two notes that sound together, the upper line first",
    (
        *_ENDS,
        Column("slice", "int32", "the slice where they meet"),
        Column("duration", "int64", "how long they sound together, in ticks"),
        Column("semitones", "int16", "from the lower line up; negative where the lines cross"),
        Column("steps", "int16", "the same in staff steps"),
        Column("fifths", "int16", _FIRST),
        Column("consonance", "code", "where they meet", names_of(Consonance)),
        Column("begins", "code", "which of them begins where they meet", names_of(Begins)),
    ), "note", "note",
)  # fmt: skip
MOTION = TableKind(
    "motion", "how a pair of lines comes to a slice where at least one of them has a new note",
    (
        *_ENDS,
        Column("upper", "int16", "the upper line (with `minimal`: links numbered from the top)"),
        Column("lower", "int16", "the lower line"),
        Column("upper_from", "int32", "the note that the upper line leaves"),
        Column("lower_from", "int32", "the note that the lower line leaves"),
        Column("upper_to", "int32", "the note that the upper line sings now"),
        Column("lower_to", "int32", "the note that the lower line sings now"),
        Column("motion", "code", "PARALLEL is similar with the same generic interval again", names_of(Motion)),
        Column("first", "int16", _FIRST),
        Column("second", "int16", "the same at the arrival"),
        Column("first_steps", "int16", "staff steps from the lower line up to the upper one"),
        Column("second_steps", "int16", "the same at the arrival"),
        Column("antiparallel", "bool", "contrary motion between two fifths, or two octaves or unisons"),
        Column("connected", "bool", "no fermata lies between: rules judge only such"),
    ), "slice", "slice",
)  # fmt: skip
VOICE_LEADING = TableKind(
    "voice_leading", "from one sonority to the next as a whole",
    (
        *_ENDS,
        Column("total", "int32", "semitones that the lines move; what enters or leaves does so from the nearest note"),
        Column("least", "int32", "the least that would do, every note of both taking part (Tymoczko)"),
        Column("largest", "int16", "the largest move of one line, in semitones"),
        Column("common_tones", "int8", "pitch classes that both hold"),
    ), "slice", "slice",
)  # fmt: skip
PROGRESSION = TableKind(
    "progression", "the next chord",
    (
        *_ENDS,
        Column("root", "int16", "root movement on the line of fifths: -1 falls a fifth"),
        Column("functions", "text", "`PD>D`; empty where functions are withheld"),
        Column("modulates", "bool", "the local key changes"),
        Column("pivot", "text", "the name of the source in the new key, where it is a pivot"),
        Column("common_tones", "int8", "pitch classes that both chords hold"),
        Column("least", "int8", "the least voice leading between the pitch-class sets, in semitones"),
        Column("over_phrase", "bool", "a new phrase begins with the target"),
    ), "chord", "chord",
)  # fmt: skip
NOTE_IN_SLICE = TableKind(
    "note_in_slice", "a note sounds in a slice", (*_ENDS, Column("attack", "bool", "it begins there")), "note", "slice"
)
NOTE_IN_CHORD = TableKind(
    "note_in_chord", "a note sounds while a chord lasts",
    (
        *_ENDS,
        Column("member", "int8", "1 root, 3, 5, 7 of the chord (or an added 2, 4, 6); 0 where it is none"),
        Column("non_chord_tone", "code", "the kind of figure that it makes in this chord", NON_CHORD_TONES),
    ), "note", "chord",
)  # fmt: skip
SLICE_IN_CHORD = TableKind("slice_in_chord", "a slice begins while a chord lasts", _ENDS, "slice", "chord")
CHORD_IN_PHRASE = TableKind("chord_in_phrase", "a chord begins while a phrase lasts", _ENDS, "chord", "phrase")

NODES = (NOTE, SLICE, CHORD, PHRASE)
EDGES = (
    SUCCESSION, SIMULTANEITY, MOTION, VOICE_LEADING, PROGRESSION,
    NOTE_IN_SLICE, NOTE_IN_CHORD, SLICE_IN_CHORD, CHORD_IN_PHRASE,
)  # fmt: skip
KINDS: dict[str, TableKind] = {kind.name: kind for kind in (*NODES, *EDGES)}


def dtype_of(kind: TableKind, lengths: dict[str, int]) -> np.dtype[np.void]:
    """The structured type of a table, its text columns as long as stated."""
    return np.dtype([
        (column.name, f"U{max(lengths.get(column.name, 1), 1)}" if column.kind == "text" else column.dtype)
        for column in kind.columns
    ])  # fmt: skip
