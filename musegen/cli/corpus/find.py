"""`musegen corpus find`: where chords, melodies, rhythms or counterpoint stand in a corpus, and how often."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import progress
from musegen.cli.corpus.choosing import chosen_pieces, pieces_called
from musegen.cli.corpus.limits import jobs_option, run_bar, seconds_option
from musegen.cli.destinations import form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.options import ENGINE, OUTPUT, SEED, STANDARD, keep_inputs, write_output
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.corpora import Piece
    from musegen.features.search.concordance import Concordance
    from musegen.features.search.queries import Query
    from musegen.features.search.reports import Counted
    from musegen.theory.analyse import Engine
    from musegen.theory.modal.reading import Asked

SUFFIXES = {"text": ".txt", "json": ".json", "csv": ".csv", "html": ".html"}
PLACES = ("cadence", "phrase-end", "phrase-start", "strong-beat", "downbeat")
CADENCES = ("PAC", "IAC", "HC", "DC", "PC", "EC")
PATTERNS = ("melody", "rhythm", "module", "motion")
"""As in `features.search.queries`, which `--help` need not load."""


@click.command(
    epilog="\b\nExamples:\n  musegen corpus find 'V65/V V' bach-chorales --at cadence\n"
    "  musegen corpus find '(ii6|IV) V7? I' bach-chorales --cadence PAC --mode major\n"
    "  musegen corpus find --melody '5 4 3 2 1' bach-chorales --voice soprano\n"
    "  musegen corpus find --module '7_1 6_-2 8' my-motets/ --by composer -o hits.html"
)
@pieces_called("[PATTERN] CORPUS|FOLDER|FILE...")
@click.option(
    "--melody", default="", metavar="PATTERN", help="Intervals ('+2 -3', 'm2 -P4'), degrees ('5 6 7 1'), notes."
)
@click.option("--rhythm", default="", metavar="PATTERN", help="Note values ('q. e q') or ratios ('3:1:2').")
@click.option("--module", default="", metavar="PATTERN", help="Two voices: '7_1 6_-2 8', or '7 6 8 / 1 -2'.")
@click.option("--motion", default="", metavar="PATTERN", help="An edge of the voice-leading graph: 'parallel P5 P5'.")
@click.option(
    "--voice", default="any", show_default=True, help="soprano, alto, tenor, bass, outer, 1, 2, ...; 1-3 a pair."
)
@click.option(
    "--at", multiple=True, type=click.Choice(PLACES), help="Where the passage ends, or begins; may be repeated."
)
@click.option("--cadence", "cadences", multiple=True, type=click.Choice(CADENCES), help="It ends with such a cadence.")
@click.option("--mode", type=click.Choice(["major", "minor"]), help="Only in keys of this mode.")
@click.option(
    "--every",
    default="beat",
    type=click.Choice(["beat", "onset"]),
    show_default=True,
    help="When the intervals of modules are heard.",
)
@click.option("--in-phrase", is_flag=True, help="No passage goes from one phrase to the next.")
@click.option("--by", default="", metavar="LABEL", help="Counts by composer, date, genre, ... besides.")
@click.option("--engine", type=ENGINE, default="neural", show_default=True, help="Who reads the chords.")
@click.option(
    "--reading",
    type=click.Choice(["auto", "tonal"]),
    default="auto",
    show_default=True,
    help="tonal reads music before 1650 in keys too; else it has none to search.",
)
@click.option(
    "--format", "form", type=click.Choice([*SUFFIXES]), help="[default: what the suffix of -o says, else text]"
)
@click.option(
    "--most", type=click.IntRange(min=0), default=50, show_default=True, help="Passages that text shows; 0: all."
)
@click.option(
    "--engrave", type=click.IntRange(0, 500), default=20, show_default=True, help="Passages that html engraves."
)
@jobs_option
@seconds_option("What reading a piece may take.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Of the bootstraps.")
@click.option("-o", "--output", type=OUTPUT, help="A file. Default: standard output.")
def command(
    corpora: tuple[str, ...], where: tuple[str, ...], split: str | None, form: str | None, output: Path | None,
    by: str, engine: Engine, reading: Asked, most: int, engrave: int, jobs: int | None, seconds: float, seed: int,
    **asked: Any,
) -> int:  # fmt: skip
    """Find PATTERN, chords such as 'V65/V V', in corpora, folders or files; docs/searching.md tells how to write it.

    PATTERN may be left out where --melody, --rhythm, --module or --motion says what to look for. Analyses are kept:
    the second question to a corpus takes a moment. A piece that fails does not stop the rest; the exit code is then 3.
    """
    form = form or form_by_suffix(output, SUFFIXES)
    query, names = _question(corpora, asked)
    pieces = chosen_pieces(names, where, split)
    keep_inputs([output], names)
    _check_label(pieces, by)
    failures = Failures(several=True)
    found = _searched(pieces, query, engine, reading, jobs or 0, seconds, failures)
    from musegen.features.search.reports import counted, left_out

    if found.left_out and not found.searched and not failures.exit_code:  # what was asked fits no piece
        raise UsageError(left_out(found))
    write_output(output or STANDARD, _rendered(form, counted(found, by, seed), most, engrave))
    return failures.exit_code


def _question(names: Sequence[str], asked: dict[str, Any]) -> tuple[Query, Sequence[str]]:
    """The query, and the names that are left for corpora: the first one is a pattern of chords where it can be."""
    from musegen.features.search.queries import make_query

    asked["mode"] = asked["mode"] or ""
    if any(asked[name] for name in PATTERNS) and not (len(names) > 1 and _is_pattern(names[0])):
        return make_query(**asked), names
    if len(names) < 2:
        raise UsageError("a pattern and a corpus are needed", hint="write it like: find 'V65/V V' bach-chorales")
    return make_query(names[0], **asked), names[1:]


def _check_label(pieces: Sequence[Piece], by: str) -> None:
    """Nothing; a label that no piece has is told before minutes of reading."""
    from musegen.features.search.concordance import check_label

    if by:
        check_label(pieces, by)


def _searched(
    pieces: Sequence[Piece], query: Query, engine: Engine, reading: Asked, jobs: int, seconds: float, failures: Failures
) -> Concordance:
    """The concordance; what was never read is read first, in processes of its own."""
    from musegen.features.search.concordance import search
    from musegen.features.search.preparing import prepare

    with run_bar("Reading") as tell:
        failed = prepare(pieces, query, engine, reading, jobs=jobs, seconds=seconds, on_progress=tell)
    return search(
        progress(pieces, "Searching"), query, engine=engine, reading=reading, failed=failed,
        on_failure=lambda piece, error: failures.add(piece.place, error),
    )  # fmt: skip


def _is_pattern(name: str) -> bool:
    """Whether a word is a pattern of chords, and no file of that name is there."""
    from musegen.features.search.chord_words import read_chords

    try:
        read_chords(name)
    except UsageError:
        return False
    return not os.path.lexists(name)


def _rendered(form: str, counts: Counted, most: int, engrave: int) -> str:
    from musegen.features.search import reports

    if form == "html":
        from musegen.features.search.concordance_page import chosen_hits, to_html

        return to_html(counts, progress(chosen_hits(counts.found, engrave), "Engraving"))
    if form == "text":
        return reports.to_text(counts, most)
    return reports.to_json(counts) if form == "json" else reports.to_csv(counts)
