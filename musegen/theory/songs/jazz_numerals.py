"""Numerals as lead-sheet players write them: `Imaj7`, `ii7`, `V7(b9)/ii`, `bVII9`, `IV6`, `V7sus4`, `ii7/5`.

The Roman numeral counts the root from the major scale on the tonic (in minor too: `bIII`, `bVI`, `bVII`), small for a
minor third; after it stands the kind of chord as in a chord symbol. A number after the slash is the scale degree in
the bass, a Roman numeral there what the chord is applied to (after Mulholland & Hojnacki, *The Berklee Book of Jazz
Harmony*).
"""

from __future__ import annotations

from musegen.theory.keys import ROMANS, Key, signs
from musegen.theory.numerals import Numeral, letters_above, parse_numeral

_MAJOR = Key(0)  # places on the line of fifths count from its tonic, as those of numerals do
_NATURAL = {1: (2, "9"), 3: (-1, "11"), 5: (3, "13")}  # letters above the root: fifths above it, name over a seventh
_SEVENTHS = {-2: "7", 5: "maj7", -9: "7"}


def jazz_figure(numeral: Numeral) -> str:
    """A numeral as players write it.

    >>> [jazz_figure(parse_numeral(figure, minor=False)) for figure in
    ...     ("I7", "ii7", "V7[add9]/V", "bVII7[b7]", "IV[add6]", "V7[no3][add4]", "viio7", "iiø7", "V65", "ii7[bass4]")]
    ['Imaj7', 'ii7', 'V9/V', 'bVII7', 'IV6', 'V7sus4', 'viio7', 'iiø7', 'V7/7', 'ii7/5']
    >>> [jazz_figure(parse_numeral(figure, minor=True)) for figure in ("i", "VI7", "V7[add9]", "i7[#7]")]
    ['i', 'bVImaj7', 'V7(b9)', 'i(maj7)']
    """
    if numeral.applied_to:
        inner, goal = parse_numeral(numeral.figure.partition("/")[0], minor=_is_minor_goal(numeral)), numeral.applied_to
        root = ROMANS[inner.degree - 1]
        return f"{_chord(numeral, root)}{_bass(numeral)}/{jazz_figure(parse_numeral(goal, minor=numeral.minor))}"
    if numeral.is_cadential or numeral.figure.startswith(("It", "Fr", "Ger")):
        return numeral.figure
    return _chord(numeral, degree_name(numeral.root)) + _bass(numeral)


def _is_minor_goal(numeral: Numeral) -> bool:
    return parse_numeral(numeral.applied_to, minor=numeral.minor).quality in ("minor", "dim")


def degree_name(above: int, *, minor: bool = False) -> str:
    """A root, so many fifths above the tonic, against the major scale there; small with a minor third.

    >>> degree_name(-2), degree_name(-1, minor=True)
    ('bVII', 'iv')
    """
    degree, alter = _MAJOR.scale_degree(above)
    roman = ROMANS[degree - 1]
    return signs(alter) + (roman.lower() if minor else roman)


def _chord(numeral: Numeral, root: str) -> str:
    """The root's numeral with the kind of chord after it."""
    bass = () if numeral.bass in _stacked(numeral) else (numeral.bass,)
    place = {letters_above(numeral.root, tone): tone - numeral.root for tone in numeral.members if tone not in bass}
    third, fifth, seventh = place.get(2), place.get(4), place.get(6)
    roman = root.replace(root.lstrip("b#"), root.lstrip("b#").lower()) if third == -3 else root
    sign, altered = _fifth(third, fifth, seventh)
    if seventh is None:
        return roman + sign + _triad_additions(place, third) + _parenthesis(altered, "")
    top, tensions = _tensions(place)
    number = _SEVENTHS.get(seventh, "7").replace("7", top)
    if roman.islower() and seventh == 5:
        number = f"({number})"
    return roman + sign + number + _suspension(place, third) + _parenthesis(altered, tensions)


def _stacked(numeral: Numeral) -> set[int]:
    """The tones that may stand in the bass without being an addition."""
    return {tone for tone in numeral.members if letters_above(numeral.root, tone) in (0, 2, 4, 6)}


def _fifth(third: int | None, fifth: int | None, seventh: int | None) -> tuple[str, str]:
    """(sign after the numeral, altered fifth for the brackets)."""
    if third == -3 and fifth == -6:
        return ("ø" if seventh == -2 else "o"), ""
    if fifth == 8:
        return ("+", "") if seventh is None else ("", "#5")
    return "", "b5" if fifth == -6 else ""


def _triad_additions(place: dict[int, int], third: int | None) -> str:
    """`6`, `add9`, `69`, `sus4` after a triad."""
    if third is None:
        return _suspension(place, third) or "5"
    sixth = "6" if 5 in place else ""
    flat = "b" if place.get(5) == -4 else ""
    ninth = ("9" if sixth else "add9") if 1 in place else ""
    return (f"{flat}{sixth}{ninth}") + ("add11" if 3 in place else "")


def _suspension(place: dict[int, int], third: int | None) -> str:
    if third is not None:
        return ""
    return "sus4" if 3 in place else "sus2" if 1 in place else ""


def _tensions(place: dict[int, int]) -> tuple[str, str]:
    """(highest natural tension that stands for the 7, altered ones)."""
    top, altered = "7", ""
    for letters, (natural, name) in _NATURAL.items():
        if letters not in place or (2 not in place and letters in (3, 1)):
            continue
        shift = (place[letters] - natural) // 7
        if shift:
            altered += signs(shift) + name
        elif letters == 1 or letters == 5 or 1 in place:
            top = name
    return top, altered


def _parenthesis(*parts: str) -> str:
    return f"({''.join(parts)})" if any(parts) else ""


def _bass(numeral: Numeral) -> str:
    """`/5`: the scale degree in the bass, counted from the tonic's major scale; "" for the root."""
    if numeral.bass == numeral.root:
        return ""
    degree, alter = _MAJOR.scale_degree(numeral.bass)
    return f"/{signs(alter)}{degree}"
