"""What work on many pieces may cost, and how far it is: --jobs, --seconds, and the bar of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from musegen.cli.console import progress_bar

if TYPE_CHECKING:
    from musegen.corpora.running import Progress

_AnyFunction = TypeVar("_AnyFunction", bound=Callable[..., Any])


def jobs_option(function: _AnyFunction) -> _AnyFunction:
    """Give a command --jobs; None where it is not given."""
    told = "So many processes; one for each core unless given."
    return click.option("--jobs", type=click.IntRange(1, 1024), help=told)(function)


def seconds_option(told: str) -> Callable[[_AnyFunction], _AnyFunction]:
    """Give a command --seconds: what a piece may take."""
    a_day = click.FloatRange(0, 86_400, min_open=True)
    return click.option("--seconds", type=a_day, default=60.0, show_default=True, help=told)


@contextmanager
def run_bar(label: str) -> Iterator[Callable[[Progress], None]]:
    """What a run tells of its progress, as a bar with the failures so far."""
    with progress_bar(label) as bar:
        yield lambda run: bar(run.done, run.total, failures_told(run.failed))


def failures_told(failed: Mapping[str, int]) -> str:
    """Failures by kind, in words.

    >>> failures_told({"error": 2, "crash": 1}), failures_told({})
    ('3 errors (2 error, 1 crash)', 'no errors')
    """
    total = sum(failed.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in failed.items())
    return f"{total} error{'s' * (total > 1)} ({kinds})" if total else "no errors"
