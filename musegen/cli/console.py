"""What the commands say on stderr besides their results: notices and progress, not under --quiet; errors, always."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager, suppress
from typing import IO, TypeVar

import click

from musegen.cli.lazy import QUIET

_Item = TypeVar("_Item")
_ENDLESS_WORD = re.compile(r"(\S{200})\S+")
_LONGEST_MESSAGE = 4000
_UNTAMED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_quiet() -> bool:
    """Whether --quiet was given (or set in the settings file)."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(QUIET))


def say(line: str) -> None:
    """A line on stderr; where that is full or gone, nobody is told, and the result stays what it is."""
    try:
        click.echo(line, err=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: IO[str]) -> None:
    """What is still to be written there goes nowhere, without a complaint at the end."""
    with suppress(OSError, ValueError):  # no real file (a test's buffer)
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def shortened(message: str) -> str:
    """The message with its endless words, such as values of a hostile file, cut to 200 letters; 4,000 letters at most.

    >>> len(shortened("no voice is called " + "x" * 5000))
    222
    """
    told = _ENDLESS_WORD.sub(r"\1...", message)
    return told if len(told) <= _LONGEST_MESSAGE else told[:_LONGEST_MESSAGE] + "..."


def folded(text: str) -> str:
    """The text in one line: a line break in a hostile file's words must not begin a message of ours.

    >>> folded("measure 7\\nmusegen: forged")
    'measure 7 musegen: forged'
    """
    return " ".join(text.split())


def complain(message: str) -> None:
    """An error on stderr, in exactly one line, whether --quiet was given or not."""
    say(f"musegen: {printable(folded(shortened(message)))}")


def complain_internal(error: Exception, *, file: str = "", debug: bool = False) -> str:
    """Say that we failed, not the user; with `debug` show where. What was said comes back, without the file."""
    if debug:
        import traceback

        traceback.print_exception(error)
    told = f"internal error, please report: {type(error).__name__}: {error}"
    complain((f"{file}: " if file else "") + told + ("" if debug else " (--debug shows where)"))
    return told


def printable(text: str) -> str:
    """The text without control characters: a hostile file's words must not drive the terminal.

    >>> printable("\\x1b[2J")
    '\\\\x1b[2J'
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" else letter.encode("unicode_escape").decode()
        for letter in text
    )


def tame(text: str) -> str:
    """The text with its control characters, and those that turn the direction of writing, as JSON writes them.

    Lines, tabs and every letter stay, so that a report, a table or a document keeps its form.

    >>> print(tame("\\x1b[2J\\x9bq"))
    \\u001b[2J\\u009bq
    """
    return _UNTAMED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def notice(message: str) -> None:
    """One line on stderr, for what the user may want to know and no program needs."""
    if not is_quiet():
        say(printable(shortened(message)))


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


@contextmanager
def busy(label: str) -> Iterator[None]:
    """A turning sign on a terminal's stderr while something is done of which nobody knows how long it takes.

    >>> with busy("Harmonising"):
    ...     pass
    """
    if is_quiet() or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(label):
        yield


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int, str], None]]:
    """A function to tell how many of how many are done, and a remark: a bar on a terminal's stderr meanwhile.

    >>> with progress_bar("Counting") as tell:
    ...     tell(1, 2, "no errors")
    """
    if is_quiet() or not sys.stderr.isatty():
        yield lambda done, total, remark: None
        return
    from rich import progress as bars
    from rich.console import Console

    kinds = (bars.BarColumn(), bars.MofNCompleteColumn(), bars.TimeElapsedColumn(), bars.TimeRemainingColumn())
    texts = bars.TextColumn("{task.description}"), bars.TextColumn("{task.fields[remark]}")
    with bars.Progress(texts[0], *kinds, texts[1], console=Console(stderr=True), transient=True) as shown:
        number = shown.add_task(label, total=None, remark="")
        yield lambda done, total, remark: shown.update(number, completed=done, total=total, remark=remark)
