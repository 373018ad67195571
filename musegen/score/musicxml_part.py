"""One MusicXML part walked from left to right: its notes, its labels, and what it says about each measure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn

from lxml import etree

from musegen.errors import MalformedScore, ScoreError
from musegen.score.limits import check_count
from musegen.score.measure_grid import COMMON_TIME, MeasureFacts, full_length
from musegen.score.model import Clef, KeySignature
from musegen.score.musicxml_attributes import (
    MAX_STAVES,
    Transposition,
    child_text,
    clef_of,
    key_of,
    time_of,
    transposition_of,
    whole,
)
from musegen.score.musicxml_directions import Spoken, read_direction
from musegen.score.musicxml_labels import Figures, Label, read_figures, read_harmony, unknown_kind
from musegen.score.musicxml_notes import DISPLAYED, MARKS, UNSAID, Heard, Marks, NoteReader
from musegen.score.musicxml_time import Clock

MAX_VOICES = 32_767
_BAR_STYLES = {"light-light": "double", "light-heavy": "final", "regular": ""}


class PartReader:
    """What one `<part>` holds, in lists that grow measure by measure; `read` fills them."""

    def __init__(self, number: int, clock: Clock, heard: Heard, next_id: int) -> None:
        self.number, self.clock = number, clock
        self.notes = NoteReader(clock, heard, next_id)
        self.facts: list[MeasureFacts] = []
        self.labels: list[Label] = []
        self.figures: list[Figures] = []
        self.directions: list[Spoken] = []
        self.clefs: dict[int, Clef] = {}
        self.first_transposition: Transposition | None = None
        self._time = COMMON_TIME
        self._free = False
        self._written_key: KeySignature | None = None
        self._sounding_key: KeySignature | None = None
        self._ending = ""
        self._began = 0  # where the element that is being read began, in ticks from the barline

    def read(self, part: etree._Element) -> None:
        """Walk the part.

        Raises:
            MalformedScore: with the measure and beat.
        """
        self.clock.new_part()
        try:
            self._walk(part)
            self._end_measure()
            self.notes.end()
            if len(self.notes.voices) > MAX_VOICES:
                raise MalformedScore(f"more than {MAX_VOICES} voices in one part", hint="a voice keeps its name")
        except ScoreError as error:
            if self.facts and not error.measure:
                error.measure = self.facts[-1].number
                error.beat = 1 + Fraction(self._began, self.clock.ticks_per_quarter) / self._time.beat_quarters
            raise

    def _walk(self, part: etree._Element) -> None:  # noqa: C901
        """One pass over the elements that matter, in document order: what a note says, then the next note.

        Half the time of reading goes by in this loop, so it is flat, and asks for the most frequent elements first.
        """
        notes, read_note = self.notes, self.notes.note
        measure = note = None
        step = alter = octave = voice = staff = length = UNSAID
        marks: Marks = []
        for element in part.iter(*_READ):
            tag = element.tag
            if tag == "step":
                step = element.text if step == UNSAID else _refuse("pitches", "notes of a chord are a <note> each")
            elif tag == "octave":
                octave = element.text
            elif tag == "duration":
                length = element.text if length == UNSAID else _refuse("durations", "keep the right one")
            elif tag == "alter":
                alter = element.text
            elif tag == "voice":
                voice = element.text
            elif tag == "staff":
                staff = element.text
            elif tag in _MARKS:
                if tag in DISPLAYED or element.getparent() is note:
                    marks.append((tag, element))
            else:
                if note is not None:
                    read_note(note, (step, alter, octave, voice, staff), length, marks)
                    note = None
                step = alter = octave = voice = staff = length = UNSAID
                if marks:
                    marks = []
                self._began = notes.cursor
                parent = element.getparent()
                if parent is measure and measure is not None:
                    if tag == "note":
                        note = element
                    else:
                        _HANDLERS[tag](self, element)
                elif tag == "measure" and parent is part:
                    self._end_measure()
                    self._begin_measure(element)
                    measure = element
        if note is not None:
            read_note(note, (step, alter, octave, voice, staff), length, marks)

    def _begin_measure(self, measure: etree._Element) -> None:
        number = (measure.get("number") or str(len(self.facts) + 1)).strip()[:16]
        bar = MeasureFacts(number, measure.get("implicit") == "yes", ending=self._ending, key=self._sounding_key)
        bar.time = None if self._free else self._time
        self.notes.begin(bar)
        check_count(self.notes.next_id, measure=number)
        self.facts.append(bar)
        self._began = 0

    def _end_measure(self) -> None:
        if not self.facts:
            return
        bar, notes = self.facts[-1], self.notes
        if notes.cursor > bar.reach:
            bar.reach = notes.cursor
        if notes.whole_rest and not bar.sounding:
            self._fit_whole_rest(bar)

    def _fit_whole_rest(self, bar: MeasureFacts) -> None:
        """A whole rest stands for a measure of any length: exporters write four quarters into shorter ones."""
        full = full_length(self._time, self.clock.ticks_per_quarter)
        if max(bar.extent, bar.reach) == 4 * self.clock.ticks_per_quarter:
            bar.extent = bar.reach = min(bar.extent, full)

    def _measure_inside(self, element: etree._Element) -> None:
        raise MalformedScore("a measure inside a measure", hint="the XML is damaged")

    def _backup(self, element: etree._Element) -> None:
        self.notes.move(-self.clock.ticks(child_text(element, "duration")))

    def _forward(self, element: etree._Element) -> None:
        self.notes.move(self.clock.ticks(child_text(element, "duration")))

    # ---- attributes

    def _attributes(self, element: etree._Element) -> None:
        changed = set()
        for child in element:
            tag = child.tag
            if tag == "divisions":
                self.clock.set_divisions(child.text)
            elif tag == "staves":
                staves = whole(child.text, "the number of staves", 1, MAX_STAVES)
                self.notes.staves = max(self.notes.staves, staves)
            elif tag == "clef":
                staff = whole(child.get("number", "1"), "the staff of a clef", 1, MAX_STAVES)
                clef = clef_of(child)
                self.clefs.setdefault(staff, clef)
            elif tag == "transpose":
                self._transpose(child)
            elif tag in ("key", "time") and tag not in changed:
                changed.add(tag)
                self._signature(child)
        self._sounding_key = self._transposed_key()
        if self.notes.cursor == 0 and not self.notes.may_chord:
            bar = self.facts[-1]
            bar.time, bar.key = None if self._free else self._time, self._sounding_key

    def _signature(self, element: etree._Element) -> None:
        if element.tag == "key":
            self._written_key = key_of(element)
            return
        time = time_of(element)
        self._free = time is None
        self._time = time or self._time

    def _transpose(self, element: etree._Element) -> None:
        staff = whole(element.get("number", "0"), "the staff of a transposition", 0, MAX_STAVES)
        transposition = transposition_of(element)
        if self.first_transposition is None:
            self.first_transposition = transposition
        elif transposition != self.notes.transpositions.get(staff):
            self.notes.say("the part changes its transposition here")
        self.notes.transpose(staff, transposition)

    def _transposed_key(self) -> KeySignature | None:
        key, transpositions = self._written_key, self.notes.transpositions
        if key is None or not transpositions:
            return key
        fifths = key.fifths + next(iter(transpositions.values())).fifths
        return key._replace(fifths=fifths - 12 * round(fifths / 12) if abs(fifths) > 7 else fifths)

    # ---- barlines, systems, labels

    def _barline(self, element: etree._Element) -> None:
        bar, place = self.facts[-1], element.get("location", "right")
        repeat, ending = element.find("repeat"), element.find("ending")
        if repeat is not None:
            bar.repeat_start |= repeat.get("direction") == "forward"
            bar.repeat_end |= repeat.get("direction") == "backward"
        if ending is not None:
            text = (ending.get("number") or "1").strip()
            bar.ending = bar.ending or text
            self._ending = text if ending.get("type") == "start" else ""
        style = child_text(element, "bar-style")
        if style is None or repeat is not None or place == "middle":
            return
        if place == "right":
            bar.barline = _BAR_STYLES.get(style, style)
        elif len(self.facts) > 1 and not self.facts[-2].barline:
            self.facts[-2].barline = _BAR_STYLES.get(style, style)

    def _print(self, element: etree._Element) -> None:
        self.facts[-1].new_system |= "yes" in (element.get("new-system"), element.get("new-page"))

    def _direction(self, element: etree._Element) -> None:
        """What it says of tempo and loudness."""
        offset = child_text(element, "offset")
        onset = max(0, self.notes.cursor + (self.clock.rounded_ticks(offset) if offset else 0))
        staff = whole(child_text(element, "staff") or "1", "the staff of a direction", 1, MAX_STAVES)
        self.directions += read_direction(element, self.notes.index, onset, staff)

    def _harmony(self, element: etree._Element) -> None:
        offset = child_text(element, "offset")
        onset = max(0, self.notes.cursor + (self.clock.signed_ticks(offset) if offset else 0))
        staff = whole(child_text(element, "staff") or "1", "the staff of a chord symbol", 1, MAX_STAVES)
        label = read_harmony(element, self.notes.index, onset, self.number, staff)
        if label is None:
            self.notes.say("a chord symbol without root is left out")
        else:
            self.labels.append(label)
        if strange := unknown_kind(element):
            self.notes.say(f"`{strange}` is no kind of chord: the symbol is read without it")

    def _figured_bass(self, element: etree._Element) -> None:
        text = child_text(element, "duration")
        duration = self.clock.ticks(text) if text else 0
        figures = Figures(self.notes.index, self.notes.cursor, duration, read_figures(element))
        if figures.figures:
            self.figures.append(figures)
            self.notes.waiting.append(figures)


_HANDLERS: dict[str, Callable[[PartReader, etree._Element], None]] = {
    "measure": PartReader._measure_inside,
    "backup": PartReader._backup,
    "forward": PartReader._forward,
    "attributes": PartReader._attributes,
    "barline": PartReader._barline,
    "print": PartReader._print,
    "direction": PartReader._direction,
    "sound": PartReader._direction,
    "harmony": PartReader._harmony,
    "figured-bass": PartReader._figured_bass,
}
_MARKS = frozenset((*MARKS, *DISPLAYED))
_READ = ("step", "octave", "duration", "alter", "voice", "staff", "note", *_MARKS, *_HANDLERS)


def _refuse(what: str, hint: str) -> NoReturn:
    raise MalformedScore(f"two {what} where one belongs", hint=hint)
