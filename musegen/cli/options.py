"""Option types that the commands share: each turns a word into a value of music, or says what would be right."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.errors import EngravingError, UsageError

if TYPE_CHECKING:
    from musegen.score.meter import TimeSignature
    from musegen.theory.keys import Key

STANDARD = "-"
"""The name of standard input and output wherever a file may be named."""


class _Parsed(click.ParamType):  # type: ignore[type-arg]  # generic only in newer clicks
    """A word read by a `parse` function whose `UsageError` says what would be right."""

    def parse(self, text: str) -> object:
        raise NotImplementedError

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The parsed value; a value that is no text any more passes unchanged."""
        if not isinstance(value, str):
            return value
        try:
            return self.parse(value)
        except UsageError as error:
            self.fail(error.full_message, param, ctx)


class KeyType(_Parsed):
    """`G major`, `f#`, `Bb`."""

    name = "key"

    def parse(self, text: str) -> Key:
        """The key of that name."""
        from musegen.theory.keys import Key

        return Key.parse(text)


class MeterType(_Parsed):
    """`4/4`, `6/8`."""

    name = "meter"

    def parse(self, text: str) -> TimeSignature:
        """The time signature."""
        from musegen.score.meter import TimeSignature

        return TimeSignature.parse(text)


KEY = KeyType()
METER = MeterType()
LEVEL = click.IntRange(1, 8)
SEED = click.IntRange(0, 2**63 - 1)
PAPER = click.Choice(["a4", "letter"], case_sensitive=False)
SCORE = click.Path(path_type=str)
"""A score to read: a file, `-`, or a name of music21's corpus. A missing one is exit code 3, so click does not look."""
OUTPUT = click.Path(path_type=Path)


def one_of_suffixes(*suffixes: str) -> Callable[[click.Context, click.Parameter, Path], Path]:
    """A callback for an OUTPUT option whose file must end in one of these: `one_of_suffixes(".svg", ".png")`."""

    def callback(_context: click.Context, _parameter: click.Parameter, path: Path) -> Path:
        if path is not None and str(path) != STANDARD and path.suffix.lower() not in suffixes:
            raise click.BadParameter(f"`{path}` must end in {', '.join(suffixes)}")
        return path

    return callback


def write_output(path: Path | str, content: bytes | str) -> None:
    """Write a result to a file, whole or not at all; `-` is standard output.

    Raises:
        EngravingError: the place cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    if str(path) == STANDARD:
        click.echo(data, nl=False)
        return
    try:
        _replace(Path(path), data)
    except OSError as error:
        raise EngravingError(f"{path} cannot be written: {error.strerror or error}") from None


def _replace(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():  # a pipe or a device takes bytes, but cannot be replaced
        path.write_bytes(data)
        return
    target = Path(os.path.realpath(path))
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        half.write_bytes(data)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
