"""A Score as a music21 stream. The music21 package comes in as an argument, from the door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from musegen.score.model import Clef, FiguredBass, HarmonyLabel, KeySignature, Lyric, Measure, Part, Score
from musegen.score.music21_directions import direction_object
from musegen.score.music21_labels import label_object
from musegen.score.music21_layout import METADATA_CUSTOM
from musegen.score.music21_marks import EDITORIAL
from musegen.score.musicxml_attributes import Transposition, spelled_transposition
from musegen.score.pitch import alter_of, octave_of, step_of
from musegen.score.table import Flag

_STEPS = "CDEFGAB"
_TIES = {Flag.TIED_TO_NEXT: "start", Flag.TIED_FROM_PREVIOUS: "stop"}
Row = dict[str, int]


def stream_of(score: Score, m21: Any) -> Any:
    """A music21 Score; see `music21_door.to_music21`."""
    return _Builder(score, m21).build()


class _Builder:
    """Makes the stream part by part; holds what all parts share."""

    def __init__(self, score: Score, m21: Any) -> None:
        self.score, self.m21 = score, m21
        self.colors = dict(score.colors)
        self.lyrics: dict[int, list[Lyric]] = {}
        for lyric in score.lyrics:
            self.lyrics.setdefault(lyric.note, []).append(lyric)
        self.rows: dict[tuple[int, int, int], list[Row]] = {}
        names = score.notes.rows.dtype.names or ()
        for values in score.notes.rows.tolist():
            row = dict(zip(names, values, strict=True))
            self.rows.setdefault((row["part"], row["staff"], row["measure_index"]), []).append(row)

    def build(self) -> Any:
        stream = self.m21.stream.Score()
        stream.metadata = self._metadata()
        for number, part in enumerate(self.score.parts):
            staves = [self._staff(number, part, staff) for staff in range(1, len(part.clefs) + 1)]
            for staff in staves:
                stream.insert(0, staff)
            if len(staves) > 1:
                stream.insert(0, self.m21.layout.StaffGroup(staves, name=part.name, symbol="brace"))
        return stream

    def quarters(self, ticks: int) -> Fraction:
        return Fraction(ticks, self.score.ticks_per_quarter)

    def _metadata(self) -> Any:
        data, told = self.m21.metadata.Metadata(), self.score.metadata
        for name in ("title", "composer", "lyricist", "editor"):
            if getattr(told, name):
                setattr(data, name, getattr(told, name))
        for name in METADATA_CUSTOM:
            if getattr(told, name):
                data.addCustom(name, getattr(told, name))
        if told.rights:
            data.copyright = told.rights
        return data

    # ---- staves and measures

    def _staff(self, number: int, part: Part, staff: int) -> Any:
        several = len(part.clefs) > 1
        stream = (self.m21.stream.PartStaff if several else self.m21.stream.Part)()
        stream.id = f"{part.id}-Staff{staff}" if several else part.id
        stream.partName, stream.partAbbreviation = part.name, part.abbreviation
        stream.insert(0, self._instrument(part))
        transposition = spelled_transposition(*part.transpose)
        if transposition.semitones or transposition.steps:
            stream.atSoundingPitch = False
        measures = [
            self._measure(index, measure, (number, staff), transposition)
            for index, measure in enumerate(self.score.measures)
        ]
        if measures:
            measures[0].insert(0, self._clef(part.clefs[staff - 1]))
        for measure, stream_measure in zip(self.score.measures, measures, strict=True):
            stream.insert(self.quarters(measure.onset), stream_measure)
        for bracket in self._brackets(measures):
            stream.insert(0, bracket)
        return stream

    def _instrument(self, part: Part) -> Any:
        instrument = self.m21.instrument.Instrument()
        instrument.partId, instrument.partName, instrument.partAbbreviation = part.id, part.name, part.abbreviation
        if part.midi_program:
            instrument.midiProgram = part.midi_program - 1
        steps, semitones = part.transpose
        if steps or semitones:
            generic = steps + 1 if steps >= 0 else steps - 1
            instrument.transposition = self.m21.interval.intervalFromGenericAndChromatic(generic, semitones)
        return instrument

    def _clef(self, clef: Clef) -> Any:
        special = {"percussion": "PercussionClef", "TAB": "TabClef", "none": "NoClef", "jianpu": "JianpuClef"}
        if clef.sign in special:
            made = getattr(self.m21.clef, special[clef.sign])()
        else:
            made = self.m21.clef.clefFromString(f"{clef.sign}{clef.line}", clef.octave)
        made.line = clef.line
        return made

    def _brackets(self, measures: Sequence[Any]) -> Iterator[Any]:
        pairs = zip(self.score.measures, measures, strict=True)
        for ending, group in groupby(pairs, key=lambda pair: pair[0].ending):
            if ending:
                spanned = [stream for _, stream in group]
                plain = re.match(r"\d+(, ?\d+)*$", ending)
                bracket = self.m21.spanner.RepeatBracket(spanned, number=ending if plain else 1)
                bracket.overrideDisplay = ending
                yield bracket

    def _measure(self, index: int, measure: Measure, place: tuple[int, int], transposition: Transposition) -> Any:
        stream = self.m21.stream.Measure()
        found = re.match(r"(\d+)(.*)$", measure.number)
        stream.number = int(found[1]) if found else 0
        stream.numberSuffix = (found[2] if found else measure.number) or None
        if measure.is_pickup:
            stream.paddingLeft = measure.time_signature.quarters - self.quarters(measure.length)
        self._signatures(stream, index, measure, transposition)
        self._barlines(stream, measure)
        if measure.new_system and place == (0, 1):
            stream.insert(0, self.m21.layout.SystemLayout(isNew=True))
        self._fill(stream, self.rows.get((*place, index), []), measure, transposition)
        end = measure.onset + measure.length if index + 1 < len(self.score.measures) else None
        self._labels(stream, place, measure.onset if index else None, end, measure.onset)
        return stream

    def _signatures(self, stream: Any, index: int, measure: Measure, transposition: Transposition) -> None:
        before = self.score.measures[index - 1] if index else None
        if before is None or before.key_signature != measure.key_signature:
            stream.insert(0, self._key(measure.key_signature, transposition.fifths))
        if before is None or before.time_signature != measure.time_signature:
            stream.insert(0, self.m21.meter.TimeSignature(str(measure.time_signature)))

    def _key(self, key: KeySignature, transposition: int) -> Any:
        fifths = key.fifths - transposition
        if abs(fifths) > 7 and transposition:
            fifths -= 12 * round(fifths / 12)
        signature = self.m21.key.KeySignature(fifths)
        return signature.asKey(key.mode) if key.mode else signature

    def _barlines(self, stream: Any, measure: Measure) -> None:
        if measure.repeat_start:
            stream.leftBarline = self.m21.bar.Repeat(direction="start")
        if measure.repeat_end:
            stream.rightBarline = self.m21.bar.Repeat(direction="end")
        elif measure.barline:
            stream.rightBarline = self.m21.bar.Barline(measure.barline)

    # ---- notes

    def _fill(self, stream: Any, rows: list[Row], measure: Measure, transposition: Transposition) -> None:
        """Notes and rests; the only voice of a staff, when it is the first, stands in the measure itself."""
        voices = sorted({row["voice"] for row in rows}) or [1]
        for voice in voices:
            holder = stream
            if voices != [1]:
                holder = self.m21.stream.Voice(id=str(voice))
                stream.insert(0, holder)
            cursor = 0
            for chord in _chords(row for row in rows if row["voice"] == voice):
                onset = chord[0]["onset"] - measure.onset
                if onset > cursor:
                    holder.insert(self.quarters(cursor), self._rest(onset - cursor))
                holder.insert(self.quarters(onset), self._sound(chord, transposition))
                cursor = max(cursor, onset + chord[0]["duration"])
            if cursor < measure.length:
                holder.insert(self.quarters(cursor), self._rest(measure.length - cursor))

    def _rest(self, ticks: int) -> Any:
        return self.m21.note.Rest(quarterLength=self.quarters(ticks))

    def _sound(self, chord: list[Row], transposition: Transposition) -> Any:
        notes = [self._note(row, transposition) for row in chord]
        if len(notes) == 1:
            made = notes[0]
        elif any(row["flags"] & Flag.UNPITCHED for row in chord):
            made = self.m21.percussion.PercussionChord(notes)
        else:
            made = self.m21.chord.Chord(notes)
        made.quarterLength = self.quarters(chord[0]["duration"])
        for lyric in self.lyrics.get(chord[0]["id"], []):
            made.lyrics.append(self._lyric(lyric))
        if chord[0]["flags"] & Flag.FERMATA and len(notes) > 1:
            made.expressions.append(self.m21.expressions.Fermata())
        return made.getGrace() if chord[0]["flags"] & Flag.GRACE else made

    def _lyric(self, lyric: Lyric) -> Any:
        made = self.m21.note.Lyric(lyric.text, applyRaw=True, syllabic=lyric.syllabic)
        if lyric.verse.isdecimal():
            made.number = int(lyric.verse)
        else:
            made.identifier = lyric.verse
        return made

    def _note(self, row: Row, transposition: Transposition) -> Any:
        flags = row["flags"]
        if flags & Flag.UNPITCHED:
            note = self.m21.note.Unpitched(displayName=_pitch_name(row["pitch"], row["fifths"]))
        else:
            note = self.m21.note.Note(
                self._pitch(row["pitch"] - transposition.semitones, row["fifths"] - transposition.fifths)
            )
        note.quarterLength = self.quarters(row["duration"])
        note.id = self.score.note_name(row["id"])
        note.editorial[EDITORIAL] = row["id"]
        tie = Flag(flags & (Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS))
        if tie:
            note.tie = self.m21.tie.Tie(_TIES.get(tie, "continue"))
        if flags & Flag.FERMATA:
            note.expressions.append(self.m21.expressions.Fermata())
        if flags & Flag.HIDDEN:
            note.style.hideObjectOnPrint = True
        if flags & Flag.CUE:
            note.style.noteSize = "cue"
        if row["id"] in self.colors:
            note.style.color = self.colors[row["id"]]
        return note

    def _pitch(self, midi: int, fifths: int) -> Any:
        pitch = self.m21.pitch.Pitch(_STEPS[int(step_of(fifths))])
        pitch.octave = int(octave_of(midi, fifths))
        alter = int(alter_of(fifths))
        if alter:
            pitch.accidental = self.m21.pitch.Accidental(alter)
        return pitch

    # ---- labels

    def _labels(self, stream: Any, place: tuple[int, int], start: int | None, end: int | None, barline: int) -> None:
        """Labels and figures between two ticks; those outside the piece go to its nearest measure."""
        labels: tuple[HarmonyLabel | FiguredBass, ...] = (*self.score.harmonies, *self.score.figures)
        for label in labels:
            here = (start is None or label.onset >= start) and (end is None or label.onset < end)
            if (label.part, label.staff) == place and here:
                stream.insert(self.quarters(label.onset - barline), label_object(label, self.m21))
        for direction in self.score.directions:
            here = (start is None or direction.onset >= start) and (end is None or direction.onset < end)
            if (direction.part, direction.staff) == place and here:
                stream.insert(self.quarters(direction.onset - barline), direction_object(direction, self.m21))


def _chords(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Notes of one voice that begin and end together; grace notes one after another."""
    ordered = sorted(rows, key=lambda row: (row["onset"], row["duration"], row["id"]))
    for _, group in groupby(ordered, key=lambda row: (row["onset"], row["duration"])):
        chord = list(group)
        graces = [row for row in chord if row["flags"] & Flag.GRACE]
        for grace in graces:
            yield [grace]
        if len(graces) < len(chord):
            yield [row for row in chord if not row["flags"] & Flag.GRACE]


def _pitch_name(midi: int, fifths: int) -> str:
    return f"{_STEPS[int(step_of(fifths))]}{int(octave_of(midi, fifths))}"
