"""Which chord of the list may follow which: textbook syntax in chorales and levels, resolutions in songs.

Chorales: `generation.syntax.follows` (Kostka & Payne; Aldwell & Schachter), which resolves applied chords, sevenths and
basses with a tendency, and lets six-fours only pass, stand over a pedal or lean on their dominant; at home, or between
two chords of one nearly related key. Whatever a near key says, sevenths and leading tones resolve, and no dominant goes
back at home (the rule `retrogression`). In both styles a seventh in the bass falls by a step.
Songs: what a dominant, an applied triad, a diminished seventh, an augmented triad, a half-diminished seventh or a
six-four goes to (Mulholland & Hojnacki, *The Berklee Book of Jazz Harmony*, chs. 2 to 5); V does not go back to ii or
IV, nor minor's v and VII to the tonic. All other chords are free.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from musegen.generation.levels import keys_of, level_named
from musegen.generation.syntax import follows
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.progressions.chords import KINDS, Bools, Ints, Sound, vocabulary
from musegen.theory.progressions.local_keys import NEAR
from musegen.theory.progressions.progression import Style

_FIFTH, _SEMITONE, _STEP_UP, _TRITONE, _LEADING, _TO_MEDIANT = 7, 1, 10, 6, 11, 3
"""How far a root falls, in semitones, octaves left out."""
_SEVENTH, _SIXTH = 3, 3
"""The place of a seventh among members; a sixth above the root, on the line of fifths."""
_LEADING_TONE = 5
"""On the line of fifths above the tonic."""
_RESTING = (-1, -2, -4)
"""Roots of sevenths that may rest in songs: IV7, bVII7, bVI7."""
_SUPERTONIC, _SUBTONIC = 2, -2
"""The root of ii, to which as to IV the dominant does not go back; that of minor's VII, which has no leading tone."""
_BORROWED = {False: (2, 3, 4, 5), True: (0, 2, 3)}
"""Roots of major triads that are applied dominants in songs: II, VI, III, VII of major; I, II and #VI of minor."""


@cache
def known_chords(style: Style, minor: bool, level: int = 0) -> Bools:
    """(chord,): the vocabulary of a style, or of a level, in a mode; every chord of it can be named in the key."""
    known, mode = vocabulary(), int(minor)
    named = np.array([name is not None for name in known.numerals[mode]])
    if level:
        figures = level_named(level).figures(minor=minor)
        return np.array([name is not None and name.figure in figures for name in known.numerals[mode]])
    return np.asarray(named & (_kinds() != "" if style == "song" else known.in_chorales[mode]))


@cache
def successions(style: Style, minor: bool, level: int = 0) -> Bools:
    """(before, chord): which chord may follow which; that a chord goes on is no succession.

    >>> table, sounds = successions("chorale", False), vocabulary().sounds
    >>> five, four, one = (sounds.index(Sound((root, root + 4, root + 1), root)) for root in (1, -1, 0))
    >>> bool(table[five, four]), bool(table[five, one])
    (False, True)
    """
    found = _of_songs(minor) if style == "song" and not level else _of_chorales(minor, level)
    known = known_chords(style, minor, level)
    found = found & known[:, None] & known[None, :] & (~_seventh_below()[:, None] | _bass_falls_by_step())
    np.fill_diagonal(found, False)
    return found


def _of_chorales(minor: bool, level: int) -> Bools:
    found = _at_home(minor).copy()
    owing = [place for place, name in _names(minor) if name.is_dominant and (name.is_seventh or name.degree == 7)]
    for tonic, mode in _keys_of_level(minor, level) if level else NEAR[minor]:
        moved = moved_places(tonic)
        local = _at_home(mode) & _own_chords(mode)[:, None] & _own_chords(mode)[None, :]
        there = moved >= 0
        begins = there & ~_applied_elsewhere(minor, tonic)
        found |= local[moved][:, moved] & begins[:, None] & there[None, :]
    found[owing] = _at_home(minor)[owing]
    return found & ~_goes_back(minor)


def _applied_elsewhere(minor: bool, tonic: int) -> Bools:
    """(chord,): applied chords of another key than the one so many fifths away: V/V is no IV of that on vi."""
    found = np.zeros(len(vocabulary()), dtype=np.bool_)
    for place, name in _names(minor):
        found[place] = bool(name.applied_to) and name.applied_tonic != tonic
    return found


