"""Human analyses as examples for the analyser: frames of a score, and the (key, figure) that a person names in each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import MalformedScore, MusegenError, UnreadableFile
from musegen.score.files import read, regular_file
from musegen.theory.annotations.alignment import Placed, explained, place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.neural.encoding import Encoded, encode
from musegen.theory.vocabulary import sounding_places

Ints = npt.NDArray[np.int64]

FITS = 0.7
"""The share of the notes that an analysis must explain, or it belongs to another score."""
_NOT_FREE = re.compile(r"\bNC\b")
OWN_YARDSTICK = ("wir-bach-chorales-", "wir-monteverdi-")
"""Analyses that music21 ships too: they are for measuring."""
COLUMNS = ("id", "score", "analysis", "set", "split", "licence")
"""Of the manifest."""
SPLITS = ("training", "validation", "extra")
"""What the manifest says of each piece; of the extra ones, too, most are learned from."""
NOWHERE = -99


class Example(NamedTuple):
    """A piece with what is to be learned from it, a row a frame; NOWHERE where nobody says."""

    name: str
    split: str  # of SPLITS
    source: str  # the set that it comes from
    licence: str
    piece: Encoded
    tonic: Ints  # on the line of fifths
    minor: Ints
    figure: Ints  # place in the vocabulary of the mode; -1 outside


def examples(folder: Path) -> Iterator[Example]:
    """The pieces of a folder with a MANIFEST.tsv that may be learned from and whose analyses fit.

    Columns of the manifest: id, score, analysis, set, split, licence. Passed over: non-commercial licences among the
    pieces to learn from, and the analyses that music21 ships.

    Raises:
        UnreadableFile: there is no manifest.
        MalformedScore: it is no table with these columns, or names another split.
    """
    for row in _listed(folder / "MANIFEST.tsv"):
        closed = row["split"] != "validation" and _NOT_FREE.search(row["licence"])
        if closed or row["id"].startswith(OWN_YARDSTICK):
            continue
        try:
            found = _example(folder, row)
        except MusegenError:
            continue
        if found is not None:
            yield found


def _listed(manifest: Path) -> list[dict[str, str]]:
    try:
        lines = regular_file(manifest).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedScore("the manifest is not UTF-8", file=str(manifest)) from None
    except UnreadableFile as error:
        error.hint = f"a table with {', '.join(COLUMNS)}"
        raise
    reader = csv.DictReader(io.StringIO(lines), delimiter="\t", restval="")
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise MalformedScore(f"the manifest has no column `{missing[0]}`", file=str(manifest))
        return [_checked(row, reader.line_num, manifest) for row in reader]
    except csv.Error as error:
        raise MalformedScore(f"row {reader.reader.line_num}: {error}", file=str(manifest)) from None


def _checked(row: dict[str, str], line: int, manifest: Path) -> dict[str, str]:
    if row["split"] not in SPLITS:
        asked = f"row {line}: `{row['split'][:40]}` is no split"
        raise MalformedScore(asked, file=str(manifest), hint=f"write {', '.join(SPLITS)}")
    return row


def _example(folder: Path, row: dict[str, str]) -> Example | None:
    score = read(folder / row["score"])
    text = regular_file(folder / row["analysis"]).decode("utf-8", errors="replace")
    chords = place_on(read_roman_text(text), score)
    if explained(score, chords) < FITS:
        return None
    piece = encode(score)
    return Example(row["id"], row["split"], row["set"], row["licence"], piece, *_named(chords, piece))


def _named(chords: list[Placed], piece: Encoded) -> tuple[Ints, Ints, Ints]:
    tonic, minor, figure = (np.full(len(piece), NOWHERE) for _ in range(3))
    for chord in chords:
        here = (piece.onset >= chord.onset) & (piece.onset < chord.end)
        tonic[here], minor[here], figure[here] = chord.key.tonic, chord.key.minor, _place(chord)
    return tonic, minor, figure


def _place(chord: Placed) -> int:
    """The chord's place in the vocabulary; of one that is not in it, of the plainest chord that sounds so."""
    if chord.place >= 0:
        return chord.place
    known, members = sounding_places(chord.key.minor), chord.numeral.members
    inversion = min(chord.numeral.inversion, len(members[:4]) - 1)
    sounding = known.get((frozenset(members[:4]), inversion), -1)
    return known.get((frozenset(members[:3]), min(inversion, 2)), -1) if sounding < 0 else sounding
