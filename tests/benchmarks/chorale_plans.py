"""Drawn plans of chorales beside Bach's own that were not counted: `python tests/benchmarks/chorale_plans.py`, 20 s."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from musegen.corpora.selecting import pieces_of
from musegen.errors import UnreadableFile
from musegen.generation.chorales import ChoralePlan, draw_plan, plan_of

DRAWN = 1000
KINDS = ("PAC", "HC", "IAC", "PC", "DC")


def bachs() -> Iterator[ChoralePlan]:
    """The plans of the chorales of the splits valid and test that have fermatas."""
    for split in ("valid", "test"):
        for piece in pieces_of(["bach-chorales"], split=split):
            try:
                yield plan_of(piece.read())
            except UnreadableFile:
                continue


def measured(plans: list[ChoralePlan]) -> dict[str, float]:
    """What can be counted of plans, by name."""
    phrases = [(plan, phrase) for plan in plans for phrase in plan.phrases]
    found = {
        "pieces": len(plans),
        "phrases": len(phrases) / len(plans),
        "measures": float(np.mean([plan.full_measures for plan in plans])),
        "cadences at home": float(np.mean([phrase.key == plan.key for plan, phrase in phrases])),
    }
    for mode in ("major", "minor"):
        here = [plan for plan in plans if plan.key.mode == mode]
        found[f"{mode}: first cadence at home"] = float(np.mean([plan.phrases[0].key == plan.key for plan in here]))
        found[f"{mode}: keys of cadences"] = float(np.mean([len({item.key for item in plan.phrases}) for plan in here]))
    kinds = Counter(phrase.cadence for _, phrase in phrases)
    found |= {kind: kinds[kind] / len(phrases) for kind in KINDS}  # type: ignore[index]
    pairs = [pair for plan in plans for pair in pairwise(plan.phrases)]
    found["as the cadence before"] = float(np.mean([one.key == two.key and one.cadence == two.cadence
                                                    for one, two in pairs]))  # fmt: skip
    return found


def main() -> None:
    """Print the two columns."""
    drawn = measured([draw_plan(np.random.default_rng([9, number])) for number in range(DRAWN)])
    for name, value in measured(list(bachs())).items():
        print(f"{name:30}{value:8.3f}{drawn[name]:10.3f}")


if __name__ == "__main__":
    main()
