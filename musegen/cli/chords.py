"""`musegen chords`: chords found for a melody, as ranked alternatives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.destinations import form_by_suffix
from musegen.cli.lazy import shared_options
from musegen.cli.options import KEY, OUTPUT, SCORE, STANDARD, keep_inputs, read_score, shown_name, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.score.model import Score
    from musegen.theory.keys import Key
    from musegen.theory.songs.melody_chords import MelodyChords, Style
    from musegen.theory.songs.slots import Every

SUFFIXES = {"text": ".txt", "json": ".json", "musicxml": ".musicxml"}
STYLES, WAYS = ("song", "chorale"), ("measure", "half", "beat")
"""As in `theory.songs`, which `--help` need not load."""


@click.command(
    name="chords",
    epilog="\b\nExamples:\n  musegen chords tune.musicxml\n"
    "  musegen chords tune.abc --style chorale --count 5\n"
    "  musegen chords tune.musicxml -o lead-sheet.musicxml",
)
@click.argument("melody", type=SCORE)
@click.option("--count", type=click.IntRange(1, 50), default=3, show_default=True, help="So many, best first.")
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default="song",
    show_default=True,
    help="What chords follow each other: as in 500 lead sheets, or in Bach's chorales.",
)
@click.option(
    "--every",
    type=click.Choice(WAYS),
    help="How often a chord may change: each measure (default for songs), half a 4/4 measure, each beat (chorales).",
)
@click.option("--key", type=KEY, metavar="KEY", help="The home key; found from the melody unless given.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*SUFFIXES]),
    help="musicxml is the melody with the first harmonisation as chord symbols. [default: what the suffix of -o says, "
    "else text]",
)
@click.option("-o", "--output", type=OUTPUT, help="A file. Default: standard output.")
@shared_options
def command(
    melody: str, count: int, style: Style, every: Every | None, key: Key | None, form: str | None, output: Path | None
) -> None:
    """Find chords for MELODY: whole harmonisations, ranked, and for every slot the likeliest chords with their odds.

    MELODY is a file (MusicXML, .mxl, ABC, kern, MIDI), `-`, or a name of music21's corpus; its top line is used, and
    chords that it has are not asked. What a score's own chords are, says `musegen analyse`.
    """
    from musegen.theory.songs.melody_chords import chords_for

    form = form or form_by_suffix(output, SUFFIXES)
    keep_inputs([output or Path(STANDARD)], [melody])
    score = read_score(melody)
    found = chords_for(score, count, key=key, style=style, every=every)
    write_output(output or STANDARD, _rendered(form, found, score, shown_name(melody)))


def _rendered(form: str, found: MelodyChords, score: Score, name: str) -> str:
    from musegen.theory.songs import proposals

    if form == "text":
        return proposals.as_text(found, score, name=name)
    if form == "json":
        return proposals.as_json(found, score, name=name)
    return _lead_sheet(found, score)


def _lead_sheet(found: MelodyChords, score: Score) -> str:
    """The melody's own document with the symbols of the first harmonisation."""
    from musegen.engraving.annotate import annotate
    from musegen.engraving.marks import Marks

    if any(label.kind == "chord_symbol" for label in score.harmonies):
        raise UsageError("the score has chord symbols already", hint="--format text tells the chords that were found")
    return annotate(score, Marks(harmonies=found.harmonisations[0].labels)).decode("utf-8")
