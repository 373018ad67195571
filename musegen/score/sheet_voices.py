"""The four voices of an exercise sheet: by staff and voice number, so that a voice that is silent is known by name."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from lxml import etree

from musegen.score.dealing import has_chords
from musegen.score.model import Score
from musegen.score.table import NoteTable

_DECLARED = re.compile(rb"""<miscellaneous-field\s+name\s*=\s*["']musegen-sheet["']""")
_HEAD_BYTES = 1 << 16
_VOICES = 4

Lines = npt.NDArray[np.int16]


def is_sheet(score: Score) -> bool:
    """Whether a score is an answer to an exercise of ours, as its file or whoever holds it says."""
    document = score.source.document if score.source else b""
    return score.four_voices or bool(_DECLARED.search(document[:_HEAD_BYTES]))


def sheet_lines(score: Score, notes: NoteTable) -> Lines | None:
    """The line of every sounding note of a sheet, 0 the soprano to 3 the bass; None where it is written otherwise.

    Two staves hold two voices each, the smaller number above; one that is alone is the upper where its number is odd
    (1 and 2; another program may call the lower staff's 3 and 4, or 5 and 6). Four staves hold one voice each. A line
    may be empty.

    >>> from musegen.score.textgrid import parse_grid
    >>> grid = parse_grid("meter: 2/4\\nS: c5 d5\\nA: r .\\nT: g3 .\\nB: c3 .")
    >>> sheet_lines(grid, grid.notes.sounding()).tolist()
    [0, 2, 3, 0]
    """
    staves = [(part, staff) for part, known in enumerate(score.parts) for staff in range(1, len(known.clefs) + 1)]
    if len(staves) not in (2, _VOICES):
        return None
    room = _VOICES // len(staves)
    line = np.full(len(notes), -1, dtype=np.int16)
    for number, (part, staff) in enumerate(staves):
        rows = np.flatnonzero((notes["part"] == part) & (notes["staff"] == staff))
        voices = np.unique(notes["voice"][rows]).astype(int).tolist()
        if len(voices) > room or any(has_chords(notes, rows[notes["voice"][rows] == voice]) for voice in voices):
            return None
        alone = len(voices) == 1 < room and _is_lower(score, part, staff, voices[0])
        line[rows] = room * number + (np.searchsorted(voices, notes["voice"][rows]) + alone if voices else 0)
    return line if (line >= 0).all() and _in_order(notes, line) else None


def _is_lower(score: Score, part: int, staff: int, voice: int) -> bool:
    """Whether the only voice of a staff is its lower one: by the number in the file, where there is one."""
    written = _only_voices(score.source.document) if score.source and score.source.document else {}
    return written.get((part, staff), voice) % 2 == 0


@lru_cache(maxsize=4)
def _only_voices(document: bytes) -> dict[tuple[int, int], int]:
    """(part, staff): the number that the first note of the staff gives its voice, where that is one."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    found: dict[tuple[int, int], int] = {}
    for part, element in enumerate(etree.fromstring(document, parser).findall("part")):
        for note in element.iterfind("measure/note"):
            voice, staff = note.findtext("voice", "1").strip(), note.findtext("staff", "1").strip()
            if note.find("pitch") is not None and voice.isdecimal() and staff.isdecimal() and len(voice + staff) < 9:
                found.setdefault((part, int(staff)), int(voice))
    return found


def _in_order(notes: NoteTable, line: Lines) -> bool:
    """Every line that sounds lies, on the whole, over the next."""
    heights = [float(notes["pitch"][line == number].mean()) for number in range(_VOICES) if (line == number).any()]
    return all(upper > lower for upper, lower in pairwise(heights))
