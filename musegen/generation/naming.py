"""Numerals under settings whose chords nobody asked for: what is heard in the notes, where no name of it is wrong."""

from __future__ import annotations

from dataclasses import replace

from musegen.generation.refine import Refined
from musegen.rules.engine import check
from musegen.score.musicxml_labels import label_order
from musegen.theory.analyse import Engine, analyse
from musegen.theory.reports import numeral_labels

_BETTER_FIRST: tuple[Engine, ...] = ("neural", "classical")


def named(setting: Refined, pack: str) -> Refined:
    """The setting with numerals under its bass; as it is where it has some, or by all names more would be wrong.

    A judge reads chords by the numerals that are written, so names by which a pack finds an error where it hears none
    are not written.
    """
    score = setting.score
    if any(label.kind == "numeral" for label in score.harmonies):
        return setting
    for engine in _BETTER_FIRST:
        labels = numeral_labels(analyse(score, engine=engine), score)
        kept = sorted((*score.harmonies, *labels), key=label_order)
        found = replace(score, harmonies=tuple(kept), stream=None)
        if check(found, pack).count("error") <= setting.errors:
            return replace(setting, score=found)
    return setting
