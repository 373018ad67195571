"""What files say of themselves: the reference records of kern, the fields of ABC, the title page of any score."""

from __future__ import annotations

import re
from collections.abc import Mapping

from musegen.score.model import Metadata
from musegen.score.plain_text import decoded

_KERN = re.compile(r"^(!!![^:\s!]{3,12}):(.*)", re.MULTILINE)
_ABC = re.compile(r"^([A-Z]:)(.*)", re.MULTILINE)
_NO_TITLE_PAGE = Metadata()
_STRANGE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e]+")
LONGEST = 200
"""Letters of a field that are kept."""


def fields_of(data: bytes, metadata: Metadata = _NO_TITLE_PAGE) -> dict[str, str]:
    """The fields of a kern file (`!!!OPR`) or ABC tune (`O:`), each as it comes first, and of the title page (`title`).

    >>> fields_of(b"!!!COM: Palestrina\\n**kern\\n*-\\n"), fields_of(b"X:7\\nT:Gigue\\nT:Air\\nK:C\\n")
    ({'!!!COM': 'Palestrina'}, {'X:': '7', 'T:': 'Gigue', 'K:': 'C'})
    """
    found = {name: value for name, value in metadata._asdict().items() if value}
    if data[:2] != b"PK" and data.lstrip()[:1] != b"<" and b"\0" not in data[:1000]:
        text = decoded(data)
        for name, value in (_KERN if "**" in text else _ABC).findall(text):
            found.setdefault(name, value)
    return {name: cleaned(value) for name, value in found.items()}


def cleaned(text: str) -> str:
    """A stranger's words on one line, without control characters, and not endless.

    >>> cleaned(" Mille\\n regrets\\x1b[2J")
    'Mille regrets [2J'
    """
    return " ".join(_STRANGE.sub(" ", text).split())[:LONGEST]


def of_title_page(fields: Mapping[str, str]) -> dict[str, str]:
    """What becomes a label without a rule: what a title page says."""
    kept = ("title", "composer", "date", "place", "genre", "editor", "edition")
    return {name: fields[name] for name in kept if fields.get(name)}
