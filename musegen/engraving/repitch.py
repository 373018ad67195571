"""Other pitches written into an existing MusicXML file: the notes' own elements change, all else stays as it was."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from musegen.engraving.musicxml import write_musicxml
from musegen.errors import EngravingError
from musegen.score.model import Score
from musegen.score.pitch import STEPS, SpelledPitch, alter_of, octave_of, spell, step_of

_SIGNS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_BEFORE_ACCIDENTAL = {
    "grace", "cue", "chord", "pitch", "duration", "tie", "instrument", "footnote", "level", "voice", "type", "dot",
}  # fmt: skip
_LINE = "FCGDAEB"
Element = etree._Element
Line = tuple[str, str, str]
"""A place on a staff: staff, step, octave."""


def write_repitched(score: Score, changed: Score) -> bytes:
    """The MusicXML document that `score` was read from, with the pitches of `changed`, the same notes at other pitches.

    Accidentals follow: those of the changed notes, and of notes on the same line later in the measure that would now be
    read otherwise. A score without a document is written anew.

    Raises:
        EngravingError: the scores do not have the same notes, or not those of the document.
    """
    if score.source is None or not score.source.document:
        return write_musicxml(changed)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    root = etree.fromstring(score.source.document, parser)
    notes = [note for part in root.iterchildren("part") for note in part.iter("note")]
    for note, (semitones, fifths) in _moves(score, changed):
        if note >= len(notes) or notes[note].find("pitch") is None:
            raise EngravingError("the score is not the one that its document holds", hint="read the file again")
        _move(notes[note], semitones, fifths)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _moves(score: Score, changed: Score) -> Iterator[tuple[int, tuple[int, int]]]:
    """(note id, (semitones, places on the line of fifths)) of every written note that has another pitch."""
    old, new = ({int(row["id"]): row for row in item.notes.rows} for item in (score, changed))
    if old.keys() != new.keys():
        raise EngravingError("the scores do not have the same notes")
    for note, row in old.items():
        move = int(new[note]["pitch"]) - int(row["pitch"]), int(new[note]["fifths"]) - int(row["fifths"])
        if any(move):
            yield note, move


def _move(note: Element, semitones: int, fifths: int) -> None:
    """Another written pitch, as far away as the sounding one, with the accidentals that it needs."""
    pitch = note.find("pitch")
    assert pitch is not None
    before = _line_of(note)
    written = _written(pitch)
    midi, place = written.pitch + semitones, written.fifths + fifths
    octave = pitch.find("octave")
    for child in [child for child in pitch if child is not octave]:
        pitch.remove(child)
    step, alter = STEPS[int(step_of(place))], int(alter_of(place))
    pitch.insert(0, _with_text("step", step))
    if alter:
        pitch.insert(1, _with_text("alter", str(alter)))
    assert octave is not None
    octave.text = str(int(octave_of(midi, place)))
    for other in (note, *_next_on(note, before), *_next_on(note, _line_of(note))):
        _sign(other, shown=other is note)


def _written(pitch: Element) -> SpelledPitch:
    alter = round(float(pitch.findtext("alter") or 0))
    return spell(pitch.findtext("step", "C").strip(), alter, int(pitch.findtext("octave", "4")))


def _line_of(note: Element) -> Line:
    return note.findtext("staff", "1"), note.findtext("pitch/step", ""), note.findtext("pitch/octave", "")


def _on_line(measure: Element, line: Line) -> list[Element]:
    """The notes of a measure on one line of its staff, in order of time."""
    found, now, began = [], 0.0, 0.0
    for number, child in enumerate(measure):
        length = float(child.findtext("duration") or 0)
        if child.tag == "note":
            began = began if child.find("chord") is not None else now
            if _line_of(child) == line:
                found.append((began, number, child))
            now = now if child.find("chord") is not None else now + length
        elif child.tag in ("backup", "forward"):
            now += length if child.tag == "forward" else -length
    return [child for _, _, child in sorted(found, key=lambda item: item[:2])]


def _next_on(note: Element, line: Line) -> list[Element]:
    """The next note of the measure on a line after a note, if there is one."""
    measure = note.getparent()
    assert measure is not None
    order = {id(child): number for number, child in enumerate(measure)}
    return [other for other in _on_line(measure, line) if order[id(other)] > order[id(note)]][:1]


def _sign(note: Element, *, shown: bool) -> None:
    """The accidental that a note needs where it stands; one that it has and need not have goes only where `shown`."""
    alter = round(float(note.findtext("pitch/alter") or 0))
    held = any(tie.get("type") == "stop" for tie in note.iterfind("tie"))
    needed = alter != _read_as(note) and not held
    sign = note.find("accidental")
    if sign is not None and (shown or needed):
        note.remove(sign)
    elif sign is not None:
        return
    if needed:
        place = sum(child.tag in _BEFORE_ACCIDENTAL for child in note)
        note.insert(place, _with_text("accidental", _SIGNS.get(alter, "natural")))


def _read_as(note: Element) -> int:
    """How a note without an accidental is read: as the last one on its line in the measure, else by the signature."""
    measure = note.getparent()
    assert measure is not None
    line = _line_of(note)
    on_line = _on_line(measure, line)
    earlier = on_line[: next(number for number, other in enumerate(on_line) if other is note)]
    if earlier:
        return round(float(earlier[-1].findtext("pitch/alter") or 0))
    signature = _signature(measure)
    place = _LINE.index(line[1])
    return (signature - place + 6) // 7 if signature > 0 else -((-signature + place) // 7)


def _signature(measure: Element) -> int:
    """The written key signature of a measure: the last one that its part has stated."""
    found: Element | None = measure
    while found is not None:
        stated = found.findtext("attributes/key/fifths") if found.tag == "measure" else None
        if stated:
            return int(stated)
        found = found.getprevious()
    return 0


def _with_text(tag: str, text: str) -> Element:
    element = etree.Element(tag)
    element.text = text
    return element
