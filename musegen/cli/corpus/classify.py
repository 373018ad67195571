"""`musegen corpus classify`: what tells composers, regions or genres apart, and how well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from musegen.cli.console import progress
from musegen.cli.corpus.choosing import pieces_called, words
from musegen.cli.corpus.measured import FORMATS, SUFFIXES, features_options, measured_table, write_told
from musegen.cli.destinations import form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.forms import told_options
from musegen.cli.lazy import shared_options
from musegen.cli.options import SEED, keep_inputs


@click.command(
    epilog="\b\nExamples:\n  musegen corpus classify string-quartets --by composer"
    "\n  musegen corpus classify features.parquet --by region --features melody,rhythm -o regions.json"
)
@pieces_called("CORPUS|FOLDER|FILE|TABLE...")
@click.option("--by", metavar="LABEL", required=True, help="What is to be told: composer, region, genre, repertory.")
@features_options
@click.option(
    "--folds",
    type=click.IntRange(2, 50),
    default=5,
    show_default=True,
    help="Parts of the corpus; up to 20 groups are left out one by one instead.",
)
@click.option("--repeats", type=click.IntRange(1, 100), default=1, show_default=True, help="So many ways to make them.")
@click.option(
    "--permutations",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="Of the labels among the groups: what chance reaches.",
)
@click.option("--top", type=click.IntRange(0, 100), default=5, show_default=True, help="So many features a label.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Of folds, permutations and bootstraps.")
@told_options(FORMATS)
@shared_options
def command(
    corpora: tuple[str, ...], where: tuple[str, ...], split: str | None, by: str, features: str, without: str,
    jobs: int | None, seconds: float, form: str | None, output: Path | None, **settings: Any,
) -> int:  # fmt: skip
    """Tell a label of pieces by their features, and say what tells the labels apart.

    CORPUS may be a table that `musegen corpus features` wrote. Cross-validation is grouped: works, or families of
    tunes, are never on both sides. Beside every figure stand the same without features that may tell the edition, the
    commonest label, and what labels dealt out anew reach. The features of a corpus are measured once and kept.
    """
    form = form or form_by_suffix(output, SUFFIXES)
    keep_inputs([output], corpora)
    from musegen.features.style.classifying import classify
    from musegen.features.style.telling import classification_data, classification_text

    failures = Failures(several=True)
    table = measured_table(corpora, where, split, failures, jobs=jobs, seconds=seconds, features=words(features))
    found = classify(
        table, by, features=words(features), without=words(without),  # type: ignore[arg-type]  # looked at there
        progress=lambda items: progress(items, "Classifying"), **settings,
    )  # fmt: skip
    write_told(form, output, lambda: classification_text(found), lambda: classification_data(found))
    return failures.exit_code
