"""Words of our own sheets read back: names of cadences, letters of non-chord tones, asterisks of a student's sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from musegen.engraving.marks import Label, Where
from musegen.score.model import Score

_STAR = "*"
_WORDS = "direction-type/words"


class OwnWords(NamedTuple):
    """What a sheet of ours says besides its notes, for drawing it again."""

    labels: tuple[Label, ...] = ()
    asterisks: tuple[int, ...] = ()  # onsets, in ticks


class _Found(NamedTuple):
    part: int
    onset: int  # ticks
    text: str
    is_above: bool
    color: str


def own_words(score: Score) -> OwnWords:
    """The labels and asterisks of a MusicXML document that musegen wrote; nothing of any other score.

    A single letter belongs to the upper voice of its staff where it is above it, else to the lower one.
    """
    if score.source is None or not score.source.document:
        return OwnWords()
    root = etree.fromstring(score.source.document, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.findtext("identification/encoding/software") != "musegen":
        return OwnWords()
    found = list(_found(score, root))
    labels = (_label(score, one) for one in found if one.text != _STAR)
    stars = sorted({one.onset for one in found if one.text == _STAR})
    return OwnWords(tuple(label for label in labels if label is not None), tuple(stars))


def _found(score: Score, root: etree._Element) -> Iterator[_Found]:
    """All words with the moments that they stand at: where the next note begins, and an offset."""
    onsets = {int(row["id"]): int(row["onset"]) for row in score.notes.rows}
    numbers = {note: number for number, note in enumerate(root.iterfind("part/measure/note"))}
    for number, part in enumerate(root.iterfind("part")):
        division = score.ticks_per_quarter / float(part.findtext("measure/attributes/divisions") or 1)
        for direction in part.iterfind("measure/direction"):
            note = next(direction.itersiblings("note"), None)
            words = direction.find(_WORDS)
            onset = None if note is None else onsets.get(numbers[note])
            if words is not None and words.text and onset is not None and direction.find("sound") is None:
                at = onset + round(float(direction.findtext("offset") or 0) * division)
                is_above = direction.get("placement") != "below"
                yield _Found(number, at, words.text, is_above, words.get("color", ""))


def _label(score: Score, one: _Found) -> Label | None:
    """The words on the note that begins there: of the upper voice for words above, of the lower one for those below."""
    rows = score.notes.rows
    here = rows[(rows["part"] == one.part) & (rows["onset"] == one.onset) & (rows["duration"] > 0)]
    if not len(here):
        return None
    order = sorted(here, key=lambda row: (int(row["staff"]), int(row["voice"]), -int(row["pitch"])))
    note = int(order[0 if one.is_above else -1]["id"])
    sides: tuple[Where, Where] = ("over", "under") if len(one.text) == 1 else ("above", "below")
    return Label(note, one.text, sides[not one.is_above], one.color)
