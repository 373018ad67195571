"""Cadences: what the last chords of each phrase make of its end. Definitions: design.md, section 10."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.voices import Slices
from musegen.theory.analysis import Cadence, CadenceKind, ChordSpan, Phrase
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.phrases import phrase_end_notes


class _Verdict(NamedTuple):
    kind: CadenceKind
    evidence: str


def cadences(
    score: Score, chords: tuple[ChordSpan, ...], phrases: tuple[Phrase, ...], slices: Slices
) -> tuple[Cadence, ...]:
    """The cadence at each phrase end that makes one, in order; `onset` is that of the last chord."""
    starts = np.array([chord.onset for chord in chords], dtype=np.int64)
    found = []
    for phrase, (onset, end) in zip(phrases, phrase_end_notes(score), strict=False):
        last = int(np.searchsorted(starts, end, side="left")) - 1
        first = min(int(np.searchsorted(starts, phrase.onset, side="left")), last)
        if last < 0 or chords[last].onset + chords[last].duration <= onset:
            continue
        chord = chords[last]
        key = _goal(chords[first : last + 1])
        verdict = _judge(chords[first : last + 1], _soprano_degree(slices, chord, key))
        if verdict:
            found.append(Cadence(chord.onset, chord.measure, chord.beat, verdict.kind, key, verdict.evidence))
    return tuple(found)


def close_of(chords: tuple[ChordSpan, ...]) -> CadenceKind | None:
    """The kind of cadence that the chords of one phrase end with, its melody not asked (a PAC is told as an IAC).

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.given import given_analysis
    >>> heard = given_analysis(parse_grid("key: C major; meter: 3/4\\nS: c5 d5 b4\\nH: I  ii V"))
    >>> close_of(heard.chords), close_of(heard.chords[:2])
    ('HC', None)
    """
    found = _judge(chords, 0) if chords else None
    return found.kind if found else None


def _goal(chords: tuple[ChordSpan, ...]) -> Key:
    """The key of the end: that of the last chord, or the one that its own applied dominant made it the tonic of."""
    last = chords[-1]
    if _is_tonicised(chords):
        return Key(last.key.tonic + last.numeral.root, last.numeral.quality == "minor")
    return last.key


def _is_tonicised(chords: tuple[ChordSpan, ...]) -> bool:
    """The last chord, not the dominant, comes from a dominant applied to it: its cadence is in its own key."""
    if len(chords) < 2 or chords[-1].key != chords[-2].key:
        return False
    arrival, goal = chords[-2].numeral, chords[-1].numeral
    plain = goal.quality in ("major", "minor") and not goal.applied_to and goal.degree not in (1, 5)
    return plain and bool(arrival.applied_to) and arrival.is_dominant and arrival.applied_tonic == goal.root


def _soprano_degree(slices: Slices, chord: ChordSpan, key: Key) -> int:
    """The scale degree in `key` of the highest note as the chord ends; 0 in silence."""
    at = int(np.searchsorted(slices.onset, chord.onset + chord.duration, side="left")) - 1
    if at < 0 or not slices.sounds[at].any():
        return 0
    pitches = np.where(slices.sounds[at], slices.column("pitch")[at], -1)
    degree, alteration = key.scale_degree(int(slices.column("fifths")[at, pitches.argmax()]))
    return 0 if alteration else degree


def _judge(chords: tuple[ChordSpan, ...], soprano: int) -> _Verdict | None:
    """The cadence that these chords of one phrase end with."""
    last = chords[-1]
    if _is_tonicised(chords):
        return _close(chords[-2].numeral, last.numeral, soprano)
    before = _arrived_from(chords)
    if last.numeral.applied_to or last.numeral.is_cadential:
        return None
    if last.numeral.degree == 1:
        return _on_tonic(last.numeral, before, soprano)
    if last.numeral.degree == 5 and last.numeral.is_dominant and last.numeral.inversion < 2:
        return _half(last, before)
    if before is not None and _was_due(before.numeral) and 0 in last.numeral.members:
        return _Verdict("DC", f"{before.numeral.figure} goes to {last.numeral.figure} where the tonic was due")
    return None


def _was_due(dominant: Numeral) -> bool:
    """V or V7 in root position: the tonic should follow; a substitute holds the tonic note."""
    return _is_home_dominant(dominant) and dominant.degree == 5 and dominant.inversion == 0


def _arrived_from(chords: tuple[ChordSpan, ...]) -> ChordSpan | None:
    """The last chord of another degree, in the key of the end."""
    for chord in reversed(chords[:-1]):
        if chord.key != chords[-1].key:
            return None
        if chord.numeral.degree != chords[-1].numeral.degree or chord.numeral.applied_to:
            return chord
    return None


def _is_home_dominant(numeral: Numeral) -> bool:
    return numeral.is_dominant and not numeral.applied_to


def _on_tonic(tonic: Numeral, before: ChordSpan | None, soprano: int) -> _Verdict | None:
    if before is None:
        return None
    arrival = before.numeral
    if _is_home_dominant(arrival):
        return _close(arrival, tonic, soprano)
    if arrival.degree == 4 and not arrival.applied_to and tonic.inversion == 0:
        return _Verdict("PC", f"{arrival.figure}-{tonic.figure}")
    return None


def _close(dominant: Numeral, tonic: Numeral, soprano: int) -> _Verdict:
    """A dominant that goes to its tonic."""
    pair = f"{dominant.figure}-{tonic.figure}"
    if dominant.inversion == 3 and tonic.inversion == 1:
        return _Verdict("EC", f"{pair}: the seventh in the bass takes the close away")
    if dominant.degree == 5 and dominant.inversion == 0 and tonic.inversion == 0:
        return _Verdict("PAC" if soprano == 1 else "IAC", f"{pair}, both in root position, soprano on {soprano}")
    return _Verdict(
        "IAC", f"{pair}, not both in root position" if dominant.degree == 5 else f"{pair}: no V comes before"
    )


def _half(last: ChordSpan, before: ChordSpan | None) -> _Verdict:
    figure = last.numeral.figure
    if before is not None and last.key.minor and before.numeral.figure == "iv6":
        return _Verdict("HC", f"Phrygian: iv6-{figure}")
    return _Verdict("HC", f"the phrase stops on {figure}")
