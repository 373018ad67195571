"""The numeral of a chord symbol in its key: a figure that can be read back, chosen by what the chord does.

A dominant seventh is V7 of what it resolves to; one that resolves down a semitone, goes to the tonic from a whole tone
below it, or rests on a degree of its own (blues) is named by its degree: `bII7[b7]`, `bVII7[b7]`, `IV7[b7]`. A minor
seventh before such a V7 that is no chord of the key is its ii (Mulholland & Hojnacki, chs. 2 and 3). What a symbol adds
or alters stands in brackets, as RomanText and music21 write it: `V7[add9]`, `I[add6]`, `V7[no3][add4]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from musegen.errors import UsageError
from musegen.theory.keys import ROMANS, Key, scale_tones, signs
from musegen.theory.naming import named_chord
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.songs.key_finding import is_related
from musegen.theory.songs.sheet import SheetChord

_SHELLS = {"M": (4, 1), "m": (-3, 1), "d": (-3, -6), "+": (4, 8), "7": (4, 1, -2), "M7": (4, 1, 5), "m7": (-3, 1, -2),
           "h": (-3, -6, -2), "d7": (-3, -6, -9), "s": (4, 1)}  # fmt: skip
_SIGNS = {"d": "o", "d7": "o", "h": "ø", "+": "+"}
_FIFTH, _STEP = 7, 1
"""How far the root of a dominant falls, in semitones; that of its substitute."""
_FAR = 7
_RESTING = (0, -1, -2, -3, -4, -5)
"""Roots of sevenths that may rest or be blue: I7, IV7, bVII7, bIII7, bVI7, bII7."""


def song_numeral(chord: SheetChord, after: tuple[SheetChord, ...], key: Key, *, blues: bool = False) -> Numeral:
    """The numeral of a chord in a key; `after` are the chords that follow it.

    >>> from musegen.theory.songs.sheet import read_symbol
    >>> bar = tuple(read_symbol(text) for text in "D-7 C B-9 C A7 Dm Gm7 C7 F C7 G13".split())
    >>> [song_numeral(chord, bar[at + 1 :], Key.parse("C")).figure for at, chord in enumerate(bar)]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['bII7[b7]', 'I', 'bVII7[b7][add9]', 'I', 'V7/ii', 'ii', 'ii7/IV', 'V7/IV', 'IV', 'I7[b7]', 'V7[add13]']
    """
    chord = _near(chord, after, key)
    for members, bass in _simpler(chord):
        for head in (*_heads(chord, after, key, blues), "", *_plain_heads(chord, key)):
            with suppress(UsageError):
                found = named_chord(members, bass, key, head)
                if found is not None:
                    return _thirteenth(_lowered(found), members)
    return parse_numeral("i" if key.minor else "I", minor=key.minor)


def goal_of(chord: SheetChord, after: tuple[SheetChord, ...]) -> int | None:
    """How many semitones down a root goes to the next other root (`SheetChord.falls_to`); None where none comes."""
    other = next((one for one in after if one.pitch_class != chord.pitch_class), None)
    return None if other is None else chord.falls_to(other)


def _near(chord: SheetChord, after: tuple[SheetChord, ...], key: Key) -> SheetChord:
    """The chord respelled where its root lies far from the key: G#7 in C major as A flat 7, C#7-C as D flat 7."""
    above = chord.root - key.tonic
    is_far = abs(above) > _FAR or (above == _FAR and chord.quality == "7" and goal_of(chord, after) == _STEP)
    if not is_far or chord.quality in ("d", "d7", "h"):
        return chord
    turn = -12 if above > 0 else 12
    return chord._replace(members=tuple(tone + turn for tone in chord.members), bass=chord.bass + turn)


def _simpler(chord: SheetChord) -> Iterator[tuple[tuple[int, ...], int]]:
    """The chord as it is; then without what it adds; then its shell over its root."""
    shell = tuple(chord.root + step for step in (0, *_SHELLS[chord.quality]))
    yield chord.members, chord.bass
    yield shell, chord.bass
    yield shell, chord.root
    yield shell[:3], chord.root


