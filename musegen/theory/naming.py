"""Chords named: the Roman figure of spelled notes over a bass in a key, whatever a lead sheet asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import product

from musegen.errors import UsageError
from musegen.theory.keys import ROMANS, Key, scale_degrees, scale_tones, signs
from musegen.theory.numerals import Numeral, letters_above, parse_numeral
from musegen.theory.vocabulary import figures

_INVERSIONS = {3: ("", "6", "64"), 4: ("7", "65", "43", "42")}
_THIRD, _FIFTH, _SEVENTH = 2, 4, 6  # letters above the root


def named_chord(members: tuple[int, ...], bass: int, key: Key, head: str = "") -> Numeral | None:
    """The plainest numeral that holds exactly these places on the line of fifths (root first) over this bass.

    `head` is a figure in root position, of the same root, to name it by. None where the chord has no name in the key
    that musegen could read back.

    >>> asked = ((0, 4, 1), 2), ((1, 0, 2, -1), 1), ((2, 6, 3), 6)
    >>> [named_chord(tones, bass, Key.parse("C")).figure for tones, bass in asked]
    ['I[bass2]', 'V7[no3][add4]', 'V6/V']
    >>> named_chord((-5, -1, -4, -7), -5, Key.parse("C"), head="bII7").figure
    'bII7[b7]'
    """
    names = list(_names(tuple(tone - key.tonic for tone in members), bass - key.tonic, key.minor, head))
    return next((name for name in names if is_plain(name)), names[0] if names else None)


def is_plain(numeral: Numeral) -> bool:
    """Whether a numeral stands on the scale of its key, in minor with either sixth and seventh degree.

    >>> is_plain(parse_numeral("V7[no3][add4]", minor=True)), is_plain(parse_numeral("V7/V", minor=True))
    (True, False)
    """
    return not numeral.applied_to and set(numeral.members) <= set(scale_tones(minor=numeral.minor))


def _names(members: tuple[int, ...], bass: int, minor: bool, stated: str) -> Iterator[Numeral]:
    for head, changes in _of_head(stated, members, minor) if stated else _readings(members, minor):
        for figure in _figures(head, changes, members, bass, minor):
            with suppress(UsageError):
                found = parse_numeral(figure, minor=minor)
                if set(found.members) == {*members, bass} and found.bass == bass:
                    yield found


def _of_head(head: str, members: tuple[int, ...], minor: bool) -> Iterator[tuple[str, str]]:
    """The same for one head."""
    plain = parse_numeral(head, minor=minor)
    yield head, _changes(head, tuple(tone - plain.root for tone in plain.members), members, minor)


def _readings(members: tuple[int, ...], minor: bool) -> Iterator[tuple[str, str]]:
    """(head, changes without the bass) under which the members may be named."""
    root = members[0]
    place = {letters_above(root, tone): tone - root for tone in members[1:]}
    thirds = (place[_THIRD],) if _THIRD in place else (4, -3)
    fifths = dict.fromkeys((place.get(_FIFTH, 1), 1))
    seventh = (place[_SEVENTH],) if _SEVENTH in place else ()
    for third, fifth in product(thirds, fifths):
        shape = (third, fifth, *seventh)
        head = _heads(minor).get((root, *(root + step for step in shape)))
        if head is not None:
            yield head, _changes(head, (0, *shape), members, minor)


def _changes(head: str, shape: tuple[int, ...], members: tuple[int, ...], minor: bool) -> str:
    """What turns a plain chord into these members: `[no3][add4]`."""
    root = members[0]
    plain = {letters_above(root, root + step): root + step for step in shape}
    held = {letters_above(root, tone): tone for tone in members}
    gone = [f"[no{letters + 1}]" for letters in plain if letters not in held]
    altered = [f"[{_signs(held[x] - plain[x])}{x + 1}]" for x in plain if x in held and held[x] != plain[x]]
    degree, scale = _scale(head, minor)
    number = {1: 9 if _THIRD in held else 2, 3: 11 if {_THIRD, _SEVENTH} <= set(held) else 4, 5: 6}
    added = [
        f"[add{_signs(tone - scale[(degree - 1 + letters) % 7])}{number.get(letters, letters + 1)}]"
        for letters, tone in held.items()
        if letters not in plain
    ]
    return "".join(gone + altered + added)


def _figures(head: str, changes: str, members: tuple[int, ...], bass: int, minor: bool) -> Iterator[str]:
    """The head with inversion and changes, a foreign bass last."""
    plain, slash, goal = head.partition("/")
    letters = letters_above(members[0], bass)
    seventh = plain.endswith("7")
    if letters in (0, 2, 4, 6) and (letters < _SEVENTH or seventh) and bass in members:
        figure = _INVERSIONS[4 if seventh else 3][letters // 2]
        yield plain.removesuffix("7") + figure + changes + slash + goal
    degree, scale = _scale(head, minor)
    over = f"[bass{_signs(bass - scale[(degree - 1 + letters) % 7])}{letters + 1}]"
    kept = "".join(part for part in changes.replace("]", "] ").split() if not _adds(part, letters))
    yield plain + kept + over + slash + goal


def _adds(change: str, letters: int) -> bool:
    number = change.strip("[]").lstrip("ad").lstrip("b#")
    return change.startswith("[add") and (int(number) - 1) % 7 == letters


def _scale(head: str, minor: bool) -> tuple[int, tuple[int, ...]]:
    """The degree of a head and the scale that its changes count in, from the home tonic."""
    numeral = parse_numeral(head, minor=minor)
    if not numeral.applied_to:
        return numeral.degree, scale_degrees(minor=minor)
    goal = parse_numeral(numeral.applied_to, minor=minor)
    scale = scale_degrees(minor=goal.quality in ("minor", "dim"))
    return numeral.degree, tuple(goal.root + degree for degree in scale)


def _signs(fifths: int) -> str:
    """`b`, `##`: an alteration of so many places on the line of fifths."""
    return signs(fifths // 7)


@cache
def _heads(minor: bool) -> dict[tuple[int, ...], str]:
    """Members to the plainest figure in root position: those of the shared vocabulary first, then any other."""
    found: dict[tuple[int, ...], str] = {}
    chromatic = [
        sign + roman + quality + seventh
        for sign in ("", "b", "#")
        for upper in ROMANS
        for roman in (upper, upper.lower())
        for quality in ("", "o", "ø", "+")
        for seventh in ("", "7")
        if not (minor and sign and upper in ("VI", "VII"))
    ]
    goals = [head for head in chromatic if not head.endswith(("7", "o", "ø", "+"))]
    applied = [f"{chord}/{goal}" for goal in goals for chord in ("V", "V7", "viio7", "viiø7", "IV", "iv")]
    for figure in (*figures(minor), *chromatic, *applied):
        with suppress(UsageError):
            numeral = parse_numeral(figure, minor=minor)
            if numeral.inversion == 0 and not numeral.is_cadential:
                found.setdefault(numeral.members, figure)
    return found
