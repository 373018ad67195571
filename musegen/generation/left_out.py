"""What of a score does not come back with its setting, as notices: nothing that was given is lost without a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import numpy as np

from musegen.generation.conditions import Condition
from musegen.generation.melody import written_rows
from musegen.score.line_choice import FOUR_PARTS, named_voice
from musegen.score.model import Notice, Score
from musegen.score.table import NoteTable
from musegen.score.voices import Voices, assign_voices

_SIGNS = {
    "slur": "slurs", "dynamics": "dynamics", "wedge": "hairpins", "articulations": "articulations",
    "ornaments": "ornaments", "technical": "fingerings and the like", "metronome": "tempo marks",
    "words": "words over the staves", "rehearsal": "rehearsal marks", "octave-shift": "octave lines",
    "pedal": "pedal marks", "extend": "extenders of syllables",
}  # fmt: skip
"""What a setting has none of, by the elements of MusicXML."""
_ELEMENT = re.compile(rb"<([a-z-]{1,20})[\s/>]")
_WORDS = dict(zip(FOUR_PARTS, ("soprano", "alto", "tenor", "bass"), strict=True))


def left_out(source: Score, condition: Condition, setting: Score, kept: Collection[int]) -> tuple[Notice, ...]:
    """A notice for each kind of thing that a setting of a score lacks, though it was not left to be set anew.

    Of a melody alone only figures are looked at: that the parts below its top line are not kept is what was asked for.

    Args:
        source: what was given.
        condition: what of it was left to be set.
        setting: what came back.
        kept: ids of the notes of the source that the setting has.

    >>> from musegen.generation.conditions import Left
    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("meter: 2/4\\nS: c5 d5\\nA: g4 g4\\nT: e4 d4\\nB: c3 b2")
    >>> kept = tune.notes["id"][tune.notes["pitch"] != 47].tolist()
    >>> [told.message for told in left_out(tune, Condition(left=Left(("A",))), tune, kept)]
    ['beat 2: a note of B is not kept; of what sounds at once in a part, one note a voice is']
    """
    figures = () if setting.figures or not source.figures else (Notice("its figures are not kept: no bass is given"),)
    if condition.left is None:
        return figures
    voices = assign_voices(source)
    return (*figures, *_notes(source, condition, voices, kept), *_exchanged(source, condition, voices), *_signs(source))


def _notes(source: Score, condition: Condition, voices: Voices, kept: Collection[int]) -> Iterator[Notice]:
    """Parts that are gone, and notes that are missing in the others."""
    notes = source.notes
    lost = ~np.isin(notes["id"], list(kept)) & ~_set_anew(source, condition, voices)
    for number, part in enumerate(source.parts):
        here = notes["part"] == number
        name, gone = part.name or f"part {number + 1}", notes.where(lost & here)
        if not len(gone):
            continue
        if len(gone) == np.count_nonzero(here):
            yield Notice(f"{name} is not kept: a setting has soprano, alto, tenor and bass")
            continue
        place = source.place(int(gone["onset"].min()))
        many = "a note" if len(gone) == 1 else f"{len(gone)} notes, this one first,"
        told = f"{many} of {name} {'is' if len(gone) == 1 else 'are'} not kept"
        yield Notice(f"beat {place.beat}: {told}; of what sounds at once in a part, one note a voice is", place.measure)


def _set_anew(source: Score, condition: Condition, voices: Voices) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which written notes stand where the condition leaves something to be set."""
    left, notes = condition.left, source.notes
    assert left is not None, "the caller has looked"
    found = np.zeros(len(notes), dtype=bool)
    if len(voices.names) == len(FOUR_PARTS):
        for line, letter in enumerate(FOUR_PARTS):
            if letter in left.voices:
                found |= written_rows(notes, _line(voices, line))
    inside = [not left.measures or measure.number in left.measures for measure in source.measures]
    return np.asarray(found & np.array(inside, dtype=bool)[notes["measure_index"]])


def _line(voices: Voices, line: int) -> NoteTable:
    return voices.notes.where(voices.line == line)


def _exchanged(source: Score, condition: Condition, voices: Voices) -> Iterator[Notice]:
    """Parts whose names say another voice than the one that they come back as."""
    assert condition.left is not None, "the caller has looked"
    given = [letter for letter in FOUR_PARTS if letter not in condition.left.voices]
    sung = FOUR_PARTS if len(voices.names) == len(FOUR_PARTS) else given
    for line, letter in enumerate(sung[: len(voices.names)]):
        rows = np.flatnonzero(voices.line == line)
        named = named_voice(source, voices.notes, rows)
        if named and named != letter:
            name = source.parts[int(voices.notes["part"][rows[0]])].name
            yield Notice(f"{name} comes back as the {_WORDS[letter]}: voices are told apart by how high they lie")


def _signs(source: Score) -> Iterator[Notice]:
    document = source.source.document.replace(b"\0", b"") if source.source else b""
    found = {name.decode() for name in _ELEMENT.findall(document)}
    signs = [words for name, words in _SIGNS.items() if name in found]
    if signs:
        listed = f"{', '.join(signs[:-1])} and {signs[-1]}" if len(signs) > 1 else signs[0]
        yield Notice(f"{listed} are not kept")
