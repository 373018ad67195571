"""The MusicXML reader: bytes in, a Score out, with everything that musegen models and the document itself kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from math import lcm

import numpy as np
import numpy.typing as npt
from lxml import etree

from musegen.errors import MalformedScore, ScoreError
from musegen.score.limits import MAX_MEASURES, MAX_TICKS_PER_QUARTER
from musegen.score.measure_grid import shared_measures
from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.model import (
    TREBLE,
    Drum,
    FiguredBass,
    HarmonyLabel,
    Lyric,
    Measure,
    Metadata,
    Notice,
    Part,
    Score,
    Source,
)
from musegen.score.musicxml_attributes import Transposition, child_text
from musegen.score.musicxml_directions import placed_directions
from musegen.score.musicxml_labels import label_order
from musegen.score.musicxml_notes import Heard
from musegen.score.musicxml_part import PartReader
from musegen.score.musicxml_repeats import written_out
from musegen.score.musicxml_source import parse_document
from musegen.score.musicxml_time import Clock
from musegen.score.percussion import drum_of
from musegen.score.table import NOTE_DTYPE, NoteTable

METADATA_FIELDS = ("date", "place", "genre")
"""What MusicXML has no element for: the names of its miscellaneous fields."""
_FIELDS = "identification/miscellaneous/miscellaneous-field"
_FILE_NAME = re.compile(r"\.(mxl|xml|musicxml)$")  # exporters put it where there is no title
READER_VERSION = 7
"""Raised whenever the same file would give another Score: caches are kept by it."""


def read_musicxml(data: bytes, *, path: str = "", digest: str = "") -> Score:
    """The score of a MusicXML document (unzipped).

    A row's id is the number of its `<note>` element in document order over the whole file, rests and grace notes
    counted; `source.document` is the document that these numbers count in: measures under a repeat sign written out.

    Raises:
        MalformedScore: it contradicts itself; names the measure and beat.
        UnreadableFile: it is not MusicXML.
    """
    try:
        root, document = parse_document(data)
        _check_parts(root)
        document, repeated = written_out(root, document)
        readers, ticks_per_quarter = _read_parts(root)
        measures, notices = shared_measures([reader.facts for reader in readers], ticks_per_quarter)
    except ScoreError as error:
        raise error.at(path) from None
    source = Source(path, "musicxml", digest, document)
    return _assemble(root, readers, measures, (*repeated, *notices), ticks_per_quarter, source)


def _read_parts(root: etree._Element) -> tuple[list[PartReader], int]:
    """All parts, on a grid fine enough for every duration in them."""
    grid = TICKS_PER_QUARTER
    clock = Clock(grid)
    readers = _walk(root, clock)
    if clock.needed:
        grid = lcm(grid, *(grid * denominator for denominator in clock.needed))
        if grid > MAX_TICKS_PER_QUARTER:
            raise MalformedScore("the durations fit no common grid", hint="export the score again")
        readers = _walk(root, Clock(grid))
    return readers, grid


def _walk(root: etree._Element, clock: Clock) -> list[PartReader]:
    readers: list[PartReader] = []
    heard = Heard()
    next_id = 0
    measures = 0
    kits = _kits(root)
    for number, part in enumerate(root.iterchildren("part")):
        measures += len(part)
        if measures > MAX_MEASURES:
            raise MalformedScore(f"the score has more than {MAX_MEASURES} measures", hint="split it into movements")
        reader = PartReader(number, clock, heard, next_id)
        reader.notes.keys = {name: key for name, (key, _) in kits.get(part.get("id", ""), {}).items()}
        reader.read(part)
        next_id = reader.notes.next_id
        readers.append(reader)
    _check_lengths(readers)
    return readers


def _assemble(
    root: etree._Element,
    readers: Sequence[PartReader],
    measures: tuple[Measure, ...],
    notices: tuple[Notice, ...],
    ticks_per_quarter: int,
    source: Source,
) -> Score:
    onsets = np.array([measure.onset for measure in measures], dtype=np.int64)
    notes = _note_table(readers, onsets)
    names, doubled = _unique_names([pair for reader in readers for pair in reader.notes.names])
    if doubled:
        notices += (Notice(f"the note id {doubled} is used twice and was dropped the second time"),)
    return Score(
        notes,
        measures,
        _parts(root, readers),
        harmonies=_harmonies(readers, onsets),
        figures=_figures(readers, onsets),
        lyrics=tuple(Lyric(*lyric) for reader in readers for lyric in reader.notes.lyrics),
        note_names=names,
        colors=tuple(pair for reader in readers for pair in reader.notes.colors),
        metadata=_metadata(root),
        ticks_per_quarter=ticks_per_quarter,
        directions=placed_directions([reader.directions for reader in readers], measures),
        source=source,
        notices=notices + tuple(notice for reader in readers for notice in reader.notes.notices),
    )


def _note_table(readers: Sequence[PartReader], onsets: npt.NDArray[np.int64]) -> NoteTable:
    heard = readers[0].notes.heard
    rows = [row for reader in readers for row in reader.notes.rows]
    onset, duration, sound, measure, flags, number = _columns(rows, 6)
    pitch, fifths, staff, voice = _columns(heard.sounds, 4)[:, sound]
    table = np.empty(len(onset), dtype=NOTE_DTYPE)
    table["onset"], table["duration"], table["measure_index"] = onset + onsets[measure], duration, measure
    table["pitch"], table["fifths"], table["flags"], table["id"] = pitch, fifths, flags, number
    table["part"] = part = np.repeat(np.arange(len(readers)), [len(reader.notes.rows) for reader in readers])
    table["staff"] = staff
    table["voice"] = _voice_numbers(readers)[part, voice]
    return NoteTable(table).ordered()


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> npt.NDArray[np.int64]:
    return np.fromiter(chain.from_iterable(rows), np.int64, width * len(rows)).reshape(-1, width).T


def _voice_numbers(readers: Sequence[PartReader]) -> npt.NDArray[np.int16]:
    """(part, voice as heard): 1, 2, ... in the order of the names in the part, numbers by size; no name is `1`."""
    names = [(name or "1").strip() for name in readers[0].notes.heard.voices]
    numbers = np.zeros((len(readers), len(names)), dtype=np.int16)
    for reader in readers:
        there = {names[voice]: voice for voice in reader.notes.voices}
        rank = {name: number for number, name in enumerate(sorted(there, key=_voice_order), start=1)}
        numbers[reader.number] = [rank.get(name, 0) for name in names]
    return numbers


def _voice_order(name: str) -> tuple[bool, int, str, str]:
    """Numbers first, by size: of more digits than any count of voices has, by their digits."""
    digits = name.lstrip("0") if name.isdecimal() else ""
    return not name.isdecimal(), len(digits), digits, name


def _parts(root: etree._Element, readers: Sequence[PartReader]) -> tuple[Part, ...]:
    kits = _kits(root)
    stated = {element.get("id", ""): element for element in root.iterfind("part-list/score-part")}
    parts = []
    for element, reader in zip(root.iterchildren("part"), readers, strict=True):
        head = stated[element.get("id", "")]
        transposition = reader.first_transposition or Transposition()
        clefs = tuple(reader.clefs.get(staff, TREBLE) for staff in range(1, reader.notes.staves + 1))
        name, short = (" ".join((child_text(head, tag) or "").split()) for tag in ("part-name", "part-abbreviation"))
        transposed = (transposition.steps, transposition.semitones)
        has_kit = reader.notes.struck or any(clef.sign == "percussion" for clef in clefs)
        kit = _kit(kits.get(element.get("id", ""), {}), reader.notes.struck) if has_kit else ()
        parts.append(Part(element.get("id", ""), name, short, clefs, transposed, _midi_program(head), kit))
    return tuple(parts)


def _kits(root: etree._Element) -> dict[str, dict[str, tuple[int, str]]]:
    """The keys and names of drums by their ids, part by part, of those that state their keys."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for part in root.iterfind("part-list/score-part"):
        names = {one.get("id", ""): child_text(one, "instrument-name") or "" for one in part.iter("score-instrument")}
        for one in part.iter("midi-instrument"):
            text = child_text(one, "midi-unpitched") or ""
            if re.fullmatch(r"\d{1,3}", text, re.ASCII) and 1 <= int(text) <= 128:
                name = one.get("id", "")
                found.setdefault(part.get("id", ""), {})[name] = (int(text) - 1, names.get(name, ""))
    return found


