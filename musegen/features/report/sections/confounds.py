"""What could pass for style: editors, file formats, note values, beside the label by which pieces are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from musegen.corpora.pieces import Piece
from musegen.features.report import parts
from musegen.features.report.data import Data
from musegen.features.report.parts import counted, opened, paragraph, section, table, text
from musegen.features.report.plots.frame import number
from musegen.features.style.confounding import STRONG, confounding

_UNKNOWN = "not said"
_VALUES = 8


def _editor(piece: Piece, facts: dict[str, Any]) -> str:
    return piece.labels.get("editor", "") or facts["editor"] or _UNKNOWN


def _format(_: Piece, facts: dict[str, Any]) -> str:
    return facts["format"] or _UNKNOWN


def _value(_: Piece, facts: dict[str, Any]) -> str:
    return facts["value"] or _UNKNOWN


def _beat(_: Piece, facts: dict[str, Any]) -> str:
    meters: dict[str, int] = facts["meters"]
    main = max(meters, key=lambda meter: meters[meter], default="")
    return f"1/{main.partition('/')[2]}" if main else _UNKNOWN


CHECKED: tuple[tuple[str, Callable[[Piece, dict[str, Any]], str]], ...] = (
    ("editor", _editor), ("file format", _format), ("commonest note value", _value), ("unit of the meter", _beat),
)  # fmt: skip


def confounds(data: Data) -> str:
    """The section."""
    intro = paragraph(
        "Editors bar, reduce note values and encode each in their own way. Where a label goes with one of these, a "
        "difference",
        "of style may be one of editions; features that may tell of them are marked above, and left out of the map.",
    )
    return section("confounds", "Editors, encodings, note values", intro, *(_one(data, *check) for check in CHECKED))


def _one(data: Data, what: str, told: Callable[[Piece, dict[str, Any]], str]) -> str:
    values = [told(piece, facts) for piece, facts in zip(data.found.pieces, data.facts, strict=True)]
    sides = list(data.values) or ["all"]
    label = data.labels if data.values else np.array(["all"] * len(values), dtype=object)
    counts = Counter(values)
    names = [name for name, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
    shown = names[:_VALUES]
    rows = [
        _row(
            name,
            [sum(value == name and side == one for value, one in zip(values, label, strict=True)) for side in sides],
        )
        for name in shown
    ]
    if len(names) > _VALUES:
        rest = set(names[_VALUES:])
        rows.append(
            _row(
                f"{len(rest)} others",
                [
                    sum(value in rest and side == one for value, one in zip(values, label, strict=True))
                    for side in sides
                ],
            )
        )
    head = [text(what), *(text(side) for side in sides)]
    behind = sorted(data.listed(lambda row: values[row]), key=lambda one: (one[1], one[0]))
    made = table(f"Pieces by {what}", head, rows)
    return (
        f"<h3>{text(what.capitalize())}</h3>"
        + _warning(data, what, values)
        + made
        + opened("The pieces", parts.pieces(behind))
    )


def _row(name: str, numbers: list[int]) -> list[str]:
    return [text(name), *(f"{count:,}" for count in numbers)]


def _warning(data: Data, what: str, values: list[str]) -> str:
    """What goes with the label: a warning where one nearly tells the other."""
    kept = np.isin(data.labels.astype(str), list(data.values)) if data.values else np.zeros(len(values), dtype=bool)
    told = np.array(values, dtype=object)[kept]
    if len(set(told)) < 2:
        return ""
    found = confounding(what, told, data.labels[kept])
    measure = (
        f"Cramér’s V between {text(what)} and {text(data.by)} is {number(found.cramers_v)} (n = "
        f"{counted(int(kept.sum()), 'piece')})."
    )
    if not found.is_strong:
        return paragraph(measure, kind="soft")
    pairs = "; ".join(f"{text(value)} is {text(label)}" for value, label in found.pairs)
    one_to_one = f" Nine tenths or more of each are the other: {pairs}." if pairs else ""
    return paragraph(
        f"<strong>Warning.</strong> {measure} From {STRONG:g} on, what looks like style may be this.{one_to_one}",
        kind="warning",
    )
