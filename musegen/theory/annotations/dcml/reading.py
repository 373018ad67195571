"""Harmony tables (TSV) of the DCML annotation standard, read strictly.

Every row has a label and its place; columns that only repeat what the label says (keys, chord, root, bass, chord tones)
must agree with it. Source: the standard of the Digital and Cognitive Musicology Lab (EPFL), and the columns of its
corpora.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, TypeVar

from musegen.errors import MalformedScore, MusegenError, UsageError
from musegen.theory.annotations.dcml.chords import numeral_of
from musegen.theory.annotations.dcml.labels import Label, key_of, parse_label
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral

NEEDED = ("mn", "mn_onset", "label")
MOST_ROWS = 100_000
_FRACTION = re.compile(r"\d{1,6}(?:/[1-9]\d{0,5}|\.\d{1,12})?$")
_MEASURE = re.compile(r"\d{1,6}[a-z]?$")
_COUNTED = re.compile(r"[0-9]{1,6}(?:\.0)?$")
_INTEGER = re.compile(r"\s*-?\d{1,3}$")
_MINORS = {"0": False, "1": True, "False": False, "True": True, "FALSE": False, "TRUE": True}

Value = TypeVar("Value")


class DcmlRow(NamedTuple):
    """One label with its place; times in quarters."""

    line: int  # of the file, from 1
    mc: int  # measures as they are encoded, from 1; 0 where it is not said
    mn: str  # as printed
    volta: int  # 0 where there is none
    mc_onset: Fraction  # since the start of the measure as it is encoded
    mn_onset: Fraction  # since the barline that a full measure has
    quarterbeats: Fraction | None  # since the start of the piece
    home: Key
    key: Key
    numeral: Numeral | None  # None: no chord sounds, or only a phrase begins or ends
    label: Label

    @property
    def changes_chord(self) -> bool:
        """A chord begins here, or silence."""
        return bool(self.label.numeral)


def read_dcml(text: str, file: str = "") -> tuple[DcmlRow, ...]:
    """The rows of a table in their order.

    Raises:
        MalformedScore: a column is missing, a value is none of its kind, a label is against the standard, or two
            columns contradict each other; says file, measure, row and column.

    >>> rows = read_dcml("mn\\tmn_onset\\tlabel\\n1\\t0\\tG.I{\\n1\\t1/2\\tV65/V\\n2\\t0\\tV|HC}\\n")
    >>> [(row.mn, str(row.mn_onset), str(row.key), row.numeral.figure) for row in rows]
    [('1', '0', 'G', 'I'), ('1', '2', 'G', 'V65/V'), ('2', '0', 'G', 'V')]
    >>> read_dcml("mn\\tmn_onset\\tlabel\\n1\\t0\\tG.X\\n", "mine.tsv")
    Traceback (most recent call last):
    musegen.errors.MalformedScore: mine.tsv, measure 1: row 2, column label: `G.X` is no label of the DCML standard; \
