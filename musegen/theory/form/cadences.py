"""Cadences: what the last chords of each phrase make of its end. Definitions: design.md, section 10."""

from __future__ import annotations

from itertools import dropwhile, takewhile
from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.voices import Slices
from musegen.theory.analysis import Cadence, CadenceKind, ChordSpan, Phrase
from musegen.theory.form.phrases import LastNote, last_notes
from musegen.theory.keys import Key
from musegen.theory.lattice import plain_in
from musegen.theory.numerals import Numeral

_HEARD = 8
"""Chords up to an arrival that are asked what it closes, where no phrase bounds them."""


class _Verdict(NamedTuple):
    kind: CadenceKind
    evidence: str


def cadences(
    score: Score, chords: tuple[ChordSpan, ...], phrases: tuple[Phrase, ...], slices: Slices
) -> tuple[Cadence, ...]:
    """The cadence at each phrase end that makes one, in order; `onset` is that of its last chord.

    What arrives is the harmony that holds most of the last note of the top line: a chord that only passes under it,
    or leads on from it, closes nothing.
    """
    starts = np.array([chord.onset for chord in chords], dtype=np.int64)
    found = []
    for phrase, note in zip(phrases, last_notes(score, phrases, slices), strict=True):
        last = int(np.searchsorted(starts, note.end, side="left"))
        first = min(int(np.searchsorted(starts, phrase.onset, side="left")), max(last - 1, 0))
        made = closes_at(chords[first:last], note)
        if made:
            found.append(made)
    return tuple(found)


def closes_at(chords: tuple[ChordSpan, ...], note: LastNote) -> Cadence | None:
    """The cadence that these chords make if the phrase ends with this note; None where they make none.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> heard = given_analysis(parse_grid("key: C major; meter: 3/4\\nS: c5 b4 c5\\nH: I  V7 I"))
    >>> closes_at(heard.chords, LastNote(20160, 30240, 0)).kind
    'PAC'
    """
    heard = _until_arrival(chords, note)
    if not heard:
        return None
    key = _goal(heard)
    verdict = _judge(heard, _sung_degree(note, key))
    if verdict and verdict.kind == "HC":
        key = _opened(heard[-1])
    place = heard[-1].onset, heard[-1].measure, heard[-1].beat
    return Cadence(*place, verdict.kind, key, verdict.evidence) if verdict else None


def closes_before(chords: tuple[ChordSpan, ...], end: int, note: LastNote) -> Cadence | None:
    """`closes_at` for the last few chords before the one with this number."""
    return closes_at(chords[max(end - _HEARD, 0) : end], note)


def _until_arrival(chords: tuple[ChordSpan, ...], note: LastNote) -> tuple[ChordSpan, ...]:
    """The chords before the harmony that arrives, and of this the chord in root position, else the first."""
    held: list[int] = []  # time of each harmony under the note
    places: list[list[int]] = []
    for number, chord in enumerate(chords):
        under = min(chord.end, note.end) - max(chord.onset, note.onset)
        if under <= 0:
            continue
        if places and _one_harmony(chords[places[-1][0]], chord):
            held[-1] += under
            places[-1].append(number)
        else:
            held.append(under)
            places.append([number])
    if not held:
        return ()
    longest = places[max(range(len(held)), key=lambda at: (held[at], at))]
    arrival = chords[next((number for number in longest if chords[number].numeral.inversion == 0), longest[0])]
    first = longest[0]
    while first and _one_harmony(chords[first - 1], arrival):
        first -= 1
    return (*chords[:first], arrival)


def _one_harmony(chord: ChordSpan, other: ChordSpan) -> bool:
    """Two chords on one root of one key, whatever their inversions and sevenths."""
    here, there = chord.numeral, other.numeral
    return chord.key == other.key and here.root == there.root and here.is_cadential == there.is_cadential


def _sung_degree(note: LastNote, key: Key) -> int:
    """The scale degree of the last note in `key`; 0 in silence and on an altered degree."""
    if note.fifths is None:
        return 0
    degree, alteration = key.scale_degree(note.fifths)
    return 0 if alteration else degree


