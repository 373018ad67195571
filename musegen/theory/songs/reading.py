"""A lead sheet read from its chord symbols: keys, numerals and functions, as an `Analysis`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.keys import Key
from musegen.theory.numerals import Function
from musegen.theory.songs.chord_names import goal_of, song_numeral
from musegen.theory.songs.key_finding import is_blues, sheet_keys
from musegen.theory.songs.sheet import SheetChord, sheet_chords, states_chords
from musegen.theory.songs.tensions import foreign_tones

_STEP_DOWN, _STEP_UP = 1, 10
"""Semitones that a substitute dominant's root, and a backdoor dominant's, lies over that of its goal."""


def stated_by_symbols(score: Score, key: Key | None = None) -> Analysis | None:
    """The reading of a score whose chord symbols are its chords; None for any other score.

    Cadences, phrases and non-chord tones are left empty. `key` states the home key.

    Raises:
        MalformedScore: a symbol names no chord; says measure and beat.

    >>> from musegen.score.textgrid import parse_grid
    >>> sheet = parse_grid("key: F major; meter: 4/4\\nS: a4 . g4 . | f4 . . .\\nC: Gm7 . C7 . | Fmaj7 . . .")
    >>> [(chord.numeral.figure, chord.function) for chord in stated_by_symbols(sheet).chords]
    [('ii7', 'PD'), ('V7', 'D'), ('I7', 'T')]
    """
    chords = sheet_chords(score) if states_chords(score) else ()
    if not chords:
        return None
    found = sheet_keys(score, chords, key)
    blues = is_blues(chords, found.home)
    spans = []
    for number, (chord, local) in enumerate(zip(chords, found.keys, strict=True)):
        after = chords[number + 1 : number + 3]
        numeral = song_numeral(chord, after, local, blues=blues and local == found.home)
        place = score.place(chord.onset)
        spans.append(
            ChordSpan(
                chord.onset, chord.end - chord.onset, *place, local, numeral, numeral.function, found.confidence[number]
            )
        )
    return Analysis(found.home, found.spans(chords), tuple(spans), symbols=True)


def completed_song(analysis: Analysis, score: Score) -> Analysis:
    """A completed analysis with the functions that song gives its chords.

    Substitutes of the dominant (bII7 and bVII7 before the tonic; IV or ii7 over 5) have its function; stable tensions
    are no non-chord tones.
    """
    chords = _with_functions(analysis.chords, sheet_chords(score))
    return replace(analysis, chords=chords, non_chord_tones=foreign_tones(analysis, score))


def _with_functions(chords: tuple[ChordSpan, ...], sheet: tuple[SheetChord, ...]) -> tuple[ChordSpan, ...]:
    """The chords with the functions of substitutes."""
    after = [*(following for _, following in pairwise(chords)), None]
    named = {chord.onset: number for number, chord in enumerate(sheet)}
    return tuple(
        chord._replace(function=_function(chord, following, sheet[named[chord.onset] :]) or chord.function)
        if chord.onset in named
        else chord
        for chord, following in zip(chords, after, strict=True)
    )


def _function(chord: ChordSpan, following: ChordSpan | None, sheet: tuple[SheetChord, ...]) -> Function | None:
    numeral = chord.numeral
    if numeral.bass == 1 and numeral.root in (-1, 2) and not numeral.applied_to and numeral.inversion > 2:
        return "D"
    if following is None or following.key != chord.key or numeral.quality != "dom7":
        return None
    goes_home = following.numeral.degree == 1 and not following.numeral.applied_to
    is_substitute = goal_of(sheet[0], sheet[1:3]) in (_STEP_DOWN, _STEP_UP)
    return "D" if goes_home and is_substitute and not numeral.applied_to else None
