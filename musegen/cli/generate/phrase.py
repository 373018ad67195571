"""`musegen generate phrase`: phrases of eight beats for four voices, by a generator that learned against a critic."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import is_quiet, notice, progress
from musegen.cli.lazy import shared_options
from musegen.cli.making import (
    layout_option,
    output_option,
    piece_data,
    places_for,
    report_option,
    tell_errors,
    temperature_option,
    write_report,
)
from musegen.cli.options import KEY, PACK, SEED, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.generation.phrases.making import Sheet
    from musegen.theory.keys import Key

_WAY = 5
"""Sheets on the way from one to another, unless somebody counts."""


@click.command(
    name="phrase",
    epilog="\b\nExamples:\n  musegen generate phrase --key g --seed 3 -o phrase.musicxml\n"
    "  musegen generate phrase --phrases 6 --count 2 -o sheet.pdf\n"
    "  musegen generate phrase --between 3 7 --count 5 -o way.musicxml",
)
@click.option("--key", type=KEY, default=None, help="The home key, such as G major or f# minor; else it is drawn.")
@click.option(
    "--phrases", type=click.IntRange(1, 12), default=1, show_default=True, help="So many, one after the other."
)
@click.option("--pack", type=PACK, metavar="PACK", default="chorale", show_default=True, help="The rules to keep.")
@click.option("--count", type=click.IntRange(1, 100), default=None, help="How many sheets.  [default: 1]")
@click.option(
    "--candidates", type=click.IntRange(1, 32), default=4, show_default=True, help="Each is the best of so many."
)
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other phrases.")
@click.option(
    "--between",
    type=SEED,
    nargs=2,
    metavar="A B",
    default=None,
    help="Sheets on the way from that of one seed to that of another, both included; five unless --count says.",
)
@layout_option
@output_option
@report_option
@shared_options
def command(
    key: Key | None, phrases: int, pack: str, count: int | None, candidates: int, temperature: float, seed: int,
    between: tuple[int, int] | None, layout: str, output: Path, report: Path | None,
) -> None:  # fmt: skip
    """Make phrases of eight beats in 4/4 for soprano, alto, tenor and bass.

    A network that learned against a critic sketches them, whole phrases from a few numbers; then they are sung again
    under the rules of the pack. Further sheets are written beside the first as NAME-2, NAME-3, ...
    """
    from musegen.engraving.marks import Sheet as Page
    from musegen.engraving.render import render
    from musegen.generation.phrases import making
    from musegen.generation.phrases.singing import Asked

    _check_seed(between)
    many = count or (_WAY if between else 1)
    paths = places_for(output, many, [], report)
    asked = Asked(phrases, key, pack, candidates, temperature)
    made = making.between(*between, asked, count=many) if between else making.sheets(asked, seed=seed, count=many)
    page = Page(arrangement="choir" if layout == "closed" else "open")
    pieces, since = [], time.perf_counter()
    for path, sheet in zip(paths, progress(made, "Composing", many), strict=True):
        write_output(path, render(sheet.score, path.suffix, sheet=page))
        seconds = time.perf_counter() - since
        if report or not is_quiet():
            pieces.append(_told(path, sheet, pack, seconds))
        since = time.perf_counter()
    write_report(report, pieces, pack=pack, seed=list(between) if between else seed)


def _check_seed(between: tuple[int, int] | None) -> None:
    """`--between` names its seeds itself.

    Raises:
        UsageError: --seed is given, too.
    """
    from click.core import ParameterSource

    source = click.get_current_context().get_parameter_source("seed")
    if between and source is not ParameterSource.DEFAULT:
        raise UsageError("--between names two seeds itself", hint="leave --seed out")


def _told(path: Path, sheet: Sheet, pack: str, seconds: float) -> dict[str, Any]:
    """What is told of a sheet, in a line and for the report."""
    from musegen.generation.refine.originality import longest_shared

    shared = longest_shared(sheet.score)
    errors = f"{sheet.errors or 'no'} error{'s' * (sheet.errors != 1)} under {pack}"
    title = sheet.score.metadata.title
    notice(f"{path}: {title}; {errors}; critic {sheet.judged:+.2f}; shared with Bach: {shared}; {seconds:.1f} s")
    tell_errors(path, sheet.errors, sheet.findings, pack)
    return piece_data(path, sheet.score, sheet.findings, shared) | {"critic": round(sheet.judged, 4)}
