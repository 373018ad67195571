"""`musegen corpus mood`: the mood that published correlates lead one to expect of a score."""

from __future__ import annotations

from pathlib import Path

import click

from musegen.cli.corpus.measured import FORMATS, SUFFIXES, write_told
from musegen.cli.destinations import distinct, form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.forms import told_options
from musegen.cli.lazy import shared_options
from musegen.cli.options import SCORE, keep_inputs, shown_name
from musegen.cli.reading import read_and_tell


@click.command(epilog="\b\nExample:\n  musegen corpus mood bach/bwv66.6 --tempo 72")
@click.argument("pieces", metavar="PIECE...", nargs=-1, required=True, type=SCORE)
@click.option("--tempo", type=click.FloatRange(1, 2000), help="Beats a minute, for what has no tempo marks.")
@told_options(FORMATS)
@shared_options
def command(pieces: tuple[str, ...], tempo: float | None, form: str | None, output: Path | None) -> int:
    """Tell how pleasant and how active a score would be called, from what is known to go with that.

    A rule of thumb from mode, register, density, dissonance, chromaticism and texture, and the tempo, if the score
    or the option tells it: each with what it adds and its source. Nobody's feelings were measured.
    """
    form = form or form_by_suffix(output, SUFFIXES)
    keep_inputs([output], pieces)
    from musegen.features.style.mood import mood, mood_data, mood_text
    from musegen.features.style.telling import plain

    failures = Failures(several=len(pieces) > 1)
    found = []
    for name in distinct(pieces):
        with failures.caught(name):
            found.append((shown_name(name), mood(read_and_tell(name), tempo=tempo)))
    if found:
        write_told(
            form, output, lambda: "".join(mood_text(*told) for told in found),
            lambda: plain({"version": 1, "pieces": [mood_data(*told) for told in found]}),
        )  # fmt: skip
    return failures.exit_code
