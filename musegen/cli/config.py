"""Defaults of the command line from TOML: `[tool.musegen]` of a pyproject.toml, or the file that --config names.

.. code-block:: toml

    [tool.musegen]
    quiet = true

    [tool.musegen.check]
    pack = "strict"
    fail-on = "warning"
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import click

from musegen.cli.lazy import QUIET, unknown


def read_defaults(config: str | None, commands: Iterable[str], aliases: Mapping[str, str]) -> dict[str, Any]:
    """Option values by command, as click's `default_map`; `quiet = true` takes effect at once.

    Raises:
        click.UsageError: the file is no TOML, or names a command that does not exist.
        click.FileError: --config names a file that cannot be read.
    """
    path = config or "pyproject.toml"
    table = _musegen_table(path, required=config is not None)
    quiet = table.pop("quiet", False)
    if quiet:
        click.get_current_context().meta[QUIET] = True
    known = [*commands, *aliases]
    for name, value in table.items():
        if name not in known:
            raise click.UsageError(f"{path}: " + unknown("command", name, known))
        if not isinstance(value, dict):
            raise click.UsageError(f"{path}: `{name}` must be a table of options, like [tool.musegen.{name}]")
    return {aliases.get(name, name): _with_underscores(value) for name, value in table.items()}


def _musegen_table(path: str, *, required: bool) -> dict[str, Any]:
    if not required and not os.path.isfile(path):
        return {}
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise click.FileError(path, error.strerror or "cannot be read") from None
    if not required and b"musegen" not in data:
        return {}
    import tomllib

    try:
        whole = tomllib.loads(data.decode())
    except ValueError as error:  # no TOML, or no UTF-8
        raise click.UsageError(f"{path} is no TOML: {error}") from None
    tools = whole.get("tool", {})
    table = tools.get("musegen", whole if required else {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise click.UsageError(f"{path}: `tool.musegen` must be a table")
    return dict(table)


def _with_underscores(value: Any) -> Any:
    """`fail-on` is the parameter `fail_on`, at every depth."""
    if not isinstance(value, dict):
        return value
    return {name.replace("-", "_"): _with_underscores(inner) for name, inner in value.items()}
