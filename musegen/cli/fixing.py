"""`musegen check --fix OUT`: every score with its faults mended as far as a note or two can mend them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from musegen.cli.console import progress
from musegen.cli.marking import places_of
from musegen.cli.options import STANDARD, keep_inputs, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.cli.failures import Failures
    from musegen.cli.judging import Task
    from musegen.rules.reports import Judged

SUFFIXES = (".musicxml", ".xml")


def judge_and_fix(
    task: Task, files: list[str], failures: Failures, fixed: Path, keep: tuple[str, ...], *, report: Path
) -> list[Judged]:
    """Mend each score and write it, to the file `fixed` or, several, to that folder; what is left is handed back.

    Raises:
        UsageError: the place is none for MusicXML, or a score would be written over.
    """
    if str(fixed) == str(report) == STANDARD:
        raise UsageError("the mended score and the report cannot both go to standard output", hint="name one with -o")
    places = places_of(files, "musicxml", fixed)
    strange = [path for path in places.values() if str(path) != STANDARD and path.suffix.lower() not in SUFFIXES]
    if strange:
        raise UsageError(f"`{strange[0]}` must end in {', '.join(SUFFIXES)}")
    keep_inputs(places.values(), files)
    done: list[Judged] = []
    for name in progress(files, "Mending"):
        with failures.caught(name):
            from musegen.engraving.repitch import write_repitched

            judged, score, mended = task.fix(name, keep)
            write_output(places[name], write_repitched(score, mended))
            done.append(judged)
    return done
