"""`musegen generate chorale`: whole chorales for four voices, on a plan of their own or on that of a given one."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import is_quiet, notice, progress
from musegen.cli.lazy import shared_options
from musegen.cli.making import (
    layout_option,
    not_empty,
    output_option,
    piece_data,
    places_for,
    report_option,
    tell_errors,
    temperature_option,
    write_report,
)
from musegen.cli.options import (
    CADENCES,
    KEY,
    LEVEL,
    METER,
    PACK,
    SCORE,
    SEED,
    STANDARD,
    read_score,
    shown_name,
    without_suffix,
    write_output,
)  # fmt: skip
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.generation.cadence_words import CadenceWish
    from musegen.generation.chorales import ChoralePlan
    from musegen.generation.chorales.making import Chorale
    from musegen.score.meter import TimeSignature
    from musegen.score.model import Score
    from musegen.theory.keys import Key

STYLES = ("plain", "walking", "florid")
"""As in `generation.neural.said`, which `--help` need not load."""


@click.command(
    name="chorale",
    epilog="\b\nExamples:\n  musegen generate chorale --key g --measures 12 --seed 3 -o chorale.musicxml\n"
    "  musegen generate chorale --phrases 4 --cadences 'HC, PAC in D, IAC' -o chorale.musicxml\n"
    "  musegen generate chorale --like bwv66.6 --count 3 -o like-bach.pdf",
)
@click.option("--key", type=KEY, default=None, help="The home key, such as G major or f# minor; else it is drawn.")
@click.option("--meter", type=METER, default=None, help="4/4 or 3/4; else it is drawn.")
@click.option("--measures", type=click.IntRange(2, 64), default=None, help="The length; else it is drawn.")
@click.option("--phrases", type=click.IntRange(1, 20), default=None, help="How many phrases; else as many as come.")
@click.option(
    "--pickup", type=click.Choice(["none", "beat", "auto"]), default=None, help="An upbeat; else it is drawn."
)
@click.option(
    "--cadences",
    type=CADENCES,
    metavar="LIST",
    default=(),
    help="How phrases close, in order, such as `HC, PAC in D`, or by number, `2: PAC in D`; else they are drawn.",
)
@click.option(
    "--like",
    type=SCORE,
    metavar="CHORALE",
    callback=not_empty,
    help="Follow the plan of this chorale, such as bwv66.6.",
)
@click.option(
    "--style", type=click.Choice(STYLES), default=None, help="How much the voices move; else it is left free."
)
@click.option("--level", type=LEVEL, default=None, help="Only the harmony of this level; else all of it.")
@click.option(
    "--pack", type=PACK, metavar="PACK", help="The rules to keep. [default: chorale; of a level, its own: level-N]"
)
@click.option("--count", type=click.IntRange(1, 100), default=1, show_default=True, help="How many chorales.")
@click.option(
    "--candidates", type=click.IntRange(1, 32), default=4, show_default=True, help="Each is the best of so many."
)
@temperature_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Another seed gives other chorales.")
@layout_option
@output_option
@report_option
@shared_options
def command(
    key: Key | None, meter: TimeSignature | None, measures: int | None, phrases: int | None, pickup: str | None,
    cadences: tuple[CadenceWish, ...], like: str | None, style: str | None, level: int | None, pack: str | None,
    count: int, candidates: int, temperature: float, seed: int, layout: str, output: Path, report: Path | None,
) -> None:  # fmt: skip
    """Make whole chorales for soprano, alto, tenor and bass.

    First a plan is drawn from what Bach's chorales do: meter, form, phrases, the key and kind of every cadence, and the
    return; or the plan of a given chorale is taken. Then the notes are drawn, under the rules of the pack.
    Further chorales are written beside the first as NAME-2, NAME-3, ...
    """
    from musegen.engraving.marks import Sheet
    from musegen.engraving.render import render
    from musegen.generation.chorales.making import chorales
    from musegen.generation.conditions import Condition

    paths = places_for(output, count, [like], report)
    planned = _plan_like(like, measures or phrases or meter or pickup or cadences) if like else None
    rules = pack or (f"level-{level}" if level else "chorale")
    condition = Condition(
        key=key, meter=meter, measures=measures or 0, pickup=pickup or "auto", level=level or 0, pack=rules,
        style=style or "", candidates=candidates,
    )  # fmt: skip
    sheet = Sheet(arrangement="choir" if layout == "closed" else "open")
    made = chorales(
        condition, seed=seed, count=count, phrases=phrases or 0, cadences=cadences, like=planned,
        temperature=temperature,
    )  # fmt: skip
    pieces, since = [], time.perf_counter()
    for path, chorale in zip(paths, progress(made, "Composing", count), strict=True):
        write_output(path, render(_titled(chorale.score, like), path.suffix, sheet=sheet))
        seconds = time.perf_counter() - since
        if report or not is_quiet():
            pieces.append(_told(path, chorale, rules, seconds))
        since = time.perf_counter()
    write_report(report, pieces, pack=rules, seed=seed)


def _plan_like(name: str, other: object) -> ChoralePlan:
    """The plan of a chorale by name; `bwv66.6` alone is one of music21's corpus.

    Raises:
        UsageError: something else was asked for that the plan says.
    """
    from musegen.generation.chorales import plan_of
    from musegen.generation.chorales.following import whole_name

    if other:
        raise UsageError(
            "--like has its own measures, phrases, meter and cadences", hint="leave those out, or leave out --like"
        )
    return plan_of(read_score(name if name == STANDARD else whole_name(name)))


def _titled(score: Score, like: str | None) -> Score:
    """The score with the name of the chorale whose plan it follows."""
    if not like:
        return score
    name = shown_name(like) if like == STANDARD else without_suffix(PurePath(like).name)
    title = f"{score.metadata.title}, on the plan of {name}"
    return replace(score, metadata=score.metadata._replace(title=title))


def _told(path: Path, chorale: Chorale, pack: str, seconds: float) -> dict[str, Any]:
    """What is told of a chorale, in a line and for the report."""
    from musegen.generation.refine.originality import longest_shared

    shared = longest_shared(chorale.score)
    errors = f"{chorale.errors or 'no'} error{'s' * (chorale.errors != 1)} under {pack}"
    notice(f"{path}: {chorale.plan.words}; {errors}; shared with Bach: {shared}; {seconds:.1f} s")
    tell_errors(path, chorale.errors, chorale.findings, pack)
    return piece_data(path, chorale.score, chorale.findings, shared) | {"plan": chorale.plan.words}
