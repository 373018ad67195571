"""In which key each chord of a progression is told: home, or a nearly related key in which the music stays and closes.

The cheapest reading of all chords: what is rare in a key costs, so does every change of key. A key in which nothing
leads from its dominant to its tonic is none (Aldwell & Schachter, *Harmony and Voice Leading*, ch. 14).
"""

from __future__ import annotations

from functools import cache
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt

from musegen.theory.keys import Key, scale_tones
from musegen.theory.numerals import Numeral
from musegen.theory.progressions.chords import place_of_numeral, vocabulary
from musegen.theory.progressions.progression import Progression

Floats64 = npt.NDArray[np.float64]

NEAR = {False: ((1, False), (-1, False), (3, True), (4, True), (2, True)),
        True: ((-3, False), (1, True), (-2, False), (-1, True), (-4, False))}  # fmt: skip
"""The nearly related keys of a mode: (tonic above the home tonic on the line of fifths, minor)."""
_RARE = {False: (0.0, 0.1, 0.7, 0.1, 0.0, 0.3, 0.2), True: (0.0, 0.15, 0.7, 0.1, 0.0, 0.3, 0.2)}
"""What a degree costs, I to VII, by mode."""
_WITHOUT_LEADING_TONE, _FOREIGN, _APPLIED, _NEVER = 0.8, 0.8, 0.9, 1e6
"""Minor's v and VII; each note outside the key; an applied chord; one that has no name in the key."""
_AWAY, _ELSEWHERE, _OWED = 0.5, 0.01, 0.7
"""What an applied chord, and any chord, costs more away from home; one on the leading tone that does not resolve."""
_CHANGE, _CLOSED, _BEGUN = 1.7, 1.5, 0.5
"""A change of key; what a full close in the key at the end of a phrase, and a change at one, speak for it."""
_BRIEF = 3
"""A key holds longer than so many chords."""
_LEADING_TONE = 5


def local_keys(piece: Progression) -> tuple[Key, ...]:
    """The key of every chord as it is struck.

    >>> from musegen.score.meter import TimeSignature
    >>> from musegen.theory.numerals import parse_numeral
    >>> from musegen.theory.progressions.progression import grid_of
    >>> home, figures = Key.parse("a"), "i iv V i VII7 III iv VII7 III iv V i".split()
    >>> chords = [place_of_numeral(parse_numeral(one, minor=True), home, home) for one in figures]
    >>> told = local_keys(Progression(home, TimeSignature(4, 4), "song", grid_of(TimeSignature(4, 4), 3, phrase=1),
    ...                               np.array(chords)))
    >>> " ".join(map(str, told))
    'a a a a C C C C C a a a'
    """
    starts = np.flatnonzero(piece.struck)
    chords: list[int] = piece.chords[starts].tolist()
    ends = np.append(starts[1:], len(piece.chords)) - 1
    closes = piece.grid.ends_phrase[ends]
    keys = [piece.key, *(Key(piece.key.tonic + up, minor) for up, minor in NEAR[piece.key.minor])]
    path = _cheapest(_prices(chords, closes, keys, piece.key), closes)
    return _confirmed([keys[place] for place in path], chords, piece.key)


def numeral_in(chord: int, key: Key, home: Key) -> Numeral | None:
    """How a key names a chord of the list, which is counted from a home key; None where it does not.

    >>> numeral_in(vocabulary().sounds.index(((1, 5, 2), 1, False)), Key.parse("G"), Key.parse("C")).figure
    'I'
    """
    return _names(key.tonic - home.tonic, key.minor, home.minor).get(chord)


@cache
def _names(up: int, minor: bool, home_minor: bool) -> dict[int, Numeral]:
    """Chord of the list to its name in a key so many fifths above home: what reads as the same chord again."""
    home = Key(0, home_minor)
    found: dict[int, Numeral] = {}
    for numeral in vocabulary().numerals[int(minor)]:
        if numeral is not None and not (up and numeral.is_cadential):
            place = place_of_numeral(numeral, Key(up, minor), home)
            same = place >= 0 and {tone - up for tone in vocabulary().sounds[place].members} == set(numeral.members[:4])
            if same and vocabulary().sounds[place].bass - up == numeral.bass:
                found.setdefault(place, numeral)
    if not up and minor == home_minor:
        found |= {place: name for place, name in enumerate(vocabulary().numerals[int(minor)]) if name is not None}
    return found


def _prices(chords: list[int], closes: npt.NDArray[np.bool_], keys: list[Key], home: Key) -> Floats64:
    """(chord, key)."""
    found = np.full((len(chords), len(keys)), _NEVER)
    for column, key in enumerate(keys):
        names = [numeral_in(chord, key, home) for chord in chords]
        for row, name in enumerate(names):
            if name is not None:
                found[row, column] = _price(name)
                full = bool(closes[row]) and row > 0 and _leads(names[row - 1], name) and not name.inversion
                found[row, column] -= _CLOSED * full
                after = names[row + 1] if row + 1 < len(names) else name
                found[row, column] += _OWED * _owes(name, after)
                found[row, column] += (_ELSEWHERE + _AWAY * bool(name.applied_to)) * (key != home)
        if key == home:
            found[:, column] = np.minimum(found[:, column], 2 * _APPLIED)
    return found


def _price(name: Numeral) -> float:
    if name.applied_to:
        return _APPLIED
    scale = set(scale_tones(minor=name.minor)) | ({_LEADING_TONE} if name.minor else set())
    price = _RARE[name.minor][name.degree - 1] + _FOREIGN * len(set(name.members) - scale)
    if name.minor and name.degree in (5, 7) and not name.is_dominant:
        price += _WITHOUT_LEADING_TONE
    return price


def _owes(name: Numeral, after: Numeral | None) -> bool:
    """A chord on the leading tone goes elsewhere than to its tonic or dominant."""
    on_leading_tone = name.is_dominant and name.degree == 7 and not name.applied_to
    return on_leading_tone and (after is None or bool(after.applied_to) or after.degree not in (1, 5, 7))


def _leads(before: Numeral | None, name: Numeral) -> bool:
    """A dominant goes to its tonic."""
    return before is not None and before.is_dominant and not before.applied_to and name.degree == 1


def _cheapest(prices: Floats64, closes: npt.NDArray[np.bool_]) -> list[int]:
    """(chord,): columns, from home (0) to home."""
    count, size = prices.shape
    total = np.where(np.arange(size) == 0, prices[0], _NEVER)
    back = np.zeros((count, size), dtype=np.int64)
    for row in range(1, count):
        change = _CHANGE - _BEGUN * bool(closes[row - 1])
        reached = total[:, None] + change * ~np.eye(size, dtype=np.bool_)
        back[row] = reached.argmin(axis=0)
        total = reached.min(axis=0) + prices[row]
    path = [0]
    for row in range(count - 1, 0, -1):
        path.append(int(back[row, path[-1]]))
    return path[::-1]


def _confirmed(keys: list[Key], chords: list[int], home: Key) -> tuple[Key, ...]:
    """The keys; one that is brief, or in which no dominant goes to its tonic, is left for home."""
    found: list[Key] = []
    for key, group in groupby(keys):
        begin, count = len(found), len(list(group))
        names = [numeral_in(chord, key, home) for chord in chords[begin : begin + count]]
        led = any(after is not None and _leads(before, after) for before, after in pairwise(names))
        found += [key if key == home or (led and count > _BRIEF) else home] * count
    return tuple(found)
