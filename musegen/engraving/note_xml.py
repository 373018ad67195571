"""Notes and rests as MusicXML elements."""

from __future__ import annotations

from collections import defaultdict

from lxml import etree

from musegen.engraving.events import Event, Head, VoiceLine
from musegen.engraving.harmony_xml import child
from musegen.engraving.score_head import drum_id
from musegen.score.model import Lyric, Score
from musegen.score.pitch import STEPS
from musegen.score.table import Flag

_TIED_TO_NEXT, _TIED_FROM_PREVIOUS, _FERMATA = int(Flag.TIED_TO_NEXT), int(Flag.TIED_FROM_PREVIOUS), int(Flag.FERMATA)
_UNPITCHED, _CUE, _HIDDEN = int(Flag.UNPITCHED), int(Flag.CUE), int(Flag.HIDDEN)
"""Plain numbers: they are asked for a hundred times a measure."""


class NoteWriter:
    """Writes events into measures; remembers which ids it has given."""

    def __init__(self, score: Score, names: dict[int, str], colors: dict[int, str], grain: int) -> None:
        self.ids: list[int] = score.notes["id"].tolist()
        self.flags: list[int] = score.notes["flags"].tolist()
        self.names = names
        self.colors = dict(score.colors) | colors
        self.grain = grain
        self.part = ""  # the id of the part that is being written
        self.pieces: dict[int, int] = defaultdict(int)
        self.lyrics: dict[int, list[Lyric]] = defaultdict(list)
        for lyric in score.lyrics:
            self.lyrics[lyric.note].append(lyric)

    def event(self, measure: etree._Element, event: Event, line: VoiceLine, *, staves: int) -> None:
        """One chord with its grace notes, or one rest."""
        staff = line.staff if staves > 1 else 0
        for head in event.graces:
            self._note(measure, event, head, line.voice, staff, grace=True)
        for number, head in enumerate(event.heads):
            self._note(measure, event, head, line.voice, staff, chord=number > 0)
        if not event.heads:
            self._rest(measure, event, line.voice, staff)

    def _rest(self, measure: etree._Element, event: Event, voice: int, staff: int) -> None:
        note = child(measure, "note")
        if event.hidden:
            note.set("print-object", "no")
        rest = child(note, "rest")
        child(note, "duration", event.duration // self.grain)
        child(note, "voice", voice)
        if event.full_measure:
            rest.set("measure", "yes")
        else:
            self._value(note, event)
        if staff:
            child(note, "staff", staff)
        if event.value.tuplet:
            _tuplet(child(note, "notations"), event)

    def _note(
        self,
        measure: etree._Element,
        event: Event,
        head: Head,
        voice: int,
        staff: int,
        *,
        grace: bool = False,
        chord: bool = False,
    ) -> None:
        number = self.ids[head.row]
        note = child(measure, "note", **self._attributes(number, self.flags[head.row]))
        self._sound(note, event, head, grace=grace, chord=chord)
        child(note, "voice", voice)
        self._written(note, event, head, grace=grace)
        if staff:
            child(note, "staff", staff)
        first = not chord and not grace
        for level, word in enumerate(event.beams if first else (), start=1):
            child(note, "beam", word, number=str(level))
        self._notations(note, event, head, first=first, grace=grace)
        if not event.value.span.tied_in or grace:
            for lyric in self.lyrics[number]:
                element = child(note, "lyric", number=lyric.verse)
                child(element, "syllabic", lyric.syllabic)
                child(element, "text", lyric.text)

    def _attributes(self, note: int, flags: int) -> dict[str, str]:
        self.pieces[note] += 1
        piece = self.pieces[note]
        found = {"id": self.names[note] + (f"-{piece}" if piece > 1 else "")}
        if flags & _HIDDEN:
            found["print_object"] = "no"
        if note in self.colors:
            found["color"] = self.colors[note].upper()
        return found

    def _sound(self, note: etree._Element, event: Event, head: Head, *, grace: bool, chord: bool) -> None:
        flags = self.flags[head.row]
        if grace:
            child(note, "grace")
        if flags & _CUE:
            child(note, "cue")
        if chord:
            child(note, "chord")
        if flags & _UNPITCHED:
            unpitched = child(note, "unpitched")
            child(unpitched, "display-step", STEPS[head.step])
            child(unpitched, "display-octave", head.octave)
        else:
            pitch = child(note, "pitch")
            child(pitch, "step", STEPS[head.step])
            if head.alter:
                child(pitch, "alter", head.alter)
            child(pitch, "octave", head.octave)
        if not grace:
            child(note, "duration", event.duration // self.grain)
        if not flags & _CUE:
            for kind in self._ties(event, head, grace=grace):
                child(note, "tie", type=kind)
        if head.drum is not None:
            child(note, "instrument", id=drum_id(self.part, head.drum.number))

    def _ties(self, event: Event, head: Head, *, grace: bool) -> list[str]:
        flags, span = self.flags[head.row], event.value.span
        tied_in = flags & _TIED_FROM_PREVIOUS or (span.tied_in and not grace)
        tied_out = flags & _TIED_TO_NEXT or (span.tied_out and not grace)
        return ["stop"] * bool(tied_in) + ["start"] * bool(tied_out)

    def _written(self, note: etree._Element, event: Event, head: Head, *, grace: bool) -> None:
        if grace:
            child(note, "type", "eighth")
        else:
            self._value(note, event, head.accidental)
            if event.stem:
                child(note, "stem", event.stem)
        if grace and head.accidental:
            child(note, "accidental", head.accidental)
        if head.drum is not None and head.drum.head:
            child(note, "notehead", head.drum.head)

    def _value(self, note: etree._Element, event: Event, accidental: str = "") -> None:
        value = event.value
        child(note, "type", value.type)
        for _ in range(value.dots):
            child(note, "dot")
        if accidental:
            child(note, "accidental", accidental)
        if value.actual > 1:
            ratio = child(note, "time-modification")
            child(ratio, "actual-notes", value.actual)
            child(ratio, "normal-notes", value.normal)

    def _notations(self, note: etree._Element, event: Event, head: Head, *, first: bool, grace: bool) -> None:
        ties = self._ties(event, head, grace=grace)
        last_piece = grace or not event.value.span.tied_out
        fermata = self.flags[head.row] & _FERMATA and last_piece
        tuplet = first and event.value.tuplet
        if not (ties or fermata or tuplet):
            return
        notations = child(note, "notations")
        for kind in ties:
            tied = child(notations, "tied", type=kind)
            if kind == "start" and event.stem:
                tied.set("orientation", "over" if event.stem == "up" else "under")
        if tuplet:
            _tuplet(notations, event)
        if fermata:
            child(notations, "fermata", "normal", type="inverted" if event.stem == "down" else "upright")


def _tuplet(notations: etree._Element, event: Event) -> None:
    bracket = "no" if event.beams else "yes"
    for kind in ("start", "stop"):
        if kind in event.value.tuplet:
            tuplet = child(notations, "tuplet", type=kind, number="1")
            if kind == "start":
                tuplet.set("bracket", bracket)
