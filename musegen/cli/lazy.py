"""A click group whose commands are imported when they are called, and the options that every command shares."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeVar

import click

from musegen.errors import nearest

QUIET = "musegen.quiet"
DEBUG = "musegen.debug"
_AnyFunction = TypeVar("_AnyFunction", bound=Callable[..., Any])


def _remember(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def callback(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            context.meta[name] = True

    return callback


def _new_options() -> list[click.Option]:
    return [
        click.Option(["-q", "--quiet"], is_flag=True, expose_value=False, callback=_remember(QUIET),
                     help="No progress and no notices."),
        click.Option(["--debug"], is_flag=True, expose_value=False, callback=_remember(DEBUG),
                     help="Show where an internal error arose."),
    ]  # fmt: skip


def shared_options(function: _AnyFunction) -> _AnyFunction:
    """Give a command --quiet and --debug; they may stand before or after a command's name."""
    found: list[click.Parameter] = function.__dict__.setdefault("__click_params__", [])
    found[:0] = _new_options()
    return function


class LazyGroup(click.Group):
    """Commands by name: `commands` maps each to its line in the help, `aliases` other names to these.

    The command `name` is the object `command` of the module `<package>.<name>`.
    """

    def __init__(
        self,
        *args: Any,
        commands: Mapping[str, str],
        aliases: Mapping[str, str] = types.MappingProxyType({}),
        package: str = "musegen.cli",
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self.helps, self.aliases, self.package = dict(commands), dict(aliases), package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        return list(self.helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name or alias, imported now."""
        name = self.aliases.get(cmd_name, cmd_name)
        if name not in self.helps:
            return None
        command: click.Command = import_module(f"{self.package}.{name}").command
        taken = {option for parameter in command.params for option in parameter.opts}
        command.params += [option for option in _new_options() if not taken & set(option.opts)]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the line asks for; a name that is none gets the nearest ones."""
        name = self.aliases.get(args[0], args[0])
        if name not in self.helps and not args[0].startswith("-"):
            raise click.UsageError(unknown("command", args[0], [*self.helps, *self.aliases]), ctx)
        command = self.get_command(ctx, name)
        if command is not None:
            _check_defaults(ctx, name, command)
        return name, command, args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands, from its text alone: nothing is imported."""
        american = {british: name for name, british in self.aliases.items()}
        rows = [(f"{name} ({american[name]})" if name in american else name, line) for name, line in self.helps.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def unknown(kind: str, name: str, known: list[str]) -> str:
    """What to say of a name that is none of those known.

    >>> unknown("command", "harmonice", ["harmonise", "check"])
    'there is no command `harmonice`; nearest: harmonise'
    """
    return f"there is no {kind} `{name}`; {nearest(name, known)}"


def _check_defaults(context: click.Context, name: str, command: click.Command) -> None:
    """A default of the settings file that the command does not know, or cannot take, is a wrong setting."""
    if context.default_map:
        _check_settings(context, name, command, context.default_map.get(name) or {})


def _check_settings(context: click.Context, name: str, command: click.Command, settings: Any) -> None:
    if not isinstance(settings, dict):
        raise click.UsageError(f"settings: `{name}` must be a table of options", context)
    options = {parameter.name: parameter for parameter in command.params if parameter.name}
    inner = command.list_commands(context) if isinstance(command, click.Group) else []
    for setting, value in settings.items():
        if setting in inner:
            if type(command) is click.Group:  # a LazyGroup looks when its command is called
                _check_settings(context, f"{name} {setting}", command.commands[setting], value)
        elif setting not in options:
            known = [*options, *inner]
            raise click.UsageError("settings: " + unknown(f"option of `{name}` named", setting, known), context)
        elif wanted := _wanted(options[setting], value):
            raise click.UsageError(f"settings: `{setting}` of `{name}` must be {wanted}", context)


def _wanted(option: click.Parameter, value: Any) -> str:
    """What an option takes, where this value of a settings file is nothing of the kind; else an empty text."""
    if getattr(option, "is_flag", False):
        return "" if isinstance(value, bool) else "true or false"
    if option.multiple or option.nargs != 1:
        return "" if isinstance(value, list) and all(map(_is_word, value)) else "a list of texts"
    if isinstance(option.type, click.types.IntParamType):
        return "" if isinstance(value, int) and not isinstance(value, bool) else "a whole number"
    if isinstance(option.type, click.types.FloatParamType):
        return "" if isinstance(value, int | float) and not isinstance(value, bool) else "a number"
    return "" if _is_word(value) else "a text"


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value