def _keys_of_level(minor: bool, level: int) -> list[tuple[int, bool]]:
    asked, home = level_named(level), Key(0, minor)
    return [
        (key.tonic, key.minor) for key in keys_of(home, asked.modulations_minor if minor else asked.modulations_major)
    ]


@cache
def moved_places(tonic: int) -> Ints:
    """(chord,): the place of each chord as it is seen from a key so many fifths away; -1 where the list has it not.

    >>> sounds = vocabulary().sounds
    >>> sounds[moved_places(1)[sounds.index(Sound((1, 5, 2), 1))]]
    Sound(members=(0, 4, 1), bass=0, is_cadential=False)
    """
    places = {sound: place for place, sound in enumerate(vocabulary().sounds)}
    return np.array(
        [
            places.get(Sound(tuple(tone - tonic for tone in sound.members), sound.bass - tonic), -1)
            if not sound.is_cadential
            else -1
            for sound in vocabulary().sounds
        ]
    )


def _names(minor: bool) -> list[tuple[int, Numeral]]:
    """(place, numeral) of the chords of the shared vocabulary."""
    known = vocabulary()
    rows = np.flatnonzero(known.in_chorales[int(minor)]).tolist()
    return [(row, name) for row in rows if (name := known.numerals[int(minor)][row]) is not None]


def major_tonics() -> Bools:
    """(chord,): the major tonics of minor, which close a phrase (the Picardy third) and stand nowhere else."""
    return _in_minor(r"I(6|64)?$")


def weak_dominants() -> Bools:
    """(chord,): VII and v of minor, which have no leading tone: a plan that asks for a dominant means another."""
    return _in_minor(r"VII|v(?!i)")


@cache
def _in_minor(pattern: str) -> Bools:
    """(chord,): those whose numeral in minor begins so."""
    found = np.zeros(len(vocabulary()), dtype=np.bool_)
    for place, name in _names(minor=True):
        found[place] = re.match(pattern, name.figure) is not None
    return found


@cache
def _at_home(minor: bool) -> Bools:
    found = np.zeros((len(vocabulary()), len(vocabulary())), dtype=np.bool_)
    for before, one in _names(minor):
        for after, other in _names(minor):
            found[before, after] = follows(one, other) > 0 and not _drops(one, other)
    return found


def _drops(one: Numeral, other: Numeral) -> bool:
    """Minor's leading tone goes away by v or VII instead of rising; V6 v6 is a step of the lament."""
    leads = one.is_dominant and not one.applied_to and _LEADING_TONE in one.members
    weak = other.minor and other.degree in (5, 7) and not other.applied_to and _LEADING_TONE not in other.members
    return leads and weak and (one.figure, other.figure) != ("V6", "v6")


@cache
def _own_chords(minor: bool) -> Bools:
    """(chord,): what a near key is heard by: neither applied, altered, a cadential six-four nor minor's IV7.

    IV7 of a near key sounds as a dominant seventh does, and would let one go without its resolution.
    """
    found = np.zeros(len(vocabulary()), dtype=np.bool_)
    for place, name in _names(minor):
        as_dominant = name.degree == 4 and name.quality == "dom7"
        special = as_dominant or name.is_cadential or name.figure.startswith("N") or name.quality in ("It", "Fr", "Ger")
        found[place] = not name.applied_to and not special
    return found


@cache
def _goes_back(minor: bool) -> Bools:
    """(before, chord): retrogressions at home, as the rule of that name finds them."""
    found = np.zeros((len(vocabulary()), len(vocabulary())), dtype=np.bool_)
    names = [(place, name) for place, name in _names(minor) if not name.applied_to]
    for before, one in names:
        for after, other in names:
            found[before, after] = _is_retrogression(one, other)
    return found


def _is_retrogression(one: Numeral, other: Numeral) -> bool:
    if {one.quality, other.quality} & {"It", "Fr", "Ger"}:
        return False
    if one.is_dominant and other.degree in (2, 4):
        return not (other.degree == 4 and other.inversion == 1 and one.degree == 5 and one.inversion in (0, 1))
    if one.degree == 3 and other.degree == 7:
        return other.is_dominant
    is_plagal = one.is_seventh and one.inversion == 1
    return one.degree == 2 and other.degree == 1 and other.inversion == 0 and not is_plagal


