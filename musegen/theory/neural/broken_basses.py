"""Basses of broken chords: the lowest note of a figure is the bass of its chord, however short it sounds.

A reading frame by frame takes an Alberti bass D-G-F-G for V7, since G sounds most; the ear holds the D (Gauldin,
*Harmonic Practice in Tonal Music*, ch. 4 on figuration).
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import assign_voices
from musegen.theory.analysis import ChordSpan
from musegen.theory.broken_chords import heard_ends
from musegen.theory.vocabulary import numerals, sounding_places

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_MOSTLY = 0.75
"""The share of a chord's time in which a note of a figure must be the lowest that is heard."""


def over_their_basses(score: Score, chords: tuple[ChordSpan, ...]) -> tuple[ChordSpan, ...]:
    """The chords, in the inversion that the lowest note of a broken chord gives them, where one is under them mostly.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> piece = parse_grid("meter: 2/4; unit: 1/8\\nS: e5 . . . | f5 . . .\\nB: c3 g3 e3 g3 | d3 g3 f3 g3\\n"
    ...                    "H: I . . . | V7 . . .")
    >>> [chord.numeral.figure for chord in over_their_basses(piece, given_analysis(piece).chords)]
    ['I', 'V43']
    """
    notes = assign_voices(score).notes
    heard = heard_ends(score, notes)
    broken = heard > notes.end
    if not broken.any():
        return chords
    times = notes["onset"].astype(np.int64), heard.astype(np.int64)
    found: list[ChordSpan] = []
    for chord in chords:
        named = _inverted(chord, _bass(notes, times, broken, chord))
        before = found[-1] if found else None
        if before and named != chord and (before.key, before.numeral) == (named.key, named.numeral):
            found[-1] = before._replace(duration=named.end - before.onset)
        else:
            found.append(named)
    return tuple(found)


def _bass(notes: NoteTable, times: tuple[Ints, Ints], broken: Bools, chord: ChordSpan) -> int | None:
    """The lowest note of the figures under a chord, on the line of fifths: it comes first and is under most of it."""
    (onset, heard), end = times, chord.end
    under = np.flatnonzero((onset < end) & (heard > chord.onset))
    moments = np.clip(np.concatenate([onset[under], heard[under], [chord.onset, end]]), chord.onset, end)
    lengths: Counter[tuple[int, bool]] = Counter()
    for start, stop in pairwise(np.unique(moments).tolist()):
        sounds = under[(onset[under] <= start) & (heard[under] > start)]
        if len(sounds):
            lowest = int(sounds[notes["pitch"][sounds].argmin()])
            lengths[int(notes["fifths"][lowest]), bool(broken[lowest])] += stop - start
    if not lengths:
        return None
    first, is_broken = next(iter(lengths))
    return first if is_broken and lengths[first, True] >= _MOSTLY * chord.duration else None


def _inverted(chord: ChordSpan, bass: int | None) -> ChordSpan:
    """The chord over another of its members."""
    numeral = chord.numeral
    member = None if bass is None else bass - chord.key.tonic
    if member is None or numeral.is_cadential or member == numeral.bass or member not in numeral.members[:4]:
        return chord
    place = sounding_places(numeral.minor).get((frozenset(numeral.members[:4]), numeral.members.index(member)))
    named = None if place is None else numerals(numeral.minor)[place]
    if named is None or (named.root, named.applied_to) != (numeral.root, numeral.applied_to):
        return chord
    return chord._replace(numeral=named, runner_up=numeral.figure)
