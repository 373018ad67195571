"""The chords that a check leans on: the score's own numerals, or what the analyser hears in the notes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musegen.errors import MalformedScore
from musegen.rules.packs import Pack
from musegen.score.model import Notice, Score
from musegen.score.table import Flag, NoteTable
from musegen.theory.analyse import Engine, analyse
from musegen.theory.analysis import Analysis
from musegen.theory.annotations.given import given_analysis
from musegen.theory.classical.exact_chords import closes_in, declared_key, is_excerpt
from musegen.theory.home_key import home_keys
from musegen.theory.keys import Key
from musegen.theory.statistics import statistics

_SPEAKS, _SURE = 4, 0.5
"""The chords from which an excerpt can tell that it has left its key; how sure the last two of them must be."""


def analysed(
    score: Score,
    pack: Pack,
    *,
    infer: bool,
    phrase_ends: tuple[int, ...] | None = None,
    engine: Engine = "classical",
) -> tuple[Score, Analysis | None]:
    """The score with its own numerals, completed, or with what the engine hears; no chords where no rule needs them.

    `phrase_ends` in ticks take the place of fermatas. Numerals that cannot be read are dropped, with a notice.
    """
    if phrase_ends is not None:
        phrased, analysis = analysed(with_phrase_ends(score, phrase_ends), pack, infer=infer, engine=engine)
        return replace(phrased, notes=score.notes), analysis
    try:
        given = given_analysis(score)
    except MalformedScore as error:
        kept = tuple(label for label in score.harmonies if label.kind != "numeral")
        notice = Notice(f"the numerals were not used: {error.full_message}", error.measure)
        told = replace(score, harmonies=kept, notices=(*score.notices, notice))
        return analysed(told, pack, infer=infer, engine=engine)
    asked = any(rule.kind.needs_harmony for rule in pack.rules)
    if not asked or not (infer or given):
        return score, given
    if given:
        return score, analyse(score)
    try:
        return score, heard(score, engine)
    except MalformedScore as error:
        notice = Notice(f"the chord symbols were not used: {error.full_message}", error.measure)
        unnamed = tuple(label for label in score.harmonies if label.kind != "chord_symbol")
        return replace(score, notices=(*score.notices, notice)), heard(replace(score, harmonies=unnamed), engine)


def heard(score: Score, engine: Engine = "classical") -> Analysis:
    """What a check leans on where the score states no numerals: its chord symbols, else what the engine hears.

    An excerpt of a few measures is read in the key of its signature, by the classical engine, unless it closes in
    another.
    """
    key = _key_of_excerpt(score)
    if key is None or closes_in(score, key):
        return analyse(score, key=key, engine=engine)
    free = analyse(score, engine=engine)
    return free if _closes_outside(free, key) else analyse(score, key=key)


def with_phrase_ends(score: Score, ends: tuple[int, ...]) -> Score:
    """The score with fermatas where these phrases end, in ticks, and nowhere else: so the analysis hears them."""
    rows = score.notes.rows.copy()
    rows["flags"] &= ~np.uint16(Flag.FERMATA)
    stop = rows["onset"] + rows["duration"]
    for end in ends:
        rows["flags"][(rows["onset"] < end) & (stop >= end)] |= np.uint16(Flag.FERMATA)
    return replace(score, notes=NoteTable(rows))


def _key_of_excerpt(score: Score) -> Key | None:
    """The key of the signature, for music too short to speak for itself: in two chords, I-IV sounds like V-I."""
    if not is_excerpt(score):
        return None
    declared = declared_key(score)
    if declared is not None:
        return declared
    signature = score.measures[0].key_signature
    likely = (item.key for item in home_keys(score, statistics()))
    return next((key for key in likely if key.signature == signature.fifths), None)


def _closes_outside(found: Analysis, key: Key) -> bool:
    """Whether it ends with V-I of another key, both of them sure and not alone."""
    if len(found.chords) < _SPEAKS:
        return False
    dominant, tonic = found.chords[-2:]
    roots = [chord.key.tonic + chord.numeral.root for chord in (dominant, tonic)]
    is_close = roots == [tonic.key.tonic + 1, tonic.key.tonic] and not tonic.numeral.inversion
    is_sure = min(dominant.confidence, tonic.confidence) >= _SURE
    return is_close and is_sure and dominant.key == tonic.key != key
