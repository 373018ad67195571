"""Harmonic syntax: which numeral may follow which in textbook tonal harmony, and how readily.

Sources: Kostka & Payne, *Tonal Harmony*, ch. 7 (progressions of diatonic triads) and chs. 9 to 11, 16 to 23; Aldwell &
Schachter, *Harmony and Voice Leading*, chs. 7 to 10 for inversions of V7 and the uses of six-four chords.
Weights are relative: 1 is ordinary, 3 is what one hears most, .3 is possible.
"""

from __future__ import annotations

from functools import cache

from musegen.theory.numerals import Numeral, parse_numeral

_FAMILIES: dict[str, dict[str, float]] = {
    "I": {"I": 0.8, "ii": 1.4, "iii": 0.5, "IV": 1.8, "V": 2.0, "vi": 1.6, "vii": 1.0, "N": 0.8, "A6": 0.5},
    "ii": {"V": 3.0, "vii": 1.0, "Cad": 2.5, "ii": 0.8, "A6": 0.4, "N": 0.3},
    "iii": {"vi": 3.0, "IV": 2.0},
    "IV": {"V": 2.5, "ii": 1.2, "I": 1.0, "Cad": 2.5, "vii": 1.2, "IV": 0.7, "N": 0.6, "A6": 0.6},
    "V": {"I": 3.5, "vi": 1.2, "V": 1.0, "IV": 0.3},
    "vi": {"ii": 2.5, "IV": 2.2, "V": 0.9, "N": 0.8, "A6": 0.8, "iii": 0.3, "vi": 0.1},
    "vii": {"I": 3.5, "V": 0.5, "vii": 0.3},
    "VII": {"iii": 3.0, "vi": 0.3},
    "Cad": {"V": 4.0},
    "N": {"V": 2.0, "Cad": 2.0, "vii/V": 1.0},
    "A6": {"V": 2.5, "Cad": 2.5},
}


@cache
def follows(first: Numeral, second: Numeral) -> float:
    """How readily `second` follows `first` in one key; 0 where a textbook would call it an error.

    >>> v42, one = parse_numeral("V42", minor=False), parse_numeral("I", minor=False)
    >>> follows(v42, one), follows(v42, parse_numeral("I6", minor=False)) > 0
    (0.0, True)
    """
    if first.figure == second.figure:
        return 0.0
    if first.applied_to:
        return _from_applied(first, second)
    if second.applied_to:
        return _to_applied(first, second)
    weight = _FAMILIES[_family(first)].get(_family(second), 0.0)
    return weight * _inversion_fits(first, second)


def _family(numeral: Numeral) -> str:
    if numeral.is_cadential:
        return "Cad"
    if numeral.figure.startswith("N"):
        return "N"
    if numeral.quality in ("It", "Fr", "Ger"):
        return "A6"
    if numeral.minor and numeral.degree == 7 and numeral.quality == "major":
        return "VII"
    return ("I", "ii", "iii", "IV", "V", "vi", "vii")[numeral.degree - 1]


def _from_applied(first: Numeral, second: Numeral) -> float:
    """An applied chord goes to its goal, to another of its own dominants, or (V/V) to the cadential six-four."""
    if second.applied_to == first.applied_to:
        same_side = second.degree == 5 and (first.degree == 5 or first.is_seventh)
        return 0.4 * _inversion_fits(_inner(first), _inner(second)) if same_side else 0.0
    goal = parse_numeral(first.applied_to, minor=first.minor)
    if goal.degree == 5 and second.is_cadential:
        return 1.5 if first.inversion in (0, 1) or first.degree == 7 else 0.0
    if second.applied_to or second.degree != goal.degree or second.quality in ("It", "Fr", "Ger"):
        return 0.0
    if second.figure.startswith("N") or (second.quality[:3] != goal.quality[:3] and not _same_triad(second, goal)):
        return 0.0
    tonic = parse_numeral("I", minor=False)
    local = tonic._replace(inversion=second.inversion, figure=f"I{second.inversion}")
    return 3.0 * _inversion_fits(_inner(first), local)


