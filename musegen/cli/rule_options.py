"""Options that the commands on rules share: the pack, the exercise, where a report goes, plugins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from musegen.cli.options import INPUT, OUTPUT, PACK, STANDARD

_Command = TypeVar("_Command", bound=Callable[..., Any])


def pack_option(told: str) -> Callable[[_Command], _Command]:
    """`--pack PACK`, None unless given."""
    return click.option("--pack", type=PACK, metavar="PACK", help=told)


def exercise_option(told: str, *, required: bool = False) -> Callable[[_Command], _Command]:
    """`--exercise MANIFEST`: a file or its folder."""
    return click.option("--exercise", type=INPUT, metavar="MANIFEST", required=required, help=told)


def output_option(several: str) -> Callable[[_Command], _Command]:
    """`-o`, standard output unless given; `several` says what makes it the name of a folder."""
    told = f"Write to this file; to this folder, several {several}."
    return click.option("-o", "--output", type=OUTPUT, default=Path(STANDARD), help=told)


def _typed_by_hand(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """A program to run is named at the command line alone: a settings file may lie in a stranger's folder."""
    source = context.get_parameter_source(parameter.name or "")
    if source not in (click.core.ParameterSource.COMMANDLINE, click.core.ParameterSource.DEFAULT):
        raise click.UsageError("settings: `plugin` runs a program, so it is named at the command line only", context)
    return value


PLUGIN = click.option(
    "--plugin",
    metavar="FILE.py",
    multiple=True,
    callback=_typed_by_hand,
    help="Run this Python file for predicates of your own; may be repeated.",
)
