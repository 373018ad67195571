"""Files that come out: annotated MusicXML, MIDI, web pages, and writing them whole or not at all."""

from dataclasses import replace

import pytest
from lxml import etree

from musegen.engraving.annotate import annotate
from musegen.engraving.html import Entry, html_pages, index_page
from musegen.engraving.marks import Label, Marks
from musegen.engraving.midi import midi, playing_order
from musegen.errors import EngravingError
from musegen.score.files import read
from musegen.score.model import HarmonyLabel
from musegen.score.musicxml import read_musicxml
from musegen.score.textgrid import parse_grid
from musegen.score.whole_files import write_atomically

from .schema import faults

ORIGINALS = (
    "bach/bwv66.6",
    "schumann_robert/opus48no2",
    "corelli/opus3no1/1grave",
    "schoenberg/opus19/movement2",
    "bach/bwv846",
)


def without_marks(xml: bytes) -> bytes:
    """The document with all that `annotate` adds taken out again."""
    root = etree.fromstring(xml)
    for element in [*root.iter("harmony"), *root.iter("direction")]:
        if element.get("placement") and (element.findtext(".//words") == "mark" or element.find("numeral") is not None):
            element.getparent().remove(element)
    for note in root.iter("note"):
        note.attrib.pop("id", "")
        note.attrib.pop("color", "")
    etree.indent(root)
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("name", ORIGINALS)
def test_annotating_leaves_everything_else_as_it_was(name):
    score = read(name)
    note = int(score.notes["id"][len(score.notes) // 2])
    row = score.notes.rows[score.notes["id"] == note][0]
    label = HarmonyLabel(int(row["onset"]), "numeral", "V65/V", "G", int(row["part"]))
    late = HarmonyLabel(score.measures[2].onset + score.ticks_per_quarter // 4, "numeral", "ii6", "G", 0)
    marks = Marks(colors=((note, "#c0392b"),), labels=(Label(note, "mark"),), harmonies=(label, late))
    marked = annotate(score, marks)
    assert without_marks(marked) == without_marks(score.source.document)
    again = read_musicxml(marked)
    assert (again.notes.rows == score.notes.rows).all()
    assert dict(again.colors)[note] == "#C0392B"
    assert label in again.harmonies
    assert all(element.get("id") for element in etree.fromstring(marked).iter("note") if element.find("rest") is None)
    if not faults(score.source.document):
        assert faults(marked) == []


def test_a_score_that_has_no_document_is_written_anew():
    score = parse_grid("meter: 2/4\nS: c5 d5")
    marked = annotate(score, Marks(colors=((1, "#C0392B"),), harmonies=(HarmonyLabel(0, "numeral", "I", "C"),)))
    assert [label.text for label in read_musicxml(marked).harmonies] == ["I"]


def test_a_score_that_was_changed_is_not_annotated():
    score = read("bach/bwv66.6")
    rows = score.notes.rows.copy()
    rows["id"] += 10_000
    with pytest.raises(EngravingError, match="read the file again"):
        annotate(replace(score, notes=type(score.notes)(rows)), Marks())


def test_midi_holds_every_sounding_note_at_its_time():
    score = read("bach/bwv66.6")
    notes = score.notes.sounding()
    wanted = sorted(zip(notes["onset"].tolist(), notes["pitch"].tolist(), notes["duration"].tolist(), strict=True))
    assert sorted(midi_notes(midi(score))) == wanted


def test_repeats_sound_twice_with_their_endings():
    score = parse_grid("meter: 2/4\nS: c5 d5 | e5 f5 | g5 a5 | b5 c6 | d5 e5")
    marks = [{"repeat_start": True}, {}, {"ending": "1", "repeat_end": True}, {"ending": "2"}, {}]
    score = replace(score, measures=tuple(m._replace(**mark) for m, mark in zip(score.measures, marks, strict=True)))
    assert playing_order(score) == [0, 1, 2, 0, 1, 3, 4]
    assert len(midi_notes(midi(score, repeats=True))) == 14
    assert len(midi_notes(midi(score))) == 10


def midi_notes(data: bytes) -> list[tuple[int, int, int]]:
    """(onset, pitch, duration) of a MIDI file, by a reader of its own."""
    found, place = [], 14
    while place < len(data):
        end = place + 8 + int.from_bytes(data[place + 4 : place + 8], "big")
        place, time, sounding = place + 8, 0, {}
        while place < end:
            delta, place = _number(data, place)
            time += delta
            status = data[place]
            if status == 0xFF:
                length, after = _number(data, place + 2)
                place = after + length
            elif status & 0xF0 == 0xC0:
                place += 2
            else:
                pitch = data[place + 1]
                if status & 0xF0 == 0x90:
                    sounding.setdefault(pitch, []).append(time)
                else:
                    start = sounding[pitch].pop(0)
                    found.append((start, pitch, time - start))
                place += 3
    return found


def _number(data: bytes, place: int) -> tuple[int, int]:
    number = 0
    while True:
        number = number << 7 | data[place] & 0x7F
        place += 1
        if not data[place - 1] & 0x80:
            return number, place


def test_pages_for_printing_need_nothing_from_elsewhere():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm"/>'
    page = html_pages("Sheets <1>", [("one", drawing), ("two", [drawing, drawing])], "letter")
    assert page.count("<img") == 3
    assert "size: letter; margin: 15mm" in page
    assert "Sheets &lt;1&gt;" in page
    assert 'src="http' not in page
    assert "<script" not in page
    listing = index_page("All", [Entry("one", drawing, (("student", "a b.svg"),))], [("print", "students.html")])
    assert 'href="students.html"' in listing


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    place = tmp_path / "sheet.svg"
    write_atomically(place, b"one")
    write_atomically(place, b"two")
    assert place.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [place]
    with pytest.raises(EngravingError, match="cannot write"):
        write_atomically(tmp_path / "nowhere" / "sheet.svg", b"x")
