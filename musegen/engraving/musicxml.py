"""A score as MusicXML 4.0: `write_musicxml(score, sheet=...)` gives bytes, the same bytes for equal scores.

No dates, no random ids: what is not in the score or the sheet is not in the file. `score.pitch` is sounding; parts that
transpose are written as their players read them.
"""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from math import gcd

from lxml import etree

from musegen.engraving.arrangement import Staging, arrange, printed_names, renumbered, staging
from musegen.engraving.directions_xml import direction_element, is_silent, sound_element
from musegen.engraving.events import PartWriter, VoiceLine
from musegen.engraving.harmony_xml import child, figured_bass_element, harmony_element
from musegen.engraving.marks import Label, Sheet
from musegen.engraving.measure_xml import attributes, barlines
from musegen.engraving.note_xml import NoteWriter
from musegen.engraving.score_head import score_head
from musegen.score.model import Direction, Score


def write_musicxml(score: Score, *, sheet: Sheet | None = None) -> bytes:
    """MusicXML 4.0 (partwise, UTF-8, no DOCTYPE). Without a sheet everything of the score is written, as it is.

    >>> from musegen.score.textgrid import parse_grid
    >>> xml = write_musicxml(parse_grid("meter: 2/4\\nS: c5 d5"))
    >>> xml.count(b"<note ")
    2
    """
    shown = score if sheet is None else arrange(score, sheet)
    names = printed_names(shown) if sheet is None else renumbered(shown, sheet)
    staged = Staging() if sheet is None else staging(score, sheet)
    tree = score_tree(shown, sheet or Sheet(), names, staged)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def score_tree(shown: Score, sheet: Sheet, names: dict[int, str], staged: Staging) -> etree._Element:
    """The tree of an arranged score (see `arrangement.arrange`)."""
    writers = [PartWriter(shown, part, staged) for part in range(len(shown.parts))]
    lines = [[writer.measure(index) for index in range(len(shown.measures))] for writer in writers]
    grain = _grain(shown, sheet, [line for measures in lines for line in measures])
    root, ids = score_head(shown, sheet)
    notes = NoteWriter(shown, names, dict(sheet.marks.colors), grain)
    for part, writer in enumerate(writers):
        element = child(root, "part", id=ids[part])
        notes.part = ids[part]
        for index, voices in enumerate(lines[part]):
            _measure(element, _MeasureJob(shown, sheet, writer, index, voices, grain), notes)
    return root


class _MeasureJob:
    """One measure of one part, with what is written between its notes."""

    def __init__(
        self, score: Score, sheet: Sheet, writer: PartWriter, index: int, voices: list[VoiceLine], grain: int
    ) -> None:
        self.score, self.sheet, self.writer, self.index = score, sheet, writer, index
        self.voices, self.grain = voices, grain
        self.measure = score.measures[index]
        self.part = writer.part
        self.staves = len(score.parts[writer.part].clefs)

    def between(self) -> dict[tuple[int, int], list[etree._Element]]:
        """What stands between notes, by the numbers of the voice and of the event in it that it stands before."""
        found: dict[tuple[int, int], list[etree._Element]] = defaultdict(list)
        start, end = self.measure.onset, self.measure.onset + self.measure.length
        for direction in self.score.directions:
            if direction.part == self.part and start <= direction.onset < end:
                place, offset = self._place(direction.onset, direction.staff)
                found[place].append(self._direction(direction, offset))
        for label in self.score.harmonies:
            if label.part == self.part and start <= label.onset < end:
                place, offset = self._place(label.onset, label.staff)
                staff = label.staff if self.staves > 1 else 0
                found[place].append(harmony_element(label, offset=offset, staff=staff))
        for figured in self.score.figures:  # those under one note stand together before it, each with its duration
            if figured.part == self.part and start <= figured.onset < end:
                place, _ = self._place(figured.onset, figured.staff, lowest=True)
                found[place].append(figured_bass_element(figured, duration=figured.duration // self.grain))
        for note_label, onset in self._words(start, end):
            place, offset = self._place(onset, 1)
            found[place].append(_words(note_label, offset))
        return found

    def _direction(self, direction: Direction, offset: int) -> etree._Element:
        if is_silent(direction):
            return sound_element(direction, offset=offset)
        staff = direction.staff if self.staves > 1 else 0
        return direction_element(direction, self.measure.time_signature, offset=offset, staff=staff)

    def _place(self, onset: int, staff: int, *, lowest: bool = False) -> tuple[tuple[int, int], int]:
        """The voice and event that hold a moment of a staff, and how many divisions into the event it is."""
        lines = [number for number, line in enumerate(self.voices) if line.staff == staff] or [0]
        line = lines[-1 if lowest else 0]
        events = self.voices[line].events
        number = max(n for n, event in enumerate(events) if event.onset <= onset)
        return (line, number), (onset - events[number].onset) // self.grain

    def _words(self, start: int, end: int) -> list[tuple[Label, int]]:
        found = []
        for label in self.sheet.marks.labels:
            part, onset = _place_of(self.score, label.note)
            if part == self.part and start <= onset < end:
                found.append((label, onset))
        if self.part == 0:
            found += [(Label(-1, "*"), onset) for onset in self.sheet.asterisks if start <= onset < end]
        return found


def _measure(part: etree._Element, job: _MeasureJob, notes: NoteWriter) -> None:
    measure = job.measure
    element = child(part, "measure", number=measure.number)
    if measure.is_pickup and (job.index or measure.number == "0"):
        element.set("implicit", "yes")
    if measure.new_system:
        child(element, "print", new_system="yes")
    barlines(element, job.score, job.index, "left")
    attributes(element, job.score, job.writer, job.index, job.score.ticks_per_quarter // job.grain)
    between = job.between()
    for number, line in enumerate(job.voices):
        if number:
            child(child(element, "backup"), "duration", measure.length // job.grain)
        for place, event in enumerate(line.events):
            element.extend(between.get((number, place), []))
            notes.event(element, event, line, staves=job.staves)
    barlines(element, job.score, job.index, "right")


def _place_of(score: Score, note: int) -> tuple[int, int]:
    """The part and onset of a note; (-1, -1) where it is not on the sheet."""
    rows = score.notes.rows[score.notes["id"] == note]
    return (int(rows["part"][0]), int(rows["onset"][0])) if len(rows) else (-1, -1)


def _words(label: Label, offset: int) -> etree._Element:
    direction = etree.Element("direction", placement=label.placement)
    words = child(child(direction, "direction-type"), "words", label.text)
    if label.color:
        words.set("color", label.color.upper())
    if offset:
        child(direction, "offset", offset)
    return direction


def _grain(score: Score, sheet: Sheet, lines: list[list[VoiceLine]]) -> int:
    """The longest stretch of ticks that everything is a multiple of: one MusicXML division."""
    events = [event for measure in lines for line in measure for event in line.events]
    numbers = {number for event in events for number in (event.onset, event.duration)}
    numbers |= {number for measure in score.measures for number in (measure.onset, measure.length)}
    numbers |= {label.onset for label in score.harmonies} | set(sheet.asterisks)
    numbers |= {direction.onset for direction in score.directions}
    numbers |= {number for figured in score.figures for number in (figured.onset, figured.duration)}
    return reduce(gcd, numbers, score.ticks_per_quarter)
