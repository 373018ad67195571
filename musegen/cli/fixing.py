"""`musegen check --fix OUT`: every score with its faults mended as far as a note or two can mend them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from musegen.cli.console import progress
from musegen.cli.marking import places_of
from musegen.cli.options import STANDARD, shown_name, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.cli.failures import Failures
    from musegen.cli.judging import Task
    from musegen.rules.reports import Judged

SUFFIXES = (".musicxml", ".xml")


def fixed_places(files: list[str], fixed: Path) -> dict[str, Path]:
    """Where each mended score goes: to the file `fixed` or, several, into that folder.

    Raises:
        UsageError: the place is none for MusicXML.
    """
    places = places_of(files, "musicxml", fixed)
    strange = [path for path in places.values() if str(path) != STANDARD and path.suffix.lower() not in SUFFIXES]
    if strange:
        raise UsageError(f"`{strange[0]}` must end in {', '.join(SUFFIXES)}")
    return places


def judge_and_fix(task: Task, places: dict[str, Path], failures: Failures, keep: tuple[str, ...]) -> list[Judged]:
    """Mend each score and write it to its place; what is left to say is handed back."""
    done: list[Judged] = []
    for name in progress(places, "Mending"):
        with failures.caught(name):
            from musegen.engraving.repitch import write_repitched

            into = name if str(places[name]) == STANDARD else str(places[name])
            judged, score, mended = task.fix(name, keep, into=shown_name(into))
            write_output(places[name], write_repitched(score, mended))
            done.append(judged)
    return done
