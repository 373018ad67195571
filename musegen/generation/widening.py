"""The chord space widened by given chords that chorales do not have: suspended, added, altered, over a foreign bass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.chord_space import ChordSpace, states_of
from musegen.generation.given import Asked, Request
from musegen.generation.voicings import Chord
from musegen.theory.keys import Key
from musegen.theory.naming import is_plain
from musegen.theory.sonority import NONE

Array = npt.NDArray[Any]


def widened(space: ChordSpace, given: Iterable[Asked], *, anywhere: bool = False) -> ChordSpace:
    """The space with a state for every given chord that none of its own keeps, in every key whose scale it stands on.

    A new state costs what the chord most like it costs. A chord that has no name in any of the keys is not there; with
    `anywhere` numerals may state far keys, too.

    >>> from musegen.generation.chord_space import chord_space
    >>> from musegen.generation.given import given_harmony
    >>> from musegen.generation.conditions import Condition
    >>> from musegen.generation.melody import melody_of
    >>> from musegen.score.model import HarmonyLabel
    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.statistics import statistics
    >>> asked = Condition(harmonies=(HarmonyLabel(0, "chord_symbol", "Gsus4"),))
    >>> given = given_harmony(melody_of(parse_grid("meter: 2/4\\nS: c5 b4")), asked)
    >>> space = chord_space(Key.parse("C"), statistics())
    >>> str(widened(space, given.asked).chords[len(space.chords)])
    'C:V[no3][add4]'
    """
    extra: dict[Chord, int] = {}
    for request in _requests(given):
        if not any(request.keeps(chord) for chord in space.chords):
            extra |= {chord: _most_like(chord, space.chords) for chord in _named(request, space, anywhere)}
    return _with_states(space, list(extra.items()))


def doubled(space: ChordSpace, given: Iterable[Asked]) -> ChordSpace:
    """The space with every given chord in it twice, so that one that goes on may be struck again in other voices."""
    requests = _requests(given)
    kept = [(chord, n) for n, chord in enumerate(space.chords) if any(asked.keeps(chord) for asked in requests)]
    return _with_states(space, kept)


def all_doubled(space: ChordSpace) -> ChordSpace:
    """The space with every chord twice: in a small vocabulary, one chord often stands before and after a phrase end."""
    return _with_states(space, [(chord, number) for number, chord in enumerate(space.chords)])


def _requests(given: Iterable[Asked]) -> list[Request]:
    """What is asked for, once each."""
    return list({(asked.kind, asked.text, asked.key): asked for asked in given if asked is not None}.values())


def _with_states(space: ChordSpace, extra: list[tuple[Chord, int]]) -> ChordSpace:
    """The space with these chords, each at the price of the state of that number."""
    if not extra:
        return space
    chords = [chord for chord, _ in extra]
    rows = np.array([*range(len(space.chords)), *(number for _, number in extra)])
    columns = states_of(space, rows)
    columns["members"] = _members(space.members, chords)
    return replace(space, chords=(*space.chords, *chords), **columns)


def _named(request: Request, space: ChordSpace, anywhere: bool) -> Iterator[Chord]:
    """The chord in the keys on whose scale it stands; else in the first key, home before others, that has a name."""
    keys: dict[Key, None] = dict.fromkeys(chord.key for chord in space.chords)
    if anywhere and request.kind == "numeral" and request.key:
        keys |= {Key.parse(request.key): None}
    found = [Chord(key, numeral) for key in keys for numeral in request.names(key)]
    plain = [chord for chord in found if is_plain(chord.numeral)]
    yield from plain or [chord for chord in found if chord.key == found[0].key]


def _most_like(chord: Chord, others: tuple[Chord, ...]) -> int:
    """The number of the chord in the same key that shares most with this one: notes, root, bass."""
    tones = set(chord.numeral.members)

    def likeness(number: int) -> tuple[float, int]:
        other = others[number]
        if other.key != chord.key:
            return (-np.inf, 0)
        theirs = set(other.numeral.members)
        same_bass, same_root = other.numeral.bass == chord.numeral.bass, other.numeral.root == chord.numeral.root
        return 2 * len(tones & theirs) - len(tones ^ theirs) + same_bass + 2 * same_root, -number

    return max(range(len(others)), key=likeness)


def _members(members: Array, chords: list[Chord]) -> Array:
    width = max(members.shape[1], *(len(chord.numeral.members) for chord in chords))
    below = [[*chord.tones, *[NONE] * width][:width] for chord in chords]
    return np.concatenate([np.pad(members, ((0, 0), (0, width - members.shape[1])), constant_values=NONE), below])
