"""What is alike in character, for its reader: text, JSON and a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from musegen.engraving.excerpts import excerpt_svg
from musegen.engraving.html import document, picture
from musegen.errors import MusegenError
from musegen.features.similarity.character.index import CharacterIndex, Likeness
from musegen.features.similarity.page import STYLE
from musegen.features.similarity.telling import measures_words, named, numbered, shown
from musegen.score.model import Score

UNIT = "likeness from -1 to 1: the mean cosine of each passage of the query and the one nearest to it"


def likenesses_text(found: Sequence[Likeness]) -> str:
    """A line for each piece, the likest first."""
    return numbered([likeness_line(like) for like in found])


def likeness_line(like: Likeness) -> str:
    """`0.81  oneills1850/0001-0050.abc#4 (The Ox), measures 1-4 most like measures 5-8 (0.93)`."""
    return f"{like.likeness:.2f}  {named(like)}, {_places(like)}"


def likenesses_data(query: str, index: CharacterIndex, found: Sequence[Likeness]) -> dict[str, Any]:
    """The same as JSON writes it."""
    size = {"pieces": len(index.pieces), "passages": len(index.owner)}
    return {
        "version": 1, "query": query, "unit": UNIT, "index": size, "matches": [like._asdict() for like in found],
    }  # fmt: skip


def page(title: str, query: Score, found: Iterable[Likeness], read: Callable[[str], Score], told: str = "") -> str:
    """The page of these pieces: the two passages that are most alike, one over the other."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(told)}</p>"]
    for number, like in enumerate(found, start=1):
        parts += [f"<h2>{number}. {escape(named(like))}</h2>", f"<p>{like.likeness:.2f}; {escape(_places(like))}</p>"]
        parts.append(_picture(lambda: query, like.query_measures, "the query"))
        parts.append(_picture(lambda piece=like.piece: read(piece), like.measures, shown(like.piece)))  # type: ignore[misc]
    return document(title, STYLE, "\n".join(parts))


def _places(like: Likeness) -> str:
    there, here = measures_words(like.measures), measures_words(like.query_measures)
    return f"{there} most like {here} ({like.passage_likeness:.2f})"


def _picture(score_of: Callable[[], Score], measures: tuple[str, str], name: str) -> str:
    """These measures, by printed numbers; or why they are not engraved."""
    try:
        score = score_of()
        numbers = [measure.number for measure in score.measures]
        drawn = excerpt_svg(score, numbers.index(measures[0]), numbers.index(measures[1]), {})
    except (MusegenError, ValueError) as error:
        return f"<p>{escape(name)} cannot be engraved here: {escape(str(error))}</p>"
    return picture(drawn, name, caption=name)
