"""The command line: the table of commands, and the one place where errors become messages and exit codes.

Exit codes: 0 done; 1 findings, lost points or problems; 2 wrong usage; 3 unreadable input; 4 no solution;
5 engraving failed, unwritable output or internal error; 130 interrupted; 141 the reader of our output went away.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import click

import musegen
from musegen.cli.config import read_defaults
from musegen.cli.console import complain, complain_internal, printable, say, shortened, silence
from musegen.cli.lazy import LazyGroup, shared_options
from musegen.errors import MusegenError, NoSolution

COMMANDS = {
    "exercise": "Make exercises with their answers, by level, key and meter.",
    "harmonise": "Set a melody for four parts.",
    "generate": "Make new music: melodies, chords, whole chorales.",
    "restyle": "Bring a piece into another style.",
    "continue": "Go on where a melody stops.",
    "play": "Play together with the machine, in time.",
    "chords": "Find chords for a melody, as ranked alternatives.",
    "analyse": "Name keys, chords, functions and cadences.",
    "check": "Say which rules a piece breaks, where and why.",
    "grade": "Mark returned answers, with the reason for every mark lost.",
    "rules": "List the rules, explain one, test a pack.",
    "corpus": "Describe, search and compare thousands of scores.",
    "evaluate": "Say how good a generator is; make blind listening tests.",
    "train": "Make the weights of a network from examples.",
    "render": "Turn a score into SVG, PNG, PDF, MIDI or MusicXML.",
    "doctor": "Check this installation, with a remedy for each fault.",
}
"""Every command and its line in `musegen --help`; the command itself is `musegen.cli.<name>:command`."""

ALIASES = {"harmonize": "harmonise", "analyze": "analyse"}
INTERNAL_ERROR, INTERRUPTED, NO_READER = 5, 130, 141
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF)


def _take_defaults(context: click.Context, _parameter: click.Parameter, config: str | None) -> None:
    context.default_map = read_defaults(config, COMMANDS, ALIASES)


@click.group(
    cls=LazyGroup,
    commands=COMMANDS,
    aliases=ALIASES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='\b\nExample:\n  musegen exercise harmonise-melody --level 3 --key "G major" --count 2 --seed 7 -o out/',
)
@click.option(
    "--config",
    metavar="FILE",
    callback=_take_defaults,
    expose_value=False,
    help="Take defaults from this TOML file, not from pyproject.toml.",
)
@click.version_option(musegen.__version__, "-V", "--version", message="musegen %(version)s")
@shared_options
def program() -> None:
    """Reads, checks and writes sheet music."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    _open_missing_streams()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its idle threads would cost more than they save
    gc.set_threshold(100_000)  # what starting makes lives on: looking through it again and again finds no garbage
    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said: the code stays what it is
    exec("")  # else Python ends by the signal where one was caught while it made the methods of a dataclass from text
    sys.exit(code)


def _open_missing_streams() -> None:
    """Where a standard stream was closed (`musegen check a.xml >&-`), what is written goes nowhere.

    In this order: each takes the lowest free number, its own, which no other file should get.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # as long as the process


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line; all that went wrong is told on stderr, in one message.

    >>> run(["--version"])
    musegen 0.1.0
    0
    """
    if "_MUSEGEN_COMPLETE" in os.environ:
        program.main(list(arguments), prog_name="musegen")
    try:
        code = _invoke(list(arguments))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        silence(sys.stdout)
        return NO_READER
    except (KeyboardInterrupt, EOFError, click.Abort):
        complain("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        return _report_usage(error)
    except MusegenError as error:
        return _report(error)
    except OSError as error:
        return _report_system(error)
    except Exception as error:  # the last door: nobody should see a traceback that did not ask for it
        complain_internal(error, debug="--debug" in arguments)
        return INTERNAL_ERROR


def _invoke(arguments: list[str]) -> int:
    try:
        with program.make_context("musegen", arguments) as context:
            returned: Any = program.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return returned if isinstance(returned, int) else 0


def _report_usage(error: click.ClickException) -> int:
    """2 for wrong usage, 3 for a file that click could not open."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.message)
        return 2
    context = error.ctx if isinstance(error, click.UsageError) else None
    complain(error.format_message())
    if context is not None:
        say(f"Try `{context.command_path} --help`.")
    return 3 if isinstance(error, click.FileError) else 2


def _report(error: MusegenError) -> int:
    complain(str(error))
    for conflict in error.conflicts if isinstance(error, NoSolution) else ():
        say(f"  - {printable(shortened(conflict))}")
    if error.exit_code == INTERNAL_ERROR:
        _flush_or_silence()
    return error.exit_code


def _report_system(error: OSError) -> int:
    """The system refused something; without the name of a file, it was our output."""
    if error.filename and error.strerror:
        complain(f"{error.filename}: {error.strerror}")
    elif error.errno in _FULL:
        complain(f"cannot write standard output: {error.strerror}")
    else:
        complain(f"the system says: {error}")
    _flush_or_silence()
    return INTERNAL_ERROR


def _flush_or_silence() -> None:
    """What standard output does not take is dropped now, so that the end of the process does not stumble over it."""
    try:
        sys.stdout.flush()
    except OSError:
        silence(sys.stdout)
