"""`musegen check --format svg|pdf|musicxml`: every score with its faults marked, in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from musegen.cli.console import notice, progress
from musegen.cli.destinations import destinations
from musegen.cli.options import STANDARD, make_folder, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.cli.failures import Failures
    from musegen.cli.judging import Task
    from musegen.rules.reports import Judged


def judge_and_mark(task: Task, places: dict[str, Path], failures: Failures, form: str) -> list[Judged]:
    """Judge each score and write it with its faults marked to its place."""
    from musegen.rules.reports import marked
    from musegen.rules.reports.text import summary

    draw = marked.WRITERS[form]
    done: list[Judged] = []
    for name in progress(places, "Checking"):
        with failures.caught(name):
            judged, score = task.judge(name)
            write_output(places[name], draw(judged.report, score))
            done.append(judged)
    everything = task.with_waiver_faults(done, apart=True)
    for item in everything[len(done) :]:
        for finding in item.report.findings:
            notice(f"{item.report.file}: {finding.severity} {finding.rule} {finding.message}")
    notice(summary([item.report for item in everything], failures.told))
    return everything


def places_of(files: list[str], form: str, output: Path) -> dict[str, Path]:
    """Where each score goes: one to the file that was named, several into a folder; a new name without a suffix is one.

    Raises:
        UsageError: several scores have no folder to go to.
    """
    is_named = bool(output.suffix) or output.exists() or str(output) == STANDARD
    if len(files) == 1 and is_named and not output.is_dir():
        return {files[0]: output}
    if str(output) == STANDARD:
        raise UsageError(f"{len(files)} scores need a folder to go to", hint="name it with -o FOLDER")
    if output.suffix.lower() in (".svg", ".pdf", ".musicxml", ".xml"):
        raise UsageError(f"{len(files)} scores do not fit into {output}", hint="name a folder with -o FOLDER")
    return destinations(output, files, f".{form}")


def make_room(places: dict[str, Path], output: Path) -> None:
    """Make the folder `output`, where the places are inside it.

    Raises:
        EngravingError: it cannot be made.
    """
    if places and output not in places.values():
        make_folder(output)
