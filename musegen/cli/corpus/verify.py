"""`musegen corpus verify`: whether the files of a corpus are those that its list was made from."""

from __future__ import annotations

import json

import click

from musegen.cli.console import notice
from musegen.cli.corpus.limits import jobs_option, run_bar
from musegen.cli.corpus.running import UNREADABLE
from musegen.cli.forms import form_option
from musegen.cli.lazy import shared_options
from musegen.cli.options import STANDARD, write_output

CHANGED = 1


@click.command(epilog="\b\nExample:\n  musegen corpus verify bach-chorales")
@click.argument("name", metavar="CORPUS")
@click.option("--deep", is_flag=True, help="Read every piece, too.")
@jobs_option
@form_option(["text", "json"])
@shared_options
def command(name: str, deep: bool, jobs: int | None, form: str) -> int:
    """Say which pieces of a corpus are missing, other files than those listed, or (--deep) unreadable.

    Exit code 0 where all is as listed, 1 where files changed, 3 where some are missing or cannot be read. Files of a
    folder of yours that came later are named and count as no fault.
    """
    from musegen.corpora import corpus
    from musegen.corpora.verifying import problems_of

    made = corpus(name)
    with run_bar("Reading") as tell:
        problems = problems_of(made, deep=deep, jobs=jobs or 0, on_progress=tell)
    if form == "json":
        entries = [problem._asdict() for problem in problems]
        told = {"version": 1, "name": made.name, "pieces": len(made.pieces), "problems": entries}
        write_output(STANDARD, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    else:
        write_output(STANDARD, "".join(f"{kind}: {piece}: {reason}\n" for piece, kind, reason in problems))
        wrong = sum(problem.kind != "unlisted" for problem in problems)
        write_output(STANDARD, f"{made.name}: {len(made.pieces)} pieces, {wrong or 'no'} problem{'s' * (wrong != 1)}\n")
    kinds = {problem.kind for problem in problems}
    if "changed" in kinds and made.origin.version:
        notice(f"the list was made with music21 {made.origin.version}")
    return UNREADABLE if kinds & {"missing", "unreadable"} else CHANGED if "changed" in kinds else 0