write it like V.V65/V|HC}
    """
    table = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter="\t")
    try:
        names = next(table, [])
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise MalformedScore(
                f"row 1: there is no column {missing[0]}", file=file, hint="write a DCML harmony table"
            )
        return _Table(names, file).read(table)
    except csv.Error as error:
        raise MalformedScore(f"row {table.line_num}: {error}", file=file) from None


class _Table:
    """Walks the rows; keeps home key, local key and place."""

    def __init__(self, names: list[str], file: str) -> None:
        self.names, self.file = names, file
        self.home: Key | None = None
        self.local = ""
        self.values: dict[str, str] = {}
        self.line = 1

    def read(self, table: csv._reader) -> tuple[DcmlRow, ...]:  # type: ignore[name-defined]
        rows: list[DcmlRow] = []
        for cells in table:
            self.line = table.line_num
            if not any(cells):
                continue
            if len(cells) != len(self.names):
                raise self._error("", f"there are {len(cells)} cells under {len(self.names)} names")
            if len(rows) == MOST_ROWS:
                raise self._error("", f"a table has at most {MOST_ROWS} rows")
            self.values = {name: cell.strip() for name, cell in zip(self.names, cells, strict=True)}
            rows.append(self._row(rows[-1] if rows else None))
        if not any(row.numeral for row in rows):
            raise MalformedScore("there is no chord in it", file=self.file)
        return tuple(rows)

    def _row(self, before: DcmlRow | None) -> DcmlRow:
        number = self._get("mn", _measure)
        label = self._get("label", parse_label)
        home, key = self._keys(label)
        numeral = None
        if label.numeral not in ("", "@none"):
            numeral = self._get("label", lambda _: numeral_of(label, minor=key.minor))
            self._check_chord(label, numeral)
        onset = self._get("mn_onset", _whole_notes)
        found = DcmlRow(
            self.line,
            self._get("mc", _counted, "0"),
            number,
            self._get("volta", _counted, "0"),
            self._get("mc_onset", _whole_notes, self.values["mn_onset"]),
            onset,
            self._get("quarterbeats", lambda text: _fraction(text) if text else None, ""),
            home,
            key,
            numeral,
            label,
        )
        if before and before.mc and (found.mc, found.mc_onset) < (before.mc, before.mc_onset):
            raise self._error("mc", "this place comes before that of the row above")
        return found

    def _keys(self, label: Label) -> tuple[Key, Key]:
        """The home key and the local one, as the label changes them or as they were."""
        stated = label.globalkey or (self.values.get("globalkey", "") if self.home is None else "")
        if stated:
            self.home = self._get("label", lambda _: Key.parse(stated))
            self.local = "i" if self.home.minor else "I"
        if self.home is None:
            raise self._error("label", "the first label does not say the global key", "write it like G.I")
        if label.localkey:
            self.local = label.localkey
        elif not label.globalkey and stated and self.values.get("localkey"):
            self.local = self.values["localkey"]
        key = key_of(self.local, self.home)
        self._must_be("globalkey", self.home.written)
        self._must_be("localkey", self.local)
        for column, minor in (("globalkey_is_minor", self.home.minor), ("localkey_is_minor", key.minor)):
            if _MINORS.get(self.values.get(column, ""), minor) != minor:
                raise self._error(column, f"the key of the label is {'minor' if minor else 'major'}")
        return self.home, key

    def _check_chord(self, label: Label, numeral: Numeral) -> None:
        """What is written of a chord's notes against its label; changes are each corpus' own affair."""
        self._must_be("chord", label.chord)
        if label.changes:
            return
        tones = [numeral.bass, *(tone for tone in numeral.members if tone != numeral.bass)]
        stated = self._get("chord_tones", _integers, "")
        if len(stated) >= 3 and (stated[0] != tones[0] or set(stated) != set(tones)):
            raise self._error("chord_tones", f"the tones of {label.chord} are {', '.join(map(str, tones))}")
        for column, tone in (("root", numeral.root), ("bass_note", numeral.bass)):
            if label.numeral not in ("Ger", "It", "Fr"):
                self._must_be(column, str(tone))

    def _must_be(self, column: str, expected: str) -> None:
        if self.values.get(column, "") not in ("", expected):
            raise self._error(column, f"`{self.values[column]}` is not what the label says: {expected}")

    def _get(self, column: str, read: Callable[[str], Value], otherwise: str | None = None) -> Value:
        """A cell as a value; `otherwise` stands for a column that is not there."""
        text = self.values.get(column, "" if otherwise is None else otherwise)
        try:
            return read(text if text or otherwise is None else otherwise)
        except (UsageError, ValueError) as error:
            hint = error.hint if isinstance(error, MusegenError) else ""
            message = error.message if isinstance(error, MusegenError) else str(error)
            raise self._error(column, message, hint) from None

    def _error(self, column: str, message: str, hint: str = "") -> MalformedScore:
        where = f"row {self.line}" + (f", column {column}" if column else "")
        return MalformedScore(f"{where}: {message}", file=self.file, measure=self.values.get("mn", "")[:10], hint=hint)


def _measure(text: str) -> str:
    if text and not _MEASURE.match(text.removesuffix(".0")):
        raise ValueError(f"`{text[:20]}` is no measure")
    return text.removesuffix(".0")


def _counted(text: str) -> int:
    if not _COUNTED.match(text):
        raise ValueError(f"`{text[:20]}` is no number")
    return int(text.removesuffix(".0"))


def _fraction(text: str) -> Fraction:
    if not _FRACTION.match(text):
        raise ValueError(f"`{text[:20]}` is no fraction")
    return Fraction(text)


def _whole_notes(text: str) -> Fraction:
    """A part of a whole note, in quarters."""
    return 4 * _fraction(text)


def _integers(text: str) -> list[int]:
    parts = text.split(",") if text else []
    if not all(_INTEGER.match(part) for part in parts):
        raise ValueError(f"`{text[:20]}` are no places on the line of fifths")
    return [int(part) for part in parts]
