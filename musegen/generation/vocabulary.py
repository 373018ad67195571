"""The vocabulary of a pack as law: the chord space without the chords and keys that its [allow] table leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from musegen.generation.chord_space import ChordSpace, states_of
from musegen.generation.levels import keys_of
from musegen.generation.voicings import Chord
from musegen.rules.packs import Pack
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import Shape, shape_of


def has_vocabulary(pack: Pack) -> bool:
    """One of its rules finds fault with chords that its [allow] table does not name."""
    return any("vocabulary" in rule.kind.needs for rule in pack.rules)


def within_vocabulary(space: ChordSpace, home: Key, pack: Pack) -> ChordSpace:
    """The space with the chords that a pack allows alone: in the home key, and in those that it may modulate to.

    A pack without such a law leaves it as it is.

    >>> from musegen.generation.chord_space import chord_space
    >>> from musegen.rules.packs import load_pack
    >>> from musegen.theory.statistics import statistics
    >>> space = chord_space(Key.parse("C"), statistics())
    >>> sorted(map(str, within_vocabulary(space, Key.parse("C"), load_pack("level-1")).chords))
    ['C:I', 'C:IV', 'C:V']
    """
    if not has_vocabulary(pack):
        return space
    keys = {home, *keys_of(home, tuple(pack.allow.get("modulations_minor" if home.minor else "modulations_major", ())))}
    known = {minor: _shapes(pack, minor) for minor in (False, True)}

    def allowed(chord: Chord) -> bool:
        return chord.key in keys and shape_of(chord.numeral) in known[chord.key.minor]

    rows = np.flatnonzero([allowed(chord) for chord in space.chords])
    chords = tuple(space.chords[row] for row in rows)
    used, renumbered = np.unique(space.key[rows], return_inverse=True)
    soprano, turns = (tuple(column[number] for number in used) for column in (space.soprano, space.turns))
    kept = states_of(space, rows) | {"key": renumbered}
    return replace(space, chords=chords, soprano=soprano, turns=turns, **kept)


def _shapes(pack: Pack, minor: bool) -> set[Shape]:
    figures = pack.allow.get("minor" if minor else "major", ())
    return {shape_of(parse_numeral(figure, minor=minor)) for figure in figures}
