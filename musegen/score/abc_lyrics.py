"""The words under ABC notes: a `w:` line as syllables, laid under the notes that were read since the last words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from musegen.score.abc_fields import plain_text

_TOKEN = re.compile(r"(?P<bar>\|)|(?P<skip>[*_])|(?P<hyphen>-)|(?P<syllable>(?:\\-|[^\s|*_\-])+)")


class Syllable(NamedTuple):
    """A syllable under a note."""

    note: int
    text: str
    syllabic: str  # as in MusicXML: single, begin, middle, end


def laid_under(words: str, notes: list[tuple[int, int]]) -> list[Syllable]:
    """The syllables of a `w:` line under notes, each given with its id and measure; what is too much is left out.

    >>> notes = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1)]
    >>> [(one.note, one.text, one.syllabic) for one in laid_under("A-men_ * so", notes)]
    [(0, 'A', 'begin'), (1, 'men', 'end'), (4, 'so', 'single')]
    """
    found: list[Syllable] = []
    place, joined = 0, False
    for kind, text, hyphen in _tokens(words):
        if kind == "bar":
            place = _next_measure(notes, place)
        elif place < len(notes):
            if kind == "syllable":
                found.append(Syllable(notes[place][0], text, _syllabic(joined, hyphen)))
                joined = hyphen
            place += 1
    return found


def _tokens(words: str) -> Iterator[tuple[str, str, bool]]:
    """Kind, text, and whether a hyphen follows; a second hyphen is a note without a syllable."""
    tokens = [(found.lastgroup or "", found[0]) for found in _TOKEN.finditer(plain_text(words))]
    hyphen_before = False
    for (kind, text), (following, _) in zip(tokens, [*tokens[1:], ("", "")], strict=True):
        if kind == "hyphen":
            if hyphen_before:
                yield "skip", "", False
            hyphen_before = True
            continue
        hyphen_before = False
        yield kind, text.replace("\\-", "-").replace("~", " "), following == "hyphen"


def _syllabic(joined: bool, hyphen: bool) -> str:
    if joined:
        return "middle" if hyphen else "end"
    return "begin" if hyphen else "single"


def _next_measure(notes: list[tuple[int, int]], place: int) -> int:
    """The first note after the measure of the note before this place."""
    if not place:
        return 0
    measure = notes[min(place, len(notes)) - 1][1]
    return next((number for number in range(place, len(notes)) if notes[number][1] > measure), len(notes))
