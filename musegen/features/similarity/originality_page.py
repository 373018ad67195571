"""Reports of originality as one web page: every passage that is shared beyond chance, both sides engraved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from musegen.engraving.html import document
from musegen.features.similarity.originality import OriginalityReport
from musegen.features.similarity.page import LEGEND, STYLE, both_sides, heading
from musegen.features.similarity.telling import base_rate_words, originality_text
from musegen.score.model import Score


def originality_page(told: Iterable[tuple[str, Score, OriginalityReport]], read: Callable[[str], Score]) -> str:
    """The page of (name, score, report) of several pieces; `read` gives the score of a piece of the corpus."""
    parts = ["<h1>Originality</h1>", f"<p>{LEGEND}</p>"]
    for name, score, report in told:
        parts.append(f"<p>{escape(originality_text(name, report).splitlines()[0])}.</p>")
        for number, passage in enumerate(report.copies, start=1):
            parts += heading(number, passage.match, base_rate_words(passage, report))
            parts += both_sides(score, name, passage.match, read)
    return document("Originality", STYLE, "\n".join(parts))
