"""`musegen continue`: a melody goes on, in its own key and meter, to a proper end."""  # noqa: N999  # the command's name

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import is_quiet, notice, progress
from musegen.cli.lazy import shared_options
from musegen.cli.making import (
    melody_candidates_option,
    melody_pack_option,
    not_empty,
    output_option,
    places_for,
    tell_errors,
    temperature_option,
    weights_option,
)
from musegen.cli.options import HOME, LEVEL, SCORE, SEED, read_score, write_output

if TYPE_CHECKING:
    from musegen.generation.tunes.making import MadeTune
    from musegen.theory.tunes.symbols import Home


@click.command(
    name="continue",
    epilog="\b\nExamples:\n  musegen continue tune.abc -o whole.musicxml\n"
    "  musegen continue tune.abc --measures 12 --count 3 -o whole.pdf",
)
@click.argument("score", type=SCORE, callback=not_empty)
@click.option("--measures", type=click.IntRange(1, 127), help="How many are added; else up to a multiple of eight.")
@click.option("--key", type=HOME, help="Of the melody, where its last note tells another: G, e or A dorian.")
@click.option("--level", type=LEVEL, help="How hard the new part is to sing or play at most.")
@weights_option
@melody_pack_option
@click.option("--count", type=click.IntRange(1, 1000), default=1, show_default=True, help="How many continuations.")
@melody_candidates_option
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other continuations.")
@output_option
@shared_options
def command(
    score: str, measures: int | None, key: Home | None, level: int | None, weights: str | None, pack: str, count: int,
    candidates: int, temperature: float, seed: int, output: Path,
) -> None:  # fmt: skip
    """Go on where the melody of SCORE stops, in its key, meter and style, to an end on the tonic.

    The notes of the melody stay; what is added takes up its measures as real tunes do. Of several lines the top one of
    the first part is continued. Further continuations are written beside the first as NAME-2, NAME-3, ...
    """
    from musegen.engraving.render import render
    from musegen.generation.continuation.scores import continuations, lines_of, unwritten_home
    from musegen.generation.tunes.making import TuneWish
    from musegen.models.networks import open_folder

    paths = places_for(output, count, [score], None)
    own = open_folder(weights, "melody") if weights else None
    wish = TuneWish(
        key=key, measures=measures or 0, style="own" * bool(own), level=level or 0, pack=pack, candidates=candidates,
        temperature=temperature,
    )  # fmt: skip
    source = read_score(score)
    if (lines := lines_of(source)) > 1:
        notice(f"{score}: of {lines} lines the top one of the first part is continued, and the others are left out")
    if key is None and (home := unwritten_home(source)):
        notice(f"{score}: taken for {home}, on which it ends; if it is not, --key says so")
    made = continuations(source, wish, seed=seed, count=count, weights=own)
    since = time.perf_counter()
    for path, melody in zip(paths, progress(made, "Continuing", count), strict=True):
        write_output(path, render(melody.score, path.suffix))
        if not is_quiet():
            _tell(path, melody, pack, time.perf_counter() - since)
        since = time.perf_counter()


def _tell(path: Path, melody: MadeTune, pack: str, seconds: float) -> None:
    errors = f"{melody.errors or 'no'} error{'s' * (melody.errors != 1)} under {pack}"
    notice(f"{path}: {melody.tune.home.words}, {melody.plan.words}; {errors}; {seconds:.1f} s")
    tell_errors(path, melody.errors, melody.findings, pack)
