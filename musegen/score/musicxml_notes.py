"""The `<note>` elements of one MusicXML part as rows, with their lyrics, names and colours, and the moving time."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from operator import itemgetter

from lxml import etree

from musegen.errors import MalformedScore
from musegen.score.measure_grid import MeasureFacts
from musegen.score.model import Notice
from musegen.score.musicxml_attributes import MAX_STAVES, Transposition, decimal, whole
from musegen.score.musicxml_labels import Figures
from musegen.score.musicxml_time import Clock
from musegen.score.pitch import spell
from musegen.score.table import Flag

MAX_NOTES = 300_000
Row = tuple[int, int, int, int, int, int, int, int, int]  # of a note table, without its part; onset from the barline
Texts = dict[str, str | None]
OFTEN = ("step", "octave", "duration", "alter", "voice", "staff")
SELDOM = ("rest", "chord", "tie", "notations", "lyric", "grace", "cue", "unpitched", "notehead")
DISPLAYED = ("display-step", "display-octave")
"""What is read inside a `<note>`: each name means one thing there; those of `SELDOM` stand directly in it."""
UNSAID: Texts = dict.fromkeys(OFTEN, "")
_SOUND = itemgetter("step", "alter", "octave", "voice", "staff")
_TIE_FLAGS = {"start": int(Flag.TIED_TO_NEXT), "stop": int(Flag.TIED_FROM_PREVIOUS)}
_RARE_FLAGS = {"grace": int(Flag.GRACE), "cue": int(Flag.CUE), "unpitched": int(Flag.UNPITCHED)}
_FERMATA, _HIDDEN = int(Flag.FERMATA), int(Flag.HIDDEN)
_MARKS = frozenset(("id", "color", "print-object"))


class NoteReader:
    """Rows of one part, in lists that grow note by note; `cursor` is the place in the measure, in ticks.

    `next_id` counts `<note>` elements over the whole document.
    """

    def __init__(self, clock: Clock, next_id: int) -> None:
        self.clock, self.next_id = clock, next_id
        self.rows: list[Row] = []
        self.lyrics: list[tuple[int, str, str, str]] = []
        self.names: list[tuple[int, str]] = []
        self.colors: list[tuple[int, str]] = []
        self.notices: list[Notice] = []
        self.voices: dict[str | None, int] = {}
        self.staves = 1
        self.transpositions: dict[int, Transposition] = {}  # by staff; 0 is all staves
        self.waiting: list[Figures] = []  # figures whose note is still to come
        self.cursor = 0
        self.may_chord = self.whole_rest = False
        self.bar = MeasureFacts("")
        self.index = -1
        self._chord_onset = 0
        self._sounds: dict[tuple[str | None, ...], tuple[int, int, int, int]] = {}  # see `_sound`

    def begin(self, bar: MeasureFacts) -> None:
        """A new measure."""
        self.bar, self.cursor = bar, 0
        self.index += 1
        self.may_chord = self.whole_rest = False

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
        self._sounds.clear()

    def note(self, note: etree._Element, texts: Texts) -> None:
        """Read one `<note>`; `texts` is what the elements in it say, by their names (of `OFTEN` and `SELDOM`).

        Raises:
            MalformedScore: it contradicts itself.
        """
        number = self.next_id
        self.next_id = number + 1
        plain = len(texts) == len(OFTEN)
        duration = self.clock.known.get(texts["duration"])
        if duration is None or not plain:
            duration = self._duration(texts)
        if plain or "chord" not in texts:
            onset = self._chord_onset = self.cursor
            self.cursor = end = onset + duration
            self.may_chord = True
            if end > self.bar.extent:
                self.bar.extent = end
        else:
            onset = self._in_chord(duration)
        if self.waiting and duration:
            self._place_figures(onset, duration, texts)
        written = _SOUND(texts)
        sound = self._sounds.get(written)
        if sound is None or not plain:
            if (not texts["step"] or "rest" in texts) and self._is_rest(note, texts):
                return
            sound = self._sound(texts, written)
        self.bar.sounding = True
        pitch, fifths, staff, voice = sound
        flags = 0 if plain and duration else self._flags(note, texts, duration)
        if not _MARKS.isdisjoint(note.keys()) or (not plain and "notehead" in texts):
            flags |= self._marks(note, number)
        self.rows.append((onset, duration, pitch, fifths, staff, voice, self.index, flags, number))

    def _duration(self, texts: Texts) -> int:
        if "grace" in texts:
            return 0
        if texts["duration"] == "":
            raise MalformedScore("a note without duration", hint="write a <duration>, or <grace/>")
        return self.clock.ticks(texts["duration"])

    def _in_chord(self, duration: int) -> int:
        if not self.may_chord:
            raise MalformedScore("a chord note without a note before it")
        self.bar.extent = max(self.bar.extent, self._chord_onset + duration)
        return self._chord_onset

    def _is_rest(self, note: etree._Element, texts: Texts) -> bool:
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
        whole_bar = rest.get("measure") == "yes" if kind is None else kind.text in ("whole", "breve")
        self.whole_rest |= whole_bar
        return True

    def _sound(self, texts: Texts, written: tuple[str | None, ...]) -> tuple[int, int, int, int]:
        """MIDI number and place on the line of fifths, sounding; staff; and voice in order of appearance."""
        known = self._sounds.get(written)
        if known is not None:
            return known
        step, alter, octave, name, staff_text = written
        staff = whole("1" if staff_text == "" else staff_text, "the staff", 1, MAX_STAVES)
        self.staves = max(self.staves, staff)
        voice = self.voices.setdefault(name or None, len(self.voices))
        if not step and "unpitched" in texts:
            return (*_displayed(texts), staff, voice)
        transposition = self.transpositions.get(staff, self.transpositions.get(0))
        key = (step, alter, octave, transposition)
        found = self.clock.pitches.get(key)
        if found is None:
            found = self.clock.pitches[key] = self._new_pitch(step, alter, octave, transposition)
        sound = self._sounds[written] = (*found, staff, voice)
        return sound

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

    def _flags(self, note: etree._Element, texts: Texts, duration: int) -> int:
        """What is special about a note; its lyrics are put down."""
        if not duration and "grace" not in texts:
            raise MalformedScore("a note of no duration", hint="a grace note has <grace/>")
        flags = 0
        for tag, flag in _RARE_FLAGS.items():
            if tag in texts:
                flags |= flag
        for child in note:
            tag = child.tag
            if tag == "tie":
                flags |= _TIE_FLAGS.get(child.get("type", ""), 0)
            elif tag == "notations":
                flags |= _notation_flags(child, "tie" in texts)
            elif tag == "lyric":
                self._lyric(child)
        return flags

    def _marks(self, note: etree._Element, number: int) -> int:
        """Put down the name and colour of a note; its flag when it is hidden."""
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

    def _place_figures(self, onset: int, duration: int, texts: Texts) -> None:
        """Figures come before their note and share its time one after another."""
        staff = whole("1" if texts["staff"] == "" else texts["staff"], "the staff", 1, MAX_STAVES)
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


def _displayed(texts: Texts) -> tuple[int, int]:
    """The place in the staff of a note without pitch: its middle line where none is given."""
    if "display-step" not in texts and "display-octave" not in texts:
        return spell("B", 0, 4)
    pitch, fifths, _ = _spelled(texts.get("display-step"), None, texts.get("display-octave"))
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
    if not text:
        return ""
    stripped = text.strip().upper()
    if len(stripped) == 9 and stripped.startswith("#"):
        stripped = "#" + stripped[3:]
    return stripped if len(stripped) == 7 and stripped.startswith("#") else ""
