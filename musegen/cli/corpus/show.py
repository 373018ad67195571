"""`musegen corpus show`: what is known of a corpus: licence, source, splits, labels, faults, and its pieces."""

from __future__ import annotations

import click

from musegen.cli.corpus.choosing import SPLITS
from musegen.cli.forms import form_option
from musegen.cli.lazy import shared_options
from musegen.cli.options import STANDARD, write_output


@click.command(
    epilog="\b\nExamples:\n  musegen corpus show string-quartets"
    "\n  musegen corpus show essen --pieces --where region=Ireland"
)
@click.argument("name", metavar="CORPUS")
@click.option("--pieces", is_flag=True, help="List the pieces: name, split, group, labels.")
@click.option("--where", metavar="CONDITION", multiple=True, help="Only pieces of which this holds, as in features.")
@click.option("--split", type=click.Choice(SPLITS), help="Only pieces of this split.")
@form_option(["text", "json"])
@shared_options
def command(name: str, pieces: bool, where: tuple[str, ...], split: str | None, form: str) -> None:
    """Tell what is known of a corpus: licence, source, how it is chosen and split, labels, faults.

    With --where and --split, the pieces that are counted or listed are those of which this holds.
    """
    from musegen.corpora import corpus, pieces_of
    from musegen.corpora.telling import as_json, as_text, piece_lines

    made = corpus(name)
    chosen = pieces_of([name], where, split or "") if where or split else made.pieces
    if form == "json":
        write_output(STANDARD, as_json(made, chosen, with_pieces=pieces))
    elif pieces:
        write_output(STANDARD, piece_lines(chosen))
    else:
        write_output(STANDARD, as_text(made, chosen))
