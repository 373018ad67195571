"""`musegen corpus originality`: whether a piece copies a corpus, and how much unrelated pieces share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from musegen.cli.console import notice, progress
from musegen.cli.corpus.choosing import chosen_pieces, pieces_called
from musegen.cli.corpus.melodies import FORMATS, SUFFIXES, index_options, index_to_search
from musegen.cli.destinations import distinct, form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.forms import told_options
from musegen.cli.options import STANDARD, keep_inputs, read_score, shown_name, write_output
from musegen.cli.reading import read_and_tell
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.features.similarity.index import SimilarityIndex
    from musegen.features.similarity.originality import OriginalityReport
    from musegen.score.model import Score


@click.command(
    epilog="\b\nExamples:\n  musegen corpus originality my-tune.musicxml essen\n"
    "  musegen corpus originality student1.mxl student2.mxl bach-chorales -o copied.html"
)
@pieces_called("PIECE... CORPUS|FOLDER")
@click.option("--count", type=click.IntRange(1, 1000), default=10, show_default=True, help="Passages a piece.")
@index_options
@told_options(FORMATS)
def command(
    corpora: tuple[str, ...], where: tuple[str, ...], split: str | None, count: int, index: Path | None,
    form: str | None, output: Path | None, jobs: int | None, seconds: float,
) -> int:  # fmt: skip
    """Tell what each PIECE shares with the CORPUS named last, transposed or not, ornamented or not.

    Beside each passage stands its base rate: the share of unrelated pieces of the corpus that have as strong a passage
    in common with a piece of another group, and the share of tunes drawn by chance from the corpus's n-grams. A passage
    is beyond chance where fewer than 1 % of these chance tunes reach as much. That alone is no copy: what half of the
    unrelated pieces share, too, is common property of the style. A piece of the corpus itself is compared with the
    other groups.
    """
    form = form or form_by_suffix(output, SUFFIXES)
    if len(corpora) < 2:
        raise UsageError("a piece and a corpus are needed", hint="write it like: originality tune.abc essen")
    names = distinct(corpora[:-1])
    keep_inputs([output], [*corpora, index])
    from musegen.features.similarity.originality import originality
    from musegen.features.similarity.search import other_pieces

    failures = Failures(several=len(names) > 1)
    made = index_to_search(
        lambda: chosen_pieces(corpora[-1:], where, split), index, failures, rates=True, jobs=jobs or 0, seconds=seconds
    )
    told: list[tuple[str, Score, OriginalityReport]] = []
    for name in progress(names, "Comparing"):
        with failures.caught(name):
            score = read_and_tell(name)
            told.append((shown_name(name), score, originality(score, made, without=name, count=count)))
            if other_pieces(made, name) is not None:
                notice(f"{name} is in this corpus itself: its group is left out")
    write_output(output or STANDARD, _rendered(form, made, told))
    return failures.exit_code


def _rendered(form: str, index: SimilarityIndex, told: list[tuple[str, Score, OriginalityReport]]) -> str:
    from musegen.features.similarity import telling

    if form == "json":
        return telling.as_json([telling.originality_data(name, index, report) for name, _, report in told])
    if form == "text":
        return "".join(telling.originality_text(name, report) for name, _, report in told)
    from musegen.features.similarity.originality_page import originality_page

    return originality_page(progress(told, "Engraving"), read_score)
