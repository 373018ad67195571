"""Drawn plans of chorales beside Bach's own that were not counted; and whether what is drawn on them closes as planned.

python tests/benchmarks/chorale_plans.py [--kept 24]     # 20 s, and a second for each chorale that is drawn
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from musegen.corpora.selecting import pieces_of
from musegen.errors import UnreadableFile
from musegen.generation.chorales import ChoralePlan, draw_plan, plan_of, task_of, written_out
from musegen.generation.chorales.making import other_cadences
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.writing import score_of

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


def kept(count: int) -> str:
    """Of the phrases of so many chorales, one drawn for each plan, those that close as planned: kind and key."""
    plans = [draw_plan(np.random.default_rng([3, number])) for number in range(count)]
    answers = draw([task_of(plan) for plan in plans], np.random.default_rng(5))
    phrases = others = heard_otherwise = 0
    for plan, each in zip(plans, answers, strict=True):
        score = score_of(written_out(plan, each[0]), measures=plan.measures)
        phrases += len(plan.phrases)
        others += len(other_cadences(score, plan))
        heard_otherwise += len(other_cadences(replace(score, harmonies=()), plan))
    return f"{phrases} phrases, as planned by their numerals {phrases - others}, by ear {phrases - heard_otherwise}"


def main() -> None:
    """Print the two columns, and what is kept."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kept", type=int, default=0)
    count = parser.parse_args().kept
    if count:
        print(kept(count))
    drawn = measured([draw_plan(np.random.default_rng([9, number])) for number in range(DRAWN)])
    for name, value in measured(list(bachs())).items():
        print(f"{name:30}{value:8.3f}{drawn[name]:10.3f}")


if __name__ == "__main__":
    main()
