"""Repairs: errors of a setting mended by other pitches for one or two drawn notes; given notes stay."""

from __future__ import annotations

from dataclasses import replace

from musegen.generation.paper import numeral_label
from musegen.generation.refine.candidates import Candidate
from musegen.generation.refine.judging import Reading
from musegen.generation.voicings import Chord
from musegen.rules.edits import apply_edits
from musegen.rules.findings import Finding
from musegen.rules.fixes import apply_fixes
from musegen.rules.live import LiveCheck
from musegen.rules.packs import Pack
from musegen.score.model import Score
from musegen.score.musicxml_labels import label_order

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


def renamed(candidate: Candidate, heard: Reading) -> Candidate:
    """The candidate under the numerals that are heard in its notes, where none were asked for."""
    if candidate.asked or heard.analysis is None:
        return candidate
    begins = _sounding_from(candidate.score, [chord.onset for chord in heard.analysis.chords])
    chords = [
        numeral_label(begin, Chord(chord.key, chord.numeral))
        for begin, chord in zip(begins, heard.analysis.chords, strict=True)
    ]
    others = [label for label in candidate.score.harmonies if label.kind != "numeral"]
    labels = tuple(sorted([*others, *chords], key=label_order))
    return candidate._replace(score=replace(candidate.score, harmonies=labels))


def _sounding_from(score: Score, times: list[int]) -> list[int]:
    """For each time the first from then on at which something sounds."""
    onset, end = score.notes["onset"], score.notes.end
    return [time if ((onset <= time) & (time < end)).any() else int(onset[onset >= time].min()) for time in times]


def _stated(score: Score, pack: Pack) -> set[str]:
    """Rules that a score does not leave to us: chord symbols spell their notes."""
    spelled = any(label.kind == "chord_symbol" for label in score.harmonies)
    return {rule.id for rule in pack.rules if spelled and rule.predicate == "misspelled_note"}
