"""From the path of a neural reading to an analysis: spans of chords and keys, how sure they are, and the home key."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from musegen.score.model import Score
from musegen.theory.analysis import Analysis, ChordSpan, KeySpan
from musegen.theory.keys import Key
from musegen.theory.neural.augmented_sixths import named_sixths
from musegen.theory.neural.broken_basses import over_their_basses
from musegen.theory.neural.decoding import Floats, Path, keys_of, name_of, runs
from musegen.theory.neural.encoding import Encoded
from musegen.theory.neural.six_fours import named_six_fours
from musegen.theory.vocabulary import figures, numerals

_AT_THE_END, _AT_THE_START, _SIGNED = 0.4, 0.15, 0.3
"""What it is worth for a key to be the last, the first, or the key of the signature, beside its share of the time.
Found on validation pieces."""


def read_path(score: Score, piece: Encoded, path: Path, lowest: int) -> Analysis:
    """Home key, local keys and chords; silence before the first note and after the last belongs to no chord."""
    heard = np.flatnonzero(piece.notes.any(axis=(1, 2)))
    first, last = int(heard[0]), int(heard[-1]) + 1
    keys = tuple(
        KeySpan(*_times(piece, *run), name_of(int(path.taken[run[0]]), lowest)[0], round(path.share(keys_of, *run), 3))
        for run in runs(keys_of(path.taken[first:last]), first)
    )
    trust = _trust(piece)
    found = (_chord(score, piece, path, lowest, *run) for run in runs(path.taken[first:last], first))
    chords = tuple(chord._replace(confidence=round(chord.confidence * trust, 3)) for chord in found)
    over_basses = named_sixths(score, over_their_basses(score, chords))
    return Analysis(_home(score, keys), keys, named_six_fours(score, over_basses))


def _trust(piece: Encoded) -> float:
    """How far the texture carries chords: 1 with two notes at a time on average, 1/4 in a single line."""
    sounding = (piece.notes[:, :, :2].any(axis=2)).sum(axis=1)
    heard = float(sounding[sounding > 0].mean())
    return float(np.clip((heard - 0.7) / 1.3, 0.25, 1.0))


def _times(piece: Encoded, start: int, stop: int) -> tuple[int, int]:
    onset = int(piece.onset[start])
    return onset, int(piece.end[stop - 1]) - onset


def _chord(score: Score, piece: Encoded, path: Path, lowest: int, start: int, stop: int) -> ChordSpan:
    key, figure = name_of(int(path.taken[start]), lowest)
    numeral, (onset, duration) = numerals(key.minor)[figure], _times(piece, start, stop)
    sure, second = round(path.share(np.asarray, start, stop), 3), _runner_up(path, lowest, start, stop)
    return ChordSpan(onset, duration, *score.place(onset), key, numeral, numeral.function, sure, second)


def _runner_up(path: Path, lowest: int, start: int, stop: int) -> str:
    """The next most probable reading, with its key where that differs: `ii6`, `D: V`."""
    states, place = np.unique(path.states[start:stop], return_inverse=True)
    total: Floats = np.bincount(place.ravel(), weights=path.chances[start:stop].ravel()).astype(np.float32)
    chosen = int(path.taken[start])
    second = int(states[np.where(states == chosen, -1, total).argmax()])
    (key, _), (other, figure) = name_of(chosen, lowest), name_of(second, lowest)
    told = figures(other.minor)[figure]
    return told if other == key else f"{other}: {told}"


def _home(score: Score, keys: tuple[KeySpan, ...]) -> Key:
    """The key of most of the time; the first and the last count more, and those that the signature stands for."""
    whole = sum(span.duration for span in keys)
    shares: defaultdict[Key, float] = defaultdict(float)
    for span in keys:
        shares[span.key] += span.duration / whole
    signed: defaultdict[int, float] = defaultdict(float)
    for measure in score.measures:
        signed[measure.key_signature.fifths] += measure.length / score.end
    for key in tuple(shares):
        shares[key] += _SIGNED * signed[key.signature]
    shares[keys[-1].key] += _AT_THE_END
    shares[keys[0].key] += _AT_THE_START
    return max(shares, key=shares.__getitem__)
