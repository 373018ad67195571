"""`musegen corpus list`: which corpora there are."""

from __future__ import annotations

import json

import click

from musegen.cli.lazy import shared_options
from musegen.cli.options import STANDARD, write_output


@click.command(epilog="\b\nExample:\n  musegen corpus list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@shared_options
def command(form: str) -> None:
    """Which corpora there are, with the number of their pieces and their licences.

    A corpus of no pieces waits for a folder of yours: `musegen corpus add NAME FOLDER`.
    """
    from musegen.corpora import corpus, corpus_names

    found = [corpus(name) for name in corpus_names()]
    if form == "json":
        entries = [
            {
                "name": made.name,
                "title": made.title,
                "pieces": len(made),
                "licence": made.licence,
                "kind": made.origin.kind,
            }
            for made in found
        ]
        write_output(STANDARD, json.dumps({"version": 1, "corpora": entries}, indent=2, ensure_ascii=False) + "\n")
        return
    width = max(map(len, (made.name for made in found)), default=0)
    terms = max(map(len, (made.licence for made in found)), default=0)
    lines = [f"{made.name:<{width}} {len(made):>6}  {made.licence:<{terms}}  {made.title}" for made in found]
    write_output(STANDARD, "\n".join(lines) + "\n")
