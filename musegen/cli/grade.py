"""`musegen grade`: marks for returned answers, with the reason for every mark that is lost."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import progress
from musegen.cli.failures import Failures
from musegen.cli.folders import scores_among
from musegen.cli.forms import form_option
from musegen.cli.marking import make_room, places_of
from musegen.cli.options import SCORE, keep_inputs, read_score, shown_name, write_output
from musegen.cli.rule_options import PLUGIN, exercise_option, output_option, pack_option
from musegen.cli.surroundings import load_plugins, pack_files
from musegen.errors import UnreadableFile

if TYPE_CHECKING:
    from musegen.generation.exercises.entries import Entry
    from musegen.rules.findings import Severity
    from musegen.rules.grading import Grade
    from musegen.score.model import Score

PICTURES = ("svg", "pdf")
FORMATS = ("text", "json", "csv", *PICTURES)


@click.command(
    epilog="\b\nExamples:\n  musegen grade smith.musicxml --exercise out/manifest.json\n"
    "  musegen grade class/ --exercise out/ --format csv -o marks.csv"
)
@click.argument("answers", metavar="ANSWER|FOLDER...", nargs=-1, required=True, type=SCORE)
@exercise_option("The exercise's manifest.json, or its folder.", required=True)
@pack_option("The rules: a pack by name or path. [default: the level's]")
@click.option(
    "--count",
    "least",
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="What costs marks: findings at least as grave as this. Warnings that cost none are remarks.",
)
@form_option(
    FORMATS,
    "csv: a line a student; svg and pdf: the answers, faults marked, a file each; with -o ALL.pdf in one.",
)
@PLUGIN
@output_option("marked answers")
def command(
    answers: tuple[str, ...],
    exercise: Path,
    pack: str | None,
    least: Severity,
    form: str,
    plugin: tuple[str, ...],
    output: Path,
) -> int:
    """Mark returned answers by the mark scheme of their sheet, and say what every lost mark was lost for.

    Folders are searched for scores. The sheet is known by what the file says of itself or by its name. Points and
    severities come from the pack. Exit code 0 for full marks, 1 where marks were lost, 3 where an answer cannot be read
    or is of no sheet (the others are still marked), 5 where musegen fails at one.
    """
    from musegen.generation.exercises.manifest import manifest_in, read_manifest
    from musegen.rules.packs import load_pack
    from musegen.rules.reports.grades import grades_as_pdf

    failures = Failures()
    names = scores_among(answers, failures)
    exercise = manifest_in(exercise)
    together = form == "pdf" and len(names) > 1 and output.suffix.lower() == ".pdf" and not output.is_dir()
    places = places_of(names, form, output) if form in PICTURES and not together else {}
    keep_inputs(places.values() or [output], [*_inputs(names, exercise, pack), *plugin])
    load_plugins(plugin)
    if pack:
        load_pack(pack)
    sheets = read_manifest(exercise)
    make_room(places, output)
    done: list[Grade] = []
    read: list[Score] = []
    for name in progress(names, "Marking"):
        with failures.caught(name):
            answer = read_score(name)
            marked = _graded(name, answer, sheets, exercise, pack, least, with_advice=form != "csv")
            if places:
                write_output(places[name], _picture(marked, answer, form))
            done.append(marked)
            read += [answer] if together else []
    if together and done:
        write_output(output, grades_as_pdf(list(zip(done, read, strict=True))))
    elif form not in PICTURES:
        write_output(output, _written(form, done, failures))
    return failures.exit_code or int(any(item.deductions for item in done))


def _inputs(names: list[str], exercise: Path, pack: str | None) -> list[Path | str]:
    """Every file that is read: the answers, the manifest with the student's sheets beside it, the pack."""
    sheets = list(exercise.parent.glob("*-student.musicxml"))
    return [*names, exercise, *sheets, *(pack_files(pack) if pack else [])]


def _graded(
    name: str,
    answer: Score,
    sheets: list[Entry],
    exercise: Path,
    pack: str | None,
    least: Severity,
    *,
    with_advice: bool,
) -> Grade:
    from musegen.generation.exercises.manifest import named_entry
    from musegen.generation.exercises.returned import assignment
    from musegen.rules.grading import grade
    from musegen.rules.packs import load_pack, pack_names

    entry = named_entry(sheets, answer, name)
    if not pack and entry.pack not in pack_names():
        told = f"there is no pack `{entry.pack}`" if entry.pack else f"it names no pack for {entry.name}"
        raise UnreadableFile(told, file=str(exercise), hint="name one with --pack")
    asked = assignment(entry, answer, load_pack(pack or entry.pack), os.path.dirname(str(exercise)))
    return replace(grade(answer, asked, fixes=with_advice, least=least), file=shown_name(name))


def _picture(marked: Grade, answer: Score, form: str) -> bytes:
    """The answer with its faults marked, the marks at its head."""
    from musegen.engraving.render import render
    from musegen.rules.reports.grades import graded_sheet

    return render(answer, f".{form}", sheet=graded_sheet(marked, answer))


def _written(form: str, done: list[Grade], failures: Failures) -> str:
    from musegen.rules.reports.grades import grades_as_csv, grades_as_json, grades_as_text

    writers = {"text": grades_as_text, "json": grades_as_json, "csv": grades_as_csv}
    return writers[form](done, failures.told)
