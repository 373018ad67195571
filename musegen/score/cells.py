"""Strangers' words in the cells of a table: a spreadsheet that opens it must not take them for formulas."""

from __future__ import annotations

import re

_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def tamed(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it where one might.

    >>> tamed("=SUM(1)"), tamed("'-x"), tamed("bwv 1"), tamed("'s Gravenhage")
    ("'=SUM(1)", "''-x", 'bwv 1', "'s Gravenhage")
    """
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def untamed(text: str) -> str:
    """The text that `tamed` made so.

    >>> [untamed(tamed(text)) for text in ("=1", "'=1", "''+", "a", "'a", "")]
    ['=1', "'=1", "''+", 'a', "'a", '']
    """
    return text[1:] if text.startswith("'") and _LIKE_A_FORMULA.match(text) else text
