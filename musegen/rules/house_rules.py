"""The rules that stand in no pack: about waivers, wherever there are any, and about sheets of ours."""

from __future__ import annotations

from musegen.rules.entries import Rule
from musegen.rules.findings import Severity


def _rule(name: str, severity: Severity, definition: str, why: str) -> Rule:
    return Rule(name, "", severity, 0.0, "", why, "surface", definition=definition)


_RULES = (
    _rule(
        "expired-waiver",
        "warning",
        "A waiver whose last day is past: what it covered counts again.",
        "What was let pass for a time is to be looked at again.",
    ),
    _rule(
        "unused-waiver",
        "info",
        "A waiver that covers no finding of the rules that were judged.",
        "A waiver that covers nothing hides the next fault at its place.",
    ),
    _rule(
        "missing-voice",
        "error",
        "A voice of an exercise sheet that has no note at all; where it is silent only in some measures in which the "
        "melody sounds, a warning.",
        "Most rules speak of voices that sound: of an empty one they find nothing.",
    ),
)

HOUSE_RULES = {rule.id: rule for rule in _RULES}
"""By id. No predicate stands behind them."""
