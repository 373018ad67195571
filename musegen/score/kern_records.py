"""The reference records of a Humdrum file (`!!!COM: Bach, Johann Sebastian`) as metadata."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from musegen.score.model import Metadata

_RECORD = re.compile(r"!!!([A-Za-z]{2,4})(\d{0,2})(@{0,2})[A-Za-z-]*:(.*)")
_SOURCES = {
    "title": ("OTL", "OTP", "OPR"), "composer": ("COM", "COA", "COS"), "lyricist": ("LYR", "LIB"), "rights": ("YEC",),
    "date": ("ODT", "PDT", "MPD"), "place": ("OPC", "OCY"), "genre": ("AGN", "AFR"), "editor": ("EED", "ENC"),
    "edition": ("YOR", "PTL", "SMS", "PPR", "PED"),
}  # fmt: skip
"""The codes that tell each field, the best first (humdrum.org, Reference Records)."""
_PEOPLE = ("COM", "COA", "COS", "LYR", "LIB", "EED", "ENC")
_LONG = 1000
"""So many letters of one title or edition are enough."""
_DATE = re.compile(r"([~?^<>]*)(\d{3,4})(?:/(\d{1,2})?(?:/(\d{1,2})?)?)?/*$")


def note_record(line: str, records: dict[str, str]) -> None:
    """Keep what a line that begins with `!!!` says.

    Of several records of one code the first counts, those with numbers together; translations stand under `OTL@`.
    """
    found = _RECORD.match(line)
    if not found or not found[4].strip():
        return
    code, text = found[1].upper(), _unescaped(found[4].strip())
    if found[3] == "@":
        records.setdefault(f"{code}@", text)
    elif code not in records:
        records[code] = text
    elif found[2] not in ("", "1") and len(records[code]) < _LONG:
        records[code] += f"{'; ' if code in _PEOPLE else ' '}{text}"


def metadata_of(records: Mapping[str, str]) -> Metadata:
    """The title page of a file.

    >>> metadata_of({"COM": "Chopin, Frederic", "ODT": "1830///-1832///", "AGN": "Mazurka"}).date
    '1830/1832'
    """
    told = {name: _first(records, codes) for name, codes in _SOURCES.items()}
    return Metadata(**{**told, "date": plain_date(told["date"])})


def _first(records: Mapping[str, str], codes: Sequence[str]) -> str:
    """What the best of the codes says that is there, in the language of the work if it can be."""
    return next((records[key] for code in codes for key in (code, f"{code}@") if key in records), "")


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
