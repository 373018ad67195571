"""`musegen restyle`: a piece into another style, its melody kept."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from musegen.cli.console import busy, is_quiet, notice
from musegen.cli.lazy import shared_options
from musegen.cli.making import SOUND, layout_option, not_empty, output_option, places_for, tell_errors
from musegen.cli.options import KEY, LEVEL, SCORE, SEED, STANDARD, read_score, shown_name, without_suffix, write_output

if TYPE_CHECKING:
    from musegen.generation.restyle.making import Restyled
    from musegen.theory.keys import Key


@click.command(
    name="restyle",
    epilog="\b\nExamples:\n  musegen restyle tune.abc --to chorale -o chorale.musicxml\n"
    "  musegen restyle bach/bwv66.6 --to waltz -o waltz.pdf\n"
    "  musegen restyle tune.abc --to minor --key d -o minor.musicxml\n"
    "  musegen restyle song.musicxml --to counterpoint --keep strict -o motet.svg",
)
@click.argument("score", type=SCORE)
@click.option(
    "--to", "style", required=True, callback=not_empty, metavar="STYLE", help="The style (they are named above)."
)
@output_option
@click.option(
    "--key", type=KEY, default=None, help="Of the new piece; its own, or one that voices can sing, unless given."
)
@click.option(
    "--keep", type=click.Choice(["strict", "free"]), default="free", show_default=True,
    help="What of the melody stays: every note on a strong beat, and none is added; or weak beats are free.",
)  # fmt: skip
@click.option("--level", type=LEVEL, default=3, show_default=True, help="Of an accompaniment: how busy it is.")
@layout_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other voices and turns.")
@shared_options
def command(
    score: str, style: str, output: Path, key: Key | None, keep: str, level: int, layout: str, seed: int
) -> None:
    """Bring a piece into another style; its melody, the top line of the first part, is kept as far as --keep says.

    Styles: chorale (four voices, phrases under fermatas), waltz, march, ragtime (a lead sheet with an accompaniment),
    jig, reel (a tune), minor, major (the mode, of all voices), counterpoint (the tune in long notes, another voice over
    it). What of the melody is kept, and what errors the rules of the style find, is told on stderr. Repeats are written
    once.
    """
    from numpy.random import default_rng

    from musegen.generation.restyle.making import restyle

    [path] = places_for(output, 1, [score], None)
    given = read_score(score)
    stem = "" if score == STANDARD else without_suffix(PurePath(score).name)
    with busy("Restyling"):
        made = restyle(
            given, style, default_rng([seed]), key=key, keep="strict" if keep == "strict" else "free", level=level,
            title=given.metadata.title or stem,
        )  # fmt: skip
    write_output(path, _rendered(made, path, layout))
    if not is_quiet():
        _tell(path, made, shown_name(score))


def _rendered(made: Restyled, path: Path, layout: str) -> bytes:
    from musegen.engraving.marks import Sheet
    from musegen.engraving.midi import midi
    from musegen.engraving.render import render

    if path.suffix.lower() == SOUND:
        return midi(made.score, quarters_per_minute=made.style.tempo)
    if made.style.texture != "chorale":
        return render(made.score, path.suffix)
    return render(made.score, path.suffix, sheet=Sheet(arrangement="choir" if layout == "closed" else "open"))


def _tell(path: Path, made: Restyled, name: str) -> None:
    errors = made.errors
    counted = f"{errors or 'no'} error{'s' * (errors != 1)} under {made.pack}"
    notice(f"{path}: {made.line.home.words}, {made.line.meter}; {made.kept.words}; {counted}")
    for told in made.notices:
        notice(f"{name}: {told}")
    tell_errors(path, errors, made.findings, made.pack)
