"""Other ways to write a Roman numeral: with ABRSM's letters, as a function in the German manner, as jazz players do.

- `roman`: as musegen names chords; the cadential six-four as `Cad64`, `I64` or `V64`.
- `abrsm`: letters for the position instead of figures: `a` (not written) root position, `b` first, `c` second, `d`
  third inversion, as in `Ib`, `V7c`; `V7b of V` for an applied chord, `Ic` for the cadential six-four (Eric Taylor,
  *The AB Guide to Music Theory*, chs. 8 and 15). Capitals follow the quality of the chord.
- `riemann`: T S D with p (parallel), G (Gegenklang) and n (Neapolitan), small letters for minor; `Đ` is a dominant
  without its root, `Dv` the diminished seventh, `DD` the double dominant, `(D7)[Sp]` one applied to another goal. A
  number after the slash is the member in the bass: `D7/3`. The signs are those of Wilhelm Maler, *Beitrag zur
  durmolltonalen Harmonielehre*, and Diether de la Motte, *Harmonielehre*. Where they have none, the numeral stays.
- `jazz`: as lead-sheet players write them, `Imaj7`, `V7(b9)/ii`, `ii7/5` (`songs.jazz_numerals`).
"""

from __future__ import annotations

from typing import Literal

from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.songs.jazz_numerals import jazz_figure

NumeralStyle = Literal["roman", "abrsm", "riemann", "jazz"]
Cadential = Literal["Cad64", "I64", "V64"]
STYLES: tuple[NumeralStyle, ...] = ("roman", "abrsm", "riemann", "jazz")
CADENTIALS: tuple[Cadential, ...] = ("Cad64", "I64", "V64")

_LETTERS = ("", "b", "c", "d")
_SIGNS = {
    (0, "major"): "T", (0, "minor"): "t", (-1, "major"): "S", (-1, "minor"): "s", (1, "major"): "D", (1, "minor"): "d",
    (2, "minor"): "Sp", (4, "minor"): "Dp", (3, "minor"): "Tp",
    (-3, "major"): "tP", (-4, "major"): "tG", (-2, "major"): "dP", (-5, "major"): "sn",
}  # fmt: skip
_SIXTHS = {"It": "ĐD7/5>", "Ger": "DDv/5>", "Fr": "DD7/5>"}
_ROOTLESS = {"dim": "Đ7", "hdim7": "Đ9", "dim7": "Dv"}
_SUPERTONIC = {"dim": "s6", "hdim7": "s65"}


def written(numeral: Numeral, style: NumeralStyle = "roman", cadential: Cadential = "Cad64") -> str:
    """A numeral in a style; `cadential` names the cadential six-four in Roman figures.

    >>> chords = [parse_numeral(figure, minor=False) for figure in ("I6", "V43", "V65/V", "ii7", "Cad64")]
    >>> [written(chord, "abrsm") for chord in chords]
    ['Ib', 'V7c', 'V7b of V', 'ii7', 'Ic']
    >>> [written(chord, "riemann") for chord in chords]
    ['T/3', 'D7/5', 'DD7/3', 'Sp7', 'D64']
    >>> written(chords[-1], cadential="V64")
    'V64'
    """
    if style == "jazz":
        return jazz_figure(numeral)
    if style == "abrsm":
        return _abrsm(numeral)
    if style == "riemann":
        return _function(numeral) or numeral.figure
    if not numeral.is_cadential or cadential == "Cad64":
        return numeral.figure
    return "V64" if cadential == "V64" else "i64" if numeral.minor else "I64"


def written_figure(figure: str, key: str, style: NumeralStyle, cadential: Cadential = "Cad64") -> str:
    """The same for a figure in a key of that name.

    Raises:
        UsageError: one of them cannot be read.

    >>> written_figure("iv6", "e", "riemann")
    's/3'
    """
    return written(parse_numeral(figure, minor=Key.parse(key or "C").minor), style, cadential)


def _abrsm(numeral: Numeral) -> str:
    if numeral.is_changed:
        return numeral.figure
    if numeral.is_cadential:
        return "ic" if numeral.minor else "Ic"
    if numeral.quality in _SIXTHS:
        return f"{numeral.quality}6"
    if numeral.figure.startswith("N"):
        return "bIIb"
    head, _, goal = numeral.figure.partition("/")
    plain = head.rstrip("0123456789") + ("", "7", "9")[len(numeral.members) - 3]
    whole = plain.replace("o", "°").replace("%", "ø") + _LETTERS[numeral.inversion]
    return f"{whole} of {_abrsm(parse_numeral(goal, minor=numeral.minor))}" if goal else whole


def _function(numeral: Numeral) -> str:
    """The sign of a function with its figures; "" where there is none."""
    if numeral.is_changed or len(numeral.members) > 4:
        return ""
    if numeral.is_cadential:
        return "D64"
    if numeral.quality in _SIXTHS:
        return _SIXTHS[numeral.quality]
    if numeral.applied_to:
        return _applied(numeral)
    steps = (1, 3, 5, 7)
    rootless = _ROOTLESS.get(numeral.quality) if numeral.root == 5 else None
    if rootless:
        return f"{rootless}/{(3, 5, 7, 9)[numeral.inversion]}"
    if numeral.root == 2 and numeral.quality in _SUPERTONIC:
        return _SUPERTONIC[numeral.quality] + _over((6, 1, 3, 5)[numeral.inversion])
    third, fifth = (tone - numeral.root for tone in numeral.members[1:3])
    triad = {(4, 1): "major", (-3, 1): "minor"}.get((third, fifth), "")
    sign = _SIGNS.get((numeral.root, triad), "")
    bass = 1 if sign == "sn" else steps[numeral.inversion]
    return sign + "7" * numeral.is_seventh + _over(bass) if sign else ""


def _over(member: int) -> str:
    return "" if member == 1 else f"/{member}"


def _applied(numeral: Numeral) -> str:
    """`DD7` for a dominant of the dominant, `(D7)[Sp]` for that of another chord."""
    goal = parse_numeral(numeral.applied_to, minor=numeral.minor)
    inner = numeral.figure.split("/")[0]
    own = _function(parse_numeral(inner, minor=goal.quality in ("minor", "dim")))
    if goal.root == 1 and goal.quality == "major" and own[:1] in ("D", "Đ"):
        return own[0] + "D" + own[1:]
    target = _function(goal)
    return f"({own})[{target}]" if own and target else ""
