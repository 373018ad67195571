"""A music21 stream as a Score. Works on the stream's own objects and does not import music21."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from musegen.score.measure_grid import COMMON_TIME, MeasureFacts, shared_measures
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.score.model import FiguredBass, HarmonyLabel, KeySignature, Lyric, Measure, Notice, Score, Source
from musegen.score.music21_directions import direction_of
from musegen.score.music21_layout import Staff, metadata_of, one_piece, parts_of, staves_of
from musegen.score.music21_marks import EDITORIAL, color_of, label_of, names_of, note_flags
from musegen.score.musicxml_attributes import Transposition, spelled_transposition
from musegen.score.musicxml_directions import Spoken, placed_directions
from musegen.score.musicxml_labels import label_order
from musegen.score.pitch import spell
from musegen.score.table import NOTE_DTYPE, Flag, NoteTable

_MAX_DENOMINATOR = 65_535  # music21's own limit
Record = list[Any]


@dataclass
class _Intake:
    """Everything found so far; times in ticks from the barline."""

    unit: int
    rows: list[Record] = field(default_factory=list)
    owners: list[Any] = field(default_factory=list)  # the music21 object of each row
    seen: int = 0  # notes and rests, in order
    labels: list[tuple[int, HarmonyLabel]] = field(default_factory=list)
    figures: list[tuple[int, FiguredBass]] = field(default_factory=list)
    lyrics: list[tuple[int, Any]] = field(default_factory=list)  # row number, music21 lyric
    notices: list[Notice] = field(default_factory=list)
    directions: dict[int, list[Spoken]] = field(default_factory=dict)  # by part

    def ticks(self, quarters: Any) -> int:
        """Quarters as ticks."""
        return int(exact(quarters) * self.unit)


def exact(quarters: Any) -> Fraction:
    """What music21 means by a float."""
    return Fraction(quarters).limit_denominator(_MAX_DENOMINATOR)


def score_of(stream: Any) -> Score:
    """The Score of a stream; see `music21_door.from_music21`."""
    whole, notices = one_piece(stream)
    staves = list(staves_of(whole))
    intake = _Intake(_unit(staves), notices=notices)
    facts = _even([_read_staff(staff, intake) for staff in staves], intake)
    measures, disagreements = shared_measures(facts, intake.unit)
    measures = _counted_from_one(measures)
    onsets = [measure.onset for measure in measures]
    rows, numbers = _rows(intake, onsets)
    owners = sorted(zip(numbers, intake.owners, strict=True), key=lambda pair: pair[0])
    labels = [label._replace(onset=onsets[index] + label.onset) for index, label in intake.labels]
    figures = [figure._replace(onset=onsets[index] + figure.onset) for index, figure in intake.figures]
    return Score(
        NoteTable(rows).ordered(),
        measures,
        parts_of(staves),
        harmonies=tuple(sorted(labels, key=label_order)),
        figures=tuple(sorted(figures, key=lambda figure: (figure.part, figure.onset))),
        lyrics=_lyrics(intake, numbers),
        note_names=names_of(owners),
        colors=tuple((number, color) for number, owner in owners if (color := color_of(owner))),
        metadata=metadata_of(whole),
        ticks_per_quarter=intake.unit,
        directions=placed_directions([intake.directions.get(part, []) for part in range(len(staves))], measures),
        source=Source("", "stream"),
        notices=(*intake.notices, *disagreements),
        stream=stream,
    )


def _unit(staves: Sequence[Staff]) -> int:
    """The coarsest grid, of 10 080 ticks a quarter or more, that every moment falls on."""
    needed = {1}
    for staff in staves:
        for measure in staff.measures:
            for element in measure.recurse():
                needed.add((exact(element.offset) * TICKS_PER_QUARTER).denominator)
                needed.add((exact(element.quarterLength) * TICKS_PER_QUARTER).denominator)
    return TICKS_PER_QUARTER * lcm(*needed)


def _read_staff(staff: Staff, intake: _Intake) -> list[MeasureFacts]:
    """The facts of each measure; notes and labels go into the intake."""
    reader = _StaffReader(staff, intake)
    facts = [reader.measure(index, measure) for index, measure in enumerate(staff.measures)]
    brackets = staff.stream.recurse().getElementsByClass("RepeatBracket")
    for bracket in brackets:
        spanned = {id(measure) for measure in bracket.getSpannedElements()}
        for measure, fact in zip(staff.measures, facts, strict=True):
            if id(measure) in spanned:
                fact.ending = str(bracket.overrideDisplay or bracket.number)
    return facts


class _StaffReader:
    """Walks the measures of one staff."""

    def __init__(self, staff: Staff, intake: _Intake) -> None:
        self.staff, self.intake = staff, intake
        self.time: TimeSignature | None = COMMON_TIME
        self.key: KeySignature | None = None
        self.transposition = Transposition()
        self.sounding = staff.stream.atSoundingPitch is True
        for instrument in staff.stream.getElementsByClass("Instrument"):
            self._instrument(instrument)

    def measure(self, index: int, measure: Any) -> MeasureFacts:
        bar = MeasureFacts(_number_of(measure, index))
        bar.time, bar.key = self.time, self.key
        _barlines(measure, bar)
        for holder in (measure, *measure.voices):
            base = 0 if holder is measure else self.intake.ticks(holder.offset)
            for element in holder:
                self._element(element, base + self.intake.ticks(element.offset), holder, index, bar)
        if not bar.extent:
            bar.reach = self._labelled_time(measure)
        return bar

    def _labelled_time(self, measure: Any) -> int:
        """How far the Roman numerals of a measure without notes reach: a RomanText analysis has nothing else."""
        numerals = measure.recurse().getElementsByClass("RomanNumeral")
        ends = [one.offset + one.quarterLength for one in numerals]
        return self.intake.ticks(max(ends, default=0))

    def _element(self, element: Any, onset: int, holder: Any, index: int, bar: MeasureFacts) -> None:
        kinds = element.classSet
        if "MetronomeMark" in kinds or "Dynamic" in kinds:
            self._direction(element, onset, index)
        elif "Harmony" in kinds or "TextExpression" in kinds:
            self._label(element, onset, index)
        elif "GeneralNote" in kinds:
            end = onset + self.intake.ticks(element.quarterLength)
            bar.extent = max(bar.extent, end)
            self._sound(element, onset, holder, index, bar)
        elif "TimeSignature" in kinds and onset == 0:
            bar.time = self.time = TimeSignature(element.numerator, element.denominator)
        elif "SenzaMisuraTimeSignature" in kinds:
            bar.time = self.time = None
        elif "KeySignature" in kinds:
            self.key = self._sounding_key(element)
            bar.key = self.key if onset == 0 else bar.key
        elif "SystemLayout" in kinds or "PageLayout" in kinds:
            bar.new_system |= bool(element.isNew)
        elif "Instrument" in kinds:
            self._instrument(element)

    def _instrument(self, instrument: Any) -> None:
        interval = instrument.transposition
        if interval is None or self.sounding:
            return
        self.transposition = spelled_transposition(interval.generic.staffDistance, round(interval.chromatic.semitones))

    def _sounding_key(self, element: Any) -> KeySignature:
        fifths = element.sharps + self.transposition.fifths
        fifths = fifths - 12 * round(fifths / 12) if abs(fifths) > 7 and self.transposition.fifths else fifths
        return KeySignature(fifths, getattr(element, "mode", None) or "")

    def _label(self, element: Any, onset: int, index: int) -> None:
        label = label_of(element, onset, self.staff.part, self.staff.staff)
        if isinstance(label, HarmonyLabel):
            self.intake.labels.append((index, label))
        elif isinstance(label, FiguredBass):
            self.intake.figures.append((index, label))

    def _direction(self, element: Any, onset: int, index: int) -> None:
        found = direction_of(element, index, onset, self.staff.staff)
        if found is not None:
            self.intake.directions.setdefault(self.staff.part, []).append(found)

    def _sound(self, element: Any, onset: int, holder: Any, index: int, bar: MeasureFacts) -> None:
        """Rows for a note or each note of a chord; a rest only counts."""
        if "Rest" in element.classSet or "NotRest" not in element.classSet:
            self.intake.seen += 1
            return
        bar.sounding = True
        length = self.intake.ticks(element.quarterLength)
        members = element.notes if "ChordBase" in element.classSet else (element,)
        voice = _voice_number(holder)
        for place, member in enumerate(members):
            flags = note_flags(member, element if place == 0 or member is element else None, element)
            pitch, fifths = self._pitch(member)
            intake = self.intake
            intake.rows.append(
                [
                    onset, 0 if flags & Flag.GRACE else length, pitch, fifths, self.staff.part, self.staff.staff,
                    voice, index, flags, intake.seen,
                ]
            )  # fmt: skip
            intake.owners.append(member)
            intake.seen += 1
            if place == 0:
                intake.lyrics += [(len(intake.rows) - 1, lyric) for lyric in element.lyrics]

    def _pitch(self, note: Any) -> tuple[int, int]:
        if "Unpitched" in note.classSet:
            return tuple(spell(note.displayStep, 0, note.displayOctave))  # type: ignore[return-value]
        pitch = note.pitch
        midi, fifths = spell(pitch.step, round(pitch.alter), pitch.implicitOctave)
        return midi + self.transposition.semitones, fifths + self.transposition.fifths


def _barlines(measure: Any, bar: MeasureFacts) -> None:
    for line in (measure.leftBarline, measure.rightBarline):
        if line is None:
            continue
        if "Repeat" in line.classSet:
            bar.repeat_start |= line.direction == "start"
            bar.repeat_end |= line.direction == "end"
        elif line is measure.rightBarline:
            bar.barline = "" if line.type == "regular" else line.type


def _counted_from_one(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Without a pickup the first measure is 1; music21 calls that of an ABC tune 0."""
    if not measures or measures[0].number != "0" or measures[0].is_pickup:
        return measures
    numbers = (re.sub(r"^\d+", lambda found: str(int(found[0]) + 1), measure.number) for measure in measures)
    return tuple(measure._replace(number=number) for measure, number in zip(measures, numbers, strict=True))


