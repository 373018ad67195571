"""`musegen corpus list`: which corpora there are."""

from __future__ import annotations

import json
from typing import Any

import click

from musegen.cli.console import complain
from musegen.cli.forms import form_option
from musegen.cli.lazy import shared_options
from musegen.cli.options import STANDARD, write_output


@click.command(epilog="\b\nExample:\n  musegen corpus list")
@form_option(["text", "json"])
@shared_options
def command(form: str) -> int:
    """Which corpora there are, with the number of their pieces and their licences.

    A corpus of no pieces waits for a folder of yours: `musegen corpus add NAME FOLDER`. Exit code 0, or 3 where a
    manifest has a fault.
    """
    from musegen.corpora import corpus, corpus_names
    from musegen.errors import PackError

    found, code = [], 0
    for name in corpus_names():
        try:
            made = corpus(name)
            facts = {"name": name, "title": made.title, "pieces": len(made), "licence": made.licence}
            found.append({**facts, "kind": made.origin.kind})
        except PackError as error:
            complain(str(error))
            code = error.exit_code
    told = json.dumps({"version": 1, "corpora": found}, indent=2, ensure_ascii=False) + "\n"
    write_output(STANDARD, told if form == "json" else _lines(found))
    return code


def _lines(found: list[dict[str, Any]]) -> str:
    """One line a corpus: name, pieces, licence, title."""
    width = max((len(made["name"]) for made in found), default=0)
    terms = max((len(made["licence"]) for made in found), default=0)
    return "".join(
        f"{made['name']:<{width}} {made['pieces']:>6}  {made['licence']:<{terms}}  {made['title']}\n" for made in found
    )
