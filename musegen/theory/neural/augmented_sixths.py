"""Augmented sixths by the notes that sound: Italian without a fourth note, French with the second degree in it."""

from __future__ import annotations

from musegen.score.model import Score
from musegen.theory.analysis import ChordSpan
from musegen.theory.numerals import parse_numeral

_SECOND, _THIRD = 2, 3
"""Semitones over the tonic: what makes a sixth French, and what makes it German."""
_WANTED = {"Ger65": _THIRD, "Fr43": _SECOND}


def named_sixths(score: Score, chords: tuple[ChordSpan, ...]) -> tuple[ChordSpan, ...]:
    """The chords, with each augmented sixth whose fourth note never sounds called by the notes that do.

    A note of another kind of sixth beside its own may be passing, and changes nothing.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> piece = parse_grid("key: C minor; meter: 2/4\\nS: f#5 g5\\nA: c5 b4\\nB: ab3 g3\\nH: Ger65 V")
    >>> [chord.numeral.figure for chord in named_sixths(piece, given_analysis(piece).chords)]
    ['It6', 'V']
    """
    found: list[ChordSpan] = []
    for chord in chords:
        named = _by_its_notes(score, chord) if chord.numeral.figure in _WANTED else chord
        before = found[-1] if found else None
        if before is not None and named is not chord and _is_same(before, named):
            found[-1] = before._replace(duration=named.onset + named.duration - before.onset)
        else:
            found.append(named)
    return tuple(found)


def _by_its_notes(score: Score, chord: ChordSpan) -> ChordSpan:
    classes = _classes(score, chord)
    if _WANTED[chord.numeral.figure] in classes:
        return chord
    figure = "Ger65" if _THIRD in classes else "Fr43" if _SECOND in classes else "It6"
    numeral = parse_numeral(figure, minor=chord.key.minor)
    return chord._replace(numeral=numeral, function=numeral.function, runner_up=chord.numeral.figure)


def _classes(score: Score, chord: ChordSpan) -> set[int]:
    """The pitch classes that sound during a chord, in semitones over the tonic."""
    notes = score.notes.sounding()
    sounds = (notes["onset"] < chord.onset + chord.duration) & (notes.end > chord.onset)
    return set(((notes["pitch"][sounds].astype(int) - 7 * chord.key.tonic) % 12).tolist())


def _is_same(one: ChordSpan, other: ChordSpan) -> bool:
    return (one.numeral, one.key, one.onset + one.duration) == (other.numeral, other.key, other.onset)
