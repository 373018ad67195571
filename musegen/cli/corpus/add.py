"""`musegen corpus add`: a folder of scores becomes a corpus."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import complain, notice
from musegen.cli.corpus.choosing import SPLITS
from musegen.cli.corpus.limits import jobs_option, run_bar, seconds_option
from musegen.cli.corpus.running import UNREADABLE
from musegen.cli.lazy import shared_options
from musegen.cli.options import STANDARD, TITLE, write_output

if TYPE_CHECKING:
    from musegen.corpora.adding import Added

_TOLD = 20
"""Duplicates and unreadable files that are told one by one; the manifest has all that is unreadable."""


class _Pair(click.ParamType):  # type: ignore[type-arg]  # generic only in newer clicks
    """`composer=Haydn`."""

    name = "key=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Key and value."""
        if not isinstance(value, str):
            return value
        key, mark, said = value.partition("=")
        if not mark or not key.strip() or not said.strip():
            self.fail(f"`{value}` is no label; write it like composer=Haydn", param, ctx)
        return key.strip(), said.strip()


@click.command(
    epilog="\b\nExamples:\n  musegen corpus add my-quartets ~/scores/quartets --licence CC0-1.0 --label genre=quartet"
    "\n  musegen corpus add nottingham ~/nottingham-dataset/ABC_cleaned"
)
@click.argument("name", metavar="NAME")
@click.argument("folder", metavar="FOLDER")
@click.option("--title", type=TITLE, default="", help="What the corpus is. [default: the name of the folder]")
@click.option(
    "--licence", metavar="SPDX", default="", help="Its licence, such as CC0-1.0. [default: LicenseRef-unknown]"
)
@click.option(
    "--group-regex",
    metavar="REGEX",
    default="",
    help="What of a name (its first group, else all that it finds) must not straddle a split, such as 'op\\d+'.",
)
@click.option("--label", "labels", type=_Pair(), multiple=True, help="A label of every piece; may be repeated.")
@click.option(
    "--replace", is_flag=True, help="Make a corpus of yours anew, by its manifest; what was listed keeps its split."
)
@jobs_option
@seconds_option("What reading a piece may take.")
@shared_options
def command(
    name: str,
    folder: str,
    title: str,
    licence: str,
    group_regex: str,
    labels: tuple[tuple[str, str], ...],
    replace: bool,
    jobs: int | None,
    seconds: float,
) -> int:
    """Make a corpus of the scores in FOLDER (.mxl .musicxml .xml .krn .abc .mid .mei), to be called NAME from then on.

    Every file is read, collections in ABC tune by tune. Pieces are split into train, valid and test by group; pieces
    with the same notes, in whatever transposition, are one group and are named; melodies that share half of their turns
    are one group, too. Every file that cannot be read is named. The scores stay where they are; manifest and list go to
    your folder of corpora, or to MUSEGEN_CORPORA. Exit code 0, or 3 where a file could not be read.
    """
    from musegen.corpora.adding import Wishes, added

    with run_bar("Reading") as tell:
        made = added(
            name,
            folder,
            Wishes(title, licence, group_regex, dict(labels)),
            replace_old=replace,
            jobs=jobs or 0,
            seconds=seconds,
            on_progress=tell,
        )
        place = made.save()
    write_output(STANDARD, _told(made))
    notice(f"written to {place}")
    for piece, reason in list(made.frozen.unreadable.items())[:_TOLD]:
        complain(f"{piece}: {reason}")
    if len(made.frozen.unreadable) > _TOLD:
        complain(f"and {len(made.frozen.unreadable) - _TOLD} more, in {place}")
    return UNREADABLE if made.frozen.unreadable else 0


def _told(made: Added) -> str:
    """Counts, and what is one piece."""
    pieces, unreadable = made.frozen.pieces, len(made.frozen.unreadable)
    splits = Counter[str](piece.split for piece in pieces)
    shares = ", ".join(f"{splits[split]} {split}" for split in SPLITS if splits[split])
    groups = len({piece.group for piece in pieces})
    head = f"{made.corpus.name}: {len(pieces)} pieces in {groups} groups ({shares})"
    lines = [head + (f"; {unreadable} cannot be read" if unreadable else "")]
    same = [(names, "the same notes") for names in made.frozen.equal]
    same += [(names, "the same notes at another speed") for names in made.frozen.rescaled]
    lines += [f"{what}: {', '.join(names)}" for names, what in same[:_TOLD]]
    more = [f"and {len(same) - _TOLD} more groups of equal pieces"] if len(same) > _TOLD else []
    return "\n".join(lines + more) + "\n"
