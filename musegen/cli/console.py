"""What the commands say besides their results: notices and progress, on stderr, never under --quiet."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

import click

from musegen.cli.lazy import QUIET

_Item = TypeVar("_Item")


def is_quiet() -> bool:
    """Whether --quiet was given (or set in the settings file)."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(QUIET))


def notice(message: str) -> None:
    """One line on stderr, for what the user may want to know and no program needs."""
    if not is_quiet():
        click.echo(message, err=True)


def progress(items: Iterable[_Item], label: str = "Working", total: int | None = None) -> Iterator[_Item]:
    """The items, with a progress bar on a terminal's stderr while they are taken.

    >>> list(progress([1, 2], "Counting"))
    [1, 2]
    """
    if is_quiet() or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    known = total if total is not None else (len(items) if isinstance(items, Sized) else None)
    yield from track(items, description=label, total=known, console=Console(stderr=True), transient=True)
