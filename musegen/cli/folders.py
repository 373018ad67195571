"""Folders named at the command line: the scores in them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from musegen.cli.destinations import distinct
from musegen.cli.failures import Failures
from musegen.cli.options import SCORE_SUFFIXES, STANDARD
from musegen.errors import UnreadableFile


def scores_among(names: tuple[str, ...], failures: Failures) -> list[str]:
    """The files that these names mean, those of a folder in order; folders without any are failures."""
    files: list[str] = []
    for name in distinct(names):
        if name == STANDARD or not os.path.isdir(name):
            files.append(name)
            continue
        before = len(failures.told)
        inside = sorted(_scores_in(name, failures))
        files += inside
        if not inside and len(failures.told) == before:
            failures.add(name, UnreadableFile("no scores in this folder"))
    found = distinct(files)
    failures.several = len(found) > 1
    return found


def _scores_in(folder: str, failures: Failures) -> Iterator[str]:
    """Every file below a folder that is named like a score; folders that cannot be opened are failures."""

    def tell(error: OSError) -> None:
        reason = f"the folder cannot be read ({error.strerror or error})"
        failures.add(str(error.filename or folder), UnreadableFile(reason))

    for place, _, names in os.walk(folder, onerror=tell):
        yield from (os.path.join(place, name) for name in names if name.lower().endswith(SCORE_SUFFIXES))
