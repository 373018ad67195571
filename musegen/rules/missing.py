"""Sheets of ours that came back without a voice: what few rules would notice."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from musegen.rules.findings import Finding
from musegen.rules.house_rules import HOUSE_RULES
from musegen.rules.messages import listed, voice_word
from musegen.score.model import Score
from musegen.score.sheet_voices import is_sheet
from musegen.score.voices import FOUR_PARTS, assign_voices


def missing_voices(score: Score) -> Iterator[Finding]:
    """One finding that names the voices of a sheet of ours that have no note; none for any other score.

    >>> from dataclasses import replace
    >>> from musegen.score.textgrid import parse_grid
    >>> blank = parse_grid("meter: 2/4\\nS: c5 d5\\nA: r .\\nT: r .\\nB: c3 .")
    >>> [finding.message for finding in missing_voices(replace(blank, four_voices=True))]
    ['Alto and tenor have no notes']
    """
    voices = assign_voices(score)
    if not is_sheet(score) or voices.names != FOUR_PARTS or not score.measures:
        return
    silent = tuple(name for number, name in enumerate(FOUR_PARTS) if not (voices.line == number).any())
    if silent:
        rule = HOUSE_RULES["missing-voice"]
        words = listed([voice_word(name) for name in silent]).capitalize()
        told = f"{words} {'have' if len(silent) > 1 else 'has'} no notes"
        yield Finding(
            rule.id, rule.severity, rule.points, score.measures[0].number, Fraction(1), silent, (), {}, told, rule.why
        )
