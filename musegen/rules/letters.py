"""Letters that a student wrote by non-chord tones: words and lyrics such as P, N or S, with their part and time."""

from __future__ import annotations

from fractions import Fraction

from lxml import etree

from musegen.score.model import Measure, Score

LETTERS = {"passing": "P", "neighbor": "N", "suspension": "S"}
"""The letter of each kind of figure, as our sheets print them."""
_NAMES = {
    "p": "P", "pt": "P", "pn": "P", "n": "N", "nt": "N", "nn": "N", "ln": "N", "un": "N", "s": "S", "sus": "S",
}  # fmt: skip
"""How people write them."""


def letters_of(score: Score) -> dict[tuple[int, int], set[str]]:
    """The letters P, N and S that stand at each (part, onset in ticks); none where the score is of no MusicXML file."""
    found: dict[tuple[int, int], set[str]] = {}
    part_of = {int(row["id"]): (int(row["part"]), int(row["onset"])) for row in score.notes.rows}
    for lyric in score.lyrics:
        _put(found, part_of.get(lyric.note), lyric.text)
    document = score.source.document if score.source else b""
    if document:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
        for number, part in enumerate(root.findall("part")):
            divisions = 1
            for content, measure in zip(part.findall("measure"), score.measures, strict=False):
                divisions = _read_measure(content, measure, number, divisions, score, found)
    return found


def _read_measure(
    content: etree._Element,
    measure: Measure,
    part: int,
    divisions: int,
    score: Score,
    found: dict[tuple[int, int], set[str]],
) -> int:
    """Put the letters of one measure of one part into `found`; what is left is how a quarter is divided there."""
    time = Fraction(0)
    for element in content:
        said = element.findtext("divisions")
        divisions = int(said) if said and said.strip().isdigit() and int(said) else divisions
        if element.tag == "direction":
            at = time + _number(element.findtext("offset"))
            onset = measure.onset + int(at / divisions * score.ticks_per_quarter)
            for words in element.iter("words"):
                _put(found, (part, onset), words.text or "")
        length = Fraction(0) if element.find("chord") is not None else _number(element.findtext("duration"))
        if element.tag in ("note", "forward", "backup"):
            time += -length if element.tag == "backup" else length
    return divisions


def _put(found: dict[tuple[int, int], set[str]], place: tuple[int, int] | None, words: str) -> None:
    name = _NAMES.get(words.strip(" .()").lower())
    if place and name:
        found.setdefault(place, set()).add(name)


def _number(text: str | None) -> Fraction:
    try:
        return Fraction(text.strip()) if text else Fraction(0)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)
