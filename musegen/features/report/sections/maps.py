"""The map of the pieces: their first two principal components, which features these are, and who lies where."""

from __future__ import annotations

import numpy as np

from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.mapping import Map
from musegen.features.report.parts import counted, figure, opened, paragraph, section, table, text
from musegen.features.report.plots.frame import number
from musegen.features.report.plots.points import Point, drawn_of, scatter, thinned
from musegen.features.report.sections.characteristic import words_of

OTHERS = "others"
_TOLD = 4
"""Components whose features are told."""


def maps(data: Data) -> str:
    """The section."""
    found = data.map
    if found is None or found.scores.shape[1] < 2:
        return section("map", "Map of the pieces", paragraph("There are too few pieces for a map."))
    series, which = _series(data)
    told = [f"{name} ({label})" if label else name for name, label in zip(data.pieces, data.labels, strict=True)]
    order = np.argsort(-which, kind="stable").tolist()  # the others first: they lie below
    shown = thinned(order)
    points = [
        Point(float(found.scores[row, 0]), float(found.scores[row, 1]), int(which[row]), told[row]) for row in shown
    ]
    drawn = scatter("Map of the pieces", points, series, _axis(found, 0, 90), _axis(found, 1, 60))
    caption = (
        f"The pieces on the first two principal components of {len(found.columns):,} robustly scaled features"
        f" (n = {counted(len(order), 'piece')}{drawn_of(shown, order)}; together "
        f"{number(100 * float(found.explained[:2].sum()))} % of the "
        "variance)."
        " Features that may tell of bar lines, note values, staves or file formats, or that tell the pitch level, "
        "are left out."
    )
    rows = np.argsort(found.scores[:, 0], kind="stable").tolist()
    behind = data.listed(lambda row: f"{number(found.scores[row, 0])} / {number(found.scores[row, 1])}", rows)
    return section(
        "map",
        "Map of the pieces",
        figure(drawn, caption, opened("The pieces, from left to right", parts.pieces(behind))),
        _axes(found),
    )


def _series(data: Data) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """The names of the series, and to which each piece belongs."""
    if not data.values:
        return [""], np.zeros(len(data.labels), dtype=np.intp)
    which = np.full(len(data.labels), len(data.values), dtype=np.intp)
    for number_, value in enumerate(data.values):
        which[data.labels == value] = number_
    rest = [OTHERS] if (which == len(data.values)).any() else []
    return [*data.values, *rest], which


def _axis(found: Map, component: int, room: int) -> str:
    """`component 1 (12 %): + steps, − leaps`, in so many letters."""
    share = number(100 * float(found.explained[component]))
    ways = [f"component {component + 1} ({share} %): {', '.join(_heaviest(found, component, most))}" for most in (2, 1)]
    return next((way for way in ways if len(way) <= room), ways[-1][:room])


def _axes(found: Map) -> str:
    shares = [number(100 * float(share)) for share in found.explained[:_TOLD]]
    rows = [
        [str(component + 1), text("; ".join(_heaviest(found, component, 6)), 600), share]
        for component, share in enumerate(shares)
    ]
    head = ["component", "features", "% of variance"]
    return table("What the components are: their heaviest features", head, rows, left=2)


def _heaviest(found: Map, component: int, most: int) -> list[str]:
    """Its features in words, each with the sign of its weight."""
    return [f"{'−' if weight < 0 else '+'} {words_of(name)}" for name, weight in found.heaviest(component, most)]
