"""What speaks against a setting: the findings of its level's pack, weighed."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.exercises.scores import answer_score
from musegen.generation.exercises.setting import Setting
from musegen.generation.levels import Level
from musegen.rules.engine import check
from musegen.rules.packs import load_pack


class Faults(NamedTuple):
    """Findings of a pack: how many errors, and the points of its warnings and infos. Fewer sort first."""

    errors: int
    warnings: float
    infos: float


def faults(setting: Setting, level: Level) -> Faults:
    """What the level's pack finds in an answer."""
    report = check(answer_score(setting, ""), load_pack(level.pack))
    points = {
        severity: sum(float(finding.points) for finding in report.findings if finding.severity == severity)
        for severity in ("warning", "info")
    }
    return Faults(report.count("error"), points["warning"], points["info"])
