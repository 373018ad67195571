"""The arguments of every command that works with many pieces: corpora, folders, files, --where and --split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from musegen.corpora import Piece

_AnyFunction = TypeVar("_AnyFunction", bound=Callable[..., Any])
SPLITS = ("train", "valid", "test", "none")
"""As in `corpora.pieces`, which `--help` need not load."""


def pieces_called(metavar: str) -> Callable[[_AnyFunction], _AnyFunction]:
    """Give a command the arguments `corpora`, called so in its help, `where` and `split`, for `chosen_pieces`."""
    corpora = click.argument("corpora", metavar=metavar, nargs=-1, required=True)
    where = click.option(
        "--where",
        metavar="CONDITION",
        multiple=True,
        help="Only pieces of which this holds: composer=Haydn, date<1600, genre~mass; may be repeated.",
    )
    split = click.option("--split", type=click.Choice(SPLITS), default=None, help="Only pieces of this split.")
    return lambda function: corpora(where(split(function)))


def pieces_arguments(function: _AnyFunction) -> _AnyFunction:
    """The same for a command that takes any corpora, folders and files."""
    return pieces_called("CORPUS|FOLDER|FILE...")(function)


def words(text: str) -> list[str]:
    """The words between commas.

    >>> words("melody, rhythm,")
    ['melody', 'rhythm']
    """
    return [word.strip() for word in text.split(",") if word.strip()]


def chosen_pieces(corpora: Sequence[str], where: Sequence[str] = (), split: str | None = None) -> tuple[Piece, ...]:
    """The pieces that were asked for.

    Raises:
        UsageError, UnreadableFile, PackError: as `musegen.corpora.pieces_of` does.
    """
    from musegen.corpora import pieces_of

    return pieces_of(corpora, where, split or "")
