"""Shared passages as a web page: both sides engraved, one over the other, with the notes that match in colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from musegen.engraving.excerpts import excerpt_svg
from musegen.engraving.html import READING_STYLE, document, picture
from musegen.errors import MusegenError
from musegen.features.similarity.matches import Match
from musegen.features.similarity.telling import named, notes_words, place_words, shown
from musegen.score.model import Score

MARK = "#1f5fa8"
LONGEST = 12
"""Measures of a picture; of a longer passage its beginning is shown."""
LEGEND = "Notes that match are blue."
STYLE = (
    READING_STYLE
    + """
h2 { font-weight: normal; font-size: 1.1rem; margin: 1.8rem 0 0; }
h2 + p { margin: 0 0 .4rem; }
"""
)


def page(title: str, query: Score, matches: Iterable[Match], read: Callable[[str], Score], told: str = "") -> str:
    """The page of these matches of a query; `read` gives the score of a piece by its name."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(told)} {LEGEND}</p>"]
    for number, match in enumerate(matches, start=1):
        parts += heading(number, match)
        parts += both_sides(query, "the query", match, read)
    return document(title, STYLE, "\n".join(parts))


def heading(number: int, match: Match, more: str = "") -> list[str]:
    """The piece, then where and how strongly it matches, and what else there is to say."""
    told = f"{match.bits:.1f} bits: {place_words(match)}; {notes_words(match)}" + (f"; {more}" if more else "")
    return [f"<h2>{number}. {escape(named(match))}</h2>", f"<p>{escape(told)}</p>"]


def both_sides(query: Score, name: str, match: Match, read: Callable[[str], Score]) -> list[str]:
    """The pictures of one match: the query, called by this name, over the piece."""
    mine = _picture(lambda: query, match.query_notes, name)
    return [mine, _picture(lambda: read(match.piece), match.notes, shown(match.piece))]


def _picture(score_of: Callable[[], Score], notes: tuple[int, ...], name: str) -> str:
    """The measures of these notes; or why they are not engraved."""
    try:
        score = score_of()
        drawn = passage_svg(score, notes)
    except MusegenError as error:
        return f"<p>{escape(name)} cannot be engraved here: {escape(str(error))}</p>"
    first, last = _span(score, set(notes))
    cut = f", the first {LONGEST} measures of the passage" if last - first >= LONGEST else ""
    return picture(drawn, name, caption=name + cut)


def passage_svg(score: Score, notes: Sequence[int]) -> str:
    """The measures that hold these notes (ids), `LONGEST` of them at most, the notes in colour.

    Raises:
        EngravingError: the music cannot be drawn.
    """
    wanted = set(notes)
    first, last = _span(score, wanted)
    return excerpt_svg(score, first, min(last, first + LONGEST - 1), dict.fromkeys(wanted, MARK))


def _span(score: Score, wanted: set[int]) -> tuple[int, int]:
    """The first and the last measure of these notes."""
    held = [int(row["measure_index"]) for row in score.notes.rows if int(row["id"]) in wanted]
    return (min(held), max(held)) if held else (0, 0)
