"""In which form a result is told, and where it goes: --format and -o of commands that write text, JSON and the like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from musegen.cli.options import OUTPUT

_Command = TypeVar("_Command", bound=Callable[..., Any])


def form_option(forms: Sequence[str], told: str | None = None) -> Callable[[_Command], _Command]:
    """`--format` as `form`: one of these, text unless given."""
    return click.option("--format", "form", type=click.Choice(forms), default="text", show_default=True, help=told)


def told_options(forms: Sequence[str]) -> Callable[[_Command], _Command]:
    """`--format` as `form`, None unless given: then the suffix of `-o` says (`destinations.form_by_suffix`)."""
    suffix = "[default: what the suffix of -o says, else text]"
    form = click.option("--format", "form", type=click.Choice(forms), help=suffix)
    output = click.option("-o", "--output", type=OUTPUT, help="A file. Default: standard output.")
    return lambda function: form(output(function))
