"""Modulations: from which key to which, and by what: chords at home in both keys, a chromatic line, a new phrase.

Kinds of modulation after Laitz, *The Complete Musician*, chs. 18, 28 and 30, and Aldwell & Schachter, chs. 27 and 32: a
pivot chord belongs to both keys; a chromatic modulation moves a voice by a semitone of one letter; a phrase modulation
begins a phrase in the new key; a sequential one repeats a passage there; a common-tone one keeps a note between keys a
third apart; an enharmonic one spells a diminished seventh or a German sixth anew. Major and minor on one tonic are a
change of mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise, takewhile
from typing import Literal, NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.voices import Slices, assign_voices, slices_of
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.harmony.tonicizations import regions
from musegen.theory.keys import MAJOR_DEGREES, MINOR_DEGREES, Key
from musegen.theory.lattice import plain_in
from musegen.theory.numerals import Numeral
from musegen.theory.places import opening_chords
from musegen.theory.vocabulary import numerals

ModulationKind = Literal[
    "pivot",
    "chromatic pivot",
    "enharmonic",
    "chromatic",
    "common-tone",
    "sequential",
    "phrase",
    "change of mode",
    "direct",
]

_DEGREES = ("parallel", "supertonic", "mediant", "subdominant", "dominant", "submediant", "leading tone")
_MINOR_TRIADS = {False: (2, 3, 6, 7), True: (1, 4, 5)}
_WEAK_IN_MINOR = ("v", "VII")
"""What leads into no minor key: the leading tone contradicts it."""
_CHROMATIC = ("N6", "It6", "Ger65", "Fr43", "iv", "iv6", "iiø65", "iiø7", "bVI", "bIII")
_WIDEST = 3


class Pivot(NamedTuple):
    """A chord with its names in both keys. `onset` in ticks."""

    onset: int
    before: str  # its numeral in the key that is left
    after: str  # its numeral in the key that is reached


class Modulation(NamedTuple):
    """A lasting change of key; `onset` is that of the first chord counted in the new key, in ticks."""

    onset: int
    from_key: Key
    to_key: Key
    relation: str  # of the new key to the old one
    kind: ModulationKind
    pivots: tuple[Pivot, ...]  # empty but where the kind is a pivot


def modulations(score: Score, analysis: Analysis) -> tuple[Modulation, ...]:
    """The changes between keys that hold (`tonicizations.regions`), in order.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("key: C major; meter: 3/4\\nS: e5 d5 c5 | c5 . b4 | c5 a4 b4 | a4^ . . | b4 . .\\n"
    ...                    "B: c3 g3 c3 | a3 d3 g3 | e3 c3 d3 | d3^ . . | g3 . .\\n"
    ...                    "H: I V I | vi G:V I | vi6 IV I64 | V . . | I . .")
    >>> [(str(row.to_key), row.relation, row.pivots[-1][1:]) for row in modulations(piece, analyse(piece))]
    [('G', 'dominant', ('vi', 'ii'))]
    """
    held = regions(score, analysis)
    if len(held) < 2:
        return ()
    slices = slices_of(assign_voices(score))
    found = []
    for before, after in pairwise(held):
        keys = before.key, after.key
        shared = common_chords(analysis, after.first, keys, earliest=before.first)
        kind, shared = _kind(analysis, slices, after.first, keys, shared)
        onset = analysis.chords[after.first].onset
        found.append(Modulation(onset, *keys, relation(*keys), kind, shared))
    return tuple(found)


def modulation_line(score: Score, row: Modulation) -> str:
    """`measure 4, beat 1: C major to G major (dominant), pivot vi = ii`."""
    how = {"phrase": "with the new phrase", "direct": "directly", "chromatic": "by a chromatic step"}.get(
        row.kind, row.kind
    )
    if row.pivots:
        how += f" {'-'.join(one.before for one in row.pivots)} = {'-'.join(one.after for one in row.pivots)}"
    return f"{score.place(row.onset)}: {row.from_key.words} to {row.to_key.words} ({row.relation}), {how}"


def relation(key: Key, other: Key) -> str:
    """What another key is to a key: `dominant`, `relative minor`, `lowered mediant major`.

    >>> names = ("a", "G", "c", "E-", "D", "e")
    >>> [relation(Key.parse("C"), Key.parse(name)) for name in names]
    ['relative minor', 'dominant', 'parallel minor', 'lowered mediant major', 'supertonic major', 'mediant']
    >>> relation(Key.parse("a"), Key.parse("G")), relation(Key.parse("a"), Key.parse("e"))
    ('subtonic', 'dominant')
    """
    if key.tonic == other.tonic:
        return f"parallel {other.mode}"
    if key.signature == other.signature:
        return f"relative {other.mode}"
    degree, alter = key.scale_degree(other.tonic)
    if degree == 7 and other.tonic - key.tonic == -2:
        return "subtonic" if not other.minor else "subtonic minor"
    word = _DEGREES[degree - 1]
    if alter:
        return f"{'raised' if alter > 0 else 'lowered'} {word} {other.mode}"
    return word if (degree in _MINOR_TRIADS[key.minor]) == other.minor else f"{word} {other.mode}"


def common_chords(analysis: Analysis, index: int, keys: tuple[Key, Key], *, earliest: int = 0) -> tuple[Pivot, ...]:
    """The last chords before the first chord of a new key (`index`) that are diatonic in both, in one phrase.

    Where there are none, the first chords of the new key that the old one has too, up to the dominant that announces
    it; but none in a phrase that begins with tonic or dominant of the new key: nothing there recalls the old one. None
    either between keys on one tonic. III leads into no minor key by itself: of 366 pivots that analysts marked in
    238 of Bach's chorales (When in Rome) none is a III.
    """
    if keys[0].tonic == keys[1].tonic:
        return ()
    chords, starts = analysis.chords, opening_chords(analysis.chords, analysis.phrases)
    before = []
    for at in range(index, earliest, -1):
        if chords[at].onset in starts or _pivot(chords[at - 1], keys) is None:
            break
        before.append(chords[at - 1])
    found = _distinct(before[::-1], keys)
    while found and keys[1].minor and _head(found[-1].after) == "III":
        found = found[:-1]
    return found[-_WIDEST:] or _opening(chords[index:], keys, starts)


def _opening(chords: Sequence[ChordSpan], keys: tuple[Key, Key], starts: frozenset[int]) -> tuple[Pivot, ...]:
    """The first chords in the new key, where the old one has them too."""
    common = list(takewhile(lambda chord: chord is chords[0] or chord.onset not in starts, chords))
    found = _distinct(list(takewhile(lambda chord: _pivot(chord, keys), common)), keys)
    announced = next((at for at, pivot in enumerate(found) if at and _is_dominant(pivot.after)), len(found))
    opens_new = found and chords[0].onset in starts and _head(found[0].after) in ("I", "i", "V")
    return () if opens_new else found[: min(announced, _WIDEST)]


def _distinct(chords: Sequence[ChordSpan], keys: tuple[Key, Key]) -> tuple[Pivot, ...]:
    """The pivots that chords are; of one chord in several positions the last."""
    named = [pivot for pivot in (_pivot(chord, keys) for chord in chords) if pivot]
    return tuple([*group][-1] for _, group in groupby(named, key=lambda one: (_head(one.before), _head(one.after))))


def pivot_at(analysis: Analysis, index: int) -> Pivot | None:
    """The last chord of a key with both its names, where the next chord, in another key, is reached by it.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.annotations.given import given_analysis
    >>> piece = parse_grid("key: C major; meter: 3/4\\nS: e5 c5 a4 | b4 . .\\nH: I vi G:V7 | I . .")
    >>> pivot_at(given_analysis(piece), 1)
    Pivot(onset=10080, before='vi', after='ii')
    """
    chords = analysis.chords
    if index + 1 >= len(chords) or chords[index].key == chords[index + 1].key:
        return None
    shared = common_chords(analysis, index + 1, (chords[index].key, chords[index + 1].key))
    return next((pivot for pivot in shared if pivot.onset == chords[index].onset), None)


def _head(figure: str) -> str:
    return figure.rstrip("0123456789")


def _is_dominant(figure: str) -> bool:
    return figure.startswith(("V", "viio", "viiø")) and not figure.startswith(("VI", "VII"))


def _pivot(chord: ChordSpan, keys: tuple[Key, Key]) -> Pivot | None:
    before, after = (_diatonic(chord, key) for key in keys)
    if after and keys[1].minor and _head(after.figure) in _WEAK_IN_MINOR:
        return None
    return Pivot(chord.onset, before.figure, after.figure) if before and after else None


def _named(chord: ChordSpan, key: Key) -> Numeral | None:
    """The chord's plain name in a key; a six-four has none that a pivot could stand on."""
    name = plain_in(chord.numeral, chord.key, key)
    return None if name is None or (name.inversion == 2 and not name.is_seventh) else name