def _to_applied(first: Numeral, second: Numeral) -> float:
    """Any diatonic chord may turn towards an applied one but a dominant, which owes its resolution first."""
    if first.is_cadential or first.quality in ("It", "Fr", "Ger") or first.figure.startswith("N"):
        return (
            1.0
            if first.figure.startswith("N") and second.figure.startswith("viio") and second.applied_to == "V"
            else 0.0
        )
    if _is_six_four(first):
        return 0.0  # it passes, or stands over a pedal
    if first.is_dominant:
        return 0.3 if first.degree == 5 and not first.is_seventh and second.inversion == 3 else 0.0
    goal = parse_numeral(second.applied_to, minor=second.minor)
    if goal.degree == first.degree or first.is_seventh or (_is_mixed(first) and goal.degree != 5):
        return 0.0
    return {1: 1.0, 6: 1.0, 4: 0.8 * (goal.degree != 4), 2: 0.8 * (goal.degree == 5), 3: 0.3}.get(first.degree, 0.0)


def _is_mixed(numeral: Numeral) -> bool:
    """A borrowed chord, whose lowered sixth wants to fall."""
    return not numeral.minor and -4 in numeral.members


def _inner(numeral: Numeral) -> Numeral:
    """An applied chord read in the key that it borrows."""
    return parse_numeral(numeral.figure.split("/")[0], minor=False)


def _same_triad(one: Numeral, other: Numeral) -> bool:
    return set(one.members[:3]) == set(other.members[:3])


def _inversion_fits(first: Numeral, second: Numeral) -> float:
    """1 where the basses of the two chords agree with the textbook use of their inversions."""
    return min(_leaving(first, second), _arriving(first, second))


def _leaving(first: Numeral, second: Numeral) -> float:
    dominant_seventh = first.degree == 5 and first.is_seventh
    if dominant_seventh and second.degree == 5 and not second.is_seventh:
        return 0.0  # a seventh that has sounded does not go away again
    if dominant_seventh and first.inversion == 3:
        return 1.0 if (second.degree, second.inversion) == (1, 1) else 0.0
    if first.degree == 5 and first.inversion == 1:
        return float((second.degree, second.inversion) in ((1, 0), (5, 2), (5, 0)) or second.degree == 5)
    if dominant_seventh and first.inversion == 2:
        return float((second.degree == 1 and second.inversion in (0, 1)) or second.degree == 5)
    if dominant_seventh and first.inversion == 0 and (second.degree, second.inversion) == (1, 1):
        return 0.0  # the seventh would fall onto the bass's doubled third
    if dominant_seventh and second.degree == 6:
        return float(first.inversion == 0 and second.inversion == 0)
    if first.degree == 5 and second.degree == 6:
        return float(first.inversion == 0 and second.inversion == 0 and not first.figure.endswith("64"))
    if first.degree == 5 and second.degree == 4:
        return float(second.inversion == 1 and not first.is_seventh and first.inversion == 0)
    if first.degree == 7 and second.degree == 1:
        return float(second.inversion < 2)
    if _is_six_four(first):
        return _six_four_moves(first, second)
    if first.is_cadential:
        return float(second.inversion == 0)
    return 1.0


def _arriving(first: Numeral, second: Numeral) -> float:
    if _is_six_four(second):
        return _six_four_moves(second, first)
    if second.is_cadential:
        return float(first.degree in (2, 4, 6) or first.quality in ("It", "Fr", "Ger"))
    if first.degree == second.degree and not first.is_seventh and second.is_seventh:
        return 1.0
    if first.degree == 1 and second.degree == 1 and second.quality != first.quality:
        return 0.0
    return 1.0


def _is_six_four(numeral: Numeral) -> bool:
    return len(numeral.members) == 3 and numeral.inversion == 2 and not numeral.is_cadential


def _six_four_moves(six_four: Numeral, neighbor: Numeral) -> float:
    """A passing six-four joins two positions of one chord: V64 between I and I6, I64 between IV and IV6."""
    joined = {5: 1, 1: 4}.get(six_four.degree)
    return 0.8 if neighbor.degree == joined and neighbor.inversion in (0, 1) and not neighbor.is_seventh else 0.0
