"""The parts that a page is made of: tables, figures, lists that open; every word of a file is made harmless here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

MOST = 400
"""So many pieces behind one number are listed; the table of features has them all."""
_LONGEST = 160
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(said: str) -> str:
    """The text without control characters, without what turns the direction of writing, without broken letters.

    >>> harmless("<b>\\u202eA\\x1bB")
    '<b>�A�B'
    """
    return _UNFIT.sub("\ufffd", said)


def text(said: object, longest: int = _LONGEST) -> str:
    """What a file says, as words of a page: no markup, no more letters than these.

    >>> text("<b>"), text("Trio", 3)
    ('&lt;b&gt;', 'Tr…')
    """
    told = harmless(str(said))
    return escape(told if len(told) <= longest else told[: longest - 1] + "…")


def section(name: str, title: str, *parts: str) -> str:
    """A section under its heading; `name` is what links to it say."""
    return (
        f'<section id="{name}">\n<h2>{text(title)}</h2>\n' + "\n".join(part for part in parts if part) + "\n</section>"
    )


def paragraph(*said: str, kind: str = "") -> str:
    """A paragraph of sentences that are HTML already."""
    return f"<p{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>{' '.join(said)}</p>"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> str:
    """A table; cells are HTML already, the first `left` columns words and the others numbers."""
    tops = "".join(f'<th scope="col"{_kind(number >= left)}>{name}</th>' for number, name in enumerate(head))
    lines = []
    for row in rows:
        cells = "".join(f"<td{_kind(number >= left)}>{cell}</td>" for number, cell in enumerate(row))
        lines.append(f"<tr>{cells}</tr>")
    return (
        f'<div class="wide"><table><caption>{caption}</caption><thead><tr>{tops}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _kind(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def figure(drawn: str, caption: str, *behind: str) -> str:
    """A plot with its caption, and what stands behind its numbers."""
    return f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>{''.join(behind)}"


def opened(summary: str, inside: str) -> str:
    """What is shown when its summary is opened; nothing where there is nothing."""
    return f"<details><summary>{summary}</summary>{inside}</details>" if inside else ""


def pieces(found: Sequence[tuple[str, str]]) -> str:
    """A list of pieces with their values, those with one value together."""
    by_value: dict[str, list[str]] = {}
    for name, value in found[:MOST]:
        by_value.setdefault(value, []).append(text(name))
    lines = [
        f"<dt>{text(value)}</dt><dd>{', '.join(names)}</dd>" if value else f"<dd>{', '.join(names)}</dd>"
        for value, names in by_value.items()
    ]
    more = f"<dd>and {len(found) - MOST:,} more</dd>" if len(found) > MOST else ""
    return f"<dl>{''.join(lines)}{more}</dl>" if found else ""


def counted(count: int, what: str) -> str:
    """`1 piece`, `2,000 pieces`.

    >>> counted(1, "piece"), counted(2000, "piece"), counted(2, "work")
    ('1 piece', '2,000 pieces', '2 works')
    """
    return f"{count:,} {what}{'s' * (count != 1)}"
