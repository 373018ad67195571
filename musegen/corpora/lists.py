"""The list of a corpus: a CSV file beside its manifest, a row a piece, read at once and checked by column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from musegen.corpora.pieces import SPLITS, Piece
from musegen.errors import PackError, UnreadableFile
from musegen.score.files import regular_file

FIXED = ("name", "sha256", "group", "split", "faults")
"""The columns that every list has; those after them are labels."""
BETWEEN_FAULTS = "; "
_HEX = frozenset("0123456789abcdef")


def read_list(path: Path, folder: str = "") -> tuple[Piece, ...]:
    """The pieces of a list, in its order.

    Raises:
        PackError: it is not there, or is no such list; says the line.
    """
    header, rows = _rows(path)
    labels = header[len(FIXED) :]
    _check(path, rows, len(header))
    corpus = path.stem
    return tuple(
        Piece(name, sha256, split, group, tuple(faults.split(BETWEEN_FAULTS)) if faults else (),  # type: ignore[arg-type]
              {label: value for label, value in zip(labels, values, strict=True) if value}, folder, corpus)
        for name, sha256, group, split, faults, *values in rows
    )  # fmt: skip


def _rows(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        reader = csv.reader(io.StringIO(regular_file(path).decode("utf-8"), newline=""), strict=True)
        header, *rows = list(reader)
    except UnreadableFile as error:
        raise PackError(f"the list of pieces cannot be read ({error.message})", file=str(path)) from None
    except (ValueError, csv.Error) as error:
        raise PackError(f"the list of pieces cannot be read ({error})", file=str(path)) from None
    if tuple(header[: len(FIXED)]) != FIXED or len(set(header)) < len(header):
        raise PackError(f"the list of pieces must begin with the columns {', '.join(FIXED)}", file=str(path))
    return header, rows


def _check(path: Path, rows: Sequence[Sequence[str]], width: int) -> None:
    """Every row has all columns, a digest, a split, and a name of its own."""
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        wrong = (
            f"{len(row)} columns instead of {width}" if len(row) != width
            else "a piece without a name" if not row[0]
            else f"{row[0]} leads out of the folder" if _leads_out(row[0])
            else f"{row[0]} is named twice" if row[0] in seen
            else f"{row[0]}: sha256 must be 64 letters" if len(row[1]) != 64 or not _HEX.issuperset(row[1])
            else f"{row[0]}: split must be one of {', '.join(SPLITS)}" if row[3] not in SPLITS
            else ""
        )  # fmt: skip
        if wrong:
            raise PackError(f"the list of pieces, line {number}: {wrong}", file=str(path))
        seen.add(row[0])


def _leads_out(name: str) -> bool:
    """A list from a stranger names no file but those of its corpus."""
    return ".." in re.split(r"[/\\]", name) or name.startswith(("/", "\\")) or name[1:3] == ":\\"


def list_text(pieces: Iterable[Piece], labels: Sequence[str]) -> str:
    """The list of these pieces as the text of its file, with a column for each of these labels.

    >>> piece = Piece("a", "0" * 64, "test", "g", ("m. 1", "m. 2"), {"place": "Rome"})
    >>> list_text([piece], ["place"]).splitlines()[1].replace("0" * 64, "...")
    'a,...,g,test,m. 1; m. 2,Rome'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FIXED, *labels])
    writer.writerows(_row(piece, labels) for piece in pieces)
    return text.getvalue()


def _row(piece: Piece, labels: Sequence[str]) -> Iterator[str]:
    yield from (piece.name, piece.sha256, piece.group, piece.split, BETWEEN_FAULTS.join(piece.faults))
    yield from (piece.labels.get(label, "") for label in labels)
