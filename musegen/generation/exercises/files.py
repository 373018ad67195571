"""The files of a folder of exercises: sheets, printable pages, index and manifest, as bytes by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from musegen import __version__
from musegen.engraving.html import Entry, html_pages, index_page
from musegen.engraving.marks import Paper
from musegen.engraving.musicxml import write_musicxml
from musegen.engraving.pdf import pdf
from musegen.engraving.sheet_svg import pages, svg
from musegen.generation.exercises.manifest import NAME
from musegen.generation.exercises.sheets import SheetPair

KINDS = ("student", "answer")
_PRINTABLE = (
    ("Student sheets for printing", "students.html"),
    ("as PDF", "students.pdf"),
    ("Answers for printing", "answers.html"),
    ("as PDF", "answers.pdf"),
)


def sheet_files(pair: SheetPair) -> dict[str, bytes]:
    """The MusicXML and SVG of both sheets of a pair, by file name."""
    files: dict[str, bytes] = {}
    for kind, (score, sheet) in zip(KINDS, (pair.student, pair.answer), strict=True):
        files[f"{pair.name}-{kind}.musicxml"] = write_musicxml(score, sheet=sheet)
        files[f"{pair.name}-{kind}.svg"] = svg(score, sheet=sheet).encode()
    return files


def folder_files(pairs: list[SheetPair], *, title: str, paper: Paper) -> Iterator[tuple[str, bytes]]:
    """The printable pages, index and manifest of a folder, the manifest last."""
    for kind in KINDS:
        sheets = [pair.student if kind == "student" else pair.answer for pair in pairs]
        heading = f"{title}: {'answers' if kind == 'answer' else 'student sheets'}"
        printed = [pages(score, sheet=sheet) for score, sheet in sheets]
        name = "students" if kind == "student" else "answers"
        captions = [pair.name for pair in pairs]
        yield f"{name}.html", html_pages(heading, list(zip(captions, printed, strict=True)), paper=paper).encode()
        yield f"{name}.pdf", pdf([page for sheet in printed for page in sheet], title=heading, paper=paper)
    yield "index.html", index_page(title, [_card(pair) for pair in pairs], _PRINTABLE).encode()
    yield NAME, manifest(pairs)


def manifest(pairs: Iterable[SheetPair]) -> bytes:
    """What was asked for and what the answers are, as JSON."""
    entries = [pair.entry for pair in pairs]
    content: dict[str, Any] = {"version": 1, "musegen": __version__, "sheets": entries}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _card(pair: SheetPair) -> Entry:
    """The index's entry of a pair: the student's sheet as a picture, links to all four files."""
    score, sheet = pair.student
    links = tuple((f"{kind} {name.rsplit('.', 1)[1]}", name) for kind in KINDS for name in pair.entry["files"][kind])
    return Entry(pair.name, svg(score, sheet=sheet), links)