def _of_songs(minor: bool) -> Bools:
    falls, shared, kinds, root = _falls(), _shared(), _kinds(), vocabulary().root
    found = np.ones(falls.shape, dtype=np.bool_)
    same, into_dim = falls == 0, (kinds == "d7")[None, :]
    into_minor = np.isin(kinds, ["m", "m7", "h", "m6"])[None, :]
    resolved = (
        np.isin(falls, [_FIFTH, _SEMITONE])
        | (same & ~np.isin(kinds, ["M", "6", "+"])[None, :])
        | ((falls == _TRITONE) & (kinds == "7")[None, :])
        | (into_dim & ((falls == _LEADING) | (shared >= 3)))
        | ((root == 1)[:, None] & ((falls == _STEP_UP) | ((falls == _TO_MEDIANT) & into_minor)))
    )
    goal_held = _holds_root()
    for kind, goes in {
        "7": resolved,
        "d7": same | np.isin(falls, [_LEADING, _SEMITONE]) | (shared >= 2) | goal_held,
        "+": same | (falls == _FIFTH) | (shared >= 2),
        "h": same | np.isin(falls, [_FIFTH, _SEMITONE]) | (shared >= 3),
    }.items():
        rows = (kinds == kind) & ~((kind == "7") & np.isin(root, _RESTING))
        found[rows] = goes[rows]
    borrowed = (kinds == "M") & np.isin(root, _BORROWED[minor])
    found[borrowed] = (resolved | same | (falls == _LEADING))[borrowed]
    goes_back = (root == -1) | ((root == _SUPERTONIC) & ~np.isin(kinds, ["M", "7", "d7"]))
    found &= ~(((root == 1) & (kinds == "M"))[:, None] & goes_back[None, :])
    if minor:
        modal = (root == 1) & np.isin(kinds, ["m", "m7"]) | (root == _SUBTONIC) & np.isin(kinds, ["M", "7"])
        found &= ~(modal[:, None] & ((root == 0) & np.isin(kinds, ["m", "m6", "m7"]))[None, :])
    six_four = vocabulary().inversion == 2
    six_four &= np.array([len(sound.members) == 3 for sound in vocabulary().sounds])
    leans = six_four[:, None] | six_four[None, :]
    return np.asarray(found & (~leans | _bass_steps()))


@cache
def _kinds() -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """(chord,): its kind in lead sheets; "" of a chord that they do not have."""
    known = vocabulary()
    named = {(0, *shape): kind for kind, shape in KINDS.items()}
    found = [named.get(known.shapes[kind], "") for kind in known.kind.tolist()]
    return np.array(["" if sound.is_cadential else kind for sound, kind in zip(known.sounds, found, strict=True)])


def _falls() -> Ints:
    """(before, chord): semitones down from root to root."""
    place = 7 * vocabulary().root % 12
    return (place[:, None] - place[None, :]) % 12


def _bass_steps() -> Bools:
    """(before, chord): the bass stays or moves by a step."""
    place = np.array([7 * sound.bass % 12 for sound in vocabulary().sounds])
    return np.isin((place[:, None] - place[None, :]) % 12, [0, 1, 2, 10, 11])


def _seventh_below() -> Bools:
    """(chord,): its seventh is in the bass: a four-two."""
    sevenths = [
        len(one.members) > _SEVENTH and one.members[_SEVENTH] - one.root != _SIXTH for one in vocabulary().sounds
    ]
    return np.asarray(np.array(sevenths) & (vocabulary().inversion == _SEVENTH))


def _bass_falls_by_step() -> Bools:
    """(before, chord)."""
    place = np.array([7 * sound.bass % 12 for sound in vocabulary().sounds])
    return np.isin((place[:, None] - place[None, :]) % 12, [1, 2])


def _held() -> Ints:
    """(chord, pitch class): 1 for a member."""
    found = np.zeros((len(vocabulary()), 12), dtype=np.int64)
    for row, sound in enumerate(vocabulary().sounds):
        found[row, [7 * tone % 12 for tone in sound.members]] = 1
    return found


def _shared() -> Ints:
    """(before, chord): pitch classes in both."""
    return _held() @ _held().T


def _holds_root() -> Bools:
    """(before, chord): the root of the chord sounded already."""
    return _held()[:, 7 * vocabulary().root % 12] > 0
