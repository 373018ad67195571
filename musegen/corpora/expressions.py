"""Regular expressions that people write on a command line: such as take no time to speak of, over short texts."""

from __future__ import annotations

import re

from musegen.errors import UsageError

LONGEST = 200
"""Letters of a text that are searched."""
_MOST_LETTERS, _MOST_REPEATS, _MOST_OPTIONS = 500, 3, 8
_PLAIN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)")
_REPEATS, _OPTIONS = re.compile(r"[*+]|\{"), re.compile(r"(?<!\()\?")


def expression(text: str) -> re.Pattern[str]:
    """The pattern that a text means, without regard to case.

    No group may be repeated, and few things may: a pattern such as `(a+)+$` would try for ages.

    Raises:
        UsageError: it is none, or may take ages.

    >>> bool(expression("^(missa|mass).*brevis").search("Missa brevis"))
    True
    """
    shown = text[:80]
    try:
        made = re.compile(text[: _MOST_LETTERS + 1], re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"`{shown}` is no regular expression ({error})") from None
    plain = _PLAIN.sub("x", text[: _MOST_LETTERS + 1])
    if (
        len(text) > _MOST_LETTERS
        or _REPEATED_GROUP.search(plain)
        or len(_REPEATS.findall(plain)) > _MOST_REPEATS
        or len(_OPTIONS.findall(plain)) > _MOST_OPTIONS
    ):
        hint = f"repeat no group, and at most {_MOST_REPEATS} things"
        raise UsageError(f"`{shown}` is a regular expression that may search for ages", hint=hint)
    return made


def is_found(text: str, inside: str) -> bool:
    """Whether an expression is found in a text, of which the first letters count.

    >>> is_found("haydn", "Joseph Haydn")
    True
    """
    return expression(text).search(inside[:LONGEST]) is not None
