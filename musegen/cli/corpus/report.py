"""`musegen corpus report`: what is characteristic of a corpus, as one page of HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import notice, progress, tame
from musegen.cli.corpus.choosing import chosen_pieces, pieces_called
from musegen.cli.corpus.limits import jobs_option, run_bar, seconds_option
from musegen.cli.corpus.running import UNREADABLE
from musegen.cli.lazy import shared_options
from musegen.cli.options import ENGINE, OUTPUT, SEED, STANDARD, TITLE, keep_inputs, make_folder, write_output
from musegen.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from musegen.corpora import Piece
    from musegen.corpora.tables import Table
    from musegen.features.report.data import Data
    from musegen.features.report.gathering import Asked, Gathered


@click.command(
    epilog="\b\nExamples:\n  musegen corpus report string-quartets -o quartets.html --by composer"
    "\n  musegen corpus report my-motets/ -o motets.html --against palestrina"
    "\n  musegen corpus report features.parquet -o report.html"
)
@pieces_called("CORPUS|FOLDER|FILE|TABLE...")
@click.option("-o", "--output", type=OUTPUT, required=True, help="The page. - is standard output.")
@click.option("--by", default="", metavar="LABEL", help="Tell pieces apart by composer, genre, region, ... "
              "[default: the first usual label whose commonest values have half of the pieces]")  # fmt: skip
@click.option("--against", metavar="CORPUS|FOLDER|FILE", help="Tell the pieces apart from those of another corpus.")
@click.option("--unfold-repeats", is_flag=True, help="Take scores as they are played: repeats and endings written out.")
@click.option("--engine", type=ENGINE, default="classical", show_default=True, help="Who names keys and chords.")
@click.option("--title", type=TITLE, default="", help="Of the page. [default: the title of the corpus]")
@click.option("--figures", type=OUTPUT, metavar="FOLDER", help="Write every plot there, too: SVG for a paper.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of the bootstraps.")
@jobs_option
@seconds_option("What a piece may take.")
@shared_options
def command(
    corpora: tuple[str, ...], where: tuple[str, ...], split: str | None, output: Path, by: str, against: str | None,
    unfold_repeats: bool, engine: Any, title: str, figures: Path | None, seed: int, jobs: int | None, seconds: float,
) -> int:  # fmt: skip
    """Write a page that tells what is characteristic of corpora, folders or files, or of a table of features.

    Counts, distributions, chords, the features that set a label's pieces apart, a map, change over time, typical and
    unusual pieces, what editors and formats may have to do with it, and how it was all found. Statistics are by piece,
    bootstraps by work. What was measured once is kept. A piece that cannot be read is named; the exit code is then 3.
    """
    if by and against:
        raise UsageError("--by and --against do not go together", hint="--against tells pieces apart by their corpus")
    keep_inputs([output], [*corpora, against])
    if str(output) != STANDARD:
        if output.suffix.lower() not in (".html", ".htm"):
            raise UsageError("the page is HTML", hint="name it like report.html")
        from musegen.score.whole_files import check_writable

        check_writable(output)  # before the long work
    from musegen.features.report.data import data_of
    from musegen.features.report.gathering import Asked
    from musegen.features.report.page import report_page

    asked = Asked(engine, unfold_repeats)
    settings = {"jobs": jobs or 0, "seconds": seconds}
    found = _gathered(corpora, where, split, by, asked, settings)
    others = [against] if against else []
    other = _gathered(others, (), None, "", asked, settings) if others else None
    every = [*corpora, *others]
    conditions = [word for one in where for word in ("--where", one)] + (["--split", split] if split else [])
    made = data_of(
        title or " against ".join(filter(None, (_title(corpora), _title(others)))), found, by=by, against=other,
        sides=(_side(corpora), _side(others)), asked=asked, names=every, conditions=conditions, corpora=_known(every),
        seed=seed,
    )  # fmt: skip
    page = report_page(made, lambda rows: progress(rows, "Engraving"))
    if figures:
        _write_figures(figures, page)
    write_output(output, tame(page))
    notice(_told(made, output))
    return UNREADABLE if made.found.failures else 0


def _gathered(
    names: Sequence[str], where: Sequence[str], split: str | None, by: str, asked: Asked, settings: dict[str, Any]
) -> Gathered:
    """The rows of what is named: a table of features, or pieces."""
    from musegen.features.report.data import check_label
    from musegen.features.report.gathering import gathered

    table, pieces = _pieces(names, where, split, unfold=asked.unfold)
    check_label(pieces, by)
    with run_bar("Pieces") as tell:
        found = gathered(pieces, asked, known=table, **settings, on_progress=tell)
    if not found.pieces:
        raise UnreadableFile("no piece could be read", hint=found.failures[0].message if found.failures else "")
    return found


def _pieces(
    names: Sequence[str], where: Sequence[str], split: str | None, *, unfold: bool
) -> tuple[Table | None, Sequence[Piece]]:
    from musegen.corpora.tables import is_table
    from musegen.features.report.gathering import table_with_pieces

    tables = [name for name in names if is_table(name)]
    if not tables:
        return None, chosen_pieces(names, where, split)
    if len(names) > 1:
        raise UsageError("a table of features stands alone", hint="make one table of all: musegen corpus features")
    if unfold:
        raise UsageError("a table of features tells scores as they are written", hint="name the corpus instead")
    if split:
        raise UsageError("--split needs a corpus", hint="name the corpus instead")
    from musegen.corpora.conditions import meeting

    table, pieces = table_with_pieces(tables[0])
    return table, tuple(meeting(pieces, where))


def _write_figures(folder: Path, page: str) -> None:
    from musegen.features.report.figures import figures

    make_folder(folder)
    for name, drawn in figures(page).items():
        write_output(folder / name, drawn)


def _known(names: Sequence[str]) -> list[Any]:
    from musegen.corpora import corpus, corpus_names

    return [corpus(name) for name in dict.fromkeys(names) if name in corpus_names()]


def _title(names: Sequence[str]) -> str:
    """What the page is called: the title of the corpus, or the names of the folders."""
    known = {made.name: made.title for made in _known(names)}
    return "; ".join(known.get(name, Path(name).name or name) for name in names)


def _side(names: Sequence[str]) -> str:
    """What one side of a comparison is called: shortly."""
    return ", ".join(Path(name).name or name for name in names)


def _told(data: Data, output: Path) -> str:
    failures = len(data.found.failures)
    place = "standard output" if str(output) == STANDARD else output
    return f"{place}: {len(data.pieces)} pieces" + (f"; {failures} could not be read" if failures else "")
