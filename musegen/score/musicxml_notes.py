"""The `<note>` elements of one MusicXML part as rows, with their lyrics, names and colours, and the moving time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from lxml import etree

from musegen.errors import MalformedScore
from musegen.score.measure_grid import MeasureFacts
from musegen.score.model import Notice
from musegen.score.musicxml_attributes import MAX_STAVES, Transposition, decimal, whole
from musegen.score.musicxml_labels import Figures
from musegen.score.musicxml_time import Clock
from musegen.score.percussion import fifths_of_key
from musegen.score.pitch import spell
from musegen.score.table import Flag
from musegen.score.unwritable import WRITABLE

UNSAID: str | None = ""
Said = tuple[str | None, str | None, str | None, str | None, str | None]
"""The texts of step, alter, octave, voice and staff in a `<note>`; wherever they stand in it, they mean one thing."""
Marks = list[tuple[str, etree._Element]]
Sound = tuple[int, int, int, int]  # pitch, fifths, staff, voice in order of appearance
Row = tuple[int, int, int, int, int, int]  # onset from the barline, duration, place in `sounds`, measure, flags, id
MARKS = ("rest", "chord", "tie", "notations", "lyric", "grace", "cue", "unpitched", "notehead", "instrument")
"""Elements directly in a `<note>`."""
DISPLAYED = ("display-step", "display-octave")  # anywhere in it
_TIE_FLAGS = {"start": int(Flag.TIED_TO_NEXT), "stop": int(Flag.TIED_FROM_PREVIOUS)}
_RARE_FLAGS = {"grace": int(Flag.GRACE), "cue": int(Flag.CUE), "unpitched": int(Flag.UNPITCHED)}
_FERMATA, _HIDDEN = int(Flag.FERMATA), int(Flag.HIDDEN)
_ATTRIBUTES = frozenset(("id", "color", "print-object"))


class Heard:
    """What the notes of a document have said so far, each thing once: most notes say what another has said."""

    def __init__(self) -> None:
        self.sounds: list[Sound] = []
        self.voices: dict[str | None, int] = {}
        self.pitches: dict[tuple[object, ...], tuple[int, int]] = {}
        self._known: dict[tuple[object, ...], dict[Said, int]] = {}

    def under(self, transpositions: dict[int, Transposition]) -> dict[Said, int]:
        """The place in `sounds` of what was said under these transpositions, to be added to."""
        return self._known.setdefault(tuple(transpositions.items()), {})


class NoteReader:
    """Rows of one part, in lists that grow note by note; `cursor` is the place in the measure, in ticks.

    `next_id` counts `<note>` elements over the whole document.
    """

    def __init__(self, clock: Clock, heard: Heard, next_id: int) -> None:
        self.clock, self.heard, self.next_id = clock, heard, next_id
        self.rows: list[Row] = []
        self.lyrics: list[tuple[int, str, str, str]] = []
        self.names: list[tuple[int, str]] = []
        self.colors: list[tuple[int, str]] = []
        self.notices: list[Notice] = []
        self.keys: dict[str, int] = {}  # of drums, by the ids of their instruments
        self.struck: dict[int, tuple[int, str]] = {}  # by key: place in the staff, notehead
        self.voices: set[int] = set()
        self.staves = 1
        self.transpositions: dict[int, Transposition] = {}  # by staff; 0 is all staves
        self.waiting: list[Figures] = []  # figures whose note is still to come
        self.cursor = 0
        self.may_chord = self.whole_rest = False
        self.bar = MeasureFacts("")
        self.index = -1
        self._chord_onset = 0
        self._known, self._durations = heard.under({}), clock.known
        self._sounds = heard.sounds

    def begin(self, bar: MeasureFacts) -> None:
        """A new measure."""
        self.bar, self.cursor = bar, 0
        self.index += 1
        self.may_chord = self.whole_rest = False

    def end(self) -> None:
        """Sum up the part: which voices it has, and how many staves at least."""
        for sound in {row[2] for row in self.rows}:
            _, _, staff, voice = self._sounds[sound]
            self.voices.add(voice)
            self.staves = max(self.staves, staff)

    def say(self, message: str) -> None:
        """Note what had to be guessed in this measure."""
        notice = Notice(message, self.bar.number)
        if notice not in self.notices[-4:]:
            self.notices.append(notice)

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

    def transpose(self, staff: int, transposition: Transposition) -> None:
        """From here on a staff (0 for all) sounds elsewhere than written."""
        self.transpositions[staff] = transposition
        self._known = self.heard.under(self.transpositions)

    def note(self, note: etree._Element, said: Said, length: str | None, marks: Marks) -> None:
        """Read one `<note>`: what it says, its duration, and its elements of `MARKS` and `DISPLAYED`.

        Most notes say what one before them said; for these this is all that happens.

        Raises:
            MalformedScore: it contradicts itself.
        """
        number = self.next_id
        self.next_id = number + 1
        sound, duration = self._known.get(said), self._durations.get(length)
        if sound is None or not duration or marks or self.waiting:
            self._uncommon(note, said, length, marks)
            return
        onset = self._chord_onset = self.cursor
        self.cursor = end = onset + duration
        self.may_chord = True
        bar = self.bar
        bar.sounding = True
        if end > bar.extent:
            bar.extent = end
        flags = 0 if _ATTRIBUTES.isdisjoint(note.keys()) else self._attributes(note)
        self.rows.append((onset, duration, sound, self.index, flags, number))

    def _uncommon(self, note: etree._Element, said: Said, length: str | None, marks: Marks) -> None:
        """A note that says something new, or more than its sound and place."""
        marked = dict(marks)
        duration = 0 if "grace" in marked else self._durations.get(length) or self._duration(length)
        if "chord" in marked:
            onset = self._in_chord(duration)
        else:
            onset = self._chord_onset = self.cursor
            self.cursor = end = onset + duration
            self.may_chord = True
            self.bar.extent = max(self.bar.extent, end)
        if self.waiting and duration:
            self._place_figures(onset, duration, said)
        sound = self._known.get(said)
        if sound is None or "rest" in marked:
            if ("rest" in marked or not said[0]) and self._is_rest(note):
                return
            sound = self._new_sound(said, marked)
        self.bar.sounding = True
        if not duration and "grace" not in marked:
            raise MalformedScore("a note of no duration", hint="a grace note has <grace/>")
        flags = self._flags(marks, marked) if marks else 0
        if "notehead" in marked or not _ATTRIBUTES.isdisjoint(note.keys()):
            flags |= self._attributes(note)
        self.rows.append((onset, duration, sound, self.index, flags, self.next_id - 1))

    def _duration(self, length: str | None) -> int:
        if length == UNSAID:
            raise MalformedScore("a note without duration", hint="write a <duration>, or <grace/>")
        return self.clock.ticks(length)

    def _in_chord(self, duration: int) -> int:
        if not self.may_chord:
            raise MalformedScore("a chord note without a note before it")
        self.bar.extent = max(self.bar.extent, self._chord_onset + duration)
        return self._chord_onset

    def _is_rest(self, note: etree._Element) -> bool:
        """Whether it is one; then it is put down."""
        found = {child.tag: child for child in note}
        rest, pitched = found.get("rest"), "pitch" in found or "unpitched" in found
        if rest is None:
            if not pitched:
                raise MalformedScore("a note without pitch", hint="it needs <pitch>, <unpitched> or <rest>")
            return False
        if pitched:
            raise MalformedScore("a note that is pitch and rest at once")
        self.may_chord = False
        kind = found.get("type")
        self.whole_rest |= rest.get("measure") == "yes" if kind is None else kind.text in ("whole", "breve")
        return True

    def _new_sound(self, said: Said, marked: Mapping[str, etree._Element]) -> int:
        """The place in `sounds` of what no note has said yet."""
        step, alter, octave, voice_name, staff_text = said
        staff = 1 if staff_text == UNSAID else whole(staff_text, "the staff", 1, MAX_STAVES)
        voice = self.heard.voices.setdefault(voice_name or None, len(self.heard.voices))
        if not step and "unpitched" in marked:
            pitch = self._drum(marked)
        else:
            transposition = self.transpositions.get(staff, self.transpositions.get(0))
            key = step, alter, octave, transposition
            pitch = self.heard.pitches.get(key) or self._new_pitch(*key)
            self.heard.pitches[key] = pitch
        sound = len(self._sounds)
        self._sounds.append((*pitch, staff, voice))
        if step:
            self._known[said] = sound
        return sound

    def _drum(self, marked: Mapping[str, etree._Element]) -> tuple[int, int]:
        """Which drum of the part's kit a note is, else its place in the staff."""
        place = _displayed(marked)
        instrument, head = marked.get("instrument"), marked.get("notehead")
        alone = next(iter(self.keys.values())) if len(self.keys) == 1 else None
        key = alone if instrument is None else self.keys.get(instrument.get("id", ""))
        if key is None:
            return place
        shape = "" if head is None else (head.text or "").strip()
        self.struck.setdefault(key, (place[0], "" if shape == "normal" else shape))
        return key, fifths_of_key(key)

    def _new_pitch(
        self, step: str | None, alter: str | None, octave: str | None, transposition: Transposition | None
    ) -> tuple[int, int]:
        pitch, fifths, exact = _spelled(step, alter, octave)
        if not exact:
            self.say("a quarter tone is read as the nearest natural, sharp or flat")
        if transposition is not None:
            pitch, fifths = pitch + transposition.semitones, fifths + transposition.fifths
        if not 0 <= pitch <= 127:
            raise MalformedScore("a note lies outside all instruments", hint="octaves go from 0 to 9")
        return pitch, fifths

    def _flags(self, marks: Marks, marked: Mapping[str, etree._Element]) -> int:
        """What is special about a note; its lyrics are put down."""
        flags = 0
        for tag, mark in marks:
            if tag == "lyric":
                self._lyric(mark)
            elif tag == "notations":
                flags |= _notation_flags(mark, "tie" in marked)
            elif tag == "tie":
                flags |= _TIE_FLAGS.get(mark.get("type", ""), 0)
            else:
                flags |= _RARE_FLAGS.get(tag, 0)
        return flags

    def _attributes(self, note: etree._Element) -> int:
        """Put down the name and colour of a note; its flag when it is hidden."""
        number = self.next_id - 1
        name, head = note.get("id"), note.find("notehead")
        if name:
            self.names.append((number, name))
        color = _color(note.get("color") or (None if head is None else head.get("color")))
        if color:
            self.colors.append((number, color))
        return _HIDDEN if note.get("print-object") == "no" else 0

    def _lyric(self, lyric: etree._Element) -> None:
        parts = {child.tag: child.text for child in lyric}
        text = parts.get("text")
        if "elision" in parts:
            text = "".join(child.text or "" for child in lyric if child.tag in ("text", "elision"))
        if text:
            verse = (lyric.get("number") or lyric.get("name") or "1").strip()
            self.lyrics.append((self.next_id - 1, verse, text, (parts.get("syllabic") or "single").strip()))

    def _place_figures(self, onset: int, duration: int, said: Said) -> None:
        """Figures come before their note and share its time one after another."""
        staff = 1 if said[4] == UNSAID else whole(said[4], "the staff", 1, MAX_STAVES)
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
    number = whole(octave, "the octave of a note", *WRITABLE)
    semitones = decimal(alter, "the alteration of a note") if alter and alter.strip() else Fraction(0)
    if abs(semitones) > 3:
        raise MalformedScore(f"the alteration of a note is {semitones} semitones", hint="at most three")
    return (*spell(letter, round(semitones), number), semitones.denominator == 1)


def _displayed(marked: Mapping[str, etree._Element]) -> tuple[int, int]:
    """The place in the staff of a note without pitch: its middle line where none is given."""
    step, octave = (marked.get(name) for name in DISPLAYED)
    if step is None and octave is None:
        return spell("B", 0, 4)
    pitch, fifths, _ = _spelled(None if step is None else step.text, None, None if octave is None else octave.text)
    if not 0 <= pitch <= 127:
        raise MalformedScore("a note lies outside all instruments", hint="octaves go from 0 to 9")
    return pitch, fifths


def _notation_flags(notations: etree._Element, has_ties: bool) -> int:
    """Fermatas; and ties where only their curves are written."""
    flags = 0
    for mark in notations:
        if mark.tag == "fermata":
            flags |= _FERMATA
        elif mark.tag == "tied" and not has_ties:
            flags |= _TIE_FLAGS.get(mark.get("type", ""), 0)
    return flags


def _color(text: str | None) -> str:
    """`#RRGGBB`; an alpha channel in front is dropped."""
    stripped = (text or "").strip().upper()
    if len(stripped) == 9 and stripped.startswith("#"):
        stripped = "#" + stripped[3:]
    return stripped if len(stripped) == 7 and stripped.startswith("#") else ""
