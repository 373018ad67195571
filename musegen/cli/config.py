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
import stat
from collections.abc import Iterable, Mapping
from typing import Any

import click

from musegen.cli.console import notice
from musegen.cli.lazy import QUIET, unknown

MAX_BYTES = 1 << 20
_WRITING = ("output", "write_baseline", "fix", "fixed")


def read_defaults(config: str | None, commands: Iterable[str], aliases: Mapping[str, str]) -> dict[str, Any]:
    """Option values by command, as click's `default_map`; `quiet = true` takes effect at once.

    Raises:
        click.UsageError: the file is no regular file, too large or no TOML, or names a command that does not exist.
        click.FileError: --config names a file that cannot be read.
    """
    path = "pyproject.toml" if config is None else config
    table = _musegen_table(path, required=config is not None)
    if config is None:
        for option in _dropped(table):
            notice(f"{path}: `{option}` writes files; it is taken from the command line or --config")
    quiet = table.pop("quiet", False)
    if not isinstance(quiet, bool):
        raise click.UsageError(f"{path}: `quiet` must be true or false")
    if quiet:
        click.get_current_context().meta[QUIET] = True
    known = [*commands, *aliases]
    for name, value in table.items():
        if name not in known:
            raise click.UsageError(f"{path}: " + unknown("command", name, known))
        if not isinstance(value, dict):
            raise click.UsageError(f"{path}: `{name}` must be a table of options, like [tool.musegen.{name}]")
    try:
        return {aliases.get(name, name): _with_underscores(value) for name, value in table.items()}
    except RecursionError:
        raise click.UsageError(f"{path}: its tables are nested too deeply") from None


def _musegen_table(path: str, *, required: bool) -> dict[str, Any]:
    if not required and not os.path.isfile(path):
        return {}
    data = _content(path)
    if not required and b"musegen" not in data:
        return {}
    from musegen.score.toml_text import MOST_PARTS, deepest_key, parse_toml

    try:
        text = data.decode("utf-8-sig")
        if not required and deepest_key(text) > MOST_PARTS:
            notice(f"{path} is not read: a key of more than {MOST_PARTS} parts stands in it")
            return {}
        whole = parse_toml(text)
    except ValueError as error:  # no TOML, or no UTF-8
        raise click.UsageError(f"{path} is no TOML: {error}") from None
    tools = whole.get("tool", {})
    table = tools.get("musegen", whole if required else {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise click.UsageError(f"{path}: `tool.musegen` must be a table")
    return dict(table)


def _content(path: str) -> bytes:
    """A settings file's bytes; pipes and devices are not even opened."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise click.UsageError(f"{path} is no regular file")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.FileError(path, error.strerror or "cannot be read") from None
    if len(data) > MAX_BYTES:
        raise click.UsageError(f"{path} is larger than {MAX_BYTES >> 20} MB")
    return data


def _dropped(table: dict[str, Any]) -> list[str]:
    """Take out of these tables what only the command line or --config may set: the folder may be a stranger's."""
    found = [name for name in table if name.replace("-", "_") in _WRITING]
    for name in found:
        del table[name]
    return found + [option for value in table.values() if isinstance(value, dict) for option in _dropped(value)]


def _with_underscores(value: Any) -> Any:
    """`fail-on` is the parameter `fail_on`, at every depth."""
    if not isinstance(value, dict):
        return value
    return {name.replace("-", "_"): _with_underscores(inner) for name, inner in value.items()}
