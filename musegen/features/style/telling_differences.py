"""What sets two corpora apart, for its reader: comparisons as text and JSON."""

from __future__ import annotations

import math
from typing import Any

from musegen.features.style.fingerprints import Comparison, Difference
from musegen.features.style.telling import confounds_text, effect_data, effect_line, plain


def comparison_text(found: Comparison) -> str:
    """How many numbers differ, and the largest differences, each with the overlap of both corpora."""
    sizes = [
        f"{name}: {pieces} pieces in {groups} groups\n"
        for name, pieces, groups in zip(found.names, found.pieces, found.groups, strict=True)
    ]
    shared = f"{found.shared} pieces that stand in both are left out\n" if found.shared else ""
    counts = (
        f"of {found.columns} numbers {found.differing} differ at a false discovery rate of 5 %, {found.large} much\n"
    )
    lines = "".join(f"  {_difference_line(difference)}\n" for difference in found.differences)
    head = f"\nWhere {found.names[0]} differs most, by piece:\n" if lines else ""
    caution = confounds_text(found.confounds)
    return "".join(sizes) + shared + counts + head + lines + ("\n" + caution if caution else "")


def comparison_data(found: Comparison) -> dict[str, Any]:
    """The same as JSON writes it."""
    differences = [effect_data(told.effect) | {"overlap": plain(told.overlap)} for told in found.differences]
    known = {"version": 1, "differences": differences}
    data: dict[str, Any] = plain(found._asdict() | known)
    return data


def _difference_line(told: Difference) -> str:
    found = told.overlap
    halves = f", of halves of the first {found.area_of_halves:.2f}" if math.isfinite(found.area_of_halves) else ""
    return f"{effect_line(told.effect)}\n    overlap {found.area:.2f}{halves}; divergence {found.divergence:.2f}"
