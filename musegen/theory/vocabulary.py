"""The closed vocabulary of figures that analysis, statistics and harmonisation share: a fixed list for each mode."""

from __future__ import annotations

from functools import cache

from musegen.theory.numerals import Numeral, parse_numeral

_TRIAD = ("", "6", "64")
_SEVENTH = ("7", "65", "43", "42")
_MAJOR_TRIADS = "I ii iii IV V vi viio"
_MAJOR_SEVENTHS = "I ii iii IV V vi viiø viio"
_MAJOR_MIXTURE = "i iv v iio bVI bIII bVII"
_MAJOR_MIXED_SEVENTHS = "iiø iv"
_MINOR_TRIADS = "i iio III iv v VI VII V viio IV ii vio vi III+ I"
_MINOR_SEVENTHS = "i iiø III iv v VI VII V viio IV ii viø"
_SPECIAL = "Cad64 N6 It6 Ger65 Fr43"
_GOALS = {False: "ii iii IV V vi", True: "III iv V VI VII"}
_APPLIED_TRIADS = "V viio"
_APPLIED_SEVENTHS = "V viio"


@cache
def figures(minor: bool) -> tuple[str, ...]:
    """Every figure that the analyser may answer with in a mode.

    >>> len(figures(False)), "V65/V" in figures(True), figures(False)[0]
    (165, True, 'I')
    """
    triads = _MINOR_TRIADS if minor else f"{_MAJOR_TRIADS} {_MAJOR_MIXTURE}"
    sevenths = _MINOR_SEVENTHS if minor else f"{_MAJOR_SEVENTHS} {_MAJOR_MIXED_SEVENTHS}"
    home = [*_inverted(triads, _TRIAD), *_inverted(sevenths, _SEVENTH), *_SPECIAL.split()]
    return tuple(home + [figure for goal in _GOALS[minor].split() for figure in _applied(goal)])


def _inverted(heads: str, shapes: tuple[str, ...]) -> list[str]:
    return [head + shape for head in heads.split() for shape in shapes]


def _applied(goal: str) -> list[str]:
    half_diminished = _inverted("viiø", _SEVENTH) if goal.isupper() else []
    chords = [*_inverted(_APPLIED_TRIADS, _TRIAD), *_inverted(_APPLIED_SEVENTHS, _SEVENTH), *half_diminished]
    return [f"{chord}/{goal}" for chord in chords]


@cache
def numerals(minor: bool) -> tuple[Numeral, ...]:
    """The same list as numerals.

    >>> numerals(True)[0].figure, numerals(True)[0].members
    ('i', (0, -3, 1))
    """
    return tuple(parse_numeral(figure, minor=minor) for figure in figures(minor))


Shape = tuple[int, int, frozenset[int], int, bool]


def shape_of(numeral: Numeral) -> Shape:
    """What makes two spellings of a figure the same: root, applied tonic, members, inversion, cadential or not.

    >>> shape_of(parse_numeral("V5", minor=False)) == shape_of(parse_numeral("V", minor=False))
    True
    """
    return numeral.root, numeral.applied_tonic, frozenset(numeral.members[:4]), numeral.inversion, numeral.is_cadential


@cache
def _places(minor: bool) -> dict[Shape, int]:
    places: dict[Shape, int] = {}
    for number, numeral in enumerate(numerals(minor)):
        places.setdefault(shape_of(numeral), number)
    return places


def index_of(numeral: Numeral) -> int | None:
    """The place of a numeral in its mode's list; None where it is not in the vocabulary.

    >>> figures(False)[index_of(parse_numeral("V6/IV", minor=False))]
    'V6/IV'
    """
    return _places(numeral.minor).get(shape_of(numeral))


@cache
def sounding_places(minor: bool) -> dict[tuple[frozenset[int], int], int]:
    """(members, inversion) to the place of the plainest figure that sounds so: home chords come before applied ones.

    >>> figures(False)[sounding_places(False)[frozenset({2, 6, 3}), 0]]
    'V/V'
    """
    places: dict[tuple[frozenset[int], int], int] = {}
    for number, numeral in enumerate(numerals(minor)):
        if not numeral.is_cadential:
            places.setdefault((frozenset(numeral.members[:4]), numeral.inversion), number)
    return places
