"""`musegen corpus`: the table of what can be done with many scores; each command is a module of this folder."""

from __future__ import annotations

import click

from musegen.cli.lazy import LazyGroup, shared_options

COMMANDS = {
    "list": "Which corpora there are.",
    "show": "What is known of a corpus: licence, splits, labels, faults, pieces.",
    "add": "Make a corpus of a folder of scores.",
    "verify": "Whether the files of a corpus are those that were listed.",
    "features": "Measure every piece: a row of numbers each.",
    "classify": "What tells composers, regions or genres apart, and how well.",
    "identify": "Whose a piece may be, among the labels of a corpus.",
    "mood": "How pleasant and active a score would be called, as a rule of thumb.",
    "compare": "What sets two corpora apart, number by number.",
    "similar": "Pieces that are like a melody or a score, passage by passage.",
    "originality": "Whether a piece copies a corpus, with what unrelated pieces share.",
    "find": "Passages by their chords, melody, rhythm or counterpoint: a concordance.",
    "report": "What is characteristic of a corpus: one page to read, print and cite.",
}
"""Every command and its line in the help; the command itself is `musegen.cli.corpus.<name>:command`."""


@click.group(
    cls=LazyGroup,
    commands=COMMANDS,
    package="musegen.cli.corpus",
    epilog="\b\nExample:\n  musegen corpus list",
)
@shared_options
def command() -> None:
    """Work with many scores at once: a corpus by its name, or a folder of your own."""
