"""Numerals of other schools as they are printed: ABRSM letters, functions after Riemann, lead-sheet signs."""

from __future__ import annotations

import re

from musegen.engraving.figures_text import split_numeral
from musegen.engraving.ink import Block, Ring, Stroke, moved, text

_ROMAN = "VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i"
_ABRSM = re.compile(rf"(b?)({_ROMAN})([°ø+]?)([79]?)([bcd]?)$")
_SIGN = r"((?:ĐD|DD|Đ|[TSDtsd])[pPGnv]?)(\d{0,2})(?:/(\d[<>]?))?"
_FUNCTION = re.compile(rf"{_SIGN}$")
_APPLIED = re.compile(rf"\({_SIGN}\)\[{_SIGN}\]$")
_JAZZ = re.compile(rf"([b#]*)({_ROMAN})([oø+]?)([\w()#]*)$")
_SIGN_BEFORE = re.compile(r"([b#])(?=\d)")
_UPPER = {1: (0.42,), 2: (0.58, 0.12)}  # heights of the figures of a function
_FIGURE, _BASS, _BASS_DEPTH = 0.6, 0.55, -0.46  # sizes, and how far the member in the bass stands below


def letters_block(figure: str) -> Block | None:
    """A numeral in another style than Roman figures, laid out; None where it is in none of these.

    >>> [letters_block(figure) is not None for figure in ("V7b of V", "Dp7", "(D7)[Sp]", "bVImaj7", "V65/V")]
    [True, True, True, True, False]
    """
    return _abrsm(figure) or _function(figure) or _jazz(figure)


def _abrsm(figure: str) -> Block | None:
    """`Vb`, `V7c of V`: the letter of the position on the line, the seven raised."""
    parts = [_ABRSM.match(part) for part in figure.split(" of ")]
    block = Block()
    for number, part in enumerate(parts):
        if part is None or (len(parts) == 1 and not part[5]):
            return None
        block = block.then(text(" of ")) if number else block
        block = block.then(_signed(part[1])).then(text(part[2]), 0.03 if part[1] else 0.0).then(_quality(part[3]), 0.04)
        block = block.then(text(part[4], size=_FIGURE, y=0.36), 0.04).then(text(part[5]), 0.03)
    return block


def _function(figure: str) -> Block | None:
    """`D7/3`: figures raised at the right, the member in the bass under the letter; brackets round what is applied."""
    plain, applied = _FUNCTION.match(figure), _APPLIED.match(figure)
    if plain:
        return _sign(plain[1], plain[2], plain[3])
    if applied is None:
        return None
    block = text("(").then(_sign(*applied.group(1, 2, 3)), 0.02).then(text(")"), 0.02)
    return block.then(text("[", y=0.05), 0.06).then(_sign(*applied.group(4, 5, 6)), 0.02).then(text("]", y=0.05), 0.02)


def _sign(letters: str, figures: str, bass: str | None) -> Block:
    block = Block()
    for letter in letters:
        struck = (Stroke(-0.06, -0.06, 0.66, 0.72),) if letter == "Đ" else ()
        one = text("D" if letter == "Đ" else letter)
        block = block.then(Block((*one.parts, *struck), one.width))
    if bass:
        under = text(bass, size=_BASS, y=_BASS_DEPTH)
        block = Block((*block.parts, *moved(under, (block.width - under.width) / 2).parts), block.width)
    lines = [text(digit, size=_FIGURE, y=y) for digit, y in zip(figures, _UPPER.get(len(figures), ()), strict=True)]
    stack = tuple(part for line in lines for part in line.parts)
    return block.then(Block(stack, max(line.width for line in lines)), 0.05) if lines else block


def _jazz(figure: str) -> Block | None:
    """`bVImaj7`, `V7(b9)/ii`: the kind of chord raised and small."""
    head, slash, goal = figure.partition("/")
    found = _JAZZ.match(head)
    if found is None or split_numeral(figure):
        return None
    block = _signed(found[1]).then(text(found[2]), 0.04 if found[1] else 0.0).then(_quality(found[3]), 0.04)
    block = block.then(text(_signs(found[4]), size=0.64, y=0.32), 0.05)
    return block.then(text("/"), 0.06).then(_jazz(goal) or _signed(goal), 0.03) if slash else block


def _quality(sign: str) -> Block:
    if sign in ("°", "o", "ø"):
        return Block((Ring(0.15, 0.55, 0.13, sign == "ø"),), 0.36 if sign == "ø" else 0.30)
    return text(sign, size=0.7, y=0.3)


def _signed(letters: str) -> Block:
    """Letters whose `b` and `#` before the rest are accidentals."""
    rest = letters.lstrip("b#")
    return text(letters[: len(letters) - len(rest)].replace("b", "♭").replace("#", "♯") + rest)


def _signs(kind: str) -> str:
    return _SIGN_BEFORE.sub(lambda found: "♭" if found[1] == "b" else "♯", kind)
