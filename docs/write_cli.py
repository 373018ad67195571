"""Writes docs/cli.md, the reference of the command line, from the help of every command (`make docs`)."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from musegen.cli import program

HEAD = """# Command reference

Written from the program's own help by `make docs`; a test compares the two. After `make exercise` the commands are at
hand once `. .venv/bin/activate` has been typed.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | findings at or above `--fail-on` (check), points lost (grade), problems (doctor) |
| 2 | wrong usage; the message says what would be right |
| 3 | unreadable input; with several files the rest is still done, and 3 wins over 1 |
| 4 | no solution under the constraints, with the constraints that conflict; or none found within the effort |
| 5 | engraving failed, a missing extra, unwritable output, or an internal error |
| 130 | interrupted |
| 141 | the program that read our output went away |

`-` stands for standard input or output. Defaults may stand under `[tool.musegen]` in the `pyproject.toml` of the
working folder, or in the file that `--config` names, a table a command:

```toml
[tool.musegen.check]
pack = "strict"
fail-on = "warning"
```
"""


def pages(command: click.Command, context: click.Context) -> list[str]:
    """The help of a command and of all below it, as Markdown sections."""
    text = f"\n## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    found = [text]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                found += pages(below, click.Context(below, info_name=name, parent=context, terminal_width=100))
    return found


def reference() -> str:
    """The whole page."""
    context = click.Context(program, info_name="musegen", terminal_width=100, help_option_names=["-h", "--help"])
    return HEAD + "".join(pages(program, context))


if __name__ == "__main__":
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(reference())
    else:
        Path(__file__).with_name("cli.md").write_text(reference(), encoding="utf-8")
