"""The `<note>` elements of one MusicXML part as rows, with their lyrics, names and colours, and the moving time."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from lxml import etree

from musegen.errors import MalformedScore
from musegen.score.measure_grid import MeasureFacts
from musegen.score.musicxml_attributes import MAX_STAVES, Transposition, decimal, whole
from musegen.score.musicxml_labels import Figures
from musegen.score.musicxml_time import Clock
from musegen.score.pitch import spell
from musegen.score.table import Flag

MAX_NOTES = 300_000
Row = tuple[int, int, int, int, int, int, int, int, int, int]  # the columns of a note table, onset from its barline
Found = dict[str, etree._Element]
_TIE_FLAGS = {"start": int(Flag.TIED_TO_NEXT), "stop": int(Flag.TIED_FROM_PREVIOUS)}
_GRACE, _CUE, _UNPITCHED = int(Flag.GRACE), int(Flag.CUE), int(Flag.UNPITCHED)
_FERMATA, _HIDDEN = int(Flag.FERMATA), int(Flag.HIDDEN)
_MARKS = frozenset(("id", "color", "print-object"))


class NoteReader:
    """Rows of one part, in lists that grow note by note; `cursor` is the place in the measure, in ticks.

    `next_id` counts `<note>` elements over the whole document. `say` is told what had to be guessed.
    """

    def __init__(self, part: int, clock: Clock, next_id: int, say: Callable[[str], None]) -> None:
        self.part, self.clock, self.next_id = part, clock, next_id
        self.rows: list[Row] = []
        self.lyrics: list[tuple[int, str, str, str]] = []
        self.names: list[tuple[int, str]] = []
        self.colors: list[tuple[int, str]] = []
        self.voices: dict[str | None, int] = {}
        self.staves = 1
        self.transpositions: dict[int, Transposition] = {}  # by staff; 0 is all staves
        self.waiting: list[Figures] = []  # figures whose note is still to come
        self.cursor = 0
        self.may_chord = self.whole_rest = False
        self.bar = MeasureFacts("")
        self.index = -1
        self._chord_onset = 0
        self._staff_numbers: dict[str | None, int] = {}
        self._say = say

    def begin(self, bar: MeasureFacts) -> None:
        """A new measure."""
        self.bar, self.cursor = bar, 0
        self.index += 1
        self.may_chord = self.whole_rest = False

    def move(self, ticks: int) -> None:
        """Skip time, or go back (never to before the barline by more than a rounding)."""
        self.may_chord = False
        self.cursor += ticks
        if self.cursor < 0:
            if -self.cursor > self.clock.ticks_per_quarter // 16:
                raise MalformedScore("a <backup> to before the barline")
            self.cursor = 0
        if self.cursor > self.bar.reach:
            self.bar.reach = self.cursor

    def note(self, note: etree._Element) -> None:
        """Read one `<note>`.

        Raises:
            MalformedScore: it contradicts itself.
        """
        found = {child.tag: child for child in note[:]}  # type: ignore[index] # a slice, which is faster than iteration
        number = self.next_id
        self.next_id = number + 1
        duration = 0 if "grace" in found else self._duration(found)
        onset = self._in_chord(duration) if "chord" in found else self._next(duration)
        if self.waiting and duration:
            self._place_figures(onset, duration, found)
        pitched = found.get("pitch")
        if pitched is None:
            pitched = found.get("unpitched")
            if pitched is None:
                self._rest(found)
                return
        if "rest" in found:
            raise MalformedScore("a note that is pitch and rest at once")
        self.bar.sounding = True
        staff = self._staff(found["staff"]) if "staff" in found else 1
        name = found["voice"].text if "voice" in found else None
        voice = self.voices.get(name)
        if voice is None:
            voice = self.voices[name] = len(self.voices)
        pitch, fifths = self._pitch(pitched, staff)
        flags = 0
        if "tie" in found or "notations" in found:
            flags = _tie_flags(note, found) | _notation_flags(note, found)
        if "lyric" in found:
            self._lyrics(note, found, number)
        if duration == 0 or "cue" in found or "unpitched" in found:
            flags |= _rare_flags(found, duration)
        if "notehead" in found or not _MARKS.isdisjoint(note.keys()):
            flags |= self._marks(note, found, number)
        self.rows.append((onset, duration, pitch, fifths, self.part, staff, voice, self.index, flags, number))

    def _duration(self, found: Found) -> int:
        written = found.get("duration")
        if written is None:
            raise MalformedScore("a note without duration", hint="write a <duration>, or <grace/>")
        text = written.text
        ticks = self.clock.known.get(text)
        return self.clock.ticks(text) if ticks is None else ticks

    def _next(self, duration: int) -> int:
        """The onset of a note after what was there; time moves on."""
        onset = self._chord_onset = self.cursor
        self.cursor = end = onset + duration
        self.may_chord = True
        if end > self.bar.extent:
            self.bar.extent = end
        return onset

    def _in_chord(self, duration: int) -> int:
        if not self.may_chord:
            raise MalformedScore("a chord note without a note before it")
        self.bar.extent = max(self.bar.extent, self._chord_onset + duration)
        return self._chord_onset

    def _rest(self, found: Found) -> None:
        rest = found.get("rest")
        if rest is None:
            raise MalformedScore("a note without pitch", hint="it needs <pitch>, <unpitched> or <rest>")
        self.may_chord = False
        kind = found.get("type")
        whole_bar = rest.get("measure") == "yes" if kind is None else kind.text in ("whole", "breve")
        self.whole_rest |= whole_bar

    def _staff(self, element: etree._Element) -> int:
        staff = self._staff_numbers.get(element.text)
        if staff is None:
            staff = self._staff_numbers[element.text] = whole(element.text, "the staff", 1, MAX_STAVES)
            self.staves = max(self.staves, staff)
        return staff

    def _pitch(self, element: etree._Element, staff: int) -> tuple[int, int]:
        """MIDI number and place on the line of fifths, sounding."""
        transposition = None
        if self.transpositions:
            transposition = self.transpositions.get(staff, self.transpositions.get(0))
        key = (element.tag, transposition, *[child.text for child in element[:]])  # type: ignore[index]
        found = self.clock.pitches.get(key)
        if found is None:
            found = self.clock.pitches[key] = self._new_pitch(element, transposition)
        return found

    def _new_pitch(self, element: etree._Element, transposition: Transposition | None) -> tuple[int, int]:
        prefix = "" if element.tag == "pitch" else "display-"
        if prefix and not len(element):
            return tuple(spell("B", 0, 4))  # type: ignore[return-value]
        texts = {str(child.tag): child.text for child in element}
        octave = texts.get(prefix + "octave")
        pitch, fifths, exact = _spelled(texts.get(prefix + "step"), texts.get("alter"), octave)
        if not exact:
            self._say("a quarter tone is read as the nearest natural, sharp or flat")
        if transposition is not None and not prefix:
            pitch, fifths = pitch + transposition.semitones, fifths + transposition.fifths
        if not 0 <= pitch <= 127:
            raise MalformedScore("a note lies outside all instruments", hint="octaves go from 0 to 9")
        return pitch, fifths

    def _marks(self, note: etree._Element, found: Found, number: int) -> int:
        """Put down the name and colour of a note; its flag when it is hidden."""
        name, head = note.get("id"), found.get("notehead")
        if name:
            self.names.append((number, name))
        color = _color(note.get("color") or (None if head is None else head.get("color")))
        if color:
            self.colors.append((number, color))
        return _HIDDEN if note.get("print-object") == "no" else 0

    def _lyrics(self, note: etree._Element, found: Found, number: int) -> None:
        for lyric in note.iterchildren("lyric") if len(found) < len(note) else (found["lyric"],):
            parts = {child.tag: child.text for child in lyric}
            text = parts.get("text")
            if "elision" in parts:
                text = "".join(child.text or "" for child in lyric if child.tag in ("text", "elision"))
            if text:
                verse = (lyric.get("number") or lyric.get("name") or "1").strip()
                self.lyrics.append((number, verse, text, (parts.get("syllabic") or "single").strip()))

    def _place_figures(self, onset: int, duration: int, found: Found) -> None:
        """Figures come before their note and share its time one after another."""
        staff = self._staff(found["staff"]) if "staff" in found else 1
        place, end = onset, onset + duration
        for figures in self.waiting:
            figures.onset, figures.staff = place, staff
            figures.duration = figures.duration or max(end - place, 0)
            place += figures.duration
        self.waiting = []


@lru_cache(maxsize=4096)
def _spelled(step: str | None, alter: str | None, octave: str | None) -> tuple[int, int, bool]:
    """MIDI number, place on the line of fifths, and whether the alteration was whole semitones."""
    letter = (step or "").strip()
    if letter not in tuple("CDEFGAB"):
        raise MalformedScore(f"the step of a note is `{letter[:20]}`", hint="it must be one of C D E F G A B")
    number = whole(octave, "the octave of a note", -1, 10)
    semitones = decimal(alter, "the alteration of a note") if alter and alter.strip() else Fraction(0)
    if abs(semitones) > 3:
        raise MalformedScore(f"the alteration of a note is {semitones} semitones", hint="at most three")
    return (*spell(letter, round(semitones), number), semitones.denominator == 1)


def _rare_flags(found: Found, duration: int) -> int:
    if "grace" not in found and not duration:
        raise MalformedScore("a note of no duration", hint="a grace note has <grace/>")
    flags = (_GRACE if "grace" in found else 0) | (_CUE if "cue" in found else 0)
    return flags | (_UNPITCHED if "unpitched" in found else 0)


def _tie_flags(note: etree._Element, found: Found) -> int:
    """Ties as they sound; a note in the middle of a chain has two `<tie>` elements."""
    if "tie" not in found:
        return 0
    flags = _TIE_FLAGS.get(found["tie"].get("type", ""), 0)
    if len(found) < len(note):
        for tie in note.iterchildren("tie"):
            flags |= _TIE_FLAGS.get(tie.get("type", ""), 0)
    return flags


def _notation_flags(note: etree._Element, found: Found) -> int:
    """Fermatas; and ties where only their curves are written."""
    if "notations" not in found:
        return 0
    flags = 0
    several = note.iterchildren("notations") if len(found) < len(note) else (found["notations"],)
    for notations in several:
        for mark in notations:
            if mark.tag == "fermata":
                flags |= _FERMATA
            elif mark.tag == "tied" and "tie" not in found:
                flags |= _TIE_FLAGS.get(mark.get("type", ""), 0)
    return flags


def _color(text: str | None) -> str:
    """`#RRGGBB`; an alpha channel in front is dropped."""
    if not text:
        return ""
    stripped = text.strip().upper()
    if len(stripped) == 9 and stripped.startswith("#"):
        stripped = "#" + stripped[3:]
    return stripped if len(stripped) == 7 and stripped.startswith("#") else ""
