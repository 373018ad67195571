"""`musegen corpus features`: a table of numbers that describe every piece."""

from __future__ import annotations

import hashlib
from typing import Any

import click

from musegen.cli.corpus.choosing import chosen_pieces, pieces_arguments, words
from musegen.cli.corpus.measured import chosen_features
from musegen.cli.corpus.running import UNREADABLE, run_job, run_options
from musegen.cli.lazy import shared_options
from musegen.cli.options import ENGINE


@click.command(
    epilog="\b\nExamples:\n  musegen corpus features bach-chorales -o features.csv --features pitch,rhythm"
    "\n  musegen corpus features my-scores -o features --resume --jobs 4"
)
@pieces_arguments
@chosen_features
@click.option("--engine", type=ENGINE, default="classical", show_default=True, help="Who names keys and chords.")
@run_options
@shared_options
def command(
    corpora: tuple[str, ...],
    where: tuple[str, ...],
    split: str | None,
    features: str,
    without: str,
    engine: str,
    **settings: Any,
) -> int:
    """Measure every piece: a row of numbers each, in one table.

    A piece that cannot be read, hangs or needs too much memory costs no other piece: it stands in the table of errors
    beside the rows.
    """
    from musegen.features.extractor import JOB

    options = _options(words(features), words(without), engine)
    outcome = run_job(chosen_pieces(corpora, where, split), JOB, options, **settings)
    return UNREADABLE if len(outcome.errors) else 0


def _options(groups: list[str], without: list[str], engine: str) -> dict[str, Any]:
    """What the job is told; `columns` is a digest of the names, so that rows of another feature set are not mixed in.

    Raises:
        UsageError: there is no group, feature or confound of a name.
    """
    from typing import get_args

    from musegen.errors import UsageError, nearest
    from musegen.features.extractor import column_names
    from musegen.features.registry import Confound, chosen

    for word in without:
        if word not in get_args(Confound):
            raise UsageError(f"nothing is known to depend on `{word}`", hint=nearest(word, get_args(Confound)))
    columns = column_names(chosen(groups, without))  # type: ignore[arg-type]  # just seen to be confounds
    digest = hashlib.sha256("\n".join(columns).encode()).hexdigest()[:16]
    return {"groups": groups, "without": without, "engine": engine, "columns": digest}
