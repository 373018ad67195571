"""TOML that strangers wrote, read within bounds: a dotted key costs memory by the square of its depth."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

MOST_PARTS = 20
"""Parts that a dotted key may have."""
_BARE_OR_QUOTED = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)"""
_PART = re.compile(_BARE_OR_QUOTED, re.DOTALL)
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|\'\'\'(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r"|#[^\n]*+"
    rf"|(?P<key>{_BARE_OR_QUOTED}(?:[ \t]*+\.[ \t]*+{_BARE_OR_QUOTED})*)",
    re.DOTALL,
)


def parse_toml(text: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises:
        ValueError: it is no TOML, or its keys, tables or lists are nested too deeply.

    >>> parse_toml("a.b = 1")
    {'a': {'b': 1}}
    >>> parse_toml("a" + ".a" * 40 + " = 1")
    Traceback (most recent call last):
    ValueError: an entry is nested too deeply (a dotted key of 41 parts, where 20 are enough)
    """
    depth = deepest_key(text)
    if depth > MOST_PARTS:
        raise ValueError(
            f"an entry is nested too deeply (a dotted key of {depth} parts, where {MOST_PARTS} are enough)"
        )
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("an entry is nested too deeply") from None


def deepest_key(text: str) -> int:
    """How many parts the longest dotted key of a TOML text has, told without reading the text as TOML.

    >>> deepest_key('[a."b.c". d]\\nwhy = "e.g. x.y.z.u.v"  # 1.2.3.4.5')
    3
    """
    keys = (found["key"] for found in _TOKEN.finditer(text))
    return max((len(_PART.findall(key)) for key in keys if key and "." in key), default=1)


def toml_string(text: str) -> str:
    """The text as a string of TOML: what JSON writes, but for one character.

    >>> print(toml_string('a "b"'))
    "a \\"b\\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