def _kit(keys: dict[str, tuple[int, str]], struck: dict[int, tuple[int, str]]) -> tuple[Drum, ...]:
    """The drums of a part; those that are not struck stand where they usually do."""
    named: dict[int, str] = {}
    for key, name in keys.values():
        named.setdefault(key, name)
    usual = {key: drum_of(key) for key in named}
    places = {key: struck.get(key, (usual[key].place, usual[key].head)) for key in named}
    return tuple(Drum(key, named[key], *places[key]) for key in sorted(named))


def _midi_program(head: etree._Element) -> int:
    text = (head.findtext("midi-instrument/midi-program") or "").strip()
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) and 1 <= int(text) <= 128 else 0


def _harmonies(readers: Sequence[PartReader], onsets: npt.NDArray[np.int64]) -> tuple[HarmonyLabel, ...]:
    found = [
        HarmonyLabel(int(onsets[label.measure_index]) + label.onset, *label[2:])
        for reader in readers
        for label in reader.labels
    ]
    return tuple(sorted(found, key=label_order))


def _figures(readers: Sequence[PartReader], onsets: npt.NDArray[np.int64]) -> tuple[FiguredBass, ...]:
    return tuple(
        FiguredBass(int(onsets[one.measure_index]) + one.onset, one.duration, one.figures, reader.number, one.staff)
        for reader in readers
        for one in reader.figures
    )


