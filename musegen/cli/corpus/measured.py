"""What the commands on style share: features of corpora or tables, measured with progress; results written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from musegen.cli.corpus.limits import jobs_option, run_bar, seconds_option
from musegen.cli.failures import Failures
from musegen.cli.options import STANDARD, write_output
from musegen.errors import ScoreError

if TYPE_CHECKING:
    from musegen.corpora.tables import Table

_AnyFunction = TypeVar("_AnyFunction", bound=Callable[..., Any])
SUFFIXES = {"text": ".txt", "json": ".json"}
FORMATS = (*SUFFIXES,)


def chosen_features(function: _AnyFunction) -> _AnyFunction:
    """Give a command --features and --without: lists of names with commas between."""
    without = "Leave out what may tell the edition: meter, note_values, parts, format."
    function = click.option("--without", metavar="NAME,...", default="", help=without)(function)
    told = "Only these groups, or single features; hand-made,learned: all."
    return click.option("--features", metavar="NAME,...", default="", help=told)(function)


def features_options(function: _AnyFunction) -> _AnyFunction:
    """Give a command the options of `words` and `measured_table`: --features, --without, --jobs, --seconds."""
    return chosen_features(jobs_option(seconds_option("What a piece may take to be measured.")(function)))


def measured_table(
    names: Sequence[str], where: Sequence[str], split: str | None, failures: Failures, *,
    jobs: int | None, seconds: float, features: Sequence[str] = (),
) -> Table:  # fmt: skip
    """The features of corpora, folders, files and tables; a piece that cannot be measured is told.

    Raises:
        UsageError, ScoreError: as `musegen.features.style.measuring.measured_rows` does.
    """
    from musegen.features.style.measuring import measured_rows

    with run_bar("Measuring") as tell:
        found = measured_rows(
            names, where, split or "", features=features, jobs=jobs or 0, seconds=seconds, on_progress=tell
        )
    for piece, failure in found.failures:
        failures.add(piece, ScoreError(failure.reason(piece), file=piece))
    return found.rows


def write_told(form: str, output: Path | None, text: Callable[[], str], data: Callable[[], Mapping[str, Any]]) -> None:
    """Write a result as text or JSON, to a file or standard output."""
    from musegen.features.style.telling import as_json

    write_output(output or STANDARD, as_json(data()) if form == "json" else text())
