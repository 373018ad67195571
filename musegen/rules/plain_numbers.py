"""Numbers that people write in files, such as beats: short and plain, so that none of them keeps anybody waiting."""

from __future__ import annotations

import re
from fractions import Fraction

_PLAIN = re.compile(r"[0-9]{1,6}(?:[./][0-9]{1,6})?")
_LIMIT = 1_000_000


def plain_number(value: object) -> Fraction:
    """A number from 0 to a million, written like 2, 2.5, "2.5" or "7/3".

    Raises:
        ValueError: it is anything else, `1e999999999` among it.

    >>> plain_number("7/3"), plain_number(2.5)
    (Fraction(7, 3), Fraction(5, 2))
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        try:
            return Fraction(value)
        except ZeroDivisionError:
            raise ValueError("nothing is divided by 0") from None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LIMIT:
        return Fraction(value).limit_denominator(1000)
    raise ValueError("no plain number")
