"""`musegen corpus list`: which corpora there are."""

from __future__ import annotations

import click

from musegen.cli.lazy import shared_options


@click.command(epilog="\b\nExample:\n  musegen corpus list")
@shared_options
def command() -> None:
    """Which corpora there are, with the number of their pieces."""
    from musegen.corpora import corpus, corpus_names

    for name in corpus_names():
        found = corpus(name)
        click.echo(f"{name:<24} {len(found):>6}  {found.title}")
