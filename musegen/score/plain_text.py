"""What no score in a text format holds: too many letters, zero bytes, numbers beyond any music."""

from __future__ import annotations

import re

from musegen.errors import MalformedScore

MAX_TEXT = 8 << 20
_DOS = str.maketrans("\x81\x82\x84\x85\x87\x88\x8a\x8e\x94\x99\x9a\x9e\xe1", "üéäàçêèÄöÖÜßß")
"""Code page 437; 9e is that of the Atari."""
_DOS_WORD = re.compile("[a-zA-Z][\x81\x84\x94][a-z]")  # a word, as in no other encoding
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
    return from_dos(text).replace("\r\n", "\n").replace("\r", "\n")


def from_dos(text: str) -> str:
    """A text whose letters beyond ASCII are those of DOS, taken for Latin-1 on the way, as it was meant.

    Files of the Essen collection are such, and have since been saved as UTF-8.

    >>> from_dos("M\\x84dchen, Stra\\xe1burg"), from_dos("Se\\xe1n")
    ('Mädchen, Straßburg', 'Seán')
    """
    return text.translate(_DOS) if _DOS_WORD.search(text) else text


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
