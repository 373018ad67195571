"""What no score in a text format holds: too many letters, zero bytes, numbers beyond any music."""

from __future__ import annotations

import re

from musegen.errors import MalformedScore

MAX_TEXT = 8 << 20
_HELD_NUMBER = re.compile(rb"\d{7,}")
_WORDS = re.compile(rb"^(?:[ABCDFGHNORSTWXZw]:|%|!).*$", re.MULTILINE)  # titles, dates, sources, comments: never music


def decoded(data: bytes) -> str:
    """The text with plain line ends, of an encoding that nobody names: UTF-8 where it can be, else Latin-1.

    >>> decoded(b"Ma\\xdfmann\\r\\n")
    'Maßmann\\n'
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_plain_text(data: bytes, most: int = MAX_TEXT) -> None:
    """Nothing, where the text, of so many bytes at most, may be music.

    Raises:
        MalformedScore: it cannot be.

    >>> check_plain_text(b"X:20000831\\nK:C\\nC|")
    """
    if len(data) > most:
        raise MalformedScore(f"the text is longer than {most >> 20} MB")
    if b"\0" in data:
        raise MalformedScore(f"byte {data.index(0)} is no text")
    found = _HELD_NUMBER.search(data) and _HELD_NUMBER.search(_WORDS.sub(b"", data))
    if found:
        raise MalformedScore(f"the number {found[0][:20].decode()} is too large for any score")
