"""`musegen corpus identify`: whose a piece may be, among the labels of a corpus."""

from __future__ import annotations

from pathlib import Path

import click

from musegen.cli.corpus.choosing import words
from musegen.cli.corpus.measured import FORMATS, SUFFIXES, features_options, measured_table, write_told
from musegen.cli.destinations import form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.forms import told_options
from musegen.cli.lazy import shared_options
from musegen.cli.options import SCORE, SEED, keep_inputs


@click.command(
    epilog="\b\nExamples:\n  musegen corpus identify quartet.mxl --among string-quartets --by composer"
    "\n  musegen corpus identify bach/bwv66.6 --among features.parquet --by repertory --format json"
)
@click.argument("pieces", metavar="PIECE...", nargs=-1, required=True, type=SCORE)
@click.option("--among", metavar="CORPUS", multiple=True, required=True, help="A corpus, folder or table of features.")
@click.option("--where", metavar="CONDITION", multiple=True, help="Only pieces of CORPUS of which this holds.")
@click.option("--by", metavar="LABEL", required=True, help="What is to be told: composer, region, genre, repertory.")
@features_options
@click.option("--with-confounds", is_flag=True, help="Learn from meter, note values, parts and format too.")
@click.option(
    "--top", type=click.IntRange(0, 100), default=5, show_default=True, help="So many reasons and neighbours."
)
@click.option("--seed", type=SEED, default=1, show_default=True, help="Of the folds.")
@told_options(FORMATS)
@shared_options
def command(
    pieces: tuple[str, ...], among: tuple[str, ...], where: tuple[str, ...], by: str, features: str, without: str,
    with_confounds: bool, jobs: int | None, seconds: float, top: int, seed: int, form: str | None, output: Path | None,
) -> int:  # fmt: skip
    """Tell whose a piece may be: probabilities, what speaks for them, the nearest pieces.

    Probabilities are calibrated on pieces of the corpus whose works were left out, and hold if the piece is one of
    these at all; a piece that stands too far from all of them is said to. A piece of the corpus itself is told
    without its group.
    """
    form = form or form_by_suffix(output, SUFFIXES)
    keep_inputs([output], [*pieces, *among])
    from musegen.features.style.identifying import identifier, identify
    from musegen.features.style.measurements import CONFOUNDS
    from musegen.features.style.telling_pieces import identification_data, identification_text

    failures = Failures(several=True)
    corpus = measured_table(among, where, None, failures, jobs=jobs, seconds=seconds, features=words(features))
    asked = measured_table(pieces, (), None, failures, jobs=jobs, seconds=seconds, features=words(features))
    left_out = words(without) or ([] if with_confounds else list(CONFOUNDS))
    known = identifier(
        corpus, by, features=words(features), without=left_out, but=asked, seed=seed  # type: ignore[arg-type]
    )  # fmt: skip
    found = identify(known, asked, top=top)
    write_told(form, output, lambda: identification_text(known, found), lambda: identification_data(known, found))
    return failures.exit_code
