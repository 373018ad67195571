"""The commonest chords and their successions, each with the command that shows its passages."""

from __future__ import annotations

import numpy as np

from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.parts import counted, figure, opened, paragraph, section, table, text
from musegen.features.report.plots.dots import dots
from musegen.features.report.sections.distributions import INTERVAL, mean_series
from musegen.features.report.statistics import Mean, commonest, means, shares

_CHORDS = 20
_KINDS = (
    ("chords", "n_chords", "Numerals", "numeral"),
    ("pairs", "n_pairs", "Successions of two chords in one key", "succession"),
)


def chords(data: Data) -> str:
    """The section; it says so where no piece has chords in keys."""
    told = [_kind(data, *kind) for kind in _KINDS]
    if not any(told):
        told = [paragraph("No piece has chords that are read in keys: there are no numerals to count.")]
    return section("chords", "Chords", *told)


def _kind(data: Data, what: str, total: str, title: str, one: str) -> str:
    counts = [facts[what] for facts in data.facts]
    totals = [facts.get(total, 0) for facts in data.facts]
    names = commonest(counts, _CHORDS, totals)
    if not names:
        return ""
    values = shares(counts, names, totals)
    drawn = dots(
        title,
        names,
        mean_series(data, names, values),
        f"% of a piece’s {'chords' if what == 'chords' else 'successions'}",
    )
    with_any = sum(bool(count) for count in totals)
    caption = (
        f"The {len(names)} commonest {one}s ({INTERVAL}; n = {counted(with_any, 'piece')} read in keys, by the "
        f"{data.asked.engine} engine)."
    )
    every = means(names, 100 * values, data.groups, data.seed)
    rows = [_row(data, mean, counts) for mean in every]
    commands = table(
        f"{title}: means over pieces, the pieces behind them, the command that shows the passages{_as_written(data)}",
        [one, "mean %", "95 % interval", "pieces", "passages"], rows,
    )  # fmt: skip
    return f"<h3>{text(title)}</h3>" + figure(drawn, caption) + commands


def _row(data: Data, mean: Mean, counts: list[dict[str, int]]) -> list[str]:
    order = np.argsort([-count.get(mean.name, 0) for count in counts], kind="stable").tolist()
    rows = [row for row in order if counts[row].get(mean.name)]
    listed = parts.pieces(data.listed(lambda row: f"{counts[row][mean.name]:,} times", rows))
    interval = f"{mean.low:.1f} to {mean.high:.1f}" if mean.low == mean.low else "–"
    command = f"<code>{text(data.find_command(mean.name), 4000)}</code>"
    return [text(mean.name), f"{mean.mean:.1f}", interval, opened(f"{len(rows):,}", listed), opened("find", command)]


def _as_written(data: Data) -> str:
    """What the command does otherwise."""
    return " (it counts repeats once)" if data.asked.unfold else ""
