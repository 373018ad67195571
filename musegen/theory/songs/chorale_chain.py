"""The chain of choices of the chorale style: Bach's progressions over the degrees of the melody, pulse by pulse."""

from __future__ import annotations

from functools import cache

import numpy as np

from musegen.score.model import Score
from musegen.score.pitch import fifths_name
from musegen.theory.form.phrases import phrase_end_notes, top_line
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.songs.ranking import Chain, Floats
from musegen.theory.songs.slots import Slot
from musegen.theory.statistics import ChoraleStatistics, degree_index, strength_class
from musegen.theory.vocabulary import numerals

_KINDS = {"major": "", "minor": "m", "dim": "dim", "aug": "+", "dom7": "7", "maj7": "maj7", "min7": "m7", "dim7": "o7",
          "hdim7": "m7b5"}  # fmt: skip
_NOT_SUNG = -6.0


@cache
def _places(minor: bool) -> tuple[int, ...]:
    """The figures that a symbol can name, each sound once: no augmented sixths, no cadential six-four beside I64."""
    seen: set[tuple[frozenset[int], int]] = set()
    found = []
    for place, numeral in enumerate(numerals(minor)):
        sound = frozenset(numeral.members), numeral.bass
        if numeral.quality in _KINDS and not numeral.is_cadential and sound not in seen:
            seen.add(sound)
            found.append(place)
    return tuple(found)


def chorale_choices(key: Key) -> list[tuple[str, Numeral]]:
    """(symbol, numeral) of every chord that may be chosen in a key."""
    found = []
    for place in _places(key.minor):
        numeral = numerals(key.minor)[place]
        root, bass = (fifths_name(key.tonic + tone) for tone in (numeral.root, numeral.bass))
        found.append((root + _KINDS[numeral.quality] + (f"/{bass}" if numeral.inversion else ""), numeral))
    return found


def chorale_chain(score: Score, slots: list[Slot], key: Key, counted: ChoraleStatistics) -> Chain:
    """The chain of a melody's slots."""
    places = np.array(_places(key.minor))
    sung = (counted.given_soprano(key.minor) - counted.unigram(key.minor))[..., places]
    closing = (counted.cadence(key.minor) - counted.unigram(key.minor))[:, places]
    alone = np.zeros((len(slots), len(places)))
    line, degree = top_line(score), None
    onsets, closes = line["onset"], _closes(score, slots)
    for number, slot in enumerate(slots):
        strength = strength_class(score, slot.onset)
        heard = closes.get(slot.onset, slot.onset)
        at = int(np.searchsorted(onsets, heard, side="right")) - 1
        if at >= 0 and int(line.end[at]) > heard:
            degree = degree_index(int(line["fifths"][at]) - key.tonic)
            alone[number] = closing[degree] if slot.ends_phrase else sung[degree, strength]
        alone[number] += _heard(slot, key)
    alone[0] += 2 * counted.unigram(key.minor)[places]
    alone[-1] += np.where(_is_tonic(key), 0.0, _NOT_SUNG)
    return Chain(alone, *_steps(score, slots, key, counted, places))


def _closes(score: Score, slots: list[Slot]) -> dict[int, int]:
    """Slots in which a phrase ends, by onset, with the onset of its last note there."""
    ends = [onset for onset, _ in phrase_end_notes(score)]
    return {slot.onset: max(slot.onset, *inside) for slot in slots if (inside := _inside(slot, ends))}


def _inside(slot: Slot, times: list[int]) -> list[int]:
    return [time for time in times if slot.onset <= time < slot.end]


def _is_tonic(key: Key) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chosen = (numerals(key.minor)[place] for place in _places(key.minor))
    return np.array([one.root == 0 and one.inversion == 0 and one.quality in ("major", "minor") for one in chosen])


def _heard(slot: Slot, key: Key) -> Floats:
    """(choice,): what the notes of a slot say: each quarter outside a chord speaks against it."""
    chosen = [numerals(key.minor)[place] for place in _places(key.minor)]
    held = np.array([[any(7 * tone % 12 == at for tone in one.members) for at in range(12)] for one in chosen])
    sung = np.roll(slot.sung[0], -(7 * key.tonic % 12))
    return np.asarray(-1.5 * (~held) @ sung)


def _steps(
    score: Score,
    slots: list[Slot],
    key: Key,
    counted: ChoraleStatistics,
    places: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> tuple[tuple[Floats, ...], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Tables by strength (staying or moving), and a fifth across a phrase end."""
    moves = counted.rhythm()
    follows = counted.bigram(key.minor)[np.ix_(places, places)]
    crossing = counted.boundary(key.minor)[np.ix_(places, places)]
    tables = [_with_stay(follows, float(moves[strength])) for strength in range(4)]
    table = np.array([strength_class(score, slot.onset) for slot in slots])
    for number in range(1, len(slots)):
        if slots[number - 1].ends_phrase:
            table[number] = 4
    return (*tables, crossing), table


def _with_stay(follows: Floats, moves: float) -> Floats:
    kept: Floats = follows + np.log(moves)
    np.fill_diagonal(kept, np.log(1 - moves))
    return kept