def close_of(chords: tuple[ChordSpan, ...]) -> CadenceKind | None:
    """The kind of cadence that the chords of one phrase end with, its melody not asked (a PAC is told as an IAC).

    Milder than `closes_at`: V in first inversion stops a phrase too.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> heard = given_analysis(parse_grid("key: C major; meter: 3/4\\nS: c5 d5 b4\\nH: I  ii V"))
    >>> close_of(heard.chords), close_of(heard.chords[:2])
    ('HC', None)
    """
    found = _judge(chords, 0) if chords else None
    if found is None and chords and chords[-1].numeral.inversion == 1:
        last = chords[-1].numeral
        return "HC" if last.degree == 5 and _is_home_dominant(last) else None
    return found.kind if found else None


def _goal(chords: tuple[ChordSpan, ...]) -> Key:
    """The key of the end: that of the last chord, or the one that the dominant before it speaks for."""
    last = chords[-1]
    if _is_tonicised(chords):
        return Key(last.key.tonic + last.numeral.root, last.numeral.quality == "minor")
    return chords[-2].key if _is_deceived(chords) else last.key


def _opened(last: ChordSpan) -> Key:
    """The key that a half cadence on this chord is heard in: V/vi opens in vi."""
    goal = last.numeral.applied_to
    minor = goal.lstrip("b#").islower() if goal else last.key.minor
    return Key(last.key.tonic + last.numeral.applied_tonic, minor)


def _is_tonicised(chords: tuple[ChordSpan, ...]) -> bool:
    """The last chord, not the dominant, comes from a dominant applied to it: its cadence is in its own key."""
    if len(chords) < 2 or chords[-1].key != chords[-2].key:
        return False
    arrival, goal = chords[-2].numeral, chords[-1].numeral
    plain = goal.quality in ("major", "minor") and not goal.applied_to and goal.degree != 1
    closes = plain and bool(arrival.applied_to) and arrival.is_dominant and arrival.applied_tonic == goal.root
    return closes and (not goal.is_dominant or _stays_on_the_dominant(chords))


def _stays_on_the_dominant(chords: tuple[ChordSpan, ...]) -> bool:
    """V has been the goal before, and comes from its own dominant again, both in root position: it may close."""
    both = all(chord.numeral.inversion == 0 and chord.numeral.degree == 5 for chord in chords[-2:])
    lasting = [chord.numeral for chord in takewhile(_is_of_the_dominant, reversed(chords[:-1]))]
    return both and any(not numeral.applied_to for numeral in lasting)


def _is_of_the_dominant(chord: ChordSpan) -> bool:
    """V, or a chord applied to it."""
    numeral = chord.numeral
    return numeral.applied_tonic == 1 if numeral.applied_to else numeral.degree == 5 and not numeral.is_cadential


def _is_deceived(chords: tuple[ChordSpan, ...]) -> bool:
    """A V of one key goes to the sixth degree of that key, which is told as a plain chord of another."""
    if len(chords) < 2 or chords[-1].key == chords[-2].key or not _was_due(chords[-2].numeral):
        return False
    substitute = plain_in(chords[-1].numeral, chords[-1].key, chords[-2].key)
    return chords[-1].numeral.degree not in (1, 5) and substitute is not None and substitute.degree == 6


def _judge(chords: tuple[ChordSpan, ...], soprano: int) -> _Verdict | None:
    """The cadence that these chords of one phrase end with."""
    last = chords[-1].numeral
    if _is_tonicised(chords):
        made = _close(chords[-2].numeral, last, soprano)
        return made if made.kind == "PAC" or not last.is_dominant else _half(last, None)
    if last.applied_to or last.is_cadential:
        return _half(last, None) if _opens_elsewhere(last) else None
    before = chords[-2].numeral if _is_deceived(chords) else _arrived_from(chords)
    if last.degree == 1:
        home = _on_tonic(last, before, soprano, evades=_was_prepared(chords))
        return _or_half(home, chords) if home and home.kind == "PC" else home
    if last.degree == 5 and last.is_dominant and last.inversion == 0:
        return _half(last, before)
    if before is not None and _was_due(before) and (_is_deceived(chords) or 0 in last.members):
        return _Verdict("DC", f"{before.figure} goes to {last.figure} where the tonic was due")
    return None


