"""The chorales that are counted: human analyses of a folder laid on their scores, without those kept for measuring."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from musegen.score.files import read
from musegen.score.model import Score
from musegen.theory.annotations.alignment import Placed, explained, place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.statistics import DATA


def held_out() -> frozenset[str]:
    """The pieces that are kept for measuring and never counted: the card's list, as music21 names."""
    text = (DATA / "chorale_statistics.toml").read_text(encoding="utf-8")
    return frozenset(f"bach/{name}" for name in tomllib.loads(text)["held_out"])


class Analysed(NamedTuple):
    """A piece with its human analysis laid on the score."""

    name: str
    score: Score
    chords: list[Placed]


def training_pieces(folder: Path) -> Iterator[Analysed]:
    """The chorales of a folder with a MANIFEST.tsv (columns id, score, analysis, set, source) that may be counted.

    Held-out pieces, second analyses of one setting and analyses that do not fit their score are passed over.
    """
    seen = set(held_out())
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            found = re.search(r"(bwv[\w.-]+?)\.mxl", row["source"])
            name = f"bach/{found[1]}" if found else ""
            if row["set"] != "wir_bach_chorales" or not name or name in seen:
                continue
            seen.add(name)
            score = read(folder / row["score"])
            text = (folder / row["analysis"]).read_text(encoding="utf-8", errors="replace")
            chords = place_on(read_roman_text(text), score)
            if explained(score, chords) >= 0.8:
                yield Analysed(name, score, chords)
