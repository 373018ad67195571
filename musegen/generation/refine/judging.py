"""What the rules say of a setting: by the numerals that it carries, and by the chords that are heard in its notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from musegen.rules.engine import check_all
from musegen.rules.findings import Finding, Report
from musegen.rules.fixes import place_of
from musegen.rules.hearing import analysed
from musegen.rules.packs import Pack
from musegen.score.model import Score
from musegen.theory.analyse import Engine
from musegen.theory.analysis import Analysis


class Reading(NamedTuple):
    """A score with the chords that were read in it, and what the rules say of it by these."""

    score: Score
    analysis: Analysis | None
    report: Report

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return self.report.count("error")

    @property
    def places(self) -> list[float]:
        """Where errors arrive, in quarters from the beginning."""
        return [item.onset / self.score.ticks_per_quarter for item in self.report.at_or_above("error")]


def by_numerals(scores: Sequence[Score], pack: Pack) -> list[Reading]:
    """What the pack says of each score by its own numerals; where it has none, by what the classical engine hears."""
    return _readings([analysed(score, pack, infer=True) for score in scores], pack)


def by_ear(score: Score, pack: Pack, engine: Engine = "classical") -> Reading:
    """What the pack says of the notes alone, by the chords that the engine hears in them."""
    return _readings([analysed(replace(score, harmonies=()), pack, infer=True, engine=engine)], pack)[0]


def both(own: Report, heard: Report) -> tuple[Finding, ...]:
    """The findings of two readings in order of time, each once."""
    known = {place_of(item) for item in own.findings}
    more = (item for item in heard.findings if place_of(item) not in known)
    return tuple(sorted((*own.findings, *more), key=lambda item: item.onset))


def _readings(analysed_scores: Sequence[tuple[Score, Analysis | None]], pack: Pack) -> list[Reading]:
    reports = check_all(analysed_scores, pack)
    return [Reading(*one, report) for one, report in zip(analysed_scores, reports, strict=True)]