def _diatonic(chord: ChordSpan, key: Key) -> Numeral | None:
    """The same where the chord is diatonic: in minor with the leading tone, or the IV of its melodic form."""
    name = _named(chord, key)
    if name is None or name.figure.startswith("III+"):
        return None
    scale = {*MINOR_DEGREES, 5} if key.minor else {*MAJOR_DEGREES}
    return name if set(name.members) <= scale or (key.minor and _head(name.figure) == "IV") else None


def _kind(
    analysis: Analysis, slices: Slices, index: int, keys: tuple[Key, Key], shared: tuple[Pivot, ...]
) -> tuple[ModulationKind, tuple[Pivot, ...]]:
    """How a modulation to the chord `index` is made, and the pivots that show it."""
    chords, opens = analysis.chords, opening_chords(analysis.chords, analysis.phrases)
    before, after = chords[index - 1], chords[index]
    if keys[0].tonic == keys[1].tonic:
        return "change of mode", ()
    if _is_sequence(slices, chords, index, keys):
        return "sequential", ()
    if shared:
        return "pivot", shared
    if after.onset in opens:
        return "phrase", ()
    respelled = _respelled(before, after, keys)
    if respelled:
        return "enharmonic", (respelled,)
    if _moves_chromatically(slices, after.onset):
        return "chromatic", ()
    if _keeps_a_tone(before, after, keys):
        return "common-tone", ()
    names = _named(before, keys[0]), _named(before, keys[1])
    if names[0] and names[1] and any(name.figure in _CHROMATIC for name in names if name):
        return "chromatic pivot", (Pivot(before.onset, names[0].figure, names[1].figure),)
    return "direct", ()