def _unique_names(pairs: list[tuple[int, str]]) -> tuple[tuple[tuple[int, str], ...], str]:
    """Note ids without repetitions, and the first that was repeated."""
    seen: dict[str, int] = {}
    doubled = ""
    for number, name in pairs:
        if seen.setdefault(name, number) != number:
            doubled = doubled or name
    return tuple((number, name) for name, number in seen.items()), doubled


def _metadata(root: etree._Element) -> Metadata:
    people: dict[str, str] = {}
    for creator in root.iterfind("identification/creator"):
        if creator.text and creator.text.strip():
            people.setdefault((creator.get("type") or "composer").lower(), creator.text.strip())
    title = root.findtext("work/work-title") or root.findtext("movement-title") or _credited_title(root)
    title = "" if _FILE_NAME.search(title) else title.strip()
    fields = {one.get("name", ""): (one.text or "").strip() for one in root.iterfind(_FIELDS)}
    return Metadata(
        title,
        people.get("composer", ""),
        people.get("lyricist", people.get("poet", "")),
        _texts(root, "rights"),
        editor=people.get("editor", ""),
        edition=_texts(root, "source"),
        **{name: fields.get(name, "") for name in METADATA_FIELDS},
    )


def _texts(root: etree._Element, tag: str) -> str:
    return "; ".join((element.text or "").strip() for element in root.iterfind(f"identification/{tag}"))


def _credited_title(root: etree._Element) -> str:
    for credit in root.iterfind("credit"):
        if child_text(credit, "credit-type") == "title":
            return child_text(credit, "credit-words") or ""
    return ""


def _check_parts(root: etree._Element) -> None:
    """Every part is listed once, is there once, and has as many measures as the others."""
    part_list = root.find("part-list")
    listed = [] if part_list is None else [one.get("id", "") for one in part_list.iterchildren("score-part")]
    there = [element.get("id", "") for element in root.iterchildren("part")]
    if not there:
        raise MalformedScore("the score has no parts")
    for name, times in Counter(listed).items():
        if times > 1:
            raise MalformedScore(f"the part list names part `{name}` {times} times", hint="give each part its own id")
    for name, times in Counter(there).items():
        if times > 1:
            raise MalformedScore(f"two parts have the id `{name}`", hint="give each part its own id")
        if name not in listed:
            raise MalformedScore(f"part `{name}` is not in the part list")
    missing = [name for name in listed if name not in there]
    if missing:
        raise MalformedScore(f"part `{missing[0]}` is listed but not there")


def _check_lengths(readers: Sequence[PartReader]) -> None:
    counts = [len(reader.facts) for reader in readers]
    if len(set(counts)) > 1:
        told = ", ".join(f"part {number}: {count}" for number, count in enumerate(counts[:6], start=1))
        raise MalformedScore(f"the parts have different numbers of measures ({told})")
    if not counts[0]:
        raise MalformedScore("the score has no measures")
