"""What the commands that do a job for every piece share: their options, the progress, and what is told at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from musegen.cli.console import complain, notice
from musegen.cli.corpus.limits import failures_told, jobs_option, run_bar, seconds_option
from musegen.cli.options import OUTPUT, STANDARD

if TYPE_CHECKING:
    from musegen.corpora import Piece
    from musegen.corpora.running import Outcome

_AnyFunction = TypeVar("_AnyFunction", bound=Callable[..., Any])
_TOLD = 5
"""So many failures are told one by one; the table of errors has them all."""
UNREADABLE = 3
"""The exit code where some piece could not be done."""


class _Shard(click.ParamType):  # type: ignore[type-arg]  # generic only in newer clicks
    """`3/16`: the third of sixteen shares."""

    name = "i/n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Number and count."""
        if not isinstance(value, str):
            return value
        number, mark, count = value.partition("/")
        is_share = mark and all(word.isascii() and word.isdigit() and len(word) < 6 for word in (number, count))
        if not is_share or not 1 <= int(number) <= int(count):
            self.fail(f"`{value}` is no share; write it like 3/16, from 1/16 to 16/16", param, ctx)
        return int(number), int(count)


def run_options(function: _AnyFunction) -> _AnyFunction:
    """Give a command the options of `run_job`."""
    options = (
        click.option("-o", "--output", type=OUTPUT, required=True, callback=_no_stream,
                     help="Write to this folder, as Parquet parts, or to this .csv or .parquet file."),
        jobs_option,
        seconds_option("What a piece may take."),
        click.option("--memory", type=click.IntRange(64, 1 << 20), default=2048, show_default=True,
                     help="Megabytes that a process may use."),
        click.option("--resume", is_flag=True, help="Go on with what is in the output already."),
        click.option("--retry-errors", is_flag=True, help="With --resume: do again what had failed."),
        click.option("--workers", type=click.Choice(["local", "dask"]), default="local", show_default=True,
                     help="Work on this machine, or on a Dask cluster."),
        click.option("--scheduler", metavar="ADDRESS", default="", help="Of the cluster: tcp://HOST:8786."),
        click.option("--shard", type=_Shard(), help="Only this share of the pieces, into the folder of all shares."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def _no_stream(_context: click.Context, _parameter: click.Parameter, output: Path) -> Path:
    if str(output) in ("", STANDARD):
        raise click.BadParameter("name a folder, or a .csv or .parquet file")
    return output


def run_job(
    pieces: Sequence[Piece],
    job: str,
    options: Mapping[str, Any],
    *,
    output: Path,
    jobs: int | None,
    memory: int,
    **settings: Any,
) -> Outcome:
    """Do a job for every piece (see `musegen.corpora.running.run`), tell how it goes and what failed.

    Raises:
        UsageError, MissingExtra, EngravingError: as `run` does.
        KeyboardInterrupt: interrupted, after saying how to go on.
    """
    from musegen.corpora.running import run

    if settings["retry_errors"] and not settings["resume"]:
        raise click.UsageError("--retry-errors goes with --resume")
    if settings["scheduler"] and settings["workers"] != "dask":
        raise click.UsageError("--scheduler goes with --workers dask")
    for name in ("distributed", "asyncio"):  # what they would log of lost workers is no news for the reader
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with run_bar("Pieces") as tell:
        try:
            outcome = run(
                pieces, job, options, out=output, jobs=jobs or 0, megabytes=memory, on_progress=tell, **settings
            )
        except KeyboardInterrupt:
            notice(f"what is finished is kept; the same command with --resume goes on ({output})")
            raise
    _tell_failures(outcome)
    notice(
        f"{output}: {outcome.count} rows, {failures_told(outcome.failed)}; {outcome.computed} pieces in "
        f"{outcome.seconds:.1f} s, {outcome.cpu_seconds:.1f} s CPU"
    )
    return outcome


def _tell_failures(outcome: Outcome) -> None:
    for piece, (kind, message, _) in outcome.failures[:_TOLD]:
        complain(message if message.startswith(piece) else f"{piece}: {kind}: {message}")
    if len(outcome.errors) > _TOLD:
        complain(f"and {len(outcome.errors) - _TOLD} more, in the table of errors")
