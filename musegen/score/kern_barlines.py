"""The barlines of kern: what `=12:|!` says about the measures before and after it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_NUMBER = re.compile(r"=+(\d+[a-z]?)")
_NO_STROKES = re.compile(r"[^|!:]")
_STYLES = (
    ("-", "none"), ("'", "short"), ("`", "tick"), ("||", "double"), ("!!", "heavy-heavy"), ("!|", "heavy-light"),
    ("|!", "final"), ("==", "final"),
)  # fmt: skip


class BarSign(NamedTuple):
    """A barline: the number of the measure that it opens, how the one before it closes."""

    number: str = ""
    style: str = ""  # as in Measure.barline; repeats have none
    repeat_end: bool = False
    repeat_start: bool = False


@lru_cache(maxsize=1024)
def bar_sign(token: str) -> BarSign:
    """What a barline token says; `==` ends a movement or section, as the thin and thick line does.

    Dots before the strokes repeat what came before, dots after them what follows.

    >>> bar_sign("=12"), bar_sign("=:|!|:").repeat_start, bar_sign("==").style
    (BarSign(number='12', style='', repeat_end=False, repeat_start=False), True, 'final')
    """
    found = _NUMBER.match(token)
    strokes = _NO_STROKES.sub("", token)
    end, start = strokes.startswith(":"), strokes.endswith(":") and len(strokes) > 1
    style = "" if start or end else next((name for sign, name in _STYLES if sign in token), "")
    return BarSign(found[1] if found else "", style, end, start)
