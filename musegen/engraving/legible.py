"""Texts of a length that a page can show: a stranger's title may have millions of letters, which take hours to set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from musegen.engraving.marks import Sheet
from musegen.score.model import Metadata, Score

LONGEST = 300
"""Letters of a title, a name, a syllable or a label; an instruction may have four times as many."""
_Row = TypeVar("_Row", bound=tuple[Any, ...])


def shortened(words: str, longest: int = LONGEST) -> str:
    """The words, cut to so many letters with an ellipsis where they are longer.

    >>> shortened("Chorale"), shortened("Chorale", 4)
    ('Chorale', 'Cho…')
    """
    return words if len(words) <= longest else words[: longest - 1] + "…"


def legible_score(score: Score) -> Score:
    """The score as it is drawn, no text longer than a page can show; the score itself where none is."""
    texts = {
        "metadata": _cut((score.metadata,), *Metadata._fields)[0],
        "parts": _cut(score.parts, "name", "abbreviation"),
        "measures": _cut(score.measures, "number", "ending"),
        "lyrics": _cut(score.lyrics, "verse", "text"),
        "harmonies": _cut(score.harmonies, "text"),
        "figures": tuple(
            figured._replace(figures=tuple(shortened(figure) for figure in figured.figures))
            for figured in score.figures
        ),
    }
    changed: dict[str, Any] = {name: value for name, value in texts.items() if value != getattr(score, name)}
    return replace(score, **changed) if changed else score


def legible_sheet(sheet: Sheet) -> Sheet:
    """The sheet with its texts cut in the same way."""
    texts = {name: _cut(getattr(sheet.marks, name), "text") for name in ("labels", "badges", "harmonies")}
    marks = replace(sheet.marks, **texts)
    return replace(
        sheet,
        title=shortened(sheet.title),
        instruction=shortened(sheet.instruction, 4 * LONGEST),
        small_print=shortened(sheet.small_print),
        marks=marks,
    )


def _cut(rows: Iterable[_Row], *fields: str) -> tuple[_Row, ...]:
    """Named tuples with these fields shortened."""
    return tuple(_cut_row(row, fields) for row in rows)


def _cut_row(row: Any, fields: tuple[str, ...]) -> Any:
    long = {field: shortened(getattr(row, field)) for field in fields if len(getattr(row, field)) > LONGEST}
    return row._replace(**long) if long else row
