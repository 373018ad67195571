"""What a melody and a condition say of each frame: meter and phrases, keys, chords, figures, cadences, level, style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from musegen.generation.conditions import Condition
from musegen.generation.given import Given, Request
from musegen.generation.melody import Melody
from musegen.generation.neural.frames import VOICES, frame_onsets
from musegen.generation.neural.said import (
    CADENCES,
    UNSAID,
    Said,
    distances_to,
    key_number,
    metric_of,
    nothing_said,
    style_number,
)
from musegen.rules.figures import read_figures
from musegen.score.model import Score
from musegen.score.voices import assign_voices
from musegen.theory.home_key import home_keys
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.statistics import statistics
from musegen.theory.vocabulary import index_of

_NEAR = (0, 1, -1, 2, -2)
"""Sharps away from home of the keys in which a chord is looked for that home does not have."""
_INVERSIONS = {
    frozenset({3, 5}): 0, frozenset({3, 5, 7}): 0, frozenset({3, 6}): 1, frozenset({3, 5, 6}): 1,
    frozenset({4, 6}): 2, frozenset({3, 4, 6}): 2, frozenset({2, 4, 6}): 3,
}  # fmt: skip
"""By the intervals over the bass; of other figures, as 4 3 over a held note, only the notes say what they are."""


def told(melody: Melody, condition: Condition, given: Given, voices: Sequence[int]) -> Said:
    """All that is known of the frames of a melody's score; `given` has a chord or None for each of them.

    A chord symbol whose bass is not stated is a chord in root position. `voices` are those that are given.

    Raises:
        UsageError: there is no such style.
    """
    score = melody.score
    onset = frame_onsets(score)
    columns = nothing_said(len(onset))._asdict() | metric_of(score, onset)
    closes = [(slot.onset, slot.onset + slot.duration) for slot in melody.slots if slot.is_phrase_end]
    distances, phrase = distances_to(closes, onset, score.ticks_per_quarter)
    home = condition.key or _home(score, voices)
    said = Said(**(columns | distances))
    said.home[:] = key_number(home)
    _say_chords(said, given, home)
    _say_figures(said, melody, condition, onset)
    _say_cadences(said, condition, phrase, closes, onset)
    said.level[:] = condition.level or UNSAID
    said.style[:] = style_number(condition.style)
    return said


def _home(score: Score, voices: Sequence[int]) -> Key:
    """The key of the given voices. Of a soprano alone as often right as a search for cheap chords, and sooner."""
    lines = assign_voices(score)
    given = voices if len(lines.names) == VOICES else range(len(voices))
    heard = lines.notes.where(np.isin(lines.line, given))
    return home_keys(replace(score, notes=heard), statistics())[0].key


def _say_chords(said: Said, given: Given, home: Key) -> None:
    named: dict[int, tuple[Key, Numeral] | None] = {}
    for frame, request in enumerate(given.asked):
        if request is None:
            continue
        if id(request) not in named:
            named[id(request)] = _named(request, home)
        chord = named[id(request)]
        if chord is not None:
            key, numeral = chord
            place = index_of(numeral)
            said.local[frame] = key_number(key)
            said.figure[frame] = UNSAID if place is None else place
            said.inversion[frame] = min(numeral.inversion, 3)


def _named(request: Request, home: Key) -> tuple[Key, Numeral] | None:
    """What a chord is called: in its own key or at home, or in a key near by that has it."""
    stated = [Key.parse(request.key)] if request.key else []
    found = [(key, numeral) for key in stated or _keys_round(home) for numeral in request.names(key)]
    known = (chord for chord in found if index_of(chord[1]) is not None)
    return next(known, found[0] if found else None)


def _keys_round(home: Key) -> list[Key]:
    near = [Key.of_signature(home.signature + step, minor=minor) for step in _NEAR for minor in (False, True)]
    return [home, *(key for key in near if key != home)]


def _say_figures(said: Said, melody: Melody, condition: Condition, onset: npt.NDArray[np.int64]) -> None:
    """The inversions that figures state, where no chord is given."""
    for figure in condition.figures or melody.score.figures:
        asked = read_figures(figure.figures)
        inversion = UNSAID if asked is None else _INVERSIONS.get(asked.sizes, UNSAID)
        here = (figure.onset <= onset) & (onset < figure.onset + figure.duration) & (said.figure == UNSAID)
        said.inversion[here & (inversion != UNSAID)] = inversion


def _say_cadences(
    said: Said,
    condition: Condition,
    phrase: npt.NDArray[np.intp],
    closes: Sequence[tuple[int, int]],
    onset: npt.NDArray[np.int64],
) -> None:
    """The cadences that are asked for, each in the phrase that it ends, and their keys at its last chord."""
    for cadence in condition.cadences:
        number = phrase[max(int(np.searchsorted(onset, cadence.onset, side="right")) - 1, 0)]
        if cadence.kind is not None:
            said.cadence[phrase == number] = CADENCES.index(cadence.kind)
        if cadence.key is not None:
            begin, end = closes[number]
            said.local[(begin <= onset) & (onset < end)] = key_number(cadence.key)