def _number_of(measure: Any, index: int) -> str:
    suffix = measure.numberSuffix or ""
    if not measure.number and suffix:
        return str(suffix)
    return f"{measure.number}{suffix}"


def _voice_number(holder: Any) -> int:
    if "Voice" not in holder.classSet:
        return 1
    name = str(holder.id)
    return int(name) if re.match(r"[1-9]\d{0,3}$", name) else 1


def _even(facts: list[list[MeasureFacts]], intake: _Intake) -> list[list[MeasureFacts]]:
    """Staves of one length: a shorter one rests at the end."""
    longest = max(facts, key=len, default=[])
    for one in facts:
        if len(one) < len(longest):
            intake.notices.append(Notice("a part ends here before the others", longest[len(one)].number))
            one += [MeasureFacts(fact.number, time=fact.time, key=None) for fact in longest[len(one) :]]
    return facts


def _rows(intake: _Intake, onsets: Sequence[int]) -> tuple[Any, list[int]]:
    """The rows with onsets from the start, and the id of each: the one that musegen gave it, else its place."""
    kept = [owner.editorial.get(EDITORIAL) if owner.hasEditorialInformation else None for owner in intake.owners]
    numbers = kept if all(isinstance(one, int) for one in kept) and len(set(kept)) == len(kept) else None
    rows = np.array([tuple(record) for record in intake.rows], dtype=NOTE_DTYPE)
    if len(rows):
        rows["onset"] += np.array(onsets, dtype=np.int64)[rows["measure_index"]]
        if numbers is not None:
            rows["id"] = numbers
    return rows, [int(number) for number in rows["id"]]


def _lyrics(intake: _Intake, numbers: Sequence[int]) -> tuple[Lyric, ...]:
    found = [
        Lyric(numbers[row], str(lyric.identifier), lyric.text or "", lyric.syllabic or "single")
        for row, lyric in intake.lyrics
    ]
    return tuple(sorted((one for one in found if one.text), key=lambda one: one.note))
