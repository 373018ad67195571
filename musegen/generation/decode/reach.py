"""How far a rule looks: at one voice, at two, or at the whole sonority; found out by asking it about many examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from musegen.rules.entries import Rule
from musegen.rules.masks import voices_of
from musegen.theory.keys import Key
from musegen.theory.motion import same_chord
from musegen.theory.numerals import parse_numeral
from musegen.theory.sonority import NONE, Bools, Harmony, Ints, Sonority

VOICES = 4
PAIRS = tuple(combinations(range(VOICES), 2))
Reach = Literal["one", "one, or excused", "two", "some", "all"]
"""`one, or excused`: what a voice does alone breaks the rule, but another voice may excuse it. `some`: what is found
among some voices is found, too, when others join them."""
Rows = npt.NDArray[np.intp]
Succession = tuple[Sonority, Sonority]

_EXAMPLES = 2000
_FEWEST = 8  # places found, before a rule counts as known
_FIGURES = {
    False: "I I6 ii ii6 ii65 IV V V6 V7 V65 V43 V42 vi viio6 viio7 Cad64 V7/V V65/IV",
    True: "i i6 iio6 iv V V6 V7 V65 V43 V42 VI viio6 viio7 Cad64 V7/III V65/iv",
}
_MIDDLES = np.array([74, 67, 60, 50])
_NOTE_COLUMNS = ("pitch", "fifths", "sounds", "attack")
_SHIFTS = np.array([(7, 1), (-5, -1), (2, 2), (12, 0), (-12, 0), (1, 7), (-1, -7), (3, -3)], dtype=np.int16)


def reach_of(rule: Rule) -> Reach:
    """How far a slice or pair rule looks, as far as examples tell; `all` where they do not.

    >>> from musegen.rules.packs import load_pack
    >>> [reach_of(load_pack("strict").rule(name)) for name in ("out-of-range", "parallel-fifths", "doubled-seventh")]
    ['one', 'two', 'some']
    """
    first, second = examples()
    if not rule.kind.needs_harmony:
        bare = replace(first, harmony=None), replace(second, harmony=None)
        if not np.array_equal(asked(rule, first, second), asked(rule, *bare)):
            return "all"
        first, second = bare
    found = asked(rule, first, second)
    if np.count_nonzero(found) < _FEWEST:
        return "all"
    if rule.kind.axis == "voices":
        found_by_one = _reach_of_voices(rule, (first, second), found)
        if found_by_one:
            return found_by_one
    if rule.kind.axis == "pairs" and not rule.kind.needs_harmony and _is_of_two(rule, (first, second), found):
        return "two"
    return "some" if _grows(rule, (first, second), found) else "all"


def asked(rule: Rule, first: Sonority, second: Sonority) -> Bools:
    """(rows, voices or pairs): what a rule finds in a succession; a slice rule in its second sonority.

    A view of pulses does not tell what begins there and what began before: there every note counts as new.
    """
    if rule.kind.window == "pair":
        return voices_of(rule, first, second)
    return voices_of(rule, second if rule.view == "surface" else replace(second, attack=second.sounds))


def acts_at_changes(rule: Rule) -> bool:
    """A rule of chords that finds nothing in a succession while the same chord goes on, as far as examples tell."""
    first, second = examples()
    assert first.harmony is not None
    assert second.harmony is not None
    goes_on = same_chord(first.harmony, second.harmony) & (first.harmony.inversion == second.harmony.inversion)
    return rule.kind.window == "slice" or not asked(rule, first, second)[goes_on].any()


def _reach_of_voices(rule: Rule, both: Succession, found: Bools) -> Reach | None:
    columns = [[voice] for voice in range(VOICES)]
    among = _asked_among(rule, both, columns, columns, others="strange")
    alone = _asked_among(rule, both, columns, columns, others="silent")
    if np.array_equal(among, found) and np.array_equal(alone, found):
        return "one"
    excused = rule.kind.window == "pair" and not ((found | among) & ~alone).any()
    return "one, or excused" if excused and rule.kind.needs_harmony else None


def _grows(rule: Rule, both: Succession, found: Bools) -> bool:
    """Nothing is found only because some voices have not yet come."""
    for number in range(1, 2**VOICES):
        come = (number >> np.arange(VOICES)) & 1 == 1
        second = replace(both[1], sounds=both[1].sounds & come, attack=both[1].attack & come)
        if (asked(rule, both[0], second) & ~found).any():
            return False
    return True


def _is_of_two(rule: Rule, both: Succession, found: Bools) -> bool:
    """Other voices do not matter to two, nor how high they are; and where one is silent, nothing is found."""
    columns = [[number] for number in range(len(PAIRS))]
    times = (0, 1) if rule.kind.window == "pair" else (1,)
    return (
        np.array_equal(_asked_among(rule, both, PAIRS, columns, others="strange"), found)
        and np.array_equal(_asked_among(rule, both, PAIRS, columns, others="silent"), found)
        and np.array_equal(asked(rule, *_transposed(*both)), found)
        and not any((asked(rule, *_silenced(*both, at)) & _with_silent()).any() for at in times)
    )


def _asked_among(
    rule: Rule, both: Succession, kept: Sequence[Sequence[int]], columns: Sequence[Sequence[int]], *, others: str
) -> Bools:
    """What is found in these columns when only the voices kept for each stay and others are strange or silent."""
    found = []
    for voices, column in zip(kept, columns, strict=True):
        changed = [_among(sonority, voices, others) for sonority in both]
        found.append(asked(rule, changed[0], changed[1])[:, column])
    return np.concatenate(found, axis=1)


def _among(sonority: Sonority, kept: Sequence[int], others: str) -> Sonority:
    away = [voice for voice in range(VOICES) if voice not in kept]
    changed = replace(sonority, **{name: getattr(sonority, name).copy() for name in _NOTE_COLUMNS})
    for name in _NOTE_COLUMNS:
        array = getattr(changed, name)
        array[:, away] = np.roll(array[:, away], 1, axis=0) if others == "strange" else 0
    return changed


def _transposed(first: Sonority, second: Sonority) -> Succession:
    shift = _SHIFTS[np.arange(len(first.pitch)) % len(_SHIFTS)]
    return (
        replace(first, pitch=first.pitch + shift[:, :1], fifths=first.fifths + shift[:, 1:]),
        replace(second, pitch=second.pitch + shift[:, :1], fifths=second.fifths + shift[:, 1:]),
    )


def _silenced(first: Sonority, second: Sonority, at: int) -> Succession:
    """The same with a voice silent in each row, before (0) or at (1) the arrival."""
    silent = _silent()
    both = [first, second]
    both[at] = Sonority(
        np.where(silent, np.int16(0), both[at].pitch),
        np.where(silent, np.int16(0), both[at].fifths),
        both[at].sounds & ~silent,
        both[at].attack & ~silent,
    )
    return both[0], both[1]


def _silent() -> Bools:
    return np.asarray(np.arange(_EXAMPLES)[:, None] % VOICES == np.arange(VOICES))


def _with_silent() -> Bools:
    upper, lower = np.array(PAIRS).T
    return np.asarray(_silent()[:, upper] | _silent()[:, lower])


@cache
def examples() -> Succession:
    """Successions of all kinds, good and bad: notes of chords and beside them, held, repeated, stepping, leaping."""
    rng = np.random.default_rng(1)
    chords = [
        (Key.parse(name), parse_numeral(figure, minor=minor))
        for name, minor in (("C", False), ("D", False), ("a", True), ("c", True))
        for figure in _FIGURES[minor].split()
    ]
    columns = Harmony.of(chords)
    numbers = rng.integers(0, len(chords), _EXAMPLES), rng.integers(0, len(chords), _EXAMPLES)
    near, same = rng.random(_EXAMPLES) < 0.8, rng.random(_EXAMPLES) < 0.3  # the key goes on; the chord goes on
    key = np.array([chords.index(next(chord for chord in chords if chord[0] == item[0])) for item in chords])
    size = np.array([len(_FIGURES[item[0].minor].split()) for item in chords])
    after = np.where(near, key[numbers[0]] + numbers[1] % size[numbers[0]], numbers[1])
    after = np.where(same, numbers[0], after)
    first = _drawn(columns[numbers[0]], rng)
    return first, _moved(first, _drawn(columns[after], rng), rng)


def _moved(first: Sonority, drawn: Sonority, rng: np.random.Generator) -> Sonority:
    """What was drawn, but that some voices hold or repeat their notes, and some go by the same interval."""
    goes_on, way = rng.random(first.pitch.shape), _SHIFTS[rng.integers(0, len(_SHIFTS), _EXAMPLES)]
    along = (rng.random(_EXAMPLES) < 0.4)[:, None] & (goes_on > 0.5)
    kept, octaves = goes_on < 0.3, np.where(goes_on > 0.8, 12 * np.where(way[:, :1] > 0, -1, 1), 0)
    pitch, fifths = (
        np.where(kept, old, np.where(along, old + way[:, column : column + 1] + apart, new)).astype(np.int16)
        for column, (old, new, apart) in enumerate(
            ((first.pitch, drawn.pitch, octaves), (first.fifths, drawn.fifths, np.zeros_like(octaves)))
        )
    )
    return Sonority(pitch, fifths, drawn.sounds, goes_on > 0.2, drawn.harmony)


def _drawn(harmony: Harmony, rng: np.random.Generator) -> Sonority:
    shape = (len(harmony.tonic), VOICES)
    member = np.take_along_axis(harmony.members, rng.integers(0, 4, shape), axis=1)
    beside = harmony.tonic[:, None] + rng.integers(-5, 10, shape)
    chosen = (member != NONE) & (rng.random(shape) < 0.8)
    fifths: Ints = np.where(chosen, member, beside).astype(np.int16)
    wanted = _MIDDLES + rng.integers(-9, 10, shape)
    pitch = wanted + (7 * fifths - wanted + 6) % 12 - 6
    sounds = np.ones(shape, dtype=bool)
    return Sonority(pitch.astype(np.int16), fifths, sounds, sounds, harmony)
