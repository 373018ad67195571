"""The functions of the second checker by the rules that they judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from musegen.rules.entries import Rule
from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from second_checker.music import Music, Place

Judge = Callable[[Music, Rule], Iterable[Place]]
SECOND: dict[str, Judge] = {}
_FRAME = ("__init__", "music", "registry")


def second(*rules: str) -> Callable[[Judge], Judge]:
    """Registers a function of a piece and a rule (for its parameters) that yields where these rules are broken."""

    def register(function: Judge) -> Judge:
        SECOND.update(dict.fromkeys(rules, function))
        return function

    return register


def places(score: Score, rule: Rule, analysis: Analysis | None = None, cantus_firmus: str = "") -> list[Place]:
    """Where the second checker finds a rule broken, each place once, in order."""
    return sorted(set(SECOND[rule.id](Music(score, analysis, cantus_firmus), rule)))


for _path in sorted(Path(__file__).parent.glob("*.py")):
    if _path.stem not in _FRAME:
        import_module(f"second_checker.{_path.stem}")
