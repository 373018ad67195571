"""The reference records of a Humdrum file (`!!!COM: Bach, Johann Sebastian`) as metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping

from musegen.score.model import Metadata

_RECORD = re.compile(r"!!!([A-Za-z]{2,4})\d*(?:@{1,2}[A-Za-z-]*)?:(.*)")
_SOURCES = {
    "title": ("OTL", "OTP", "OPR"), "composer": ("COM", "COA", "COS"), "lyricist": ("LYR", "LIB"), "rights": ("YEC",),
    "date": ("ODT", "PDT", "MPD"), "place": ("OPC", "OCY"), "genre": ("AGN", "AFR"), "editor": ("EED", "ENC"),
    "edition": ("YOR", "PTL", "SMS", "PPR", "PED"),
}  # fmt: skip
"""The codes that tell each field, the best first (humdrum.org, Reference Records)."""
_DATE = re.compile(r"([~?^<>]*)(\d{3,4})(?:/(\d{1,2})?(?:/(\d{1,2})?)?)?/*$")


def note_record(line: str, records: dict[str, str]) -> None:
    """Keep what a line that begins with `!!!` says; of several records of one code the first counts."""
    found = _RECORD.match(line)
    if found and found[2].strip():
        records.setdefault(found[1].upper(), _unescaped(found[2].strip()))


def metadata_of(records: Mapping[str, str]) -> Metadata:
    """The title page of a file.

    >>> metadata_of({"COM": "Chopin, Frederic", "ODT": "1830///-1832///", "AGN": "Mazurka"}).date
    '1830/1832'
    """
    told = {name: next((records[code] for code in codes if code in records), "") for name, codes in _SOURCES.items()}
    return Metadata(**{**told, "date": plain_date(told["date"])})


def plain_date(text: str) -> str:
    """A Humdrum date as ISO 8601 writes it, a period with a slash between; what is no such date stays as it is.

    >>> [plain_date(text) for text in ("1798/5/12/", "1830///-1832///", "~1580", "Easter 1724")]
    ['1798-05-12', '1830/1832', '1580~', 'Easter 1724']
    """
    found = [_DATE.match(part.strip()) for part in text.split("-")]
    if not all(found):
        return text
    return "/".join(_one_date(*one.groups(default="")) for one in found if one)


def _one_date(doubt: str, year: str, month: str, day: str) -> str:
    parts = [year, *(f"{int(part):02}" for part in (month, day) if part)]
    return "-".join(parts) + ("~" if doubt else "")


def _unescaped(text: str) -> str:
    """The letters that HTML entities stand for."""
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)