def _keeps_a_tone(before: ChordSpan, after: ChordSpan, keys: tuple[Key, Key]) -> bool:
    """Keys a third apart that share no scale; the tonic of the new one comes, with a note of the chord before."""
    is_mediant = (
        after.numeral.root == 0
        and not after.numeral.is_cadential
        and abs(keys[0].tonic - keys[1].tonic) in (3, 4)
        and abs(keys[0].signature - keys[1].signature) > 2
    )
    return is_mediant and bool(set(before.tones) & set(after.tones))


def _moves_chromatically(slices: Slices, onset: int) -> bool:
    """A voice goes to another sound on the same letter."""
    at = int(np.searchsorted(slices.onset, onset))
    if not 0 < at < len(slices):
        return False
    both = slices.sounds[at - 1] & slices.sounds[at]
    moved = slices.column("fifths")[at].astype(int) - slices.column("fifths")[at - 1]
    return bool((both & (abs(moved) == 7)).any())


def _respelled(before: ChordSpan, after: ChordSpan, keys: tuple[Key, Key]) -> Pivot | None:
    """A chord with a tritone that sounds like one of the new key and leads on there, but is spelled otherwise."""
    numeral = before.numeral
    if numeral.quality not in ("dom7", "dim7", "Ger"):
        return None
    sounds = {7 * tone % 12 for tone in numeral.tones(before.key)}
    for name in numerals(keys[1].minor):
        leads = name.is_dominant and not name.applied_to and after.numeral.root == 0
        prepares = name.quality == "Ger" and (after.numeral.is_cadential or after.numeral.root == 1)
        tones = set(name.tones(keys[1]))
        same = {7 * tone % 12 for tone in tones} == sounds and tones != set(numeral.tones(before.key))
        if (leads or prepares) and same:
            return Pivot(before.onset, numeral.figure, name.figure)
    return None


def _is_sequence(slices: Slices, chords: tuple[ChordSpan, ...], index: int, keys: tuple[Key, Key]) -> bool:
    """Three chords or more of the old key, and then the same in the new one under the same melody."""
    for length in range(min(6, index, len(chords) - index), 2, -1):
        model, copy = chords[index - length : index], chords[index : index + length]
        if {chord.key for chord in model} != {keys[0]} or {chord.key for chord in copy} != {keys[1]}:
            continue
        same = all(
            (a.numeral.degree, a.numeral.inversion, a.duration) == (b.numeral.degree, b.numeral.inversion, b.duration)
            for a, b in zip(model, copy, strict=True)
        )
        moved = {_top(slices, b.onset) - _top(slices, a.onset) for a, b in zip(model, copy, strict=True)}
        if same and len(moved) == 1 and len({chord.numeral.degree for chord in model}) > 1:
            return True
    return False


def _top(slices: Slices, onset: int) -> int:
    """The staff step of the highest note that sounds at a moment."""
    at = slices.at(onset)
    return int(np.where(slices.sounds[at], slices.diatonic[at], 0).max())
