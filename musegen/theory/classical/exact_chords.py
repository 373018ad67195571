"""Chords set right where the notes leave no doubt: block chords, a misspelled German sixth, the key of an excerpt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.voices import Slices
from musegen.theory.analysis import ChordSpan, KeySpan, key_spans
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.vocabulary import numerals, sounding_places

_WHOLE_PIECE = 5
"""Measures from which the notes tell the key better than the signature."""
_EXACT = 0.9
"""How sure a chord is whose notes are all there and no others, in the key that the file declares."""
_GERMAN = frozenset({8, 0, 3, 6})
"""The augmented sixth as it sounds, in semitones over the tonic."""


class _Block(NamedTuple):
    """What sounds all through a chord, and nothing else does; places on the line of fifths."""

    tones: frozenset[int]
    bass: int


def is_excerpt(score: Score) -> bool:
    """Too short for its notes to tell the key better than its signature."""
    return 0 < len(score.measures) < _WHOLE_PIECE


def declared_key(score: Score) -> Key | None:
    """The key that a file of less than five measures declares by signature and mode; None elsewhere."""
    if not is_excerpt(score):
        return None
    signature = score.measures[0].key_signature
    if signature.mode not in ("major", "minor"):
        return None
    return Key.of_signature(signature.fifths, minor=signature.mode == "minor")


def closes_in(score: Score, key: Key) -> bool:
    """Whether the last bass note is the tonic or the dominant of a key: the music has not left it."""
    notes = score.notes.sounding()
    if not len(notes):
        return False
    last = notes.rows[notes.end == notes.end.max()]
    return int(last["fifths"][last["pitch"].argmin()]) - key.tonic in (0, 1)


def exact_chords(chords: tuple[ChordSpan, ...], slices: Slices, declared: Key | None) -> tuple[ChordSpan, ...]:
    """The chords, renamed where they stand against all that sounds.

    In an excerpt whose key is `declared` every block chord that the key has belongs to that key, if all others do.
    """
    chords = _struck(chords, slices)
    blocks = [_block(slices, chord) for chord in chords]
    fixed = [_german(chords, number, block) or chords[number] for number, block in enumerate(blocks)]
    if declared is None:
        return tuple(_contradicted(chord, block) for chord, block in zip(fixed, blocks, strict=True))
    named = [_in_key(chord, block, declared) for chord, block in zip(fixed, blocks, strict=True)]
    stays = all(chord.key == declared for chord in named)
    return tuple(named if stays else fixed)


def keys_of(chords: tuple[ChordSpan, ...], heard: Iterable[KeySpan]) -> tuple[KeySpan, ...]:
    """The local keys of chords that were renamed; each as sure as that key was heard there or elsewhere."""
    sure = {span.key: span.confidence for span in reversed([*heard])}
    return tuple(span._replace(confidence=sure.get(span.key, _EXACT)) for span in key_spans(chords))


def _struck(chords: tuple[ChordSpan, ...], slices: Slices) -> tuple[ChordSpan, ...]:
    """No chord changes inside one sonority: the first name holds as long as no note begins or ends."""
    times, found = set(slices.onset.tolist()), list(chords[:1])
    for chord in chords[1:]:
        if chord.onset in times:
            found.append(chord)
        else:
            found[-1] = found[-1]._replace(duration=chord.end - found[-1].onset)
    return tuple(found)


def _block(slices: Slices, chord: ChordSpan) -> _Block | None:
    """None where anything changes, or fewer than three notes sound."""
    first, last = np.searchsorted(slices.onset, [chord.onset, chord.end])
    found = set()
    for place in range(max(int(first), 0), int(last)):
        rows = slices.row[place][slices.sounds[place]]
        if len(rows):
            fifths, pitch = slices.notes["fifths"][rows], slices.notes["pitch"][rows]
            found.add(_Block(frozenset(fifths.tolist()), int(fifths[pitch.argmin()])))
    block = found.pop() if len(found) == 1 else None
    return block if block and len(block.tones) > 2 else None


def _named(block: _Block, key: Key) -> Numeral | None:
    """The plainest figure of a key that has these notes over this bass."""
    members = frozenset(tone - key.tonic for tone in block.tones)
    places = (sounding_places(key.minor).get((members, inversion)) for inversion in range(4))
    known = (numerals(key.minor)[place] for place in places if place is not None)
    return next((numeral for numeral in known if numeral.bass == block.bass - key.tonic), None)


def _contradicted(chord: ChordSpan, block: _Block | None) -> ChordSpan:
    """Named anew on its own root where a note that sounds all through it does not belong to it."""
    if block is None or block.tones <= set(chord.tones):
        return chord
    numeral = _named(block, chord.key)
    return chord if numeral is None or numeral.root != chord.numeral.root else _renamed(chord, chord.key, numeral)


def _in_key(chord: ChordSpan, block: _Block | None, key: Key) -> ChordSpan:
    numeral = _named(block, key) if block else None
    if block is None or numeral is None or numeral.applied_to:
        return chord
    if chord.key == key and block.tones <= set(chord.numeral.tones(key)):
        is_whole = block.tones == set(chord.numeral.tones(key))
        return chord._replace(confidence=max(chord.confidence, _EXACT)) if is_whole else chord
    return _renamed(chord, key, numeral, _EXACT)


def _german(chords: tuple[ChordSpan, ...], number: int, block: _Block | None) -> ChordSpan | None:
    """The augmented sixth of the key on both sides, before its dominant, with the raised fourth written as a fifth."""
    if block is None or not 0 < number < len(chords) - 1:
        return None
    before, chord, after = chords[number - 1 : number + 2]
    key = after.key
    sounds = frozenset(7 * (tone - key.tonic) % 12 for tone in block.tones)
    to_dominant = after.numeral.is_cadential or (after.numeral.degree == 5 and not after.numeral.applied_to)
    if before.key != key or not to_dominant or sounds != _GERMAN or block.bass - key.tonic != -4:
        return None
    return _renamed(chord, key, parse_numeral("Ger65", minor=key.minor))


def _renamed(chord: ChordSpan, key: Key, numeral: Numeral, sure: float = 0.0) -> ChordSpan:
    named = chord._replace(key=key, numeral=numeral, function=numeral.function)
    return named._replace(confidence=max(chord.confidence, sure), runner_up=chord.numeral.figure)
