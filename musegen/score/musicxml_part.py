"""One MusicXML part walked from left to right: notes as rows, and what it says about each measure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lxml import etree

from musegen.errors import MalformedScore, ScoreError
from musegen.score.measure_grid import COMMON_TIME, MeasureFacts
from musegen.score.model import Clef, KeySignature, Notice
from musegen.score.musicxml_attributes import (
    MAX_STAVES,
    Transposition,
    child_text,
    clef_of,
    decimal,
    key_of,
    time_of,
    transposition_of,
    whole,
)
from musegen.score.musicxml_labels import Figures, Label, read_figures, read_harmony
from musegen.score.musicxml_time import Clock
from musegen.score.pitch import spell
from musegen.score.table import Flag

MAX_NOTES = 300_000
Row = tuple[int, int, int, int, int, int, int, int, int, int]  # the columns of a note table, onset from its barline
_BAR_STYLES = {"light-light": "double", "light-heavy": "final", "regular": ""}
_TIE_FLAGS = {"start": int(Flag.TIED_TO_NEXT), "stop": int(Flag.TIED_FROM_PREVIOUS)}


class PartReader:
    """What one `<part>` holds, in lists that grow measure by measure; `read` fills them.

    `next_id` counts `<note>` elements over the whole document.
    """

    def __init__(self, number: int, clock: Clock, next_id: int) -> None:
        self.number, self.clock, self.next_id = number, clock, next_id
        self.rows: list[Row] = []
        self.facts: list[MeasureFacts] = []
        self.labels: list[Label] = []
        self.figures: list[Figures] = []
        self._waiting: list[Figures] = []  # figures whose note is still to come
        self.lyrics: list[tuple[int, str, str, str]] = []
        self.names: list[tuple[int, str]] = []
        self.colors: list[tuple[int, str]] = []
        self.notices: list[Notice] = []
        self.voices: dict[str | None, int] = {}
        self.clefs: dict[int, Clef] = {}
        self.staves = 1
        self.first_transposition: Transposition | None = None
        self._transpositions: dict[int, Transposition] = {}
        self._pitches: dict[tuple[object, ...], tuple[int, int]] = {}
        self._staff_numbers: dict[str | None, int] = {}
        self._time = COMMON_TIME
        self._free = False
        self._written_key: KeySignature | None = None
        self._ending = ""
        self._cursor = self._chord_onset = 0
        self._may_chord = self._whole_rest = False
        self._bar = MeasureFacts("")

    def read(self, part: etree._Element) -> None:
        """Walk the part.

        Raises:
            MalformedScore: with the measure and beat.
        """
        self.clock.new_part()
        for measure in part:
            if measure.tag == "measure":
                self._measure(measure)

    def _measure(self, measure: etree._Element) -> None:
        number = (measure.get("number") or str(len(self.facts) + 1)).strip()[:16]
        bar = MeasureFacts(number, measure.get("implicit") == "yes", ending=self._ending)
        bar.time, bar.key = None if self._free else self._time, self._sounding_key()
        self._bar, self._cursor, self._may_chord, self._whole_rest = bar, 0, False, False
        self.facts.append(bar)
        began = 0
        try:
            for child in measure:
                handle = _HANDLERS.get(child.tag)
                if handle is not None:
                    began = self._cursor
                    handle(self, child)
        except ScoreError as error:
            error.measure = error.measure or number
            error.beat = 1 + Fraction(began, self.clock.ticks_per_quarter) / self._time.beat_quarters
            raise
        bar.reach = max(bar.reach, self._cursor)
        if self._whole_rest and not bar.sounding:
            self._fit_whole_rest(bar)

    def _fit_whole_rest(self, bar: MeasureFacts) -> None:
        """A whole rest stands for a measure of any length: exporters write four quarters into shorter ones."""
        full = int(self._time.quarters * self.clock.ticks_per_quarter)
        if max(bar.extent, bar.reach) == 4 * self.clock.ticks_per_quarter:
            bar.extent = bar.reach = min(bar.extent, full)

    # ---- notes

    def _note(self, note: etree._Element) -> None:
        found = {child.tag: child for child in note}
        number = self.next_id
        self.next_id += 1
        duration = 0
        if "grace" not in found:
            written = found.get("duration")
            if written is None:
                raise MalformedScore("a note without duration", hint="write a <duration>, or <grace/>")
            text = written.text
            ticks = self.clock.known.get(text, -1)
            duration = ticks if ticks >= 0 else self.clock.ticks(text)
        onset = self._advance(duration, "chord" in found)
        if self._waiting and duration:
            self._place_figures(onset, duration, found)
        pitched = found.get("pitch", found.get("unpitched"))
        if pitched is None:
            self._rest(found)
            return
        if "rest" in found:
            raise MalformedScore("a note that is pitch and rest at once")
        self._bar.sounding = True
        staff_element = found.get("staff")
        staff = 1 if staff_element is None else self._staff(staff_element)
        voice_element = found.get("voice")
        name = None if voice_element is None else voice_element.text
        voice = self.voices.setdefault(name, len(self.voices))
        pitch, fifths = self._pitch(pitched, staff)
        flags = self._flags(note, found, number)
        self.rows.append(
            (onset, duration, pitch, fifths, self.number, staff, voice, len(self.facts) - 1, flags, number)
        )

    def _advance(self, duration: int, in_chord: bool) -> int:
        """The onset of a note in its measure; time moves on unless it belongs to the chord before."""
        if in_chord:
            if not self._may_chord:
                raise MalformedScore("a chord note without a note before it")
            onset = self._chord_onset
        else:
            onset = self._chord_onset = self._cursor
            self._cursor += duration
            self._may_chord = True
        if onset + duration > self._bar.extent:
            self._bar.extent = onset + duration
        return onset

    def _rest(self, found: dict[str, etree._Element]) -> None:
        if "rest" not in found:
            raise MalformedScore("a note without pitch", hint="it needs <pitch>, <unpitched> or <rest>")
        self._may_chord = False
        kind = found.get("type")
        whole_bar = found["rest"].get("measure") == "yes" and kind is None
        self._whole_rest |= whole_bar or (kind is not None and kind.text in ("whole", "breve"))

    def _staff(self, element: etree._Element) -> int:
        staff = self._staff_numbers.get(element.text)
        if staff is None:
            staff = self._staff_numbers[element.text] = whole(element.text, "the staff", 1, MAX_STAVES)
            self.staves = max(self.staves, staff)
        return staff

    def _pitch(self, element: etree._Element, staff: int) -> tuple[int, int]:
        """MIDI number and place on the line of fifths, sounding."""
        transposition = None
        if self._transpositions:
            transposition = self._transpositions.get(staff, self._transpositions.get(0))
        key = (transposition, *[(child.tag, child.text) for child in element])
        found = self._pitches.get(key)
        if found is None:
            found = self._pitches[key] = self._new_pitch(element, transposition)
        return found

    def _new_pitch(self, element: etree._Element, transposition: Transposition | None) -> tuple[int, int]:
        prefix = "" if element.tag == "pitch" else "display-"
        if prefix and not len(element):
            return tuple(spell("B", 0, 4))  # type: ignore[return-value]
        step = child_text(element, prefix + "step") or ""
        if step not in tuple("CDEFGAB"):
            raise MalformedScore(f"the step of a note is `{step[:20]}`", hint="it must be one of C D E F G A B")
        octave = whole(child_text(element, prefix + "octave"), "the octave of a note", -1, 10)
        alter_text = child_text(element, "alter")
        alter = decimal(alter_text, "the alteration of a note") if alter_text else Fraction(0)
        if abs(alter) > 3:
            raise MalformedScore(f"the alteration of a note is {alter} semitones", hint="at most three")
        if alter.denominator != 1:
            self._say("a quarter tone is read as the nearest natural, sharp or flat")
        pitch, fifths = spell(step, round(alter), octave)
        if transposition is not None and not prefix:
            pitch, fifths = pitch + transposition.semitones, fifths + transposition.fifths
        if not 0 <= pitch <= 127:
            raise MalformedScore(f"{step}{octave} lies outside all instruments", hint="octaves go from 0 to 9")
        return pitch, fifths

    def _flags(self, note: etree._Element, found: dict[str, etree._Element], number: int) -> int:
        """Flags of a note; on the way its lyrics, name and colour are put down."""
        flags = 0
        if "tie" in found:
            for child in note.iterchildren("tie"):
                flags |= _TIE_FLAGS.get(child.get("type", ""), 0)
        if "notations" in found:
            flags |= _notation_flags(note, "tie" in found)
        if "grace" in found:
            flags |= Flag.GRACE
        if "cue" in found:
            flags |= Flag.CUE
        if "unpitched" in found:
            flags |= Flag.UNPITCHED
        if "lyric" in found:
            self._lyrics(note, number)
        if note.attrib:
            flags |= self._note_attributes(note, number)
        head = found.get("notehead")
        if head is not None and (color := _color(head.get("color"))) and not note.get("color"):
            self.colors.append((number, color))
        return int(flags)

    def _note_attributes(self, note: etree._Element, number: int) -> int:
        name, color = note.get("id"), _color(note.get("color"))
        if name:
            self.names.append((number, name))
        if color:
            self.colors.append((number, color))
        return int(Flag.HIDDEN) if note.get("print-object") == "no" else 0

    def _lyrics(self, note: etree._Element, number: int) -> None:
        for lyric in note.iterchildren("lyric"):
            text = "".join(child.text or "" for child in lyric if child.tag in ("text", "elision"))
            if text:
                verse = (lyric.get("number") or lyric.get("name") or "1").strip()
                syllabic = child_text(lyric, "syllabic") or "single"
                self.lyrics.append((number, verse, text, syllabic))

    # ---- time

    def _backup(self, element: etree._Element) -> None:
        self._cursor -= self.clock.ticks(_duration_text(element))
        self._may_chord = False
        if self._cursor < 0:
            if -self._cursor > self.clock.ticks_per_quarter // 16:
                self._cursor = 0
                raise MalformedScore("a <backup> to before the barline")
            self._cursor = 0

    def _forward(self, element: etree._Element) -> None:
        self._cursor += self.clock.ticks(_duration_text(element))
        self._may_chord = False
        self._bar.reach = max(self._bar.reach, self._cursor)

    # ---- attributes

    def _attributes(self, element: etree._Element) -> None:
        at_start = self._cursor == 0 and not self._may_chord
        changed = set()
        for child in element:
            tag = child.tag
            if tag == "divisions":
                self.clock.set_divisions(child.text)
            elif tag == "staves":
                self.staves = max(self.staves, whole(child.text, "the number of staves", 1, MAX_STAVES))
            elif tag == "clef":
                staff = whole(child.get("number", "1"), "the staff of a clef", 1, MAX_STAVES)
                self.clefs.setdefault(staff, clef_of(child))
            elif tag == "transpose":
                self._transpose(child)
            elif tag in ("key", "time") and tag not in changed:
                changed.add(tag)
                self._signature(child)
        if at_start:
            self._bar.time, self._bar.key = None if self._free else self._time, self._sounding_key()

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
        elif transposition != self._transpositions.get(staff):
            self._say("the part changes its transposition here")
        self._transpositions[staff] = transposition

    def _sounding_key(self) -> KeySignature | None:
        key = self._written_key
        if key is None or not self._transpositions:
            return key
        fifths = key.fifths + next(iter(self._transpositions.values())).fifths
        return key._replace(fifths=fifths - 12 * round(fifths / 12) if abs(fifths) > 7 else fifths)

    # ---- barlines, systems, labels

    def _barline(self, element: etree._Element) -> None:
        bar, place = self._bar, element.get("location", "right")
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
        self._bar.new_system |= "yes" in (element.get("new-system"), element.get("new-page"))

    def _harmony(self, element: etree._Element) -> None:
        offset = child_text(element, "offset")
        onset = max(0, self._cursor + (self.clock.ticks(offset, signed=True) if offset else 0))
        staff = whole(child_text(element, "staff") or "1", "the staff of a chord symbol", 1, MAX_STAVES)
        label = read_harmony(element, len(self.facts) - 1, onset, self.number, staff)
        if label is None:
            self._say("a chord symbol without root is left out")
        else:
            self.labels.append(label)

    def _figured_bass(self, element: etree._Element) -> None:
        text = child_text(element, "duration")
        duration = self.clock.ticks(text) if text else 0
        figures = Figures(len(self.facts) - 1, self._cursor, duration, read_figures(element))
        if figures.figures:
            self.figures.append(figures)
            self._waiting.append(figures)

    def _place_figures(self, onset: int, duration: int, found: dict[str, etree._Element]) -> None:
        """Figures come before their note and share its time one after another."""
        staff = self._staff(found["staff"]) if "staff" in found else 1
        place, end = onset, onset + duration
        for figures in self._waiting:
            figures.onset, figures.staff = place, staff
            figures.duration = figures.duration or max(end - place, 0)
            place += figures.duration
        self._waiting = []

    def _say(self, message: str) -> None:
        notice = Notice(message, self._bar.number)
        if notice not in self.notices[-4:]:
            self.notices.append(notice)


_HANDLERS: dict[object, Callable[[PartReader, etree._Element], None]] = {
    "note": PartReader._note,
    "backup": PartReader._backup,
    "forward": PartReader._forward,
    "attributes": PartReader._attributes,
    "barline": PartReader._barline,
    "print": PartReader._print,
    "harmony": PartReader._harmony,
    "figured-bass": PartReader._figured_bass,
}


def _notation_flags(note: etree._Element, ties_known: bool) -> int:
    """Fermatas; and ties where only their curves are written."""
    flags = 0
    for notations in note.iterchildren("notations"):
        for mark in notations:
            if mark.tag == "fermata":
                flags |= Flag.FERMATA
            elif mark.tag == "tied" and not ties_known:
                flags |= _TIE_FLAGS.get(mark.get("type", ""), 0)
    return int(flags)


def _duration_text(element: etree._Element) -> str | None:
    return child_text(element, "duration")


def _color(text: str | None) -> str:
    """`#RRGGBB`; an alpha channel in front is dropped."""
    stripped = (text or "").strip().upper()
    if len(stripped) == 9 and stripped.startswith("#"):
        stripped = "#" + stripped[3:]
    return stripped if len(stripped) == 7 and stripped.startswith("#") else ""
