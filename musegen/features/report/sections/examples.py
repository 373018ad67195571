"""Typical pieces and unusual ones, each with its nearest neighbours, their first measures engraved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

import numpy as np

from musegen.engraving.excerpts import excerpt_svg
from musegen.engraving.html import svg_address
from musegen.errors import MusegenError
from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.mapping import Neighbours, comparable, medoid, oddities
from musegen.features.report.parts import opened, paragraph, section, text
from musegen.features.report.plots.frame import number

Rows = Iterable[int]
UNUSUAL = 4
_NEIGHBOURS = 2
_MEASURES = 3
_QUARTERS = 14.0
"""An incipit of long measures has fewer of them."""
_SUNG = (36, 81)
"""C2 to A5."""
_LONGEST = 200_000
"""A picture of more letters than these is left out: it would be no incipit."""


def examples(data: Data, progress: Callable[[list[int]], Rows]) -> str:
    """The section; `progress` hands out the pieces as they are engraved."""
    near, title = data.neighbours, "Typical and unusual pieces"
    if near is None or data.map is None:
        return section("pieces", title, paragraph("There are too few pieces to tell."))
    typical = _typical(data, near)
    odd = np.argsort(-near.loneliness, kind="stable")[:UNUSUAL].tolist()
    wanted = [row for _, row in typical] + [other for row in odd for other in (row, *_near(near, row))]
    drawn = {row: _incipit(data, row) for row in progress(list(dict.fromkeys(wanted)))}
    intro = paragraph(
        "Distances are those on the first twenty components of the map. Typical is the piece that is least far from "
        "all others of",
        "its side; unusual are the pieces whose fifth neighbour is farthest. Pieces of one work are not each "
        "other’s neighbours.",
    )
    told = [
        f"<h3>Typical{f' of {text(name)}' if name else ''}: {text(data.pieces[row])}</h3>{drawn[row]}"
        for name, row in typical
    ]
    told += [_unusual(data, near, row, drawn) for row in odd]
    order = np.argsort(-near.loneliness, kind="stable").tolist()
    behind = data.listed(lambda row: number(float(near.loneliness[row])), order)
    return section(
        "pieces", title, intro, *told, opened("Every piece by how far its fifth neighbour is", parts.pieces(behind))
    )


def _typical(data: Data, near: Neighbours) -> list[tuple[str, int]]:
    """The medoid of each side."""
    assert data.map is not None
    sides = data.series if data.values else [("", np.ones(len(data.labels), dtype=bool))]
    return [(name, medoid(near, data.map.scores, np.flatnonzero(mask))) for name, mask in sides]


def _near(near: Neighbours, row: int) -> list[int]:
    return [other for other in near.nearest[row, :_NEIGHBOURS].tolist() if other >= 0]


def _unusual(data: Data, near: Neighbours, row: int, drawn: dict[int, str]) -> str:
    """An unusual piece over its neighbours."""
    names, label = data.pieces, data.labels
    others = "".join(
        "<h4>its neighbour: "
        f"{text(names[other])}{f' ({text(label[other])})' if label[other] else ''}</h4>{drawn[other]}"
        for other in _near(near, row)
    )
    side = f" ({text(label[row])})" if label[row] else ""
    told = [
        f"<code>{text(column)}</code> {number(value)} (median {number(middle)})"
        for column, value, middle in oddities(comparable(data.measured), row)
    ]
    why = paragraph(f"Farthest from the middle in {'; '.join(told)}.", kind="soft") if told else ""
    inside = f'<div class="in">{others}</div>' if others else ""
    return f"<h3>Unusual: {text(names[row])}{side}</h3>{drawn[row]}{why}{inside}"


def _incipit(data: Data, row: int) -> str:
    """The first measures of a piece, or why they are not shown."""
    piece = data.found.pieces[row]
    try:
        score = piece.read()
        if not score.measures:
            return paragraph("It has no measures to engrave.", kind="soft")
        last, most = 0, _QUARTERS * score.ticks_per_quarter
        while (
            last + 1 < min(_MEASURES, len(score.measures))
            and score.measures[last + 1].onset + score.measures[last + 1].length <= most
        ):
            last += 1
        drawn = excerpt_svg(score, 0, last, {}, arrangement="keyboard" if _is_vocal(data.facts[row]) else "as written")
    except MusegenError as error:
        return paragraph(f"Its beginning cannot be engraved: {text(error)}", kind="soft")
    except Exception as error:  # one odd piece must not cost the page
        return paragraph(f"Its beginning cannot be engraved: internal error: {type(error).__name__}", kind="soft")
    if len(drawn) > _LONGEST:
        return paragraph("Its beginning is too long to be shown.", kind="soft")
    facts = data.facts[row]
    said = ", ".join(text(word) for word in (facts["composer"], facts["title"]) if word)
    words = escape(f"The first measures of {piece.name}", quote=True)
    picture = f'<img alt="{words}" src="{svg_address(drawn)}">'
    return f'<figure class="music">{picture}<figcaption>{said}</figcaption></figure>'


def _is_vocal(facts: dict[str, Any]) -> bool:
    """Whether all of it lies where people sing: such music reads well on two staves."""
    return bool(facts["voices"]) and all(low >= _SUNG[0] and high <= _SUNG[1] for _, low, high in facts["voices"])