def _plain_heads(chord: SheetChord, key: Key) -> Iterator[str]:
    """The chord on its degree, whatever its seventh."""
    degree = _roman(chord.root - key.tonic, key)
    if degree:
        roman = degree.lower() if chord.quality in ("m", "m7") else degree
        yield f"{roman}7"
        yield roman


def _heads(chord: SheetChord, after: tuple[SheetChord, ...], key: Key, blues: bool) -> Iterator[str]:
    """Figures to name a chord by, the best first; none where the plainest will do."""
    above = chord.root - key.tonic
    if chord.quality == "7":
        yield from _dominants(chord, after, key, blues)
    elif is_related(chord, after) and not _is_diatonic(chord, key) and not _is_backdoor(chord, after, key):
        goal = _goal_name(chord.root - 2 - key.tonic, key)
        if goal and (chord.root - 2) != key.tonic:
            yield f"{'iiø7' if chord.quality == 'h' else 'ii7' if chord.quality == 'm7' else 'ii'}/{goal}"
    elif chord.quality in ("d", "d7", "h", "+"):
        degree = _roman(above, key)
        seventh = "7" if chord.quality in ("d7", "h") else ""
        roman = degree if chord.quality == "+" else degree.lower()
        if degree and not _leads(chord, after):
            yield roman + _SIGNS[chord.quality] + seventh


def _dominants(chord: SheetChord, after: tuple[SheetChord, ...], key: Key, blues: bool) -> Iterator[str]:
    above, falls = chord.root - key.tonic, goal_of(chord, after)
    degree = _roman(above, key)
    if above == 1:
        yield "V7"
    elif blues and above in (0, -1):
        yield f"{degree}7"
    elif falls == _FIFTH or above not in _RESTING:
        goal = _goal_name(above - 1, key)
        if goal:
            yield f"V7/{goal}"
    if degree:
        yield f"{degree}7"


def _goal_name(above: int, key: Key) -> str:
    """The figure of a goal that many fifths over the tonic: the scale's own chord, else a major one on its degree."""
    degree, alter = Key(0, key.minor).scale_degree(above)
    if not alter:
        return ("i ii III iv V VI VII" if key.minor else "I ii iii IV V vi vii").split()[degree - 1]
    return _roman(above, key)


def _roman(above: int, key: Key) -> str:
    """`bVII`: the degree of a root; "" where our figures have none (a changed 6 or 7 in minor)."""
    degree, alter = Key(0, key.minor).scale_degree(above)
    is_unnamed = abs(alter) > 1 or (alter != 0 and key.minor and degree > 5)
    return "" if is_unnamed else signs(alter) + ROMANS[degree - 1]


def _is_backdoor(chord: SheetChord, after: tuple[SheetChord, ...], key: Key) -> bool:
    """iv and bVII7 before the tonic."""
    return chord.root - key.tonic == -1 and len(after) > 1 and after[1].pitch_class == 7 * key.tonic % 12


def _is_diatonic(chord: SheetChord, key: Key) -> bool:
    return {member - key.tonic for member in chord.members} <= set(scale_tones(minor=key.minor))


def _leads(chord: SheetChord, after: tuple[SheetChord, ...]) -> bool:
    """Whether a diminished chord goes up a semitone, as viio does; an augmented one down a fifth, as V+."""
    wanted = _FIFTH if chord.quality == "+" else 11
    return goal_of(chord, after) == wanted


def _lowered(numeral: Numeral) -> Numeral:
    """`VIo` as `vio`: diminished chords have small numerals."""
    head, slash, goal = numeral.figure.partition("/")
    if head.lstrip("b#")[:1] not in "IV" or not ("o" in head.split("[")[0] or "ø" in head):
        return numeral
    letters = len(head) - len(head.lstrip("b#IV"))
    small = parse_numeral(head[:letters].lower() + head[letters:] + slash + goal, minor=numeral.minor)
    return small if small.members == numeral.members else numeral


def _thirteenth(numeral: Numeral, members: tuple[int, ...]) -> Numeral:
    """`add6` over a seventh chord as `add13`, as symbols have it."""
    if len(members) < 5 or "[add6]" not in numeral.figure or "7" not in numeral.figure:
        return numeral
    return parse_numeral(numeral.figure.replace("[add6]", "[add13]"), minor=numeral.minor)
