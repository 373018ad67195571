"""`musegen corpus similar`: the pieces of a corpus that are like a melody or a score, passage by passage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from musegen.cli.console import notice, progress
from musegen.cli.corpus.choosing import chosen_pieces, pieces_called
from musegen.cli.corpus.melodies import FORMATS, SUFFIXES, characters_to_search, index_options, index_to_search
from musegen.cli.destinations import form_by_suffix
from musegen.cli.failures import Failures
from musegen.cli.forms import told_options
from musegen.cli.options import STANDARD, keep_inputs, read_score, shown_name, write_output
from musegen.cli.reading import read_and_tell
from musegen.errors import UsageError

if TYPE_CHECKING:
    from musegen.features.similarity.character.index import CharacterIndex
    from musegen.features.similarity.index import SimilarityIndex
    from musegen.score.model import Score

WAYS = ("notes", "character")


@click.command(
    epilog="\b\nExamples:\n  musegen corpus similar tune.abc essen\n"
    "  musegen corpus similar --melody 'g4 g4 c5 c5 d5 d5 e5:2 c5' essen --count 3\n"
    "  musegen corpus similar essenFolksong/altdeu10#12 essen -o alike.html\n"
    "  musegen corpus similar reel.abc folk-tunes --by character"
)
@pieces_called("[QUERY] CORPUS|FOLDER|FILE...")
@click.option("--melody", default="", metavar="NOTES", help="Look for this, instead of QUERY: 'g4 a4 b4:2 c5:1/2'.")
@click.option("--count", type=click.IntRange(1, 1000), default=10, show_default=True, help="So many pieces.")
@click.option("--plain", is_flag=True, help="Not inverted, nor backwards.")
@click.option(
    "--by",
    type=click.Choice(WAYS),
    default="notes",
    show_default=True,
    help="notes: passages that are shared; character: as the melody network hears tunes.",
)
@index_options
@told_options(FORMATS)
def command(
    corpora: tuple[str, ...], where: tuple[str, ...], split: str | None, melody: str, count: int, plain: bool, by: str,
    index: Path | None, form: str | None, output: Path | None, jobs: int | None, seconds: float,
) -> int:  # fmt: skip
    """Find what is like QUERY, a score or a name such as bach/bwv66.6, in corpora, folders or files.

    A passage may be transposed, slower or faster, inverted, backwards, ornamented or partly wrong. Of a score every
    voice is looked for. The score is in bits: how surprising, in this corpus, what both share is. The first search in a
    corpus reads it and keeps an index in the cache; --index keeps it in a file of your own.

    With --by character tunes of the same kind are found, whether they share a note or not: the melody network hears
    every four measures of the top line, and what it thinks is compared, from -1 to 1.
    """
    form = form or form_by_suffix(output, SUFFIXES)
    name, names = ("the melody", corpora) if melody else _query(corpora)
    if plain and by != WAYS[0]:
        raise UsageError("--plain goes with --by notes")
    keep_inputs([output], [*corpora, index])
    from musegen.features.similarity.search import other_pieces
    from musegen.features.similarity.typed import typed_melody

    query = typed_melody(melody) if melody else read_and_tell(name)
    failures, limits = Failures(several=True), {"jobs": jobs or 0, "seconds": seconds}
    made: Any = _SEARCHED[by](lambda: chosen_pieces(names, where, split), index, failures, **limits)
    told = _TOLD[by](form, name, query, made, count, plain)
    if other_pieces(made, name) is not None:
        notice(f"{name} is in this corpus itself: its group is left out")
    write_output(output or STANDARD, told)
    return failures.exit_code


def _query(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if len(names) < 2:
        raise UsageError("a query and a corpus are needed", hint="write it like: similar tune.abc essen")
    return names[0], names[1:]


def _by_notes(form: str, name: str, query: Score, index: SimilarityIndex, count: int, plain: bool) -> str:
    from musegen.features.similarity import telling
    from musegen.features.similarity.search import similar
    from musegen.features.similarity.symbols import TRANSFORMATIONS

    ways = TRANSFORMATIONS[:1] if plain else TRANSFORMATIONS
    found = similar(query, index, count=count, transformations=ways, without=name)
    if form == "html":
        from musegen.features.similarity.page import page

        told = f"Among {len(index.pieces):,} pieces; {telling.UNIT}."
        return page(f"Like {shown_name(name)}", query, progress(found, "Engraving"), read_score, told)
    if form == "json":
        return telling.as_json(telling.matches_data(shown_name(name), index, found))
    return telling.matches_text(found)


def _by_character(form: str, name: str, query: Score, index: CharacterIndex, count: int, plain: bool) -> str:
    from musegen.features.similarity.character import telling
    from musegen.features.similarity.character.index import alike
    from musegen.features.similarity.telling import as_json

    found = alike(query, index, count=count, without=name)
    if form == "html":
        told = f"Among {len(index.pieces):,} pieces; {telling.UNIT}."
        return telling.page(f"Like {shown_name(name)}", query, progress(found, "Engraving"), read_score, told)
    if form == "json":
        return as_json(telling.likenesses_data(shown_name(name), index, found))
    return telling.likenesses_text(found)


_SEARCHED: dict[str, Callable[..., Any]] = {"notes": index_to_search, "character": characters_to_search}
_TOLD: dict[str, Callable[..., str]] = {"notes": _by_notes, "character": _by_character}
