"""Cadences before the end of their phrases: closes that are taken back and tried again, and those that a tag follows.

Sources: Schmalfeldt, Cadential Processes: The Evaded Cadence and the "One More Time" Technique, 1992; Caplin, The
Classical Cadence, 2004; Laitz, The Complete Musician, on plagal tags.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.voices import Slices
from musegen.theory.analysis import Cadence, ChordSpan, Phrase
from musegen.theory.form.cadences import closes_before
from musegen.theory.form.phrases import LastNote, marks_its_phrases
from musegen.theory.numerals import Numeral
from musegen.theory.places import phrase_at

Ints = npt.NDArray[np.int64]

LONGEST = 4
"""Measures: a close that comes later than that is another one, not the same tried again."""
SAME_BASS, SAME_TOP = 0.75, 0.6
"""How much of the bass and of the top line on the way to the dominant must come again at the same pitch."""


def with_inner(
    score: Score,
    chords: tuple[ChordSpan, ...],
    phrases: tuple[Phrase, ...],
    closes: tuple[Cadence, ...],
    slices: Slices,
) -> tuple[Cadence, ...]:
    """The cadences of phrase ends (`closes`) and those inside phrases, in order.

    An EC is told where a prepared dominant in root position goes elsewhere on a strong beat, and then the same way is
    gone again to the same dominant and its tonic; the cadence there is told too. Before a PC is told the PAC that it
    confirms: bass or top line stay on the tonic from the one to the other.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> sung = ["S: c5 . d5 b4 | c5 . . . | c5 . . .", "B: c3 . g3 . | c3 . f3 . | c3 . . ."]
    >>> piece = parse_grid("\\n".join(["meter: 4/4", *sung, "H: I . V . | I . IV . | I . . ."]))
    >>> [(cadence.kind, cadence.measure) for cadence in analyse(piece).cadences]
    [('PAC', '2'), ('PC', '3')]
    """
    if len(chords) < 3 or not len(slices):
        return closes
    heard = _Heard(score, chords, slices)
    told = {close.onset: close for close in closes}
    for attempt, home in _tried_again(heard):
        told = _with_evasion(heard, attempt, home, told)
    for close in closes:
        if close.kind == "PC":
            told |= {made.onset: made for made in _confirmed(heard, close, phrases)}
    return tuple(told[onset] for onset in sorted(told))


class _Heard:
    """A score, its chords and its outer lines."""

    def __init__(self, score: Score, chords: tuple[ChordSpan, ...], slices: Slices) -> None:
        self.score, self.chords, self.slices = score, chords, slices

    @cached_property
    def outer(self) -> Ints:
        """(slice, 2): the lowest and the highest note on the line of fifths; in silence both are 0."""
        rows = np.stack([self.slices.lowest, self.slices.highest], axis=1)
        return np.where(rows >= 0, self.slices.notes["fifths"][rows].astype(np.int64), 0)

    def at(self, times: Ints) -> Ints:
        """(time, 2): the outer lines at these times."""
        return self.outer[self.slices.at(times)]

    def during(self, onset: int, end: int) -> Ints:
        """(slice, 2): all that the outer lines sound in a span."""
        return self.outer[int(self.slices.at(onset)) : int(np.searchsorted(self.slices.onset, end, side="left"))]

    def close(self, at: int) -> Cadence | None:
        """The cadence at a chord, if the highest note of the chord that is heard first in it ends the phrase."""
        chord = self.chords[at]
        tones = set(chord.tones)
        sung = (top for top in self.during(chord.onset, chord.end)[:, 1].tolist() if top in tones)
        note = LastNote(chord.onset, chord.end, next(sung, None))
        return closes_before(self.chords, at + 1, note)


class _Attempt(NamedTuple):
    """A dominant that was prepared, and what comes after it."""

    at: int  # the index of the chord where the tonic is due
    dominant: int  # where the dominant begins, in ticks
    start: int  # where what prepares it begins
    has_seventh: bool


def _attempt(heard: _Heard, at: int) -> _Attempt | None:
    """The attempt at a close on a strong beat; None where no dominant in root position was prepared."""
    chords, first = heard.chords, at
    tonic = chords[at].key.tonic
    while first and _belongs_to_dominant(chords[first - 1].numeral) and chords[first - 1].key.tonic == tonic:
        first -= 1
    group = [chord.numeral for chord in chords[first:at]]
    if not first or not group or group[-1].inversion not in (0, 3):
        return None
    if not any(numeral.inversion == 0 and not numeral.is_cadential for numeral in group):
        return None
    before = chords[first - 1].numeral
    prepared = before.applied_to == "V" or (before.degree in (2, 4) and not before.applied_to)
    if not prepared and not any(numeral.is_cadential for numeral in group):
        return None
    has_seventh = any(numeral.is_seventh for numeral in group)
    return _Attempt(at, chords[first].onset, chords[first - 1].onset, has_seventh)


def _belongs_to_dominant(numeral: Numeral) -> bool:
    return numeral.is_cadential or (numeral.degree == 5 and numeral.is_dominant and not numeral.applied_to)


def _is_home(numeral: Numeral) -> bool:
    return numeral.degree == 1 and numeral.inversion == 0 and not numeral.applied_to


def _evades(numeral: Numeral) -> bool:
    """A chord with the tonic note, its third in the bass or applied to another; not one on the bass of I or V."""
    if _is_home(numeral) or numeral.is_cadential or numeral.bass in (0, 1):
        return False
    if numeral.applied_to:
        return True
    is_substitute = 0 in numeral.members or numeral.bass == (-3 if numeral.minor else 4)
    return is_substitute and numeral.degree != 2 and not numeral.is_dominant


def _tried_again(heard: _Heard) -> list[tuple[_Attempt, int]]:
    """The attempts that are evaded, each with the index of the tonic that a later one reaches."""
    strong = [at for at in range(2, len(heard.chords)) if _is_strong(heard, at)]
    attempts = [made for made in (_attempt(heard, at) for at in strong) if made]
    reached: dict[int, int] = {}
    found = []
    for number in range(len(attempts) - 1, -1, -1):
        attempt = attempts[number]
        numeral = heard.chords[attempt.at].numeral
        if _is_home(numeral):
            reached[attempt.at] = attempt.at
        elif _evades(numeral):
            ready = (later for later in attempts[number + 1 :] if later.at in reached)
            again = next((later for later in ready if _is_again(heard, attempt, later)), None)
            if again:
                reached[attempt.at] = reached[again.at]
                found.append((attempt, reached[again.at]))
    return found


def _is_strong(heard: _Heard, at: int) -> bool:
    before, chord = heard.chords[at - 1].numeral, heard.chords[at]
    return _belongs_to_dominant(before) and heard.score.strength(chord.onset) >= 1 / 2


def _is_again(heard: _Heard, attempt: _Attempt, later: _Attempt) -> bool:
    """The later attempt goes the way of the earlier, soon after it and in the same key."""
    here, there = heard.chords[attempt.at], heard.chords[later.at]
    measure = heard.score.measures[heard.score.measure_index_at(here.onset)]
    away = there.onset - here.onset
    whole = heard.score.ticks(measure.time_signature.quarters)
    if here.key.tonic != there.key.tonic or away > LONGEST * whole:
        return False
    way = min(max(here.onset - attempt.start, whole // 2), away, here.onset)
    step = max(heard.score.ticks(measure.time_signature.pulse_quarters) // 4, 1)
    times = np.arange(here.onset - way, here.onset, step)
    bass, top = (heard.at(times) == heard.at(times + away)).mean(axis=0).tolist() if len(times) else (0.0, 0.0)
    return bass >= SAME_BASS and top >= SAME_TOP


def _with_evasion(heard: _Heard, attempt: _Attempt, home: int, told: dict[int, Cadence]) -> dict[int, Cadence]:
    """What is told by onset, with the evaded cadence and, where no phrase ends there, the one that makes it good.

    A phrase that ends on a triad of V keeps its cadence, and one that ends with the evading chord as well, unless it is
    an inverted tonic under no fermata; nothing ends on V7.
    """
    chord, dominant, tonic = heard.chords[attempt.at], heard.chords[attempt.at - 1], heard.chords[home]
    halves = {onset for onset in told if attempt.dominant <= onset < chord.onset}
    ended = told.get(chord.onset)
    stays = ended is not None and (ended.kind != "IAC" or marks_its_phrases(heard.score))
    if stays or (halves and not attempt.has_seventh):
        return told
    words = f"{dominant.numeral.figure}-{chord.numeral.figure}, then the same way to {tonic.numeral.figure}"
    evaded = Cadence(chord.onset, chord.measure, chord.beat, "EC", dominant.key, f"{words} in measure {tonic.measure}")
    kept = {onset: close for onset, close in told.items() if onset not in halves}
    final = heard.close(home)
    good = {final.onset: final} if final and final.kind == "PAC" else {}
    return good | kept | {chord.onset: evaded}


def _confirmed(heard: _Heard, tag: Cadence, phrases: tuple[Phrase, ...]) -> list[Cadence]:
    """The PAC that a plagal tag of the same phrase follows, if there is one."""
    phrase = phrase_at(phrases, tag.onset)
    last = next((number for number, chord in enumerate(heard.chords) if chord.onset == tag.onset), 0)
    first = last
    while first and _belongs_to_tag(heard.chords[first - 1], tag):
        first -= 1
    chord = heard.chords[first]
    if phrase is None or first == last or 3 * (chord.onset - phrase.onset) < phrase.end - phrase.onset:
        return []
    close = heard.close(first)
    made = close is not None and close.kind == "PAC" and heard.score.strength(chord.onset) >= 1 / 2
    return [close] if close and made and _stays(heard, chord, tag) else []


def _belongs_to_tag(chord: ChordSpan, tag: Cadence) -> bool:
    numeral = chord.numeral
    around = numeral.degree in (1, 4) and not numeral.applied_to
    return chord.key.tonic == tag.key.tonic and (around or numeral.applied_to in ("IV", "iv"))


def _stays(heard: _Heard, close: ChordSpan, tag: Cadence) -> bool:
    """Bass or top line hold the tonic from the harmony after the close to the last chord."""
    lines = heard.during(close.end, tag.onset + 1)
    return bool((lines == tag.key.tonic).all(axis=0).any())
