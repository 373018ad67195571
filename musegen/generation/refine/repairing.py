"""Repairs: errors of a setting mended by other pitches for one or two drawn notes; given notes stay."""

from __future__ import annotations

from dataclasses import replace

from musegen.generation.refine.candidates import Candidate
from musegen.generation.refine.judging import Reading
from musegen.rules.edits import apply_edits
from musegen.rules.findings import Finding
from musegen.rules.fixes import apply_fixes
from musegen.rules.live import LiveCheck
from musegen.rules.packs import Pack
from musegen.score.model import Score

_WORK = 400
"""What the repairs of one setting may cost, in trials of a few bars: about a second."""


def mended(candidate: Candidate, reading: Reading, pack: Pack) -> tuple[Score, tuple[Finding, ...]]:
    """The candidate's score with the errors of a reading mended where that can be, and what was, each with its fix."""
    rules = {item.rule for item in reading.report.at_or_above("error")} - _stated(candidate.score, pack)
    if not rules:
        return candidate.score, ()
    live = LiveCheck(reading.score, pack, reading.analysis)
    given = {candidate.score.note_name(note) for note in candidate.given}
    resolved = apply_fixes(live, keep=given, rules=rules, work=_WORK).resolved
    edits = [edit for item in resolved if item.fix is not None for edit in item.fix.edits]
    return apply_edits(candidate.score, edits), resolved


def has_numerals(score: Score) -> bool:
    """Whether numerals are written in a score."""
    return any(label.kind == "numeral" for label in score.harmonies)


def unnamed(candidate: Candidate) -> Candidate:
    """The candidate without numerals."""
    kept = tuple(label for label in candidate.score.harmonies if label.kind != "numeral")
    return candidate._replace(score=replace(candidate.score, harmonies=kept))


def _stated(score: Score, pack: Pack) -> set[str]:
    """Rules that a score does not leave to us: chord symbols spell their notes."""
    spelled = any(label.kind == "chord_symbol" for label in score.harmonies)
    return {rule.id for rule in pack.rules if spelled and rule.predicate == "misspelled_note"}
