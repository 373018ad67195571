"""Printable web pages: sheets of SVG, one after another, and an index of them. No scripts, nothing from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from musegen.engraving.marks import Paper
from musegen.engraving.score_head import MARGIN_MM, PAPERS_MM

_STYLE = """
@page { size: %(size)s; margin: %(margin)smm; }
* { box-sizing: border-box; }
html { background: #e8e8e8; }
body { margin: 0; font: 11pt/1.4 Times, "Times New Roman", "Liberation Serif", serif; color: #000; }
.sheet { background: #fff; width: %(width)smm; margin: 6mm auto; padding: %(margin)smm; }
.sheet img { display: block; width: 100%%; max-height: %(inner)smm; object-fit: contain; object-position: top left; }

figure { margin: 0; }
@media print {
  html { background: none; }
  .sheet { width: auto; margin: 0; padding: 0; break-inside: avoid; break-after: page; }
  .sheet:last-of-type { break-after: auto; }
}
"""
_INDEX_STYLE = """
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #000; background: #fff;
  font: 1rem/1.5 Georgia, Times, serif; }
h1 { font-weight: normal; }
ul { list-style: none; padding: 0; display: grid; gap: 1.5rem;
  grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); }
li { border: 1px solid #999; padding: 1rem; }
li img { display: block; width: 100%; height: 11rem; object-fit: cover; object-position: top; margin-bottom: .6rem; }
a { color: #00408a; }
"""
READING_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #ffffff; --soft: #5c5c5c; --line: #cfcfcf; --mark: #a93226; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #181818; --soft: #a8a8a8; --line: #444444; --mark: #ff8a75; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --soft: #444; --mark: #a00; }
  figure { break-inside: avoid; }
}
body { margin: 2rem auto; max-width: 68rem; padding: 0 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 Georgia, Times, serif; }
h1 { font-weight: normal; font-size: 1.6rem; overflow-wrap: anywhere; }
a { color: inherit; }
figure { margin: .3rem 0 .8rem; }
figure img { max-width: 100%; height: auto; background: #ffffff; padding: .4rem; border-radius: 4px; }
figcaption { color: var(--soft); font-size: .9rem; }
"""
"""For pages to be read on a screen, light or dark, and printed; pictures of music stay on white."""


class Entry(NamedTuple):
    """One sheet in an index: its name, a picture, and links as (words, address)."""

    name: str
    picture: str  # SVG
    links: tuple[tuple[str, str], ...]


def html_pages(title: str, sheets: Sequence[tuple[str, str | Sequence[str]]], paper: Paper = "a4") -> str:
    """A page that prints each SVG on its own sheet of paper with 15 mm margins, whole.

    `sheets` holds (caption, SVG) or (caption, SVG pages); captions are for screen readers.

    >>> page = html_pages("Sheets", [("one", "<svg xmlns='http://www.w3.org/2000/svg'/>")])
    >>> page.count("<figure"), "<script" in page
    (1, False)
    """
    width, height = PAPERS_MM[paper]
    numbers = {"size": "A4" if paper == "a4" else "letter", "margin": f"{MARGIN_MM:g}", "width": f"{width:g}"}
    style = _STYLE % (numbers | {"inner": f"{height - 2 * MARGIN_MM - 2:g}"})
    figures = []
    for caption, drawn in sheets:
        pages = [drawn] if isinstance(drawn, str) else list(drawn)
        for number, page in enumerate(pages, start=1):
            words = escape(caption + (f", page {number} of {len(pages)}" if len(pages) > 1 else ""))
            figures.append(f'<figure class="sheet"><img alt="{words}" src="{svg_address(page)}"></figure>')
    return document(title, style, "\n".join(figures))


def index_page(title: str, entries: Sequence[Entry], links: Sequence[tuple[str, str]] = (), note: str = "") -> str:
    """A page that lists all sheets with thumbnails and links; `links` lead to the pages for printing.

    >>> "students.html" in index_page("Sheets", [], [("All student sheets", "students.html")])
    True
    """
    top = " · ".join(_link(words, address) for words, address in links)
    items = []
    for entry in entries:
        shown = f'<img alt="" src="{svg_address(entry.picture)}">' if entry.picture else ""
        inner = " · ".join(_link(words, address) for words, address in entry.links)
        items.append(f"<li>{shown}<strong>{escape(entry.name)}</strong><br>{inner}</li>")
    body = f"<h1>{escape(title)}</h1>\n<p>{top}</p>\n<p>{escape(note)}</p>\n<ul>\n" + "\n".join(items) + "\n</ul>"
    return document(title, _INDEX_STYLE, body)


def document(title: str, style: str, body: str) -> str:
    """A whole page of HTML: its title, its style sheet and what stands in its body.

    >>> document("Tunes", "", "<p>none</p>").splitlines()[0]
    '<!DOCTYPE html>'
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def picture(drawn: str, words: str, caption: str = "") -> str:
    """An SVG as a figure; `words` are for who cannot see it, the caption for everybody.

    >>> picture("<svg/>", "measure 1")
    '<figure><img alt="measure 1" src="data:image/svg+xml;base64,PHN2Zy8+"></figure>'
    """
    told = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure>{told}<img alt="{escape(words, quote=True)}" src="{svg_address(drawn)}"></figure>'


def svg_address(svg: str) -> str:
    """The SVG as an address that holds all of it."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def _link(words: str, address: str) -> str:
    return f'<a href="{escape(address, quote=True)}">{escape(words)}</a>'
