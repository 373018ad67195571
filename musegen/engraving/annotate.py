"""Writing onto an existing MusicXML file: its own tree is marked, and everything else in it stays as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from lxml import etree

from musegen.engraving.arrangement import printed_names
from musegen.engraving.harmony_xml import child, harmony_element
from musegen.engraving.ink import legal
from musegen.engraving.marks import Badge, Label, Marks, Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import EngravingError
from musegen.score.model import HarmonyLabel, Score

_FOOT = {"default-x": "70", "default-y": "60", "font-size": "8", "justify": "left", "valign": "bottom"}
_BEFORE_NOTES = ("print", "attributes", "barline", "sound", "listening", "grouping", "link", "bookmark")


def annotate(score: Score, marks: Marks) -> bytes:
    """The MusicXML document that `score` was read from, with marks added: colours, words, harmony labels, note ids.

    Slurs, dynamics, layout and all else stay untouched. A score without a document is written anew. A badge is its
    number in its shape over the note; the legend is credit words. Lines between notes are for pictures only.

    Raises:
        EngravingError: the score was changed since it was read, so that its notes are not those of the document.
    """
    if score.source is None or not score.source.document:
        labelled = replace(score, harmonies=(*score.harmonies, *marks.harmonies))
        written = write_musicxml(labelled, sheet=Sheet(marks=marks, final_barline=False))
        return _with_badges(written, printed_names(labelled), marks.badges) if marks.badges else written
    root = _tree(score.source.document)
    marker = _Marker(score, root)
    marker.name_notes()
    for note, color in marks.colors:
        marker.note(note).set("color", color.upper())
    for label in marks.labels:
        marker.words(label)
    for badge in marks.badges:
        if badge.note >= 0:
            _number(marker.note(badge.note), badge)
    _legend(root, marks.badges)
    for harmony in sorted(marks.harmonies):
        marker.harmony(harmony)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def note_lines(score: Score) -> dict[str, int]:
    """The line of its file on which each note stands, by the note's name; none where the file is no plain MusicXML."""
    source = score.source
    if source is None or not source.document or hashlib.sha256(source.document).hexdigest() != source.digest:
        return {}
    elements = _Marker(score, _tree(source.document)).notes
    lines = {score.note_name(note): elements[note].sourceline for note in score.notes["id"].tolist()}
    return {name: line for name, line in lines.items() if line is not None}


def _tree(document: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(document, parser)


class _Marker:
    """Finds the elements of a document that belong to notes and moments of its score."""

    def __init__(self, score: Score, root: etree._Element) -> None:
        self.score = score
        self.notes = [note for part in root.iterchildren("part") for note in part.iter("note")]
        self.parts = list(root.iterchildren("part"))
        self.rows = {int(row["id"]): row for row in score.notes.rows}
        self.used = {note.get("id") for note in self.notes}
        if self.rows and max(self.rows) >= len(self.notes):
            raise EngravingError("the score is not the one that its document holds", hint="read the file again")
        self.homes = [list(part.iterchildren("measure")) for part in self.parts]

    def note(self, note: int) -> etree._Element:
        """The element of a note."""
        if note not in self.rows:
            raise EngravingError(f"there is no note {note} in the score")
        return self.notes[note]

    def name_notes(self) -> None:
        """Gives an id to every note that has none."""
        for note, name in printed_names(self.score).items():
            element = self.notes[note]
            if element.get("id") is None and name not in self.used:
                element.set("id", name)

    def words(self, label: Label) -> None:
        """A `<direction>` before a note."""
        note = self.note(label.note)
        direction = etree.Element("direction", placement=label.placement)
        words = child(child(direction, "direction-type"), "words", label.text)
        if label.color:
            words.set("color", label.color.upper())
        staff = note.findtext("staff")
        if staff:
            child(direction, "staff", staff)
        _insert_before(_first_of_chord(note), direction)

    def harmony(self, label: HarmonyLabel) -> None:
        """A `<harmony>` at its moment: before the note that begins there, else before an earlier one with an offset."""
        index = self.score.measure_index_at(label.onset)
        measure = self.homes[label.part][index]
        staff = label.staff if len(self.score.parts[label.part].clefs) > 1 else 0
        note = self._note_at(label)
        if note is not None:
            _insert_before(_first_of_chord(note), harmony_element(label, offset=0, staff=staff))
            return
        offset = Fraction(label.onset - self.score.measures[index].onset, self.score.ticks_per_quarter)
        divisions = offset * self._divisions(label.part, index)
        written = float(divisions) if 1000 % divisions.denominator == 0 else round(divisions)
        element = harmony_element(label, offset=0, staff=0)
        if written:
            child(element, "offset", f"{written:g}")
        if staff:
            child(element, "staff", staff)
        place = next((n for n, one in enumerate(measure) if one.tag not in _BEFORE_NOTES), len(measure))
        measure.insert(place, element)

    def _note_at(self, label: HarmonyLabel) -> etree._Element | None:
        rows = self.score.notes.rows
        here = rows[(rows["part"] == label.part) & (rows["onset"] == label.onset) & (rows["duration"] > 0)]
        chosen = sorted(here, key=lambda row: (int(row["staff"]) != label.staff, int(row["id"])))
        return self.notes[int(chosen[0]["id"])] if chosen else None

    def _divisions(self, part: int, index: int) -> int:
        found = 1
        for number in range(index + 1):
            for element in self.homes[part][number].iterfind("attributes/divisions"):
                found = int(float(element.text or 1))
        return found


def _with_badges(document: bytes, names: dict[int, str], badges: Sequence[Badge]) -> bytes:
    """A document of our own writing, whose notes are known by their ids, with badges."""
    root = etree.fromstring(document)
    notes = {note.get("id"): note for note in root.iter("note")}
    for badge in badges:
        if badge.note in names:
            _number(notes[names[badge.note]], badge)
    _legend(root, badges)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _number(note: etree._Element, badge: Badge) -> None:
    """A number in its shape over a note; the numbers of one note stand in their order."""
    direction = etree.Element("direction", placement="above")
    words = child(child(direction, "direction-type"), "words", str(badge.number))
    for name, look in (("font-weight", "bold"), ("color", badge.color.upper()), ("enclosure", badge.shape)):
        words.set(name, look)
    for name in ("voice", "staff"):
        value = note.findtext(name)
        if value:
            child(direction, name, value)
    _insert_before(_first_of_chord(note), direction)


def _legend(root: etree._Element, badges: Sequence[Badge]) -> None:
    """What the numbers mean, at the foot of the first page."""
    if not badges:
        return
    credit = etree.Element("credit", page="1")
    text = "\n".join(f"{badge.number}  {legal(badge.text)}" for badge in badges)
    words = child(credit, "credit-words", text)
    for name, place in _FOOT.items():
        words.set(name, place)
    list_of_parts = root.find("part-list")
    if list_of_parts is not None:
        _insert_before(list_of_parts, credit)


def _first_of_chord(note: etree._Element) -> etree._Element:
    """The first note of the chord that a note belongs to."""
    while note.find("chord") is not None:
        before = note.getprevious()
        while before is not None and before.tag != "note":
            before = before.getprevious()
        if before is None:
            break
        note = before
    return note


def _insert_before(place: etree._Element, element: etree._Element) -> None:
    parent = place.getparent()
    assert parent is not None
    parent.insert(parent.index(place), element)
