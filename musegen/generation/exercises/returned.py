"""Answers that come back: what their sheet asked for, read from its manifest and from the student's sheet beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from musegen.errors import ScoreError, UnreadableFile, UsageError
from musegen.generation.exercises.entries import Entry
from musegen.generation.exercises.manifest import phrase_ends
from musegen.rules.findings import beat_text
from musegen.rules.grading import Assignment, place_of_slot
from musegen.rules.packs import Pack
from musegen.score.files import read
from musegen.score.model import Place, Score
from musegen.score.table import NoteTable
from musegen.theory.form.phrases import top_line
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral


def assignment(entry: Entry, answer: Score, pack: Pack, folder: str) -> Assignment:
    """What a sheet asks for, laid on an answer; `folder` is that of the manifest, where the student's sheet lies.

    Raises:
        UnreadableFile: the manifest does not say what the sheet asks for, or the answer lacks its measures.
    """
    asked, kinds = entry.slots, [phrase.cadence for phrase in entry.phrases]
    if entry.scheme is None or asked is None or not all(kinds):
        lacks = "mark_scheme" if entry.scheme is None else "numerals" if asked is None else "cadence"
        told = f"it does not say what {entry.name} asks for: `{lacks}` is missing"
        raise UnreadableFile(told, file=entry.manifest, hint="make the exercise again")
    onsets = _onsets(answer, asked)
    slots = tuple(dict.fromkeys(onsets))
    ends = _onsets(answer, [phrase.place for phrase in entry.phrases])
    return Assignment(
        entry.name, pack, entry.scheme, slots, phrase_ends(entry, answer), tuple(zip(ends, kinds, strict=True)),
        _melody(entry, folder), tuple(_chords(entry, onsets)),
    )  # fmt: skip


def _chords(entry: Entry, onsets: Iterable[int]) -> Iterator[tuple[int, tuple[Key, Numeral]]]:
    """The chords of our own answer: one way to read a chord that was asked for."""
    for onset, (key_name, figure) in zip(onsets, entry.chords, strict=True):
        with suppress(UsageError):
            key = Key.parse(key_name)
            yield onset, (key, parse_numeral(figure, minor=key.minor))


def _onsets(answer: Score, places: Iterable[Place]) -> tuple[int, ...]:
    found = []
    for place in places:
        onset = place_of_slot(answer, place)
        if onset is None:
            told = f"it has no measure {place.measure} with a beat {beat_text(place.beat)}"
            raise UnreadableFile(f"{told}, where the exercise asks for a chord")
        found.append(onset)
    return tuple(found)


def _melody(entry: Entry, folder: str) -> NoteTable | None:
    """The melody of the student's sheet; None where the sheet is not beside its manifest any more."""
    sheet = next((name for name in entry.student if name.endswith(".musicxml")), "")
    path = os.path.join(folder, os.path.basename(sheet))
    if not sheet or not os.path.isfile(path):
        return None
    try:
        return top_line(read(path))
    except ScoreError:
        return None
