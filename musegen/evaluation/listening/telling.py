"""The results of a listening test for their reader: text, JSON, a page."""

from __future__ import annotations

import json
import math
from typing import Any

from musegen.engraving.html import document
from musegen.evaluation.listening.statistics import Rating, Results, Share, Strength
from musegen.evaluation.telling import table
from musegen.features.report.page import STYLE
from musegen.features.report.parts import figure, harmless, paragraph, section, text
from musegen.features.report.parts import table as html_table
from musegen.features.report.plots.dots import dots
from musegen.features.report.statistics import Mean

Rows = list[list[str]]
_SHARES = ["", "answers", "share", "95 %", "p against 1/2"]
_RATINGS = ["", "answers", "mean of 1 to 5", "95 %"]
_STRENGTHS = ["", "wins", "losses", "log strength", "95 %", "chance against the next"]


def results_text(found: Results) -> str:
    """Tables for a terminal."""
    blocks = [_head(found), table("Taken for real", _SHARES, _share_rows(found))]
    blocks.append(table("Rated", _RATINGS, _rating_rows(found.ratings)))
    if found.strengths:
        blocks.append(table("Preferred in pairs (Bradley and Terry)", _STRENGTHS, _strength_rows(found.strengths)))
    blocks.append(_agreement(found))
    return "\n\n".join(blocks) + "\n"


def results_json(found: Results) -> str:
    """The same for a program; what is undefined is null."""
    told: dict[str, Any] = {
        "version": 1, "test": found.test, "listeners": found.listeners, "known": found.known,
        "taken_for_real": [_plain(one._asdict() | {"share": one.share}) for one in found.taken_for_real],
        "correct": _plain(found.correct._asdict() | {"share": found.correct.share}),
        "ratings": [_plain(one._asdict()) for one in found.ratings],
        "strengths": [_plain(one._asdict()) for one in found.strengths],
        "agreement": _plain({"verdicts": found.agreement, "ratings": found.rating_agreement}),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def results_page(found: Results) -> str:
    """The same as a page, with plots."""
    shares = [*found.taken_for_real, found.correct]
    means = [Mean(one.name, one.share, one.low, one.high) for one in shares]
    drawn = dots("Taken for real", [one.name for one in shares], [("", means)], "share of answers", (0, 1))
    parts = [
        section("shares", "Taken for real", _html(_SHARES, _share_rows(found)),
                figure(drawn, "With Clopper and Pearson's intervals; one half is what guessing gives.")),
        section("ratings", "Rated", _html(_RATINGS, _rating_rows(found.ratings))),
    ]  # fmt: skip
    if found.strengths:
        marks = [Mean(one.source, one.strength, one.low, one.high) for one in found.strengths]
        drawn = dots("Strengths", [one.source for one in found.strengths], [("", marks)], "log strength")
        parts.append(section("pairs", "Preferred in pairs", _html(_STRENGTHS, _strength_rows(found.strengths)),
                             figure(drawn, "Bradley and Terry's strengths; their mean is 0.")))  # fmt: skip
    parts.append(section("agreement", "Agreement", paragraph(text(_agreement(found)))))
    head = f"<header><h1>Listening test {text(found.test)}</h1>{paragraph(text(_head(found)), kind='soft')}</header>"
    return harmless(document("Listening test", STYLE, "\n".join([head, "<main>", *parts, "</main>"])))


def _head(found: Results) -> str:
    listeners = f"{found.listeners} listener{'s' * (found.listeners != 1)}"
    return f"Test {found.test}: {listeners}; {found.known} answers left out, as the piece was known"


def _agreement(found: Results) -> str:
    told = [_number(value) for value in (found.agreement, found.rating_agreement)]
    return f"Agreement of listeners (Krippendorff's alpha): verdicts {told[0]}, ratings {told[1]}"


def _share_rows(found: Results) -> Rows:
    return [
        [one.name if one is not found.correct else "right verdicts", str(one.every), _number(one.share),
         _interval(one.low, one.high), _p(one)]
        for one in (*found.taken_for_real, found.correct)
    ]  # fmt: skip


def _rating_rows(ratings: tuple[Rating, ...]) -> Rows:
    return [[one.source, str(one.answers), _number(one.mean), _interval(one.low, one.high)] for one in ratings]


def _strength_rows(found: tuple[Strength, ...]) -> Rows:
    following = [*found[1:], None]
    return [
        [one.source, str(one.wins), str(one.losses), _number(one.strength), _interval(one.low, one.high),
         _number(one.beats(other)) if other else ""]
        for one, other in zip(found, following, strict=True)
    ]  # fmt: skip


def _html(head: list[str], rows: Rows) -> str:
    return html_table("", head, [[text(cell) for cell in row] for row in rows])


def _p(one: Share) -> str:
    return "-" if math.isnan(one.p) else f"{one.p:.3g}"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _interval(low: float, high: float) -> str:
    return "-" if math.isnan(low) else f"{low:.2f} to {high:.2f}"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(one, float) and not math.isfinite(one) else one for name, one in values.items()}
