"""`musegen render`: a score as a picture, a printable document, sound or MusicXML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from musegen.cli.console import notice
from musegen.cli.options import (
    OUTPUT,
    PAPER,
    SCORE,
    STANDARD,
    keep_inputs,
    one_of_suffixes,
    shown_name,
    write_output,
)
from musegen.cli.reading import read_and_tell
from musegen.engraving.render import SUFFIXES, png_pages, render

if TYPE_CHECKING:
    from musegen.engraving.marks import Arrangement, Paper, Sheet
    from musegen.score.model import Score

FORMATS = [suffix.removeprefix(".") for suffix in SUFFIXES]
LAYOUTS = {"as-written": "as written", "closed": "choir", "keyboard": "keyboard", "open": "open"}


@click.command(
    epilog="\b\nExamples:\n  musegen render bach/bwv66.6 -o chorale.pdf\n"
    "  musegen render etude.abc --format svg -o - > etude.svg"
)
@click.argument("score", type=SCORE)
@click.option(
    "-o",
    "--output",
    type=OUTPUT,
    required=True,
    callback=one_of_suffixes(*SUFFIXES),
    help="The file to write; its suffix says what. With `-` give --format.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="What to write, where no suffix says it.")
@click.option(
    "--layout",
    type=click.Choice([*LAYOUTS]),
    default="as-written",
    show_default=True,
    help="Four voices, however they stand, on two staves (closed, or keyboard: a hand each) or on four (open).",
)
@click.option("--paper", type=PAPER, default="a4", show_default=True, help="The paper of pages.")  # fmt: skip
def command(score: str, output: Path, form: str | None, layout: str, paper: str) -> None:
    """Turn SCORE into a picture, a document, sound or MusicXML, by the suffix of OUTPUT.

    SCORE is a file (MusicXML, .mxl, ABC, kern, MIDI, MEI), `-`, or a name of music21's corpus such as bach/bwv66.6.
    SVG is one picture as high as the music; PDF has pages; several pages of PNG become NAME-1.png, NAME-2.png, ...,
    and stderr names them. Of musegen's own sheets the names of cadences, letters and asterisks come back; the
    instruction and the mark scheme stand in the sheets' own SVG and PDF only.
    """
    from musegen.engraving.four_parts import why_not_in_four_parts
    from musegen.engraving.marks import Marks, Sheet
    from musegen.engraving.own_words import own_words

    if form is None and str(output) == STANDARD:
        raise click.UsageError(f"standard output needs --format: {', '.join(FORMATS)}")
    keep_inputs([output], [score])
    piece = read_and_tell(score)
    if layout != "as-written" and (reason := why_not_in_four_parts(piece)):
        notice(f"{shown_name(score)}: laid out as written, not {layout}: {reason}")
    own = own_words(piece)
    sheet = Sheet(
        arrangement=cast("Arrangement", LAYOUTS[layout]),
        paper=cast("Paper", paper),
        marks=Marks(labels=own.labels),
        asterisks=own.asterisks,
        numeral_line=bool(own.asterisks),
    )
    files = _files(piece, sheet, output, f".{form}" if form else output.suffix.lower())
    keep_inputs((path for path, _ in files), [score])
    for path, content in files:
        write_output(path, content)
    if len(files) > 1:
        notice(f"wrote {len(files)} pages: {', '.join(str(path) for path, _ in files)}")


def _files(score: Score, sheet: Sheet, output: Path, suffix: str) -> list[tuple[Path, bytes]]:
    """What to write where: one file, or a PNG a page."""
    if suffix != ".png" or str(output) == STANDARD:
        return [(output, render(score, suffix, sheet=sheet))]
    pages = png_pages(score, sheet=sheet)
    if len(pages) == 1:
        return [(output, pages[0])]
    return [(output.with_stem(f"{output.stem}-{number}"), page) for number, page in enumerate(pages, start=1)]
