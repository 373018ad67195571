"""`musegen evaluate answers`: what the answers to a listening test say."""

from __future__ import annotations

from pathlib import Path

import click

from musegen.cli.console import tame
from musegen.cli.destinations import form_by_suffix
from musegen.cli.forms import told_options
from musegen.cli.options import INPUT, SEED, STANDARD, keep_inputs, write_output
from musegen.errors import UsageError

SUFFIXES = {"text": ".txt", "json": ".json", "html": ".html"}
_KEY = "key.json"


@click.command(
    epilog="\b\nExample:\n  musegen evaluate answers answers-ann.json answers-ben.json --key test/key.json -o out.html"
)
@click.argument("files", metavar="FILE...", type=INPUT, nargs=-1, required=True)
@click.option("--key", type=INPUT, metavar="FILE", help="Of the test. Default: key.json beside the first file.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Of the bootstraps.")
@told_options(tuple(SUFFIXES))
def command(files: tuple[Path, ...], key: Path | None, seed: int, form: str | None, output: Path | None) -> int:
    """Reckon up the answers that listeners saved from the page of `musegen evaluate listening`.

    For each source: how often it was taken for real, with Clopper and Pearson's interval and a test against one half;
    its mean rating; its strength in pairs after Bradley and Terry; and how far listeners agree. What a listener knew
    already is left out.
    """
    chosen = key or files[0].parent / _KEY
    if key is None and not chosen.exists():
        raise UsageError(f"there is no {chosen}", hint="name the key of the test: --key test/key.json")
    keep_inputs([output], [*files, chosen])
    import numpy as np

    from musegen.evaluation.listening import telling
    from musegen.evaluation.listening.answers import read_answers
    from musegen.evaluation.listening.statistics import results

    found = results(read_answers(files, chosen), np.random.default_rng(seed))
    form = form or form_by_suffix(output, SUFFIXES)
    ways = {"text": telling.results_text, "json": telling.results_json, "html": telling.results_page}
    write_output(output or STANDARD, tame(ways[form](found)))
    return 0
