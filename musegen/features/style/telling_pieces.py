"""Whose a piece may be, for its reader: identifications as text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from musegen.features.style.identifying import Identification, Identifier, Reason
from musegen.features.style.telling import counted, number, plain


def identification_text(known: Identifier, found: Sequence[Identification]) -> str:
    """What was learned from and how far it holds; then each piece."""
    held = known.calibration
    lines = [
        f"{known.by}, among {len(known.measured.pieces)} pieces: {counted(known.counts)}",
        f"on pieces of unseen groups: balanced accuracy {known.balanced:.3f}, Brier score {held.brier:.3f} "
        f"(shares alone {held.brier_of_shares:.3f}), calibration error {held.error:.3f}",
    ]
    return "".join(line + "\n" for line in (*lines, *(line for told in found for line in ("", *_lines(told)))))


def identification_data(known: Identifier, found: Sequence[Identification]) -> dict[str, Any]:
    """The same as JSON writes it."""
    pieces = [told._asdict() | {"label": told.label, "stranger": told.is_stranger} for told in found]
    learned = {"by": known.by, "counts": known.counts, "balanced": known.balanced, "calibration": known.calibration}
    data: dict[str, Any] = plain({"version": 1, **learned, "pieces": pieces})
    return data


def _lines(told: Identification) -> list[str]:
    shares = ", ".join(f"{label} {share:.0%}".replace("%", " %") for label, share in told.probabilities.items())
    typical = f"{100 * told.typicality:.0f} % of the corpus is as strange to the rest of it"
    strange = "probably none of these: " if told.is_stranger else ""
    nearest = ", ".join(f"{near.piece} ({near.label})" for near in told.neighbours)
    reasons = ["  taken one by one, what speaks for it:", *(f"    {_reason(reason)}" for reason in told.reasons)]
    return [
        f"{told.piece}: {shares}",
        f"  {strange}{typical}",
        *(reasons if told.reasons else []),
        f"  near: {nearest}",
    ]


def _reason(reason: Reason) -> str:
    medians = f"{number(reason.median)} there, {number(reason.median_of_others)} elsewhere"
    return f"{reason.column} {number(reason.value)} ({medians})"
