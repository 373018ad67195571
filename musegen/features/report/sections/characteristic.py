"""What sets the pieces of a label apart: effect sizes with intervals over works and false discovery rates."""

from __future__ import annotations

import numpy as np

from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.parts import counted, figure, opened, paragraph, section, table, text
from musegen.features.report.plots.dots import dots
from musegen.features.report.plots.frame import number
from musegen.features.report.statistics import Mean
from musegen.features.style.effects import Effect, effects
from musegen.features.style.measurements import feature_of

TOP = 8
"""Features told for each value of the label."""
_SURE = 0.05


def characteristic(data: Data) -> str:
    """The section."""
    title = "Characteristic features"
    if not data.values:
        return section(
            "characteristic", title,
            paragraph(
                "There is nothing to compare with: no label has two values of enough pieces. <code>--by "
                "LABEL</code> names one,"
                " <code>--against CORPUS</code> sets another corpus beside this one."
            ),
        )  # fmt: skip
    measured = data.measured.rows(data.labels != "")
    found = effects(measured, data.values, np.random.default_rng([data.seed, 1]), top=TOP)
    intro = paragraph(
        f"By <strong>{text(data.by)}</strong>: the pieces of each value against all others. Cliff’s δ says how much "
        "oftener a",
        "piece of the one side has the higher value than the lower, from −1 to 1; intervals are the middle 95 % of "
        "bootstraps",
        "over works, where both sides have five; q is the false discovery rate over all features and values that were "
        "looked at, not only those shown.",
    )
    told = [_one(data, value, [effect for effect in found if effect.label == value]) for value in data.values]
    return section("characteristic", title, intro, *told)


def _one(data: Data, value: str, found: list[Effect]) -> str:
    """One value of the label: its plot and its table."""
    if not found:
        return f"<h3>{text(value)}</h3>" + paragraph("Too few pieces for a comparison.")
    names = [words_of(effect.column) for effect in found]
    series = [("", [Mean(effect.column, effect.delta, effect.low, effect.high) for effect in found])]
    drawn = dots(f"What sets {value} apart", names, series, "Cliff’s δ against all others", (-1.05, 1.05))
    count = int((data.labels == value).sum())
    caption = (
        f"{text(value)} (n = {counted(count, 'piece')}) against the {int((data.labels != '').sum()) - count:,} others."
    )
    head = ["feature", "δ", "95 % interval", "q", "median here", "elsewhere", "pieces"]
    rows = [_row(data, effect) for effect in found]
    return (
        f"<h3>{text(value)}</h3>"
        + figure(drawn, caption)
        + table(f"The features of {text(value)}", head, rows)
        + _none(found)
    )


def _row(data: Data, effect: Effect) -> list[str]:
    measured = feature_of(effect.column)
    warning = (
        f' <em class="warn">may tell of {", ".join(text(one) for one in effect.confounds)}</em>'
        if effect.confounds
        else ""
    )
    values = data.column(effect.column)
    here = [row for row in np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable").tolist()
            if data.labels[row] == effect.label and np.isfinite(values[row])]  # fmt: skip
    listed = parts.pieces(data.listed(lambda row: number(float(values[row])), here))
    q = "&lt; 0.001" if effect.q < 0.001 else number(effect.q)
    return [
        f"<code>{broken(effect.column)}</code><br><small>{text(measured.definition, 400)} "
        f"({text(measured.unit)}){warning}</small>",
        number(effect.delta), f"{number(effect.low)} to {number(effect.high)}" if np.isfinite(effect.low) else "", q,
        number(effect.median), number(effect.median_of_others), opened(f"{effect.pieces[0]:,}", listed),
    ]  # fmt: skip


def _none(found: list[Effect]) -> str:
    """A sentence where chance may have made all of it."""
    if any(effect.q < _SURE for effect in found):
        return ""
    return paragraph(
        "None of these holds at a false discovery rate of 5 %: there are too few works to be sure.", kind="soft"
    )


def broken(column: str) -> str:
    """A column that may be broken at its dots and underscores."""
    return text(column).replace(".", ".<wbr>").replace("_", "_<wbr>")


def words_of(column: str) -> str:
    """A column in words, for the axis of a plot.

    >>> words_of("harmony.root_successions.5-1"), words_of("texture.number_of_lines")
    ('root successions: 5-1', 'number of lines')
    """
    _, name, *dims = column.split(".")
    return name.replace("_", " ") + (f": {'.'.join(dims).replace('_', ' ')}" if dims else "")
