"""Whether a melody can be set at all: asked where a network has kept neither to a pack's chords nor to its ranges."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from musegen.errors import NotFound
from musegen.generation import classical_settings
from musegen.generation.conditions import Condition
from musegen.generation.refine import Refined
from musegen.generation.refine.repairing import has_numerals
from musegen.generation.vocabulary import has_vocabulary
from musegen.rules.packs import Pack, load_pack
from musegen.score.model import Score


def refuse_impossible(source: Score, condition: Condition, found: Sequence[Refined]) -> None:
    """Nothing, where some setting of a melody can keep to the chords and ranges of the pack, or nobody knows.

    `found` are settings that were drawn, best first. Where the best one breaks a range, or is not known to keep to
    chords that the pack names, the search of the classical engine looks for another; where that has left nothing out,
    what it says is proven.

    Raises:
        NoSolution: there is none; names the requests that contradict each other.
    """
    if condition.left is not None or condition.figures or source.figures:
        return
    pack = load_pack(condition.pack)
    if found and not _leaves_ranges(found[0], pack) and (not has_vocabulary(pack) or _keeps_chords(found[0], pack)):
        return
    plain = replace(condition, style="", cadences=(), candidates=1)
    with suppress(NotFound):
        classical_settings.settings(source, plain, np.random.default_rng(0))


def _leaves_ranges(setting: Refined, pack: Pack) -> bool:
    ranges = {rule.id for rule in pack.rules if rule.predicate == "out_of_range"}
    return any(item.severity == "error" and item.rule in ranges for item in setting.findings)


def _keeps_chords(setting: Refined, pack: Pack) -> bool:
    """Its chords were judged by their names, and nothing is wrong; where none is allowed, none is judged."""
    allowed = any(pack.allow.get(mode) for mode in ("major", "minor"))
    return allowed and not setting.errors and has_numerals(setting.score)
