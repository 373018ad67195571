"""`musegen corpus compare`: what sets two corpora apart, number by number."""

from __future__ import annotations

from pathlib import Path

import click

from musegen.cli.corpus.choosing import words
from musegen.cli.corpus.measured import FORMATS, SUFFIXES, features_options, measured_table, write_told
from musegen.cli.destinations import form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.forms import told_options
from musegen.cli.lazy import shared_options
from musegen.cli.options import SEED, keep_inputs


@click.command(
    epilog="\b\nExamples:\n  musegen corpus compare oneills-1850 ryans-mammoth"
    "\n  musegen corpus compare essen essen --first region=China --second region!=China -o china.json"
)
@click.argument("corpora", metavar="FIRST SECOND", nargs=2)
@click.option("--first", metavar="CONDITION", multiple=True, help="Only such pieces of the first: composer=Haydn.")
@click.option("--second", metavar="CONDITION", multiple=True, help="Only such pieces of the second.")
@features_options
@click.option("--top", type=click.IntRange(1, 2000), default=20, show_default=True, help="So many features.")
@click.option("--seed", type=SEED, default=1, show_default=True, help="Of bootstraps and halves.")
@told_options(FORMATS)
@shared_options
def command(
    corpora: tuple[str, str], first: tuple[str, ...], second: tuple[str, ...], features: str, without: str,
    jobs: int | None, seconds: float, top: int, seed: int, form: str | None, output: Path | None,
) -> int:  # fmt: skip
    """Compare two corpora, folders, files or tables of features: the largest differences first.

    For each: medians, Cliff's delta with bootstraps over groups, the false discovery rate, and how far the distances
    within the first corpus overlap with those to the second, beside what halves of the first reach. --without
    meter,note_values,parts,format leaves out what may tell the edition.
    """
    form = form or form_by_suffix(output, SUFFIXES)
    keep_inputs([output], corpora)
    from musegen.features.style.fingerprints import compare
    from musegen.features.style.telling_differences import comparison_data, comparison_text

    failures = Failures(several=True)
    tables = [
        measured_table([name], where, None, failures, jobs=jobs, seconds=seconds, features=words(features))
        for name, where in zip(corpora, (first, second), strict=True)
    ]
    found = compare(
        *tables, names=_names(corpora, first, second), features=words(features),
        without=words(without), top=top, seed=seed,  # type: ignore[arg-type]  # looked at there
    )  # fmt: skip
    write_told(form, output, lambda: comparison_text(found), lambda: comparison_data(found))
    return failures.exit_code


def _names(corpora: tuple[str, str], first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, str]:
    """What the two are called: by their conditions, where they are of one corpus."""
    told = [", ".join(where) if where and corpora[0] == corpora[1] else name
            for name, where in zip(corpora, (first, second), strict=True)]  # fmt: skip
    return told[0], told[1]
