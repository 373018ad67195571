"""The keys of a lead sheet: a dynamic programme over its chords, with its melody and its signature asked too."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.theory.analysis import KeySpan
from musegen.theory.keys import Key, scale_tones
from musegen.theory.songs.chord_costs import QUALITIES, chord_costs
from musegen.theory.songs.sheet import SheetChord

Floats = npt.NDArray[np.float64]

CHANGE, DISTANCE = 2.6, 0.2
"""What a change of key costs, and each fifth between the signatures on top: so two or three chords tonicise."""
RESOLVED, PREPARED = 1.0, 0.5
"""What a dominant that goes to its tonic speaks for a key, and a ii before its V."""
OFF_SCALE, AWAY = 1.2, 0.15
"""What a melody outside the scale costs, all through a chord; what a chord outside the home key costs."""
SIGNATURE, LAST, FIRST, OPEN, CLOSE = 3.0, 4.0, 1.0, 2.0, 2.0
"""Home: another signature; the last chord, the first one no tonic; the first key, the last one not that of home."""
RELATED = 0.3
"""What a ii costs above the dominant that it leads to, at most."""
_REACH, _TRITONE = 7, 6  # sharps or flats that a key has, or fifths that it lies from the signature
_SHARPNESS = 1.5
_FIFTH = 7  # semitones


class SheetKeys(NamedTuple):
    """The home key, and the key of every chord with its share of probability."""

    home: Key
    keys: tuple[Key, ...]
    confidence: tuple[float, ...]

    def spans(self, chords: tuple[SheetChord, ...]) -> tuple[KeySpan, ...]:
        """The local keys in time."""
        starts = [place for place, key in enumerate(self.keys) if not place or key != self.keys[place - 1]]
        spans = []
        for first, after in pairwise([*starts, len(chords)]):
            onset = chords[first].onset if first else 0
            end = chords[after].onset if after < len(chords) else chords[-1].end
            sure = float(np.mean(self.confidence[first:after]))
            spans.append(KeySpan(onset, end - onset, self.keys[first], sure))
        return tuple(spans)


def sheet_keys(score: Score, chords: tuple[SheetChord, ...], home: Key | None = None) -> SheetKeys:
    """The keys in which these chords are heard; `home` states the home key.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.songs.sheet import sheet_chords
    >>> sheet = parse_grid("key: G major; meter: 2/4\\nS: c5 d5 | b4 .\\nC: Am7 D7 | G .")
    >>> str(sheet_keys(sheet, sheet_chords(sheet)).home)
    'G'
    """
    signature = score.measures[0].key_signature
    candidates = _candidates(signature.fifths, home)
    costs = _costs(score, chords, candidates)
    minor_stated = {"minor": True, "major": False}.get(signature.mode)
    first = _home(chords, candidates, costs, signature.fifths, minor_stated) if home is None else candidates.index(home)
    away = np.full(len(candidates), AWAY)
    away[first] = 0.0
    path, sure = _path(costs + away, _changes(candidates), first)
    return SheetKeys(candidates[first], tuple(candidates[place] for place in path), tuple(sure.tolist()))


def _candidates(signature: int, home: Key | None) -> list[Key]:
    around = range(min(signature - _TRITONE, -_REACH), max(signature + _TRITONE, _REACH) + 1)
    found = [Key.of_signature(fifths, minor=minor) for minor in (False, True) for fifths in around]
    return found if home is None or home in found else [*found, home]


def _costs(score: Score, chords: tuple[SheetChord, ...], keys: list[Key]) -> Floats:
    """(chord, key): how foreign each is, by its length, its resolution and the melody over it."""
    table = chord_costs()
    tonics = np.array([7 * key.tonic % 12 for key in keys])
    modes = np.array([int(key.minor) for key in keys])
    spelled = np.array([key.tonic for key in keys])
    blue = np.array([is_blues(chords, key) for key in keys])
    found = np.zeros((len(chords), len(keys)))
    for number, chord in enumerate(chords):
        at = (chord.pitch_class - tonics) % 12
        found[number] = table[modes, at, QUALITIES.index(chord.quality)]
        found[number][blue & ((at == 0) | (at == 5)) & (chord.quality == "7")] = 0.0
        found[number] += 0.3 * (np.abs(chord.root - spelled) > 6)
        if is_related(chord, chords[number + 1 : number + 2]):
            dominant = table[modes, (at + 5) % 12, QUALITIES.index("7")]
            found[number] = np.minimum(found[number], dominant + RELATED)
        if number and chord.quality in "M m M7 m7 7".split():
            is_home = (at == 0) & (table[modes, 0, QUALITIES.index(chord.quality)] <= 0.1)
            found[number] -= is_home * _resolution(chords[max(number - 2, 0) : number], chord)
    lengths = np.array([chord.end - chord.onset for chord in chords])
    bar = np.median([measure.length for measure in score.measures])
    weighed: Floats = found * np.clip(lengths / bar, 0.5, 1.5)[:, None] + _melody_costs(score, chords, keys)
    return weighed


def is_related(chord: SheetChord, after: tuple[SheetChord, ...]) -> bool:
    """Whether a chord is the ii of the dominant seventh that comes after it.

    >>> from musegen.theory.songs.sheet import read_symbol
    >>> is_related(read_symbol("Gm7"), (read_symbol("C7"),)), is_related(read_symbol("Gm7"), (read_symbol("F"),))
    (True, False)
    """
    if not after or chord.quality not in ("m7", "m", "h") or after[0].quality != "7":
        return False
    return chord.falls_to(after[0]) == _FIFTH


def is_blues(chords: tuple[SheetChord, ...], key: Key) -> bool:
    """Whether tonic and subdominant are sevenths at rest: I7 for a quarter of the time, IV7 and V there too.

    >>> from musegen.theory.songs.sheet import read_symbol
    >>> blues = tuple(read_symbol(text, at, at + 1) for at, text in enumerate("C7 F7 C7 G7 F7 C7".split()))
    >>> is_blues(blues, Key.parse("C")), is_blues(blues, Key.parse("F"))
    (True, False)
    """
    tonic = 7 * key.tonic % 12
    share: dict[tuple[int, bool], int] = {}
    for chord in chords:
        place = (chord.pitch_class - tonic) % 12, chord.quality == "7"
        share[place] = share.get(place, 0) + chord.end - chord.onset
    whole, home = sum(share.values()), share.get((0, True), 0)
    subdominant = share.get((5, True), 0)
    rests = 4 * home >= whole and home > share.get((0, False), 0) and 2 * subdominant > share.get((5, False), 0)
    return not key.minor and rests and (7, True) in share


def _resolution(before: tuple[SheetChord, ...], chord: SheetChord) -> float:
    """What the chords before speak for this one as a tonic: V7-I, and ii-V7-I."""
    dominant = before[-1]
    if dominant.falls_to(chord) != _FIFTH or dominant.quality not in ("7", "M", "+"):
        return 0.0
    prepares = len(before) > 1 and before[0].falls_to(chord) in (2, 5)
    return RESOLVED * (1.0 if dominant.quality == "7" else 0.4) + PREPARED * prepares


def _melody_costs(score: Score, chords: tuple[SheetChord, ...], keys: list[Key]) -> Floats:
    """(chord, key): the share of the melody over a chord that lies outside the scale of the key."""
    notes = score.notes.sounding()
    scales = np.zeros((len(keys), 12), dtype=bool)
    for number, key in enumerate(keys):
        scales[number, [7 * (key.tonic + tone) % 12 for tone in scale_tones(minor=key.minor)]] = True
    found = np.zeros((len(chords), len(keys)))
    if not len(notes):
        return found
    onsets = np.array([chord.onset for chord in chords])
    at = np.maximum(np.searchsorted(onsets, notes["onset"], side="right") - 1, 0)
    outside = ~scales[:, notes["pitch"].astype(int) % 12].T
    np.add.at(found, at, outside * notes["duration"][:, None])
    lengths = np.array([chord.end - chord.onset for chord in chords])[:, None]
    return np.asarray(OFF_SCALE * np.minimum(found / np.maximum(lengths, 1), 1.0))


def _home(chords: tuple[SheetChord, ...], keys: list[Key], costs: Floats, signature: int, minor: bool | None) -> int:
    """The key that explains the whole sheet best by itself, with its signature, its first and last chords."""
    total = costs.mean(axis=0) * min(len(chords), 24)
    last, first = chords[-1], chords[0]
    endings = [chord for chord in chords[-3:] if chord.quality in ("M", "m", "M7", "m7", "7")]
    for number, key in enumerate(keys):
        total[number] += SIGNATURE * (key.signature != signature) + 0.5 * (minor not in (None, key.minor))
        total[number] += LAST * (not _is_tonic(last, key)) - LAST / 2 * any(_is_tonic(one, key) for one in endings)
        total[number] += FIRST * (not _is_tonic(first, key))
    return int(total.argmin())


def _is_tonic(chord: SheetChord, key: Key) -> bool:
    """The tonic chord, in minor with a Picardy third too, in blues with a seventh."""
    kinds = ("m", "m7", "M") if key.minor else ("M", "M7", "7")
    return chord.pitch_class == 7 * key.tonic % 12 and chord.quality in kinds


def _changes(keys: list[Key]) -> Floats:
    """(before, after): what going from key to key costs."""
    signatures = np.array([key.signature for key in keys])
    tonics = np.array([key.tonic for key in keys])
    apart = np.abs(signatures[:, None] - signatures)
    apart = np.minimum(apart, np.abs(12 - apart))
    near = np.where(tonics[:, None] == tonics, np.minimum(apart, 1), apart)
    found = CHANGE + DISTANCE * near
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)


def _path(costs: Floats, changes: Floats, home: int) -> tuple[list[int], Floats]:
    """The cheapest keys chord by chord, and how sure each is (by the cheapest paths through the others)."""
    ahead, back = np.zeros_like(costs), np.zeros_like(costs)
    choice = np.zeros(costs.shape, dtype=int)
    ahead[0] = costs[0] + OPEN * (np.arange(costs.shape[1]) != home)
    for number in range(1, len(costs)):
        reached = ahead[number - 1][:, None] + changes
        choice[number] = reached.argmin(axis=0)
        ahead[number] = reached.min(axis=0) + costs[number]
    back[-1] = CLOSE * (np.arange(costs.shape[1]) != home)
    for number in range(len(costs) - 2, -1, -1):
        back[number] = (changes + back[number + 1] + costs[number + 1]).min(axis=1)
    path = [int((ahead[-1] + back[-1]).argmin())]
    for number in range(len(costs) - 1, 0, -1):
        path.append(int(choice[number, path[-1]]))
    path.reverse()
    whole = -_SHARPNESS * (ahead + back)
    chances = np.exp(whole - whole.max(axis=1, keepdims=True))
    return path, np.asarray(chances[np.arange(len(path)), path] / chances.sum(axis=1))
