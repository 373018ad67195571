"""RomanText's figures in musegen's convention: `V6/5/V`, `vii/o7`, `IVmaj7`, `Cad64/V` and their like."""

from __future__ import annotations

import re

from musegen.errors import UsageError
from musegen.theory.numerals import MAX_TEXT, parse_numeral

_APPLIED = re.compile(r"/(?=[#b-]*[ivIV]|N(?:/|$))")
_HEAD = re.compile(r"([#b-]*)([IViv]+)(o|ø|\+|)(.*)$")
_SIXTHS = re.compile(r"(N|It|Ger|Fr|Cad)(\d*)$")
_SPECIAL = {
    "N": "N6", "N63": "N6", "It": "It6", "Ger": "Ger65", "Ger6": "Ger65", "Ger7": "Ger65", "Fr": "Fr43", "Fr6": "Fr43",
    "Cad": "Cad64",
}  # fmt: skip
"""`Ger7` is the German sixth of the Haydn quartets' analysts: the flat sixth degree is in the bass there too."""
_FIGURE = re.compile(r"([b#-]*)(\d)")
_SHORT = {
    "54": "", "4": "", "3": "", "5": "", "53": "", "653": "65", "643": "43", "642": "42", "2": "42", "753": "7",
    "63": "6", "79": "9", "659": "65", "439": "43", "429": "42",
}  # fmt: skip
"""Long figures become short; a fourth over a chord in root position is left out as brackets are, and the ninth of
an inverted chord."""
_MINOR_SEVENTH = -2
_MOST_LETTERS = 4 * MAX_TEXT  # with all that analysts write in brackets


def normal_figure(text: str, *, minor: bool) -> str:
    """A RomanText figure in musegen's convention: `V6/5/V` is `V65/V`, `V2` is `V42`, `vii/o7` is `viiø7`.

    Changes in brackets are left out: the chord is meant, not what colours it.

    Raises:
        UsageError: it is no numeral.

    >>> normal_figure("V6/5/V", minor=False), normal_figure("#viio7", minor=True), normal_figure("bVII", minor=True)
    ('V65/V', 'viio7', 'VII')
    >>> normal_figure("Cad64/V", minor=False), normal_figure("IVM7", minor=False), normal_figure("V7/N", minor=True)
    ('Cad64/V', 'IV7', 'V7/bII')
    """
    if len(text) > _MOST_LETTERS:
        raise UsageError(f"`{text[:MAX_TEXT]}` is too long for a Roman numeral", hint="write it like V65/V")
    plain = re.sub(r"\[[^]]*\]|\([^)]*\)", "", text).replace("/o", "ø").replace("%", "ø").replace("°", "o")
    first, *goals = _APPLIED.split(plain)
    heads: list[str] = []
    for part in [*reversed(goals), first]:
        is_goal = len(heads) < len(goals)
        head = "bII" if is_goal and part == "N" else _one(part, minor)
        minor = parse_numeral(head, minor=minor).quality in ("minor", "dim")
        heads.append(head)
    return "/".join(reversed(heads))


def _one(part: str, minor: bool) -> str:
    """One chord without what it is applied to."""
    sixth = _SIXTHS.match(part.replace("/", ""))
    if sixth:
        return _SPECIAL.get(sixth[0], sixth[0])
    found = _HEAD.match(part.replace("maj", "").replace("M", "").replace("/", ""))
    if not found:
        raise UsageError(f"`{part}` is not a Roman numeral", hint="write it like I, ii6, V65/V, viio7, Cad64 or Ger65")
    signs, roman, quality, figures = found.groups()
    signs = signs.replace("-", "b")
    if figures.endswith("+") and not quality:
        quality, figures = "+", figures[:-1]
    if (signs + roman, quality, figures) == ("bII", "", "6"):
        return "N6"
    goal = ""
    if minor and roman.upper() in ("VI", "VII"):
        signs, roman, goal = _sixth_or_seventh(signs, roman)
    elif minor and roman == "III" and signs == "b":
        signs = ""
    return _with_figures(signs + roman + quality, figures, minor=minor and not goal) + goal


def _sixth_or_seventh(signs: str, roman: str) -> tuple[str, str, str]:
    """Degrees 6 and 7 of minor, where the case says which of the two is meant: (signs, roman, applied to).

    A minor chord on the natural degree or a major one on the raised degree has its name from the chord on that degree.
    """
    if signs == "b" and roman.islower():
        return "", "i", f"/{roman.upper()}"
    if signs == "#" and roman.isupper():
        return "", "I", f"/{roman.lower()}"
    return "", roman, ""


def _with_figures(head: str, figures: str, *, minor: bool) -> str:
    """The chord with the figures of its inversion; `b7` and `d7` say that a seventh is a minor one."""
    asked = figures.removeprefix("d") or ("7" if figures else "")
    if _FIGURE.sub("", asked):
        raise UsageError(f"`{head}{figures}` is not a Roman numeral", hint="figures are 6, 64, 7, 65, 43, 42 and 9")
    signs = {digit: sign for sign, digit in _FIGURE.findall(asked)}
    digits = "".join(digit for _, digit in _FIGURE.findall(asked))
    found = head + _SHORT.get(digits, digits)
    chord = parse_numeral(found, minor=minor)
    lowered = signs.get("7") == "b" or figures.startswith("d")
    if lowered and chord.is_seventh and chord.members[3] - chord.root != _MINOR_SEVENTH:
        return found + "[b7]"
    return found + "[b9]" * (signs.get("9") == "b" and found.endswith("9") and not minor)
