"""A judgement for its reader: text for a terminal, JSON for a program."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from musegen.evaluation.judgement import Judgement, Melodies
from musegen.evaluation.sure import Figure


def judgement_text(judgement: Judgement) -> str:
    """The whole judgement in tables.

    >>> print(judgement_text(Judgement("mine", "theirs", "3 melodies", 1)), end="")
    mine: 3 melodies, beside theirs; seed 1
    """
    head = f"{judgement.name}: {judgement.made}, beside {judgement.against}; seed {judgement.seed}"
    blocks = [head]
    if judgement.aims:
        rows = [["yes" if aim.reached else "NO", aim.what, aim.figure, aim.wanted] for aim in judgement.aims]
        blocks.append(table("Figures to reach", ["", "figure", "reached", "wanted"], rows))
    if judgement.held_out:
        held = [[one.model, f"{one.value:.3f}", one.unit, one.what] for one in judgement.held_out]
        blocks.append(table("Held-out likelihood", ["model", "", "", ""], held))
    if judgement.melodies:
        blocks += _melody_blocks(judgement.melodies)
    if judgement.table:
        blocks.append(judgement.table.text().rstrip())
    if judgement.unread:
        blocks.append(table(f"Not judged: {len(judgement.unread)}", ["", ""], [list(row) for row in judgement.unread]))
    return "\n\n".join(blocks) + "\n"


def judgement_data(judgement: Judgement) -> dict[str, Any]:
    """The judgement as JSON writes it; what was not measured is null."""
    told = judgement.melodies
    return {
        "version": 1,
        "name": judgement.name,
        "against": judgement.against,
        "made": judgement.made,
        "seed": judgement.seed,
        "aims": [aim._asdict() for aim in judgement.aims],
        "held_out": [_plain(one._asdict()) for one in judgement.held_out],
        "melodies": None if told is None else _melody_data(told),
        "table": json.loads(judgement.table.json()) if judgement.table else None,
        "card": json.loads(json.dumps(dict(judgement.card), default=str)),
        "unread": [{"piece": piece, "reason": reason} for piece, reason in judgement.unread],
    }


def figure_words(figure: Figure) -> str:
    """`0.87 [0.85, 0.90]`; a dash where there is nothing.

    >>> figure_words(Figure("AUC", 0.5)), figure_words(Figure("AUC", float("nan")))
    ('0.50', '-')
    """
    if math.isnan(figure.value):
        return "-"
    return f"{figure.value:.2f}" + ("" if math.isnan(figure.low) else f" [{figure.low:.2f}, {figure.high:.2f}]")


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table for a terminal, columns under each other.

    >>> print(table("Tunes", ["", "notes"], [["a", "12"]]))
    Tunes
         notes
      a  12
    """
    every = [list(head), *map(list, rows)] if any(head) else [list(row) for row in rows]
    widths = [max(len(row[place]) for row in every) for place in range(len(head))]
    lines = ("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in every)
    return "\n".join([title, *(line.rstrip() for line in lines)])


def _melody_blocks(told: Melodies) -> list[str]:
    apart = told.distances
    distances = [
        [one.name, f"{one.overlap:.3f}", f"{one.own_overlap:.3f}", f"{one.divergence:.4f}", f"{one.own_divergence:.4f}",
         f"{one.ratio:.2f} [{one.low:.2f}, {one.high:.2f}]"]
        for one in apart.each
    ]  # fmt: skip
    distances.append(["mean of 1 - overlap", "", "", "", "", f"{apart.ratio:.2f} [{apart.low:.2f}, {apart.high:.2f}]"])
    judges = [[figure.name, figure_words(figure)] for figure in (told.adversary, told.own, told.control)]
    tells = [[one.column, f"{one.delta:+.2f}", f"{one.made:.3g}", f"{one.real:.3g}"] for one in told.tells]
    return [
        table(f"Distance to the corpus ({apart.tunes[0]} made, {apart.tunes[1]} held out, {apart.tunes[2]} of it)",
              ["", "overlap", "own", "KL", "own", "ratio"], distances),
        table("Adversary", ["", "AUC"], judges),
        table("What tells made from real", ["", "delta", "made", "real"], tells),
        table("Longest passage shared with the corpus, in notes", ["", "mean", "95 %", "longest", "where", "from"],
              _shared_rows(told)),
        table(f"Rules of the pack {told.pack}, findings in 100 notes", ["", "made", "real"],
              [[one.rule, f"{one.made:.3f}", f"{one.real:.3f}"] for one in told.rules]),
        table("What was asked for and is kept", ["", "made", "real tunes, asked for what they are"],
              [[one.aspect, _of(one.made), _of(one.real)] for one in told.kept]),
    ]  # fmt: skip


def _shared_rows(told: Melodies) -> list[list[str]]:
    kinds = (("melody and rhythm", told.shared), ("intervals alone", told.shared_pitches))
    return [
        [f"{one.name}, {kind}", f"{one.mean:.1f}", f"{one.high:.0f}", str(one.longest), one.piece, one.source]
        for kind, both in kinds
        for one in both
    ]


def _of(count: tuple[int, int] | None) -> str:
    return "-" if count is None or not count[1] else f"{count[0]} of {count[1]}"


def _melody_data(told: Melodies) -> dict[str, Any]:
    apart = told.distances
    each = [_plain(one._asdict() | {"ratio": one.ratio}) for one in apart.each]
    figures = {"made": told.adversary, "own": told.own, "control": told.control}
    return {
        "tunes": dict(zip(("made", "held_out", "corpus"), told.sizes, strict=True)),
        "distances": {"ratio": apart.ratio, "low": apart.low, "high": apart.high, "each": each},
        "adversary": {name: _plain(figure._asdict()) for name, figure in figures.items()},
        "tells": [_plain(one._asdict()) for one in told.tells],
        "shared": [one._asdict() for one in told.shared],
        "shared_pitches": [one._asdict() for one in told.shared_pitches],
        "pack": told.pack,
        "rules": [one._asdict() for one in told.rules],
        "kept": [one._asdict() for one in told.kept],
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(one, float) and not math.isfinite(one) else one for name, one in values.items()}
