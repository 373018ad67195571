"""One door for every picture and sound of a score: `render(score, ".svg")` gives the bytes of that kind of file."""

from __future__ import annotations

from collections.abc import Callable

from musegen.engraving.marks import Sheet
from musegen.errors import UsageError
from musegen.score.model import Score

SUFFIXES = (".svg", ".png", ".pdf", ".mid", ".midi", ".musicxml", ".xml")


def render(score: Score, suffix: str, *, sheet: Sheet | None = None) -> bytes:
    """The content of a file with this suffix: svg and png are one tall page, pdf is paged, musicxml and midi are whole.

    Raises:
        UsageError: no such kind of file is written.
        EngravingError: the score cannot be engraved.
    """
    writers: dict[str, Callable[[Score, Sheet | None], bytes]] = {
        ".svg": _svg, ".png": _png, ".pdf": _pdf, ".mid": _midi, ".midi": _midi,
        ".musicxml": _musicxml, ".xml": _musicxml,
    }  # fmt: skip
    known = suffix.lower() if suffix.startswith(".") else f".{suffix.lower()}"
    if known not in writers:
        raise UsageError(f"`{suffix}` is no kind of file that musegen writes", hint="use one of " + " ".join(SUFFIXES))
    return writers[known](score, sheet)


def png_pages(score: Score, *, sheet: Sheet | None = None) -> list[bytes]:
    """The sheet as PNG pictures of whole pages of paper."""
    from musegen.engraving.png import png
    from musegen.engraving.sheet_svg import pages

    return [png(page) for page in pages(score, sheet=sheet)]


def _svg(score: Score, sheet: Sheet | None) -> bytes:
    from musegen.engraving.sheet_svg import svg

    return svg(score, sheet=sheet).encode("utf-8")


def _png(score: Score, sheet: Sheet | None) -> bytes:
    from musegen.engraving.png import png
    from musegen.engraving.sheet_svg import svg

    return png(svg(score, sheet=sheet))


def _pdf(score: Score, sheet: Sheet | None) -> bytes:
    from musegen.engraving.legible import shortened
    from musegen.engraving.pdf import pdf
    from musegen.engraving.sheet_svg import pages

    known = sheet or Sheet()
    return pdf(pages(score, sheet=known), paper=known.paper, title=shortened(known.title or score.metadata.title))


def _midi(score: Score, sheet: Sheet | None) -> bytes:
    from musegen.engraving.midi import midi

    return midi(score)


def _musicxml(score: Score, sheet: Sheet | None) -> bytes:
    from musegen.engraving.musicxml import write_musicxml

    return write_musicxml(score, sheet=sheet)
