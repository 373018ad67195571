"""What is alike, for its reader: matches and originality as text and JSON."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Protocol

from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.matches import Match
from musegen.features.similarity.originality import OriginalityReport, SharedPassage

COMMON = 0.2
"""The share of unrelated pieces from which on a passage that they share, too, belongs to the style."""
UNIT = "bits of surprise shared, beyond what tells both apart"


def matches_text(matches: Sequence[Match]) -> str:
    """A line for each match, strongest first."""
    return numbered([match_line(match) for match in matches])


def numbered(lines: Sequence[str]) -> str:
    """What was found, a line each, the likest first."""
    if not lines:
        return "Nothing in this corpus is like it.\n"
    return "".join(f"{number:>3}  {line}\n" for number, line in enumerate(lines, start=1))


def match_line(match: Match) -> str:
    """`41.2 bits  bach/bwv66.6, soprano, measures 1-3 like measures 2-4, up 3 semitones; 12 notes, 9 in a row`."""
    return f"{match.bits:.1f} bits  {named(match)}, {place_words(match)}; {notes_words(match)}"


class Titled(Protocol):
    """What has the name of a piece and its title."""

    @property
    def piece(self) -> str:
        """The name of the piece."""

    @property
    def title(self) -> str:
        """Its title."""


def named(match: Titled) -> str:
    """The piece, with its title where that says more than its name."""
    name = shown(match.piece)
    return f"{name} ({match.title})" if match.title and match.title not in name else name


def shown(piece: str) -> str:
    """The name of a piece as a reader is told it: of a whole path, which says where somebody keeps files, its end.

    >>> shown("/anywhere/motets/3.1.mxl"), shown("bach/bwv66.6")
    ('motets/3.1.mxl', 'bach/bwv66.6')
    """
    return "/".join(PurePath(piece).parts[-2:]) if os.path.isabs(piece) else piece


def place_words(match: Match) -> str:
    """`measures 1-3 like measures 2-4, up 3 semitones`: where it stands there, and where in the query."""
    there = _place(match.line, measures_words(match.measures))
    mine = measures_words(match.query_measures) if match.query_measures[0] else "the melody"
    return f"{there} like {_place(match.query_line, mine)}{how_words(match)}"


def notes_words(match: Match) -> str:
    """How much of it is the same."""
    return f"{len(match.notes)} notes, {match.longest_run} in a row"


def how_words(match: Match) -> str:
    """What was done to the query: `, inverted, twice as fast`; of the plain way, how far it was transposed."""
    told = []
    if match.transformation == "original" and match.transposition:
        told.append(f"{'up' if match.transposition > 0 else 'down'} {_counted(abs(match.transposition), 'semitone')}")
    if "inversion" in match.transformation:
        told.append("inverted")
    if "retrograde" in match.transformation:
        told.append("backwards")
    if match.tempo != 1:
        told.append("twice as slow" if match.tempo > 1 else "twice as fast")
    return "".join(f", {word}" for word in told)


def matches_data(query: str, index: SimilarityIndex, matches: Sequence[Match]) -> dict[str, Any]:
    """The matches as JSON writes them."""
    return _head(query, index) | {"matches": [match._asdict() for match in matches]}


def originality_text(name: str, report: OriginalityReport) -> str:
    """What a piece shares, with how often unrelated pieces and chance share as much."""
    if report.is_original:
        head = f"{name}: nothing is shared beyond chance ({report.limit:.0f} bits in a piece of {report.notes} notes)"
    else:
        head = f"{name}: {_counted(len(report.copies), 'passage')} beyond chance"
    lines = [head, *(f"  {passage_line(passage, report)}" for passage in report.copies or report.passages[:1])]
    return "\n".join(lines) + "\n"


def passage_line(passage: SharedPassage, report: OriginalityReport) -> str:
    """One shared passage and what it means."""
    told = base_rate_words(passage, report)
    return f"{match_line(passage.match)}; {told}"


def base_rate_words(passage: SharedPassage, report: OriginalityReport) -> str:
    """How many unrelated pieces, and tunes of chance, share as much; none of 200 is not nought per cent of all."""
    some = f"{_percent(passage.unrelated)} of {report.sampled} unrelated pieces share"
    told = some if passage.unrelated else f"none of {report.sampled} unrelated pieces shares"
    told += " as much with another"
    told += f", {_percent(passage.chance)} of tunes drawn by chance" if passage.chance else ", no tune drawn by chance"
    if passage.unrelated >= COMMON:
        told = f"common property, no copy by itself: {told}"
    return told + ("; a version of one tune" if passage.version else "")


def originality_data(name: str, index: SimilarityIndex, report: OriginalityReport) -> dict[str, Any]:
    """The report as JSON writes it."""
    passages = [
        passage.match._asdict()
        | {"unrelated": _number(passage.unrelated), "chance": _number(passage.chance), "version": passage.version}
        for passage in report.passages
    ]
    known = {"notes": report.notes, "limit_bits": _number(round(report.limit, 1)), "sampled": report.sampled}
    return _head(name, index) | known | {"original": report.is_original, "passages": passages}


def as_json(data: Any) -> str:
    """The text of a JSON file."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _head(query: str, index: SimilarityIndex) -> dict[str, Any]:
    size = {"pieces": len(index.pieces), "notes": len(index.pitch), "digest": index.digest}
    return {"version": 1, "query": query, "unit": UNIT, "index": size}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def measures_words(ends: tuple[str, str]) -> str:
    """`measures 1-4`, `measure 3`."""
    first, last = sorted(ends, key=lambda word: (len(word), word))
    return f"measure {first}" if first == last else f"measures {first}-{last}"


def _place(line: str, measures: str) -> str:
    """The top voice needs no name."""
    return measures if line == "1" else f"{f'voice {line}' if line.isdigit() else line}, {measures}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".0 %", " %")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
