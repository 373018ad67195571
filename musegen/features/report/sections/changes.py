"""Change over time: the features that go with the years, where pieces are dated."""

from __future__ import annotations

import numpy as np

from musegen.corpora.conditions import value_of
from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.parts import counted, figure, opened, paragraph, section, text
from musegen.features.report.plots.frame import number
from musegen.features.report.plots.points import Point, drawn_of, thinned, trend
from musegen.features.report.sections.characteristic import words_of
from musegen.features.report.years import FEWEST_DATED, WIDEST, Trend, steps, trends, year_of
from musegen.features.style.measurements import feature_of


def changes(data: Data) -> str:
    """The section; it says so where too few pieces are dated."""
    said = [
        value_of(piece, "date") or facts["date"] for piece, facts in zip(data.found.pieces, data.facts, strict=True)
    ]
    years = np.array([year_of(date) for date in said])
    dated = np.isfinite(years)
    count, total = int(dated.sum()), len(years)
    title = "Change over time"
    spans = len(set(years[dated].tolist()))
    if count < FEWEST_DATED or spans < 3:
        why = (
            f"{count:,} of {counted(total, 'piece')} have a year (or span of at most {WIDEST} years) in the label "
            "<code>date</code> or in their file"
        )
        different = f", of {counted(spans, 'different year')}" if count else ""
        return section("time", title, paragraph(f"No change over time can be told: {why}{different}."))
    works = len({group for group, known in zip(data.groups, dated, strict=True) if known})
    intro = paragraph(
        f"{count:,} of {counted(total, 'piece')} are dated, {years[dated].min():.0f} to {years[dated].max():.0f} "
        f"({counted(works, 'work')});",
        f"of a span of at most {WIDEST} years the middle counts, wider ones date nothing. Shown are the features "
        "whose ranks go",
        "with the years most (Spearman’s ρ, with bootstraps over works); q is the false discovery rate over all "
        "features, works",
        "counted once. Composers, genres and editors change with the years too: a trend need not be one of style.",
    )
    found = trends(data.measured, years, np.random.default_rng([data.seed, 2]))
    dates = data.listed(lambda row: said[row], np.flatnonzero(dated).tolist())
    undated = data.listed(lambda row: said[row] or "no date", np.flatnonzero(~dated).tolist())
    lists = opened("Dated pieces", parts.pieces(sorted(dates, key=lambda one: one[1]))) + opened(
        f"Pieces without a date of use: {total - count:,}", parts.pieces(undated)
    )
    return section("time", title, intro, lists, *(_plot(data, years, one) for one in found))


def _plot(data: Data, years: np.ndarray[tuple[int], np.dtype[np.float64]], one: Trend) -> str:
    values, names = data.column(one.column), data.pieces
    known = np.flatnonzero(np.isfinite(values) & np.isfinite(years)).tolist()
    shown = thinned(known)
    points = [
        Point(float(years[row]), float(values[row]), 0, f"{names[row]}, {years[row]:.0f}: {number(float(values[row]))}")
        for row in shown
    ]
    measured = feature_of(one.column)
    drawn = trend(
        words_of(one.column), points, steps(values, years, data.groups, data.seed), "year", _short(measured.unit)
    )
    warned = f" <em class='warn'>May tell of {', '.join(measured.confounds)}.</em>" if measured.confounds else ""
    caption = (
        f"<code>{text(one.column)}</code>: {text(measured.definition, 400)} ρ = {number(one.rho)} ({number(one.low)} "
        f"to {number(one.high)}),"
        f" q {'&lt; 0.001' if one.q < 0.001 else '= ' + number(one.q)}, n = "
        f"{counted(one.pieces, 'piece')}{drawn_of(shown, known)}. Lines: "
        "medians of spans of years;"
        f" bands: middle 95 % of bootstraps over works, where there are five.{warned}"
    )
    rows = sorted(known, key=lambda row: (years[row], names[row]))
    return figure(
        drawn,
        caption,
        opened(
            "The pieces", parts.pieces(data.listed(lambda row: f"{years[row]:.0f}: {number(float(values[row]))}", rows))
        ),
    )


def _short(unit: str) -> str:
    return unit if len(unit) <= 36 else unit[:34] + "…"
