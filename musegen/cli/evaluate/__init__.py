"""`musegen evaluate`: how good a generator is; a name or a folder is judged, or a listening test made."""

from __future__ import annotations

import click

from musegen.cli.lazy import LazyGroup, shared_options

COMMANDS = {
    "generator": "Judge a generator that ships, or a folder of scores; the word may be left out.",
    "listening": "Make a blind listening test.",
    "answers": "What listeners answered, in figures.",
}
"""Every command and its line in the help; the command itself is `musegen.cli.evaluate.<name>:command`."""
_BEFORE = ("-q", "--quiet", "--debug")


class _Judging(LazyGroup):
    """Words that are no command are what is to be judged."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The command `generator` before what is no command."""
        flags = next((number for number, word in enumerate(args) if word not in _BEFORE), len(args))
        word = args[flags] if flags < len(args) else "--help"
        if word not in (*self.helps, "-h", "--help"):
            args = [*args[:flags], "generator", *args[flags:]]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Judging,
    commands=COMMANDS,
    package="musegen.cli.evaluate",
    epilog="\b\nExamples:\n  musegen evaluate harmoniser -o harmoniser.html"
    "\n  musegen evaluate my-tunes/ --against oneills-1850 -o my-tunes.html"
    "\n  musegen evaluate listening my-tunes/ --against oneills-1850 -o test/"
    "\n  musegen evaluate answers test/answers-*.json",
)
@shared_options
def command() -> None:
    """Say how good a generator is: `musegen evaluate NAME|FOLDER...`, or one of the commands below.

    A folder that is called like a command is written ./FOLDER.
    """