def _opens_elsewhere(last: Numeral) -> bool:
    """A plain V of another degree: a half cadence in its key (Caplin, 1998, on HC in vi; V/iv is the tonic, major)."""
    plain = last.degree == 5 and last.inversion == 0 and not last.is_seventh
    return plain and last.is_dominant and last.applied_tonic not in (0, -1)


def _was_due(dominant: Numeral) -> bool:
    """V or V7 in root position: the tonic should follow; a substitute holds the tonic note."""
    return _is_home_dominant(dominant) and dominant.degree == 5 and dominant.inversion == 0


def _arrived_from(chords: tuple[ChordSpan, ...]) -> Numeral | None:
    """The last chord of another degree, read in the key of the end."""
    for chord in reversed(chords[:-1]):
        same = chord.key == chords[-1].key
        numeral = chord.numeral if same else plain_in(chord.numeral, chord.key, chords[-1].key)
        if numeral is None or numeral.degree != chords[-1].numeral.degree or numeral.applied_to:
            return numeral
    return None


def _was_prepared(chords: tuple[ChordSpan, ...]) -> bool:
    """Before the last tonic a cadence had begun: among its dominants is a six-four or a V in root position."""
    dominants = takewhile(lambda chord: chord.numeral.degree != 1 or chord.numeral.is_cadential, reversed(chords[:-1]))
    due = takewhile(lambda chord: chord.numeral.is_cadential or _is_home_dominant(chord.numeral), dominants)
    return any(chord.numeral.is_cadential or _was_due(chord.numeral) for chord in due)


def _is_home_dominant(numeral: Numeral) -> bool:
    return numeral.is_dominant and not numeral.applied_to


def _on_tonic(tonic: Numeral, before: Numeral | None, soprano: int, *, evades: bool) -> _Verdict | None:
    if before is None:
        return None
    if _is_home_dominant(before):
        return _close(before, tonic, soprano, evades=evades)
    if tonic.inversion == 0 and _is_plagal(before):
        return _Verdict("PC", f"{before.figure}-{tonic.figure}")
    return None


def _or_half(plagal: _Verdict, chords: tuple[ChordSpan, ...]) -> _Verdict:
    """A PC; where its IV came from its own dominant, I may be heard as the V of that key: analysts are divided."""
    last, on_the_way = chords[-1], dropwhile(lambda chord: not chord.numeral.applied_to, reversed(chords[:-1]))
    source = next(on_the_way, None)
    between = () if source is None else chords[chords.index(source) + 1 : -1]
    direct = bool(between) and all(chord.numeral.degree in (2, 4) for chord in between)
    if source is None or not direct or source.numeral.applied_to.upper() != "IV" or last.numeral.quality != "major":
        return plagal
    key = Key(last.key.tonic - 1, source.numeral.applied_to == "iv")
    words = f"{source.numeral.figure} came before: it may be heard as a half cadence in {key.words}"
    return plagal._replace(evidence=f"{plagal.evidence}; {words}")


def _is_plagal(before: Numeral) -> bool:
    """IV, or the same with a sixth added, ii65 (Piston, Harmony, on cadences)."""
    has_sixth = before.degree == 2 and before.is_seventh and before.inversion == 1
    return (before.degree == 4 or has_sixth) and not before.applied_to


def _close(dominant: Numeral, tonic: Numeral, soprano: int, *, evades: bool = False) -> _Verdict:
    """A dominant that goes to its tonic; `evades`: a cadence had begun."""
    pair = f"{dominant.figure}-{tonic.figure}"
    if evades and dominant.inversion == 3 and tonic.inversion == 1:
        return _Verdict("EC", f"{pair}: the seventh in the bass takes the close away")
    if dominant.degree == 5 and dominant.inversion == 0 and tonic.inversion == 0:
        sung = f", soprano on {soprano}" if soprano in (1, 3, 5) else ""
        return _Verdict("PAC" if soprano == 1 else "IAC", f"{pair}, both in root position{sung}")
    return _Verdict(
        "IAC", f"{pair}, not both in root position" if dominant.degree == 5 else f"{pair}: no V comes before"
    )


def _half(last: Numeral, before: Numeral | None) -> _Verdict:
    if before is not None and last.minor and before.figure == "iv6":
        return _Verdict("HC", f"Phrygian: iv6-{last.figure}")
    return _Verdict("HC", f"the phrase stops on {last.figure}")
