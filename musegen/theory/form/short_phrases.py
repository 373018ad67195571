"""Two ideas of two measures each are one phrase where no dominant in root position closes the first."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from musegen.score.model import Score
from musegen.score.voices import Slices
from musegen.theory.analysis import ChordSpan, Phrase
from musegen.theory.form.cadences import closes_at
from musegen.theory.form.phrases import last_notes
from musegen.theory.places import full_measure

_IDEA = 2.05
"""Measures: a basic idea (Caplin, Classical Form, ch. 3: it never closes with a cadence)."""


def with_joined_ideas(
    score: Score, chords: tuple[ChordSpan, ...], phrases: tuple[Phrase, ...], slices: Slices
) -> tuple[Phrase, ...]:
    """The phrases, two neighbours of up to two measures told as one where the first does not close; never sung ones.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sung, heard = "S: c5 e5 | b4 c5 | a5 g5 | f5 e5", "H: I . | V43 I | IV I | V65 I"
    >>> piece = parse_grid(f"key: C major; meter: 2/4\\n{sung}\\n{heard}")
    >>> halves = (Phrase(0, 40320), Phrase(40320, 80640))
    >>> with_joined_ideas(piece, given_analysis(piece).chords, halves, slices_of(assign_voices(piece)))
    (Phrase(onset=0, end=80640),)
    """
    if score.lyrics:
        return phrases
    found: list[Phrase] = []
    was_open = False
    for phrase, is_open in zip(phrases, _open(score, chords, phrases, slices), strict=True):
        before = found[-1] if found else None
        if before is not None and was_open and _is_idea(score, before) and _is_idea(score, phrase):
            found[-1] = before._replace(end=phrase.end)
        else:
            found.append(phrase)
        was_open = is_open
    return tuple(found)


def _is_idea(score: Score, phrase: Phrase) -> bool:
    """As long as a basic idea: more than one measure, up to two."""
    return 1 < (phrase.end - phrase.onset) / full_measure(score, phrase.onset) <= _IDEA


def _open(score: Score, chords: tuple[ChordSpan, ...], phrases: tuple[Phrase, ...], slices: Slices) -> list[bool]:
    """Whether each phrase ends with no cadence, or with one over an inverted dominant."""
    starts = np.array([chord.onset for chord in chords], dtype=np.int64)
    found = []
    for phrase, note in zip(phrases, last_notes(score, phrases, slices), strict=True):
        first, last = np.searchsorted(starts, [phrase.onset, note.end]).tolist()
        made = closes_at(chords[min(first, max(last - 1, 0)) : last], note)
        found.append(made is None or (made.kind == "IAC" and not _is_rooted(chords[first:last], made.onset)))
    return found


def _is_rooted(chords: tuple[ChordSpan, ...], arrival: int) -> bool:
    """The chord that begins here and the one before it are in root position."""
    return any(
        two.onset == arrival and not (one.numeral.inversion or two.numeral.inversion) for one, two in pairwise(chords)
    )
