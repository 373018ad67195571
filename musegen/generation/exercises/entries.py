"""What a manifest says of its sheets, checked key by key as it is read: later code meets no wrong type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from musegen.errors import UnreadableFile
from musegen.rules.plain_numbers import plain_number
from musegen.score.model import Place

_LONGEST_TEXT = 200
_MOST_MARKS = 1000
_MOST_ROWS = 10_000


class PhraseEnd(NamedTuple):
    """The last chord of a phrase: where it begins, for how many quarters it sounds, and which cadence it makes."""

    place: Place
    quarters: Fraction
    cadence: str  # empty where the manifest does not say


@dataclass(frozen=True)
class Entry:
    """What a manifest says of one sheet. None, and an empty pack: it does not say."""

    manifest: str
    name: str
    pack: str
    phrases: tuple[PhraseEnd, ...]
    slots: tuple[Place, ...] | None  # where a chord is asked for
    scheme: Mapping[str, float] | None  # marks by aspect
    student: tuple[str, ...]  # the files of the student's sheet
    chords: tuple[tuple[str, str], ...] = ()  # of our answer at these places: key and numeral; empty texts for none


def read_entry(content: Any, manifest: str, number: int = 0) -> Entry:
    """A sheet's entry; `number` is its place in the manifest, for messages.

    Raises:
        UnreadableFile: a key is missing or has a value of a wrong kind; names the manifest and the key.

    >>> read_entry({"name": "a", "phrases": [{}]}, "manifest.json")
    Traceback (most recent call last):
    musegen.errors.UnreadableFile: manifest.json: `sheets[0].phrases[0].end` is missing; make the exercise again
    """
    sheet = _Table(content, manifest, f"sheets[{number}]").checked()
    files = sheet.table("files") if "files" in content else None
    return Entry(
        manifest,
        sheet.text("name"),
        sheet.text("pack") if "pack" in content else "",
        tuple(_phrase_end(phrase) for phrase in sheet.tables("phrases")),
        tuple(_place(numeral) for numeral in sheet.tables("numerals")) if "numerals" in content else None,
        {row.text("for"): row.marks("marks") for row in sheet.tables("mark_scheme")}
        if "mark_scheme" in content
        else None,
        tuple(files.texts("student")) if files and "student" in files.content else (),
        tuple(_chord(numeral) for numeral in sheet.tables("numerals")) if "numerals" in content else (),
    )


def _chord(table: _Table) -> tuple[str, str]:
    key, numeral = (table.text(name) if name in table.content else "" for name in ("key", "numeral"))
    return key, numeral


def _phrase_end(phrase: _Table) -> PhraseEnd:
    end = phrase.table("end")
    return PhraseEnd(_place(end), end.number("quarters"), phrase.text("cadence") if "cadence" in phrase.content else "")


def _place(table: _Table) -> Place:
    beat = table.number("beat")
    if beat < 1:
        raise table.fault("beat", "must be 1 or more")
    return Place(table.text("measure"), beat)


class _Table(NamedTuple):
    """An object of the manifest, and the way to it."""

    content: Any
    manifest: str
    way: str

    def fault(self, key: str, words: str) -> UnreadableFile:
        name = f"{self.way}.{key}" if key else self.way
        return UnreadableFile(f"`{name}` {words}", file=self.manifest, hint="make the exercise again")

    def checked(self) -> _Table:
        if not isinstance(self.content, dict):
            raise self.fault("", "must be an object")
        return self

    def value(self, key: str) -> Any:
        if key not in self.content:
            raise self.fault(key, "is missing")
        return self.content[key]

    def table(self, key: str) -> _Table:
        return _Table(self.value(key), self.manifest, f"{self.way}.{key}").checked()

    def rows(self, key: str) -> list[Any]:
        rows = self.value(key)
        if not isinstance(rows, list):
            raise self.fault(key, "must be a list")
        if len(rows) > _MOST_ROWS:
            raise self.fault(key, f"has {len(rows)} entries, more than {_MOST_ROWS}")
        return rows

    def tables(self, key: str) -> list[_Table]:
        named = enumerate(self.rows(key))
        return [_Table(row, self.manifest, f"{self.way}.{key}[{number}]").checked() for number, row in named]

    def texts(self, key: str) -> list[str]:
        rows = self.rows(key)
        if not all(isinstance(row, str) and "\0" not in row and len(row) <= _LONGEST_TEXT for row in rows):
            raise self.fault(key, "must be a list of names of files")
        return rows

    def text(self, key: str) -> str:
        text = self.value(key)
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_TEXT or not text.isprintable():
            raise self.fault(key, f"must be a text of one line, of 1 to {_LONGEST_TEXT} letters")
        return text

    def number(self, key: str) -> Fraction:
        try:
            return plain_number(self.value(key))
        except ValueError:
            raise self.fault(key, 'must be a plain number, like 2, 2.5 or "7/3"') from None

    def marks(self, key: str) -> float:
        marks = self.number(key)
        if marks > _MOST_MARKS:
            raise self.fault(key, f"must be {_MOST_MARKS} or less")
        return float(marks)
