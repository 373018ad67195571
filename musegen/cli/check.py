"""`musegen check`: which rules a piece breaks, where and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import progress
from musegen.cli.failures import Failures
from musegen.cli.folders import scores_among
from musegen.cli.forms import form_option
from musegen.cli.judging import Task
from musegen.cli.marking import make_room, places_of
from musegen.cli.options import ENGINE, INPUT, OUTPUT, SCORE, STANDARD, keep_inputs, write_output
from musegen.cli.rule_options import PLUGIN, exercise_option, output_option, pack_option
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.rules.reports import Judged
    from musegen.theory.analyse import Engine

MARKED = ("svg", "pdf", "musicxml")
FORMATS = ("text", "json", "ndjson", "sarif", "junit", "markdown", *MARKED)


@click.command(
    epilog="\b\nExamples:\n  musegen check homework.musicxml --pack strict\n  musegen check class/ --format json\n"
    "  musegen check homework.musicxml --format svg -o marked.svg"
)
@click.argument("scores", metavar="SCORE|FOLDER...", nargs=-1, required=True, type=SCORE)
@pack_option(
    "The rules: a pack by its name (`musegen rules packs` has all), or by the path of one of your own. [default: "
    "chorale; a sheet of ours: its level's]"
)
@exercise_option(
    "Phrases end where this exercise's manifest.json, or that in this folder, says. [default: that beside a sheet of "
    "ours]"
)
@form_option(FORMATS, "svg, pdf and musicxml: the score with its faults marked, a file each.")
@click.option("--select", metavar="RULE", multiple=True, help="Judge only this rule, or `parallel-*`; may be repeated.")
@click.option("--ignore", metavar="RULE", multiple=True, help="Leave this rule, or `parallel-*`, out; may be repeated.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 where a finding is this grave or graver.",
)
@click.option(
    "--baseline", type=INPUT, metavar="FILE", help="Findings that stand in this baseline or JSON report do not count."
)
@click.option("--write-baseline", type=OUTPUT, metavar="FILE", help="Write what is found as a baseline; exit with 0.")
@click.option(
    "--waivers",
    type=INPUT,
    metavar="FILE",
    help="Findings waived in all scores. [also: NAME.waivers.toml beside a score]",
)
@click.option(
    "--cantus-firmus",
    metavar="lower|upper|VOICE",
    default="",
    help="Which voice is the cantus firmus; VOICE is S, A, T or B of four, else 1, 2, ... from the top. "
    "[default: that in whole notes]",
)
@click.option(
    "--harmony",
    type=SCORE,
    metavar="FILE",
    help="Judge by the numerals of this RomanText or score, and say where they contradict the notes.",
)
@click.option(
    "--engine",
    type=ENGINE,
    default="classical",
    show_default=True,
    help="Who hears the chords that are not written: classical, for four voices; neural, for other textures.",
)
@click.option(
    "--fix",
    "fixed",
    type=OUTPUT,
    metavar="OUT",
    help="Write the score (several: to this folder) with the faults mended that one or two notes can mend.",
)
@click.option("--keep", metavar="VOICE", multiple=True, help="With --fix: leave this voice as it is; may be repeated.")
@PLUGIN
@output_option("marked scores")
def command(
    scores: tuple[str, ...],
    form: str,
    fail_on: str,
    write_baseline: Path | None,
    output: Path,
    fixed: Path | None,
    keep: tuple[str, ...],
    **asked: Any,
) -> int:
    """Say which rules a piece breaks, with measure, beat, voices and reason.

    SCORE is a file (MusicXML, .mxl, ABC, kern, MIDI, MEI), `-`, or a name of music21's corpus such as bach/bwv66.6;
    folders are searched for scores. Exit code 0 where nothing is as grave as --fail-on, 1 where something is, 3 where a
    file or folder cannot be read (the others are still judged), 5 where musegen fails at one.
    """
    from musegen.rules.reports import written

    task = Task(**asked, with_lines=form == "sarif")
    failures = Failures()
    files = scores_among(scores, failures)
    places = _places(files, form, output, fixed, keep, task.engine)
    reports = [] if form in MARKED else [output]
    keep_inputs([*places.values(), *reports, write_baseline], task.inputs(files))
    task.prepare()
    make_room(places, fixed or output)
    if fixed is not None:
        from musegen.cli.fixing import judge_and_fix

        done = task.with_waiver_faults(judge_and_fix(task, places, failures, keep))
        write_output(output, written(form, done, failures.told, fail_on=fail_on))
    elif form in MARKED:
        from musegen.cli.marking import judge_and_mark

        done = judge_and_mark(task, places, failures, form)
    elif form == "ndjson" and str(output) == STANDARD:
        done = _streamed(task, files, failures)
    else:
        done = task.with_waiver_faults(_judged(task, files, failures))
        write_output(output, written(form, done, failures.told, fail_on=fail_on))
    if write_baseline:
        from musegen.rules.baseline import baseline_text

        write_output(write_baseline, baseline_text(item.report for item in done))
        return failures.exit_code
    return failures.exit_code or int(_is_found(done, fail_on))


def _is_found(done: list[Judged], fail_on: str) -> bool:
    """Whether something is as grave as that; `never` is nothing."""
    from musegen.rules.findings import SEVERITIES

    limit = [severity for severity in SEVERITIES if severity == fail_on]
    return any(item.report.at_or_above(severity) for item in done for severity in limit)


def _places(
    files: list[str], form: str, output: Path, fixed: Path | None, keep: tuple[str, ...], engine: Engine
) -> dict[str, Path]:
    """Where the scores themselves are written, mended or marked; nowhere for a report alone.

    Raises:
        UsageError: nothing can be written there, or mended by this engine.
    """
    if fixed is not None:
        from musegen.cli.fixing import fixed_places

        if engine == "neural":
            raise UsageError("--fix hears every change again by the classical engine", hint="leave out --engine neural")
        if form in MARKED:
            raise UsageError("--fix tells what is left in words", hint="mark the mended score by a second check")
        return fixed_places(files, fixed)
    if keep:
        raise UsageError("--keep says what --fix leaves alone", hint="name a file with --fix OUT")
    return places_of(files, form, output) if form in MARKED else {}


def _judged(task: Task, files: list[str], failures: Failures) -> Iterator[Judged]:
    """The scores judged, one after another; one that fails is told and left out."""
    for name in progress(files, "Checking"):
        with failures.caught(name):
            yield task.judge(name)[0]


def _streamed(task: Task, files: list[str], failures: Failures) -> list[Judged]:
    """Every score is told as soon as it is judged; what could not be read, and common waivers, at the end."""
    from musegen.rules.reports.data import as_ndjson

    done: list[Judged] = []
    for item in _judged(task, files, failures):
        write_output(STANDARD, as_ndjson([item]))
        sys.stdout.flush()
        done.append(item)
    more = task.with_waiver_faults(done, apart=True)[len(done) :]
    write_output(STANDARD, as_ndjson(more, failures.told))
    return done + more
