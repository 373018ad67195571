"""SVG pages to PDF by typst: vector pages, 15 mm margins, the same bytes every time."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from musegen.engraving.fonts import font_files
from musegen.engraving.marks import Paper
from musegen.engraving.score_head import MARGIN_MM
from musegen.errors import EngravingError

_TYPST_PAPERS = {"a4": "a4", "letter": "us-letter"}


def pdf(pages: Sequence[str], *, paper: Paper = "a4", title: str = "") -> bytes:
    """A PDF with one SVG a page, as `sheet_svg.pages` makes them.

    Raises:
        EngravingError: typst could not set it.
    """
    import typst

    if not pages:
        raise EngravingError("there is no page to print")
    with tempfile.TemporaryDirectory(prefix="musegen-") as folder:
        for number, page in enumerate(pages):
            Path(folder, f"page{number}.svg").write_text(page, encoding="utf-8")
        source = Path(folder, "sheet.typ")
        source.write_text(_source(len(pages), paper, title), encoding="utf-8")
        fonts = sorted({str(path.parent) for path in font_files()})
        try:
            return bytes(typst.compile(str(source), root=folder, font_paths=fonts, ignore_system_fonts=True))
        except (RuntimeError, OSError) as error:
            raise EngravingError(f"no PDF could be made: {str(error)[:200]}") from error


def _source(count: int, paper: Paper, title: str) -> str:
    words = title.replace("\\", "\\\\").replace('"', '\\"')
    head = (
        f'#set document(date: none, title: "{words}")\n'
        f'#set page(paper: "{_TYPST_PAPERS[paper]}", margin: {MARGIN_MM}mm)\n'
        "#set par(spacing: 0pt)\n"
    )
    pages = (f'#image("page{number}.svg", width: 100%)' for number in range(count))
    return head + "\n#pagebreak()\n".join(pages) + "\n"
